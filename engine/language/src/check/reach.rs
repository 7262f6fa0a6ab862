//! Steps that nobody can reach, and loops that end without what they are for.

use super::trails::{all_end, ends, text};
use super::{head, tell};
use crate::catalogue as c;
use crate::model::{App, Condition, Step};
use crate::names::Index;
use crate::read::{Reader, Report};
use crate::steps::StepKind;

pub(super) fn check(reader: &mut Reader<'_>, app: &App, index: &Index) {
    list(reader, app, index, &app.steps, &mut Vec::new());
}

/// `decided` are the conditions above that are known to be false here.
fn list(reader: &mut Reader<'_>, app: &App, index: &Index, steps: &[Step], decided: &mut Vec<String>) {
    for (number, step) in steps.iter().enumerate() {
        let above = number.checked_sub(1).map(|above| &steps[above]);
        if above.is_some_and(|above| above.condition.is_none() && ends(above)) {
            let report = Report::new(c::NEVER_REACHED, head(reader, step));
            tell(reader, index, step, report);
        }
        ways(reader, app, index, step, decided);
    }
}

fn ways(reader: &mut Reader<'_>, app: &App, index: &Index, step: &Step, decided: &mut Vec<String>) {
    let before = decided.len();
    match &step.kind {
        StepKind::If(both) => {
            known_false(reader, index, step, &both.condition, decided);
            list(reader, app, index, &both.steps, decided);
            decided.push(text(&both.condition));
            list(reader, app, index, &both.otherwise, decided);
        }
        StepKind::Choose(choose) => {
            for way in &choose.ways {
                known_false(reader, index, step, &way.when, decided);
                list(reader, app, index, &way.steps, decided);
                decided.push(text(&way.when));
            }
            list(reader, app, index, &choose.otherwise, decided);
        }
        _ => {
            if let StepKind::Repeat(repeat) = &step.kind {
                goes_on(reader, index, step, &repeat.until, &repeat.otherwise);
            }
            if let StepKind::Call(call) = &step.kind
                && call.app.value == app.id
                && step.condition.is_none()
                && app.steps.iter().any(|other| other.span == step.span)
            {
                let report = Report::new(c::CALLS_ITSELF, call.app.span).arg("found", app.id.as_str());
                tell(reader, index, step, report);
            }
            for block in step.blocks() {
                // What a loop asks may have changed since.
                list(reader, app, index, block.steps, &mut Vec::new());
            }
        }
    }
    decided.truncate(before);
}

/// The same condition again, where it has just been found false.
fn known_false(reader: &mut Reader<'_>, index: &Index, step: &Step, condition: &Condition, decided: &[String]) {
    if decided.contains(&text(condition)) {
        tell(
            reader,
            index,
            step,
            Report::new(c::SAME_CONDITION_ABOVE, condition.span),
        );
    }
}

/// A loop for a verdict, after whose last round everything goes on as if it were right.
fn goes_on(reader: &mut Reader<'_>, index: &Index, step: &Step, until: &Condition, otherwise: &[Step]) {
    let wants_ok = text(until).contains(" is ok");
    if wants_ok && otherwise.is_empty() && !all_end(otherwise) {
        let report = Report::new(c::ROUNDS_RUN_OUT, until.span).arg("found", text(until));
        let column = step.span.start - crate::tree::Tree::line_start(reader.source, step.span.start);
        let indent = " ".repeat(column);
        let end = step.span.end;
        let newline = if reader.source[..end].ends_with('\n') { "" } else { "\n" };
        let report = match reader.source[step.span.start..].starts_with('{') {
            true => report,
            false => report.insert(
                end,
                end,
                format!("{newline}{indent}otherwise:\n{indent}  - fail: Not ok after the last round"),
            ),
        };
        tell(reader, index, step, report);
    }
}
