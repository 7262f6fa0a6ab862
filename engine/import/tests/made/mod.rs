//! Real .xlsx files, built cell by cell.

#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "what cannot be built fails the test; not every test needs all of it"
)]

use gemba_import::{Grade, Imported, Options, import};
use rust_xlsxwriter::{Format, Workbook};

/// One sheet: rows of cells with `|` between them; `^` joins a cell to the one above, `<` to the one on its left.
pub(crate) fn sheet(name: &str, text: &str) -> (String, String) {
    (name.to_owned(), text.to_owned())
}

pub(crate) fn book(sheets: &[(String, String)]) -> Vec<u8> {
    let mut book = Workbook::new();
    let format = Format::new();
    for (name, text) in sheets {
        let page = book.add_worksheet();
        page.set_name(name).unwrap();
        let rows: Vec<Vec<&str>> = text
            .lines()
            .map(|line| line.split('|').map(str::trim).collect())
            .collect();
        let at = |row: usize, column: usize| rows.get(row).and_then(|cells| cells.get(column)).copied().unwrap_or("");
        for (row, cells) in rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                if cell.is_empty() || *cell == "^" || *cell == "<" {
                    continue;
                }
                let (mut bottom, mut right) = (row, column);
                while at(row, right + 1) == "<" {
                    right += 1;
                }
                while at(bottom + 1, column) == "^" {
                    bottom += 1;
                }
                let (top, left) = (u32::try_from(row).unwrap(), u16::try_from(column).unwrap());
                let text = cell.replace("\\n", "\n");
                if bottom > row || right > column {
                    let (bottom, right) = (u32::try_from(bottom).unwrap(), u16::try_from(right).unwrap());
                    page.merge_range(top, left, bottom, right, &text, &format).unwrap();
                } else if let Ok(number) = cell.parse::<f64>() {
                    page.write_number(top, left, number).unwrap();
                } else {
                    page.write_string(top, left, &text).unwrap();
                }
            }
        }
    }
    book.save_to_buffer().unwrap()
}

pub(crate) fn made(bytes: &[u8], options: &Options) -> Imported {
    let imported = import(bytes, options).unwrap();
    for app in &imported.apps {
        let read = gemba_language_check(&app.yaml);
        assert!(read.is_empty(), "{}\n{read:#?}", app.yaml);
    }
    imported
}

/// Errors of what was made, and whether the formatter would change it.
fn gemba_language_check(yaml: &str) -> Vec<String> {
    use language::diagnostic::Severity;
    let read = language::read_app(yaml, None);
    let mut wrong: Vec<String> = read
        .diagnostics
        .iter()
        .filter(|one| one.severity == Severity::Error)
        .map(|one| format!("{} {}", one.code, one.message.0))
        .collect();
    if language::format(yaml).as_deref() != Some(yaml) {
        wrong.push("the formatter would change it".to_owned());
    }
    wrong
}

/// The app and what was said about it, as one text.
pub(crate) fn told(imported: &Imported) -> String {
    let mut out = String::new();
    for app in &imported.apps {
        out.push_str(&format!("--- {}.yaml, {} fields\n{}", app.id, app.fields, app.yaml));
    }
    for grade in [Grade::Guessed, Grade::NotUnderstood] {
        out.push_str(&format!("--- {grade:?}\n"));
        for note in imported.report.of(grade) {
            out.push_str(&format!(
                "{} {} \"{}\": {} / {}\n",
                note.place, note.code, note.text, note.message.0, note.message.1
            ));
        }
    }
    out
}
