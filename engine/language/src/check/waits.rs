//! Whoever waits must not wait for ever, and when time is up somebody must be told.

use super::{head, tell};
use crate::catalogue as c;
use crate::model::{App, Deadline, LateRung, Party, Step};
use crate::names::Index;
use crate::read::tests::each_step;
use crate::read::{Reader, Report};
use crate::steps::StepKind;

pub(super) fn check(reader: &mut Reader<'_>, app: &App, index: &Index) {
    let mut steps = Vec::new();
    each_step(&app.steps, &mut |step| steps.push(step));
    for step in steps {
        match &step.kind {
            StepKind::WaitFor(wait) => match &wait.deadline {
                None => for_ever(reader, index, step, &wait.message),
                Some(deadline) if wait.otherwise.is_none() => nobody_told(reader, index, step, deadline),
                Some(_) => {}
            },
            StepKind::Form(form) => {
                if let Some(deadline) = &form.deadline {
                    nobody_told(reader, index, step, deadline);
                    only_the_late(reader, index, step, form.to.as_ref(), &deadline.late);
                }
            }
            _ => {}
        }
    }
}

fn for_ever(reader: &mut Reader<'_>, index: &Index, step: &Step, message: &str) {
    let report = Report::new(c::WAITS_FOR_EVER, head(reader, step)).arg("found", message);
    let report = below(
        reader,
        report,
        step,
        "within: 30 min\nlate:\n  - after: 0 min\n    tell: team leader",
    );
    tell(reader, index, step, report);
}

fn nobody_told(reader: &mut Reader<'_>, index: &Index, step: &Step, deadline: &Deadline) {
    if deadline.late.is_empty() {
        let report = below(
            reader,
            Report::new(c::NOBODY_TOLD, head(reader, step)),
            step,
            "late:\n  - after: 0 min\n    tell: team leader",
        );
        tell(reader, index, step, report);
    }
}

/// A ladder that only tells those who are late.
fn only_the_late(reader: &mut Reader<'_>, index: &Index, step: &Step, to: Option<&Party>, late: &[LateRung]) {
    let Some(to) = to.filter(|to| !matches!(to, Party::Formula(_))) else {
        return;
    };
    let same = |rung: &LateRung| {
        rung.tell.iter().all(|told| told == to) && rung.move_to.as_ref().is_none_or(|moved| moved == to)
    };
    if !late.is_empty() && late.iter().all(same) {
        tell(
            reader,
            index,
            step,
            Report::new(c::ONLY_THE_LATE_TOLD, head(reader, step)),
        );
    }
}

/// Puts keys below the first line of a step.
fn below(reader: &Reader<'_>, report: Report, step: &Step, keys: &str) -> Report {
    let start = step.span.start;
    let line = crate::tree::Tree::line_start(reader.source, start);
    let before = &reader.source[line..start];
    if !before.trim_matches([' ', '-']).is_empty() || reader.source[start..].starts_with('{') {
        return report;
    }
    let indent = " ".repeat(before.chars().count());
    let end = reader.line_end(start);
    let text: String = keys.lines().map(|line| format!("\n{indent}{line}")).collect();
    report.insert(end, end, text)
}
