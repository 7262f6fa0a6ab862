//! One transaction in the making: what was loaded for it, what it changes, and its commit.

use crate::apps::{Compiled, Version};
use crate::brakes::Brakes;
use crate::changes::Change;
use crate::engine::Shared;
use crate::hot::Hot;
use crate::ids::Source;
use crate::noted::Noted;
use crate::run::{Loaded, OpenTask, spec_of, status_of, status_word};
use crate::{Error, journal};
use kernel::{RunState, Timestamp, Zone};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;
use store::Unit;
use store::rows::{
    AskRow, DraftRow, JournalRow, RunId, RunRow, TimerRow, UndeliveredRow, WorkerRow, Write, journal_hash,
};

pub(crate) struct Batch<'w> {
    pub(crate) shared: &'w Shared,
    /// One moment for all that happens in one commit.
    pub(crate) now: Timestamp,
    pub(crate) zone: Zone,
    hot: &'w mut Hot<Box<Loaded>>,
    ids: &'w Source,
    /// Opened when first needed; a batch that reads nothing opens it to commit.
    unit: Option<Box<dyn Unit>>,
    /// Read, not yet decoded.
    rows: HashMap<RunId, RunRow>,
    /// In an order, so that what is kept in memory follows from what was done.
    runs: BTreeMap<RunId, Box<Loaded>>,
    /// Runs of `runs` in the order in which they were first moved.
    moved: Vec<RunId>,
    writes: Vec<Write>,
    has_written: bool,
    /// What `writes` holds that a read in the same transaction must see.
    unseen: Unseen,
    changes: u64,
    held: HashMap<(String, RunId), bool>,
    earliest_timer_ms: Option<i64>,
    outbox_grew: bool,
    /// Lanes in which something is asked.
    asked: BTreeSet<String>,
    new_versions: Vec<Arc<Version>>,
    /// As this transaction leaves them.
    brakes: Arc<Brakes>,
    noted: Noted,
}

#[derive(Clone, Copy, Default)]
struct Unseen {
    records: bool,
    listeners: bool,
    drafts: bool,
    asks: bool,
    undelivered: bool,
}

/// What the writer must know of a commit.
pub(crate) struct Committed {
    pub(crate) new_versions: Vec<Arc<Version>>,
    pub(crate) earliest_timer_ms: Option<i64>,
    pub(crate) outbox_grew: bool,
    pub(crate) asked: BTreeSet<String>,
    pub(crate) changes: Vec<Change>,
}

