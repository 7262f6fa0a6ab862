//! What people get wrong in YAML, and what would mend it.

use granit_parser::ErrorKind;

use super::build::SyntaxError;
use super::scalar::quoted;
use crate::catalogue::{self as c, Entry};
use crate::diagnostic::Edit;
use crate::model::Span;
use crate::read::words::is_keyword;

/// Lines above the mistake where its cause is looked for.
const LOOK_BACK_LINES: usize = 30;

/// A way to mend a mistake, in bytes of the parsed text.
pub(super) struct Mended {
    pub(super) entry: &'static Entry,
    pub(super) span: Span,
    pub(super) args: Vec<(&'static str, String)>,
    pub(super) edits: Vec<Edit>,
}

/// One line: its bytes without the line break, and where its first character stands.
#[derive(Clone, Copy, Debug)]
struct Line<'t> {
    start: usize,
    indent: usize,
    /// From the first character to the last, comment and trailing space left out.
    content: &'t str,
}

impl Line<'_> {
    /// Byte of the first character.
    fn first(&self) -> usize {
        self.start + self.indent
    }
    fn end(&self) -> usize {
        self.first() + self.content.len()
    }
    fn whole(&self) -> Span {
        Span {
            start: self.first(),
            end: self.end(),
        }
    }
    fn is_blank(&self) -> bool {
        self.content.is_empty()
    }
    /// Column of the text behind the dashes.
    fn text_column(&self) -> usize {
        let behind = self.content.trim_start_matches(['-', ' ']);
        if self.content.starts_with("- ") {
            self.indent + self.content.len() - behind.len()
        } else {
            self.indent
        }
    }
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let mut found = Vec::new();
    for line in text.split('\n') {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let content = without_comment(&line[indent..]).trim_end();
        found.push(Line { start, indent, content });
        start += line.len() + 1;
    }
    found
}

/// A comment begins at a # at the beginning or after a space.
fn without_comment(line: &str) -> &str {
    if line.starts_with('#') {
        return "";
    }
    line.find(" #").map_or(line, |at| &line[..at])
}

struct Spot<'t> {
    lines: Vec<Line<'t>>,
    /// The line of the mistake, and the last line above it that is not empty.
    here: usize,
    above: Option<usize>,
    at: usize,
    kind: &'t ErrorKind,
}

impl<'t> Spot<'t> {
    fn line(&self) -> Line<'t> {
        self.lines[self.here]
    }
    /// The line of the mistake and those above it, nearest first.
    fn back(&self) -> impl Iterator<Item = Line<'t>> + '_ {
        self.lines[..=self.here]
            .iter()
            .rev()
            .take(LOOK_BACK_LINES)
            .filter(|line| !line.is_blank())
            .copied()
    }
    /// The lines below that belong to a line because they are moved in further.
    fn below(&self, index: usize) -> impl Iterator<Item = Line<'t>> + '_ {
        let indent = self.lines[index].indent;
        let mine = move |line: &&Line<'t>| line.is_blank() || line.indent > indent;
        self.lines[index + 1..]
            .iter()
            .take_while(mine)
            .filter(|line| !line.is_blank())
            .copied()
    }
}

/// Ways to mend a mistake, the likeliest first.
pub(super) fn candidates(text: &str, error: &SyntaxError) -> Vec<Mended> {
    let lines = lines(text);
    let mut here = text[..error.at].matches('\n').count().min(lines.len() - 1);
    // At the end of the file the mistake is in the last line that says something.
    while lines[here].is_blank() && here > 0 {
        here -= 1;
    }
    let above = (0..here).rev().find(|index| !lines[*index].is_blank());
    let spot = Spot {
        lines,
        here,
        above,
        at: error.at,
        kind: &error.kind,
    };
    let mut found = Vec::new();
    languages(&spot, &mut found);
    quotes(&spot, &mut found);
    dashes_and_colons(&spot, &mut found);
    brackets(&spot, text, &mut found);
    text_without_quotes(&spot, &mut found);
    list_on_key_line(&spot, &mut found);
    missing_dash(&spot, &mut found);
    indentation(&spot, &mut found);
    found
}

fn insert(at: usize, text: &str) -> Edit {
    Edit {
        start: at,
        end: at,
        text: text.to_owned(),
    }
}

fn mended(entry: &'static Entry, span: Span, found: &str, edits: Vec<Edit>) -> Mended {
    Mended {
        entry,
        span,
        args: vec![("found", found.to_owned())],
        edits,
    }
}

