//! From the file to a tree. A mistake of YAML itself is mended in thought, so that the rest can be read too.
//!
//! What could mend it is tried out: of the repairs after which the file can be parsed, the one counts that leaves the
//! fewest mistakes to the reader.

use granit_parser::ErrorKind;

use super::Tree;
use super::build::{self, Stop, SyntaxError};
use super::edited::Edited;
use super::mend::{self, Mended};
use super::punctuation;
use crate::catalogue as c;
use crate::diagnostic::Edit;
use crate::limits;
use crate::model::Span;
use crate::read::{Report, Reports};

/// Says how many mistakes a reader would find in a tree.
pub(crate) type Judge<'j> = &'j dyn Fn(&Tree) -> usize;

pub(super) fn load(source: &str, reports: &mut Reports, judge: Judge<'_>) -> Option<Tree> {
    if source.len() > limits::FILE_BYTES_MAX {
        let report = Report::new(c::FILE_TOO_LARGE, Span { start: 0, end: 0 })
            .arg("bytes", source.len().to_string())
            .arg("max", limits::FILE_BYTES_MAX.to_string());
        reports.push(report);
        return None;
    }
    let mut repairs = punctuation_repairs(source, judge);
    let may_mend = source.len() <= limits::SYNTAX_REPAIR_FILE_BYTES_MAX;
    let mut mended = 0;
    let mut tries = limits::SYNTAX_TRIED_BYTES_MAX / source.len().max(1);
    loop {
        let edits: Vec<Edit> = repairs.iter().flat_map(|report| report.fix.iter().cloned()).collect();
        let edited = Edited::new(source, edits);
        let (error, edited) = match build::build(edited, reports) {
            Ok(tree) => {
                repairs.into_iter().for_each(|report| reports.push(report));
                return Some(tree);
            }
            Err((Stop::Limit(report), _)) => {
                reports.push(*report);
                return None;
            }
            Err((Stop::Syntax(error), edited)) => (error, edited),
        };
        let better = (may_mend && mended < limits::SYNTAX_REPAIRS_MAX)
            .then(|| repair(source, &edited, &error, judge, &mut tries));
        match better.flatten() {
            Some(report) => repairs.push(report),
            None => {
                repairs.into_iter().for_each(|report| reports.push(report));
                reports.push(plain_report(&edited, &error));
                return None;
            }
        }
        mended += 1;
    }
}

/// Tabs stand for two, four or eight columns: whatever makes the most sense of the file.
fn punctuation_repairs(source: &str, judge: Judge<'_>) -> Vec<Report> {
    let tabs = source
        .lines()
        .any(|line| line.trim_start_matches([' ', '-']).starts_with('\t'));
    if !tabs || source.len() > limits::SYNTAX_REPAIR_FILE_BYTES_MAX {
        return punctuation::repairs(source, "  ");
    }
    let mut best: Option<(usize, Vec<Report>)> = None;
    for tab in ["  ", "    ", "        "] {
        let repairs = punctuation::repairs(source, tab);
        let edits = repairs.iter().flat_map(|report| report.fix.iter().cloned()).collect();
        let mistakes = match build::build(Edited::new(source, edits), &mut Reports::default()) {
            Ok(tree) => judge(&tree),
            Err(_) => usize::MAX,
        };
        if best.as_ref().is_none_or(|(fewest, _)| mistakes < *fewest) {
            best = Some((mistakes, repairs));
        }
    }
    best.map(|(_, repairs)| repairs).unwrap_or_default()
}

