//! `areas:` and `roles:`: where things are done, and by whom.

use std::collections::BTreeSet;

use crate::catalogue as c;
use crate::model::{Equipment, Id, Level, Role, Skill};
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
/// One entry of `skills`.
pub(super) const SKILL: &[Key] = &[
    required("skill", Shape::Word, "What somebody can do."),
    key(
        "id",
        Shape::Id,
        "Name of the skill; follows from the words when it is not written.",
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

/// Roles, ids of their own among them.
pub(super) fn roles(reader: &mut Reader<'_>, node: NodeId) -> Vec<Role> {
    let found = named(reader, node, ("roles", "role"), ROLE, "operator");
    found.into_iter().map(|(id, title)| Role { id, title }).collect()
}

/// What people can do.
pub(super) fn skills(reader: &mut Reader<'_>, node: NodeId) -> Vec<Skill> {
    let found = named(reader, node, ("skills", "skill"), SKILL, "TIG welding");
    found.into_iter().map(|(id, title)| Skill { id, title }).collect()
}

/// Words, or entries with an id of their own; each once.
fn named(
    reader: &mut Reader<'_>,
    node: NodeId,
    (list, word): (&'static str, &'static str),
    keys: &'static [Key],
    example: &str,
) -> Vec<(Id, String)> {
    let mut found: Vec<(Id, String)> = Vec::new();
    for node in reader.word_list(node, list) {
        let one = if reader.tree.scalar(node).is_some() {
            let Some(title) = reader.words(node, word) else {
                continue;
            };
            (Id::new(&id_text(&title)), title)
        } else {
            let Some(keys) = reader.keys(node, &[keys], &format!("a {word}")) else {
                continue;
            };
            let Some(title) = keys.get(word).and_then(|node| reader.words(node, word)) else {
                reader.missing(&keys, word, example, c::KEY_MISSING);
                continue;
            };
            let id = match keys.get("id") {
                Some(node) => reader.id(node).unwrap_or_else(|| Id::new(word)),
                None => Id::new(&id_text(&title)),
            };
            (id, title)
        };
        if found.iter().any(|(id, _)| *id == one.0) {
            let report = match word {
                "role" => Report::new(c::ROLE_TWICE, reader.head(node)).arg("id", one.1),
                _ => Report::new(c::OF_SITE_TWICE, reader.head(node))
                    .arg("id", one.1)
                    .arg("list", list),
            };
            reader.push(report);
            continue;
        }
        found.push(one);
    }
    found
}
