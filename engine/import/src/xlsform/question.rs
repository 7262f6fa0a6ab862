//! One question of an XLSForm as a field.

use std::collections::BTreeMap;

use expression::Number;

use super::feel::Gives;
use super::survey::Survey;
use super::xpath::{self, Expr};
use super::{Choice, Lists};
use crate::codes as c;
use crate::draft::{Field, Key, Value, Words, escaped, one_line};
use crate::limits;
use crate::report::Report;

/// What stands under `type`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Type {
    /// A question whose field has this word, and nothing special about it.
    Plain(&'static str),
    /// One of a list, some of a list, a list put in order.
    Choices {
        word: &'static str,
        list: String,
        or_other: bool,
    },
    Range,
    Calculate,
    /// Kept by every run without asking.
    Meta(String),
    BeginGroup,
    EndGroup,
    BeginRepeat,
    EndRepeat,
    Empty,
    Unknown(String),
}

impl Type {
    /// The word of its field, for an id where there is no name.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Type::Plain(word) | Type::Choices { word, .. } => word,
            Type::Range => "number",
            Type::Calculate => "formula",
            Type::BeginGroup => "info",
            Type::BeginRepeat => "group",
            _ => "text",
        }
    }
}

pub(super) fn type_of(written: &str) -> Type {
    let lower = written.trim().to_lowercase();
    let mut words = written.split_whitespace();
    let first = words.next().unwrap_or_default().to_lowercase();
    let two: Vec<&str> = lower.split([' ', '_']).filter(|part| !part.is_empty()).collect();
    match two.as_slice() {
        ["begin", "group"] => return Type::BeginGroup,
        ["end", "group"] => return Type::EndGroup,
        ["begin", "repeat"] => return Type::BeginRepeat,
        ["end", "repeat"] => return Type::EndRepeat,
        [] => return Type::Empty,
        _ => {}
    }
    // `select one from list`, as old forms write it.
    let old = [
        ("select one ", "choose"),
        ("select multiple ", "choose_many"),
        ("select all that apply ", "choose_many"),
    ];
    let choices = match first.as_str() {
        "select_one" | "select1" => Some(("choose", words.next())),
        "select_multiple" => Some(("choose_many", words.next())),
        "rank" => Some(("rank", words.next())),
        _ => old
            .iter()
            .find(|(begin, _)| lower.starts_with(begin))
            .map(|(begin, word)| {
                let rest = written.trim()[begin.len()..]
                    .trim_start_matches("from")
                    .split_whitespace()
                    .next();
                (*word, rest)
            }),
    };
    if let Some((word, list)) = choices {
        return Type::Choices {
            word,
            list: list.unwrap_or_default().to_owned(),
            or_other: lower.ends_with(" or_other") || lower.ends_with(" or other") || lower.ends_with("specify other"),
        };
    }
    match lower.as_str() {
        "text" | "string" => Type::Plain("text"),
        "integer" | "int" => Type::Plain("whole"),
        "decimal" => Type::Plain("number"),
        "date" => Type::Plain("date"),
        "time" => Type::Plain("time"),
        "datetime" | "date_time" | "date time" => Type::Plain("date_time"),
        "note" => Type::Plain("info"),
        "image" | "photo" => Type::Plain("photo"),
        "barcode" => Type::Plain("scan"),
        "acknowledge" | "trigger" => Type::Plain("tick"),
        "geopoint" | "location" | "gps" => Type::Plain("gps"),
        "audio" => Type::Plain("audio"),
        "video" => Type::Plain("video"),
        "file" => Type::Plain("file"),
        "range" => Type::Range,
        "calculate" => Type::Calculate,
        "start" | "end" | "today" | "deviceid" | "device id" | "phonenumber" | "username" | "email" | "simserial"
        | "subscriberid" | "audit" | "start-geopoint" | "uuid" | "hidden" | "background-audio" => Type::Meta(lower),
        _ => Type::Unknown(lower),
    }
}

