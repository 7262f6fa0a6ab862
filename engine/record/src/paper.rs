//! The record on paper: the same tables as on the page, with the hash of the record at the foot of every sheet.

use print::{Document, Fonts, Item, Size};

use crate::build::Record;
use crate::limits;
use crate::view::{self, Section};

/// What the PDF's own description carries, so that any program finds the hash in the file.
pub(crate) fn mark(record: &Record) -> String {
    format!("gemba-record sha256:{}", record.hash)
}

/// As PDF. A character that no font of this computer has is written as a box; a timeline that would take more sheets than
/// are drawn ends early, and says so.
pub(crate) fn pdf(record: &Record, fonts: &Fonts) -> Result<Vec<u8>, String> {
    let mut entries = limits::PAPER_ENTRIES_MAX;
    loop {
        let document = document(record, fonts, entries);
        match print::marked_pdf(&document, &format!("SHA-256 {}", record.hash), &mark(record), fonts) {
            Err(print::Error::TooMany(..)) if entries > 0 => entries /= 2,
            done => return done.map_err(|error| error.to_string()),
        }
    }
}

fn document(record: &Record, fonts: &Fonts, entries: usize) -> Document {
    let view = view::of(record);
    let writable = |text: &str| -> String {
        let cut: String = text.chars().take(limits::PAPER_VALUE_CHARACTERS_MAX).collect();
        let cut = if cut.len() < text.len() {
            format!("{cut}…")
        } else {
            cut
        };
        cut.chars()
            .map(|c| if c.is_ascii() || fonts.have(c) { c } else { '□' })
            .collect()
    };
    let said = |text: &str, big: bool| Item::Text {
        text: writable(text),
        big,
    };
    let mut items = vec![said(&view.title, true)];
    items.extend(view.warning.map(|warning| said(warning, false)));
    // A document has a limit of things: forms that do not fit any more are in the HTML.
    let room = print::limits::ITEMS_MAX / 2 - 6;
    let last = view.sections.len().saturating_sub(1);
    for (at, section) in view.sections.iter().enumerate() {
        if at >= room && at < last {
            continue;
        }
        items.extend([Item::Line, said(&section.title, false)]);
        let shown = section.rows.len().min(if at == last {
            entries
        } else {
            print::limits::TABLE_ROWS_MAX
        });
        items.push(table(section, shown, &writable));
        if shown < section.rows.len() {
            items.push(said(
                "… the rest is in record.html and record.json 其余见 record.html 和 record.json",
                false,
            ));
        }
    }
    if view.sections.len() > room {
        items.push(said("More forms are in record.html 更多表单见 record.html", false));
    }
    Document {
        title: writable(&view.title),
        size: Size::A4,
        items,
    }
}

fn table(section: &Section, rows: usize, writable: &dyn Fn(&str) -> String) -> Item {
    let columns = match section.columns.is_empty() {
        true => vec![String::new(), String::new()],
        false => section.columns.iter().map(|column| writable(column)).collect(),
    };
    let one_line = |cell: &String| writable(&cell.replace('\n', "; "));
    let rows = section.rows.iter().take(rows);
    Item::Table {
        columns,
        rows: rows.map(|cells| cells.iter().map(one_line).collect()).collect(),
    }
}
