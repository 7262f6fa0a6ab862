//! `percent`: 0 to 100.
use expression::{Limits, Number, Type};
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, Written, describe};
use crate::read::keys::{Kind, Shape, key};
use crate::read::{FieldEntry, Reader};
use crate::schema::answers::number_between;

/// Answer: a number of percent.
#[derive(Clone, Debug, PartialEq)]
pub struct Percent {
    /// 0 to 100 when not written.
    pub range: Limits,
}

impl FieldOf for Percent {
    const KIND: Kind = Kind {
        word: "percent",
        shape: Shape::Sentence,
        doc: "A share from 0 to 100.",
        keys: &[
            key(
                "min",
                Shape::Number,
                "Smaller numbers cannot be typed; 0 when it is not written.",
            ),
            key(
                "max",
                Shape::Number,
                "Larger numbers cannot be typed; 100 when it is not written.",
            ),
        ],
        example: "- percent: Fill level",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let written = reader.range(entry, Some("%"));
        let range = Limits {
            lower: written.lower.or(Some(Number::ZERO)),
            upper: written.upper.or(Some(Number::ONE_HUNDRED)),
        };
        Some(Percent { range })
    }

    fn value_type(&self) -> Option<Type> {
        Some(Type::Number)
    }

    fn written(&self) -> Written<'_> {
        Written::Numbers
    }

    fn described(&self, with: &dyn Describe) -> Json {
        json!({"range": describe::limits(&self.range, with)})
    }

    fn answer(&self) -> Option<Json> {
        Some(number_between("number", &self.range))
    }
}
