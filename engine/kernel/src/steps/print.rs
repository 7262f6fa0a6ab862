//! `print`: a label or a document, with its values, as data for whoever draws it.

use expression::Value;
use language::model::{Id, Step};
use language::steps::Print;
use language::steps::print::{CodeKind, Content, Document, Item, Size};

use crate::asks::{self, Request};
use crate::formula::{BoundFormula, BoundText};
use crate::interpret::{Next, Run, Trouble};
use crate::limits::ENTRIES_MAX;
use crate::program::Compiler;
use crate::slots::Declaring;

#[derive(Debug)]
pub(crate) struct Op {
    title: BoundText,
    printer: Option<Id>,
    size: Size,
    copies: u32,
    content: Vec<Printed>,
    within_ms: i64,
}

#[derive(Debug)]
enum Printed {
    Text { text: BoundText, big: bool },
    Code { kind: CodeKind, text: BoundText },
    Line,
    Table(BoundFormula),
    Photo(BoundFormula),
}

pub(super) fn declare(_kind: &Print, _step: &Step, _number: u32, _d: &mut Declaring) {}

pub(super) fn compile(kind: &Print, step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let content = kind.content.iter().map(|item| match item {
        Content::Text { text, big } => Printed::Text {
            text: c.text(text),
            big: *big,
        },
        Content::Code { kind, text } => Printed::Code {
            kind: *kind,
            text: c.text(text),
        },
        Content::Line => Printed::Line,
        Content::Table(list) => Printed::Table(c.formula(&list.value)),
        Content::Photo(photo) => Printed::Photo(c.formula(&photo.value)),
    });
    let op = Op {
        title: c.text(&step.title),
        printer: kind.printer.as_ref().map(|printer| printer.value.clone()),
        size: kind.size,
        copies: kind.copies,
        content: content.collect(),
        within_ms: kind.within.as_ms(),
    };
    c.emit(super::Op::Print(op));
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let mut items = Vec::with_capacity(self.content.len());
        for printed in &self.content {
            items.push(match printed {
                Printed::Text { text, big } => Item::Text {
                    text: run.text(token, text),
                    big: *big,
                },
                Printed::Code { kind, text } => Item::Code {
                    kind: *kind,
                    text: run.text(token, text),
                },
                Printed::Line => Item::Line,
                Printed::Table(list) => table(run.evaluate(token, list)?, list.formula.source())?,
                Printed::Photo(photo) => Item::Photo {
                    files: files(&run.evaluate(token, photo)?),
                },
            });
        }
        let request = Request::Print {
            printer: self.printer.clone(),
            document: Document {
                title: run.text(token, &self.title),
                size: self.size,
                items,
            },
            copies: self.copies,
        };
        asks::ask(run, token, self.within_ms, request)
    }
}

/// Columns in the order in which they first appear; a list of plain values is a table of one column.
fn table(list: Value, source: &str) -> Result<Item, Trouble> {
    let list = match &list {
        Value::List(list) => list.clone(),
        Value::Null => {
            return Ok(Item::Table {
                columns: Vec::new(),
                rows: Vec::new(),
            });
        }
        _ => return Err(Trouble(format!("{source} is not a list"))),
    };
    if list.len() > ENTRIES_MAX {
        return Err(Trouble(format!("{source} has more than {ENTRIES_MAX} lines")));
    }
    let mut columns: Vec<String> = Vec::new();
    for entry in list.iter() {
        if let Value::Context(members) = entry {
            for name in members.keys() {
                if !columns.iter().any(|known| **known == **name) {
                    columns.push(name.to_string());
                }
            }
        }
    }
    let row = |entry: &Value| -> Vec<String> {
        match entry {
            Value::Context(members) => {
                let cell = |column: &String| members.get(column.as_str()).map(Value::display).unwrap_or_default();
                columns.iter().map(cell).collect()
            }
            plain => vec![plain.display()],
        }
    };
    let rows = list.iter().map(row).collect();
    Ok(Item::Table { columns, rows })
}

/// Ids of uploaded files; what is empty has none.
fn files(value: &Value) -> Vec<String> {
    match value {
        Value::Text(id) => vec![id.to_string()],
        Value::List(ids) => ids.iter().flat_map(files).collect(),
        Value::Judged(judged) => files(&judged.value),
        _ => Vec::new(),
    }
}
