//! `place`: a line, station or area of the site.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf};
use crate::catalogue as c;
use crate::keywords::Pair;
use crate::limits;
use crate::model::{Equipment, Level};
use crate::read::keys::{Kind, Shape, key};
use crate::read::{FieldEntry, Reader, Report};

/// Answer: the id of one of `places`.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// In the order of the site; empty when the site is not known.
    pub places: Vec<Equipment>,
}

const LEVELS: &[Pair] = &[("area", "车间"), ("line", "产线"), ("station", "工位")];

impl FieldOf for Place {
    const KIND: Kind = Kind {
        word: "place",
        shape: Shape::Sentence,
        doc: "A line, station or area of the site.",
        keys: &[
            key("below", Shape::Word, "Only what is below this area or line."),
            key("level", Shape::Word, "Only `area`, `line` or `station`."),
        ],
        example: "- place: Where was it found\n  level: station",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let level = entry.keys.get("level").and_then(|node| {
            let word = reader.word_of(node, "level", LEVELS)?;
            Some(match word {
                "area" => Level::Area,
                "line" => Level::Line,
                _ => Level::Station,
            })
        });
        let below = entry.keys.get("below").and_then(|node| reader.place_id(node));
        let Some(site) = reader.site else {
            return Some(Place { places: Vec::new() });
        };
        let is_below = |one: &Equipment| {
            let Some(top) = &below else { return true };
            let mut parent = one.parent.as_ref();
            // Parents come first, so this ends.
            while let Some(id) = parent {
                if id == top {
                    return true;
                }
                let above = site.equipment.iter().find(|other| other.id == *id);
                parent = above.and_then(|above| above.parent.as_ref());
            }
            false
        };
        let fits = |one: &&Equipment| level.is_none_or(|level| one.level == level) && is_below(one);
        let places: Vec<Equipment> = site.equipment.iter().filter(fits).cloned().collect();
        let asked = entry.keys.get("below").is_none() || below.is_some();
        if places.is_empty() && asked {
            let span = reader.entry_start(&entry.keys).0;
            reader.push(Report::new(c::NO_SUCH_PLACES, span));
        }
        Some(Place { places })
    }

    fn value_type(&self) -> Option<Type> {
        Some(match self.places.is_empty() {
            true => Type::Text,
            false => Type::OneOf(self.places.iter().map(|one| one.id.0.clone()).collect()),
        })
    }

    fn answer(&self) -> Option<Json> {
        Some(json!({"type": "string", "minLength": 1, "maxLength": limits::TEXT_ANSWER_CHARACTERS_DEFAULT}))
    }

    fn described(&self, _with: &dyn Describe) -> Json {
        let option =
            |one: &Equipment| json!({"id": one.id, "title": one.title, "level": one.level, "parent": one.parent});
        json!({"options": self.places.iter().map(option).collect::<Vec<_>>()})
    }
}
