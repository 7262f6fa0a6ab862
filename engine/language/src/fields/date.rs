//! `date`: a day.
use expression::Type;
use serde_json::{Value as Json, json};

use super::FieldOf;
use crate::read::keys::{Kind, Shape};
use crate::read::{FieldEntry, Reader};

/// Answer: ISO 8601 date.
#[derive(Clone, Debug, PartialEq)]
pub struct Date {}

impl FieldOf for Date {
    const KIND: Kind = Kind {
        word: "date",
        shape: Shape::Sentence,
        doc: "A day of the calendar.",
        keys: &[],
        example: "- date: Best before",
    };

    fn read(_reader: &mut Reader<'_>, _entry: &FieldEntry) -> Option<Self> {
        Some(Date {})
    }

    fn value_type(&self) -> Option<Type> {
        Some(Type::Date)
    }

    fn answer(&self) -> Option<Json> {
        Some(json!({"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}))
    }
}
