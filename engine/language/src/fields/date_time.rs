//! `date_time`: a day and a time.
use expression::Type;
use serde_json::{Value as Json, json};

use super::FieldOf;
use crate::read::keys::{Kind, Shape};
use crate::read::{FieldEntry, Reader};

/// Answer: ISO 8601 date and time; without an offset it is the site's.
#[derive(Clone, Debug, PartialEq)]
pub struct DateTime {}

impl FieldOf for DateTime {
    const KIND: Kind = Kind {
        word: "date_time",
        shape: Shape::Sentence,
        doc: "A day and a time.",
        keys: &[],
        example: "- date_time: When was it found",
    };

    fn read(_reader: &mut Reader<'_>, _entry: &FieldEntry) -> Option<Self> {
        Some(DateTime {})
    }

    fn value_type(&self) -> Option<Type> {
        Some(Type::DateTime)
    }

    fn answer(&self) -> Option<Json> {
        Some(json!({
            "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?$"
        }))
    }
}
