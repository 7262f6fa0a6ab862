//! `tables:` the records an app keeps.

use super::ids::{id_of, id_text};
use super::keys::{Key, Keys, Shape, key, required};
use super::suggest::nearest;
use super::{FieldEntry, Reader, Report};
use crate::catalogue as c;
use crate::fields::{CALIBRATED_UNTIL, GAUGES, TableName};
use crate::limits;
use crate::model::{Id, Located, Table};
use crate::tree::NodeId;

pub(crate) const TABLE: &[Key] = &[
    required("table", Shape::Sentence, "What the table is called."),
    key(
        "id",
        Shape::Id,
        "Name of the table; follows from the sentence when it is not written.",
    ),
    required(
        "key",
        Shape::Id,
        "The column that tells records apart: a record with the same key is written over.",
    ),
    required("columns", Shape::Words, "The columns, as ids."),
];

impl Reader<'_> {
    pub(crate) fn read_tables(&mut self, node: NodeId) -> Vec<Table> {
        let entries = self.entries(node, "tables");
        let mut tables: Vec<Table> = Vec::new();
        for entry in entries {
            let Some(table) = self.table(entry) else { continue };
            if tables.iter().any(|other| other.id == table.id) {
                self.push(Report::new(c::TABLE_TWICE, self.head(entry)).arg("id", table.id.as_str()));
                continue;
            }
            self.ids.insert(table.span.start, table.id.clone());
            tables.push(table);
        }
        tables
    }

    fn table(&mut self, node: NodeId) -> Option<Table> {
        let keys = self.keys(node, &[TABLE], "a table")?;
        let Some(title) = keys.get("table") else {
            self.missing(&keys, "table", "Records", c::KEY_MISSING);
            return None;
        };
        let shown = self.tree.scalar(title).unwrap_or_default().to_owned();
        let (en, zh) = (format!("table '{shown}'"), format!("表“{shown}”"));
        self.within_node(node, en, zh, |reader| {
            let title = reader.sentence(title, "table");
            let id = match keys.get("id") {
                Some(node) => reader.id(node)?,
                None => id_of("table", title.default.source()),
            };
            let columns = match keys.get("columns") {
                Some(node) => reader.columns(node),
                None => {
                    reader.missing(&keys, "columns", "[number]", c::KEY_MISSING);
                    Vec::new()
                }
            };
            let first = columns.first().cloned().unwrap_or_else(|| Id::new("key"));
            let key = match keys.get("key") {
                Some(node) => reader.column(node, &columns).unwrap_or(first),
                None => {
                    reader.missing(&keys, "key", first.as_str(), c::KEY_MISSING);
                    first
                }
            };
            Some(Table {
                id,
                title,
                key,
                columns,
                span: reader.span(node),
            })
        })
    }

    fn columns(&mut self, node: NodeId) -> Vec<Id> {
        let mut columns: Vec<Id> = Vec::new();
        let mut before = self.span(node).end;
        for node in self.word_list(node, "columns") {
            let Some(id) = self.id(node) else { continue };
            let span = self.span(node);
            if columns.contains(&id) {
                let report = Report::new(c::COLUMN_TWICE, span).arg("id", id.as_str());
                self.push(report.fix(before, span.end, ""));
                continue;
            }
            before = span.end;
            columns.push(id);
        }
        if columns.len() > limits::COLUMNS_PER_TABLE_MAX {
            let max = limits::COLUMNS_PER_TABLE_MAX;
            self.push(Report::new(c::TOO_MANY_COLUMNS, self.head(node)).arg("max", max.to_string()));
        }
        columns
    }

    /// A column of a table by its id or its sentence.
    pub(crate) fn column(&mut self, node: NodeId, columns: &[Id]) -> Option<Id> {
        let text = self.words(node, "column")?;
        self.column_named(node, &text, columns)
    }

    pub(crate) fn column_named(&mut self, node: NodeId, text: &str, columns: &[Id]) -> Option<Id> {
        let id = id_text(text);
        if let Some(column) = columns
            .iter()
            .find(|column| column.as_str() == text || column.as_str() == id)
        {
            return Some(column.clone());
        }
        if columns.is_empty() {
            return None;
        }
        let near = nearest(text, columns.iter().map(Id::as_str));
        let span = self.span(node);
        let mut report = Report::new(c::UNKNOWN_COLUMN, span).arg("found", text);
        if let Some(first) = near.first() {
            report = report.replace(span, first.clone());
        }
        let others: Vec<String> = columns
            .iter()
            .map(|c| c.to_string())
            .filter(|column| !near.contains(column))
            .collect();
        self.push(report.expected(near).expected(others));
        None
    }

    /// The table in which a field's `from` looks records up: one of the app, else one of the site.
    pub(crate) fn field_table(&mut self, entry: &FieldEntry) -> Option<TableName> {
        let node = entry.keys.get("from")?;
        self.any_table(node).map(|(table, _)| table)
    }

    /// A table of gauges, named under `word`, else the site's `Gauges`.
    pub(crate) fn gauge_table(&mut self, keys: &Keys, word: &'static str) -> TableName {
        let usual = TableName::Site(Id::new(GAUGES));
        let named = keys.get(word);
        let columns = match (named, self.site) {
            (Some(node), _) => match self.any_table(node) {
                Some((table, columns)) => {
                    if !columns.is_empty() && !columns.iter().any(|column| column.as_str() == CALIBRATED_UNTIL) {
                        let report = Report::new(c::NO_CALIBRATION_COLUMN, self.span(node));
                        self.push(report.arg("column", CALIBRATED_UNTIL));
                    }
                    return table;
                }
                None => return usual,
            },
            (None, None) => return usual,
            (None, Some(site)) => {
                let table = site.tables.iter().find(|table| table.id.as_str() == GAUGES);
                table.map(|table| table.columns.clone())
            }
        };
        let calibrated =
            columns.is_some_and(|columns| columns.iter().any(|column| column.as_str() == CALIBRATED_UNTIL));
        if !calibrated {
            let span = self.entry_start(keys).0;
            self.push(Report::new(c::NO_GAUGES, span).arg("column", CALIBRATED_UNTIL));
        }
        usual
    }

    /// A table of the app, else of the site, with its columns. Without a site any name may be one of its tables.
    pub(crate) fn any_table(&mut self, node: NodeId) -> Option<(TableName, Vec<Id>)> {
        let text = self.words(node, "from")?;
        let id = id_text(&text);
        let fits = |table: &&Table| table.id.as_str() == id || id_text(table.title.default.source()) == id;
        if let Some(table) = self.tables.iter().find(fits) {
            return Some((TableName::App(table.id.clone()), table.columns.clone()));
        }
        let Some(site) = self.site else {
            return Some((TableName::Site(Id::new(&id)), Vec::new()));
        };
        if let Some(table) = site.tables.iter().find(fits) {
            return Some((TableName::Site(table.id.clone()), table.columns.clone()));
        }
        let all = self.tables.iter().chain(&site.tables);
        let titles: Vec<String> = all.map(|table| table.title.default.source().to_owned()).collect();
        let near = nearest(&text, titles.iter().map(String::as_str));
        let span = self.span(node);
        let mut report = Report::new(c::NO_TABLE_ANYWHERE, span).arg("found", text.as_str());
        if let Some(first) = near.first() {
            report = report.replace(span, first.clone());
        }
        let others: Vec<String> = titles.iter().filter(|title| !near.contains(title)).cloned().collect();
        self.push(report.expected(near).expected(others));
        None
    }

    /// A table of the site, by its sentence or id, where the app has none of that name. Without a site any name may be one
    /// of its tables that is not meant to be one of the app's.
    pub(crate) fn site_table_named(&self, node: NodeId) -> Option<(Located<Id>, Vec<Id>)> {
        let text = self.tree.scalar(node)?.trim();
        let id = id_text(text);
        let fits = |table: &&Table| table.id.as_str() == id || id_text(table.title.default.source()) == id;
        if self.tables.iter().any(|table| fits(&table)) {
            return None;
        }
        let located = |id: &Id| Located {
            value: id.clone(),
            span: self.tree.span(node),
        };
        let Some(site) = self.site else {
            let own = self.tables.iter().map(|table| table.title.default.source());
            let is_slip = !nearest(text, own).is_empty();
            return (!is_slip).then(|| (located(&Id::new(&id)), Vec::new()));
        };
        let table = site.tables.iter().find(fits)?;
        Some((located(&table.id), table.columns.clone()))
    }

    /// A table of this app by its sentence or id.
    pub(crate) fn table_named(&mut self, node: NodeId) -> Option<(Located<Id>, Vec<Id>)> {
        let text = self.words(node, "table")?;
        let id = id_text(&text);
        let fits = |table: &&Table| table.id.as_str() == id || id_text(table.title.default.source()) == id;
        if let Some(table) = self.tables.iter().find(fits) {
            let located = Located {
                value: table.id.clone(),
                span: self.tree.span(node),
            };
            return Some((located, table.columns.clone()));
        }
        let titles: Vec<String> = self
            .tables
            .iter()
            .map(|table| table.title.default.source().to_owned())
            .collect();
        let near = nearest(&text, titles.iter().map(String::as_str));
        let span = self.span(node);
        let entry = if titles.is_empty() {
            c::NO_TABLES
        } else {
            c::UNKNOWN_TABLE
        };
        let mut report = Report::new(entry, span).arg("found", text.as_str());
        if let Some(first) = near.first() {
            report = report.replace(span, first.clone());
        }
        let others: Vec<String> = titles.iter().filter(|title| !near.contains(title)).cloned().collect();
        self.push(report.expected(near).expected(others));
        None
    }
}
