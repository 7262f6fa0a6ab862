//! An XLSForm (xlsform.org, pyxform's columns) as an app of one form.

mod feel;
mod question;
mod survey;
mod table;
mod xpath;

use std::collections::BTreeMap;

use table::Table;

use crate::codes as c;
use crate::draft::{Draft, Form, Words, escaped, one_line};
use crate::limits;
use crate::report::{Place, Report};
use crate::workbook::{Error, Workbook};

/// Whether a file has the sheets of an XLSForm.
pub(crate) fn is_one(book: &Workbook) -> bool {
    Table::find(book, "survey", "type").is_some()
}

pub(crate) fn read(book: &Workbook, file: &str, report: &mut Report) -> Result<Draft, Error> {
    let survey = Table::find(book, "survey", "type").ok_or(Error::NoSurvey)?;
    let settings = Settings::read(book, file, report);
    let languages = Languages::of(&survey, &settings.default_language, report);
    let lists = lists(book, &settings.default_language, report);
    let (fields, comments) = survey::fields(&survey, &languages, &lists, report)?;
    if fields.is_empty() {
        return Err(Error::NothingFound);
    }
    for sheet in &book.sheets {
        let known = ["survey", "choices", "settings"]
            .iter()
            .any(|name| sheet.name.eq_ignore_ascii_case(name));
        if !known && !sheet.cells.is_empty() {
            report.add(c::IGNORED, Place::sheet(&sheet.name), &sheet.name, &[&sheet.name]);
        }
    }
    Ok(Draft {
        title: Words::plain(&settings.title),
        id: settings.id,
        about: None,
        comments: Vec::new(),
        forms: vec![Form {
            title: Words::plain(&settings.title),
            id: Some(survey::FORM_ID.to_owned()),
            comments,
            keys: Vec::new(),
            not_by: None,
            fields,
        }],
    })
}

struct Settings {
    title: String,
    id: Option<String>,
    default_language: String,
}

impl Settings {
    fn read(book: &Workbook, file: &str, report: &mut Report) -> Settings {
        let sheet = book
            .sheets
            .iter()
            .find(|sheet| sheet.name.eq_ignore_ascii_case("settings"));
        let mut found = Settings {
            title: String::new(),
            id: None,
            default_language: String::new(),
        };
        let mut cells = Vec::new();
        if let Some(sheet) = sheet {
            let rows = sheet.rows();
            if let [header, values, ..] = rows[..] {
                cells = sheet
                    .row(header)
                    .map(|(at, name)| (name.trim().to_lowercase(), at, sheet.text(values, at)))
                    .collect();
            }
            for (name, at, value) in &cells {
                match name.as_str() {
                    _ if value.is_empty() => {}
                    "form_title" | "title" => found.title = one_line(value),
                    "form_id" | "id_string" => {
                        let id = language::id_text(value);
                        found.id = language::is_id(&id).then_some(id);
                    }
                    "default_language" => found.default_language = value.to_lowercase(),
                    "version" => {}
                    other => {
                        let place = Place::cell(&sheet.name, 1, *at);
                        report.add(c::IGNORED, place, value, &[other]);
                    }
                }
            }
        }
        if found.title.is_empty() {
            found.title = one_line(&file.replace(['_', '-'], " "));
        }
        if !found.title.chars().any(char::is_alphanumeric) {
            found.title = "Form".to_owned();
        }
        found.title = found.title.chars().take(limits::TITLE_CHARACTERS_MAX).collect();
        found
    }
}

/// Which columns hold the texts of which language.
pub(super) struct Languages {
    /// By what is said: `label`, `hint`, …: tags and columns, the default language first.
    columns: BTreeMap<&'static str, Vec<(String, u32)>>,
}

const SAID: [&str; 4] = ["label", "hint", "constraint_message", "guidance_hint"];

impl Languages {
    fn of(table: &Table<'_>, default: &str, report: &mut Report) -> Languages {
        let mut columns = BTreeMap::new();
        for said in SAID {
            columns.insert(said, tagged(table, said, default, report));
        }
        Languages { columns }
    }

