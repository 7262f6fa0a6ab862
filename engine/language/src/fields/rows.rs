//! `rows`: a table to fill.
use expression::Type;
use serde_json::{Value as Json, json};

use super::FieldOf;
use crate::catalogue as c;
use crate::limits;
use crate::model::Field;
use crate::read::keys::{Kind, Shape, key, required};
use crate::read::{FieldEntry, Locals, Reader, Report};

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
                "What is asked in every row; any field but `rows`.",
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
        let columns = match entry.keys.get("columns") {
            Some(node) => {
                let from = reader.obligations.len();
                let columns = reader.fields(node, "columns");
                // In a row's formulas the other answers of the row come first.
                let types = super::types(&columns).into_iter();
                let names: Vec<(String, Type)> = types.map(|(name, kind)| (name.to_string(), kind)).collect();
                for obligation in &mut reader.obligations[from..] {
                    obligation.locals = Locals {
                        names: names.clone(),
                        open: false,
                    };
                }
                columns
            }
            None => {
                reader.missing(&entry.keys, "columns", "[{text: What}]", c::KEY_MISSING);
                Vec::new()
            }
        };
        for column in &columns {
            if matches!(column.kind, super::FieldKind::Rows(_)) {
                let report = Report::new(c::ROWS_IN_ROWS, column.span);
                reader.push(report);
            }
        }
        let at_least = entry
            .keys
            .get("at_least")
            .map_or(1, |node| reader.count(node, "at_least", 0, limits::ROWS_MAX));
        let at_most = match entry.keys.get("at_most") {
            Some(node) => reader.count(node, "at_most", 1, limits::ROWS_MAX),
            None => limits::ROWS_DEFAULT.max(at_least),
        };
        if at_least > at_most
            && let (Some(low), Some(high)) = (entry.keys.get("at_least"), entry.keys.get("at_most"))
        {
            let (low, high) = (reader.span(low), reader.span(high));
            let report = Report::new(c::MIN_ABOVE_MAX, low)
                .arg("low", "at_least")
                .arg("high", "at_most")
                .replace(low, at_most.to_string())
                .replace(high, at_least.to_string());
            reader.push(report);
        }
        Some(Rows {
            columns,
            at_least,
            at_most,
        })
    }

    fn value_type(&self) -> Option<Type> {
        Some(Type::List(Box::new(Type::Context(super::types(&self.columns)))))
    }

    fn answer(&self) -> Option<Json> {
        let mut row = crate::schema::answers::object(&self.columns);
        if let Some(members) = row.as_object_mut() {
            members.shift_remove("$schema");
        }
        Some(json!({"type": "array", "items": row, "minItems": self.at_least, "maxItems": self.at_most}))
    }
}
