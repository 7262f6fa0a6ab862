//! `formula`: computed from the other answers while they are typed.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{Asks, Describe, FieldOf};
use crate::catalogue as c;
use crate::model::Located;
use crate::read::keys::{Kind, Shape, key, required};
use crate::read::{FieldEntry, Reader, Wants};

/// Takes no answer: computed when the form is checked, shown while it is filled in, and kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    pub is: Located<expression::Formula>,
    /// UCUM code of a number that comes out without a unit.
    pub unit: Option<String>,
}

impl FieldOf for Formula {
    const KIND: Kind = Kind {
        word: "formula",
        shape: Shape::Sentence,
        doc: "Computed from the other answers while they are typed; shown and kept.",
        keys: &[
            required("is", Shape::Formula, "How it is computed."),
            key(
                "unit",
                Shape::Word,
                "The unit of the result, when the formula gives a bare number.",
            ),
        ],
        example: "- formula: Volume\n  is: = 2 * 3\n  unit: m³",
    };
    const ASKS: Asks = Asks::TheWorld;

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let is = match entry.keys.get("is") {
            Some(node) => reader.formula(node, "is", Wants::Anything),
            None => {
                reader.missing(&entry.keys, "is", "= 2 * 3", c::KEY_MISSING);
                return None;
            }
        };
        let unit = entry.keys.get("unit").and_then(|node| reader.unit(node, None));
        Some(Formula { is, unit })
    }

    fn value_type(&self) -> Option<Type> {
        Some(match &self.unit {
            Some(unit) => Type::Quantity(unit.as_str().into()),
            // What it gives depends on names that are not known yet where types are declared.
            None => Type::Any,
        })
    }

    fn formulas(&self) -> Vec<&expression::Formula> {
        vec![&self.is.value]
    }

    fn answer(&self) -> Option<Json> {
        None
    }

    fn described(&self, _with: &dyn Describe) -> Json {
        json!({
            "is": self.is.value.source(),
            "unit": self.unit,
            "unit_symbol": super::describe::symbol(&self.unit),
        })
    }
}
