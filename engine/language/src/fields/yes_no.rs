//! `yes_no`: yes or no.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{FieldOf, Written};
use crate::read::keys::{Kind, Shape};
use crate::read::{FieldEntry, Reader};

/// Answer: true or false.
#[derive(Clone, Debug, PartialEq)]
pub struct YesNo {}

impl FieldOf for YesNo {
    const KIND: Kind = Kind {
        word: "yes_no",
        shape: Shape::Sentence,
        doc: "Yes or no.",
        keys: &[],
        example: "- yes_no: Is the guard closed",
    };

    fn read(_reader: &mut Reader<'_>, _entry: &FieldEntry) -> Option<Self> {
        Some(YesNo {})
    }

    fn value_type(&self) -> Option<Type> {
        Some(Type::Bool)
    }

    fn written(&self) -> Written<'_> {
        Written::YesNo
    }

    fn answer(&self) -> Option<Json> {
        Some(json!({"type": "boolean"}))
    }
}
