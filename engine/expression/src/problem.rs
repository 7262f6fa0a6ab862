//! What is wrong with a formula, and where.

use crate::messages::Code;

/// Byte positions in the formula's own text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One behind the last byte.
    pub end: usize,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    pub(crate) fn to(self, other: Span) -> Span {
        Span {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    pub(crate) fn shifted(self, by: usize) -> Span {
        Span {
            start: self.start + by,
            end: self.end + by,
        }
    }
}

/// Something wrong with a formula, in plain words. `code` is stable: the language crate maps it to its own G-number;
/// [`crate::CATALOGUE`] lists all codes with their meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Where in the formula's text.
    pub span: Span,
    /// Stable name of the kind of problem, for example `unknown-name`.
    pub code: &'static str,
    /// What is wrong, in plain English.
    pub message: String,
    /// Chinese text of the same message.
    pub message_zh: String,
    /// What could stand there instead, nearest first.
    pub expected: Vec<String>,
    /// Text that could replace `span`, when there is one obvious repair.
    pub fix: Option<String>,
}

impl Problem {
    pub(crate) fn new(code: Code, span: Span, words: &[&str]) -> Problem {
        let entry = code.entry();
        Problem {
            span,
            code: entry.code,
            message: fill(entry.en, words),
            message_zh: fill(entry.zh, words),
            expected: Vec::new(),
            fix: None,
        }
    }

    /// With words that differ between the languages.
    pub(crate) fn bilingual(code: Code, span: Span, words: &[(String, String)]) -> Problem {
        let (en, zh): (Vec<&str>, Vec<&str>) = words.iter().map(|(en, zh)| (en.as_str(), zh.as_str())).unzip();
        let zh = fill(code.entry().zh, &zh);
        Problem {
            message_zh: zh,
            ..Problem::new(code, span, &en)
        }
    }

    pub(crate) fn fix(mut self, fix: impl Into<String>) -> Problem {
        self.fix = Some(fix.into());
        self
    }

    pub(crate) fn expected<T: Into<String>>(mut self, expected: impl IntoIterator<Item = T>) -> Problem {
        self.expected = expected.into_iter().map(Into::into).collect();
        self
    }

    /// Names near to what was written come first; the nearest becomes the fix.
    pub(crate) fn suggest<'a>(mut self, written: &str, known: impl IntoIterator<Item = &'a str>) -> Problem {
        let mut near = nearest(written, known);
        near.truncate(3);
        self.fix = near.first().cloned();
        self.expected = near;
        self
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

fn fill(pattern: &str, words: &[&str]) -> String {
    let mut text = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        text.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('}') else {
            break;
        };
        if let Some(word) = rest[open + 1..open + close]
            .parse()
            .ok()
            .and_then(|n: usize| words.get(n))
        {
            text.push_str(word);
        }
        rest = &rest[open + close + 1..];
    }
    text.push_str(rest);
    text
}

/// Longer texts are not taken for misspelt names.
const NAME_BYTES_MAX: usize = 200;

/// Known words similar to what was written, nearest first, equally near ones by name.
pub(crate) fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    // Nobody means a name by a text of that length, and comparing takes time with the square of it.
    if written.len() > NAME_BYTES_MAX {
        return Vec::new();
    }
    let plain = |word: &str| word.to_lowercase().replace([' ', '-'], "_");
    let wanted = plain(written);
    let mut scored: Vec<(usize, &str)> = known
        .into_iter()
        .filter(|name| *name != written && name.len() <= NAME_BYTES_MAX)
        .filter_map(|name| {
            let distance = strsim::damerau_levenshtein(&wanted, &plain(name));
            let length = wanted.chars().count().max(1);
            (distance <= length.div_ceil(3).max(1) && distance < length).then_some((distance, name))
        })
        .collect();
    scored.sort();
    scored.dedup();
    scored.into_iter().map(|(_, name)| name.to_string()).collect()
}