/// `{en: Note: look, zh: 注意}`, alone or in a list: the texts need quotes.
fn languages(spot: &Spot<'_>, found: &mut Vec<Mended>) {
    for line in [Some(spot.line()), spot.above.map(|index| spot.lines[index])]
        .into_iter()
        .flatten()
    {
        let (mut edits, mut from) = (Vec::new(), 0);
        while let Some(open) = line.content[from..].find('{').map(|open| from + open) {
            let rest = &line.content[open..];
            // To its own closing brace where they fit, else to the last one of the line.
            let lengths = [closing_brace(rest), rest.rfind('}').map(|at| at + 1)];
            let better = lengths.into_iter().flatten().find_map(|length| {
                let better = super::with_quotes(rest.get(..length)?)?;
                Some((length, better))
            });
            from = open + 1;
            if let Some((length, text)) = better {
                let start = line.first() + open;
                from = open + length;
                edits.push(Edit {
                    start,
                    end: start + length,
                    text,
                });
            }
        }
        if let (Some(first), Some(last)) = (edits.first(), edits.last()) {
            let span = Span {
                start: first.start,
                end: last.end,
            };
            found.push(mended(c::TEXT_NEEDS_QUOTES, span, line.content, edits));
        }
    }
}

/// Length of the text in front up to the brace that closes its first one.
fn closing_brace(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(at + 1),
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// A quote that is never closed, and text behind a closing quote.
fn quotes(spot: &Spot<'_>, found: &mut Vec<Mended>) {
    let quote_trouble = matches!(
        spot.kind,
        ErrorKind::UnclosedQuotedScalar
            | ErrorKind::InvalidTrailingDoubleQuotedScalar
            | ErrorKind::InvalidTrailingSingleQuotedScalar
            | ErrorKind::UnknownQuotedScalarEscape
            | ErrorKind::InvalidQuotedScalarIndent
            | ErrorKind::DocumentIndicatorInQuotedScalar
            | ErrorKind::MappingValueNotAllowed
            | ErrorKind::SimpleKeyExpected
            | ErrorKind::InvalidSimpleKey
    );
    if !quote_trouble {
        return;
    }
    for line in spot.back() {
        let (value_at, value) = value_of(line);
        if value.starts_with(['{', '[']) && value.matches('"').count() % 2 == 1 {
            quote_inside_brackets(value_at, value, found);
        }
        let Some(quote) = value.chars().next().filter(|first| matches!(first, '"' | '\'')) else {
            continue;
        };
        let count = value.matches(quote).count();
        if count == 1 {
            let span = Span {
                start: value_at,
                end: line.end(),
            };
            let edits = vec![insert(line.end(), &quote.to_string())];
            found.push(mended(c::UNCLOSED_QUOTE, span, &quote.to_string(), edits));
        }
        let raw_end = line.end();
        if count >= 2 {
            // 'it's' and "x" y: all of it is text.
            let inner = if value.len() >= 2 && value.ends_with(quote) {
                &value[1..value.len() - 1]
            } else {
                value
            };
            let span = Span {
                start: value_at,
                end: raw_end,
            };
            let edits = vec![Edit {
                start: value_at,
                end: raw_end,
                text: quoted(inner),
            }];
            found.push(mended(c::QUOTE_INSIDE_TEXT, span, value, edits));
        }
    }
}

/// `{order: "4711}`: the text ends before the brackets do, or before the next comma.
fn quote_inside_brackets(value_at: usize, value: &str, found: &mut Vec<Mended>) {
    let Some(open) = value.rfind('"') else { return };
    let inner = &value[open + 1..];
    let closing = inner.trim_end_matches(['}', ']', ' ']).len();
    let comma = inner.find(',').unwrap_or(closing);
    let span = Span {
        start: value_at + open,
        end: value_at + value.len(),
    };
    for end in [comma.min(closing), closing] {
        let edits = vec![insert(value_at + open + 1 + end, "\"")];
        found.push(mended(c::UNCLOSED_QUOTE, span, "\"", edits));
    }
}

/// The value of a line `- word: value` or `- value`, with its place.
fn value_of(line: Line<'_>) -> (usize, &str) {
    let content = line.content;
    let dashes = content.len() - content.trim_start_matches("- ").len();
    let rest = &content[dashes..];
    let key_end = match rest.chars().next() {
        Some('"' | '\'' | '{' | '[') => None,
        _ => rest.find(": "),
    };
    let skipped = key_end.map_or(dashes, |end| dashes + end + 1);
    let value = content[skipped..].trim_start();
    (line.first() + content.len() - value.len(), value)
}

/// `-form: x`, `form:x`, `form`.
fn dashes_and_colons(spot: &Spot<'_>, found: &mut Vec<Mended>) {
    let above = spot.above.map(|index| spot.lines[index]);
    for line in [Some(spot.line()), above].into_iter().flatten() {
        let content = line.content;
        if let Some(rest) = content.strip_prefix('-')
            && !rest.is_empty()
            && !rest.starts_with([' ', '-'])
        {
            let at = line.first() + 1;
            found.push(mended(
                c::SPACE_AFTER_DASH,
                Span {
                    start: line.first(),
                    end: at,
                },
                "-",
                vec![insert(at, " ")],
            ));
        }
        let dashes = content.len() - content.trim_start_matches(['-', ' ']).len();
        let words = &content[dashes..];
        let first_word = words.split([' ', ':', '：']).next().unwrap_or_default();
        let at = line.first() + dashes + first_word.len();
        let span = Span {
            start: line.first() + dashes,
            end: at,
        };
        let behind = &words[first_word.len()..];
        if let Some(rest) = behind.strip_prefix(':')
            && !rest.is_empty()
            && !rest.starts_with([' ', '/'])
        {
            let edits = vec![insert(at + 1, " ")];
            found.push(mended(c::SPACE_AFTER_COLON, span, first_word, edits));
        }
        if is_keyword(first_word) && !behind.starts_with(':') {
            let edits = if behind.is_empty() || behind.starts_with(' ') {
                vec![insert(at, ":")]
            } else {
                continue;
            };
            found.push(mended(c::COLON_MISSING, span, first_word, edits));
        }
    }
}

/// Brackets that are not closed, or close nothing.
fn brackets(spot: &Spot<'_>, text: &str, found: &mut Vec<Mended>) {
    let closing = match spot.kind {
        ErrorKind::MismatchedFlowCollectionEnd { close, .. } => {
            let line = spot.line();
            text[..line.end()]
                .rfind(*close)
                .filter(|at| *at >= line.start)
                .map(|at| (at, *close))
        }
        _ => text[spot.at.min(text.len())..]
            .chars()
            .next()
            .map(|character| (spot.at, character)),
    };
    if let Some((at, extra @ (']' | '}'))) = closing {
        let span = Span { start: at, end: at + 1 };
        let other = if extra == ']' { "}" } else { "]" };
        for by in ["", other] {
            let edit = Edit {
                start: at,
                end: at + 1,
                text: by.to_owned(),
            };
            found.push(mended(c::EXTRA_BRACKET, span, &extra.to_string(), vec![edit]));
        }
    }
    for line in spot.back() {
        let mut open: Vec<(usize, char)> = Vec::new();
        let mut quote = None;
        for (at, character) in line.content.char_indices() {
            match (quote, character) {
                (None, '"' | '\'') if at == 0 || line.content[..at].ends_with([' ', '[', '{', ',']) => {
                    quote = Some(character);
                }
                (Some(open), close) if open == close => quote = None,
                (None, '[' | '{') => open.push((at, character)),
                (None, ']' | '}') => {
                    open.pop();
                }
                _ => {}
            }
        }
        if let Some((at, first)) = open.first().copied() {
            let closing: String = open
                .iter()
                .rev()
                .map(|(_, open)| if *open == '[' { ']' } else { '}' })
                .collect();
            let span = Span {
                start: line.first() + at,
                end: line.end(),
            };
            let end = line.first() + line.content.trim_end_matches([',', ' ']).len();
            let edits = vec![Edit {
                start: end,
                end: line.end(),
                text: closing,
            }];
            found.push(mended(c::UNCLOSED_BRACKET, span, &first.to_string(), edits));
        }
    }
}

/// `Step 2: measure`, `{order} is late`, `@home`, `100 %: done`.
fn text_without_quotes(spot: &Spot<'_>, found: &mut Vec<Mended>) {
    for line in [Some(spot.line()), spot.above.map(|index| spot.lines[index])]
        .into_iter()
        .flatten()
    {
        let (at, value) = value_of(line);
        if value.is_empty() || value.starts_with(['"', '\'']) {
            continue;
        }
        let special = value.contains(": ")
            || value.ends_with(':')
            || value.starts_with(['{', '[', '*', '&', '!', '%', '@', '`', '|', '>', '?', ',', ']', '}'])
            || value.starts_with("- ");
        if special {
            let span = Span {
                start: at,
                end: line.end(),
            };
            let edits = vec![Edit {
                start: at,
                end: line.end(),
                text: quoted(value),
            }];
            found.push(mended(c::TEXT_NEEDS_QUOTES, span, value, edits));
        }
    }
}

/// `steps: - form: x`.
fn list_on_key_line(spot: &Spot<'_>, found: &mut Vec<Mended>) {
    if !matches!(spot.kind, ErrorKind::BlockSequenceEntryNotAllowed) {
        return;
    }
    let line = spot.line();
    let (at, value) = value_of(line);
    if !value.starts_with("- ") {
        return;
    }
    let key_end = line.first() + line.content[..at - line.first()].trim_end().len();
    let indent = line.text_column() + 2;
    let edits = vec![Edit {
        start: key_end,
        end: at,
        text: format!("\n{}", " ".repeat(indent)),
    }];
    found.push(mended(
        c::LIST_ON_KEY_LINE,
        Span {
            start: at,
            end: line.end(),
        },
        value,
        edits,
    ));
}

/// An entry without a dash between entries with one.
fn missing_dash(spot: &Spot<'_>, found: &mut Vec<Mended>) {
    let line = spot.line();
    let with_dash = |line: Line<'_>, index: usize| {
        let mut edits = vec![insert(line.first(), "- ")];
        edits.extend(spot.below(index).map(|line| insert(line.start, "  ")));
        edits
    };
    if !line.content.starts_with('-') {
        // What follows may already stand where it belongs, below a dash that is not there.
        let alone = vec![insert(line.first(), "- ")];
        found.push(mended(c::DASH_MISSING_IN_LIST, line.whole(), line.content, alone));
        let edits = with_dash(line, spot.here);
        found.push(mended(c::DASH_MISSING_IN_LIST, line.whole(), line.content, edits));
        return;
    }
    // The entries above, at the same column, have none.
    let mut first = None;
    for index in (0..spot.here).rev().take(LOOK_BACK_LINES * 4) {
        let other = spot.lines[index];
        if other.is_blank() || other.indent > line.indent {
            continue;
        }
        if other.indent < line.indent || other.content.starts_with('-') {
            break;
        }
        first = Some(index);
    }
    if let Some(first) = first {
        let start = spot.lines[first];
        let mut edits = vec![insert(start.first(), "- ")];
        let between = spot.lines[first + 1..spot.here].iter().filter(|line| !line.is_blank());
        edits.extend(between.map(|line| insert(line.start, "  ")));
        found.push(mended(c::DASH_MISSING_IN_LIST, start.whole(), start.content, edits));
    }
}

