//! What a run wants done.

use std::collections::BTreeMap;
use std::sync::Arc;

use expression::{Formula, Value};
use language::model::Id;
use language::steps::Order;
use serde::{Deserialize, Serialize};

use crate::event::Timestamp;

/// A record of a table: values by column.
pub type Record = BTreeMap<Id, Value>;

/// Numbers (`task`, `timer`, `query`, `call`, `wait`) are unique within the run and never used again.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    OpenTask(Box<TaskSpec>),
    /// Replaces what is known of an open task: reserved, moved, late.
    UpdateTask(Box<TaskSpec>),
    /// The task is no longer in any list: completed, or withdrawn by the flow.
    CloseTask {
        task: u32,
        completed: bool,
    },
    /// Somebody is to be chosen for this task as it says; answered in the same transaction with
    /// [`crate::Deed::Given`].
    GiveOut {
        task: u32,
        give: language::steps::Give,
    },
    SetTimer {
        timer: u32,
        at: Timestamp,
    },
    ClearTimer {
        timer: u32,
    },
    /// From now on messages of this name are offered to this run.
    Listen {
        wait: u32,
        message: String,
    },
    /// From now on readings of this signal are offered to this run, the last one at once.
    Watch {
        wait: u32,
        signal: Id,
    },
    StopListening {
        wait: u32,
    },
    /// Always the last effect; answered in the same transaction.
    Find(Box<Query>),
    Save {
        /// Of the site's tables, not of the app's.
        of_site: bool,
        table: Id,
        key: String,
        record: Record,
    },
    Hold {
        target: String,
        why: String,
    },
    /// Frees what this run holds on `target`; nothing when it holds nothing.
    Release {
        target: String,
    },
    /// `call` is `None` when the caller does not wait.
    StartRun {
        call: Option<u32>,
        app: Id,
        inputs: serde_json::Map<String, serde_json::Value>,
    },
    Tell {
        to: Assignee,
        text: String,
        step: Id,
    },
    /// Leaves after the commit, at least once, under the key `<run>-<ask>-<attempt>`; answered by
    /// [`crate::EventKind::Answered`].
    Ask(Box<crate::Ask>),
    /// The answer is not waited for any more: not begun, if it has not begun.
    DropAsk {
        ask: u32,
    },
    /// The next number of a series of the site. Always the last effect; answered in the same transaction.
    Number {
        query: u32,
        series: Id,
    },
    /// Deletes a record; nothing when there is none.
    Remove {
        table: Id,
        key: String,
    },
    /// A message to the runs of all apps, in the same transaction, and to whoever listens outside after it.
    Emit {
        name: String,
        body: serde_json::Map<String, serde_json::Value>,
    },
    /// The run has ended; always the last effect.
    End(Ending),
}

/// Who a task is offered to, or who is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignee {
    Role(String),
    Person(String),
    Station(String),
    /// A channel of the site: told, never asked.
    Channel(String),
    Everyone,
    /// Any of these; none of them is several again.
    Several(Vec<Assignee>),
}

impl Assignee {
    /// One by one.
    pub fn each(&self) -> &[Assignee] {
        match self {
            Assignee::Several(each) => each,
            one => std::slice::from_ref(one),
        }
    }
}

/// A human task as lists show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskSpec {
    pub task: u32,
    pub step: Id,
    /// Rendered, by language tag; the first is the default. A text written without a language has the tag `und`.
    pub title: Vec<(String, String)>,
    pub to: Assignee,
    pub at: Vec<Id>,
    pub opened_at: Timestamp,
    pub due_at: Option<Timestamp>,
    /// The deadline has passed.
    pub late: bool,
    pub reserved_by: Option<String>,
    /// People who may not answer (four eyes).
    pub not_by: Vec<String>,
    /// Meaning of the signature, when one is asked for.
    pub sign: Option<String>,
    /// What is shown above the fields: label and plain value; of a measured or checked one `{"value": …, "verdict": …}`.
    pub show: Vec<(String, serde_json::Value)>,
    /// Values that the form's `show_if`, `default` and sentences read from outside the form, typed.
    pub context: BTreeMap<String, Value>,
    /// Counts the rounds of the innermost loop, from 1.
    pub round: u32,
    #[serde(default, skip_serializing_if = "crate::people::Handling::is_empty")]
    pub handling: crate::people::Handling,
}

/// A question to the app's tables.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    pub query: u32,
    pub table: Id,
    /// Columns that must equal a value: what a store can use an index for. Part of `condition`, never more.
    pub equals: Vec<(Id, Value)>,
    pub condition: Option<Formula>,
    /// What `condition` reads from the run.
    pub captured: BTreeMap<Arc<str>, Value>,
    /// The moment and zone of the asking event.
    pub at: Timestamp,
    pub offset_s: i32,
    pub sort: Option<(Id, Order)>,
    pub at_most: u32,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ending {
    /// `finished`, `failed` or `cancelled`.
    pub status: crate::Status,
    /// The sentence of `finish`/`fail`, or the reason of a cancellation.
    pub outcome: Option<String>,
    /// The run's values by name, for a caller.
    pub values: BTreeMap<String, Value>,
}