impl<'w> Batch<'w> {
    pub(crate) fn new(shared: &'w Shared, hot: &'w mut Hot<Box<Loaded>>, ids: &'w Source) -> Batch<'w> {
        let now = shared.clock.now();
        Batch {
            shared,
            now,
            zone: shared.zone.at(now),
            hot,
            ids,
            unit: None,
            rows: HashMap::new(),
            runs: BTreeMap::new(),
            moved: Vec::new(),
            writes: Vec::new(),
            has_written: false,
            unseen: Unseen::default(),
            changes: 0,
            held: HashMap::new(),
            earliest_timer_ms: None,
            outbox_grew: false,
            asked: BTreeSet::new(),
            new_versions: Vec::new(),
            brakes: shared.brakes(),
            noted: Noted::default(),
        }
    }

    pub(crate) async fn unit(&mut self) -> Result<&mut Box<dyn Unit>, store::Error> {
        if self.unit.is_none() {
            self.unit = Some(self.shared.store.begin().await?);
        }
        // Just filled when it was empty.
        Ok(self.unit.as_mut().expect("the unit is open"))
    }

    // --- runs

    /// Reads at once those that are not in memory.
    pub(crate) async fn load(&mut self, mut runs: Vec<RunId>) -> Result<(), store::Error> {
        runs.sort_unstable();
        runs.dedup();
        runs.retain(|run| !self.is_at_hand(run));
        if runs.is_empty() {
            return Ok(());
        }
        let rows = self.unit().await?.runs(&runs).await?;
        self.rows.extend(rows.into_iter().map(|row| (row.id, row)));
        Ok(())
    }

    fn is_at_hand(&self, run: &RunId) -> bool {
        self.runs.contains_key(run) || self.rows.contains_key(run) || self.hot.contains(run)
    }

    /// The run as it stands in this transaction.
    pub(crate) async fn run(&mut self, run: RunId) -> Result<&mut Loaded, Error> {
        if !self.runs.contains_key(&run) {
            let loaded = match self.hot.take(&run) {
                Some(loaded) => loaded,
                None => self.read_run(run).await?,
            };
            self.runs.insert(run, loaded);
        }
        Ok(self.known_run(run))
    }

    /// A run that [`Batch::run`] gave, or that began in this transaction.
    pub(crate) fn known_run(&mut self, run: RunId) -> &mut Loaded {
        self.runs.get_mut(&run).expect("the run was loaded in this transaction")
    }

    async fn read_run(&mut self, run: RunId) -> Result<Box<Loaded>, Error> {
        if !self.rows.contains_key(&run) {
            self.load(vec![run]).await?;
        }
        let mut row = self.rows.remove(&run).ok_or_else(|| Error::NotFound {
            what: "run",
            id: run.to_string(),
            nearest: None,
        })?;
        let compiled = match self.compiled(&row.app, Some(row.app_version)) {
            Ok((compiled, _)) => Ok(compiled),
            Err(Error::App(diagnostics)) => Err(diagnostics),
            Err(error) => return Err(error),
        };
        let bytes = std::mem::take(&mut row.state);
        let state = RunState::from_bytes(&bytes)
            .map_err(|problem| Error::Invalid(format!("run {run} cannot be read: {problem}")))?;
        status_of(&row.status)?;
        let stored_seq = Some(row.seq);
        let tasks = self.read_tasks(run, &state).await?;
        let state_bytes = bytes.len();
        Ok(Box::new(Loaded {
            row,
            state,
            compiled,
            tasks,
            stored_seq,
            is_moved: false,
            state_bytes,
        }))
    }

    async fn read_tasks(&mut self, run: RunId, state: &RunState) -> Result<BTreeMap<u32, OpenTask>, store::Error> {
        let mut tasks = BTreeMap::new();
        for waiting in state.waiting_for() {
            let kernel::state::Waiting::Task { task, .. } = waiting else {
                continue;
            };
            if let Some(row) = self.unit().await?.task(run, task).await? {
                tasks.insert(
                    task,
                    OpenTask {
                        version: row.version,
                        spec: spec_of(&row)?,
                    },
                );
            }
        }
        Ok(tasks)
    }

    /// A run that is about to begin; forgotten again by [`Batch::forget`] when it is refused.
    pub(crate) fn insert(&mut self, loaded: Loaded) {
        self.runs.insert(loaded.row.id, Box::new(loaded));
    }

    /// Only for a run that has not moved in this transaction.
    pub(crate) fn forget(&mut self, run: RunId) {
        debug_assert!(!self.moved.contains(&run), "a run that moved is written");
        self.runs.remove(&run);
    }

    pub(crate) fn new_id(&self) -> RunId {
        self.ids.new_id(self.now)
    }

    /// The newest version when `version` is `None`, versions published in this transaction included.
    pub(crate) fn compiled(&self, app: &str, version: Option<u32>) -> Result<(Arc<Compiled>, u32), Error> {
        let fits = |new: &&Arc<Version>| new.row.app == app && version.is_none_or(|number| number == new.row.version);
        let found = match self.new_versions.iter().rev().find(fits) {
            Some(new) => new.clone(),
            None => self.shared.catalogue.version(app, version)?,
        };
        Ok((found.compiled()?, found.row.version))
    }

    pub(crate) fn new_versions(&self) -> &[Arc<Version>] {
        &self.new_versions
    }

    pub(crate) fn add_version(&mut self, version: Version) -> Arc<Version> {
        self.push(Write::PutApp(version.row.clone()));
        let version = Arc::new(version);
        self.new_versions.push(version.clone());
        version
    }

    // --- brakes

    pub(crate) fn brakes(&self) -> &Brakes {
        &self.brakes
    }

    pub(crate) fn brakes_mut(&mut self) -> &mut Brakes {
        Arc::make_mut(&mut self.brakes)
    }

    /// What was asked through these may be done again.
    pub(crate) fn freed_lanes(&mut self, lanes: Vec<String>) {
        self.asked.extend(lanes);
    }

    // --- changes

    /// Grows with every change; what failed without one needs nothing undone.
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }

    /// What is in memory may be half changed: the batch must not be committed with this request in it.
    pub(crate) fn spoil(&mut self) {
        self.changes += 1;
    }

    pub(crate) fn has_writes(&self) -> bool {
        self.has_written || !self.writes.is_empty() || !self.moved.is_empty()
    }

    pub(crate) fn push(&mut self, write: Write) {
        self.changes += 1;
        self.noted.note(&write, &self.runs);
        match &write {
            Write::PutRecord(_) | Write::DropRecord { .. } => self.unseen.records = true,
            Write::PutListener(_) | Write::DropListener { .. } => self.unseen.listeners = true,
            Write::PutDraft(_) => self.unseen.drafts = true,
            Write::PutTimer(timer) => {
                let earliest = self.earliest_timer_ms.map_or(timer.at_ms, |at| at.min(timer.at_ms));
                self.earliest_timer_ms = Some(earliest);
            }
            Write::PutHold(hold) => {
                self.held.insert((hold.target.clone(), hold.run), true);
            }
            Write::DropHold { target, run } => {
                self.held.insert((target.clone(), *run), false);
            }
            Write::PutOutbox(_) => self.outbox_grew = true,
            Write::PutUndelivered(_) | Write::DropUndelivered { .. } => self.unseen.undelivered = true,
            Write::PutAsk(row) => {
                self.unseen.asks = true;
                self.asked.insert(row.lane.clone());
            }
            Write::DropAsk { .. } | Write::BeginAsk { .. } => self.unseen.asks = true,
            _ => {}
        }
        self.writes.push(write);
    }

