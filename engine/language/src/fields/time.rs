//! `time`: a time of day.
use expression::Type;
use serde_json::{Value as Json, json};

use super::FieldOf;
use crate::read::keys::{Kind, Shape};
use crate::read::{FieldEntry, Reader};

/// Answer: ISO 8601 time of day.
#[derive(Clone, Debug, PartialEq)]
pub struct Time {}

impl FieldOf for Time {
    const KIND: Kind = Kind {
        word: "time",
        shape: Shape::Sentence,
        doc: "A time of day.",
        keys: &[],
        example: "- time: Start of the test",
    };

    fn read(_reader: &mut Reader<'_>, _entry: &FieldEntry) -> Option<Self> {
        Some(Time {})
    }

    fn value_type(&self) -> Option<Type> {
        Some(Type::Time)
    }

    fn answer(&self) -> Option<Json> {
        Some(
            json!({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?$"}),
        )
    }
}
