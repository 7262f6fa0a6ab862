//! `save`: writes a record by its key.
use super::StepOf;
use crate::model::{Computed, Id, Located};
use crate::read::keys::{Kind, Shape, key};
use crate::read::{Entry, Reader};

/// `- save: Table title`, of the app or of the site; a column that `values` does not name takes the value of the app's name with the same id.
#[derive(Clone, Debug, PartialEq)]
pub struct Save {
    pub table: Located<Id>,
    /// Whether it is a table of the site, which every app reads.
    pub of_site: bool,
    pub values: Vec<(Id, Computed)>,
}

impl StepOf for Save {
    const KIND: Kind = Kind {
        word: "save",
        shape: Shape::Word,
        doc: "Writes a record of a table of the app or of the site; one with the same key is written over.",
        keys: &[key(
            "values",
            Shape::Values,
            "What the columns get. A column that is not named takes the value of the same name in the app.",
        )],
        example: "- save: First pieces\n  values:\n    result: = \"released\"",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let (table, columns, of_site) = match reader.site_table_named(entry.value) {
            Some((table, columns)) => (table, columns, true),
            None => {
                let unknown = Located {
                    value: Id::new("unknown"),
                    span: reader.span(entry.value),
                };
                let (table, columns) = reader.table_named(entry.value).unwrap_or((unknown, Vec::new()));
                (table, columns, false)
            }
        };
        let mut values = Vec::new();
        if let Some(node) = entry.keys.get("values") {
            for (key, value) in reader.mapping(node, "values").unwrap_or_default() {
                let column = reader.column(key, &columns);
                let computed = reader.computed(value, "values");
                values.extend(column.map(|column| (column, computed)));
            }
        }
        Some(Save { table, of_site, values })
    }
}
