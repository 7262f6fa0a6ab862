//! The loop: puts what happens in one order, commits it in batches, and carries out what follows.

pub mod requests;
pub mod views;

pub use requests::*;
pub use views::*;

use language::diagnostic::Diagnostic;
use language::model::{App, Site};
use std::sync::Arc;

/// How an engine is opened.
pub struct Options {
    pub store: store::AnyStore,
    pub site: Site,
    pub clock: Arc<dyn Clock>,
    /// Where told people, and later other messages, are handed to the embedding program; at least once each.
    pub channels: Vec<Arc<dyn Channel>>,
}

/// The only source of time.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> kernel::Timestamp;
}

/// The computer's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> kernel::Timestamp {
        todo!()
    }
}

/// A receiver of outgoing messages. An error is tried again later with the same key.
#[async_trait::async_trait]
pub trait Channel: Send + Sync + 'static {
    /// Rows of the outbox carry this name.
    fn name(&self) -> &str;
    /// `body` is a CloudEvent 1.0 as JSON text; drop what has a key that was seen.
    async fn deliver(&self, key: &str, body: &str) -> Result<(), String>;
}

/// A running engine. Cheap to clone; all clones are the same engine.
#[derive(Clone)]
pub struct Engine {}

impl Engine {
    /// Opens: loads the apps, takes up timers and the outbox where they were left.
    pub async fn open(_options: Options) -> Result<Engine, Error> {
        todo!()
    }
    /// Stops taking requests, commits what was taken, closes the store.
    pub async fn shutdown(&self) {
        todo!()
    }
    pub fn site(&self) -> &Site {
        todo!()
    }

    // --- apps
    /// All diagnostics of a source; nothing is kept.
    pub fn check(&self, _source: &str) -> Vec<Diagnostic> {
        todo!()
    }
    /// Keeps a new version when the source differs from the newest one; refused with all diagnostics when it has errors.
    pub async fn publish(&self, _source: &str, _caller: &Caller) -> Result<Published, Error> {
        todo!()
    }
    /// Newest versions, by id.
    pub fn apps(&self) -> Vec<AppView> {
        todo!()
    }
    /// A version's model and source; the newest when `version` is `None`.
    pub fn app(&self, _app: &str, _version: Option<u32>) -> Option<(AppView, Arc<App>, String)> {
        todo!()
    }

    // --- what moves runs; each is acknowledged after its commit is on disk
    pub async fn start(&self, _request: Start, _caller: &Caller) -> Result<Started, Error> {
        todo!()
    }
    pub async fn claim(&self, _task: TaskRef, _caller: &Caller) -> Result<TaskView, Error> {
        todo!()
    }
    pub async fn give_back(&self, _task: TaskRef, _caller: &Caller) -> Result<TaskView, Error> {
        todo!()
    }
    pub async fn save_draft(
        &self,
        _draft: SaveDraft,
        _caller: &Caller,
    ) -> Result<DraftView, Error> {
        todo!()
    }
    /// Refused answers leave the task open, and what was typed as its draft.
    pub async fn complete(&self, _answer: Complete, _caller: &Caller) -> Result<RunView, Error> {
        todo!()
    }
    pub async fn send(&self, _message: Message, _caller: &Caller) -> Result<Delivered, Error> {
        todo!()
    }
    pub async fn cancel(
        &self,
        _run: store::rows::RunId,
        _why: String,
        _caller: &Caller,
    ) -> Result<RunView, Error> {
        todo!()
    }
    /// Tries again what had an incident.
    pub async fn retry(
        &self,
        _run: store::rows::RunId,
        _caller: &Caller,
    ) -> Result<RunView, Error> {
        todo!()
    }
    /// Frees a target whose run has ended, or on someone's own responsibility; the reason is kept.
    pub async fn release_hold(
        &self,
        _target: &str,
        _run: store::rows::RunId,
        _why: String,
        _caller: &Caller,
    ) -> Result<(), Error> {
        todo!()
    }

    // --- what is read; each sees everything acknowledged before
    pub async fn run(&self, _run: store::rows::RunId) -> Result<RunView, Error> {
        todo!()
    }
    pub async fn runs(
        &self,
        _filter: &store::rows::RunFilter,
        _page: &store::rows::Page,
    ) -> Result<ListOf<RunView>, Error> {
        todo!()
    }
    pub async fn timeline(
        &self,
        _run: store::rows::RunId,
        _after: u64,
        _limit: u32,
    ) -> Result<ListOf<TimelineEntry>, Error> {
        todo!()
    }
    pub async fn tasks(
        &self,
        _filter: &store::rows::TaskFilter,
        _page: &store::rows::Page,
    ) -> Result<ListOf<TaskView>, Error> {
        todo!()
    }
    /// One open task with its form and draft.
    pub async fn task(&self, _task: TaskRef) -> Result<TaskDetail, Error> {
        todo!()
    }
    pub async fn records(
        &self,
        _app: &str,
        _table: &str,
        _equals: &[(String, serde_json::Value)],
        _page: &store::rows::Page,
    ) -> Result<ListOf<RecordView>, Error> {
        todo!()
    }
    pub async fn holds(&self, _target: Option<&str>) -> Result<Vec<HoldView>, Error> {
        todo!()
    }
    pub async fn notices(
        &self,
        _filter: &store::rows::NoticeFilter,
        _page: &store::rows::Page,
    ) -> Result<ListOf<NoticeView>, Error> {
        todo!()
    }
    pub async fn put_blob(
        &self,
        _bytes: &[u8],
        _media_type: &str,
    ) -> Result<store::rows::BlobRow, Error> {
        todo!()
    }
    pub async fn blob(&self, _id: &str) -> Result<Option<(store::rows::BlobRow, Vec<u8>)>, Error> {
        todo!()
    }
    pub async fn tokens(&self) -> Result<Vec<store::rows::TokenRow>, Error> {
        todo!()
    }
    pub async fn put_token(&self, _token: store::rows::TokenRow) -> Result<(), Error> {
        todo!()
    }
    /// For Prometheus: what is kept, and what this process did.
    pub async fn metrics(&self) -> Result<Metrics, Error> {
        todo!()
    }
    /// Whether requests are taken: the writer lives and the store answers.
    pub async fn health(&self) -> Result<(), Error> {
        todo!()
    }
}

/// Why a request was not done. Nothing of it happened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("there is no {what} '{id}'")]
    NotFound {
        what: &'static str,
        id: String,
        nearest: Option<String>,
    },
    /// The app has errors.
    #[error("the app has {} problems", .0.len())]
    App(Vec<Diagnostic>),
    #[error(transparent)]
    Refused(#[from] kernel::Refusal),
    /// The task changed since the caller saw it.
    #[error("the task is at version {now}, not {named}")]
    Stale { named: u32, now: u32 },
    /// The draft changed since the caller saw it.
    #[error("the draft is at version {now}, not {named}")]
    StaleDraft { named: u32, now: u32 },
    /// The idempotency key was used for something else.
    #[error("the idempotency key was used before for another request")]
    KeyReused,
    #[error("{what} is {size}, at most {max} are allowed")]
    TooLarge {
        what: &'static str,
        size: u64,
        max: u64,
    },
    /// Too much is waiting to be written; come again.
    #[error("too many requests are waiting")]
    Busy,
    #[error("the engine is stopping")]
    Stopping,
    #[error("{0}")]
    Invalid(String),
    #[error(transparent)]
    Store(#[from] store::Error),
}
