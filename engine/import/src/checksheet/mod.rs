//! A check sheet as people draw it in Excel: a title, blanks to fill in, a header row, items, signatures.

mod header;
mod item;
mod table;

use header::{Role, Signer};
use table::Table;

use crate::codes as c;
use crate::draft::{Draft, Field, Form, Key, Value, Words, one_line};
use crate::limits;
use crate::report::{Place, Report};
use crate::workbook::{Error, Sheet, Workbook};

/// All sheets as forms of one app.
pub(crate) fn whole(book: &Workbook, file: &str, report: &mut Report) -> Result<Draft, Error> {
    let pages = pages(book, file, report)?;
    let title = match &pages[..] {
        [one] => one.title.clone(),
        _ => file_title(file),
    };
    Ok(put_together(title, pages))
}

/// Each sheet as an app of its own, each with its report.
pub(crate) fn each(book: &Workbook, file: &str, report: &mut Report) -> Result<Vec<Draft>, Error> {
    let pages = pages(book, file, report)?;
    Ok(pages
        .into_iter()
        .map(|page| put_together(page.title.clone(), vec![page]))
        .collect())
}

/// What was read of one sheet.
struct Page {
    title: String,
    about: Vec<String>,
    fields: Vec<Field>,
    /// What the first signature promises, and what the second ones do.
    first: Option<(String, Place)>,
    second: Vec<(String, Place)>,
}

fn pages(book: &Workbook, file: &str, report: &mut Report) -> Result<Vec<Page>, Error> {
    let mut pages = Vec::new();
    for sheet in &book.sheets {
        if sheet.cells.is_empty() {
            continue;
        }
        match table::find(sheet) {
            Some(table) if pages.len() < limits::FORMS_MAX => pages.push(page(sheet, table, file, report)),
            _ => report.add(c::SHEET_SKIPPED, Place::sheet(&sheet.name), &sheet.name, &[]),
        }
    }
    for hidden in &book.hidden {
        report.add(c::HIDDEN_SHEET, Place::sheet(hidden), hidden, &[]);
    }
    pages.retain(|page| !page.fields.is_empty());
    if pages.is_empty() {
        return Err(Error::NothingFound);
    }
    Ok(pages)
}

fn put_together(title: String, pages: Vec<Page>) -> Draft {
    let about: Vec<String> = pages.iter().flat_map(|page| page.about.clone()).collect();
    let mut draft = Draft {
        title: Words::plain(&title),
        about: (!about.is_empty()).then(|| Words::plain(&shortened(&about.join("; "), limits::HINT_CHARACTERS_MAX))),
        ..Draft::default()
    };
    for page in pages {
        let mut keys = Vec::new();
        if let Some((label, _)) = &page.first {
            keys.push(Key::new("sign", Value::Words(Words::plain(label))));
        }
        let filled_in = draft.forms.len();
        draft.forms.push(Form {
            title: Words::plain(&page.title),
            id: None,
            comments: Vec::new(),
            keys,
            not_by: None,
            fields: page.fields,
        });
        for (label, _) in page.second {
            draft.forms.push(Form {
                title: Words::plain(&label),
                id: None,
                comments: Vec::new(),
                keys: vec![Key::new("sign", Value::Words(Words::plain(&label)))],
                not_by: Some(filled_in),
                fields: Vec::new(),
            });
        }
    }
    draft
}

fn page(sheet: &Sheet, mut table: Table, file: &str, report: &mut Report) -> Page {
    let mut page = Page {
        title: String::new(),
        about: Vec::new(),
        fields: Vec::new(),
        first: None,
        second: Vec::new(),
    };
    head(sheet, &table, file, &mut page, report);
    table.report(sheet, report);
    items(sheet, &mut table, &mut page, report);
    for role in [Role::Reaction, Role::Remark] {
        if let Some(column) = table.column(role) {
            extra(sheet, &table, column, role, &mut page, report);
        }
    }
    page
}

