//! `remove`: deletes a record by its key.
use super::StepOf;
use crate::catalogue as c;
use crate::model::{Computed, Id, Located};
use crate::read::keys::{Kind, Shape, required};
use crate::read::{Entry, Reader};

/// `- remove: Table title` with `key`; nothing happens when there is no such record.
#[derive(Clone, Debug, PartialEq)]
pub struct Remove {
    pub table: Located<Id>,
    pub key: Computed,
}

impl StepOf for Remove {
    const KIND: Kind = Kind {
        word: "remove",
        shape: Shape::Word,
        doc: "Deletes a record of a table; nothing happens when there is none with that key.",
        keys: &[required("key", Shape::Value, "The key of the record.")],
        example: "- remove: First pieces\n  key: = run.id",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let table = match reader.table_named(entry.value) {
            Some((table, _)) => table,
            None => Located {
                value: Id::new("unknown"),
                span: reader.span(entry.value),
            },
        };
        let key = match entry.keys.get("key") {
            Some(node) => reader.computed(node, "key"),
            None => {
                reader.missing(&entry.keys, "key", "= run.id", c::KEY_MISSING);
                Computed::Literal(expression::Value::Null)
            }
        };
        Some(Remove { table, key })
    }
}
