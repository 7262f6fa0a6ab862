//! Messages that a test sends and nothing in the app takes.

use std::collections::BTreeSet;

use crate::catalogue as c;
use crate::model::{App, Start};
use crate::read::suggest::nearest;
use crate::read::tests::each_step;
use crate::read::{Reader, Report};
use crate::tree::NodeId;

/// The name of a message that a test sends stands at `node`.
pub(crate) fn sent(reader: &mut Reader<'_>, node: NodeId, name: &str, app: &App) {
    // What could not be read may be what takes it.
    if reader.reports.any_error() {
        return;
    }
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for start in &app.starts {
        if let Start::Message { name, .. } = start {
            taken.insert(name);
        }
    }
    each_step(&app.steps, &mut |step| {
        taken.extend(step.messages());
    });
    if taken.contains(name) {
        return;
    }
    let near = nearest(name, taken.iter().copied());
    let span = reader.span(node);
    let mut report = Report::new(c::SENT_TO_NOBODY, span).arg("found", name);
    if let Some(first) = near.first() {
        report = report.replace(span, first.clone());
    }
    let others = taken.iter().filter(|one| !near.iter().any(|near| near == *one));
    let others: Vec<&str> = others.copied().collect();
    reader.push(report.expected(near).expected(others));
}
