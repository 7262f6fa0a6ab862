//! Diagnostics for people in a terminal, for programs as JSON, and their fixes applied.

use serde_json::{Value as Json, json};
use unicode_width::UnicodeWidthChar;

use crate::diagnostic::{Diagnostic, Edit, Language, Severity};
use crate::tree::Edited;

/// Columns of a source line that are shown around the caret.
const SHOWN_COLUMNS_MAX: usize = 160;
/// Lines of a fix that are shown.
const SHOWN_FIX_LINES_MAX: usize = 8;
/// Words of `expected` that are shown.
const SHOWN_WORDS_MAX: usize = 8;

/// Line and column of a byte, both counted from 1; columns are characters.
pub fn line_and_column(source: &str, at: usize) -> (usize, usize) {
    let at = floor_boundary(source, at);
    let start = source[..at].rfind('\n').map_or(0, |newline| newline + 1);
    (
        1 + source[..start].matches('\n').count(),
        1 + source[start..at].chars().count(),
    )
}

fn floor_boundary(source: &str, at: usize) -> usize {
    let at = at.min(source.len());
    (0..=at).rev().find(|at| source.is_char_boundary(*at)).unwrap_or(0)
}

/// Message, place, line with a caret, what was expected, why it matters, and the lines as the fix would make them.
pub fn render_human(source: &str, file_name: &str, diagnostic: &Diagnostic, language: Language) -> String {
    let words = Words::of(language);
    let pick = |both: &(String, String)| match language {
        Language::En => both.0.clone(),
        Language::Zh => both.1.clone(),
    };
    let (line, column) = line_and_column(source, diagnostic.span.start);
    let number = line.to_string();
    let margin = " ".repeat(number.len());
    let severity = severity_word(diagnostic.severity, language);
    let mut out = format!(
        "{severity}[{}]{}{}\n",
        diagnostic.code,
        words.colon,
        pick(&diagnostic.message)
    );
    let place = pick(&diagnostic.place);
    let place = if place.is_empty() {
        place
    } else {
        format!("{}{place}{}", words.open, words.close)
    };
    out.push_str(&format!("{margin}--> {file_name}:{line}:{column}{place}\n"));
    let shown = caret_lines(source, diagnostic);
    out.push_str(&format!("{margin} |\n{number} | {}\n{margin} | {}\n", shown.0, shown.1));
    if !diagnostic.expected.is_empty() {
        let mut list: Vec<String> = diagnostic
            .expected
            .iter()
            .take(SHOWN_WORDS_MAX)
            .map(|word| format!("`{word}`"))
            .collect();
        if diagnostic.expected.len() > SHOWN_WORDS_MAX {
            list.push("…".to_owned());
        }
        out.push_str(&format!(
            "{margin} = {}{}{}\n",
            words.expected,
            words.colon,
            list.join(words.comma)
        ));
    }
    if let Some(why) = &diagnostic.why {
        out.push_str(&format!("{margin} = {}{}{}\n", words.why, words.colon, pick(why)));
    }
    let fixed = fixed_lines(source, &diagnostic.fix);
    if !fixed.is_empty() {
        out.push_str(&format!("{margin} = {}{}\n", words.fix, words.colon.trim_end()));
        for line in fixed {
            out.push_str(&format!("{margin} + {line}\n"));
        }
    }
    out
}

pub(crate) fn severity_word(severity: Severity, language: Language) -> &'static str {
    let words = Words::of(language);
    match severity {
        Severity::Error => words.error,
        Severity::Warning => words.warning,
        Severity::Notice => words.notice,
    }
}

struct Words {
    error: &'static str,
    warning: &'static str,
    notice: &'static str,
    expected: &'static str,
    why: &'static str,
    fix: &'static str,
    colon: &'static str,
    comma: &'static str,
    open: &'static str,
    close: &'static str,
}

impl Words {
    fn of(language: Language) -> Words {
        match language {
            Language::En => Words {
                error: "error",
                warning: "warning",
                notice: "notice",
                expected: "possible here",
                why: "why",
                fix: "mended it reads",
                colon: ": ",
                comma: ", ",
                open: " (",
                close: ")",
            },
            Language::Zh => Words {
                error: "错误",
                warning: "警告",
                notice: "提示",
                expected: "这里可以写",
                why: "原因",
                fix: "改成",
                colon: "：",
                comma: "、",
                open: "（",
                close: "）",
            },
        }
    }
}

