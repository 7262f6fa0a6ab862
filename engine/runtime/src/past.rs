//! A run at an earlier moment: its journal, played up to there.

use crate::Error;
use crate::apps::Compiled;
use crate::engine::{Engine, Shared};
use crate::journal;
use crate::run::waiting_for;
use crate::views::TimelineEntry;
use kernel::rewind::{Entered, advance_before, advance_telling};
use kernel::{Advance, Event, EventKind, Repair, RunState, TaskSpec};
use serde::Serialize;
use serde_json::{Map, Value};
use std::ops::ControlFlow;
use std::sync::Arc;
use store::rows::{JournalRow, RunId, RunRow};

const ENTRIES_AT_ONCE: u32 = 1_000;

/// Which moment is asked for: behind this entry of the journal, or at this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Seq(u64),
    AtMs(i64),
}

/// A run as it was.
#[derive(Clone, Debug, Serialize)]
pub struct Then {
    pub run: RunId,
    /// The last entry of the journal then, and its moment; 0 before the start.
    pub seq: u64,
    pub at_ms: i64,
    pub status: kernel::Status,
    /// By name, as people see them.
    pub values: Map<String, Value>,
    pub waiting_for: Value,
    pub tasks: Vec<TaskSpec>,
    pub holds: Vec<String>,
}

/// A step that was entered on the way that the run is still on.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) seq: u64,
    pub(crate) at_ms: i64,
    pub(crate) person: Option<String>,
    pub(crate) entered: Entered,
}

/// A run and its app, to be played.
pub(crate) struct Past<'e> {
    shared: &'e Shared,
    pub(crate) row: RunRow,
    pub(crate) compiled: Arc<Compiled>,
}

impl Engine {
    /// A run at an earlier moment.
    pub async fn run_at(&self, run: RunId, moment: Moment) -> Result<Then, Error> {
        let past = Past::of(self.shared(), run).await?;
        let mut state = RunState::new();
        let mut by = past.begun_with()?;
        let (mut seq, mut at_ms) = (0, past.row.started_at_ms);
        past.play(|row, event| {
            let is_later = match moment {
                Moment::Seq(last) => row.seq > last,
                Moment::AtMs(last) => row.at_ms > last,
            };
            if is_later {
                return Ok(ControlFlow::Break(()));
            }
            (seq, at_ms) = (row.seq, row.at_ms);
            if let Some(event) = event {
                past.advance(&mut by, &mut state, row, &event)?;
            }
            Ok(ControlFlow::Continue(()))
        })
        .await?;
        let values = by.program.values(&state);
        Ok(Then {
            run,
            seq,
            at_ms,
            status: state.status(),
            values: values
                .iter()
                .map(|(name, value)| (name.clone(), value.to_json()))
                .collect(),
            waiting_for: waiting_for(&state),
            tasks: state.tasks().cloned().collect(),
            holds: state.holds().to_vec(),
        })
    }
}

