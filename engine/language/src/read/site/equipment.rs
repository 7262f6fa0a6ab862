//! `areas:` and `roles:`: where things are done, and by whom.

use std::collections::BTreeSet;

use crate::catalogue as c;
use crate::model::{Equipment, Id, Level, Role};
use crate::read::ids::id_text;
use crate::read::keys::{Key, Shape, key, required};
use crate::read::{Reader, Report};
use crate::tree::NodeId;

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
pub(super) const AREA: &[Key] = &[
    required("area", Shape::Word, "Id of the area."),
    key("title", Shape::Word, "What people call it."),
    key("lines", Shape::WordsOrEntries(LINE), "Its lines."),
    key(
        "stations",
        Shape::WordsOrEntries(STATION),
        "Stations that belong to no line.",
    ),
];
pub(super) const ROLE: &[Key] = &[
    required("role", Shape::Word, "What the role is called."),
    key(
        "id",
        Shape::Id,
        "Name of the role; follows from the words when it is not written.",
    ),
];

/// The equipment tree, flattened; the site itself is its first.
pub(super) fn areas(reader: &mut Reader<'_>, node: Option<NodeId>, title: &str) -> Vec<Equipment> {
    let site = Id::new(&id_text(title));
    let mut tree = Equipped {
        equipment: vec![Equipment {
            id: site.clone(),
            title: title.to_owned(),
            level: Level::Site,
            parent: None,
        }],
        used: BTreeSet::from([site.clone()]),
    };
    if let Some(node) = node {
        for node in reader.entries(node, "areas") {
            tree.area(reader, node, &site);
        }
    }
    tree.equipment
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

pub(super) fn roles(reader: &mut Reader<'_>, node: NodeId) -> Vec<Role> {
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
