//! Live runs of an app that go over to another of its versions, and back: looked at first, then done, so many in one
//! call. What is done is done run by run, so a call that was cut off is simply made again: who is there already stays.

use crate::apps::Compiled;
use crate::command::{Command, Reply};
use crate::commands::migrations::{MigrateRuns, Way};
use crate::engine::Engine;
use crate::requests::Caller;
use crate::{Error, Went, limits};
use kernel::{Actor, Event, EventKind, Plan, Refusal, RunState, WhyNot};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::rows::{Page, RunFilter, RunId, RunRow};

/// Which runs of an app go over, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Migration {
    pub app: String,
    /// The newest when `None`.
    pub to_version: Option<u32>,
    /// Only runs of this version.
    pub from_version: Option<u32>,
    pub plan: Plan,
    /// Where a call before this one has stopped.
    pub after: Option<String>,
}

/// What a call looked at, or did.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Migrated {
    pub to_version: u32,
    /// Live runs that were looked at in this call.
    pub looked_at: u32,
    /// Runs that are there already.
    pub there: u32,
    /// Runs that go, or went, over.
    pub over: u32,
    /// Those of them that can go back until they move on.
    pub undoable: u32,
    /// Runs that cannot, by reason; the most frequent first. A run with several reasons is in each of them.
    pub not: Vec<NotOver>,
    /// How many runs that is.
    pub not_over: u32,
    /// Where the next call goes on; `None` when all live runs were looked at.
    pub next: Option<String>,
}

/// Why so many runs stay where they are.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct NotOver {
    #[serde(flatten)]
    pub why: WhyNot,
    pub en: String,
    pub zh: String,
    pub runs: u32,
    /// Some of them.
    pub examples: Vec<RunId>,
}

/// What a call took back.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct TakenBack {
    pub looked_at: u32,
    pub back: u32,
    /// Runs that went over and have moved on since.
    pub moved_on: u32,
    pub next: Option<String>,
}

/// Live runs of one version.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct LiveRuns {
    pub version: u32,
    pub runs: u32,
    /// Those that went over to it and can go back.
    pub undoable: u32,
}

/// By version; `complete` is false when there are more live runs than are counted in one call.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct LiveVersions {
    pub versions: Vec<LiveRuns>,
    pub complete: bool,
}

/// Reasons, counted.
#[derive(Default)]
struct Reasons(BTreeMap<WhyNot, (u32, Vec<RunId>)>);

impl Reasons {
    fn add(&mut self, run: RunId, why: &[WhyNot]) {
        for why in why {
            let (count, examples) = self.0.entry(why.clone()).or_default();
            *count += 1;
            if examples.len() < limits::MIGRATION_EXAMPLES_MAX {
                examples.push(run);
            }
        }
    }

    fn list(self) -> Vec<NotOver> {
        let told = self.0.into_iter().map(|(why, (runs, examples))| {
            let (en, zh) = why.message();
            NotOver {
                why,
                en,
                zh,
                runs,
                examples,
            }
        });
        let mut list: Vec<NotOver> = told.collect();
        list.sort_by_key(|not| std::cmp::Reverse(not.runs));
        list.truncate(limits::MIGRATION_REASONS_MAX);
        list
    }
}

