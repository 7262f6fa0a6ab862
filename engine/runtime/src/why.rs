//! Why a run waits: for what, since when and until when, who can move it, and what someone who supervises could do.

use crate::brakes::BrakeView;
use crate::engine::Engine;
use crate::journal::timeline_entry;
use crate::past::Past;
use crate::repairs::title_of;
use crate::{Error, limits};
use kernel::{Assignee, Fact, FactKind, Waiting, repair};
use store::rows::RunId;

/// All that a run waits for.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    pub run: RunId,
    pub app: String,
    pub status: kernel::Status,
    pub seq: u64,
    pub waits: Vec<Waits>,
}

/// One place at which it waits.
#[derive(Clone, Debug, PartialEq)]
pub struct Waits {
    pub place: u32,
    /// The innermost step first, then those around it that can be passed over with it.
    pub steps: Vec<String>,
    /// Of the innermost step, by language tag.
    pub title: Vec<(String, String)>,
    pub round: u32,
    pub waiting: Waiting,
    pub since_ms: Option<i64>,
    pub until_ms: Option<i64>,
    /// Who can move it: who has the task in hand, else to whom it is offered.
    pub reserved_by: Option<String>,
    pub to: Option<Assignee>,
    /// What it goes through when something outside is asked: `http/erp`, `printer/labels`.
    pub lane: Option<String>,
    /// What was said last when that did not work.
    pub last_error: Option<String>,
    /// The brakes that hold it here: on the run, its app, the site, or what it asks through.
    pub brakes: Vec<BrakeView>,
    /// What someone who supervises could do here: `answer`, `skip`, `retry`.
    pub could: Vec<&'static str>,
}

impl Engine {
    pub async fn why(&self, run: RunId) -> Result<Why, Error> {
        let shared = self.shared();
        let past = Past::of(shared, run).await?;
        let state = past.state()?;
        let after = past.row.seq.saturating_sub(limits::WHY_ENTRIES_MAX);
        let rows = shared.store.journal(run, after, limits::WHY_ENTRIES_MAX as u32).await?;
        let mut told: Vec<(i64, Fact)> = Vec::new();
        for row in &rows {
            let entry = timeline_entry(row)
                .map_err(|problem| store::Error::Damaged(format!("the journal of run {run}: {problem}")))?;
            told.extend(entry.facts.into_iter().map(|fact| (row.at_ms, fact)));
        }
        let mut waits = Vec::new();
        for place in repair::places(&past.compiled.program, &state) {
            let mut one = waits_at(&place, &told, &state, &past.compiled.app.steps);
            if let Waiting::Ask { ask, .. } = place.waiting
                && let Some(row) = shared.store.ask(run, ask).await?
            {
                one.last_error = shared.troubles.last(&row.lane).or(one.last_error);
                one.lane = Some(row.lane);
            }
            one.brakes = shared.brakes().on(run, &past.row.app, one.lane.as_deref());
            waits.push(one);
        }
        Ok(Why {
            run,
            app: past.row.app.clone(),
            status: state.status(),
            seq: past.row.seq,
            waits,
        })
    }
}

