//! `info`: tells, asks nothing.
use expression::Type;
use serde_json::Value as Json;

use super::{Asks, FieldOf};
use crate::read::keys::{Kind, Shape};
use crate::read::{FieldEntry, Reader};

/// Its title is what is shown; it has no answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Info {}

impl FieldOf for Info {
    const KIND: Kind = Kind {
        word: "info",
        shape: Shape::Sentence,
        doc: "Tells something and asks nothing.",
        keys: &[],
        example: "- info: Wear gloves when you touch the shaft",
    };

    const ASKS: Asks = Asks::Nobody;

    fn read(_reader: &mut Reader<'_>, _entry: &FieldEntry) -> Option<Self> {
        Some(Info {})
    }

    fn value_type(&self) -> Option<Type> {
        None
    }

    fn answer(&self) -> Option<Json> {
        None
    }
}
