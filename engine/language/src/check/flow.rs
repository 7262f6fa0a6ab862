//! The order of steps: what is never come to, what is held and never released, what a record lacks.

use std::collections::BTreeSet;

use crate::catalogue as c;
use crate::model::{App, Computed, Id, Span, Step};
use crate::names::{Index, Meaning};
use crate::read::tests::each_step;
use crate::read::{Reader, Report};
use crate::steps::StepKind;

pub(super) fn check(reader: &mut Reader<'_>, app: &App, index: &Index) {
    holds(reader, app, index);
    unreached(reader, &app.steps, index);
    let mut saves = Vec::new();
    each_step(&app.steps, &mut |step| {
        if let StepKind::Save(save) = &step.kind {
            saves.push((step, save));
        }
    });
    for (step, save) in saves {
        let Some(table) = app.tables.iter().find(|table| table.id == save.table.value) else {
            continue;
        };
        for column in &table.columns {
            let written = save.values.iter().any(|(name, _)| name == column);
            let named = readable(index, column) || index.items_at(step.span.start).contains(column);
            if written || named {
                continue;
            }
            let report = Report::new(c::SAVE_WITHOUT_VALUE, save.table.span).arg("column", column.as_str());
            push(reader, index, step, report);
        }
    }
}

/// Whether a bare name stands for one value that a record can hold.
fn readable(index: &Index, name: &Id) -> bool {
    matches!(
        index.meanings.get(name),
        Some(Meaning::Input | Meaning::Value | Meaning::Field { .. })
    )
}

fn push(reader: &mut Reader<'_>, index: &Index, step: &Step, mut report: Report) {
    if let Some(known) = index.steps.get(&step.span.start) {
        let (number, title) = (known.number, &known.title);
        report.place = (format!("step {number} '{title}'"), format!("第 {number} 步“{title}”"));
    }
    reader.push(report);
}

fn holds(reader: &mut Reader<'_>, app: &App, index: &Index) {
    let mut held: Vec<(&Step, String)> = Vec::new();
    let mut released: Vec<(&Step, String)> = Vec::new();
    let mut computed_release = false;
    let mut computed_hold = false;
    each_step(&app.steps, &mut |step| match &step.kind {
        StepKind::Hold(hold) => match written(&hold.target) {
            Some(target) => held.push((step, target)),
            None => computed_hold = true,
        },
        StepKind::Release(release) => match written(&release.target) {
            Some(target) => released.push((step, target)),
            None => computed_release = true,
        },
        _ => {}
    });
    let freed: BTreeSet<&str> = released.iter().map(|(_, target)| target.as_str()).collect();
    for (step, target) in &held {
        if !computed_release && !freed.contains(target.as_str()) {
            let report = Report::new(c::HOLD_WITHOUT_RELEASE, head(reader, step)).arg("found", target.as_str());
            push(reader, index, step, report);
        }
    }
    let blocked: BTreeSet<&str> = held.iter().map(|(_, target)| target.as_str()).collect();
    for (step, target) in &released {
        if !computed_hold && !blocked.contains(target.as_str()) {
            let report = Report::new(c::RELEASE_WITHOUT_HOLD, head(reader, step)).arg("found", target.as_str());
            push(reader, index, step, report);
        }
    }
}

/// A target as it is written; formulas cannot be compared.
fn written(target: &Computed) -> Option<String> {
    match target {
        Computed::Literal(value) => Some(value.display()),
        Computed::Text(template) => Some(template.source().to_owned()),
        Computed::Formula(_) => None,
    }
}

fn head(reader: &Reader<'_>, step: &Step) -> Span {
    Span {
        start: step.span.start,
        end: reader.line_end(step.span.start),
    }
}

/// Steps behind one that always ends the run.
fn unreached(reader: &mut Reader<'_>, steps: &[Step], index: &Index) {
    for pair in steps.windows(2) {
        let always = pair[0].condition.is_none();
        if always && ends(&pair[0]) {
            let report = Report::new(c::NEVER_REACHED, head(reader, &pair[1]));
            push(reader, index, &pair[1], report);
        }
    }
    for step in steps {
        for block in step.kind.blocks() {
            unreached(reader, block.steps, index);
        }
    }
}

/// Whether a step ends the run on every way through it.
fn ends(step: &Step) -> bool {
    let all = |steps: &[Step]| steps.iter().any(|step| step.condition.is_none() && ends(step));
    match &step.kind {
        StepKind::Finish(_) | StepKind::Fail(_) => true,
        StepKind::If(both) => all(&both.steps) && all(&both.otherwise),
        StepKind::Choose(choose) => {
            !choose.ways.is_empty() && choose.ways.iter().all(|way| all(&way.steps)) && all(&choose.otherwise)
        }
        _ => false,
    }
}
