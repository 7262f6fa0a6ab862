//! `matrix`: the same choice for several things.
use expression::Type;
use serde_json::{Map, Value as Json, json};

use super::{Describe, FieldOf, describe};
use crate::catalogue as c;
use crate::limits;
use crate::model::{Id, Text};
use crate::read::ids::id_of;
use crate::read::keys::{Kind, Shape, required};
use crate::read::{FieldEntry, Reader, Report};

/// Answer: an object with the id of every row and one of `from`.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    pub rows: Vec<(Id, Text)>,
    pub from: Vec<Text>,
}

impl FieldOf for Matrix {
    const KIND: Kind = Kind {
        word: "matrix",
        shape: Shape::Sentence,
        doc: "The same choice for several things, as a grid.",
        keys: &[
            required("rows", Shape::Sentences, "What is asked about, one row each."),
            required("from", Shape::Sentences, "What can be chosen in every row."),
        ],
        example: "- matrix: State of the place\n  rows: [floor, bench, tools]\n  from: [good, fair, bad]",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let from = reader.choices(entry);
        let mut rows: Vec<(Id, Text)> = Vec::new();
        let Some(node) = entry.keys.get("rows") else {
            reader.missing(&entry.keys, "rows", "[first, second]", c::KEY_MISSING);
            return Some(Matrix { rows, from });
        };
        let nodes = reader.word_list(node, "rows");
        if nodes.len() > limits::MATRIX_ROWS_MAX {
            let report = Report::new(c::TOO_MANY_CHOICES, reader.head(node));
            reader.push(report.arg("max", limits::MATRIX_ROWS_MAX.to_string()));
            return Some(Matrix { rows, from });
        }
        for node in nodes {
            let text = reader.sentence(node, "rows");
            let id = id_of("row", text.default.source());
            if rows.iter().any(|(other, _)| *other == id) {
                let report = Report::new(c::ROW_TWICE, reader.span(node)).arg("found", text.default.source());
                reader.push(report);
                continue;
            }
            rows.push((id, text));
        }
        Some(Matrix { rows, from })
    }

    fn value_type(&self) -> Option<Type> {
        let choices = || Type::OneOf(self.from.iter().map(|choice| choice.default.source().into()).collect());
        Some(Type::Context(
            self.rows.iter().map(|(id, _)| (id.0.clone(), choices())).collect(),
        ))
    }

    fn sentences(&self) -> Vec<&Text> {
        self.rows.iter().map(|(_, text)| text).chain(&self.from).collect()
    }

    fn answer(&self) -> Option<Json> {
        let choices = crate::schema::answers::choices(&self.from);
        let row = json!({"type": "string", "enum": choices});
        let properties: Map<String, Json> = self.rows.iter().map(|(id, _)| (id.to_string(), row.clone())).collect();
        let required: Vec<&str> = self.rows.iter().map(|(id, _)| id.as_str()).collect();
        Some(json!({
            "type": "object", "properties": properties, "required": required, "additionalProperties": false
        }))
    }

    fn described(&self, with: &dyn Describe) -> Json {
        let row = |(id, text): &(Id, Text)| json!({"id": id, "title": with.text(text)});
        json!({
            "rows": self.rows.iter().map(row).collect::<Vec<_>>(),
            "from": describe::texts(&self.from, with),
        })
    }
}
