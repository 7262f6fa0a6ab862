//! `shift`: one of the shifts of the site.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf};
use crate::catalogue as c;
use crate::limits;
use crate::model::Id;
use crate::read::keys::{Kind, Shape};
use crate::read::{FieldEntry, Reader, Report};

/// Answer: the id of a shift.
#[derive(Clone, Debug, PartialEq)]
pub struct Shift {
    /// Id and title; empty when the site is not known.
    pub shifts: Vec<(Id, String)>,
}

impl FieldOf for Shift {
    const KIND: Kind = Kind {
        word: "shift",
        shape: Shape::Sentence,
        doc: "One of the shifts of the site.",
        keys: &[],
        example: "- shift: Which shift",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let site = reader.site.map(|site| &site.shifts);
        let shifts: Vec<(Id, String)> = site
            .into_iter()
            .flatten()
            .map(|shift| (shift.id.clone(), shift.title.clone()))
            .collect();
        if reader.site.is_some() && shifts.is_empty() {
            let span = reader.entry_start(&entry.keys).0;
            reader.push(
                Report::new(c::SITE_HAS_NONE, span)
                    .arg("what", "shift")
                    .arg("key", "shifts"),
            );
        }
        Some(Shift { shifts })
    }

    fn value_type(&self) -> Option<Type> {
        Some(match self.shifts.is_empty() {
            true => Type::Text,
            false => Type::OneOf(self.shifts.iter().map(|(id, _)| id.0.clone()).collect()),
        })
    }

    fn answer(&self) -> Option<Json> {
        Some(json!({"type": "string", "minLength": 1, "maxLength": limits::TEXT_ANSWER_CHARACTERS_DEFAULT}))
    }

    fn described(&self, _with: &dyn Describe) -> Json {
        let option = |(id, title): &(Id, String)| json!({"id": id, "title": title});
        json!({"options": self.shifts.iter().map(option).collect::<Vec<_>>()})
    }
}
