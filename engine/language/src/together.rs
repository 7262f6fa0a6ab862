//! What several apps say of one another: who calls whom, and with what.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue as c;
use crate::check::each_call;
use crate::diagnostic::Diagnostic;
use crate::keywords::Keywords;
use crate::model::{App, Id, Span, Start, Step, TestAction};
use crate::read::suggest::{clearly, nearest};
use crate::read::tests::each_step;
use crate::read::{Report, Reports};
use crate::steps::{Call, StepKind, Waiting};

/// The apps that may call one another: those of one folder, or those that a server has published.
pub struct Together<'a> {
    by_id: BTreeMap<&'a Id, &'a App>,
}

impl<'a> Together<'a> {
    pub fn of(apps: impl IntoIterator<Item = &'a App>) -> Together<'a> {
        Together {
            by_id: apps.into_iter().map(|app| (&app.id, app)).collect(),
        }
    }

    /// What one app says of the others. A call of an app that is not among them is warned of: it may be published
    /// elsewhere. `source` is the text of the app.
    pub fn check(&self, source: &str, app: &App) -> Vec<Diagnostic> {
        let mut reports = Reports::default();
        each_call(&app.steps, &mut |step, call| {
            let title = step.title.default.source();
            let mut found = Vec::new();
            match self.by_id.get(&call.app.value) {
                Some(called) => {
                    inputs(source, step, call, called, &mut found);
                    found.extend(circle(app, step, call, &self.by_id));
                }
                None => found.push(unknown(call, self.by_id.keys().map(|id| id.as_str()))),
            }
            for mut report in found {
                report.place = (format!("step '{title}'"), format!("步骤“{title}”"));
                reports.push(report);
            }
        });
        if !awaited(app).is_empty() {
            let emitted = emitted(self.by_id.values().copied());
            unsent(source, app, &emitted)
                .into_iter()
                .for_each(|report| reports.push(report));
        }
        reports.into_diagnostics(Keywords::of(source))
    }
}

/// Whether the app says anything of others, so that it is worth reading them.
pub fn names_others(app: &App) -> bool {
    !called_apps(app).is_empty() || !awaited(app).is_empty()
}

/// The messages that an app starts with or waits for: where they stand, and whether a run waits there.
fn awaited(app: &App) -> Vec<(&str, Option<&Step>)> {
    let starts = app.starts.iter().filter_map(|start| match start {
        Start::Message { name, .. } => Some((name.as_str(), None)),
        _ => None,
    });
    let mut found: Vec<_> = starts.collect();
    each_step(&app.steps, &mut |step| {
        found.extend(step.messages().into_iter().map(|message| (message, Some(step))));
    });
    found
}

/// The messages that apps emit.
fn emitted<'a>(apps: impl Iterator<Item = &'a App>) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    for app in apps {
        each_step(&app.steps, &mut |step| {
            if let StepKind::Emit(emit) = &step.kind {
                found.insert(emit.message.as_str());
            }
        });
    }
    found
}

/// Messages that no app emits and no test of this app sends. Machines and other systems send some, so without tests,
/// and of starts, only what is nearly the name of one that is emitted is told.
fn unsent(source: &str, app: &App, emitted: &BTreeSet<&str>) -> Vec<Report> {
    let is_sent = |name: &str| {
        let mut actions = app.tests.iter().flat_map(|test| &test.script);
        actions.any(|one| matches!(&one.action, TestAction::Send { name: sent, .. } if sent == name))
    };
    let mut found = Vec::new();
    for (name, step) in awaited(app) {
        if emitted.contains(name) || is_sent(name) {
            continue;
        }
        let near = nearest(name, emitted.iter().copied());
        let meant = clearly(name, &near).cloned();
        if meant.is_none() && (step.is_none() || app.tests.is_empty()) {
            continue;
        }
        let from = step.map_or(0, |step| step.span.start);
        let Some(at) = source.get(from..).and_then(|text| text.find(name)) else {
            continue;
        };
        let span = Span {
            start: from + at,
            end: from + at + name.len(),
        };
        let mut report = Report::new(c::NOBODY_SENDS, span).arg("found", name);
        if let Some(meant) = meant {
            report = report.replace(span, meant);
        }
        if let Some(title) = step.map(|step| step.title.default.source()) {
            report.place = (format!("step '{title}'"), format!("步骤“{title}”"));
        }
        found.push(report.expected(near));
    }
    found
}

