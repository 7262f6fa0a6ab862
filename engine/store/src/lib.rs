//! What is kept, behind one trait; stores and the conformance suite that each must pass.
//!
//! The store knows rows and transactions, not flows: states, journal entries and values are bytes or JSON text to it.

mod batch;
mod chain;
#[cfg(feature = "conformance")]
pub mod conformance;
mod cursor;
pub mod limits;
#[cfg(feature = "memory")]
pub mod memory;
pub mod rows;
pub mod sqlite;

use async_trait::async_trait;
use rows::*;
use std::sync::Arc;

/// A place where runs are kept. Reads see everything committed; writes go through a [`Unit`].
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Opens the one transaction in which a batch is read, written and committed. There is one writer at a time.
    async fn begin(&self) -> Result<Box<dyn Unit>, Error>;

    async fn run(&self, run: RunId) -> Result<Option<RunRow>, Error>;
    /// Newest first.
    async fn runs(&self, filter: &RunFilter, page: &Page) -> Result<Vec<RunRow>, Error>;
    /// Newest first: runs whose id begins with `text`, when it is 8 hexadecimal digits or more (dashes do not count) and
    /// there are such; else those whose app, starter, station or outcome contains it, whatever the case of its letters
    /// from A to Z. Of the latter, [`limits::SEARCH_RUNS_MAX`] runs are looked at in one call.
    async fn search_runs(&self, text: &str, filter: &RunFilter, page: &Page) -> Result<FoundRuns, Error>;
    /// In order of `seq`, beginning after `after_seq`.
    async fn journal(&self, run: RunId, after_seq: u64, limit: u32) -> Result<Vec<JournalRow>, Error>;
    async fn task(&self, run: RunId, task: u32) -> Result<Option<TaskRow>, Error>;
    /// Open tasks, most urgent first: late, then by due time, then oldest.
    async fn tasks(&self, filter: &TaskFilter, page: &Page) -> Result<Vec<TaskRow>, Error>;
    async fn draft(&self, run: RunId, task: u32) -> Result<Option<DraftRow>, Error>;
    /// The blob of a file beside an app, as it is in this version.
    async fn app_file(&self, app: &str, name: &str, version: u32) -> Result<Option<String>, Error>;
    async fn last_answers(&self, app: &str, step: &str, place: &str) -> Result<Option<LastAnswersRow>, Error>;
    /// By key, ascending.
    async fn records(
        &self,
        app: &str,
        table: &str,
        equals: &[(String, String)],
        page: &Page,
    ) -> Result<Vec<RecordRow>, Error>;
    /// What is open on the whole site, each list with so many rows at most.
    async fn floor(&self, limit: u32) -> Result<FloorRows, Error>;
    async fn holds(&self, target: Option<&str>) -> Result<Vec<HoldRow>, Error>;
    /// Newest first.
    async fn notices(&self, filter: &NoticeFilter, page: &Page) -> Result<Vec<NoticeRow>, Error>;
    /// All versions of all apps, oldest first; small enough to be kept in memory.
    async fn apps(&self) -> Result<Vec<AppRow>, Error>;
    /// Timers that are due at `until`, earliest first.
    async fn due_timers(&self, until_ms: i64, limit: u32) -> Result<Vec<TimerRow>, Error>;
    async fn next_timer_ms(&self) -> Result<Option<i64>, Error>;
    /// Of one run, by number; at most [`limits::PAGE_ROWS_MAX`].
    async fn timers_of(&self, run: RunId) -> Result<Vec<TimerRow>, Error>;
    /// What must still leave, oldest first.
    async fn outbox(&self, after: u64, limit: u32) -> Result<Vec<OutboxRow>, Error>;
    /// What was given up, oldest first.
    async fn undelivered(&self, after: u64, limit: u32) -> Result<Vec<UndeliveredRow>, Error>;
    /// The audit journal, newest first: entries before this number, or the newest.
    async fn audit(&self, before: Option<u64>, limit: u32) -> Result<Vec<AuditRow>, Error>;
    /// What still waits for an answer in this lane, oldest first.
    async fn asks(&self, lane: &str, after: u64, limit: u32) -> Result<Vec<AskRow>, Error>;
    /// Lanes in which something waits for an answer.
    async fn ask_lanes(&self) -> Result<Vec<String>, Error>;
    async fn ask(&self, run: RunId, ask: u32) -> Result<Option<AskRow>, Error>;
    /// API tokens, by name. These and the next three are small enough to be kept in memory.
    async fn tokens(&self) -> Result<Vec<TokenRow>, Error>;
    /// Everyone, also those who have left, by id.
    async fn people(&self) -> Result<Vec<PersonRow>, Error>;
    /// Also those that have expired, by hash.
    async fn sessions(&self) -> Result<Vec<SessionRow>, Error>;
    /// By id.
    async fn enrolments(&self) -> Result<Vec<EnrolmentRow>, Error>;
    async fn secret(&self, name: &str) -> Result<Option<SecretRow>, Error>;
    /// The last readings that were written, by id; small enough to be kept in memory.
    async fn signals(&self) -> Result<Vec<SignalRow>, Error>;
    /// Names of secrets that begin so, in order.
    async fn secret_names(&self, start: &str) -> Result<Vec<String>, Error>;

    /// Puts a blob and returns its row; the same bytes give the same id. On disk and synced before it returns.
    async fn put_blob(&self, bytes: &[u8], media_type: &str, at_ms: i64) -> Result<BlobRow, Error>;
    async fn blob(&self, id: &str) -> Result<Option<(BlobRow, Vec<u8>)>, Error>;

    /// Kept up to date with every write: costs the same however much there is.
    async fn counts(&self) -> Result<Counts, Error>;
    /// Walks every journal's hash chain; `progress` is called with runs done and runs in all.
    async fn verify(&self, progress: &(dyn Fn(u64, u64) + Send + Sync)) -> Result<VerifyReport, Error>;
    /// Waits for the unit at work, writes everything out and closes. After it every call fails.
    async fn close(&self);
}

