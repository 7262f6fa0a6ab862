//! `counter`: counted up and down by a tap.
use expression::{Limits, Type};
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, Written, describe};
use crate::limits;
use crate::read::keys::{Kind, Shape, key};
use crate::read::{FieldEntry, Reader};
use crate::schema::answers::number_between;

/// Answer: a whole number, refused outside `min`/`max` (typing guards, not verdicts).
#[derive(Clone, Debug, PartialEq)]
pub struct Counter {
    pub range: Limits,
    /// What one tap adds or takes away.
    pub step: u32,
}

impl FieldOf for Counter {
    const KIND: Kind = Kind {
        word: "counter",
        shape: Shape::Sentence,
        doc: "A count that goes up and down by a tap.",
        keys: &[
            key("min", Shape::Number, "It cannot go below; 0 when it is not written."),
            key("max", Shape::Number, "It cannot go above."),
            key(
                "step",
                Shape::Count,
                "What one tap adds or takes away; 1 when it is not written.",
            ),
        ],
        example: "- counter: Scratches\n  max: 50",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let mut range = reader.range(entry, None);
        range.lower = range.lower.or(Some(expression::Number::ZERO));
        let step = match entry.keys.get("step") {
            Some(node) => reader.count(node, "step", 1, limits::COUNTER_STEP_MAX),
            None => 1,
        };
        Some(Counter { range, step })
    }

    fn value_type(&self) -> Option<Type> {
        Some(Type::Number)
    }

    fn written(&self) -> Written<'_> {
        Written::Numbers
    }

    fn answer(&self) -> Option<Json> {
        Some(number_between("integer", &self.range))
    }

    fn described(&self, with: &dyn Describe) -> Json {
        json!({"range": describe::limits(&self.range, with), "step": self.step})
    }
}