    /// The sentence of a row, its `${name}` as `{id}`.
    fn words(&self, table: &Table<'_>, row: u32, said: &str, ids: &dyn Fn(&str) -> Option<String>) -> Words {
        let columns = self.columns.get(said).map_or(&[][..], Vec::as_slice);
        texts(table, row, columns, ids)
    }
}

/// Columns of one thing by tag; a language that nobody knows is reported and left out.
fn tagged(table: &Table<'_>, said: &str, default: &str, report: &mut Report) -> Vec<(String, u32)> {
    let found = table.languages(said);
    let mut out: Vec<(String, u32)> = Vec::new();
    let several = found.len() > 1;
    for (language, at) in found {
        let tag = match (language.is_empty(), table::tag(&language)) {
            (true, _) => Some(String::new()),
            (false, tag) => tag,
        };
        match tag {
            Some(tag) if several && out.iter().any(|(other, _)| *other == tag) => {}
            Some(tag) if language == default || table::tag(default).is_some_and(|default| default == tag) => {
                out.insert(0, (tag, at));
            }
            Some(tag) => out.push((tag, at)),
            None => {
                let place = Place::cell(&table.sheet.name, 0, at);
                report.add(c::IGNORED, place, &language, &[&format!("{said}::{language}")]);
            }
        }
    }
    out
}

fn texts(table: &Table<'_>, row: u32, columns: &[(String, u32)], ids: &dyn Fn(&str) -> Option<String>) -> Words {
    let mut found: Vec<(String, String)> = Vec::new();
    for (tag, at) in columns {
        let text = sentence(table.sheet.text(row, *at), ids);
        if text.is_empty() {
            continue;
        }
        let text: String = text.chars().take(limits::HINT_CHARACTERS_MAX).collect();
        found.push((tag.clone(), text));
    }
    // A text without a language among others is taken to be English, the language of most forms.
    if found.len() > 1 {
        let has_english = found.iter().any(|(tag, _)| tag == "en");
        found.retain(|(tag, _)| !tag.is_empty() || !has_english);
        for (tag, _) in found.iter_mut().filter(|(tag, _)| tag.is_empty()) {
            *tag = "en".to_owned();
        }
    }
    Words { texts: found }
}

/// Without HTML, with the values of questions in braces.
fn sentence(text: &str, ids: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        out.push_str(&escaped(before));
        let (name, after) = behind.split_once('}').unwrap_or((behind, ""));
        match ids(name.trim()) {
            Some(id) => out.push_str(&format!("{{{id}}}")),
            None => out.push_str(&escaped(&format!("${{{name}}}"))),
        }
        rest = after;
    }
    out.push_str(&escaped(rest));
    one_line(&without_tags(&out))
}

/// `<span style="…">` and `**` are for browsers.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        let tag = &rest[start..];
        let is_tag = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        match tag.find('>').filter(|_| is_tag) {
            Some(end) => rest = &tag[end + 1..],
            None => {
                out.push('<');
                rest = &tag[1..];
            }
        }
    }
    out.push_str(rest);
    out.replace("**", "")
}

/// One choice: its name and what people read.
pub(super) struct Choice {
    pub(super) name: String,
    pub(super) words: Words,
}

/// Lists of choices by name.
pub(super) type Lists = BTreeMap<String, Vec<Choice>>;

fn lists(book: &Workbook, default_language: &str, report: &mut Report) -> Lists {
    let mut lists = Lists::new();
    let Some(table) = Table::find(book, "choices", "list_name") else {
        return lists;
    };
    let columns = tagged(&table, "label", default_language, report);
    for row in table.rows() {
        let list = table.text(row, "list_name");
        let name = one_line(table.text(row, "name"));
        let mut words = texts(&table, row, &columns, &|_| None);
        if words.is_empty() {
            words = Words::plain(&name);
        }
        if list.is_empty() || (name.is_empty() && words.is_empty()) {
            continue;
        }
        let choices = lists.entry(list.to_owned()).or_default();
        if choices.len() >= limits::CHOICES_MAX {
            continue;
        }
        if choices.iter().any(|other| other.words.first() == words.first()) {
            report.add(c::CHOICES_ALIKE, table.place(row, "name"), words.first(), &[]);
            for (_, text) in &mut words.texts {
                *text = format!("{text} ({})", escaped(&name));
            }
        }
        choices.push(Choice { name, words });
    }
    lists
}
