//! Tabs in front of a line and the punctuation of a Chinese keyboard: understood, and reported as a notice.

use crate::catalogue as c;
use crate::diagnostic::Edit;
use crate::keywords;
use crate::model::Span;
use crate::read::Report;
use crate::read::words::is_keyword;

/// What has to be changed so that YAML understands the file. One report for each line and kind of slip.
/// `tab` is what a tab in front of a line stands for.
pub(super) fn repairs(source: &str, tab: &str) -> Vec<Report> {
    let strange = |c: char| {
        matches!(
            c,
            '\t' | '：' | '“' | '”' | '„' | '，' | '\u{3000}' | '\u{A0}' | '–' | '—' | '－' | '•'
        )
    };
    if !source.contains(strange) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut start = 0;
    // Column of the key whose block text (`|`, `>`) the lines belong to.
    let mut block_text: Option<usize> = None;
    // Column of the `from` whose choices stand below it: sentences, whatever word they begin with.
    let mut choices: Option<usize> = None;
    for line in source.split_inclusive('\n') {
        let text = line.trim_end_matches(['\n', '\r']);
        let column = text.len() - text.trim_start_matches([' ', '\t', '\u{3000}', '\u{A0}']).len();
        let inside = block_text.is_some_and(|owner| text.trim().is_empty() || column > owner);
        if !inside {
            block_text = None;
            let dash = text.trim_start().starts_with('-');
            choices = choices.filter(|owner| text.trim().is_empty() || column > *owner || dash && column == *owner);
            if text.contains(strange) && !text.trim_start().starts_with('#') && !text.trim().is_empty() {
                line_repairs(text, start, tab, choices.is_some(), &mut found);
            }
            if begins_choices(text) {
                choices = Some(column);
            }
            if begins_block_text(text) {
                block_text = Some(column);
            }
        }
        start += line.len();
    }
    found
}

fn begins_choices(line: &str) -> bool {
    let word = line.trim().trim_end_matches([':', '：']);
    word.len() < line.trim().len() && keywords::is("from", word)
}

fn begins_block_text(line: &str) -> bool {
    let line = line.split(" #").next().unwrap_or_default().trim_end();
    let last = line.rsplit([' ', '：', ':']).next().unwrap_or_default();
    matches!(last, "|" | ">" | "|-" | ">-" | "|+" | ">+")
}

fn line_repairs(line: &str, start: usize, tab: &str, is_choice: bool, found: &mut Vec<Report>) {
    let body = indentation(line, start, tab, found);
    let rest = &line[body..];
    let value = match key_colon(rest).filter(|_| !is_choice) {
        Some(Colon::Wide { at }) => {
            let colon = '：'.len_utf8();
            let behind = &rest[at + colon..];
            let spaces = behind.len() - behind.trim_start_matches([' ', '\u{3000}']).len();
            let text = if behind.trim().is_empty() { ":" } else { ": " };
            let from = start + body + at;
            let edit = Edit {
                start: from,
                end: from + colon + spaces,
                text: text.to_owned(),
            };
            let span = Span {
                start: from,
                end: from + colon,
            };
            found.push(wide(span, "：", ":").edits([edit]));
            body + at + colon + spaces
        }
        Some(Colon::Plain { at }) => {
            let behind = &rest[at + 1..];
            body + at + 1 + behind.len() - behind.trim_start().len()
        }
        None => body,
    };
    let text = &line[value..];
    if text.starts_with(['“', '”', '„']) {
        wide_quotes(text, start + value, found);
    } else if text.starts_with(['[', '{']) {
        inside_brackets(text, start + value, found);
    }
}

fn wide(span: Span, found: &str, better: &str) -> Report {
    Report::new(c::WIDE_PUNCTUATION, span)
        .arg("found", found)
        .arg("better", better)
}

/// Makes the white space in front of a line, and around its dashes, plain spaces. Returns where the text begins.
fn indentation(line: &str, start: usize, tab: &str, found: &mut Vec<Report>) -> usize {
    let mut at = 0;
    let mut edits = Vec::new();
    let mut after_dash = false;
    let mut strange_dash = None;
    for (index, character) in line.char_indices() {
        let replacement = match character {
            ' ' => None,
            '\t' if after_dash => Some(" "),
            '\t' => Some(tab),
            '\u{3000}' => Some("  "),
            '\u{A0}' => Some(" "),
            '-' | '–' | '—' | '－' | '•'
                if line[index + character.len_utf8()..].starts_with([' ', '\t', '\u{3000}']) =>
            {
                after_dash = true;
                if character != '-' {
                    strange_dash = Some((index, character));
                    let end = start + index + character.len_utf8();
                    edits.push(Edit {
                        start: start + index,
                        end,
                        text: "-".to_owned(),
                    });
                }
                at = index + character.len_utf8();
                continue;
            }
            _ => break,
        };
        let end = index + character.len_utf8();
        if let Some(text) = replacement {
            edits.push(Edit {
                start: start + index,
                end: start + end,
                text: text.to_owned(),
            });
        }
        at = end;
    }
    if edits.is_empty() {
        return at;
    }
    // A dash that is a sign of writing only counts in front of a word of the language.
    let behind = line[at..].split([':', '：', ' ']).next().unwrap_or_default();
    match strange_dash {
        Some((index, character)) if is_keyword(behind) => {
            let span = Span {
                start: start + index,
                end: start + index + character.len_utf8(),
            };
            found.push(wide(span, &character.to_string(), "-").edits(edits));
        }
        Some(_) => return 0,
        None => {
            let span = Span { start, end: start + at };
            found.push(Report::new(c::TABS, span).edits(edits));
        }
    }
    at
}