impl<'e> Past<'e> {
    pub(crate) async fn of(shared: &'e Shared, run: RunId) -> Result<Past<'e>, Error> {
        let row = shared.store.run(run).await?.ok_or_else(|| Error::NotFound {
            what: "run",
            id: run.to_string(),
            nearest: None,
        })?;
        let compiled = shared.catalogue.compiled(&row.app, Some(row.app_version))?;
        Ok(Past { shared, row, compiled })
    }

    /// The state as it is now.
    pub(crate) fn state(&self) -> Result<RunState, Error> {
        let run = self.row.id;
        RunState::from_bytes(&self.row.state)
            .map_err(|problem| Error::Invalid(format!("run {run} cannot be read: {problem}")))
    }

    /// Every entry up to that of the row, in order.
    pub(crate) async fn play(
        &self,
        mut visit: impl FnMut(&JournalRow, Option<Event>) -> Result<ControlFlow<()>, Error>,
    ) -> Result<(), Error> {
        let mut after = 0;
        loop {
            let rows = self.shared.store.journal(self.row.id, after, ENTRIES_AT_ONCE).await?;
            for row in rows.iter().filter(|row| row.seq <= self.row.seq) {
                let event = journal::event(row).map_err(|problem| self.damaged(&problem))?;
                if visit(row, event)?.is_break() {
                    return Ok(());
                }
            }
            match rows.last() {
                Some(last) if rows.len() == ENTRIES_AT_ONCE as usize => after = last.seq,
                _ => return Ok(()),
            }
            // A long journal leaves room for others.
            tokio::task::yield_now().await;
        }
    }

    /// The version by which the journal begins.
    fn begun_with(&self) -> Result<Arc<Compiled>, Error> {
        let version = self.state()?.begun_with().unwrap_or(self.row.app_version);
        self.shared.catalogue.compiled(&self.row.app, Some(version))
    }

    /// `by` is the version by which the run goes; after a migration it is the one to which it went.
    fn advance(
        &self,
        by: &mut Arc<Compiled>,
        state: &mut RunState,
        row: &JournalRow,
        event: &Event,
    ) -> Result<Advance, Error> {
        let goes_to = match event.kind {
            EventKind::Migrated { to_version, .. } | EventKind::MigrationUndone { to_version } => {
                Some(self.shared.catalogue.compiled(&self.row.app, Some(to_version))?)
            }
            _ => None,
        };
        let done = match (&event.kind, &goes_to) {
            (EventKind::Migrated { .. }, Some(new)) => kernel::migrate(&by.program, &new.program, state, event),
            _ => kernel::advance(&by.program, state, event),
        };
        if let Some(new) = goes_to {
            *by = new;
        }
        done.map_err(|refusal| self.damaged(&format!("entry {} is refused: {refusal}", row.seq)))
    }

    fn damaged(&self, problem: &str) -> Error {
        let run = self.row.id;
        Error::Store(store::Error::Damaged(format!("the journal of run {run}: {problem}")))
    }

    /// The newest steps that the run can be taken back to, at most so many, the oldest first.
    pub(crate) async fn steps(&self, at_most: usize) -> Result<Vec<Step>, Error> {
        let mut state = RunState::new();
        let mut by = self.begun_with()?;
        let mut steps: Vec<Step> = Vec::new();
        self.play(|row, event| {
            let Some(event) = event else {
                return Ok(ControlFlow::Continue(()));
            };
            // What was gone back over is on no way that the run is still on.
            if let Some((seq, op)) = gone_back_to(&event.kind) {
                steps.retain(|step| (step.seq, step.entered.op) < (seq, op));
            }
            if matches!(
                event.kind,
                EventKind::Migrated { .. } | EventKind::MigrationUndone { .. }
            ) {
                // What was entered by another version is no place of this one.
                self.advance(&mut by, &mut state, row, &event)?;
                steps.clear();
                return Ok(ControlFlow::Continue(()));
            }
            let (_, entered) = advance_telling(&by.program, &mut state, &event)
                .map_err(|refusal| self.damaged(&format!("entry {} is refused: {refusal}", row.seq)))?;
            steps.extend(entered.into_iter().map(|entered| Step {
                seq: row.seq,
                at_ms: row.at_ms,
                person: event.by.person.clone(),
                entered,
            }));
            if steps.len() > 2 * at_most {
                steps.drain(..steps.len() - at_most);
            }
            Ok(ControlFlow::Continue(()))
        })
        .await?;
        steps.drain(..steps.len().saturating_sub(at_most));
        Ok(steps)
    }

    /// The run just before a step was entered, and what has been told of it since.
    pub(crate) async fn before(&self, seq: u64, op: u32) -> Result<(RunState, Vec<TimelineEntry>), Error> {
        let mut state = RunState::new();
        let mut by = self.begun_with()?;
        let mut since: Vec<TimelineEntry> = Vec::new();
        self.play(|row, event| {
            if row.seq < seq {
                if let Some(event) = event {
                    self.advance(&mut by, &mut state, row, &event)?;
                }
                return Ok(ControlFlow::Continue(()));
            }
            let mut entry = journal::timeline_entry(row).map_err(|problem| self.damaged(&problem))?;
            if let (true, Some(event)) = (row.seq == seq, event) {
                let before = advance_before(&by.program, &mut state, &event, op)
                    .map_err(|refusal| self.damaged(&format!("entry {} is refused: {refusal}", row.seq)))?;
                entry.facts.drain(..before.facts.len().min(entry.facts.len()));
            }
            since.push(entry);
            if since.len() > crate::limits::REWOUND_ENTRIES_TOLD_MAX {
                since.remove(0);
            }
            Ok(ControlFlow::Continue(()))
        })
        .await?;
        Ok((state, since))
    }
}

/// The place to which an event took its run back.
fn gone_back_to(kind: &EventKind) -> Option<(u64, u32)> {
    match kind {
        EventKind::Held { of, .. } => gone_back_to(of),
        EventKind::Repaired { repair, .. } => match &**repair {
            Repair::Rewind(target) => Some((target.seq, target.op)),
            _ => None,
        },
        _ => None,
    }
}
