//! Texts as YAML writes them: where each byte of a value stands, and how a value is written back.

use super::Style;

/// One character of a value with the byte at which it stands in the raw text.
struct Unit {
    at: usize,
    character: char,
}

/// For every byte of `value`, the byte of `raw` (the text between the node's first and last byte) that it came from.
/// Runs of white space are taken as a whole, because folding changes their length.
pub(super) fn positions(raw: &str, value: &str, style: Style) -> Vec<usize> {
    let units = units(raw, style);
    let mut places = Vec::with_capacity(value.len() + 1);
    let mut next = 0;
    let mut in_space = false;
    for character in value.chars() {
        if character.is_whitespace() {
            if !in_space && next < units.len() && !units[next].character.is_whitespace() {
                in_space = true;
            }
            let at = units.get(next).map_or(raw.len(), |unit| unit.at);
            places.extend(std::iter::repeat_n(at, character.len_utf8()));
            if !in_space && next < units.len() {
                // One to one while the raw text has as much space as the value.
                next += 1;
            }
            continue;
        }
        in_space = false;
        while next < units.len() && units[next].character.is_whitespace() {
            next += 1;
        }
        let at = units.get(next).map_or(raw.len(), |unit| unit.at);
        places.extend((0..character.len_utf8()).map(|byte| (at + byte).min(raw.len())));
        next += 1;
    }
    let end = units.get(next).map_or_else(|| raw.trim_end().len(), |unit| unit.at);
    places.push(end);
    places
}

fn units(raw: &str, style: Style) -> Vec<Unit> {
    match style {
        Style::DoubleQuoted => double_quoted(raw),
        Style::SingleQuoted => single_quoted(raw),
        Style::Plain | Style::Literal | Style::Folded => raw
            .char_indices()
            .map(|(at, character)| Unit { at, character })
            .collect(),
    }
}

/// Bytes of the text between the quotes.
fn inside_quotes(raw: &str) -> (usize, &str) {
    let start = 1.min(raw.len());
    let end = raw.len().saturating_sub(1).max(start);
    (start, raw.get(start..end).unwrap_or(""))
}

fn single_quoted(raw: &str) -> Vec<Unit> {
    let (start, inner) = inside_quotes(raw);
    let mut units = Vec::with_capacity(inner.len());
    let mut after_quote = false;
    for (at, character) in inner.char_indices() {
        if character == '\'' && after_quote {
            after_quote = false;
            continue;
        }
        after_quote = character == '\'';
        units.push(Unit {
            at: start + at,
            character,
        });
    }
    units
}

fn double_quoted(raw: &str) -> Vec<Unit> {
    let (start, inner) = inside_quotes(raw);
    let mut units = Vec::with_capacity(inner.len());
    let mut rest = inner.char_indices();
    while let Some((at, character)) = rest.next() {
        if character != '\\' {
            units.push(Unit {
                at: start + at,
                character,
            });
            continue;
        }
        let Some((_, escape)) = rest.next() else { break };
        let digits = match escape {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            // An escaped line break joins lines without a space.
            '\n' => continue,
            _ => 0,
        };
        for _ in 0..digits {
            rest.next();
        }
        let character = match escape {
            'n' | 't' | 'r' | ' ' | '\t' | 'N' | '_' | 'L' | 'P' => ' ',
            'x' | 'u' | 'U' => '\u{FFFD}',
            other => other,
        };
        units.push(Unit {
            at: start + at,
            character,
        });
    }
    units
}

/// The value between double quotes.
pub(crate) fn quoted(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for character in value.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// Whether a value reads the same when it is written without quotes, also inside brackets.
pub(crate) fn plain_is_safe(value: &str) -> bool {
    plain_is_safe_in_block(value) && !value.contains(['[', ']', '{', '}', ','])
}

/// The same for a value that is not inside brackets.
pub(crate) fn plain_is_safe_in_block(value: &str) -> bool {
    let Some(first) = value.chars().next() else {
        return false;
    };
    let last_is_trouble = value.ends_with([':', ' ', '\t']);
    let first_is_trouble = first.is_whitespace()
        || "!&*?|>@`%{}[],#'\"".contains(first)
        || value == "-"
        || value.starts_with("- ")
        || value.starts_with("---");
    let inside_is_trouble = value.contains(": ") || value.contains(" #") || value.contains(['\n', '\t']);
    !(first_is_trouble || last_is_trouble || inside_is_trouble || matches!(value, "null" | "~"))
}
