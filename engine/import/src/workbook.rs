//! The bytes of an .xlsx as texts of cells. What is unpacked is counted while it is unpacked: a file that says it is
//! small and is not ends at the limit.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use calamine::{DataRef, Reader, SheetVisible, Xlsx};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::limits;

/// Why nothing could be made of a file.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    #[error("the file is empty")]
    Empty,
    #[error("the file is larger than {} MB", limits::FILE_BYTES_MAX / 1024 / 1024)]
    TooLarge,
    #[error("this is an old .xls file, or one with a password: save it as .xlsx without a password")]
    OldOrLocked,
    #[error("this is no .xlsx file")]
    NotXlsx,
    #[error("the .xlsx file is damaged: {0}")]
    Damaged(String),
    #[error("what is in the file is larger than {} MB", limits::UNPACKED_BYTES_MAX / 1024 / 1024)]
    UnpackedTooLarge,
    #[error("the file has more than {} {}", .0, .1)]
    TooMany(usize, &'static str),
    #[error("no sheet of the file has a header row that names items to check")]
    NothingFound,
    #[error("the file has no sheets 'survey' and 'choices' of an XLSForm, or the survey has no column 'type'")]
    NoSurvey,
    #[error("what was made would not pass the check: {0}")]
    NotValid(String),
}

/// Sheets that can be seen, in order.
#[derive(Debug, Default)]
pub(crate) struct Workbook {
    pub(crate) sheets: Vec<Sheet>,
    /// Names of hidden sheets: they are not imported as check sheets.
    pub(crate) hidden: Vec<String>,
}

/// Cells by row and column, from 0. Empty ones are left out.
#[derive(Debug, Default, Clone)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) cells: BTreeMap<(u32, u32), Cell>,
    pub(crate) merges: Vec<Merge>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    /// Trimmed; lines of a cell are kept.
    pub(crate) text: String,
    /// A date or a moment: what Excel made of `1/2`, perhaps.
    pub(crate) is_date: bool,
}

/// First and last row and column, inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Merge {
    pub(crate) top: u32,
    pub(crate) left: u32,
    pub(crate) bottom: u32,
    pub(crate) right: u32,
}

impl Sheet {
    pub(crate) fn text(&self, row: u32, column: u32) -> &str {
        self.cells.get(&(row, column)).map_or("", |cell| cell.text.as_str())
    }
    /// Cells of a row, from left to right.
    pub(crate) fn row(&self, row: u32) -> impl Iterator<Item = (u32, &str)> {
        self.cells
            .range((row, 0)..=(row, u32::MAX))
            .map(|((_, column), cell)| (*column, cell.text.as_str()))
    }
    /// Rows that have something in them.
    pub(crate) fn rows(&self) -> Vec<u32> {
        let mut rows: Vec<u32> = self.cells.keys().map(|(row, _)| *row).collect();
        rows.dedup();
        rows
    }
    /// The merged region that begins in or covers a cell.
    pub(crate) fn merge_at(&self, row: u32, column: u32) -> Option<Merge> {
        let covers =
            |merge: &&Merge| (merge.top..=merge.bottom).contains(&row) && (merge.left..=merge.right).contains(&column);
        self.merges.iter().find(covers).copied()
    }
}

/// Column letters as Excel shows them: 0 is A, 26 is AA.
pub(crate) fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    loop {
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        if rest < 26 {
            break;
        }
        rest = rest / 26 - 1;
    }
    letters.iter().rev().collect()
}

pub(crate) fn read(bytes: &[u8]) -> Result<Workbook, Error> {
    if bytes.is_empty() {
        return Err(Error::Empty);
    }
    if bytes.len() > limits::FILE_BYTES_MAX {
        return Err(Error::TooLarge);
    }
    // The compound file of old Excel; newer ones use it around an encrypted file.
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(Error::OldOrLocked);
    }
    if !bytes.starts_with(b"PK") {
        return Err(Error::NotXlsx);
    }
    let unpacked = unpack(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(unpacked)).map_err(damaged)?;
    let metadata = book.sheets_metadata().to_vec();
    let mut found = Workbook::default();
    let mut budget = Budget::default();
    for sheet in metadata {
        if sheet.visible != SheetVisible::Visible {
            found.hidden.push(sheet.name);
            continue;
        }
        if found.sheets.len() >= limits::SHEETS_MAX {
            return Err(Error::TooMany(limits::SHEETS_MAX, "sheets"));
        }
        // A chart sheet has no cells.
        if let Some(sheet) = read_sheet(&mut book, &sheet.name, &mut budget)? {
            found.sheets.push(sheet);
        }
    }
    Ok(found)
}

fn damaged(error: impl std::fmt::Display) -> Error {
    let mut text: String = error.to_string().chars().take(200).collect();
    text.retain(|c| !c.is_control());
    Error::Damaged(text)
}