/// The best repair of one mistake, with its edits in bytes of the source.
fn repair(source: &str, edited: &Edited, error: &SyntaxError, judge: Judge<'_>, tries: &mut usize) -> Option<Report> {
    let error_line = line_number(edited.text(), error.at);
    let mut best: Option<((usize, usize, usize), Report)> = None;
    for (order, candidate) in mend::candidates(edited.text(), error).into_iter().enumerate() {
        let Some(edits) = in_source(source, edited, &candidate.edits) else {
            continue;
        };
        if *tries == 0 {
            break;
        }
        *tries -= 1;
        let mut all = edited.edits().to_vec();
        all.extend(edits.iter().cloned());
        let count = all.len();
        let tried = Edited::new(source, all);
        if tried.edits().len() != count {
            continue;
        }
        let mut refused = Reports::default();
        let rank = match build::build(tried, &mut refused) {
            Ok(tree) => (0, refused.len() + judge(&tree), order),
            Err((Stop::Limit(_), _)) => continue,
            Err((Stop::Syntax(next), tried)) => {
                let line = line_number(tried.text(), next.at);
                if line <= error_line {
                    continue;
                }
                // Only some way further: better than nothing, the farther the better.
                (1, usize::MAX - line, order)
            }
        };
        if best.as_ref().is_none_or(|(other, _)| rank < *other) {
            best = Some((rank, report(edited, &candidate, edits)));
        }
    }
    best.map(|(_, report)| report)
}

fn report(edited: &Edited, candidate: &Mended, edits: Vec<Edit>) -> Report {
    let span = Span {
        start: edited.to_source(candidate.span.start),
        end: edited.to_source(candidate.span.end),
    };
    let mut report = Report::new(candidate.entry, span).edits(edits);
    for (name, value) in &candidate.args {
        report = report.arg(name, value.as_str());
    }
    report
}

/// Edits of the edited text as edits of the source; `None` when they touch something that was already edited.
fn in_source(source: &str, edited: &Edited, edits: &[Edit]) -> Option<Vec<Edit>> {
    let one = |edit: &Edit| {
        let (start, end) = (edited.to_source(edit.start), edited.to_source(edit.end));
        let same = source.get(start..end) == edited.text().get(edit.start..edit.end);
        same.then(|| Edit {
            start,
            end,
            text: edit.text.clone(),
        })
    };
    edits.iter().map(one).collect()
}

fn line_number(text: &str, at: usize) -> usize {
    text[..at.min(text.len())].matches('\n').count()
}

/// What is said when nothing is known that would mend it.
fn plain_report(edited: &Edited, error: &SyntaxError) -> Report {
    let text = edited.text();
    let end = text[error.at..]
        .find('\n')
        .map_or(text.len(), |newline| error.at + newline);
    let span = Span {
        start: edited.to_source(error.at),
        end: edited.to_source(end),
    };
    let (en, zh) = reason(&error.kind);
    Report::new(c::NOT_YAML, span).arg_in("reason", en, zh)
}

/// What is wrong, in words, when nothing would mend it.
fn reason(kind: &ErrorKind) -> (&'static str, &'static str) {
    use ErrorKind as E;
    match kind {
        E::UnclosedQuotedScalar | E::DocumentIndicatorInQuotedScalar | E::InvalidQuotedScalarIndent => {
            ("a quote is not closed", "引号没有关闭")
        }
        E::UnclosedFlowCollection { .. }
        | E::UnexpectedEofFlowMapping
        | E::UnexpectedEofFlowSequence
        | E::UnexpectedEofImplicitFlowMapping
        | E::ExpectedFlowMappingSeparator
        | E::ExpectedFlowSequenceSeparator
        | E::MisplacedFlowCollectionEnd
        | E::MismatchedFlowCollectionEnd { .. }
        | E::InvalidColonPlacement => ("the brackets do not fit together", "括号不匹配"),
        E::MappingValueNotAllowed | E::SimpleKeyExpected | E::InvalidSimpleKey => (
            "there is a colon too many, or a line is moved in too far",
            "多了一个冒号，或缩进过多",
        ),
        E::ExpectedBlockSequenceEntry | E::ExpectedBlockMappingKey | E::InvalidIndentation => (
            "it does not stand below anything that it could belong to",
            "它的缩进不属于任何内容",
        ),
        E::UnexpectedCharacter { .. } => ("it begins with a sign that needs quotes", "开头的符号需要加引号"),
        E::TabInBlockIndentation | E::TabNotAllowed | E::TabInIndentation | E::TabInPlainScalar => {
            ("there is a tab where only spaces can stand", "这里有制表符，只能用空格")
        }
        _ => ("it is no YAML", "不符合 YAML 格式"),
    }
}