/// A line that is moved in too far or not far enough.
fn indentation(spot: &Spot<'_>, found: &mut Vec<Mended>) {
    let line = spot.line();
    let mut columns: Vec<usize> = Vec::new();
    let mut smallest = usize::MAX;
    for index in (0..spot.here).rev() {
        let other = spot.lines[index];
        if other.is_blank() || other.indent >= smallest {
            continue;
        }
        smallest = other.indent;
        if columns.is_empty() && other.content.ends_with(':') {
            columns.push(other.text_column() + 2);
        }
        columns.extend([other.text_column(), other.indent]);
        if smallest == 0 || columns.len() > 24 {
            break;
        }
    }
    columns.retain(|column| *column != line.indent);
    columns.sort_by_key(|column| column.abs_diff(line.indent));
    columns.dedup();
    for column in columns {
        let moved = |line: Line<'_>| {
            let to = (line.indent + column).saturating_sub(spot.line().indent);
            Edit {
                start: line.start,
                end: line.first(),
                text: " ".repeat(to),
            }
        };
        let alone = vec![moved(line)];
        let mut together = alone.clone();
        together.extend(spot.below(spot.here).map(moved));
        let args = || {
            vec![
                ("found", (line.indent + 1).to_string()),
                ("better", (column + 1).to_string()),
            ]
        };
        let whole = together.len() > 1;
        found.push(Mended {
            entry: c::INDENTATION,
            span: line.whole(),
            args: args(),
            edits: together,
        });
        if whole {
            found.push(Mended {
                entry: c::INDENTATION,
                span: line.whole(),
                args: args(),
                edits: alone,
            });
        }
    }
}
