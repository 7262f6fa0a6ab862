//! The pure interpreter: one event moves one run from one wait to the next.
//!
//! No IO, no clock, no randomness, no async. Everything that the world has to say arrives in an [`Event`]; everything
//! that the world has to do leaves as an [`Effect`]; everything a person may want to know later is a [`Fact`].
//!
//! [`Program::compile`] flattens an app once into operations; [`advance`] moves the tokens of one [`RunState`] over them
//! until all of them wait. [`forms`] checks answers, here and in the page; [`trial`] rehearses an app's own tests.

mod accept;
pub mod against;
mod asks;
mod beside;
mod by_number;
mod clock;
mod connected;
pub mod effect;
pub mod event;
pub mod fact;
mod failing;
mod fields;
pub mod forms;
mod formula;
mod interpret;
mod known;
mod ladder;
pub mod limits;
mod mailbox;
pub mod migrate;
mod needs;
pub mod people;
mod program;
mod query;
mod refusal;
pub mod repair;
pub mod rewind;
mod schedule;
mod slots;
mod spans;
pub mod state;
mod steps;
mod tasks;
pub mod trial;
mod values;
mod walk;
mod working_time;

pub use accept::advance;
pub use against::{Difference, Recorded, replay_against};
pub use asks::{Ask, AskResult, Request};
pub use clock::Clock;
pub use connected::connected;
pub use effect::{Assignee, Effect, Ending, Query, Record, TaskSpec};
pub use event::{Actor, Event, EventKind, StartCause, Timestamp, Zone};
pub use fact::{Fact, FactKind};
pub use known::{Known, Looked, NOTHING, Need, PersonKnown, Quality, Reading};
pub use migrate::{Plan, WhyNot, migrate};
pub use needs::needs;
pub use people::{Deed, TaskState, Until};
pub use program::Program;
pub use query::select;
pub use refusal::{FieldRefusal, Refusal};
pub use repair::Repair;
pub use schedule::next_start;
pub use state::{RunState, StateError, Status, Waiting};

/// What one event did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Advance {
    /// In order; to be carried out in the same transaction, except what is sent out after it.
    /// When the last one is [`Effect::Find`] or [`Effect::Number`], the runtime answers it at once, in the same
    /// transaction, with [`EventKind::Found`] or [`EventKind::Numbered`].
    pub effects: Vec<Effect>,
    /// For the timeline, in order.
    pub facts: Vec<Fact>,
}
