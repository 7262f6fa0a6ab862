//! Sheets of an XLSForm: rows under named columns.

use std::collections::BTreeMap;

use crate::report::Place;
use crate::workbook::{Sheet, Workbook};

/// A sheet with its columns by name, in small letters.
pub(super) struct Table<'b> {
    pub(super) sheet: &'b Sheet,
    header_row: u32,
    pub(super) columns: BTreeMap<String, u32>,
}

impl<'b> Table<'b> {
    /// The sheet of that name, when its first row has the column.
    pub(super) fn find(book: &'b Workbook, name: &str, column: &str) -> Option<Table<'b>> {
        let sheet = book
            .sheets
            .iter()
            .find(|sheet| sheet.name.trim().eq_ignore_ascii_case(name))?;
        let header_row = *sheet.rows().first()?;
        let mut columns = BTreeMap::new();
        for (at, text) in sheet.row(header_row) {
            columns.entry(spelled(text)).or_insert(at);
        }
        let found = Table {
            sheet,
            header_row,
            columns,
        };
        found.columns.contains_key(column).then_some(found)
    }

    pub(super) fn rows(&self) -> Vec<u32> {
        let rows = self.sheet.rows().into_iter();
        rows.filter(|row| *row > self.header_row).collect()
    }

    pub(super) fn text(&self, row: u32, column: &str) -> &'b str {
        self.columns
            .get(column)
            .map_or("", |at| self.sheet.text(row, *at).trim())
    }

    pub(super) fn place(&self, row: u32, column: &str) -> Place {
        match self.columns.get(column) {
            Some(at) => Place::cell(&self.sheet.name, row, *at),
            None => Place::row(&self.sheet.name, row),
        }
    }

    /// Columns of one thing in several languages, the plain one first: tag and column.
    pub(super) fn languages(&self, of: &str) -> Vec<(String, u32)> {
        let mut found = Vec::new();
        for (name, at) in &self.columns {
            if name == of {
                found.insert(0, (String::new(), *at));
            } else if let Some(language) = name.strip_prefix(of).and_then(|rest| rest.strip_prefix("::")) {
                found.push((language.to_owned(), *at));
            }
        }
        found
    }
}

/// `Label :: English (en)` as `label::english (en)`, `list name` as `list_name`, `read_only` as `readonly`.
fn spelled(text: &str) -> String {
    let lower = text.trim().to_lowercase();
    let parts: Vec<&str> = lower.split("::").map(str::trim).collect();
    let joined = parts.join("::");
    match joined.as_str() {
        "list name" | "listname" => "list_name".to_owned(),
        "read_only" | "read only" => "readonly".to_owned(),
        "relevance" => "relevant".to_owned(),
        "calculate" => "calculation".to_owned(),
        "command" => "type".to_owned(),
        "constraint message" | "constraint-message" => "constraint_message".to_owned(),
        other => other
            .strip_prefix("label:")
            .filter(|rest| !rest.starts_with(':'))
            .map_or_else(|| other.to_owned(), |rest| format!("label::{rest}")),
    }
}

/// The tag of a language as people name it: `English (en)`, `中文`, `zh-CN`.
pub(super) fn tag(language: &str) -> Option<String> {
    let lower = language.trim().to_lowercase();
    if let Some(inside) = lower.split_once('(').and_then(|(_, rest)| rest.split_once(')')) {
        return tag(inside.0);
    }
    const NAMES: &[(&str, &[&str])] = &[
        ("en", &["english", "英文", "英语", "eng"]),
        (
            "zh",
            &["chinese", "中文", "汉语", "简体中文", "simplified chinese", "mandarin"],
        ),
        ("de", &["german", "deutsch"]),
        ("fr", &["french", "français", "francais"]),
        ("es", &["spanish", "español", "espanol"]),
        ("pt", &["portuguese", "português"]),
        ("ja", &["japanese", "日本語"]),
        ("ko", &["korean", "한국어"]),
        ("vi", &["vietnamese"]),
        ("pl", &["polish", "polski"]),
        ("ru", &["russian", "русский"]),
        ("tr", &["turkish", "türkçe"]),
        ("it", &["italian", "italiano"]),
        ("cs", &["czech", "čeština"]),
        ("hu", &["hungarian", "magyar"]),
        ("ro", &["romanian", "română"]),
        ("ar", &["arabic", "العربية"]),
        ("hi", &["hindi"]),
        ("th", &["thai"]),
        ("id", &["indonesian"]),
    ];
    if let Some((tag, _)) = NAMES.iter().find(|(_, names)| names.contains(&lower.as_str())) {
        return Some((*tag).to_owned());
    }
    let mut parts = lower.split(['-', '_']);
    let first = parts
        .next()
        .filter(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_lowercase()))?;
    let rest: Vec<&str> = parts.collect();
    let fine = rest
        .iter()
        .all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    fine.then(|| std::iter::once(first).chain(rest).collect::<Vec<_>>().join("-"))
}