/// The apps that an app calls, by their ids, in the order of its steps.
pub fn called_apps(app: &App) -> Vec<Id> {
    let mut called = Vec::new();
    each_call(&app.steps, &mut |_, call| called.push(call.app.value.clone()));
    called
}

fn unknown<'n>(call: &Call, known: impl Iterator<Item = &'n str> + Clone) -> Report {
    let name = call.app.value.as_str();
    let near = nearest(name, known.clone());
    let report = Report::new(c::UNKNOWN_APP, call.app.span).arg("found", name);
    let report = match clearly(name, &near) {
        Some(first) => report.replace(call.app.span, first.clone()),
        None => report,
    };
    let others: Vec<&str> = known.filter(|id| !near.iter().any(|near| near == id)).collect();
    report.expected(near.clone()).expected(others)
}

/// What is handed over must be asked for, and what must be answered must be handed over.
fn inputs(source: &str, step: &Step, call: &Call, called: &App, found: &mut Vec<Report>) {
    let ids: Vec<&str> = called.inputs.iter().map(|input| input.id.as_str()).collect();
    for (name, _) in &call.with {
        if ids.contains(&name.as_str()) {
            continue;
        }
        let near = nearest(name.as_str(), ids.iter().copied());
        let span = key_span(source, step, name);
        let report = Report::new(c::UNKNOWN_APP_INPUT, span)
            .arg("found", name.as_str())
            .arg("app", called.id.as_str());
        let report = match clearly(name.as_str(), &near) {
            Some(first) if span.end - span.start == name.as_str().len() => report.replace(span, first.clone()),
            _ => report,
        };
        found.push(report.expected(near));
    }
    for input in &called.inputs {
        let given = call.with.iter().any(|(name, _)| *name == input.id);
        if given || input.optional || input.show_if.is_some() || input.kind.value_type().is_none() {
            continue;
        }
        let report = Report::new(c::APP_INPUT_MISSING, call.app.span);
        found.push(report.arg("found", input.id.as_str()).arg("app", called.id.as_str()));
    }
}

/// Where the name of an input is written; the app's name where it cannot be found.
fn key_span(source: &str, step: &Step, name: &Id) -> Span {
    let text = source.get(step.span.start..step.span.end).unwrap_or_default();
    let starts = text.match_indices(name.as_str()).map(|(at, _)| at);
    let is_key = |at: &usize| {
        let begins = text[..*at].trim_end_matches(['"', '\'']).ends_with([' ', '{', '\n']);
        begins
            && text[at + name.as_str().len()..]
                .trim_start_matches(['"', '\''])
                .starts_with(':')
    };
    let start = starts
        .filter(is_key)
        .last()
        .map_or(step.span.start, |at| step.span.start + at);
    Span {
        start,
        end: (start + name.as_str().len()).min(step.span.end),
    }
}

/// A call that waits for an app which waits, call by call and whatever is answered, for this one.
fn circle(app: &App, step: &Step, call: &Call, by_id: &BTreeMap<&Id, &App>) -> Option<Report> {
    let always = |app: &App| -> Vec<Id> {
        let calls = app.steps.iter().filter(|step| step.condition.is_none());
        let waits = calls.filter_map(|step| match &step.kind {
            crate::steps::StepKind::Call(call) if call.waiting == Waiting::ForItsEnd => Some(call.app.value.clone()),
            _ => None,
        });
        waits.collect()
    };
    let is_always = app.steps.iter().any(|one| one.span == step.span) && step.condition.is_none();
    // An app that calls itself is told when it is read alone.
    if !is_always || call.waiting == Waiting::Not || call.app.value == app.id {
        return None;
    }
    let mut way = vec![app.id.clone(), call.app.value.clone()];
    let mut seen: BTreeSet<Id> = BTreeSet::from([call.app.value.clone()]);
    while let Some(next) = way.last().and_then(|last| by_id.get(last)) {
        let calls = always(next);
        if calls.contains(&app.id) {
            way.push(app.id.clone());
            let shown: Vec<&str> = way.iter().map(Id::as_str).collect();
            return Some(Report::new(c::CALLS_IN_A_CIRCLE, call.app.span).arg("path", shown.join(" → ")));
        }
        let further = calls
            .into_iter()
            .find(|id| by_id.contains_key(id) && !seen.contains(id))?;
        seen.insert(further.clone());
        way.push(further);
    }
    None
}
