//! Checks that need the whole app: ids, names and types of formulas, and what each file below says of itself.

mod beside;
mod by_name;
mod cases;
mod decide;
mod formulas;
mod holds;
mod ids;
mod labels;
mod means;
pub(crate) mod messages;
mod outside;
mod ranges;
mod reach;
mod records;
mod shifts;
mod signatures;
mod starts;
mod takt;
mod trails;
mod unsure;
mod waits;

pub(crate) use ids::step_ids;
pub(crate) use shifts::outlives_shift;

use crate::model::{App, Span, Step};
use crate::names::Index;
use crate::read::{Reader, Report};
use crate::steps::{Call, StepKind};

/// Everything that can be said once all steps are known.
pub(crate) fn app(reader: &mut Reader<'_>, app: &App) {
    let mut index = Index::new(app);
    ids::references(reader, app, &index);
    formulas::check(reader, app, &mut index);
    // What is said about the flow of a half-read app would mislead.
    if !reader.reports.any_error() {
        holds::check(reader, app, &index);
        reach::check(reader, app, &index);
        cases::check(reader, app, &index);
        decide::check(reader, app, &mut index);
        records::check(reader, app, &index);
        waits::check(reader, app, &index);
        beside::check(reader, app, &index);
        signatures::check(reader, app, &index);
        starts::check(reader, app);
        outside::check(reader, app, &index);
        labels::check(reader, app, &index);
        takt::check(reader, app, &index);
    }
}

/// Every `call`, from top to bottom.
pub(crate) fn each_call(steps: &[Step], visit: &mut impl FnMut(&Step, &Call)) {
    crate::read::tests::each_step(steps, &mut |step| {
        if let StepKind::Call(call) = &step.kind {
            visit(step, call);
        }
    });
}

/// Adds a problem of a step.
fn tell(reader: &mut Reader<'_>, index: &Index, step: &Step, mut report: Report) {
    if let Some(known) = index.steps.get(&step.span.start) {
        let (number, title) = (known.number, &known.title);
        report.place = (format!("step {number} '{title}'"), format!("第 {number} 步“{title}”"));
    }
    reader.push(report);
}

/// The first line of a step.
fn head(reader: &Reader<'_>, step: &Step) -> Span {
    Span {
        start: step.span.start,
        end: reader.line_end(step.span.start),
    }
}