fn waits_at(
    place: &repair::Place,
    told: &[(i64, Fact)],
    state: &kernel::RunState,
    steps: &[language::model::Step],
) -> Waits {
    let step = place.steps.first();
    let newest = |fits: &dyn Fn(&FactKind) -> bool| {
        let mut newest_first = told.iter().rev();
        newest_first.find(|(_, fact)| fits(&fact.kind) && (fact.step.is_none() || fact.step.as_ref() == step))
    };
    let at = |found: Option<&(i64, Fact)>| found.map(|(at_ms, _)| *at_ms);
    let mut one = Waits {
        place: place.place,
        steps: place.steps.iter().map(ToString::to_string).collect(),
        title: step.map(|step| title_of(steps, step)).unwrap_or_default(),
        round: place.round,
        waiting: place.waiting.clone(),
        since_ms: None,
        until_ms: None,
        reserved_by: None,
        to: None,
        lane: None,
        last_error: None,
        brakes: Vec::new(),
        could: could(&place.waiting),
    };
    match &place.waiting {
        Waiting::Task { task, to, .. } => {
            one.to = Some(to.clone());
            if let Some(open) = state.tasks().find(|open| open.task == *task) {
                one.since_ms = Some(open.opened_at.0);
                one.until_ms = open.due_at.map(|due| due.0);
                one.reserved_by.clone_from(&open.reserved_by);
            }
        }
        Waiting::Time { until, .. } => {
            one.since_ms = at(newest(&|kind| matches!(kind, FactKind::Waiting { .. })));
            one.until_ms = Some(until.0);
        }
        Waiting::Message { .. } | Waiting::Signal { .. } => {
            let found = newest(&|kind| matches!(kind, FactKind::Waiting { .. }));
            one.since_ms = at(found);
            one.until_ms = match found.map(|(_, fact)| &fact.kind) {
                Some(FactKind::Waiting { until, .. }) => until.map(|until| until.0),
                _ => None,
            };
        }
        Waiting::Call { .. } => one.since_ms = at(newest(&|kind| matches!(kind, FactKind::RunCalled { .. }))),
        Waiting::Ask { ask, .. } => {
            one.since_ms = at(newest(
                &|kind| matches!(kind, FactKind::Asked { ask: asked, .. } if asked == ask),
            ));
            one.last_error = newest(&|kind| matches!(kind, FactKind::RetryWaited { .. })).and_then(message_of);
        }
        Waiting::Retry { until, message, .. } => {
            one.since_ms = at(newest(&|kind| matches!(kind, FactKind::RetryWaited { .. })));
            one.until_ms = Some(until.0);
            one.last_error = Some(message.clone());
        }
        Waiting::Repair { message, .. } => {
            one.since_ms = at(newest(&|kind| matches!(kind, FactKind::Incident { .. })));
            one.last_error = Some(message.clone());
        }
        Waiting::Rest { .. } => one.since_ms = at(newest(&|kind| matches!(kind, FactKind::RestGoesOn { .. }))),
        Waiting::Turn { .. } => one.since_ms = at(newest(&|kind| matches!(kind, FactKind::TurnWaited { .. }))),
        Waiting::While { .. } => one.since_ms = at(newest(&|kind| matches!(kind, FactKind::Decided { .. }))),
        Waiting::HeldBack => one.since_ms = at(newest(&|kind| matches!(kind, FactKind::HeldBack { .. }))),
    }
    one
}

fn message_of((_, fact): &(i64, Fact)) -> Option<String> {
    match &fact.kind {
        FactKind::RetryWaited { message, .. } => Some(message.clone()),
        _ => None,
    }
}

fn could(waiting: &Waiting) -> Vec<&'static str> {
    match waiting {
        Waiting::Task { .. }
        | Waiting::Message { .. }
        | Waiting::Signal { .. }
        | Waiting::Call { .. }
        | Waiting::Ask { .. }
        | Waiting::Retry { .. } => vec!["answer", "skip"],
        Waiting::Time { .. } | Waiting::Turn { .. } | Waiting::While { .. } => vec!["skip"],
        Waiting::Repair { .. } => vec!["retry", "answer", "skip"],
        Waiting::Rest { .. } | Waiting::HeldBack => Vec::new(),
    }
}

/// The last failure of each lane, until something goes through it again. In memory: after a start nothing is known yet.
#[derive(Default)]
pub(crate) struct Troubles {
    by_lane: std::sync::Mutex<std::collections::BTreeMap<String, String>>,
}

impl Troubles {
    pub(crate) fn note(&self, lane: &str, result: &kernel::AskResult) {
        // A panic inside leaves the map whole.
        let mut lanes = self.by_lane.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match result {
            kernel::AskResult::Done { .. } => drop(lanes.remove(lane)),
            kernel::AskResult::Failed { kind, message, .. } => {
                lanes.insert(lane.to_owned(), format!("{kind}: {message}"));
            }
        }
    }

    pub(crate) fn last(&self, lane: &str) -> Option<String> {
        let lanes = self.by_lane.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        lanes.get(lane).cloned()
    }
}
