//! `print`: a label or a document.
//!
//! What is printed is data: [`Document`] is what a printer is handed, with all values in it.
use expression::{Duration, Formula};
use serde::{Deserialize, Serialize};

use super::StepOf;
use crate::catalogue as c;
use crate::keywords;
use crate::limits;
use crate::model::{Id, Located, Text};
use crate::read::ids::id_of;
use crate::read::keys::{Key, Kind, Shape, key, required};
use crate::read::site::one_of;
use crate::read::{Entry, Reader, Report, Wants};
use crate::tree::NodeId;

/// `- print: sentence` with `on` (a printer of the site), `size`, `copies` and `content`. Without `on` the document is
/// kept as a file of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Print {
    pub printer: Option<Located<Id>>,
    pub size: Size,
    pub copies: u32,
    pub content: Vec<Content>,
    pub within: Duration,
}

/// What a label or a page measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    A4,
    A5,
    /// In micrometres: 60 x 40 mm is 60000 by 40000.
    Label {
        width_um: u32,
        height_um: u32,
    },
}

/// One thing of a label or page, from top to bottom, as the app says it.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Text {
        text: Text,
        big: bool,
    },
    Code {
        kind: CodeKind,
        text: Text,
    },
    Line,
    /// A list of contexts.
    Table(Located<Formula>),
    /// Photos, sketches: ids of uploaded files.
    Photo(Located<Formula>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeKind {
    Qr,
    Datamatrix,
    Code128,
    /// A data matrix with GS1 element strings, written with brackets: `(01)04012345678901(10)L7`.
    Gs1,
}

/// What a printer is handed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub title: String,
    pub size: Size,
    pub items: Vec<Item>,
}

/// One thing of a document, from top to bottom, with its values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "item", rename_all = "snake_case")]
pub enum Item {
    Text {
        text: String,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        big: bool,
    },
    Code {
        kind: CodeKind,
        text: String,
    },
    Line,
    Table {
        columns: Vec<String>,
        rows: Vec<Vec<String>>,
    },
    /// Ids of uploaded files.
    Photo {
        files: Vec<String>,
    },
}

const ITEM: &[Key] = &[
    key("text", Shape::Sentence, "A text; {name} shows a value."),
    key("big", Shape::YesNo, "`yes` writes the text large."),
    key("qr", Shape::Sentence, "A QR code of this text."),
    key("datamatrix", Shape::Sentence, "A Data Matrix code of this text."),
    key("code128", Shape::Sentence, "A bar code (Code 128) of this text."),
    key("gs1", Shape::Sentence, "A GS1 Data Matrix: (01)…(10)…"),
    key("table", Shape::Formula, "A table: a list with one entry a line."),
    key("photo", Shape::Formula, "Photos of a field."),
];

const CODES: &[(&str, CodeKind)] = &[
    ("qr", CodeKind::Qr),
    ("datamatrix", CodeKind::Datamatrix),
    ("code128", CodeKind::Code128),
    ("gs1", CodeKind::Gs1),
];

impl StepOf for Print {
    const KIND: Kind = Kind {
        word: "print",
        shape: Shape::Sentence,
        doc: "Prints a label or a document, or keeps it as a file of the run.",
        keys: &[
            key(
                "on",
                Shape::Word,
                "A printer of the site; without it the document is kept as a file of the run.",
            ),
            key(
                "size",
                Shape::Word,
                "`60 x 40 mm` for a label, `a4` or `a5` for a page; a4 when it is not written.",
            ),
            key("copies", Shape::Count, "How many; 1 when it is not written."),
            required(
                "content",
                Shape::WordsOrEntries(ITEM),
                "What is printed, from top to bottom; `line` draws one.",
            ),
            key(
                "within",
                Shape::Duration,
                "How long the printer may take; 30 s when it is not written.",
            ),
        ],
        example: "- print: First-piece label\n  on: Label printer\n  size: 60 x 40 mm\n  content:\n    - text: First piece\n      big: yes\n    - qr: \"{run.id}\"\n    - line",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let keys = &entry.keys;
        let printer = keys.get("on").and_then(|node| {
            let value = match reader.site {
                Some(site) => one_of(reader, node, ("on", c::UNKNOWN_PRINTER), &site.printers, |printer| {
                    (&printer.id, &printer.title)
                })?
                .id
                .clone(),
                None => id_of("printer", &reader.words(node, "on")?),
            };
            Some(Located {
                value,
                span: reader.span(node),
            })
        });
        let size = keys.get("size").map_or(Size::A4, |node| size(reader, node));
        let copies = keys
            .get("copies")
            .map_or(1, |node| reader.count(node, "copies", 1, limits::COPIES_MAX));
        let mut content = Vec::new();
        match keys.get("content") {
            Some(node) => {
                for node in content_entries(reader, node) {
                    content.extend(item(reader, node));
                }
            }
            None => reader.missing(keys, "content", "[{text: Hello}]", c::KEY_MISSING),
        }
        let within = reader.answer_within(keys);
        Some(Print {
            printer,
            size,
            copies,
            content,
            within,
        })
    }
}

