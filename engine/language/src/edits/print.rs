//! JSON to YAML as people write it: lists of words between brackets, everything else in lines.

use serde_json::{Map, Value as Json};

use super::data::is_text;
use super::patch::Quotes;
use crate::keywords::{self, Keywords};
use crate::place::Place;
use crate::read::keys::Shape;
use crate::read::plain_data;
use crate::tree::{plain_is_safe, plain_is_safe_in_block, quoted};

/// Columns of one level.
pub(super) const LEVEL: usize = 2;
/// A list of words longer than this is written in lines.
const BRACKETS_CHARACTERS_MAX: usize = 80;

/// A value as the file will say it: keys with the words of the file, `yes` where a yes or no belongs, and a number
/// where a text that is one is read the same.
pub(super) fn as_written(value: &Json, of: &Place, keywords: Keywords) -> Json {
    match value {
        Json::Object(members) => {
            let beside: Vec<&str> = members.keys().map(String::as_str).collect();
            let around = of.known_by(&beside);
            let member = |(key, value): (&String, &Json)| {
                let value = as_written(value, &around.behind(key, &beside), keywords);
                (key_as_written(key, &around, keywords), value)
            };
            Json::Object(members.iter().map(member).collect::<Map<_, _>>())
        }
        Json::Array(entries) => {
            let entry = of.entry();
            entries
                .iter()
                .map(|value| as_written(value, &entry, keywords))
                .collect()
        }
        Json::Bool(truth) if matches!(of, Place::Value(Shape::YesNo)) => {
            let pair = keywords::YES_NO[usize::from(!truth)];
            Json::String(keywords.pick(pair).to_owned())
        }
        Json::Number(number) => plain_data(&digits(number)),
        Json::String(text) if takes_text(of) => plain_data(text),
        other => other.clone(),
    }
}

/// Where a number without quotes is read as the text that it was typed as.
fn takes_text(of: &Place) -> bool {
    match of {
        Place::Value(shape) => !matches!(shape, Shape::Value | Shape::Values | Shape::Data),
        Place::WordOrKeys(_) => true,
        _ => false,
    }
}

fn key_as_written(key: &str, around: &Place, keywords: Keywords) -> String {
    around.word(key, keywords).map_or(key, |(_, said)| said).to_owned()
}

fn digits(number: &serde_json::Number) -> String {
    let text = number.to_string();
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

/// A text, number or the like on one line.
pub(super) fn scalar(value: &Json, flow: bool, quotes: Quotes) -> String {
    match value {
        Json::String(text) => {
            let safe = if flow {
                plain_is_safe(text)
            } else {
                plain_is_safe_in_block(text)
            };
            let plain =
                quotes == Quotes::WhereNeeded && safe && is_text(text) && text.trim() == text && !text.contains('：');
            if plain { text.clone() } else { quoted(text) }
        }
        Json::Null => "null".to_owned(),
        Json::Array(entries) if entries.is_empty() => "[]".to_owned(),
        Json::Object(members) if members.is_empty() => "{}".to_owned(),
        other => other.to_string(),
    }
}

/// A value on one line, with brackets.
pub(super) fn in_brackets(value: &Json, quotes: Quotes) -> String {
    match value {
        Json::Array(entries) => {
            let entries: Vec<String> = entries.iter().map(|entry| in_brackets(entry, quotes)).collect();
            format!("[{}]", entries.join(", "))
        }
        Json::Object(members) => {
            let member =
                |(key, value): (&String, &Json)| format!("{}: {}", key_text(key, quotes), in_brackets(value, quotes));
            let members: Vec<String> = members.iter().map(member).collect();
            format!("{{{}}}", members.join(", "))
        }
        other => scalar(other, true, quotes),
    }
}

pub(super) fn key_text(key: &str, quotes: Quotes) -> String {
    // A key of digits is text without quotes too.
    match plain_is_safe(key) && !key.contains(['：', '"', '\'']) {
        true => key.to_owned(),
        false => scalar(&Json::String(key.to_owned()), true, quotes),
    }
}

/// Whether a value is written behind its key or dash, on the same line.
fn on_one_line(value: &Json, quotes: Quotes) -> Option<String> {
    match value {
        Json::Array(entries) if entries.iter().all(|entry| !entry.is_object() && !entry.is_array()) => {
            let text = in_brackets(value, quotes);
            (text.chars().count() <= BRACKETS_CHARACTERS_MAX || entries.is_empty()).then_some(text)
        }
        Json::Array(_) => None,
        Json::Object(members) if members.is_empty() => Some("{}".to_owned()),
        Json::Object(_) => None,
        Json::String(text) if is_block_text(text) => None,
        other => Some(scalar(other, false, quotes)),
    }
}

/// Several lines of text, written as lines.
fn is_block_text(text: &str) -> bool {
    let lines = text.trim_end_matches('\n');
    lines.contains('\n')
        && !text.ends_with("\n\n")
        && text.chars().all(|c| c == '\n' || !c.is_control())
        && text.split('\n').all(|line| line.trim() == line)
        && !text.starts_with('\n')
}

/// What stands behind `key:` in a column, with the space or line break before it.
pub(super) fn behind_key(value: &Json, column: usize, quotes: Quotes) -> String {
    if let Some(text) = on_one_line(value, quotes) {
        return format!(" {text}");
    }
    match value {
        Json::String(text) => block_text(text, column + LEVEL),
        other => format!("\n{}", lines(other, column + LEVEL, quotes).join("\n")),
    }
}

fn block_text(text: &str, column: usize) -> String {
    let sign = if text.ends_with('\n') { "|" } else { "|-" };
    let mut out = format!(" {sign}");
    for line in text.trim_end_matches('\n').split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.push_str(&" ".repeat(column));
            out.push_str(line);
        }
    }
    out
}

/// The lines of a mapping or list whose first character stands in a column.
pub(super) fn lines(value: &Json, column: usize, quotes: Quotes) -> Vec<String> {
    let indent = " ".repeat(column);
    let mut out = Vec::new();
    match value {
        Json::Object(members) if !members.is_empty() => {
            for (key, value) in members {
                let text = format!(
                    "{indent}{}:{}",
                    key_text(key, quotes),
                    behind_key(value, column, quotes)
                );
                out.extend(text.split('\n').map(str::to_owned));
            }
        }
        Json::Array(entries) if !entries.is_empty() => {
            for entry in entries {
                let mut inner = entry_lines(entry, column + LEVEL, quotes);
                inner[0] = format!("{indent}- {}", inner[0].trim_start());
                out.extend(inner);
            }
        }
        other => out.push(format!("{indent}{}", scalar(other, false, quotes))),
    }
    out
}

/// The lines of an entry of a list, as they would stand behind its dash.
pub(super) fn entry_lines(entry: &Json, column: usize, quotes: Quotes) -> Vec<String> {
    match on_one_line(entry, quotes) {
        Some(text) => vec![format!("{}{text}", " ".repeat(column))],
        None => match entry {
            Json::String(text) => block_text(text, column)
                .trim_start()
                .split('\n')
                .map(str::to_owned)
                .collect(),
            other => lines(other, column, quotes),
        },
    }
}
