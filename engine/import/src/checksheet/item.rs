//! One row of a check sheet as a field.

use expression::{Number, units};

use super::header::{self, Role};
use super::table::Table;
use crate::codes as c;
use crate::draft::{Field, Key, Value, Words, one_line};
use crate::limits;
use crate::report::{Note, Place, Report};
use crate::tolerance::{self, Tolerance};
use crate::workbook::Sheet;

/// What titles say about what is asked, where there is nothing to measure against.
const KINDS: &[(&str, &[&str])] = &[
    (
        "scan",
        &[
            "serial",
            "barcode",
            "qr code",
            "序列号",
            "条码",
            "二维码",
            "流水号",
            "产品编号",
        ],
    ),
    ("photo", &["photo", "picture", "照片", "拍照", "图片"]),
    ("sign", &["signature", "签名", "签字"]),
    ("long_text", &["remark", "comment", "describe", "备注", "描述", "意见"]),
    ("date", &["date", "日期"]),
    ("time", &["time of", "时间"]),
    ("whole", &["number of", "how many", "quantity", "数量", "件数", "多少"]),
];

/// Characters of a title that say nothing.
const ENDS: [char; 6] = [':', '：', '_', ' ', '*', '.'];

pub(super) fn title_of(text: &str) -> String {
    one_line(text).trim_matches(ENDS).to_owned()
}

/// A title that fits a small screen, and the whole when it was cut.
pub(super) fn titled(word: &'static str, text: &str, place: Place, report: &mut Report) -> Field {
    let title = title_of(text);
    let title = if title.is_empty() { one_line(text) } else { title };
    if title.chars().count() <= limits::TITLE_CHARACTERS_MAX {
        return Field::new(word, Words::plain(&title), place, text);
    }
    report.add(c::TOO_LONG, place.clone(), text, &[]);
    let cut: String = title.chars().take(limits::TITLE_CHARACTERS_MAX - 1).collect();
    let mut field = Field::new(word, Words::plain(&format!("{cut}…")), place, text);
    field.hint(&title);
    field
}

/// What a title says of its kind; `None` when it says nothing.
pub(super) fn kind_of(title: &str) -> Option<&'static str> {
    let lower = title.to_lowercase();
    let says = |words: &&[&str]| words.iter().any(|word| lower.contains(word));
    KINDS.iter().find(|(_, words)| says(words)).map(|(kind, _)| *kind)
}

struct Row<'s> {
    sheet: &'s Sheet,
    table: &'s Table,
    row: u32,
}

impl<'s> Row<'s> {
    fn text(&self, role: Role) -> &'s str {
        self.table.text(self.sheet, self.row, role)
    }
    fn number(&self, role: Role) -> Option<Number> {
        tolerance::signed(self.text(role))
    }
    fn place(&self, role: Role) -> Place {
        match self.table.column(role) {
            Some(column) => Place::cell(&self.sheet.name, self.row, column),
            None => Place::row(&self.sheet.name, self.row),
        }
    }
}

/// The field of a row that has an item.
pub(super) fn field(sheet: &Sheet, table: &Table, row: u32, report: &mut Report) -> Field {
    let row = Row { sheet, table, row };
    let title = row.text(Role::Item);
    let unit_text = row.text(Role::Unit).trim();
    let unit = Some(unit_text)
        .filter(|unit| !unit.is_empty() && !matches!(*unit, "-" | "/" | "—"))
        .map(str::to_owned)
        .or_else(|| header::unit_in(title))
        .or_else(|| table.unit.clone());
    let known = unit.as_deref().filter(|unit| units::find(unit).is_some());
    let mut field = if let Some(found) = options(&row, report) {
        found
    } else if let Some(limits) = limits_of(&row, known) {
        measured(&row, &limits, report)
    } else {
        unmeasured(&row, known, report)
    };
    if let Some(unit) = unit.as_deref().filter(|_| known.is_none()) {
        report.add(c::UNIT_NOT_KNOWN, row.place(Role::Unit), unit, &[unit]);
        field.hint(unit);
    }
    surroundings(&row, &mut field, report);
    let place = row.place(Role::Item);
    let limits = field.keys.iter().find(|key| key.word == "limits");
    let what = match limits.map(|key| &key.value) {
        Some(Value::Bare(limits)) => format!("{}, limits: {limits}", field.word),
        _ => field.word.to_owned(),
    };
    report.add(c::ITEM, place, title, &[&what]);
    field
}