/// The parts that carry texts, unpacked within the limit and put together without compression.
fn unpack(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.len() > limits::PARTS_MAX {
        return Err(Error::TooMany(limits::PARTS_MAX, "parts"));
    }
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut left = limits::UNPACKED_BYTES_MAX;
    let mut has_book = false;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(damaged)?;
        let name = part.name().map_err(damaged)?.replace('\\', "/");
        if !is_wanted(&name.to_lowercase()) {
            continue;
        }
        has_book |= name.to_lowercase().ends_with("xl/workbook.xml");
        let mut content = Vec::new();
        let limit = u64::try_from(left).unwrap_or(u64::MAX).saturating_add(1);
        part.by_ref().take(limit).read_to_end(&mut content).map_err(damaged)?;
        left = left.checked_sub(content.len()).ok_or(Error::UnpackedTooLarge)?;
        out.start_file(name, stored).map_err(damaged)?;
        out.write_all(&content).map_err(damaged)?;
    }
    if !has_book {
        return Err(Error::NotXlsx);
    }
    Ok(out.finish().map_err(damaged)?.into_inner())
}

fn is_wanted(name: &str) -> bool {
    let heavy = [
        "media/",
        "drawings/",
        "charts/",
        "pivot",
        "theme/",
        "embeddings/",
        "calcchain",
        "comments",
    ];
    (name.ends_with(".xml") || name.ends_with(".rels")) && !heavy.iter().any(|part| name.contains(part))
}

#[derive(Default)]
struct Budget {
    cells: usize,
    text_bytes: usize,
}

fn read_sheet(book: &mut Xlsx<Cursor<Vec<u8>>>, name: &str, budget: &mut Budget) -> Result<Option<Sheet>, Error> {
    let mut sheet = Sheet {
        name: name.trim().to_owned(),
        ..Sheet::default()
    };
    {
        let Ok(mut cells) = book.worksheet_cells_reader(name) else {
            return Ok(None);
        };
        while let Some(cell) = cells.next_cell().map_err(damaged)? {
            let (text, is_date) = shown(cell.get_value());
            if text.is_empty() {
                continue;
            }
            budget.cells += 1;
            budget.text_bytes += text.len();
            if budget.cells > limits::CELLS_MAX {
                return Err(Error::TooMany(limits::CELLS_MAX, "cells with something in them"));
            }
            if budget.text_bytes > limits::TEXT_BYTES_MAX || text.len() > limits::CELL_BYTES_MAX {
                return Err(Error::TooMany(limits::TEXT_BYTES_MAX, "bytes of text"));
            }
            sheet.cells.insert(cell.get_position(), Cell { text, is_date });
        }
    }
    let merges = book.merge_cells_by_sheet_name(name).unwrap_or_default();
    if merges.len() > limits::MERGES_MAX {
        return Err(Error::TooMany(limits::MERGES_MAX, "merged regions"));
    }
    sheet.merges = merges
        .iter()
        .map(|region| Merge {
            top: region.start.0,
            left: region.start.1,
            bottom: region.end.0,
            right: region.end.1,
        })
        .collect();
    Ok(Some(sheet))
}

/// What Excel shows of a value, about; and whether it is a date.
fn shown(value: &DataRef<'_>) -> (String, bool) {
    match value {
        DataRef::Int(number) => (number.to_string(), false),
        DataRef::Float(number) => (number_text(*number), false),
        DataRef::String(text) => (clean(text), false),
        DataRef::SharedString(text) => (clean(text), false),
        DataRef::Bool(yes) => ((if *yes { "TRUE" } else { "FALSE" }).to_owned(), false),
        DataRef::DateTime(moment) if moment.is_duration() => (number_text(moment.as_f64()), false),
        DataRef::DateTime(moment) => {
            let (year, month, day, hour, minute, _, _) = moment.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            let text = match (moment.as_f64() < 1.0, hour, minute) {
                (true, ..) => format!("{hour:02}:{minute:02}"),
                (false, 0, 0) => date,
                (false, ..) => format!("{date}T{hour:02}:{minute:02}:00"),
            };
            (text, true)
        }
        DataRef::DateTimeIso(text) => (clean(text), true),
        DataRef::DurationIso(text) => (clean(text), false),
        // `#REF!` says nothing to a worker.
        DataRef::Error(_) | DataRef::Empty => (String::new(), false),
    }
}

/// Excel keeps 15 digits and shows no more: `24.950000000000003` is 24.95.
fn number_text(number: f64) -> String {
    if !number.is_finite() {
        return String::new();
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    if rounded.abs() < 1e15 {
        format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
    } else {
        format!("{rounded:e}")
    }
}

/// Without what cannot be seen: control characters, wide and fixed spaces, byte order marks.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\r' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' => {}
            '\n' | '\u{2028}' | '\u{2029}' | '\u{85}' => out.push('\n'),
            '\t' | '\u{a0}' | '\u{3000}' | '\u{2000}'..='\u{200a}' | '\u{202f}' => out.push(' '),
            other if other.is_control() || other == '\u{fffe}' || other == '\u{ffff}' => {}
            other => out.push(other),
        }
    }
    out.trim().to_owned()
}
