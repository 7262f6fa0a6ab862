//! Problems as they are found, and the diagnostics they become.

use crate::catalogue::Entry;
use crate::diagnostic::{Diagnostic, Edit, Severity};
use crate::keywords::Keywords;
use crate::limits;
use crate::model::Span;

/// A problem on its way to become a [`Diagnostic`].
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) entry: &'static Entry,
    pub(crate) span: Span,
    pub(crate) args: Vec<(&'static str, String, String)>,
    pub(crate) expected: Vec<String>,
    pub(crate) fix: Vec<Edit>,
    /// Edits whose text is a piece of a file.
    pieces: Vec<usize>,
    pub(crate) place: (String, String),
}

impl Report {
    pub(crate) fn new(entry: &'static Entry, span: Span) -> Report {
        Report {
            entry,
            span,
            args: Vec::new(),
            expected: Vec::new(),
            fix: Vec::new(),
            pieces: Vec::new(),
            place: (String::new(), String::new()),
        }
    }
    /// Fills `{name}` of the message.
    pub(crate) fn arg(self, name: &'static str, value: impl Into<String>) -> Report {
        let value = value.into();
        self.arg_in(name, value.clone(), value)
    }
    /// Fills `{name}` with other words in English than in Chinese.
    pub(crate) fn arg_in(mut self, name: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Report {
        self.args.push((name, shorten(en.into()), shorten(zh.into())));
        self
    }
    pub(crate) fn set_arg(&mut self, name: &'static str, value: String) {
        self.args.push((name, value.clone(), value));
    }
    pub(crate) fn expected<S: Into<String>>(mut self, words: impl IntoIterator<Item = S>) -> Report {
        self.expected.extend(words.into_iter().map(Into::into));
        self
    }
    pub(crate) fn fix(mut self, start: usize, end: usize, text: impl Into<String>) -> Report {
        self.fix.push(Edit {
            start,
            end,
            text: text.into(),
        });
        self
    }
    pub(crate) fn replace(self, span: Span, text: impl Into<String>) -> Report {
        self.fix(span.start, span.end, text)
    }
    pub(crate) fn edits(mut self, edits: impl IntoIterator<Item = Edit>) -> Report {
        self.fix.extend(edits);
        self
    }
    /// A piece of a file to be put in; its keys are written with the words of the file.
    pub(crate) fn insert(mut self, start: usize, end: usize, yaml: impl Into<String>) -> Report {
        self.pieces.push(self.fix.len());
        self.fix(start, end, yaml)
    }
    fn finish(mut self, keywords: Keywords) -> Diagnostic {
        let entry = self.entry;
        for (name, en, zh) in &mut self.args {
            match *name {
                "what" | "word" | "low" | "high" => {
                    (*en, *zh) = (keywords.say(en).to_owned(), keywords.say(zh).to_owned());
                }
                "in" | "instead" => (*en, *zh) = (keywords.in_message(en), keywords.in_message(zh)),
                _ => {}
            }
        }
        for piece in self.pieces {
            let edit = &mut self.fix[piece];
            edit.text = keywords.in_yaml(&edit.text);
        }
        let en = fill(&keywords.in_message(entry.en), &self.args, |arg| &arg.1);
        let zh = fill(&keywords.in_message(entry.zh), &self.args, |arg| &arg.2);
        Diagnostic {
            code: entry.code,
            severity: entry.severity,
            span: self.span,
            place: self.place,
            message: (en, zh),
            expected: self.expected,
            why: (!entry.why_en.is_empty())
                .then(|| (keywords.in_message(entry.why_en), keywords.in_message(entry.why_zh))),
            fix: self.fix,
        }
    }
}

/// Long texts are shown by their beginning.
fn shorten(text: String) -> String {
    const SHOWN_CHARACTERS_MAX: usize = 200;
    if text.chars().count() <= SHOWN_CHARACTERS_MAX {
        return text;
    }
    let mut short: String = text.chars().take(SHOWN_CHARACTERS_MAX).collect();
    short.push('…');
    short
}

type Arg = (&'static str, String, String);

fn fill(template: &str, args: &[Arg], pick: impl Fn(&Arg) -> &String) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open + 1..];
        let Some(close) = rest.find('}') else {
            out.push('{');
            continue;
        };
        let name = &rest[..close];
        match args.iter().rev().find(|arg| arg.0 == name) {
            Some(arg) => out.push_str(pick(arg)),
            None => {
                out.push('{');
                out.push_str(name);
                out.push('}');
            }
        }
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    out
}

/// All problems of one file.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    found: Vec<Report>,
    dropped: usize,
}

impl Reports {
    pub(crate) fn push(&mut self, report: Report) {
        if self.found.len() < limits::DIAGNOSTICS_MAX {
            self.found.push(report);
        } else {
            self.dropped += 1;
        }
    }
    /// Gives a place to reports that have none: the smallest one that they stand in.
    pub(crate) fn place(&mut self, places: &[(Span, (String, String))]) {
        for report in &mut self.found {
            if !report.place.0.is_empty() {
                continue;
            }
            let at = report.span.start;
            let around = places
                .iter()
                .filter(|(span, _)| span.start <= at && at < span.end.max(span.start + 1));
            if let Some((_, place)) = around.min_by_key(|(span, _)| span.end - span.start) {
                report.place = place.clone();
            }
        }
    }
    pub(crate) fn any_error(&self) -> bool {
        self.dropped > 0 || self.errors() > 0
    }
    pub(crate) fn errors(&self) -> usize {
        let is_error = |report: &&Report| report.entry.severity == Severity::Error;
        self.found.iter().filter(is_error).count() + self.dropped
    }
    /// What YAML itself gets wrong explains whatever the reader finds at the same place.
    fn fold(&mut self) {
        let of_yaml = |report: &Report| report.entry.code < "G02" && report.entry.severity == Severity::Error;
        let causes: Vec<Span> = self
            .found
            .iter()
            .filter(|report| of_yaml(report))
            .map(|report| report.span)
            .collect();
        self.found.retain(|report| {
            let inside = |cause: &Span| {
                report.span.start < cause.end && cause.start < report.span.end.max(report.span.start + 1)
            };
            of_yaml(report) || !causes.iter().any(inside)
        });
    }
    pub(crate) fn len(&self) -> usize {
        self.found.len() + self.dropped
    }
    /// In order of position; the same problem at the same place once.
    pub(crate) fn into_diagnostics(mut self, keywords: Keywords) -> Vec<Diagnostic> {
        self.fold();
        let mut found: Vec<Diagnostic> = self.found.into_iter().map(|one| one.finish(keywords)).collect();
        found.sort_by_key(|one| (one.span.start, one.severity, one.code, one.span.end));
        found.dedup_by(|later, earlier| {
            later.span == earlier.span && later.code == earlier.code && later.message == earlier.message
        });
        if self.dropped > 0 {
            let report = Report::new(crate::catalogue::TOO_MANY_PROBLEMS, Span::default())
                .arg("max", limits::DIAGNOSTICS_MAX.to_string())
                .arg("more", self.dropped.to_string());
            found.push(report.finish(keywords));
        }
        found
    }
}
