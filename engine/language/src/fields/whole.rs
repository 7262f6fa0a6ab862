//! `whole`: a whole number.
use expression::{Limits, Number, Type};
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, Written, describe};
use crate::read::keys::{Kind, Shape, key};
use crate::read::{FieldEntry, Reader};
use crate::schema::answers::number_between;

/// Answer: a whole number, refused outside `min`/`max` (these are typing guards, not verdicts).
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    pub range: Limits,
    /// UCUM code.
    pub unit: Option<String>,
    pub target: Option<Number>,
}

impl FieldOf for Whole {
    const KIND: Kind = Kind {
        word: "whole",
        shape: Shape::Sentence,
        doc: "A whole number, such as a count of pieces.",
        keys: &[
            key("min", Shape::Number, "Smaller numbers cannot be typed."),
            key("max", Shape::Number, "Larger numbers cannot be typed."),
            key("unit", Shape::Word, "The unit."),
            key("target", Shape::Number, "What is aimed at; shown beside the answer."),
        ],
        example: "- whole: Good pieces\n  unit: pcs\n  min: 0",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let unit = entry.keys.get("unit").and_then(|node| reader.unit(node, None));
        let range = reader.range(entry, unit.as_deref());
        let target = entry
            .keys
            .get("target")
            .and_then(|node| reader.quantity(node, "target", unit.as_deref()));
        Some(Whole { range, unit, target })
    }

    fn value_type(&self) -> Option<Type> {
        Some(match &self.unit {
            Some(unit) => Type::Quantity(unit.as_str().into()),
            None => Type::Number,
        })
    }

    fn written(&self) -> Written<'_> {
        Written::Numbers
    }

    fn described(&self, with: &dyn Describe) -> Json {
        json!({
            "range": describe::limits(&self.range, with),
            "unit": self.unit,
            "unit_symbol": describe::symbol(&self.unit),
            "target": self.target.map(|target| with.number(target)),
        })
    }

    fn answer(&self) -> Option<Json> {
        Some(number_between("integer", &self.range))
    }
}
