//! `number`: a decimal number.
use expression::{Limits, Type};
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, Written, describe};
use crate::limits;
use crate::read::keys::{Kind, Shape, key};
use crate::read::{FieldEntry, Reader};
use crate::schema::answers::number_between;

/// Answer: a number, refused outside `min`/`max` (these are typing guards, not verdicts).
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    pub range: Limits,
    pub decimals_max: Option<u32>,
    /// UCUM code.
    pub unit: Option<String>,
}

impl FieldOf for Number {
    const KIND: Kind = Kind {
        word: "number",
        shape: Shape::Sentence,
        doc: "A number that is noted, not judged; use `measure` for a verdict.",
        keys: &[
            key("min", Shape::Number, "Smaller numbers cannot be typed."),
            key("max", Shape::Number, "Larger numbers cannot be typed."),
            key("decimals", Shape::Count, "How many decimals can be typed."),
            key("unit", Shape::Word, "The unit."),
        ],
        example: "- number: Room temperature\n  unit: °C\n  min: -20\n  max: 60\n  decimals: 1",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let unit = entry.keys.get("unit").and_then(|node| reader.unit(node, None));
        let range = reader.range(entry, unit.as_deref());
        let decimals_max = entry
            .keys
            .get("decimals")
            .map(|node| reader.count(node, "decimals", 0, limits::DECIMALS_MAX));
        Some(Number {
            range,
            decimals_max,
            unit,
        })
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
            "decimals_max": self.decimals_max,
            "unit": self.unit,
            "unit_symbol": describe::symbol(&self.unit),
        })
    }

    fn answer(&self) -> Option<Json> {
        Some(number_between("number", &self.range))
    }
}
