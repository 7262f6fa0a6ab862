//! `rows`: a table to fill.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, Written, group};
use crate::limits;
use crate::model::Field;
use crate::read::keys::{Kind, Shape, key, required};
use crate::read::{FieldEntry, Reader};

/// Answer: a list of objects, one member per column.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    pub columns: Vec<Field>,
    pub at_least: u32,
    pub at_most: u32,
}

impl FieldOf for Rows {
    const KIND: Kind = Kind {
        word: "rows",
        shape: Shape::Sentence,
        doc: "A table to fill, one row after the other.",
        keys: &[
            required(
                "columns",
                Shape::Fields,
                "What is asked in every row; any field but `rows` and `group`.",
            ),
            key(
                "at_least",
                Shape::Count,
                "How many rows at least; 1 when it is not written.",
            ),
            key(
                "at_most",
                Shape::Count,
                "How many rows at most; 200 when it is not written.",
            ),
        ],
        example: "- rows: Defects\n  columns:\n    - choose: Kind\n      from: [scratch, dent]\n    - whole: Pieces\n  at_most: 10",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let repeated = group::read(reader, entry, "columns", limits::ROWS_DEFAULT);
        let group::Repeated {
            fields: columns,
            at_least,
            at_most,
        } = repeated;
        Some(Rows {
            columns,
            at_least,
            at_most,
        })
    }

    fn value_type(&self) -> Option<Type> {
        Some(group::value_type(&self.columns))
    }

    fn written(&self) -> Written<'_> {
        Written::Rows(&self.columns)
    }

    fn below(&self) -> &[Field] {
        &self.columns
    }

    fn answer(&self) -> Option<Json> {
        Some(group::answer(&self.columns, self.at_least, self.at_most))
    }

    fn described(&self, with: &dyn Describe) -> Json {
        json!({"columns": with.fields(&self.columns), "at_least": self.at_least, "at_most": self.at_most})
    }
}