/// A column for remarks or for what is done about it: one field below the items.
fn extra(sheet: &Sheet, table: &Table, column: u32, role: Role, page: &mut Page, report: &mut Report) {
    let name = item::title_of(table.name(sheet, role));
    let place = Place::cell(&sheet.name, table.header_row, column);
    report.add(c::KIND_GUESSED, place.clone(), &name, &["long_text"]);
    let mut field = item::titled("long_text", &name, place, report);
    let has_verdicts = page
        .fields
        .iter()
        .any(|field| matches!(field.word, "measure" | "check"));
    if role == Role::Reaction && has_verdicts {
        field.keys.push(Key::new("show_if", Value::AnyNotOk));
    } else {
        field.keys.push(Key::bare("optional", "yes"));
    }
    page.fields.push(field);
}

fn items(sheet: &Sheet, table: &mut Table, page: &mut Page, report: &mut Report) {
    let mut category = String::new();
    let rows: Vec<u32> = sheet.rows().into_iter().filter(|row| *row >= table.first_row).collect();
    let mut skip_below = 0;
    for (position, row) in rows.iter().copied().enumerate() {
        if row < skip_below {
            continue;
        }
        if signatures(sheet, table, row, page, report) {
            continue;
        }
        // A second table, or the header again at the top of a page.
        if table::score(sheet, row) >= 6
            && let Some(next) = again(sheet, row)
        {
            skip_below = next.first_row;
            *table = Table {
                readings: table.readings,
                ..next
            };
            continue;
        }
        let text = table.text(sheet, row, Role::Item);
        if text.is_empty() || is_wide(sheet, table, row) {
            let more = rows[position + 1..]
                .iter()
                .any(|row| !table.text(sheet, *row, Role::Item).is_empty());
            no_item(sheet, row, more, page, report);
            continue;
        }
        if page.fields.len() >= limits::FIELDS_PER_FORM_MAX {
            let most = limits::FIELDS_PER_FORM_MAX.to_string();
            report.add(c::FORM_FULL, Place::row(&sheet.name, row), text, &[&most]);
            return;
        }
        let group = table.text(sheet, row, Role::Category);
        if !group.is_empty() && group != category {
            category = group.to_owned();
            let place = Place::row(&sheet.name, row);
            page.fields.push(item::titled("info", group, place, report));
        }
        page.fields.push(item::field(sheet, table, row, report));
    }
}

fn again(sheet: &Sheet, row: u32) -> Option<Table> {
    let below = Sheet {
        name: sheet.name.clone(),
        cells: sheet
            .cells
            .range((row, 0)..=(row + 1, u32::MAX))
            .map(|(at, cell)| (*at, cell.clone()))
            .collect(),
        merges: sheet
            .merges
            .iter()
            .filter(|merge| merge.top >= row && merge.bottom <= row + 3)
            .copied()
            .collect(),
    };
    table::find_at(&below, row)
}

/// One text over most of the table: a heading.
fn is_wide(sheet: &Sheet, table: &Table, row: u32) -> bool {
    let mut cells = sheet.row(row);
    let (Some((column, _)), None) = (cells.next(), cells.next()) else {
        return false;
    };
    let width = sheet
        .merge_at(row, column)
        .map_or(1, |merge| merge.right - merge.left + 1);
    usize::try_from(width).is_ok_and(|width| width > 2 && width * 2 > table.columns.len())
}