    /// The next entry of a run's journal; the run's row follows it.
    pub(crate) fn write_entry(&mut self, run: RunId, entry: &journal::Entry<'_>) {
        let body = entry.to_bytes();
        let at_ms = self.now.0;
        let loaded = self.runs.get_mut(&run).expect("the run was loaded in this transaction");
        if !std::mem::replace(&mut loaded.is_moved, true) {
            self.moved.push(run);
        }
        let row = &mut loaded.row;
        row.seq += 1;
        row.updated_at_ms = at_ms;
        row.head = journal_hash(&row.head, run, row.seq, at_ms, &body);
        let entry = JournalRow {
            run,
            seq: row.seq,
            at_ms,
            body,
            hash: row.head,
        };
        self.push(Write::Journal(entry));
    }

    /// Whether this run holds the target, as far as this transaction has changed it.
    pub(crate) fn held_here(&self, target: &str, run: RunId) -> Option<bool> {
        self.held.get(&(target.to_owned(), run)).copied()
    }

    /// Tries a timer again later.
    pub(crate) fn postpone(&mut self, timer: &TimerRow) {
        let at_ms = self.now.0 + crate::limits::TIMER_POSTPONED_MS;
        self.push(Write::PutTimer(TimerRow { at_ms, ..timer.clone() }));
    }

    /// Takes the next number of a series: written at once, and undone with everything else when the batch is not committed.
    pub(crate) async fn next_number(&mut self, series: &str, period: &str) -> Result<u64, store::Error> {
        self.changes += 1;
        self.has_written = true;
        self.unit().await?.next_number(series, period).await
    }

    // --- reads that see the changes

    pub(crate) async fn see_records(&mut self) -> Result<(), store::Error> {
        if self.unseen.records {
            self.flush().await
        } else {
            Ok(())
        }
    }

    pub(crate) async fn see_listeners(&mut self) -> Result<(), store::Error> {
        if self.unseen.listeners {
            self.flush().await
        } else {
            Ok(())
        }
    }

    pub(crate) async fn draft(&mut self, run: RunId, task: u32) -> Result<Option<DraftRow>, store::Error> {
        if self.unseen.drafts {
            self.flush().await?;
        }
        self.unit().await?.draft(run, task).await
    }

    pub(crate) async fn workers(&mut self, app: &str, step: &str) -> Result<Vec<WorkerRow>, store::Error> {
        self.flush().await?;
        self.unit().await?.workers(app, step).await
    }

    pub(crate) async fn in_hand(&mut self, people: &[String]) -> Result<Vec<u64>, store::Error> {
        self.flush().await?;
        self.unit().await?.in_hand(people).await
    }

    /// A number that nobody can foresee; whoever uses it keeps it in a journal.
    pub(crate) fn draw(&self) -> u64 {
        let digest = Sha256::digest(self.new_id().as_bytes());
        digest
            .iter()
            .take(8)
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    pub(crate) async fn ask(&mut self, run: RunId, ask: u32) -> Result<Option<AskRow>, store::Error> {
        if self.unseen.asks {
            self.flush().await?;
        }
        self.unit().await?.ask(run, ask).await
    }

    pub(crate) async fn undelivered(&mut self, id: u64) -> Result<Option<UndeliveredRow>, store::Error> {
        if self.unseen.undelivered {
            self.flush().await?;
        }
        self.unit().await?.undelivered(id).await
    }

    /// Hands all changes to the transaction: runs first, then what belongs to them, in order.
    async fn flush(&mut self) -> Result<(), store::Error> {
        let mut all = Vec::with_capacity(self.moved.len() + self.writes.len());
        for run in std::mem::take(&mut self.moved) {
            let loaded = self.known_run(run);
            let mut row = Box::new(loaded.row.clone());
            row.state = loaded.state.to_bytes();
            row.status = status_word(loaded.state.status()).to_owned();
            loaded.state_bytes = row.state.len();
            all.push(match loaded.stored_seq {
                None => Write::InsertRun(row),
                Some(expected_seq) => Write::UpdateRun { row, expected_seq },
            });
            loaded.stored_seq = Some(loaded.row.seq);
            loaded.is_moved = false;
        }
        all.append(&mut self.writes);
        self.unseen = Unseen::default();
        if !all.is_empty() {
            self.has_written = true;
            self.unit().await?.write(all).await?;
        }
        Ok(())
    }

    /// Returns when everything is on disk. When it fails, nothing of the batch happened, and what it had loaded is
    /// forgotten.
    pub(crate) async fn commit(mut self, requests: usize) -> Result<Committed, store::Error> {
        self.flush().await?;
        if self.has_written {
            let began = Instant::now();
            if let Some(unit) = self.unit.take() {
                unit.commit().await?;
            }
            self.shared.counters.committed(requests, began.elapsed());
        }
        self.shared.keep_brakes(self.brakes);
        for (run, loaded) in self.runs {
            if !loaded.has_ended() {
                let bytes = loaded.bytes();
                self.hot.put(run, loaded, bytes);
            }
        }
        Ok(Committed {
            new_versions: self.new_versions,
            earliest_timer_ms: self.earliest_timer_ms,
            outbox_grew: self.outbox_grew,
            asked: self.asked,
            changes: self.noted.into_changes(),
        })
    }
}
