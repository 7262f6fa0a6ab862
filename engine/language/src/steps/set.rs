//! `set`: computes values.
use expression::{Names, Type};

use super::StepOf;
use crate::catalogue as c;
use crate::model::{Computed, Id, Table};
use crate::read::keys::{Kind, Shape, required};
use crate::read::{Entry, Reader};

/// `- set: sentence` with `values: {id: value}`, in order; later ones see earlier ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    pub values: Vec<(Id, Computed)>,
}

impl StepOf for Set {
    const KIND: Kind = Kind {
        word: "set",
        shape: Shape::Sentence,
        doc: "Computes values, which every later step can read by their names.",
        keys: &[required(
            "values",
            Shape::Values,
            "The values by name, in order; later ones see earlier ones.",
        )],
        example: "- set: Compute the spread\n  values:\n    spread: = shaft_diameter.max - shaft_diameter.min",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let values = match entry.keys.get("values") {
            Some(node) => reader.values_in_order(node),
            None => {
                reader.missing(&entry.keys, "values", "{value: = 1}", c::KEY_MISSING);
                Vec::new()
            }
        };
        Some(Set { values })
    }

    fn values(&self, names: &mut Names, _tables: &[Table]) -> Vec<(Id, Type)> {
        let before: Vec<(Id, Type)> = self
            .values
            .iter()
            .filter_map(|(id, _)| Some((id.clone(), names.names.get(&id.0)?.clone())))
            .collect();
        // Later values see earlier ones; what the names were before comes back in the end.
        crate::names::with_names(names, before, |names| {
            let mut found = Vec::new();
            for (id, value) in &self.values {
                let value_type = crate::names::type_of(value, names);
                names.names.insert(id.0.clone(), value_type.clone());
                found.push((id.clone(), value_type));
            }
            found
        })
    }
}