/// A row without an item: a heading, an empty line of the form, a remark.
fn no_item(sheet: &Sheet, row: u32, more_below: bool, page: &mut Page, report: &mut Report) {
    let texts: Vec<(u32, &str)> = sheet.row(row).collect();
    let only_number = texts
        .iter()
        .all(|(_, text)| text.chars().all(|c| c.is_ascii_digit() || c == '.'));
    if only_number {
        return;
    }
    let place = Place::row(&sheet.name, row);
    let (_, first) = texts[0];
    let label = first.trim_end_matches(['_', ' ']);
    let is_blank = label.ends_with([':', '：']);
    if let [_] = texts[..]
        && more_below
        && !is_blank
        && first.chars().count() <= limits::TITLE_CHARACTERS_MAX
    {
        report.add(c::HEADING, place.clone(), first, &[]);
        page.fields.push(item::titled("info", first, place, report));
        return;
    }
    if is_blank && header::role(label) == Some(Role::Remark) && texts.len() == 1 {
        report.add(c::KIND_GUESSED, place.clone(), first, &["long_text"]);
        let field = item::titled("long_text", first, place, report);
        page.fields.push(field.with(Key::bare("optional", "yes")));
        return;
    }
    let all: Vec<&str> = texts.iter().map(|(_, text)| *text).collect();
    report.add(c::ROW_LEFT_OUT, place, &all.join(" | "), &[]);
}

/// `Inspector: ____   Approved by: ____`; whether the row was one of signatures.
fn signatures(sheet: &Sheet, table: &Table, row: u32, page: &mut Page, report: &mut Report) -> bool {
    let pieces: Vec<(u32, String)> = sheet
        .row(row)
        .flat_map(|(column, text)| labels(text).into_iter().map(move |label| (column, label)))
        .collect();
    let Some((_, first)) = pieces.first() else { return false };
    let has_spec = !sheet.text(row, table.column(Role::Spec).unwrap_or(u32::MAX)).is_empty()
        && header::signer(sheet.text(row, table.column(Role::Spec).unwrap_or(u32::MAX))).is_none();
    let begins = header::signer(first).is_some() || (header::is_known(first) && first.contains([':', '：']));
    if !begins || (has_spec && !first.contains([':', '：'])) {
        return false;
    }
    for (column, label) in pieces {
        let place = Place::cell(&sheet.name, row, column);
        let name = item::title_of(label.split([':', '：']).next().unwrap_or_default());
        match header::signer(&label) {
            Some(Signer::First) if page.first.is_none() => {
                report.add(c::SIGNATURE, place.clone(), &label, &[]);
                page.first = Some((name, place));
            }
            Some(Signer::Second) if page.second.iter().all(|(other, _)| *other != name) => {
                report.add(c::SECOND_SIGNATURE, place.clone(), &label, &[]);
                page.second.push((name, place));
            }
            Some(_) => {}
            None if header::is_known(&label) => report.add(c::KNOWN_BY_ITSELF, place, &label, &[]),
            None => report.add(c::ROW_LEFT_OUT, place, &label, &[]),
        }
    }
    true
}

/// `Part: ____  Date: ____` in one cell are two labels.
fn labels(text: &str) -> Vec<String> {
    let spaced = text.replace(['_', '\n'], "  ");
    let mut found: Vec<String> = Vec::new();
    for piece in spaced.split("  ").map(str::trim).filter(|piece| !piece.is_empty()) {
        let has_label = piece.contains([':', '：']);
        match found.last_mut() {
            // `Part:    4711`: the value of the label before it.
            Some(last) if !has_label && last.ends_with([':', '：']) => {
                last.push(' ');
                last.push_str(piece);
            }
            _ => found.push(piece.to_owned()),
        }
    }
    found
}

/// Words in the titles of check sheets.
const TITLES: &[&str] = &[
    "check",
    "inspection",
    "sheet",
    "record",
    "report",
    "audit",
    "form",
    "log",
    "plan",
    "表",
    "记录",
    "检",
    "单",
    "报告",
    "卡",
];
const COMPANIES: &[&str] = &[
    "公司", "集团", "co.,", "co. ltd", "ltd", "gmbh", "inc.", "corp", "factory", "工厂",
];

/// What Excel calls a sheet that nobody has named.
fn is_default_name(name: &str) -> bool {
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit()).to_lowercase();
    matches!(bare.trim(), "sheet" | "工作表" | "tabelle" | "feuil" | "hoja" | "")
}

