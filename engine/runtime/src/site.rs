//! The site as it is kept beside the apps. What an app means depends on the site it was published for: the same name
//! is a role there, a station, or nobody. So each version is read with the site of its day, however the site changes.
//!
//! Kept as a row among the apps, under a name that no app can have.

use crate::apps::hexadecimal;
use language::model::{
    Channel, Connection, DaysOff, Equipment, Id, Level, Printer, ReasonTree, Role, Series, Shift, Signal, Site, Skill,
    Span, Subscriber, Table, Text,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use store::rows::AppRow;

/// Ids are words, so no app is called this.
pub(crate) const SITE: &str = "$site";

/// The persisted form, independent of the model's own shape.
#[derive(Serialize, Deserialize)]
struct Kept {
    title: String,
    time_zone: String,
    equipment: Vec<KeptEquipment>,
    roles: Vec<KeptRole>,
    // Sites of older versions had none of these. They are left out when empty, so that such a site keeps its text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    skills: Vec<Skill>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    shifts: Vec<Shift>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    days_off: Vec<DaysOff>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<ReasonTree>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    numbers: Vec<Series>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tables: Vec<KeptTable>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    signals: Vec<Signal>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    connections: Vec<Connection>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    channels: Vec<Channel>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    printers: Vec<Printer>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    subscribers: Vec<Subscriber>,
}

#[derive(Serialize, Deserialize)]
struct KeptEquipment {
    id: Id,
    title: String,
    level: Level,
    parent: Option<Id>,
}

#[derive(Serialize, Deserialize)]
struct KeptRole {
    id: Id,
    title: String,
}

#[derive(Serialize, Deserialize)]
struct KeptTable {
    id: Id,
    title: String,
    /// By language tag, when the title was given in several.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    titles: BTreeMap<String, String>,
    key: Id,
    columns: Vec<Id>,
}

/// What apps are checked against. An engine that was given no site knows no roles and stations to check them against.
pub(crate) fn declared(site: &Site) -> Option<&Site> {
    (*site != Site::default()).then_some(site)
}

pub(crate) fn is_site(row: &AppRow) -> bool {
    row.app == SITE
}

/// The row of a site's `version`-th form.
pub(crate) fn row(site: &Site, version: u32, at_ms: i64) -> AppRow {
    let source = to_text(site);
    AppRow {
        app: SITE.to_owned(),
        version,
        hash: Sha256::digest(source.as_bytes()).into(),
        source,
        published_at_ms: at_ms,
        published_by: "engine".to_owned(),
    }
}

fn to_text(site: &Site) -> String {
    let equipment = site.equipment.iter().map(|of| KeptEquipment {
        id: of.id.clone(),
        title: of.title.clone(),
        level: of.level,
        parent: of.parent.clone(),
    });
    let roles = site.roles.iter().map(|of| KeptRole {
        id: of.id.clone(),
        title: of.title.clone(),
    });
    let kept = Kept {
        title: site.title.clone(),
        time_zone: site.time_zone.clone(),
        equipment: equipment.collect(),
        roles: roles.collect(),
        skills: site.skills.clone(),
        shifts: site.shifts.clone(),
        days_off: site.days_off.clone(),
        reasons: site.reasons.clone(),
        numbers: site.numbers.clone(),
        tables: site.tables.iter().map(keep_table).collect(),
        signals: site.signals.clone(),
        connections: site.connections.clone(),
        channels: site.channels.clone(),
        printers: site.printers.clone(),
        subscribers: site.subscribers.clone(),
    };
    // Text and lists of text: there is nothing JSON cannot say.
    serde_json::to_string(&kept).expect("a site is JSON")
}

pub(crate) fn of_row(row: &AppRow) -> Result<Site, store::Error> {
    let kept: Kept = serde_json::from_str(&row.source).map_err(|problem| {
        let hash = hexadecimal(&row.hash);
        store::Error::Damaged(format!("the site {hash}: {problem}"))
    })?;
    let equipment = kept.equipment.into_iter().map(|of| Equipment {
        id: of.id,
        title: of.title,
        level: of.level,
        parent: of.parent,
    });
    let roles = kept.roles.into_iter().map(|of| Role {
        id: of.id,
        title: of.title,
    });
    Ok(Site {
        title: kept.title,
        time_zone: kept.time_zone,
        equipment: equipment.collect(),
        roles: roles.collect(),
        skills: kept.skills,
        shifts: kept.shifts,
        days_off: kept.days_off,
        reasons: kept.reasons,
        numbers: kept.numbers,
        tables: kept.tables.into_iter().map(table_of).collect::<Result<_, _>>()?,
        signals: kept.signals,
        connections: kept.connections,
        channels: kept.channels,
        printers: kept.printers,
        subscribers: kept.subscribers,
    })
}

fn keep_table(table: &Table) -> KeptTable {
    let titles = table.title.by_language.iter();
    KeptTable {
        id: table.id.clone(),
        title: table.title.default.source().to_owned(),
        titles: titles
            .map(|(tag, text)| (tag.clone(), text.source().to_owned()))
            .collect(),
        key: table.key.clone(),
        columns: table.columns.clone(),
    }
}

fn table_of(kept: KeptTable) -> Result<Table, store::Error> {
    let sentence = |text: &str| {
        let read = expression::Template::parse(text, &expression::Names::default());
        read.map_err(|_| store::Error::Damaged(format!("the title of the site's table {}", kept.id)))
    };
    let titles = kept.titles.iter().map(|(tag, text)| Ok((tag.clone(), sentence(text)?)));
    Ok(Table {
        title: Text {
            default: sentence(&kept.title)?,
            by_language: titles.collect::<Result<_, store::Error>>()?,
        },
        id: kept.id.clone(),
        key: kept.key.clone(),
        columns: kept.columns.clone(),
        span: Span::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_comes_back_as_it_was_kept() {
        let id = |text: &str| Id::new(text);
        let equipment = |name: &str, level, parent: Option<&str>| Equipment {
            id: id(name),
            title: name.to_uppercase(),
            level,
            parent: parent.map(id),
        };
        let site = Site {
            title: "Wuhu plant".into(),
            time_zone: "Asia/Shanghai".into(),
            equipment: vec![
                equipment("line-3", Level::Line, None),
                equipment("qc-1", Level::Station, Some("line-3")),
            ],
            roles: vec![Role {
                id: id("检验员"),
                title: "检验员".into(),
            }],
            ..Site::default()
        };
        assert_eq!(of_row(&row(&site, 1, 0)).unwrap(), site);
        // An older version kept nothing but these.
        let kept: serde_json::Value = serde_json::from_str(&to_text(&site)).unwrap();
        let members: Vec<&String> = kept.as_object().unwrap().keys().collect();
        assert_eq!(members, ["title", "time_zone", "equipment", "roles"]);
    }

    #[test]
    fn every_part_of_a_site_file_comes_back() {
        let text = include_str!("../../language/tests/right/site.yaml");
        let site = language::read_site(text).value.unwrap();
        let parts = [
            site.skills.len(),
            site.shifts.len(),
            site.days_off.len(),
            site.reasons.len(),
            site.numbers.len(),
            site.tables.len(),
            site.signals.len(),
            site.connections.len(),
            site.channels.len(),
            site.printers.len(),
            site.subscribers.len(),
        ];
        assert!(parts.iter().all(|count| *count > 0), "{parts:?}");
        assert_eq!(of_row(&row(&site, 1, 0)).unwrap(), site);
    }
}