/// What an answer of this type is to expressions.
pub(super) fn gives(kind: &Type, lists: &Lists) -> Gives {
    let texts = |list: &str, or_other: bool| -> BTreeMap<String, String> {
        let choices = lists.get(list).map_or(&[][..], Vec::as_slice);
        let one = |choice: &Choice| (choice.name.clone(), choice.words.first().to_owned());
        let other = or_other.then(|| ("other".to_owned(), other(choices).first().to_owned()));
        choices.iter().map(one).chain(other).collect()
    };
    match kind {
        Type::Plain("text" | "long_text" | "scan") => Gives::Text,
        Type::Plain("whole" | "number") | Type::Range => Gives::Number,
        Type::Plain("date") => Gives::Date,
        Type::Plain("time") => Gives::Time,
        Type::Plain("date_time") => Gives::DateTime,
        Type::Plain("tick") => Gives::YesNo,
        Type::Choices { list, .. } if lists.get(list).is_none_or(Vec::is_empty) => Gives::Text,
        Type::Choices {
            word: "choose",
            list,
            or_other,
        } => Gives::Choice(texts(list, *or_other)),
        Type::Choices { list, or_other, .. } => Gives::Choices(texts(list, *or_other)),
        _ => Gives::Other,
    }
}

/// The choice that `or_other` adds, in the languages of the others.
fn other(choices: &[Choice]) -> Words {
    let tags = choices
        .first()
        .map(|choice| choice.words.texts.clone())
        .unwrap_or_default();
    let chinese = choices.iter().any(|choice| {
        choice
            .words
            .first()
            .chars()
            .any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c))
    });
    let said = |tag: &str| {
        if tag == "zh" || (tag != "en" && chinese) {
            "其他"
        } else {
            "Other"
        }
    };
    match tags.as_slice() {
        [] => Words::plain(said("")),
        tags => Words {
            texts: tags
                .iter()
                .map(|(tag, _)| (tag.clone(), said(tag).to_owned()))
                .collect(),
        },
    }
}

/// The fields of a question: mostly one, none for what is not asked, two for a choice with another one.
pub(super) fn fields(
    survey: &mut Survey<'_>,
    row: u32,
    kind: &Type,
    conditions: &[String],
    within: Option<&str>,
    report: &mut Report,
) -> Vec<Field> {
    let table = survey.table;
    let written = table.text(row, "type");
    let place = table.place(row, "type");
    match kind {
        Type::Empty => return Vec::new(),
        Type::Meta(_) => {
            report.add(c::NOT_ASKED, place, written, &[]);
            return Vec::new();
        }
        _ => {}
    }
    let mut field = Field::new(kind.word(), survey.words(row, "label"), place.clone(), written);
    field.id = survey.id(row);
    titles(survey, row, kind, &mut field, report);
    appearance(survey, row, &mut field, report);
    match kind {
        Type::Choices { list, or_other, .. } => choices(survey, row, list, *or_other, &mut field, report),
        Type::Range => range(survey, row, &mut field, report),
        Type::Calculate => {
            let formula = survey.formula(row, "calculation", within, false, &mut field, report);
            let Some(formula) = formula else {
                // Nothing is asked and nothing is computed: only the comment stays.
                if field.comments.is_empty() {
                    report.add(c::IGNORED, place, written, &["calculate"]);
                }
                let name = field.title.first().to_owned();
                survey
                    .comments
                    .extend(field.comments.iter().map(|comment| format!("{name}: {comment}")));
                return Vec::new();
            };
            field.keys.push(Key {
                word: "is",
                value: Value::Text(format!("= {formula}")),
                translated_from: Some(table.text(row, "calculation").to_owned()),
            });
        }
        Type::Unknown(word) => {
            report.add(c::TYPE_NOT_KNOWN, place.clone(), written, &[word]);
            field.keys.push(Key::bare("optional", "yes"));
        }
        _ => {}
    }
    constraint(survey, row, kind, within, &mut field, report);
    surroundings(survey, row, kind, &mut field, report);
    let shown = survey.condition(row, conditions, within, &mut field, report);
    let shown_text = shown.as_ref().map(|key| key.value.clone());
    field.keys.extend(shown);
    let what = field.word.to_owned();
    if !matches!(kind, Type::Unknown(_)) {
        report.add(c::ITEM, place, written, &[&what]);
    }
    let specified = match kind {
        Type::Choices {
            list,
            or_other: true,
            word,
        } if field.word != "text" => Some(specify(survey, row, list, word, shown_text, &field)),
        _ => None,
    };
    std::iter::once(field).chain(specified).collect()
}

