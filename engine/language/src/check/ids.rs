//! Ids of steps are unique in an app, and what is named exists.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue as c;
use crate::model::{App, Id, Step};
use crate::names::{Filled, Index, Inside};
use crate::read::suggest::nearest;
use crate::read::tests::{each_step, find_step};
use crate::read::{At, Reader, Report};
use crate::steps::StepKind;

/// Gives every step its own id. Steps whose id means something to others (their answers are read by it) must differ
/// by their sentence; the others are numbered.
pub(crate) fn step_ids(reader: &mut Reader<'_>, app: &mut App) {
    let mut taken: BTreeSet<Id> = BTreeSet::new();
    each_step(&app.steps, &mut |step| {
        if step.kind.members().is_some() || matches!(step.kind, StepKind::Find(_)) {
            taken.insert(step.id.clone());
        }
    });
    let mut seen: BTreeMap<Id, usize> = BTreeMap::new();
    number(reader, &mut app.steps, &taken, &mut seen);
}

fn number(reader: &mut Reader<'_>, steps: &mut [Step], taken: &BTreeSet<Id>, seen: &mut BTreeMap<Id, usize>) {
    for step in steps {
        let named = step.kind.members().is_some() || matches!(step.kind, StepKind::Find(_));
        if named {
            reader.ids.insert(step.span.start, step.id.clone());
            if seen.insert(step.id.clone(), 1).is_some() {
                twice(reader, step);
            }
        } else {
            let base = step.id.clone();
            let mut count = seen.get(&base).copied().unwrap_or(0);
            loop {
                count += 1;
                let id = if count == 1 {
                    base.clone()
                } else {
                    Id::new(&format!("{base}_{count}"))
                };
                if !taken.contains(&id) && (count == 1 || !seen.contains_key(&id)) {
                    step.id = id.clone();
                    break;
                }
            }
            reader.numbered.insert(step.span.start, step.id.clone());
            seen.insert(base, count);
            seen.entry(step.id.clone()).or_insert(1);
        }
        for block in step.blocks_mut() {
            number(reader, block, taken, seen);
        }
    }
}

fn twice(reader: &mut Reader<'_>, step: &Step) {
    let start = step.span.start;
    let end = reader.line_end(start);
    let column = start - crate::tree::Tree::line_start(reader.source, start);
    let span = crate::model::Span { start, end };
    let report = Report::new(c::STEP_ID_TWICE, span).arg("id", step.id.as_str());
    let text = format!("\n{}id: {}_2", " ".repeat(column), step.id);
    reader.push(report.insert(end, end, text));
}

/// Steps that others name.
pub(super) fn references(reader: &mut Reader<'_>, app: &App, index: &Index) {
    for (id, node, at, place) in std::mem::take(&mut reader.step_references) {
        let span = reader.span(node);
        let Some(step) = find_step(&app.steps, &id) else {
            if reader.lost.contains(id.as_str()) {
                continue;
            }
            let mut forms = Vec::new();
            each_step(&app.steps, &mut |step| {
                if matches!(step.kind, StepKind::Form(_)) {
                    forms.push(step.id.to_string());
                }
            });
            let near = nearest(id.as_str(), forms.iter().map(String::as_str));
            let mut report = Report::new(c::NOT_BY_UNKNOWN, span).arg("found", id.as_str());
            report.place = place;
            if let Some(first) = near.first() {
                report = report.replace(span, first.clone());
            }
            let others: Vec<String> = forms.into_iter().filter(|form| !near.contains(form)).collect();
            reader.push(report.expected(near).expected(others));
            continue;
        };
        let mut report = match &step.kind {
            StepKind::Form(_) => {
                let At::Before(start) = at else { continue };
                let answered = index.filled(&id, start, Inside::No);
                // Inside a `for_each` the people of all elements count.
                let possible = matches!(answered, Filled::Possibly | Filled::InsideEach(_));
                if possible && step.span.start != start {
                    continue;
                }
                Report::new(c::NOT_BY_LATER, span).arg("found", id.as_str())
            }
            other => Report::new(c::NOT_BY_NO_FORM, span)
                .arg("found", id.as_str())
                .arg("word", other.word()),
        };
        report.place = place;
        reader.push(report);
    }
}
