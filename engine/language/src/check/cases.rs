//! Ways that leave a case out.

use expression::Type;

use super::{head, tell};
use crate::catalogue as c;
use crate::model::{App, Step};
use crate::names::Index;
use crate::read::tests::each_step;
use crate::read::{Reader, Report};
use crate::steps::{Choose, StepKind};

use super::trails::text;

/// `choose` over the choices of one field, without `otherwise` and without a way for some of them.
pub(super) fn check(reader: &mut Reader<'_>, app: &App, index: &Index) {
    let mut steps = Vec::new();
    each_step(&app.steps, &mut |step| {
        if let StepKind::Choose(choose) = &step.kind {
            steps.push((step, choose));
        }
    });
    for (step, choose) in steps {
        let Some((path, left_out)) = left_out(index, step, choose) else {
            continue;
        };
        let words: Vec<String> = left_out.iter().map(|choice| format!("\"{choice}\"")).collect();
        let report = Report::new(c::CASE_LEFT_OUT, head(reader, step))
            .arg("found", path)
            .arg("choices", words.join(", "));
        let report = with_otherwise(reader, report, step, &left_out[0]);
        tell(reader, index, step, report);
    }
}

/// The field that all ways ask for, and its choices that none of them has.
fn left_out(index: &Index, step: &Step, choose: &Choose) -> Option<(String, Vec<String>)> {
    if !choose.otherwise.is_empty() {
        return None;
    }
    let mut path: Option<String> = None;
    let mut covered = Vec::new();
    for way in &choose.ways {
        for part in text(&way.when).split(" or ") {
            let (name, choice) = part.split_once(" = ")?;
            let choice = choice.strip_prefix('"')?.strip_suffix('"')?;
            if choice.contains('"') || path.as_deref().is_some_and(|path| path != name) {
                return None;
            }
            path = Some(name.to_owned());
            covered.push(choice.to_owned());
        }
    }
    let path = path?;
    let names = index.names_at(Some(step.span.start));
    let mut kind = names.names.get(path.split('.').next()?)?;
    for member in path.split('.').skip(1) {
        let Type::Context(members) = kind else { return None };
        kind = members.get(member)?;
    }
    let choices = match kind {
        Type::OneOf(choices) => choices,
        Type::Judged(inner, _) => match inner.as_ref() {
            Type::OneOf(choices) => choices,
            _ => return None,
        },
        _ => return None,
    };
    let left_out = choices
        .iter()
        .filter(|choice| !covered.iter().any(|one| **one == ***choice));
    let left_out: Vec<String> = left_out.map(|choice| choice.to_string()).collect();
    (!left_out.is_empty()).then_some((path, left_out))
}

fn with_otherwise(reader: &Reader<'_>, report: Report, step: &Step, choice: &str) -> Report {
    if reader.source[step.span.start..].starts_with('{') {
        return report;
    }
    let column = step.span.start - crate::tree::Tree::line_start(reader.source, step.span.start);
    let indent = " ".repeat(column);
    let end = step.span.end;
    let newline = if reader.source[..end].ends_with('\n') { "" } else { "\n" };
    let sentence = crate::tree::quoted(&format!("{choice} is not foreseen"));
    report.insert(
        end,
        end,
        format!("{newline}{indent}otherwise:\n{indent}  - fail: {sentence}"),
    )
}