fn titles(survey: &Survey<'_>, row: u32, kind: &Type, field: &mut Field, report: &mut Report) {
    let name = one_line(survey.table.text(row, "name"));
    if field.title.is_empty() {
        if *kind != Type::Calculate {
            report.add(c::LABEL_MISSING, survey.table.place(row, "label"), &name, &[]);
        }
        let title = if name.is_empty() { field.word } else { &name };
        field.title = Words::plain(title);
    }
    let long = |text: &str| text.chars().count() > limits::TITLE_CHARACTERS_MAX;
    if field.word != "info" && field.title.texts.iter().any(|(_, text)| long(text)) {
        report.add(c::TOO_LONG, survey.table.place(row, "label"), field.title.first(), &[]);
        field.keys.push(Key::new("hint", Value::Words(field.title.clone())));
        for (_, text) in &mut field.title.texts {
            if long(text) {
                let cut: String = text.chars().take(limits::TITLE_CHARACTERS_MAX - 1).collect();
                // A value that is cut in two is none.
                *text = format!("{}…", escaped(&cut.replace("{{", "{").replace("}}", "}")));
            }
        }
    }
    let hint = survey.words(row, "hint");
    if !hint.is_empty() && field.word != "info" && field.keys.iter().all(|key| key.word != "hint") {
        field.keys.push(Key::new("hint", Value::Words(hint)));
    }
}

/// Looks that change what is asked; the others are reported.
fn appearance(survey: &Survey<'_>, row: u32, field: &mut Field, report: &mut Report) {
    let written = survey.table.text(row, "appearance").to_lowercase();
    let mut ignored = Vec::new();
    for word in written.split_whitespace() {
        match (field.word, word) {
            ("text", "multiline") => field.word = "long_text",
            ("photo", "signature") => field.word = "sign",
            ("photo", "draw" | "annotate") => field.word = "sketch",
            ("date", "month-year") => field.word = "month",
            (
                "choose" | "choose_many",
                "minimal" | "compact" | "quick" | "likert" | "autocomplete" | "horizontal" | "columns",
            ) => {}
            _ => ignored.push(word.to_owned()),
        }
    }
    if !ignored.is_empty() {
        let place = survey.table.place(row, "appearance");
        report.add(
            c::IGNORED,
            place,
            &written,
            &[&format!("appearance {}", ignored.join(" "))],
        );
    }
}

fn choices(survey: &Survey<'_>, row: u32, list: &str, or_other: bool, field: &mut Field, report: &mut Report) {
    let choices = survey.lists.get(list).map_or(&[][..], Vec::as_slice);
    if choices.is_empty() {
        let place = survey.table.place(row, "type");
        report.add(c::LIST_MISSING, place, survey.table.text(row, "type"), &[list]);
        field.word = "text";
        return;
    }
    let mut from: Vec<Words> = choices.iter().map(|choice| choice.words.clone()).collect();
    if or_other {
        report.add(
            c::OTHER_ADDED,
            survey.table.place(row, "type"),
            survey.table.text(row, "type"),
            &[],
        );
        let other = other(choices);
        if from.iter().all(|words| words.first() != other.first()) {
            from.push(other);
        }
    }
    field.keys.push(Key::new("from", Value::List(from)));
}

/// The text that tells what the other one is.
fn specify(survey: &mut Survey<'_>, row: u32, list: &str, word: &str, shown: Option<Value>, field: &Field) -> Field {
    let other = other(survey.lists.get(list).map_or(&[][..], Vec::as_slice));
    let id = field.id.clone().unwrap_or_default();
    let texts = field.title.texts.iter();
    let said = |tag: &str| {
        other
            .texts
            .iter()
            .find(|(own, _)| own == tag)
            .map_or_else(|| other.first(), |(_, text)| text.as_str())
            .to_owned()
    };
    let title = Words {
        texts: texts
            .map(|(tag, text)| (tag.clone(), format!("{text} - {}", said(tag))))
            .collect(),
    };
    let mut found = Field::new(
        "text",
        title,
        survey.table.place(row, "type"),
        survey.table.text(row, "type"),
    );
    found.id = Some(survey.new_id(&format!("{id}_other")));
    let choice = super::feel::text(other.first());
    let condition = if word == "choose" {
        format!("{id} = {choice}")
    } else {
        format!("list contains({id}, {choice})")
    };
    let condition = match shown {
        Some(Value::Text(shown)) if shown.contains(" or ") => format!("({shown}) and {condition}"),
        Some(Value::Text(shown)) => format!("{shown} and {condition}"),
        _ => condition,
    };
    found.keys.push(Key {
        word: "show_if",
        translated_from: Some(condition.clone()),
        value: Value::Text(condition),
    });
    found
}

