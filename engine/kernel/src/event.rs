//! What may happen to a run.

use language::model::Id;
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// The site's local time around an event, so that the kernel needs no time zone database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Seconds east of UTC now.
    pub offset_s: i32,
    /// The next change of the clocks and the offset after it, when one is known.
    pub next: Option<(Timestamp, i32)>,
}

/// Who or what made the event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The person, when one acted.
    pub person: Option<String>,
    /// Through what: a token's name, `station/<id>`, `timer`, `run <id>`.
    pub via: String,
    /// How a signature was confirmed: `pin`, `password`, `badge`. Journals keep it; the kernel decides nothing by it, so
    /// any word replays, and entries from before it replay without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<String>,
}

/// One input of a run. The journal keeps these as they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub at: Timestamp,
    pub zone: Zone,
    pub by: Actor,
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventKind {
    /// Always the first. Inputs are plain and are checked like a form's answers.
    Started {
        run: String,
        cause: StartCause,
        station: Option<Id>,
        inputs: serde_json::Map<String, serde_json::Value>,
        #[serde(default, skip_serializing_if = "crate::Known::is_empty")]
        known: crate::Known,
    },
    TaskClaimed {
        task: u32,
    },
    /// Back to everyone (WS-HumanTask `release`).
    TaskReturned {
        task: u32,
    },
    TaskCompleted {
        task: u32,
        answers: serde_json::Map<String, serde_json::Value>,
        /// Which button it was sent with; `None`: the form has but one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        button: Option<Id>,
        /// Paths of the fields whose warning was seen and confirmed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        warnings_seen: Vec<String>,
        #[serde(default, skip_serializing_if = "crate::Known::is_empty")]
        known: crate::Known,
    },
    /// What is done with a task besides. `supervised`: by someone who may act on what is others'.
    TaskHandled {
        task: u32,
        deed: crate::Deed,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        supervised: bool,
    },
    TimerFired {
        timer: u32,
    },
    MessageArrived {
        name: String,
        body: serde_json::Map<String, serde_json::Value>,
    },
    /// A machine told a value that this run may be waiting for.
    SignalRead {
        signal: Id,
        reading: crate::Reading,
    },
    /// The answer to the query that the last advance ended with, after [`crate::select`].
    Found {
        query: u32,
        records: Vec<crate::Record>,
    },
    /// A called run ended.
    CallEnded {
        call: u32,
        run: String,
        ending: crate::Ending,
    },
    /// The answer to the [`crate::Effect::Number`] that the last advance ended with.
    Numbered {
        query: u32,
        number: String,
    },
    /// What came of an ask.
    Answered {
        ask: u32,
        result: crate::AskResult,
    },
    /// A person has released by hand what this run holds: who, and why.
    HoldReleased {
        target: String,
        #[serde(default)]
        why: String,
    },
    /// A second time, while steps are taken back, leaves the rest of them as it is.
    Cancelled {
        why: String,
    },
    /// The step that had an incident is tried again.
    Retried,
    /// Someone who supervises has put the run right by hand: who, and why.
    Repaired {
        why: String,
        repair: Box<crate::Repair>,
    },
    /// What is accepted while the run is held back: it counts, but nothing goes on by it.
    Held {
        why: String,
        of: Box<EventKind>,
    },
    /// The run is held back no longer.
    LetGo,
    /// The run goes on by another version of its app: see [`crate::migrate`].
    Migrated {
        from_version: u32,
        to_version: u32,
        #[serde(default, skip_serializing_if = "crate::Plan::is_empty")]
        plan: crate::Plan,
        /// What had been typed, by task, that the new form does not ask: kept here.
        #[serde(
            default,
            deserialize_with = "crate::by_number::read",
            skip_serializing_if = "std::collections::BTreeMap::is_empty"
        )]
        drafts: std::collections::BTreeMap<u32, serde_json::Map<String, serde_json::Value>>,
        /// Of which migration this was a part.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        migration: Option<String>,
    },
    /// The run goes back to the version that it had before, to where it was.
    MigrationUndone {
        to_version: u32,
    },
}

impl EventKind {
    /// Answers to a form with one button, that asked nothing of the world and warned of nothing.
    pub fn completed(task: u32, answers: serde_json::Map<String, serde_json::Value>) -> EventKind {
        EventKind::TaskCompleted {
            task,
            answers,
            button: None,
            warnings_seen: Vec::new(),
            known: crate::Known::default(),
        }
    }
}

/// Why a run began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum StartCause {
    Button,
    Api,
    Message {
        name: String,
    },
    Call {
        run: String,
        call: u32,
    },
    /// A start that comes by itself. `missed` are the moments before `at` at which nobody was there to start it.
    Schedule {
        at: Timestamp,
        #[serde(default, skip_serializing_if = "is_zero")]
        missed: u32,
    },
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}
