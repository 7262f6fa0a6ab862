//! Many writes brought into an order in which each kind is one statement. Rows of different kinds do not depend on
//! each other, and of several writes of one key only the last counts; so a store may apply all drops, then all puts.
//! No SQL here.

use crate::Error;
use crate::limits::{WRITES_MAX, check};
use crate::rows::*;
use std::collections::{BTreeMap, BTreeSet};

/// Writes by kind. Maps, because neighbours in a key's order are neighbours on disk.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) run_inserts: BTreeMap<RunId, Box<RunRow>>,
    pub(crate) run_updates: BTreeMap<RunId, RunUpdate>,
    pub(crate) journal: Vec<JournalRow>,
    pub(crate) tasks: Lane<(RunId, u32), Box<TaskRow>>,
    pub(crate) drafts: BTreeMap<(RunId, u32), DraftRow>,
    pub(crate) timers: Lane<(RunId, u32), TimerRow>,
    pub(crate) listeners: Lane<(RunId, u32), ListenerRow>,
    /// Dropped before those of `records` are put.
    pub(crate) record_drops: BTreeSet<RecordKey>,
    pub(crate) records: BTreeMap<RecordKey, RecordPut>,
    pub(crate) holds: Lane<(String, RunId), HoldRow>,
    pub(crate) notices: Vec<NoticeRow>,
    pub(crate) outbox: Vec<OutboxRow>,
    pub(crate) outbox_drops: BTreeSet<u64>,
    pub(crate) undelivered: Vec<UndeliveredRow>,
    pub(crate) undelivered_drops: BTreeSet<u64>,
    pub(crate) asks: Lane<(RunId, u32), Box<AskRow>>,
    /// Since when, of asks that are in the store when those of `asks` are put.
    pub(crate) begun_asks: BTreeMap<(RunId, u32), i64>,
    pub(crate) apps: Vec<AppRow>,
    pub(crate) answered: BTreeMap<(String, String), AnsweredRow>,
    pub(crate) answered_before: Option<i64>,
    pub(crate) tokens: Lane<String, TokenRow>,
    pub(crate) people: BTreeMap<String, Box<PersonRow>>,
    pub(crate) sessions: Lane<Hash, SessionRow>,
    pub(crate) signed_out: BTreeSet<String>,
    pub(crate) enrolments: Lane<String, EnrolmentRow>,
    pub(crate) secrets: Lane<String, SecretRow>,
    pub(crate) signals: BTreeMap<String, SignalRow>,
    pub(crate) app_files: BTreeMap<(String, String, u32), AppFileRow>,
    /// Moments and bodies, in order.
    pub(crate) audit: Vec<(i64, String)>,
    pub(crate) last_answers: BTreeMap<(String, String, String), LastAnswersRow>,
    pub(crate) workers: BTreeMap<(String, String, String), WorkerRow>,
}

/// App, table and key.
pub(crate) type RecordKey = (String, String, String);

/// The last of a run's updates, and the first one's expectation.
pub(crate) struct RunUpdate {
    pub(crate) row: Box<RunRow>,
    pub(crate) expected_seq: u64,
}

/// The last of a record's puts, and how many there were.
pub(crate) struct RecordPut {
    pub(crate) row: RecordRow,
    pub(crate) puts: u32,
}

/// Puts and drops of one kind; the drops come first.
pub(crate) struct Lane<K, V> {
    pub(crate) drops: BTreeSet<K>,
    pub(crate) puts: BTreeMap<K, V>,
}

impl<K, V> Default for Lane<K, V> {
    fn default() -> Self {
        Self {
            drops: BTreeSet::new(),
            puts: BTreeMap::new(),
        }
    }
}

impl<K: Ord, V> Lane<K, V> {
    fn put(&mut self, key: K, row: V) {
        self.puts.insert(key, row);
    }

    fn drop_key(&mut self, key: K) {
        self.puts.remove(&key);
        self.drops.insert(key);
    }
}

impl Batch {
    /// Sorts and checks the writes of one call.
    pub(crate) fn of(writes: Vec<Write>) -> Result<Self, Error> {
        if writes.len() > WRITES_MAX {
            return Err(Error::Invalid(format!(
                "{} changes at once; at most {WRITES_MAX} are taken",
                writes.len()
            )));
        }
        let mut batch = Self::default();
        for write in writes {
            check(&write)?;
            batch.add(write)?;
        }
        Ok(batch)
    }

