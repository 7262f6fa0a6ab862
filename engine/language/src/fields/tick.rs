//! `tick`: a promise that something was done.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{FieldOf, Written};
use crate::read::keys::{Kind, Shape};
use crate::read::{FieldEntry, Reader};

/// Answer: true; false is refused unless optional.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {}

impl FieldOf for Tick {
    const KIND: Kind = Kind {
        word: "tick",
        shape: Shape::Sentence,
        doc: "A promise that something was done; the form cannot be sent without it.",
        keys: &[],
        example: "- tick: Gloves are on",
    };

    fn read(_reader: &mut Reader<'_>, _entry: &FieldEntry) -> Option<Self> {
        Some(Tick {})
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
