//! What callers see. Times are milliseconds since 1970-01-01T00:00Z here; the REST API writes them as RFC 3339.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::rows::RunId;

/// Part of a list; `next` is the cursor of the following part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListOf<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppView {
    pub id: String,
    pub version: u32,
    pub title: String,
    pub about: Option<String>,
    /// The same by language tag, where the app says it in more than one.
    pub titles: Vec<(String, String)>,
    pub abouts: Vec<(String, String)>,
    /// SHA-256 of the source, hexadecimal.
    pub hash: String,
    pub published_at_ms: i64,
    pub published_by: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Published {
    pub app: AppView,
    /// False when the source was already the newest version.
    pub changed: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Started {
    pub run: RunView,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunView {
    pub id: RunId,
    pub app: String,
    pub app_version: u32,
    pub status: kernel::Status,
    pub outcome: Option<String>,
    pub station: Option<String>,
    pub started_by: String,
    pub started_at_ms: i64,
    pub updated_at_ms: i64,
    pub ended_at_ms: Option<i64>,
    pub seq: u64,
    /// What it waits for and who can move it; filled for one run, empty in lists.
    pub waiting_for: Value,
    /// Open tasks of this run; filled for one run and after each move of it.
    pub tasks: Vec<TaskView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskView {
    pub run: RunId,
    pub task: u32,
    pub version: u32,
    pub app: String,
    pub app_version: u32,
    /// The kernel's specification: step, title, to, due, reserved_by, sign, show, …
    pub spec: kernel::TaskSpec,
}

/// One task with all that is needed to fill it in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskDetail {
    pub task: TaskView,
    /// JSON Schema of the answers.
    pub schema: Value,
    /// The fields in order, as the app declares them: id, kind, title, limits, …
    pub form: Value,
    /// The parts in which the fields are asked: `{title, fields: [ids]}`; without any, all of them are one.
    pub pages: Value,
    /// Ways to send it: `{id, title, without_answers, field, answer}`; without any, there is one.
    pub buttons: Value,
    pub draft: Option<DraftView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftView {
    pub version: u32,
    pub person: Option<String>,
    pub at_ms: i64,
    pub answers: Map<String, Value>,
}

/// One journal entry as people read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimelineEntry {
    pub seq: u64,
    pub at_ms: i64,
    pub person: Option<String>,
    pub via: String,
    /// How the person confirmed a signature: `pin`, `password`, `badge`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<String>,
    pub facts: Vec<kernel::Fact>,
    /// What the facts do not say: why a hold was released by hand, why a called app was not started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordView {
    pub key: String,
    pub values: Map<String, Value>,
    pub run: RunId,
    pub version: u32,
    pub at_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HoldView {
    pub target: String,
    pub run: RunId,
    pub app: String,
    pub why: String,
    pub since_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeView {
    pub id: u64,
    pub run: RunId,
    pub app: String,
    pub step: String,
    pub to: kernel::Assignee,
    pub text: String,
    pub at_ms: i64,
}

/// An app whose start button may be pressed.
#[derive(Clone, Debug, PartialEq)]
pub struct StartableView {
    pub app: String,
    pub version: u32,
    /// Texts by language, as in [`TaskDetail::form`].
    pub title: Value,
    pub about: Option<Value>,
    /// The fields of its inputs, as in [`TaskDetail::form`].
    pub inputs: Value,
}

/// What is open on the whole site: each list at most [`crate::limits::FLOOR_ENTRIES_MAX`], and how many there are more.
#[derive(Clone, Debug, PartialEq)]
pub struct FloorView {
    /// Open tasks, most urgent first.
    pub tasks: Vec<Placed<TaskView>>,
    pub tasks_more: u64,
    pub holds: Vec<HoldView>,
    pub holds_more: u64,
    /// What people were told by runs that have not ended, newest first.
    pub calls: Vec<Placed<NoticeView>>,
    pub calls_more: u64,
}

/// Something and its station: where it is asked for, or where its run began.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed<T> {
    pub what: T,
    pub station: Option<String>,
}

/// What a message did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Delivered {
    pub started: Vec<RunId>,
    pub resumed: Vec<RunId>,
    /// Apps whose start fits the message, but not its members their inputs.
    #[serde(default)]
    pub not_started: Vec<NotStarted>,
}

/// An app that a message could not start, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotStarted {
    pub app: String,
    pub why: String,
}

/// Counters since the process began, and gauges of what is kept.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    pub kept: store::rows::Counts,
    /// By request kind: done, refused.
    pub requests: Vec<(String, u64, u64)>,
    pub commits: u64,
    pub commit_seconds_sum: f64,
    /// Requests per commit, summed.
    pub batched: u64,
    pub queue_length: u64,
    pub timers_fired: u64,
    pub outbox_delivered: u64,
    pub outbox_failed: u64,
    pub asks_done: u64,
    pub asks_failed: u64,
    /// Brakes that are on, and runs that could go on and stand still.
    pub brakes: u64,
    pub runs_held: u64,
}

/// A signal of the site with its last reading.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalView {
    pub id: String,
    pub title: String,
    /// Where it is measured.
    pub at: Option<String>,
    /// UCUM code.
    pub unit: Option<String>,
    pub writable: bool,
    /// `None`: it was never told.
    pub reading: Option<kernel::Reading>,
    pub age_ms: Option<i64>,
    /// Never told, or older than the site says it counts.
    pub stale: bool,
}
