//! `pick`: a record of a table.
use expression::{Formula, Type};
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, TableName};
use crate::catalogue as c;
use crate::limits;
use crate::model::{Condition, Id};
use crate::read::ids::id_text;
use crate::read::keys::{Kind, Shape, key, required};
use crate::read::suggest::nearest;
use crate::read::{FieldEntry, Locals, Reader, Report};

/// Answer: the key of a record. Value: its columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    pub from: TableName,
    pub columns: Vec<Id>,
    /// What is shown of a record, besides its key.
    pub show: Vec<Id>,
    /// Over the columns of a record: only what it is true of can be picked.
    pub condition: Option<Condition>,
}

impl FieldOf for Pick {
    const KIND: Kind = Kind {
        word: "pick",
        shape: Shape::Sentence,
        doc: "A record of a table of the app or the site.",
        keys: &[
            required("from", Shape::Word, "The table."),
            key(
                "show",
                Shape::Words,
                "Columns that are shown to choose by; all when it is not written.",
            ),
            key(
                "where",
                Shape::Condition,
                "Which records can be picked; the table's columns are names here.",
            ),
        ],
        example: "- pick: Which first piece\n  from: First pieces\n  show: [order]\n  where: order = \"4711\"",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let Some(node) = entry.keys.get("from") else {
            reader.missing(&entry.keys, "from", "Records", c::KEY_MISSING);
            return None;
        };
        let (from, columns) = reader.any_table(node)?;
        let mut show: Vec<Id> = Vec::new();
        let nodes = entry
            .keys
            .get("show")
            .map(|node| reader.one_or_more(node))
            .unwrap_or_default();
        for node in nodes {
            let Some(found) = reader.words(node, "show") else {
                continue;
            };
            let id = Id::new(&id_text(&found));
            if columns.is_empty() || columns.contains(&id) {
                show.push(id);
                continue;
            }
            let near = nearest(&found, columns.iter().map(Id::as_str));
            let span = reader.span(node);
            let mut report = Report::new(c::NO_SUCH_COLUMN, span).arg("found", found.as_str());
            if let Some(first) = near.first() {
                report = report.replace(span, first.clone());
            }
            let others: Vec<&str> = columns
                .iter()
                .map(Id::as_str)
                .filter(|id| !near.iter().any(|n| n == id))
                .collect();
            reader.push(report.expected(near.clone()).expected(others));
        }
        let names = columns.iter().map(|column| (column.to_string(), Type::Any)).collect();
        let locals = Locals {
            names,
            open: columns.is_empty(),
        };
        let condition = entry
            .keys
            .get("where")
            .map(|node| reader.with_locals(locals, |reader| reader.condition(node, "where")));
        Some(Pick {
            from,
            columns,
            show,
            condition,
        })
    }

    fn value_type(&self) -> Option<Type> {
        if self.columns.is_empty() {
            return Some(Type::Any);
        }
        let columns = self.columns.iter().map(|column| (column.0.clone(), Type::Any));
        Some(Type::Context(columns.collect()))
    }

    fn formulas(&self) -> Vec<&Formula> {
        self.condition.iter().map(|condition| &condition.value).collect()
    }

    fn table(&self) -> Option<&TableName> {
        Some(&self.from)
    }

    fn answer(&self) -> Option<Json> {
        Some(json!({"type": "string", "minLength": 1, "maxLength": limits::CODE_CHARACTERS_MAX}))
    }

    fn described(&self, _with: &dyn Describe) -> Json {
        json!({"from_table": self.from, "columns": self.columns, "show": self.show})
    }
}