/// What stands above the header row: the title, blanks to fill in, what is filled in already.
fn head(sheet: &Sheet, table: &Table, file: &str, page: &mut Page, report: &mut Report) {
    let above = || {
        sheet
            .cells
            .range(..(table.header_row, 0))
            .map(|(at, cell)| (*at, cell.text.as_str()))
    };
    let is_sentence = |text: &str| !text.contains([':', '：']) && text.chars().any(char::is_alphabetic);
    let says = |text: &str, words: &[&str]| words.iter().any(|word| text.to_lowercase().contains(word));
    // The name of the company often stands above that of the sheet.
    let sentences = || above().filter(|(_, text)| is_sentence(text));
    let title = sentences()
        .find(|(_, text)| says(text, TITLES) && !says(text, COMPANIES))
        .or_else(|| sentences().find(|(_, text)| !says(text, COMPANIES)))
        .or_else(|| sentences().next())
        .map(|(at, _)| at);
    let mut values: Vec<(u32, u32)> = Vec::new();
    for ((row, column), text) in above() {
        let place = Place::cell(&sheet.name, row, column);
        if title == Some((row, column)) {
            page.title = shortened(&one_line(text), limits::TITLE_CHARACTERS_MAX);
            report.add(c::TITLE_GUESSED, place, text, &[&page.title]);
            continue;
        }
        if values.contains(&(row, column)) {
            continue;
        }
        for label in labels(text) {
            let Some((name, value)) = label.split_once([':', '：']) else {
                report.add(c::KEPT_IN_ABOUT, place.clone(), &label, &[]);
                page.about.push(one_line(&label));
                continue;
            };
            let behind = sheet.row(row).find(|(other, _)| *other > column);
            let value = match behind {
                Some((other, text)) if value.trim().is_empty() && !text.contains([':', '：']) => {
                    values.push((row, other));
                    text
                }
                _ => value.trim(),
            };
            blank(name, value, &label, place.clone(), page, report);
        }
    }
    if page.title.is_empty() {
        page.title = if is_default_name(&sheet.name) {
            file_title(file)
        } else {
            shortened(&sheet.name, limits::TITLE_CHARACTERS_MAX)
        };
        report.add(c::TITLE_GUESSED, Place::sheet(&sheet.name), &sheet.name, &[&page.title]);
    }
}

/// One label above the items.
fn blank(name: &str, value: &str, label: &str, place: Place, page: &mut Page, report: &mut Report) {
    if !value.is_empty() {
        report.add(c::KEPT_IN_ABOUT, place, label, &[]);
        page.about.push(format!("{}: {}", one_line(name), one_line(value)));
        return;
    }
    if let Some(signer) = header::signer(label) {
        let name = item::title_of(name);
        if signer == Signer::First && page.first.is_none() {
            report.add(c::SIGNATURE, place.clone(), label, &[]);
            page.first = Some((name, place));
        } else if signer == Signer::Second {
            report.add(c::SECOND_SIGNATURE, place.clone(), label, &[]);
            page.second.push((name, place));
        }
        return;
    }
    if header::is_known(label) {
        report.add(c::KNOWN_BY_ITSELF, place, label, &[]);
        return;
    }
    if page.fields.len() >= limits::FIELDS_PER_FORM_MAX || item::title_of(name).is_empty() {
        return;
    }
    let word = item::kind_of(name)
        .filter(|kind| matches!(*kind, "scan" | "whole" | "date"))
        .unwrap_or("text");
    report.add(c::HEAD_FIELD, place.clone(), label, &[word]);
    page.fields.push(item::titled(word, name, place, report));
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most - 1).collect();
    format!("{cut}…")
}

/// `daily-check_line3` as people say it.
fn file_title(file: &str) -> String {
    let title = one_line(&file.replace(['_', '-'], " "));
    if title.chars().any(char::is_alphanumeric) {
        shortened(&title, limits::TITLE_CHARACTERS_MAX)
    } else {
        "Check sheet".to_owned()
    }
}
