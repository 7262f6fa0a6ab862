//! `find`: records of a table.
use expression::{Names, Type};

use super::StepOf;
use crate::catalogue as c;
use crate::keywords;
use crate::limits;
use crate::model::{Condition, Id, Located, Table};
use crate::read::keys::{Kind, Shape, key};
use crate::read::{Entry, Locals, Reader, Report};
use crate::tree::NodeId;

/// `- find: Table title` with `where`, `sort`, `at_most`, `as`. Inside `where` the table's columns come first,
/// then the app's own names.
#[derive(Clone, Debug, PartialEq)]
pub struct Find {
    pub table: Located<Id>,
    pub condition: Option<Condition>,
    /// Column and whether the largest comes first.
    pub sort: Option<(Id, Order)>,
    pub at_most: u32,
    /// Name under which the list of records is read; the step's id when not written.
    pub name: Id,
}

/// `sort: column` or `sort: column, newest first`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    SmallestFirst,
    LargestFirst,
}

const SMALLEST: &[&str] = &["smallest first", "oldest first", "lowest first", "ascending"];
const LARGEST: &[&str] = &[
    "newest first",
    "largest first",
    "highest first",
    "latest first",
    "descending",
];

impl StepOf for Find {
    const KIND: Kind = Kind {
        word: "find",
        shape: Shape::Word,
        doc: "Reads records of a table into a list.",
        keys: &[
            key(
                "where",
                Shape::Condition,
                "Which records; the table's columns are names here, and `run.order` is the run's own `order`.",
            ),
            key(
                "sort",
                Shape::Word,
                "A column, and `newest first` or `smallest first` behind a comma.",
            ),
            key(
                "at_most",
                Shape::Count,
                "How many records at most; 100 when it is not written.",
            ),
            key(
                "as",
                Shape::Id,
                "Name of the list; the step's id when it is not written.",
            ),
        ],
        example: "- find: First pieces\n  where: order = \"4711\"\n  sort: serial_number, newest first\n  at_most: 10\n  as: earlier_pieces",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let (table, columns) = match reader.table_named(entry.value) {
            Some(found) => found,
            None => (
                Located {
                    value: Id::new("unknown"),
                    span: reader.span(entry.value),
                },
                Vec::new(),
            ),
        };
        let names = columns.iter().map(|column| (column.to_string(), Type::Any)).collect();
        let locals = Locals {
            names,
            open: columns.is_empty(),
        };
        let condition = entry
            .keys
            .get("where")
            .map(|node| reader.with_locals(locals, |reader| reader.condition(node, "where")));
        let sort = entry.keys.get("sort").and_then(|node| sort(reader, node, &columns));
        let at_most = match entry.keys.get("at_most") {
            Some(node) => reader.count(node, "at_most", 1, limits::FOUND_RECORDS_MAX),
            None => limits::FOUND_RECORDS_DEFAULT,
        };
        let name = match entry.keys.get("as") {
            Some(node) => reader.id(node).unwrap_or_else(|| entry.id.clone()),
            None => entry.id.clone(),
        };
        Some(Find {
            table,
            condition,
            sort,
            at_most,
            name,
        })
    }

    fn values(&self, _names: &mut Names, tables: &[Table]) -> Vec<(Id, Type)> {
        let record = match tables.iter().find(|table| table.id == self.table.value) {
            Some(table) => Type::Context(
                table
                    .columns
                    .iter()
                    .map(|column| (column.0.clone(), Type::Any))
                    .collect(),
            ),
            None => Type::Any,
        };
        vec![(self.name.clone(), Type::List(Box::new(record)))]
    }
}

fn sort(reader: &mut Reader<'_>, node: NodeId, columns: &[Id]) -> Option<(Id, Order)> {
    let text = reader.words(node, "sort")?;
    let (column, order) = text
        .split_once([',', '，'])
        .map_or((text.as_str(), ""), |(a, b)| (a.trim(), b.trim()));
    let known = keywords::literal(order, keywords::ORDERS);
    if let Some(pair) = known {
        let whole = reader.tree.scalar(node).unwrap_or_default().trim_end();
        if let Some(before) = whole.strip_suffix(order) {
            reader.speak_inside(node, before.len(), whole.len(), pair);
        }
    }
    let order = match known.map_or(order, |pair| pair.0) {
        "" => Order::SmallestFirst,
        order if SMALLEST.contains(&order) => Order::SmallestFirst,
        order if LARGEST.contains(&order) => Order::LargestFirst,
        other => {
            let report = Report::new(c::CHOICE_EXPECTED, reader.span(node))
                .arg("what", "sort")
                .arg("found", other);
            let better = format!("{column}, {}", reader.keywords.pick(keywords::ORDERS[4]));
            let edits = reader.tree.replace_inside(node, 0, usize::MAX, &better);
            let words = [4, 0].map(|order| reader.keywords.pick(keywords::ORDERS[order]));
            reader.push(report.expected(words).edits(edits));
            return None;
        }
    };
    Some((reader.column_named(node, column, columns)?, order))
}