/// The limits of a row: from columns of their own, or from what the specification says.
fn limits_of(row: &Row<'_>, unit: Option<&str>) -> Option<Tolerance> {
    let nominal = row
        .number(Role::Nominal)
        .or_else(|| tolerance::number(row.text(Role::Spec)));
    let (lower, upper) = (row.number(Role::Lower), row.number(Role::Upper));
    let ends = match (lower, upper) {
        (None, None) => {
            let below = row.number(Role::LowerDeviation);
            let above = row.number(Role::UpperDeviation);
            match (nominal, below, above) {
                // A lower deviation is often written without its sign; then nobody knows.
                (Some(middle), Some(below), Some(above)) if below < above => {
                    Some((middle.checked_add(below), middle.checked_add(above)))
                }
                _ => None,
            }
        }
        ends => Some(ends),
    };
    if let Some((lower, upper)) = ends {
        if lower.zip(upper).is_some_and(|(lower, upper)| lower >= upper) {
            return None;
        }
        let unit = unit.and_then(units::find).map(|unit| unit.symbol.to_owned());
        return Some(Tolerance {
            lower,
            upper,
            middle: None,
            nominal,
            unit,
            is_guess: false,
            rest: Vec::new(),
        });
    }
    let nominal = row.number(Role::Nominal);
    let spec = row.text(Role::Spec);
    if let Some(found) = tolerance::read(spec, nominal, unit) {
        return Some(found);
    }
    // `±0.05` in the column of the target.
    let target = row.text(Role::Nominal);
    tolerance::read(target, tolerance::number(spec), unit)
        .or_else(|| tolerance::read(&format!("{target} {spec}"), None, unit))
}

fn measured(row: &Row<'_>, limits: &Tolerance, report: &mut Report) -> Field {
    let spec = row.text(Role::Spec);
    let written = limits.written();
    let mut field = titled("measure", row.text(Role::Item), row.place(Role::Item), report);
    field.keys.push(Key::bare("limits", written.clone()));
    if let Some(target) = limits.target() {
        field.keys.push(Key::bare("target", target.to_string()));
    }
    if limits.is_guess {
        report.add(c::LIMITS_GUESSED, row.place(Role::Spec), spec, &[&written]);
    }
    let words: Vec<&str> = limits
        .rest
        .iter()
        .map(String::as_str)
        .filter(|word| !tolerance::is_symbol(word))
        .collect();
    if !words.is_empty() {
        report.add(c::REST_AS_HINT, row.place(Role::Spec), spec, &[&words.join(" ")]);
    }
    if !limits.rest.is_empty() {
        field.hint(spec);
    }
    samples(row, &mut field, report);
    field
}

/// How many pieces are measured.
fn samples(row: &Row<'_>, field: &mut Field, report: &mut Report) {
    let written = row.text(Role::Samples);
    if !written.is_empty() {
        match count(written) {
            Some(1) => {}
            Some(samples) => field.keys.push(Key::bare("samples", samples.to_string())),
            None => {
                report.add(c::SAMPLES_NOT_READ, row.place(Role::Samples), written, &[]);
                field.hint(&named(row, Role::Samples, written));
            }
        }
    } else if row.table.readings > 1 {
        let samples = row.table.readings.to_string();
        report.add(
            c::SAMPLES_FROM_COLUMNS,
            row.place(Role::Result),
            row.text(Role::Item),
            &[&samples],
        );
        field.keys.push(Key::bare("samples", samples));
    }
}

/// `5`, `5件`, `n=5`, `5 pcs`.
fn count(text: &str) -> Option<u32> {
    let lower = text.trim().to_lowercase();
    let bare = lower.trim_start_matches("n=").trim_start_matches("n =").trim();
    let end = bare.find(|c: char| !c.is_ascii_digit()).unwrap_or(bare.len());
    let (digits, unit) = bare.split_at(end);
    let known = matches!(
        unit.trim(),
        "" | "件" | "个" | "pcs" | "pc" | "pieces" | "piece" | "次" | "ea" | "pcs." | "只" | "点"
    );
    let number: u32 = digits.parse().ok()?;
    (known && (1..=language::limits::SAMPLES_MAX).contains(&number)).then_some(number)
}

/// `Gauge: micrometer`, in the words of the sheet.
fn named(row: &Row<'_>, role: Role, text: &str) -> String {
    let name = title_of(row.table.name(row.sheet, role));
    if name.is_empty() {
        text.to_owned()
    } else {
        format!("{name}: {}", one_line(text))
    }
}

/// A column of choices, or a specification that is a pair of answers.
fn options(row: &Row<'_>, report: &mut Report) -> Option<Field> {
    let listed = row.text(Role::Options);
    let choices: Vec<&str> = split(listed);
    if choices.len() < 2 || choices.len() > limits::CHOICES_MAX {
        return None;
    }
    let mut field = titled("choose", row.text(Role::Item), row.place(Role::Item), report);
    let mut seen = Vec::new();
    for choice in choices {
        if !seen.contains(&choice) {
            seen.push(choice);
        }
    }
    if seen.len() < 2 {
        return None;
    }
    let from = seen.into_iter().map(Words::plain).collect();
    field.keys.push(Key::new("from", Value::List(from)));
    let spec = row.text(Role::Spec);
    field.hint(spec);
    Some(field)
}