/// One transaction. Reads inside it see its own writes. Dropped without commit, it never happened. Once a write has
/// failed nothing is left to do but to drop it: a commit would fail too.
#[async_trait]
pub trait Unit: Send {
    /// In the order asked; those that do not exist are left out.
    async fn runs(&mut self, ids: &[RunId]) -> Result<Vec<RunRow>, Error>;
    async fn task(&mut self, run: RunId, task: u32) -> Result<Option<TaskRow>, Error>;
    async fn draft(&mut self, run: RunId, task: u32) -> Result<Option<DraftRow>, Error>;
    async fn ask(&mut self, run: RunId, ask: u32) -> Result<Option<AskRow>, Error>;
    /// What was given up, by its number.
    async fn undelivered(&mut self, id: u64) -> Result<Option<UndeliveredRow>, Error>;
    /// Earlier answers to these keys, in the order asked.
    async fn answered(&mut self, keys: &[RequestKey]) -> Result<Vec<Option<AnsweredRow>>, Error>;
    /// Runs that listen to this message, by run and wait.
    async fn listeners(&mut self, message: &str) -> Result<Vec<ListenerRow>, Error>;
    /// Records whose columns equal these values (JSON text of the value), at most `limit` by key.
    async fn records(
        &mut self,
        app: &str,
        table: &str,
        equals: &[(String, String)],
        limit: u32,
    ) -> Result<Vec<RecordRow>, Error>;
    /// Who was given this step, and who did it, by person.
    async fn workers(&mut self, app: &str, step: &str) -> Result<Vec<WorkerRow>, Error>;
    /// How many open tasks each of these people has reserved, in the order asked.
    async fn in_hand(&mut self, people: &[String]) -> Result<Vec<u64>, Error>;
    /// The newest version of this app, 0 when there is none.
    async fn app_versions(&mut self, app: &str) -> Result<u32, Error>;
    /// Takes the next number of a series in a period, from 1. It is taken when this unit is committed, and never when it
    /// is not: there is no gap.
    async fn next_number(&mut self, series: &str, period: &str) -> Result<u64, Error>;
    /// Applied in order, in as few statements as the store can.
    async fn write(&mut self, writes: Vec<Write>) -> Result<(), Error>;
    /// Returns only when everything is on disk. When it fails otherwise than with `Closed`, what was in memory about
    /// these rows must be read again: on a failing disk nobody can say whether they arrived.
    async fn commit(self: Box<Self>) -> Result<(), Error>;
}

/// A store that someone chose at run time.
pub type AnyStore = Arc<dyn Store>;

/// What may go wrong below.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("the disk is full")]
    DiskFull,
    #[error("the data folder cannot be written: {0}")]
    ReadOnly(String),
    /// Another process has the data open.
    #[error("the data is in use by another Gemba ({0})")]
    InUse(String),
    #[error("the data was written by a newer Gemba (format {found}, this one knows up to {known})")]
    NewerFormat { found: u32, known: u32 },
    #[error("the data is damaged: {0}")]
    Damaged(String),
    /// A run moved on meanwhile, a key exists already, …
    #[error("the data changed meanwhile: {0}")]
    Conflict(String),
    /// A cursor that this store never gave, a limit out of range, text that is not JSON, …
    #[error("that cannot be asked of the store: {0}")]
    Invalid(String),
    #[error("{what} is {size} bytes, at most {max} are allowed")]
    TooLarge { what: &'static str, size: u64, max: u64 },
    #[error("the store is closed")]
    Closed,
    #[error("the store failed: {0}")]
    Other(#[source] Box<dyn std::error::Error + Send + Sync>),
}
