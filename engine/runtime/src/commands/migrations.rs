//! Runs that go over to another version of their app, and back: each on its own, with what was typed into its forms.

use super::actor;
use crate::Error;
use crate::batch::Batch;
use crate::command::Reply;
use crate::journal::Entry;
use crate::moves::{Chain, guard};
use crate::requests::Caller;
use kernel::{Advance, Event, EventKind, Plan, Refusal};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use store::rows::{DraftRow, RunId, Write};

/// Runs that go over together, as far as they can.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MigrateRuns {
    pub(crate) runs: Vec<RunId>,
    pub(crate) way: Way,
    /// Of which migration this is a part.
    pub(crate) migration: Option<String>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    To { version: u32, plan: Plan },
    Back,
}

/// What became of one run.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Went {
    /// It went over; `undoable` as long as it does not move on.
    Over {
        run: RunId,
        undoable: bool,
    },
    Back {
        run: RunId,
    },
    /// It is there already, or has ended.
    Nothing {
        run: RunId,
    },
    Not {
        run: RunId,
        why: Vec<kernel::WhyNot>,
    },
    /// It went over and has moved on, so it cannot go back.
    MovedOn {
        run: RunId,
    },
    /// It cannot be read, or its version cannot.
    Unreadable {
        run: RunId,
        problem: String,
    },
}

impl Batch<'_> {
    /// Each run by itself: one that cannot go leaves the others alone.
    pub(super) async fn migrate_runs(&mut self, asked: &MigrateRuns, caller: &Caller) -> Result<Reply, Error> {
        caller.may_intervene()?;
        self.load(asked.runs.clone()).await?;
        let mut went = Vec::with_capacity(asked.runs.len());
        for run in &asked.runs {
            let changes = self.changes();
            let done = match &asked.way {
                Way::To { version, plan } => {
                    self.migrate(*run, *version, plan, asked.migration.as_ref(), caller)
                        .await
                }
                Way::Back => self.migrate_back(*run, caller).await,
            };
            let run = *run;
            went.push(match done {
                Ok(went) => went,
                Err(Error::Store(failure)) => return Err(Error::Store(failure)),
                Err(error) if self.changes() != changes => return Err(error),
                Err(Error::Refused(Refusal::CannotMigrate { why })) => Went::Not { run, why },
                Err(Error::Refused(Refusal::MovedOn)) => Went::MovedOn { run },
                Err(Error::Refused(Refusal::RunEnded)) => Went::Nothing { run },
                Err(error) => Went::Unreadable {
                    run,
                    problem: error.to_string(),
                },
            });
        }
        Ok(Reply::Went(went))
    }

    async fn migrate(
        &mut self,
        run: RunId,
        to_version: u32,
        plan: &Plan,
        migration: Option<&String>,
        caller: &Caller,
    ) -> Result<Went, Error> {
        let loaded = self.run(run).await?;
        let (app, from_version) = (loaded.row.app.clone(), loaded.row.app_version);
        if from_version == to_version || loaded.has_ended() {
            return Ok(Went::Nothing { run });
        }
        let old = loaded.compiled()?;
        let (new, _) = self.compiled(&app, Some(to_version))?;
        let drafts = self.drafts_of(run).await?;
        let tasks = &self.known_run(run).tasks;
        let left = drafts.iter().filter_map(|(task, row)| {
            let step = &tasks.get(task)?.spec.step;
            let typed: Map<String, Value> = serde_json::from_slice(&row.body).ok()?;
            let left = kernel::migrate::left_of_draft(&old.program, &new.program, plan, step, &typed);
            (!left.is_empty()).then_some((*task, left))
        });
        let kind = EventKind::Migrated {
            from_version,
            to_version,
            plan: plan.clone(),
            drafts: left.collect(),
            migration: migration.cloned(),
        };
        let event = Event {
            at: self.now,
            zone: self.zone,
            by: actor(caller),
            kind,
        };
        let loaded = self.known_run(run);
        let before = loaded.state.clone();
        let done = guard(|| kernel::migrate(&old.program, &new.program, &mut loaded.state, &event));
        let advance = self.sound(done)?;
        let loaded = self.known_run(run);
        loaded.compiled = Ok(new);
        loaded.row.app_version = to_version;
        self.gone_over(run, &before, drafts, &event, advance).await?;
        let undoable = self.known_run(run).state.former_version().is_some();
        Ok(Went::Over { run, undoable })
    }

    async fn migrate_back(&mut self, run: RunId, caller: &Caller) -> Result<Went, Error> {
        let loaded = self.run(run).await?;
        let app = loaded.row.app.clone();
        let to_version = loaded.state.former_version().ok_or(Refusal::MovedOn)?;
        let old = loaded.compiled()?;
        let (new, _) = self.compiled(&app, Some(to_version))?;
        let drafts = self.drafts_of(run).await?;
        let event = Event {
            at: self.now,
            zone: self.zone,
            by: actor(caller),
            kind: EventKind::MigrationUndone { to_version },
        };
        let loaded = self.known_run(run);
        let before = loaded.state.clone();
        let done = guard(|| kernel::advance(&old.program, &mut loaded.state, &event));
        let advance = self.sound(done)?;
        let loaded = self.known_run(run);
        loaded.compiled = Ok(new);
        loaded.row.app_version = to_version;
        self.gone_over(run, &before, drafts, &event, advance).await?;
        Ok(Went::Back { run })
    }

    /// Writes what a migration did; drafts go with their tasks.
    async fn gone_over(
        &mut self,
        run: RunId,
        before: &kernel::RunState,
        mut drafts: BTreeMap<u32, DraftRow>,
        event: &Event,
        advance: Advance,
    ) -> Result<(), Error> {
        let entry = Entry::Moved {
            event,
            facts: &advance.facts,
        };
        self.write_entry(run, &entry);
        let mut chain = Chain::default();
        self.carry_on(run, advance, &event.by, &mut chain).await?;
        let plan = match &event.kind {
            EventKind::Migrated { plan, .. } => Some(plan),
            _ => None,
        };
        for (was, is) in kernel::migrate::asked_anew(before, &self.known_run(run).state, plan) {
            if let Some(draft) = drafts.remove(&was) {
                self.push(Write::PutDraft(DraftRow { task: is, ..draft }));
            }
        }
        self.follow(&mut chain).await
    }

    /// What has been typed into the run's open tasks, by task.
    async fn drafts_of(&mut self, run: RunId) -> Result<BTreeMap<u32, DraftRow>, Error> {
        let tasks: Vec<u32> = self.known_run(run).tasks.keys().copied().collect();
        let mut drafts = BTreeMap::new();
        for task in tasks {
            if let Some(draft) = self.draft(run, task).await? {
                drafts.insert(task, draft);
            }
        }
        Ok(drafts)
    }
}
