//! What was understood of a file, what was guessed, and what was not: each with its place.

use crate::codes::Entry;
use crate::limits;
use crate::workbook::column_letters;

/// How sure the import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// It is in the app as it was written.
    Understood,
    /// It is in the app, in the way that is most often meant: look at it.
    Guessed,
    /// It is not in the app, or only as a hint or a comment.
    NotUnderstood,
}

/// A place in the file, as Excel names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub sheet: String,
    /// From 1; 0 when a whole sheet is meant.
    pub row: u32,
    /// `B`; empty when a whole row or sheet is meant.
    pub column: String,
}

/// One line of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// `G1403`
    pub code: &'static str,
    pub grade: Grade,
    pub place: Place,
    /// What is written there, shortened.
    pub text: String,
    /// English and Chinese.
    pub message: (String, String),
}

/// All notes of an import, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub notes: Vec<Note>,
    /// Notes that were left out when there were too many.
    pub left_out: usize,
}

impl Place {
    /// From row and column as the reader counts them, from 0.
    pub(crate) fn cell(sheet: &str, row: u32, column: u32) -> Place {
        Place {
            sheet: sheet.to_owned(),
            row: row.saturating_add(1),
            column: column_letters(column),
        }
    }
    pub(crate) fn row(sheet: &str, row: u32) -> Place {
        Place {
            sheet: sheet.to_owned(),
            row: row.saturating_add(1),
            column: String::new(),
        }
    }
    pub(crate) fn sheet(sheet: &str) -> Place {
        Place {
            sheet: sheet.to_owned(),
            row: 0,
            column: String::new(),
        }
    }
}

impl std::fmt::Display for Place {
    /// `Sheet1!B7`, `Sheet1 row 7` as `Sheet1!7`, `Sheet1`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.row {
            0 => f.write_str(&self.sheet),
            row => write!(f, "{}!{}{row}", self.sheet, self.column),
        }
    }
}

impl Report {
    /// Notes of one grade.
    pub fn of(&self, grade: Grade) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(move |note| note.grade == grade)
    }

    /// The same with one word that each language has its own of.
    pub(crate) fn add_in_both(&mut self, entry: &'static Entry, place: Place, text: &str, en: &str, zh: &str) {
        let from = self.notes.len();
        self.add(entry, place, text, &[en]);
        if let Some(note) = self.notes.get_mut(from) {
            note.message.1 = entry.zh.replace("{0}", &shortened(zh));
        }
    }

    /// `words` fill the `{0}`, `{1}` of the messages.
    pub(crate) fn add(&mut self, entry: &'static Entry, place: Place, text: &str, words: &[&str]) {
        if self.notes.len() >= limits::REPORT_ENTRIES_MAX {
            self.left_out += 1;
            return;
        }
        let fill = |template: &str| {
            let mut message = template.to_owned();
            for (index, word) in words.iter().enumerate() {
                message = message.replace(&format!("{{{index}}}"), &shortened(word));
            }
            message
        };
        self.notes.push(Note {
            code: entry.code,
            grade: entry.grade,
            place,
            text: shortened(text),
            message: (fill(entry.en), fill(entry.zh)),
        });
    }
}

/// One line of a text, not too long.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= limits::SHOWN_CHARACTERS_MAX {
        return line;
    }
    let cut: String = line.chars().take(limits::SHOWN_CHARACTERS_MAX - 1).collect();
    format!("{cut}…")
}
