//! `site.yaml`: the equipment tree and the roles.

use std::collections::BTreeSet;

use super::ids::id_text;
use super::keys::{Key, Shape, key, required};
use super::{Reader, Report};
use crate::catalogue as c;
use crate::model::{Equipment, Id, Level, Role, Site};
use crate::tree::{NodeId, Tree};

const STATION: &[Key] = &[
    required(
        "station",
        Shape::Word,
        "Id of the station, as it stands on the sign: `qc-1`.",
    ),
    key("title", Shape::Word, "What people call it."),
];
const LINE: &[Key] = &[
    required(
        "line",
        Shape::Word,
        "Id of the line, as it stands on the sign: `line-3`.",
    ),
    key("title", Shape::Word, "What people call it."),
    key("stations", Shape::WordsOrEntries(STATION), "Its stations."),
];
const AREA: &[Key] = &[
    required("area", Shape::Word, "Id of the area."),
    key("title", Shape::Word, "What people call it."),
    key("lines", Shape::WordsOrEntries(LINE), "Its lines."),
    key(
        "stations",
        Shape::WordsOrEntries(STATION),
        "Stations that belong to no line.",
    ),
];
const ROLE: &[Key] = &[
    required("role", Shape::Word, "What the role is called."),
    key(
        "id",
        Shape::Id,
        "Name of the role; follows from the words when it is not written.",
    ),
];

/// The keys of a site file.
pub(crate) const SITE: &[Key] = &[
    required("site", Shape::Word, "What the plant is called."),
    required(
        "time_zone",
        Shape::Word,
        "IANA name of its time zone, such as `Asia/Shanghai`.",
    ),
    key("areas", Shape::Entries(AREA), "The equipment tree."),
    key(
        "roles",
        Shape::WordsOrEntries(ROLE),
        "The roles that apps ask and tell.",
    ),
];

/// Reads a site from its tree.
pub(crate) fn site(reader: &mut Reader<'_>, tree: &Tree) -> Option<Site> {
    let root = tree.root();
    if tree.map(root).is_none() {
        let entry = if tree.is_empty(root) {
            c::EMPTY_FILE
        } else {
            c::NOT_A_SITE
        };
        let report = Report::new(entry, reader.head(root));
        let words = ["site", "time_zone"].map(|word| format!("{}:", reader.keywords.say(word)));
        reader.push(report.expected(words));
        return None;
    }
    let keys = reader.keys(root, &[SITE], "site")?;
    let title = match keys.get("site") {
        Some(node) => reader.words(node, "site").unwrap_or_default(),
        None => {
            reader.missing(&keys, "site", "Our plant", c::KEY_MISSING);
            String::new()
        }
    };
    let time_zone = match keys.get("time_zone") {
        Some(node) => time_zone(reader, node),
        None => {
            reader.missing(&keys, "time_zone", "Asia/Shanghai", c::KEY_MISSING);
            String::new()
        }
    };
    let mut tree = Equipped {
        equipment: Vec::new(),
        used: BTreeSet::new(),
    };
    let site_id = Id::new(&id_text(&title));
    tree.used.insert(site_id.clone());
    let level = Level::Site;
    tree.equipment.push(Equipment {
        id: site_id.clone(),
        title: title.clone(),
        level,
        parent: None,
    });
    if let Some(node) = keys.get("areas") {
        for node in reader.entries(node, "areas") {
            tree.area(reader, node, &site_id);
        }
    }
    let roles = keys.get("roles").map(|node| roles(reader, node)).unwrap_or_default();
    Some(Site {
        title,
        time_zone,
        equipment: tree.equipment,
        roles,
    })
}

/// `Area/City`; whether the zone exists is known to who has the zone tables.
fn time_zone(reader: &mut Reader<'_>, node: NodeId) -> String {
    let Some(text) = reader.words(node, "time_zone") else {
        return String::new();
    };
    let character = |c: char| c.is_ascii_alphanumeric() || "/_+-".contains(c);
    let fits = text == "UTC" || (text.contains('/') && text.chars().all(character));
    if !fits {
        let span = reader.span(node);
        let report = Report::new(c::TIME_ZONE_EXPECTED, span).arg("found", text.as_str());
        let report = match text.to_lowercase().as_str() {
            "china" | "beijing" | "cst" | "utc+8" | "gmt+8" | "shanghai" | "北京" | "+08:00" => {
                report.replace(span, "Asia/Shanghai")
            }
            "germany" | "berlin" | "cet" | "mez" => report.replace(span, "Europe/Berlin"),
            "gmt" | "z" => report.replace(span, "UTC"),
            _ => report,
        };
        reader.push(report.expected(["Asia/Shanghai", "Europe/Berlin", "UTC"]));
    }
    text
}