fn split(text: &str) -> Vec<&str> {
    let parts = text.split(['/', '／', ',', '，', '、', ';', '；', '\n', '|']);
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Pairs that people tick off: pass or fail.
const PASS_FAIL: &[[&str; 2]] = &[
    ["ok", "ng"],
    ["pass", "fail"],
    ["good", "bad"],
    ["ok", "nok"],
    ["ok", "not ok"],
    ["合格", "不合格"],
    ["√", "×"],
    ["正常", "异常"],
    ["良", "否"],
    ["✓", "✗"],
    ["go", "no go"],
    ["通过", "不通过"],
    ["良好", "不良"],
];

fn unmeasured(row: &Row<'_>, unit: Option<&str>, report: &mut Report) -> Field {
    let title = row.text(Role::Item);
    let spec = row.text(Role::Spec);
    let nominal = row.text(Role::Nominal);
    let wanted = if spec.is_empty() { nominal } else { spec };
    let place = row.place(Role::Item);
    let pair: Vec<String> = split(wanted).iter().map(|part| part.to_lowercase()).collect();
    if PASS_FAIL.iter().any(|[one, other]| pair == [*one, *other]) {
        return titled("check", title, place, report);
    }
    if [["yes", "no"], ["是", "否"]]
        .iter()
        .any(|[one, other]| pair == [*one, *other])
    {
        return titled("yes_no", title, place, report);
    }
    let ends = [Role::Lower, Role::Upper, Role::UpperDeviation];
    let has_limits = ends.iter().any(|role| !row.text(*role).is_empty());
    if is_numeric(wanted) || has_limits {
        let column = if spec.is_empty() { Role::Nominal } else { Role::Spec };
        let all = [
            Role::Spec,
            Role::Nominal,
            Role::Lower,
            Role::Upper,
            Role::LowerDeviation,
            Role::UpperDeviation,
        ];
        let written = || all.into_iter().filter(|role| !row.text(*role).is_empty());
        let texts: Vec<&str> = written().map(|role| row.text(role)).collect();
        report.add(c::LIMITS_NOT_READ, row.place(column), &texts.join(" | "), &[]);
        let mut field = titled("number", title, place, report);
        if let Some(unit) = unit {
            field.keys.push(Key::bare("unit", unit));
        }
        match texts[..] {
            [only] => field.hint(only),
            _ => written().for_each(|role| field.hint(&named(row, role, row.text(role)))),
        }
        return field;
    }
    if !wanted.is_empty() {
        report.add(
            c::TAKEN_AS_CHECK,
            row.place(if spec.is_empty() { Role::Nominal } else { Role::Spec }),
            wanted,
            &[],
        );
        let mut field = titled("check", title, place, report);
        field.hint(wanted);
        return field;
    }
    if let Some(unit) = unit {
        report.add(c::KIND_GUESSED, place.clone(), title, &["number"]);
        return titled("number", title, place, report).with(Key::bare("unit", unit));
    }
    if let Some(kind) = kind_of(title) {
        report.add(c::KIND_GUESSED, place.clone(), title, &[kind]);
        return titled(kind, title, place, report);
    }
    let is_question = title.trim_end().ends_with(['?', '？']) || title.contains("是否");
    if is_question && !row.table.has(Role::Verdict) {
        report.add(c::KIND_GUESSED, place.clone(), title, &["yes_no"]);
        return titled("yes_no", title, place, report);
    }
    report.add(c::TAKEN_AS_CHECK, place.clone(), title, &[]);
    titled("check", title, place, report)
}

/// Mostly digits: limits that were not understood, rather than a sentence with a number in it.
fn is_numeric(text: &str) -> bool {
    // Full-width digits count too.
    let digits = text.chars().filter(|c| c.is_numeric()).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    digits > 0 && digits * 2 >= letters
}

/// Method, how often, and what else stands in the row.
fn surroundings(row: &Row<'_>, field: &mut Field, report: &mut Report) {
    let method = row.text(Role::Method);
    if !method.is_empty() {
        field.hint(&named(row, Role::Method, method));
    }
    if field.word != "measure" {
        let samples = row.text(Role::Samples);
        if !samples.is_empty() && count(samples) != Some(1) {
            field.hint(&named(row, Role::Samples, samples));
        }
    }
    let frequency = row.text(Role::Frequency);
    if !frequency.is_empty() {
        // The same one in every row is said once.
        let said = |note: &Note| {
            note.code == c::FREQUENCY_AS_HINT.code && note.place.sheet == row.sheet.name && note.text == frequency
        };
        if !report.notes.iter().any(said) {
            report.add(c::FREQUENCY_AS_HINT, row.place(Role::Frequency), frequency, &[]);
        }
        field.hint(&named(row, Role::Frequency, frequency));
    }
    let remark = row.text(Role::Remark);
    if !remark.is_empty() {
        field.hint(remark);
    }
    let reaction = row.text(Role::Reaction);
    if !reaction.is_empty() {
        field.hint(&named(row, Role::Reaction, reaction));
    }
}