impl Engine {
    /// What would become of the live runs; nothing is changed.
    pub async fn preview_migration(&self, migration: &Migration) -> Result<Migrated, Error> {
        let (to, mut result) = self.target(migration)?;
        let (rows, next) = self.live(&migration.app, migration.after.as_deref()).await?;
        result.next = next;
        let at = self.now();
        let zone = self.shared().zone.at(at);
        let mut others: BTreeMap<u32, Result<Arc<Compiled>, String>> = BTreeMap::new();
        for row in &rows {
            let compiled = || {
                let compiled = self.shared().catalogue.compiled(&row.app, Some(row.app_version));
                compiled.map_err(|error| error.to_string())
            };
            others.entry(row.app_version).or_insert_with(compiled);
        }
        let Migration { plan, from_version, .. } = migration.clone();
        let look = move || {
            let mut reasons = Reasons::default();
            for row in rows {
                result.looked_at += 1;
                if row.app_version == result.to_version || from_version.is_some_and(|only| only != row.app_version) {
                    result.there += 1;
                    continue;
                }
                let event = Event {
                    at,
                    zone,
                    by: Actor {
                        person: None,
                        via: "preview".to_owned(),
                        confirmed: None,
                    },
                    kind: EventKind::Migrated {
                        from_version: row.app_version,
                        to_version: result.to_version,
                        plan: plan.clone(),
                        drafts: BTreeMap::new(),
                        migration: None,
                    },
                };
                match try_out(&row, others.get(&row.app_version), &to, &event) {
                    Ok(undoable) => {
                        result.over += 1;
                        result.undoable += u32::from(undoable);
                    }
                    Err(why) => {
                        result.not_over += 1;
                        reasons.add(row.id, &why);
                    }
                }
            }
            result.not = reasons.list();
            result
        };
        let looked = tokio::task::spawn_blocking(look).await;
        looked.map_err(|failure| Error::Invalid(format!("the preview failed: {failure}")))
    }

    /// Takes the next live runs over, a few in each transaction, so that everybody else comes in between.
    pub async fn migrate(&self, migration: &Migration, caller: &Caller) -> Result<Migrated, Error> {
        let (_, mut result) = self.target(migration)?;
        let (rows, next) = self.live(&migration.app, migration.after.as_deref()).await?;
        result.next = next;
        let only = |row: &RunRow| migration.from_version.is_none_or(|only| only == row.app_version);
        result.looked_at = rows.len() as u32;
        let (going, staying): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .partition(|row| row.app_version != result.to_version && only(row));
        result.there = staying.len() as u32;
        let way = Way::To {
            version: result.to_version,
            plan: migration.plan.clone(),
        };
        let mut reasons = Reasons::default();
        for went in self.move_all(going, &way, caller).await? {
            match went {
                Went::Over { undoable, .. } => {
                    result.over += 1;
                    result.undoable += u32::from(undoable);
                }
                Went::Nothing { .. } | Went::Back { .. } => result.there += 1,
                Went::Not { run, why } => {
                    result.not_over += 1;
                    reasons.add(run, &why);
                }
                Went::MovedOn { .. } => result.not_over += 1,
                Went::Unreadable { run, problem } => {
                    result.not_over += 1;
                    reasons.add(run, &[unreadable(problem)]);
                }
            }
        }
        result.not = reasons.list();
        Ok(result)
    }

    /// Takes back, of the next live runs, those that went over and have not moved on.
    pub async fn undo_migration(&self, app: &str, after: Option<&str>, caller: &Caller) -> Result<TakenBack, Error> {
        self.shared().catalogue.version(app, None)?;
        let (rows, next) = self.live(app, after).await?;
        let mut result = TakenBack {
            looked_at: rows.len() as u32,
            next,
            ..TakenBack::default()
        };
        let mut going = Vec::new();
        for row in rows {
            let Ok(state) = RunState::from_bytes(&row.state) else {
                continue;
            };
            match (state.former_version(), state.begun_with()) {
                (Some(_), _) => going.push(row),
                (None, Some(_)) => result.moved_on += 1,
                (None, None) => {}
            }
        }
        for went in self.move_all(going, &Way::Back, caller).await? {
            match went {
                Went::Back { .. } => result.back += 1,
                _ => result.moved_on += 1,
            }
        }
        Ok(result)
    }

    /// How many live runs each version has.
    pub async fn live_versions(&self, app: &str) -> Result<LiveVersions, Error> {
        self.shared().catalogue.version(app, None)?;
        let mut counted: BTreeMap<u32, LiveRuns> = BTreeMap::new();
        let mut after: Option<String> = None;
        for _ in 0..limits::LIVE_PAGES_COUNTED_MAX {
            let (rows, next) = self.live(app, after.as_deref()).await?;
            for row in &rows {
                let of_version = counted.entry(row.app_version).or_insert(LiveRuns {
                    version: row.app_version,
                    runs: 0,
                    undoable: 0,
                });
                of_version.runs += 1;
                let state = RunState::from_bytes(&row.state).ok();
                of_version.undoable += u32::from(state.is_some_and(|state| state.former_version().is_some()));
            }
            after = next;
            if after.is_none() {
                break;
            }
        }
        Ok(LiveVersions {
            versions: counted.into_values().collect(),
            complete: after.is_none(),
        })
    }

