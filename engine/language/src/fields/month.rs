//! `month`: a month of a year.
use expression::Type;
use serde_json::{Value as Json, json};

use super::FieldOf;
use crate::read::keys::{Kind, Shape};
use crate::read::{FieldEntry, Reader};

/// Answer: `2026-11`. Value: its first day.
#[derive(Clone, Debug, PartialEq)]
pub struct Month {}

impl FieldOf for Month {
    const KIND: Kind = Kind {
        word: "month",
        shape: Shape::Sentence,
        doc: "A month of a year.",
        keys: &[],
        example: "- month: Month of the audit",
    };

    fn read(_reader: &mut Reader<'_>, _entry: &FieldEntry) -> Option<Self> {
        Some(Month {})
    }

    fn value_type(&self) -> Option<Type> {
        Some(Type::Date)
    }

    fn answer(&self) -> Option<Json> {
        Some(json!({"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}))
    }
}
