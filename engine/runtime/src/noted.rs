//! What a transaction in the making changes, as [`crate::Changes`] will tell it once it is committed.

use crate::changes::{Change, HoldChange, TaskChange};
use crate::run::{Loaded, assignee_of};
use std::collections::{BTreeMap, HashMap};
use store::rows::{RunId, Write};

/// Each run and each task once, as it was last.
#[derive(Default)]
pub(crate) struct Noted {
    changes: Vec<Change>,
    places: HashMap<(RunId, Option<u32>), usize>,
}

impl Noted {
    /// `runs` are those of the transaction; what a write is about is among them.
    pub(crate) fn note(&mut self, write: &Write, runs: &BTreeMap<RunId, Box<Loaded>>) {
        let station = |run: &RunId| runs.get(run).and_then(|loaded| loaded.row.station.clone());
        match write {
            Write::Journal(entry) => {
                let Some(loaded) = runs.get(&entry.run) else { return };
                self.replace(
                    (entry.run, None),
                    Change::Run {
                        run: entry.run,
                        app: loaded.row.app.clone(),
                        station: loaded.row.station.clone(),
                        seq: entry.seq,
                        status: loaded.state.status(),
                    },
                );
            }
            Write::PutTask(row) => {
                let place = (row.run, Some(row.task));
                let is_new = row.version == 1 || self.opened(place);
                self.replace(
                    place,
                    Change::Task {
                        run: row.run,
                        task: row.task,
                        app: row.app.clone(),
                        station: station(&row.run),
                        to: assignee_of(&row.to_kind, &row.to_id),
                        what: if is_new {
                            TaskChange::Opened
                        } else {
                            TaskChange::Changed
                        },
                    },
                );
            }
            Write::PutDraft(row) => {
                let place = (row.run, Some(row.task));
                let Some(loaded) = runs.get(&row.run) else { return };
                let Some(open) = loaded.tasks.get(&row.task) else {
                    return;
                };
                // Whoever is told of the task itself reads its draft too.
                if self.is_of_task(place) {
                    return;
                }
                self.replace(
                    place,
                    Change::Draft {
                        run: row.run,
                        task: row.task,
                        app: loaded.row.app.clone(),
                        station: loaded.row.station.clone(),
                        to: open.spec.to.clone(),
                        version: row.version,
                    },
                );
            }
            Write::DropTask { run, task } => {
                let Some(loaded) = runs.get(run) else { return };
                let Some(open) = loaded.tasks.get(task) else { return };
                self.replace(
                    (*run, Some(*task)),
                    Change::Task {
                        run: *run,
                        task: *task,
                        app: loaded.row.app.clone(),
                        station: loaded.row.station.clone(),
                        to: open.spec.to.clone(),
                        what: TaskChange::Closed,
                    },
                );
            }
            Write::PutHold(row) => self.changes.push(Change::Hold {
                target: row.target.clone(),
                run: row.run,
                app: row.app.clone(),
                station: station(&row.run),
                what: HoldChange::Put,
            }),
            Write::DropHold { target, run } => {
                let Some(loaded) = runs.get(run) else { return };
                self.changes.push(Change::Hold {
                    target: target.clone(),
                    run: *run,
                    app: loaded.row.app.clone(),
                    station: loaded.row.station.clone(),
                    what: HoldChange::Released,
                });
            }
            Write::PutNotice(row) => self.changes.push(Change::Notice {
                run: row.run,
                app: row.app.clone(),
                station: station(&row.run),
                to: assignee_of(&row.to_kind, &row.to_id),
            }),
            Write::PutApp(row) => self.changes.push(Change::App {
                app: row.app.clone(),
                version: row.version,
            }),
            _ => {}
        }
    }

    /// In the order in which they were first noted.
    pub(crate) fn into_changes(self) -> Vec<Change> {
        self.changes
    }

    fn replace(&mut self, place: (RunId, Option<u32>), change: Change) {
        match self.places.get(&place) {
            Some(&index) => self.changes[index] = change,
            None => {
                self.places.insert(place, self.changes.len());
                self.changes.push(change);
            }
        }
    }

    /// Whether something else than a draft is noted there.
    fn is_of_task(&self, place: (RunId, Option<u32>)) -> bool {
        let noted = self.places.get(&place).map(|&index| &self.changes[index]);
        matches!(noted, Some(Change::Task { .. }))
    }

    /// Whether the task was opened in this transaction.
    fn opened(&self, place: (RunId, Option<u32>)) -> bool {
        let noted = self.places.get(&place).map(|&index| &self.changes[index]);
        matches!(
            noted,
            Some(Change::Task {
                what: TaskChange::Opened,
                ..
            })
        )
    }
}
