//! The site as it is kept beside the apps. What an app means depends on the site it was published for: the same name
//! is a role there, a station, or nobody. So each version is read with the site of its day, however the site changes.
//!
//! Kept as a row among the apps, under a name that no app can have.

use crate::apps::hexadecimal;
use language::model::{Equipment, Id, Level, Role, Site};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::rows::AppRow;

/// Ids are words, so no app is called this.
const SITE: &str = "$site";

/// The persisted form, independent of the model's own shape.
#[derive(Serialize, Deserialize)]
struct Kept {
    title: String,
    time_zone: String,
    equipment: Vec<KeptEquipment>,
    roles: Vec<KeptRole>,
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
        };
        assert_eq!(of_row(&row(&site, 1, 0)).unwrap(), site);
    }
}