    fn target(&self, migration: &Migration) -> Result<(Arc<Compiled>, Migrated), Error> {
        let (map, leave) = (migration.plan.map.len(), migration.plan.leave.len());
        if map + leave > limits::PLAN_ENTRIES_MAX {
            return Err(Error::TooLarge {
                what: "the plan",
                size: (map + leave) as u64,
                max: limits::PLAN_ENTRIES_MAX as u64,
            });
        }
        let version = self.shared().catalogue.version(&migration.app, migration.to_version)?;
        let result = Migrated {
            to_version: version.row.version,
            ..Migrated::default()
        };
        Ok((version.compiled()?, result))
    }

    async fn move_all(&self, rows: Vec<RunRow>, way: &Way, caller: &Caller) -> Result<Vec<Went>, Error> {
        let mut all = Vec::with_capacity(rows.len());
        for part in rows.chunks(limits::MIGRATED_AT_ONCE_MAX) {
            let asked = MigrateRuns {
                runs: part.iter().map(|row| row.id).collect(),
                way: way.clone(),
                migration: None,
            };
            // A key is for the whole call: a repeat finds its runs where they are already.
            let caller = Caller {
                key: None,
                ..caller.clone()
            };
            match self.submit(Command::MigrateRuns(Box::new(asked)), &caller, 0).await? {
                Reply::Went(went) => all.extend(went),
                _ => return Err(Error::Invalid("the writer answered something else".to_owned())),
            }
        }
        Ok(all)
    }

    /// The next live runs: those that wait, then those that have stopped.
    async fn live(&self, app: &str, after: Option<&str>) -> Result<(Vec<RunRow>, Option<String>), Error> {
        let (status, cursor) = match after.map(|after| after.split_once('/')) {
            None => ("waiting", None),
            Some(Some(("waiting", cursor))) => ("waiting", Some(cursor)),
            Some(Some(("stopped", cursor))) => ("stopped", Some(cursor)),
            Some(_) => return Err(Error::Invalid("the cursor is none of a migration".to_owned())),
        };
        let filter = RunFilter {
            app: Some(app.to_owned()),
            status: Some(status.to_owned()),
            station: None,
        };
        let page = Page {
            after: cursor.filter(|cursor| !cursor.is_empty()).map(str::to_owned),
            limit: limits::MIGRATION_RUNS_MAX,
        };
        let rows = self.shared().store.runs(&filter, &page).await?;
        let next = match (rows.len() == limits::MIGRATION_RUNS_MAX as usize, rows.last(), status) {
            (true, Some(last), _) => Some(format!("{status}/{}", last.cursor())),
            (_, _, "waiting") => Some("stopped/".to_owned()),
            _ => None,
        };
        Ok((rows, next))
    }
}

fn unreadable(problem: String) -> WhyNot {
    WhyNot::Stops {
        step: language::model::Id::new(""),
        message: problem,
    }
}

/// Whether a run would go over, and could come back.
fn try_out(
    row: &RunRow,
    old: Option<&Result<Arc<Compiled>, String>>,
    new: &Compiled,
    event: &Event,
) -> Result<bool, Vec<WhyNot>> {
    let state = RunState::from_bytes(&row.state).map_err(|problem| vec![unreadable(problem.to_string())])?;
    let old = match old {
        Some(Ok(old)) => old,
        Some(Err(problem)) => return Err(vec![unreadable(problem.clone())]),
        None => return Err(Vec::new()),
    };
    match kernel::migrate::can_migrate(&old.program, &new.program, &state, event) {
        Ok(undoable) => Ok(undoable),
        Err(Refusal::CannotMigrate { why }) => Err(why),
        Err(other) => Err(vec![unreadable(other.to_string())]),
    }
}