    fn add(&mut self, write: Write) -> Result<(), Error> {
        match write {
            Write::InsertRun(row) => self.insert_run(row)?,
            Write::UpdateRun { row, expected_seq } => self.update_run(row, expected_seq)?,
            Write::Journal(row) => self.journal.push(row),
            Write::PutTask(row) => self.tasks.put((row.run, row.task), row),
            Write::DropTask { run, task } => {
                self.drafts.remove(&(run, task));
                self.tasks.drop_key((run, task));
            }
            Write::PutDraft(row) => {
                self.drafts.insert((row.run, row.task), row);
            }
            Write::PutAppFile(row) => {
                let key = (row.app.clone(), row.name.clone(), row.version);
                self.app_files.insert(key, row);
            }
            Write::PutLastAnswers(row) => {
                let key = (row.app.clone(), row.step.clone(), row.place.clone());
                self.last_answers.insert(key, *row);
            }
            Write::PutWorker(row) => {
                let key = (row.app.clone(), row.step.clone(), row.person.clone());
                self.workers.insert(key, *row);
            }
            Write::PutTimer(row) => self.timers.put((row.run, row.timer), row),
            Write::DropTimer { run, timer } => self.timers.drop_key((run, timer)),
            Write::PutListener(row) => self.listeners.put((row.run, row.wait), row),
            Write::DropListener { run, wait } => self.listeners.drop_key((run, wait)),
            Write::PutRecord(row) => self.put_record(row),
            Write::DropRecord { app, table, key } => {
                let key = (app, table, key);
                self.records.remove(&key);
                self.record_drops.insert(key);
            }
            Write::PutHold(row) => self.holds.put((row.target.clone(), row.run), row),
            Write::DropHold { target, run } => self.holds.drop_key((target, run)),
            Write::PutNotice(row) => self.notices.push(row),
            Write::PutOutbox(row) => self.outbox.push(row),
            Write::DropOutbox { id } => {
                self.outbox_drops.insert(id);
            }
            Write::PutUndelivered(row) => self.undelivered.push(*row),
            Write::DropUndelivered { id } => {
                self.undelivered_drops.insert(id);
            }
            Write::PutAsk(row) => {
                self.begun_asks.remove(&(row.run, row.ask));
                self.asks.put((row.run, row.ask), row);
            }
            Write::BeginAsk { run, ask, at_ms } => {
                self.begun_asks.insert((run, ask), at_ms);
            }
            Write::DropAsk { run, ask } => {
                self.begun_asks.remove(&(run, ask));
                self.asks.drop_key((run, ask));
            }
            Write::PutApp(row) => self.apps.push(row),
            Write::PutAnswered(row) => self.put_answered(row)?,
            Write::DropAnsweredBefore { at_ms } => {
                self.answered.retain(|_, row| row.at_ms >= at_ms);
                self.answered_before = self.answered_before.max(Some(at_ms));
            }
            Write::PutToken(row) => self.tokens.put(row.name.clone(), row),
            Write::DropToken { name } => self.tokens.drop_key(name),
            Write::PutPerson(row) => {
                self.people.insert(row.id.clone(), row);
            }
            Write::PutSession(row) => self.sessions.put(row.hash, row),
            Write::DropSession { hash } => self.sessions.drop_key(hash),
            Write::DropSessionsOf { person } => self.sign_out(person),
            Write::PutEnrolment(row) => self.enrolments.put(row.id.clone(), row),
            Write::DropEnrolment { id } => self.enrolments.drop_key(id),
            Write::PutSignal(row) => {
                self.signals.insert(row.id.clone(), row);
            }
            Write::PutSecret(row) => self.secrets.put(row.name.clone(), row),
            Write::DropSecret { name } => self.secrets.drop_key(name),
            Write::PutAudit { at_ms, body } => self.audit.push((at_ms, body)),
        }
        Ok(())
    }

    fn insert_run(&mut self, row: Box<RunRow>) -> Result<(), Error> {
        let id = row.id;
        if self.run_inserts.insert(id, row).is_some() || self.run_updates.contains_key(&id) {
            return Err(Error::Conflict(format!("run {id} exists already")));
        }
        Ok(())
    }

    fn update_run(&mut self, row: Box<RunRow>, expected_seq: u64) -> Result<(), Error> {
        let id = row.id;
        if let Some(inserted) = self.run_inserts.get_mut(&id) {
            fence(&row, inserted.seq, expected_seq)?;
            let first = inserted.as_mut();
            let next = *row;
            *first = RunRow {
                id,
                app: std::mem::take(&mut first.app),
                started_by: std::mem::take(&mut first.started_by),
                started_at_ms: first.started_at_ms,
                parent: first.parent,
                ..next
            };
        } else if let Some(earlier) = self.run_updates.get_mut(&id) {
            fence(&row, earlier.row.seq, expected_seq)?;
            earlier.row = row;
        } else {
            self.run_updates.insert(id, RunUpdate { row, expected_seq });
        }
        Ok(())
    }

    fn put_record(&mut self, row: RecordRow) {
        let key = (row.app.clone(), row.table.clone(), row.key.clone());
        let puts = self.records.get(&key).map_or(0, |put| put.puts) + 1;
        self.records.insert(key, RecordPut { row, puts });
    }

    /// What is stored goes by the person; what was put before in this batch, by its key.
    fn sign_out(&mut self, person: String) {
        let ended: Vec<Hash> = (self.sessions.puts.values())
            .filter(|row| row.person == person)
            .map(|row| row.hash)
            .collect();
        for hash in ended {
            self.sessions.drop_key(hash);
        }
        self.signed_out.insert(person);
    }

    fn put_answered(&mut self, row: AnsweredRow) -> Result<(), Error> {
        let key = (row.key.scope.clone(), row.key.key.clone());
        match self.answered.insert(key, row) {
            None => Ok(()),
            Some(earlier) => Err(Error::Conflict(format!(
                "the key {:?} has been answered already",
                earlier.key.key
            ))),
        }
    }
}

/// A run moves on only from where its writer saw it.
fn fence(row: &RunRow, seq: u64, expected_seq: u64) -> Result<(), Error> {
    if seq == expected_seq {
        return Ok(());
    }
    Err(conflict(row.id, Some(seq), expected_seq))
}

pub(crate) fn conflict(run: RunId, found_seq: Option<u64>, expected_seq: u64) -> Error {
    Error::Conflict(match found_seq {
        Some(found) => {
            format!("run {run} is at entry {found}, the change was made for entry {expected_seq}")
        }
        None => format!("run {run} does not exist"),
    })
}