enum Colon {
    Plain { at: usize },
    Wide { at: usize },
}

/// The colon behind the first word of a line. A wide one counts only behind a word of the language: elsewhere it is
/// part of a sentence.
fn key_colon(text: &str) -> Option<Colon> {
    for (at, character) in text.char_indices() {
        match character {
            ':' if text[at + 1..].is_empty() || text[at + 1..].starts_with([' ', '\t']) => {
                return Some(Colon::Plain { at });
            }
            '：' => {
                let word = text[..at].trim();
                return is_keyword(word).then_some(Colon::Wide { at });
            }
            '"' | '\'' | '[' | '{' | '“' if at == 0 => return None,
            _ => {}
        }
    }
    None
}

/// `“text”` as the whole value of a line.
fn wide_quotes(text: &str, start: usize, found: &mut Vec<Report>) {
    let text = text.split(" #").next().unwrap_or_default().trim_end();
    let mut inner = text
        .char_indices()
        .skip(1)
        .filter(|(_, c)| matches!(c, '“' | '”' | '"' | '\\'));
    let (Some((close, last)), None) = (inner.next(), inner.next()) else {
        return;
    };
    let first = text.chars().next().map_or(0, char::len_utf8);
    if close + last.len_utf8() != text.len() || !matches!(last, '“' | '”') {
        return;
    }
    let span = Span {
        start,
        end: start + text.len(),
    };
    let report = Report::new(c::WIDE_QUOTES, span)
        .arg("found", text)
        .fix(start, start + first, "\"")
        .fix(start + close, start + text.len(), "\"");
    found.push(report);
}

/// Wide quotes, colons and commas between brackets.
fn inside_brackets(text: &str, start: usize, found: &mut Vec<Report>) {
    let comma_is_plain = text.contains(',');
    let mut edits: Vec<Edit> = Vec::new();
    let mut first_found: Option<(Span, &str, &str)> = None;
    let mut quote: Option<char> = None;
    let mut braces = 0usize;
    let mut value_begins = true;
    // Behind the colon of a key, where a wide one belongs to the text.
    let mut in_value = false;
    for (at, character) in text.char_indices() {
        let end = at + character.len_utf8();
        let rest = text[end..].trim_start();
        let mut change = |found: &'static str, better: &'static str, with: &str| {
            edits.push(Edit {
                start: start + at,
                end: start + end,
                text: with.to_owned(),
            });
            first_found.get_or_insert((
                Span {
                    start: start + at,
                    end: start + end,
                },
                found,
                better,
            ));
        };
        match (quote, character) {
            (Some('“'), '”' | '“') => {
                quote = None;
                if rest.is_empty() || rest.starts_with([',', '，', ']', '}', ':', '：']) {
                    change("”", "\"", "\"");
                }
            }
            (Some(open), close) if open == close => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if value_begins => quote = Some(character),
            (None, '“' | '”') if value_begins => {
                quote = Some('“');
                change("“", "\"", "\"");
            }
            (None, '{') => braces += 1,
            (None, '}') => braces = braces.saturating_sub(1),
            (None, '：') if braces > 0 && !in_value => {
                change("：", ":", if text[end..].starts_with(' ') { ":" } else { ": " })
            }
            (None, '，') if !comma_is_plain => {
                change("，", ",", if text[end..].starts_with(' ') { "," } else { ", " })
            }
            _ => {}
        }
        if quote.is_none() {
            in_value = match character {
                ':' | '：' => braces > 0,
                '{' | ',' => false,
                '，' => in_value && comma_is_plain,
                _ => in_value,
            };
        }
        if !character.is_whitespace() {
            value_begins = matches!(character, '[' | '{' | ',' | '，' | ':' | '：');
        }
    }
    if let Some((span, found_sign, better)) = first_found
        && quote.is_none()
    {
        found.push(wide(span, found_sign, better).edits(edits));
    }
}