fn range(survey: &Survey<'_>, row: u32, field: &mut Field, report: &mut Report) {
    let written = survey.table.text(row, "parameters");
    let mut whole = true;
    for part in written
        .replace(" = ", "=")
        .split([' ', ',', ';'])
        .filter(|part| !part.is_empty())
    {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let number = value.trim().parse::<Number>().ok();
        whole &= number.is_none_or(|number| number.fract().is_zero());
        match (name.trim().to_lowercase().as_str(), number) {
            ("start", Some(number)) => field.keys.push(Key::bare("min", number.to_string())),
            ("end", Some(number)) => field.keys.push(Key::bare("max", number.to_string())),
            ("step", Some(_)) => {}
            _ => report.add(c::IGNORED, survey.table.place(row, "parameters"), written, &[part]),
        }
    }
    // `start=10 end=0` counts down.
    let bound = |word: &str, field: &Field| {
        let key = field.keys.iter().find(|key| key.word == word)?;
        match &key.value {
            Value::Bare(text) => text.parse::<Number>().ok(),
            _ => None,
        }
    };
    if let (Some(min), Some(max)) = (bound("min", field), bound("max", field))
        && min > max
    {
        field.keys.retain(|key| !matches!(key.word, "min" | "max"));
        field.keys.push(Key::bare("min", max.to_string()));
        field.keys.push(Key::bare("max", min.to_string()));
    }
    if whole && !written.is_empty() {
        field.word = "whole";
    }
}

/// Bounds of numbers become `min` and `max`, the length of a text `at_most`; anything else is refused when it does not hold.
fn constraint(
    survey: &Survey<'_>,
    row: u32,
    kind: &Type,
    within: Option<&str>,
    field: &mut Field,
    report: &mut Report,
) {
    let written = survey.table.text(row, "constraint");
    if written.is_empty() {
        return;
    }
    let place = survey.table.place(row, "constraint");
    if let Ok(tree) = xpath::parse(written) {
        let mut keys = Vec::new();
        if as_bounds(&tree, field.word, &mut keys) && !matches!(kind, Type::Range) {
            let said: Vec<String> = keys.iter().map(|(word, value)| format!("{word}: {value}")).collect();
            report.add(c::BOUNDS, place, written, &[&said.join(", ")]);
            for (word, value) in keys {
                // The last one written counts; two of one kind are not bounds.
                field.keys.retain(|key| key.word != word);
                field.keys.push(Key::bare(word, value));
            }
            return;
        }
    }
    let Some(condition) = survey.formula(row, "constraint", within, true, field, report) else {
        return;
    };
    let message = survey.words(row, "constraint_message");
    let value = if message.is_empty() {
        Value::Text(condition.clone())
    } else {
        Value::Said {
            condition: condition.clone(),
            message,
        }
    };
    report.add(c::BOUNDS, place, written, &[&format!("refuse_if: {condition}")]);
    field.keys.push(Key {
        word: "refuse_if",
        value,
        translated_from: Some(written.to_owned()),
    });
}

