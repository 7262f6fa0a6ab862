//! The loop: puts what happens in one order, commits it in batches, and carries out what follows.
//!
//! One task, the writer, owns the order. Requests come to it through a bounded queue; timers come due by its clock. It
//! takes what has arrived, moves the runs through the pure kernel in one transaction, commits once, and only then
//! answers; messages leave the outbox after that. There is no other way to change anything.
//!
//! Nothing here knows SQL, HTTP or the syntax of apps.

mod against;
mod answers;
mod apps;
mod asks;
mod audit;
mod batch;
mod bodies;
pub mod brakes;
mod builder;
mod case;
mod changes;
mod choices;
mod clock;
mod command;
mod commands;
mod effects;
mod engine;
mod feed;
mod forms;
mod giving;
mod hot;
mod ids;
mod journal;
mod last;
pub mod limits;
mod load;
mod looked_up;
mod metrics;
mod migrations;
mod moves;
mod noted;
mod outbox;
mod outside;
mod past;
mod pictures;
mod pump;
mod reads;
mod records;
mod repairs;
pub mod requests;
mod restarts;
mod rights;
mod run;
mod schedule;
mod signals;
mod site;
mod site_records;
mod undelivered;
mod verify;
pub mod views;
mod why;
mod writer;
mod zone;

pub use against::{Counted, Replayed, Replaying, replay_stored};
pub use audit::AuditRow;
pub use brakes::{Brake, BrakeView, Scope};
pub use builder::Builder;
pub use case::{Case, CaseFile, Cases, Played};
pub use changes::{Change, Changes, Commit, HoldChange, News, Position, TaskChange};
pub use choices::{Choice, Choices};
pub use clock::{Clock, ManualClock, SystemClock};
pub use commands::migrations::Went;
pub use engine::Engine;
pub use ids::Ids;
pub use journal::{Replay, replay};
pub use migrations::{LiveRuns, LiveVersions, Migrated, Migration, NotOver, TakenBack};
pub use outside::{Nothing, Outside};
pub use past::{Moment, Then};
pub use pictures::pictures_of;
pub use repairs::{AnswerFor, EditValues, Mended, Place, RewindPreview, RewindTo, Skip, Stays};
pub use requests::*;
pub use rights::NotYours;
pub use signals::SignalReading;
pub use undelivered::{Undelivered, UndeliveredRow};
pub use verify::{Progress, verify};
pub use views::*;
pub use why::{Waits, Why};

use language::diagnostic::Diagnostic;
use language::model::Site;
use std::sync::Arc;

/// How an engine is opened.
pub struct Options {
    pub store: store::AnyStore,
    /// `Site::default()` is no site: roles, stations and lines that apps name are not checked, the zone is UTC.
    pub site: Site,
    pub clock: Arc<dyn Clock>,
    /// Where told people, and later other messages, are handed to the embedding program; at least once each.
    pub channels: Vec<Arc<dyn Channel>>,
    /// Who does what runs ask of the world outside; [`Nothing`] refuses all of it.
    pub outside: Arc<dyn Outside>,
    pub ids: Ids,
}

/// A receiver of outgoing messages. An error is tried again later with the same key.
#[async_trait::async_trait]
pub trait Channel: Send + Sync + 'static {
    /// Rows of the outbox carry this name.
    fn name(&self) -> &str;
    /// Whether what is told to these people comes here. What is told to a channel of the site goes there alone.
    fn takes(&self, to: &kernel::Assignee) -> bool {
        !matches!(to, kernel::Assignee::Channel(_))
    }
    /// Whether what runs emit under this name comes here. Messages for systems are not for people, so a channel gets none
    /// unless it says so.
    fn takes_event(&self, _name: &str) -> bool {
        false
    }
    /// `body` is a CloudEvent 1.0 as JSON text; drop what has a key that was seen. What fails is tried again for a day
    /// ([`limits::OUTBOX_TRIED_FOR_MS`]), then it is kept until someone decides ([`Engine::undelivered`]).
    async fn deliver(&self, key: &str, body: &str) -> Result<(), String>;
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
    /// What is asked for is for others.
    #[error(transparent)]
    NotYours(#[from] NotYours),
    /// Someone who acts for themselves signs; nothing says yet that it is them. What was typed is kept as a draft.
    #[error("a signature needs a PIN, a password or a badge")]
    SignatureNeeded,
    /// The task changed since the caller saw it.
    #[error("the task is at version {now}, not {named}")]
    Stale { named: u32, now: u32 },
    /// The draft changed since the caller saw it.
    #[error("the draft is at version {now}, not {named}")]
    StaleDraft { named: u32, now: u32 },
    /// The run has moved on since the caller saw it.
    #[error("the run is at entry {now}, not {named}")]
    RunMoved { named: u64, now: u64 },
    /// The idempotency key was used for something else.
    #[error("the idempotency key was used before for another request")]
    KeyReused,
    #[error("{what} is {size}, at most {max} are allowed")]
    TooLarge { what: &'static str, size: u64, max: u64 },
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
