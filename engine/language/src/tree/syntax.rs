//! From the file to a tree, mending what can be mended on the way.

use super::Tree;
use super::build::{self, Stop, SyntaxError};
use super::edited::Edited;
use super::punctuation;
use crate::catalogue as c;
use crate::limits;
use crate::model::Span;
use crate::read::{Report, Reports};

pub(super) fn load(source: &str, reports: &mut Reports) -> Option<Tree> {
    if source.len() > limits::FILE_BYTES_MAX {
        let report = Report::new(c::FILE_TOO_LARGE, Span { start: 0, end: 0 })
            .arg("bytes", source.len().to_string())
            .arg("max", limits::FILE_BYTES_MAX.to_string());
        reports.push(report);
        return None;
    }
    let repairs = punctuation::repairs(source);
    let edits = repairs.iter().flat_map(|report| report.fix.iter().cloned()).collect();
    let edited = Edited::new(source, edits);
    match build::build(edited, reports) {
        Ok(tree) => {
            repairs.into_iter().for_each(|report| reports.push(report));
            Some(tree)
        }
        Err((Stop::Limit(report), _)) => {
            reports.push(report);
            None
        }
        Err((Stop::Syntax(error), edited)) => {
            repairs.into_iter().for_each(|report| reports.push(report));
            reports.push(plain_report(&edited, &error));
            None
        }
    }
}

/// What is said when nothing better is known than that YAML cannot be read here.
fn plain_report(edited: &Edited, error: &SyntaxError) -> Report {
    let text = edited.text();
    let end = text[error.at..].find('\n').map_or(text.len(), |newline| error.at + newline);
    let span = Span { start: edited.to_source(error.at), end: edited.to_source(end) };
    Report::new(c::NOT_YAML, span).arg("reason", format!("{:?}", error.kind))
}