/// Whether an expression says nothing but how small and large, or how long, an answer may be.
fn as_bounds(tree: &Expr, word: &str, keys: &mut Vec<(&'static str, String)>) -> bool {
    let Expr::Pair(sign, left, right) = tree else {
        return false;
    };
    if *sign == "and" {
        return as_bounds(left, word, keys) && as_bounds(right, word, keys);
    }
    let number = |expr: &Expr| match expr {
        Expr::Number(number) => number.parse::<Number>().ok(),
        Expr::Minus(inner) => match inner.as_ref() {
            Expr::Number(number) => number.parse::<Number>().ok().map(|number| -number),
            _ => None,
        },
        _ => None,
    };
    let (own, sign, number) = match (left.as_ref(), right.as_ref()) {
        (own, other) if number(other).is_some() => (own, *sign, number(other)),
        (other, own) if number(other).is_some() => {
            let turned = match *sign {
                "<" => ">",
                "<=" => ">=",
                ">" => "<",
                ">=" => "<=",
                same => same,
            };
            (own, turned, number(other))
        }
        _ => return false,
    };
    let Some(number) = number else { return false };
    let is_length = matches!(own, Expr::Call(name, args) if name == "string-length" && args[..] == [Expr::Own]);
    let found = match (own, word, sign) {
        (Expr::Own, "whole" | "number", ">=") => ("min", number),
        (Expr::Own, "whole" | "number", "<=") => ("max", number),
        (Expr::Own, "whole", ">") if number.fract().is_zero() => ("min", number + Number::ONE),
        (Expr::Own, "whole", "<") if number.fract().is_zero() => ("max", number - Number::ONE),
        (_, "text", "<=") if is_length && number.fract().is_zero() && number >= Number::ONE => ("at_most", number),
        _ => return false,
    };
    if keys.iter().any(|(word, _)| *word == found.0) {
        return false;
    }
    keys.push((found.0, found.1.normalize().to_string()));
    true
}

/// Whether it must be answered, and what is there already.
fn surroundings(survey: &Survey<'_>, row: u32, kind: &Type, field: &mut Field, report: &mut Report) {
    let table = survey.table;
    let has_answer = !matches!(field.word, "info" | "formula" | "group") && !matches!(kind, Type::Unknown(_));
    let required = table.text(row, "required").to_lowercase();
    if has_answer {
        match required.as_str() {
            "yes" | "true" | "true()" | "1" | "是" => {}
            "" | "no" | "false" | "false()" | "0" | "否" => field.keys.push(Key::bare("optional", "yes")),
            _ => {
                report.add(c::IGNORED, table.place(row, "required"), &required, &["required"]);
                field.keys.push(Key::bare("optional", "yes"));
            }
        }
    }
    let readonly = table.text(row, "readonly").to_lowercase();
    if !matches!(readonly.as_str(), "" | "no" | "false" | "false()") && field.word != "info" {
        report.add(c::IGNORED, table.place(row, "readonly"), &readonly, &["readonly"]);
    }
    if !table.text(row, "parameters").is_empty() && !matches!(kind, Type::Range) {
        report.add(
            c::IGNORED,
            table.place(row, "parameters"),
            table.text(row, "parameters"),
            &["parameters"],
        );
    }
    if *kind != Type::Calculate && !table.text(row, "calculation").is_empty() {
        report.add(
            c::IGNORED,
            table.place(row, "calculation"),
            table.text(row, "calculation"),
            &["calculation"],
        );
    }
    let written = table.text(row, "default");
    if written.is_empty() || !has_answer {
        return;
    }
    match default(survey, kind, field.word, written) {
        Some(value) => field.keys.push(Key {
            word: "default",
            value,
            translated_from: Some(written.to_owned()),
        }),
        None => report.add(c::DEFAULT_NOT_READ, table.place(row, "default"), written, &[]),
    }
}

fn default(survey: &Survey<'_>, kind: &Type, word: &str, written: &str) -> Option<Value> {
    let plain = written.trim().trim_matches('\'');
    match (word, plain) {
        ("date", "today()") => return Some(Value::Text("= today()".to_owned())),
        ("date_time", "now()") => return Some(Value::Text("= now()".to_owned())),
        _ if plain.contains(['$', '(', '=']) => return None,
        _ => {}
    }
    match (word, kind) {
        ("whole" | "number", _) => plain
            .parse::<Number>()
            .ok()
            .map(|number| Value::Bare(number.to_string())),
        ("choose", Type::Choices { list, .. }) => {
            let choice = survey.lists.get(list)?.iter().find(|choice| choice.name == plain)?;
            Some(Value::Text(choice.words.first().to_owned()))
        }
        ("text" | "long_text" | "scan" | "date" | "time", _) => Some(Value::Text(one_line(plain))),
        _ => None,
    }
}