/// The line of a diagnostic and the line of carets below it, in columns of a terminal: Chinese characters take two.
fn caret_lines(source: &str, diagnostic: &Diagnostic) -> (String, String) {
    let start = floor_boundary(source, diagnostic.span.start);
    let end = floor_boundary(source, diagnostic.span.end).max(start);
    let line_start = source[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = source[start..]
        .find('\n')
        .map_or(source.len(), |newline| start + newline);
    let before: Vec<char> = source[line_start..start].chars().collect();
    let inside: Vec<char> = source[start..end.min(line_end)].chars().collect();
    let after: Vec<char> = source[end.min(line_end)..line_end].chars().collect();
    let mut line = String::new();
    // Of a very long line only the neighbourhood of the caret is shown.
    let skipped = before.len().saturating_sub(SHOWN_COLUMNS_MAX / 2);
    if skipped > 0 {
        line.push('…');
    }
    let mut lead = usize::from(skipped > 0);
    for character in &before[skipped..] {
        lead += show(*character, &mut line);
    }
    let mut carets = 0;
    for character in inside.iter().take(SHOWN_COLUMNS_MAX) {
        carets += show(*character, &mut line);
    }
    let rest = SHOWN_COLUMNS_MAX.saturating_sub(lead + carets);
    for character in after.iter().take(rest) {
        show(*character, &mut line);
    }
    if after.len() > rest || inside.len() > SHOWN_COLUMNS_MAX {
        line.push('…');
    }
    (
        line.trim_end().to_owned(),
        format!("{}{}", " ".repeat(lead), "^".repeat(carets.max(1))),
    )
}

/// Adds a character as a terminal can show it; its width in columns.
fn show(character: char, line: &mut String) -> usize {
    match character {
        '\t' => {
            line.push_str("    ");
            4
        }
        other => match other.width() {
            Some(width) if width > 0 => {
                line.push(other);
                width
            }
            // Characters without a width (controls, marks standing alone) would shift the caret.
            _ => {
                line.push('·');
                1
            }
        },
    }
}

/// The lines that the fix makes, without those that stay.
fn fixed_lines(source: &str, fix: &[Edit]) -> Vec<String> {
    if fix.is_empty() {
        return Vec::new();
    }
    let edited = Edited::new(source, fix.to_vec());
    let old: Vec<&str> = source.lines().collect();
    let new: Vec<&str> = edited.text().lines().collect();
    let same_before = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let most = old.len().min(new.len()) - same_before;
    let same_after = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(most)
        .take_while(|(one, other)| one == other)
        .count();
    let changed = &new[same_before..new.len() - same_after];
    let mut lines: Vec<String> = changed
        .iter()
        .take(SHOWN_FIX_LINES_MAX)
        .map(|line| line.chars().take(SHOWN_COLUMNS_MAX).collect())
        .collect();
    if changed.len() > SHOWN_FIX_LINES_MAX {
        lines.push("…".to_owned());
    }
    lines
}

/// For editors and programs. Lines and columns count from 1, columns in characters; offsets of edits are bytes.
pub fn to_json(source: &str, diagnostic: &Diagnostic, language: Language) -> Json {
    let pick = |both: &(String, String)| match language {
        Language::En => both.0.clone(),
        Language::Zh => both.1.clone(),
    };
    let (line, column) = line_and_column(source, diagnostic.span.start);
    let (end_line, end_column) = line_and_column(source, diagnostic.span.end);
    json!({
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "place": pick(&diagnostic.place),
        "message": pick(&diagnostic.message),
        "expected": diagnostic.expected,
        "why": diagnostic.why.as_ref().map(pick),
        "fix": diagnostic.fix,
        "page": format!("/docs/errors/{}", diagnostic.code),
    })
}

/// The source with all fixes applied. A fix that overlaps an earlier one is left out as a whole; checking again
/// offers it anew.
pub fn apply_fixes(source: &str, diagnostics: &[Diagnostic]) -> String {
    let mut accepted: Vec<Edit> = Vec::new();
    for diagnostic in diagnostics {
        let fresh: Vec<&Edit> = diagnostic.fix.iter().filter(|edit| !accepted.contains(edit)).collect();
        let overlaps = |edit: &Edit| {
            accepted
                .iter()
                .any(|other| edit.start < other.end && other.start < edit.end)
        };
        if !fresh.iter().any(|edit| overlaps(edit)) {
            accepted.extend(fresh.into_iter().cloned());
        }
    }
    Edited::new(source, accepted).text().to_owned()
}