struct Equipped {
    equipment: Vec<Equipment>,
    used: BTreeSet<Id>,
}

impl Equipped {
    fn add(
        &mut self,
        reader: &mut Reader<'_>,
        node: NodeId,
        title: Option<NodeId>,
        level: Level,
        parent: &Id,
    ) -> Option<Id> {
        let text = reader.words(node, "id")?;
        let id = Id::new(&text);
        if !self.used.insert(id.clone()) {
            let report = Report::new(c::EQUIPMENT_TWICE, reader.span(node)).arg("id", text);
            reader.push(report);
            return None;
        }
        let title = title.and_then(|node| reader.words(node, "title")).unwrap_or(text);
        self.equipment.push(Equipment {
            id: id.clone(),
            title,
            level,
            parent: Some(parent.clone()),
        });
        Some(id)
    }

    fn area(&mut self, reader: &mut Reader<'_>, node: NodeId, site: &Id) {
        let Some(keys) = reader.keys(node, &[AREA], "an area") else {
            return;
        };
        let Some(name) = keys.get("area") else {
            reader.missing(&keys, "area", "machining", c::KEY_MISSING);
            return;
        };
        let Some(area) = self.add(reader, name, keys.get("title"), Level::Area, site) else {
            return;
        };
        if let Some(node) = keys.get("lines") {
            for node in reader.word_list(node, "lines") {
                self.line(reader, node, &area);
            }
        }
        if let Some(node) = keys.get("stations") {
            self.stations(reader, node, &area);
        }
    }

    fn line(&mut self, reader: &mut Reader<'_>, node: NodeId, area: &Id) {
        if reader.tree.scalar(node).is_some() {
            self.add(reader, node, None, Level::Line, area);
            return;
        }
        let Some(keys) = reader.keys(node, &[LINE], "a line") else {
            return;
        };
        let Some(name) = keys.get("line") else {
            reader.missing(&keys, "line", "line-1", c::KEY_MISSING);
            return;
        };
        let Some(line) = self.add(reader, name, keys.get("title"), Level::Line, area) else {
            return;
        };
        if let Some(node) = keys.get("stations") {
            self.stations(reader, node, &line);
        }
    }

    fn stations(&mut self, reader: &mut Reader<'_>, node: NodeId, parent: &Id) {
        for node in reader.word_list(node, "stations") {
            if reader.tree.scalar(node).is_some() {
                self.add(reader, node, None, Level::Station, parent);
                continue;
            }
            let Some(keys) = reader.keys(node, &[STATION], "a station") else {
                continue;
            };
            match keys.get("station") {
                Some(name) => {
                    self.add(reader, name, keys.get("title"), Level::Station, parent);
                }
                None => reader.missing(&keys, "station", "st-01", c::KEY_MISSING),
            }
        }
    }
}

fn roles(reader: &mut Reader<'_>, node: NodeId) -> Vec<Role> {
    let mut found: Vec<Role> = Vec::new();
    for node in reader.word_list(node, "roles") {
        let role = if reader.tree.scalar(node).is_some() {
            let Some(title) = reader.words(node, "role") else {
                continue;
            };
            Role {
                id: Id::new(&id_text(&title)),
                title,
            }
        } else {
            let Some(keys) = reader.keys(node, &[ROLE], "a role") else {
                continue;
            };
            let Some(title) = keys.get("role").and_then(|node| reader.words(node, "role")) else {
                reader.missing(&keys, "role", "operator", c::KEY_MISSING);
                continue;
            };
            let id = match keys.get("id") {
                Some(node) => reader.id(node).unwrap_or_else(|| Id::new("role")),
                None => Id::new(&id_text(&title)),
            };
            Role { id, title }
        };
        if found.iter().any(|other| other.id == role.id) {
            let report = Report::new(c::ROLE_TWICE, reader.head(node)).arg("id", role.title);
            reader.push(report);
            continue;
        }
        found.push(role);
    }
    found
}
