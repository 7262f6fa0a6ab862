//! The pure interpreter: one event moves one run from one wait to the next.
//!
//! No IO, no clock, no randomness, no async. Everything that the world has to say arrives in an [`Event`]; everything
//! that the world has to do leaves as an [`Effect`]; everything a person may want to know later is a [`Fact`].

pub mod effect;
pub mod event;
pub mod fact;
pub mod state;

pub use effect::{Assignee, Effect, Ending, Query, Record, TaskSpec};
pub use event::{Actor, Event, EventKind, StartCause, Timestamp, Zone};
pub use fact::{Fact, FactKind};
pub use state::{RunState, Status};

use std::sync::Arc;

/// An app compiled once to a flat program; shared by all its runs.
#[derive(Debug)]
pub struct Program {
    app: Arc<language::model::App>,
}

impl Program {
    /// Compiles; every app that the language accepted compiles.
    pub fn compile(_app: Arc<language::model::App>) -> Program {
        todo!()
    }
    pub fn app(&self) -> &Arc<language::model::App> {
        &self.app
    }
}

/// What one event did.
#[derive(Clone, Debug, Default)]
pub struct Advance {
    /// In order; to be carried out in the same transaction, except what is sent out after it.
    /// When the last one is [`Effect::Find`], the runtime answers it at once, in the same transaction, with
    /// [`EventKind::Found`].
    pub effects: Vec<Effect>,
    /// For the timeline, in order.
    pub facts: Vec<Fact>,
}

/// Moves `state` by `event`. On a refusal `state` is as it was and nothing happened.
pub fn advance(
    _program: &Program,
    _state: &mut RunState,
    _event: &Event,
) -> Result<Advance, Refusal> {
    todo!()
}

/// Which of `records` a query asks for: filtered, sorted, cut. Pure, so that a replay does the same.
pub fn select(_query: &Query, _records: Vec<Record>) -> Vec<Record> {
    todo!()
}

/// Why an event was not accepted. Messages are for people; `code` is stable.
#[derive(Clone, Debug, PartialEq, thiserror::Error, serde::Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Refusal {
    #[error("the run has ended")]
    RunEnded,
    #[error("there is no open task {task} in this run")]
    NoSuchTask { task: u32 },
    #[error("the task is reserved by {person}")]
    ReservedBy { person: String },
    #[error("{person} answered '{step}' and may not answer this one too: two people are needed")]
    SecondPersonNeeded { person: String, step: String },
    #[error("a person is needed for this")]
    PersonMissing,
    /// The answers of a form, or the inputs of a start; every bad field at once.
    #[error("{} answers were refused", fields.len())]
    Answers { fields: Vec<FieldRefusal> },
    /// The message was not for this run: its `where` did not hold, or nothing waits for it.
    #[error("the message is not for this run")]
    NotForThisRun,
    #[error("timer {timer} is not set")]
    NoSuchTimer { timer: u32 },
    #[error("the event does not fit the run's state")]
    OutOfPlace,
}

/// One answer that was refused.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct FieldRefusal {
    /// Path of the field: `shaft_diameter`, `defects[2].code`.
    pub field: String,
    /// Stable: `missing`, `unknown-field`, `wrong-type`, `out-of-range`, `not-an-option`, `too-long`, `too-many`, …
    pub code: String,
    /// English and Chinese.
    pub message: (String, String),
}

/// Rehearsal of an app's `tests:` in virtual time, with tables, holds and people in memory.
pub mod trial {
    use std::sync::Arc;

    /// What came out of one test.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct Report {
        pub title: String,
        /// Empty when everything was as expected; else plain sentences: what was expected, what happened.
        pub failures: Vec<String>,
        /// The timeline, for a person who wants to see why.
        pub timeline: Vec<crate::Fact>,
    }

    /// Runs all tests of an app. `others` are the apps that it may call.
    pub fn run_tests(
        _app: &Arc<language::model::App>,
        _others: &[Arc<language::model::App>],
    ) -> Vec<Report> {
        todo!()
    }
}