/// Entries are words too, so a plain list is taken as it is.
fn content_entries(reader: &mut Reader<'_>, node: NodeId) -> Vec<NodeId> {
    match reader.tree.list(node) {
        Some(entries) if entries.len() <= limits::PRINTED_ITEMS_MAX && !entries.is_empty() => entries.to_vec(),
        Some(entries) if !entries.is_empty() => {
            let max = limits::PRINTED_ITEMS_MAX.to_string();
            reader.push(Report::new(c::PRINTED_TOO_MUCH, reader.head(node)).arg("max", max));
            Vec::new()
        }
        _ => reader.entries(node, "content"),
    }
}

fn item(reader: &mut Reader<'_>, node: NodeId) -> Option<Content> {
    if let Some(text) = reader.tree.scalar(node) {
        if keywords::is("line", text.trim()) {
            reader.speak(node, "line");
            return Some(Content::Line);
        }
        let text = text.trim().to_owned();
        let span = reader.head(node);
        let report = Report::new(c::PRINTED_WHAT, span).arg("found", text);
        reader.push(report.insert(span.start, span.start, "text: "));
        return None;
    }
    let keys = reader.keys(node, &[ITEM], "an entry of content")?;
    if let Some(node) = keys.get("text") {
        let text = reader.sentence(node, "text");
        let big = keys.get("big").is_some_and(|node| reader.yes_no(node, "big"));
        return Some(Content::Text { text, big });
    }
    for (word, kind) in CODES {
        if let Some(node) = keys.get(word) {
            let text = reader.sentence(node, word);
            return Some(Content::Code { kind: *kind, text });
        }
    }
    if let Some(node) = keys.get("table") {
        return Some(Content::Table(reader.formula(node, "table", Wants::List)));
    }
    if let Some(node) = keys.get("photo") {
        return Some(Content::Photo(reader.formula(node, "photo", Wants::Anything)));
    }
    let span = reader.head(node);
    reader.push(Report::new(c::PRINTED_WHAT, span).arg("found", ""));
    None
}

/// `60 x 40 mm`, `a4`, `a5`.
fn size(reader: &mut Reader<'_>, node: NodeId) -> Size {
    let text = reader.tree.scalar(node).unwrap_or_default().trim().to_lowercase();
    match text.as_str() {
        "a4" => return Size::A4,
        "a5" => return Size::A5,
        _ => {}
    }
    let label = || {
        let (sides, unit) = match text.strip_suffix("mm").or_else(|| text.strip_suffix("毫米")) {
            Some(sides) => (sides, 1_000),
            None => (text.strip_suffix("cm").or_else(|| text.strip_suffix("厘米"))?, 10_000),
        };
        let (width, height) = sides.split_once(['x', '×', '*'])?;
        let um = |side: &str| {
            let side = side.trim().trim_end_matches("mm").trim();
            let number: expression::Number = side.parse().ok()?;
            let um = number.checked_mul(unit.into())?;
            let um: u32 = um.normalize().to_string().parse().ok()?;
            (limits::LABEL_UM_MIN..=limits::LABEL_UM_MAX)
                .contains(&um)
                .then_some(um)
        };
        Some(Size::Label {
            width_um: um(width)?,
            height_um: um(height)?,
        })
    };
    label().unwrap_or_else(|| {
        let span = reader.head(node);
        let report = Report::new(c::SIZE_EXPECTED, span)
            .arg("found", text.as_str())
            .expected(["60 x 40 mm", "a4", "a5"]);
        // `60 x 40`: millimetres are meant.
        let sides: Vec<&str> = text.split(['x', '×', '*']).map(str::trim).collect();
        let plain = sides.len() == 2 && sides.iter().all(|side| side.parse::<u32>().is_ok());
        let report = match plain {
            true => report.replace(span, format!("{} x {} mm", sides[0], sides[1])),
            false => report,
        };
        reader.push(report);
        Size::A4
    })
}
