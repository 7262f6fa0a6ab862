//! `person`: someone who works here.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf};
use crate::limits;
use crate::model::Id;
use crate::read::keys::{Key, Kind, Shape, key};
use crate::read::{FieldEntry, Reader};

pub(crate) const ROLE: Key = key("role", Shape::Word, "Only people who have this role of the site.");

/// Answer: a person's id.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub role: Option<Id>,
}

impl FieldOf for Person {
    const KIND: Kind = Kind {
        word: "person",
        shape: Shape::Sentence,
        doc: "Someone who works here.",
        keys: &[ROLE],
        example: "- person: Who was trained",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let role = entry.keys.get("role").and_then(|node| reader.role_named(node));
        Some(Person { role })
    }

    fn value_type(&self) -> Option<Type> {
        Some(Type::Text)
    }

    fn answer(&self) -> Option<Json> {
        Some(json!({"type": "string", "minLength": 1, "maxLength": limits::TEXT_ANSWER_CHARACTERS_DEFAULT}))
    }

    fn described(&self, _with: &dyn Describe) -> Json {
        json!({"role": self.role})
    }
}
