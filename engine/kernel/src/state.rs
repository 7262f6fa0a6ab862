//! All that is kept of a run between two events.
//!
//! A run is a set of tokens, each at one operation of the program. Values live in frames: one for the run, and one
//! for each element of a `for_each` in work. Everything that the outside world knows by a number (tasks, timers,
//! waits, calls) is listed here, so that whatever was opened can be closed.

use std::collections::BTreeMap;

use expression::Value;
use language::model::Id;
use serde::{Deserialize, Serialize};

use crate::rewind::Rewinding;
use crate::{Assignee, StartCause, TaskSpec, Timestamp};

/// Grows when the meaning or the shape of stored states changes.
pub const FORMAT: u32 = 1;

/// The frame of the run itself.
pub(crate) const RUN_FRAME: u32 = 0;

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Waits for people, clocks, messages or called runs.
    Waiting,
    /// Stopped by an incident.
    Stopped,
    Finished,
    Failed,
    Cancelled,
}

/// A run's state. Serialised with a format number; equal states serialise to equal bytes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunState {
    format: u32,
    pub(crate) status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) header: Option<Header>,
    /// The last number given to a task, timer, query, call, wait, token, frame or group.
    pub(crate) last_number: u32,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) tokens: BTreeMap<u32, Token>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) frames: BTreeMap<u32, Frame>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) groups: BTreeMap<u32, Group>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) tasks: BTreeMap<u32, Task>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) timers: BTreeMap<u32, Timer>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) listening: BTreeMap<u32, Listening>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) calls: BTreeMap<u32, Call>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) asks: BTreeMap<u32, OpenAsk>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) asked: Option<Asked>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) holds: Vec<String>,
    /// Messages that are kept although nobody waits for them yet, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) mailboxes: BTreeMap<String, Mailbox>,
    /// What is taken back when the run is cancelled or fails, the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) undo: Vec<Undo>,
    /// How the run ends when everything is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ending: Option<Ending>,
    /// Where the run goes back to when everything done since is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rewinding: Option<Box<Rewinding>>,
    /// Who answered, for the steps that a `not_by` names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) answered: BTreeMap<Id, Vec<String>>,
    /// The run as it was before it went over to another version, until it moves on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) former: Option<Box<Former>>,
    /// Size of all values; follows from the rest, so it is not stored.
    #[serde(skip)]
    pub(crate) weight_bytes: u64,
}

/// What is known since the start.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Header {
    pub(crate) run: String,
    pub(crate) cause: StartCause,
    pub(crate) at: Timestamp,
    /// The site's offset at the start.
    pub(crate) offset_s: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) station: Option<Id>,
    /// Who leads whoever has started it, where the app asks for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) leader: Option<String>,
    /// The version of the app by which the journal begins, once the run has gone over to another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) begun_with: Option<u32>,
}

/// What a migration has changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Former {
    pub(crate) version: u32,
    pub(crate) state: RunState,
}

/// One place at which the run is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Token {
    /// The operation that is next, or that waits.
    pub(crate) at: u32,
    pub(crate) frame: u32,
    /// The group whose branch or element this is; `None` for the run's first token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<u32>,
    /// Which branch or element of the group, from 0.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) place: u32,
    /// Rounds of the repeats that were entered by this token, the innermost last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) rounds: Vec<u32>,
    /// The round around this token where it has not entered a repeat itself.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) outer_round: u32,
    /// How often the steps with `retry` around it were tried again, by number in the program.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) tries: BTreeMap<u32, u32>,
    /// What the steps around it are alone with, the innermost last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) alone: Vec<Id>,
    pub(crate) wait: Wait,
}

impl Token {
    /// A token of the run itself, at the beginning of the program.
    pub(crate) fn ready() -> Token {
        Token {
            at: 0,
            frame: RUN_FRAME,
            group: None,
            place: 0,
            rounds: Vec::new(),
            outer_round: 0,
            tries: BTreeMap::new(),
            alone: Vec::new(),
            wait: Wait::Ready,
        }
    }
}

/// What a token waits for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wait {
    /// Nothing: it goes on.
    Ready,
    Task(u32),
    Timer(u32),
    Message(u32),
    Call(u32),
    Ask(u32),
    Query(u32),
    /// Its branches or elements.
    Group(u32),
    /// The rest of a block that it has left behind.
    Rest {
        group: u32,
        step: Id,
    },
    /// Its turn to be alone with something; who has the smaller number was there before.
    Turn {
        step: Id,
        name: Id,
        place: u32,
    },
    /// The condition under which its form is asked.
    While {
        step: Id,
    },
    /// The moment at which it is tried again, after what is told here.
    Retry {
        timer: u32,
        message: String,
    },
    /// Someone who repairs what is told here, and retries.
    Repair {
        step: Id,
        message: String,
    },
}

/// Values of the run, or of one element of a `for_each`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Frame {
    /// The frame around it; `None` for the run's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) outer: Option<u32>,
    /// The `for_each` whose element this is, by its number in the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) of: Option<u32>,
    /// Values as they were when a step was done that may be taken back: they come before those of the frames around.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) kept: bool,
    /// By slot.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) values: BTreeMap<u32, Value>,
}

/// Branches of a `together` or elements of a `for_each`, joined by the token that waits for them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) owner: u32,
    /// Tokens that are still on their way.
    pub(crate) running: u32,
    pub(crate) ended: u32,
    /// The owner goes on when so many have ended.
    pub(crate) needed: u32,
    /// The elements of a `for_each` that have not begun yet, and where they begin.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) elements: Vec<Value>,
    /// How many have begun.
    pub(crate) begun: u32,
    /// The operation of its block, once the owner has gone on and left it behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) going_on: Option<u32>,
    /// The wait for messages that bring more elements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) more: Option<u32>,
    /// The wait for the message after which no more come; as long as it is awaited, the group is not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) closes: Option<u32>,
}

/// Messages of one name that came before anyone waited for them, the oldest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Mailbox {
    /// The number under which the run listens for them.
    pub(crate) wait: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) kept: Vec<Value>,
}

/// An open task.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) token: u32,
    pub(crate) spec: Box<TaskSpec>,
    /// Of its ladder, where they do not follow from the clock alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) moments: Vec<Timestamp>,
    /// Rungs of the ladder that are done, the deadline itself being the first.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) rungs_done: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) timer: Option<u32>,
    /// When it is given back by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) lease: Option<Lease>,
    /// The timer that ends its suspension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) wakes: Option<u32>,
}

/// Since when nothing was done with a task that somebody has, and the timer that then gives it back.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Lease {
    pub(crate) timer: u32,
    pub(crate) since: Timestamp,
}

/// A timer that is set.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Timer {
    pub(crate) at: Timestamp,
    pub(crate) step: Id,
    pub(crate) purpose: Purpose,
}

/// What a timer is for.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Purpose {
    /// The end of a wait of this token.
    Wait(u32),
    /// The next rung of this task's ladder.
    Task(u32),
    /// The next rung of the ladder of this wait for a message.
    Message(u32),
    /// The next try of this token.
    Retry(u32),
    /// The end of a lease of this task.
    Lease(u32),
    /// The end of the suspension of this task.
    Wake(u32),
}

/// A wait for a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Listening {
    pub(crate) token: u32,
    /// The group to which it brings elements, or which it closes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<u32>,
    pub(crate) step: Id,
    /// Empty when it waits for a signal.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) signal: Option<Id>,
    pub(crate) since: Timestamp,
    /// Of its ladder, where they do not follow from the clock alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) moments: Vec<Timestamp>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) rungs_done: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) timer: Option<u32>,
}

/// A called run that is waited for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Call {
    pub(crate) token: u32,
    pub(crate) step: Id,
    pub(crate) app: Id,
}

/// An ask that is waited for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OpenAsk {
    pub(crate) token: u32,
    pub(crate) step: Id,
    /// The word of the step.
    pub(crate) word: String,
    pub(crate) attempt: u32,
}

/// A step that is taken back when the run is cancelled or fails.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Undo {
    /// By number in the program.
    pub(crate) block: u32,
    /// The values that it reads.
    pub(crate) frame: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) round: u32,
}

/// The end of a run that takes back what it did first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ending {
    pub(crate) status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) outcome: Option<String>,
    /// The step that is being taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) undoing: Option<Id>,
}

/// The query that the last advance ended with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) query: u32,
    pub(crate) token: u32,
    /// Operations done since the last real wait: finding for ever is endless too.
    pub(crate) operations: u32,
}

impl RunState {
    /// A run before its `Started` event.
    pub fn new() -> RunState {
        RunState {
            format: FORMAT,
            status: Status::Waiting,
            header: None,
            last_number: 0,
            tokens: BTreeMap::new(),
            frames: BTreeMap::new(),
            groups: BTreeMap::new(),
            tasks: BTreeMap::new(),
            timers: BTreeMap::new(),
            listening: BTreeMap::new(),
            calls: BTreeMap::new(),
            asks: BTreeMap::new(),
            asked: None,
            holds: Vec::new(),
            mailboxes: BTreeMap::new(),
            undo: Vec::new(),
            ending: None,
            rewinding: None,
            answered: BTreeMap::new(),
            former: None,
            weight_bytes: 0,
        }
    }

    pub fn status(&self) -> Status {
        self.status
    }

    /// The run's id, once it has started.
    pub fn run(&self) -> Option<&str> {
        self.header.as_ref().map(|header| header.run.as_str())
    }

    /// The version of its app by which its journal begins; `None` when it is the one that the run has now.
    pub fn begun_with(&self) -> Option<u32> {
        self.header.as_ref()?.begun_with
    }

    /// The version to which the run can go back, as long as it has not moved on.
    pub fn former_version(&self) -> Option<u32> {
        self.former.as_ref().map(|former| former.version)
    }

    /// What the run holds, in the order in which it was taken.
    pub fn holds(&self) -> &[String] {
        &self.holds
    }

    /// The open tasks by number.
    pub fn tasks(&self) -> impl Iterator<Item = &TaskSpec> {
        self.tasks.values().map(|task| &*task.spec)
    }

    /// The exact bytes that the store keeps: JSON, the format number first.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a state has only text keys and finite numbers")
    }

    /// Fails on another format number or damaged bytes, saying which.
    pub fn from_bytes(bytes: &[u8]) -> Result<RunState, StateError> {
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let known = FORMAT;
        match serde_json::from_slice::<RunState>(bytes) {
            Ok(mut state) if state.format == FORMAT => {
                state.weight_bytes = state.weigh();
                Ok(state)
            }
            Ok(state) => Err(StateError::Format {
                found: state.format,
                known,
            }),
            // Another format may have another shape: then its number is the better explanation.
            Err(error) => match serde_json::from_slice(bytes) {
                Ok(Head { format: found }) if found != FORMAT => Err(StateError::Format { found, known }),
                _ => Err(StateError::Damaged(error.to_string())),
            },
        }
    }

    /// What the run waits for, in plain terms: for lists and for `why is this waiting`.
    pub fn waiting_for(&self) -> Vec<Waiting> {
        let waiting = self.tokens.values().filter_map(|token| self.waiting(token));
        let closing = self.groups.keys().filter_map(|group| self.closing(*group));
        let mut all: Vec<Waiting> = waiting.chain(closing).collect();
        // However many tokens are held back, they are let go together.
        let mut is_first = true;
        all.retain(|one| !matches!(one, Waiting::HeldBack) || std::mem::take(&mut is_first));
        all
    }

    /// The message after which a group gets no more elements.
    pub(crate) fn closing(&self, group: u32) -> Option<Waiting> {
        let listening = self.listening.get(&self.groups.get(&group)?.closes?)?;
        Some(Waiting::Message {
            step: listening.step.to_string(),
            name: listening.message.clone(),
        })
    }

    /// Whether a message of this name may be for the run.
    pub(crate) fn hears(&self, message: &str) -> bool {
        let mut listening = self.listening.values();
        listening.any(|one| one.message == message) || self.mailboxes.contains_key(message)
    }

    /// Whether something could go on that is held back.
    pub fn could_go_on(&self) -> bool {
        self.tokens.values().any(|token| matches!(token.wait, Wait::Ready))
    }

    pub(crate) fn waiting(&self, token: &Token) -> Option<Waiting> {
        match &token.wait {
            Wait::Ready => Some(Waiting::HeldBack),
            Wait::Group(_) | Wait::Query(_) => None,
            Wait::Task(task) => self.tasks.get(task).map(|open| Waiting::Task {
                task: *task,
                step: open.spec.step.to_string(),
                to: open.spec.to.clone(),
            }),
            Wait::Timer(timer) => self.timers.get(timer).map(|set| Waiting::Time {
                step: set.step.to_string(),
                until: set.at,
            }),
            Wait::Message(wait) => self.listening.get(wait).map(|listening| {
                let step = listening.step.to_string();
                match &listening.signal {
                    Some(signal) => Waiting::Signal {
                        step,
                        signal: signal.to_string(),
                    },
                    None => Waiting::Message {
                        step,
                        name: listening.message.clone(),
                    },
                }
            }),
            Wait::Call(call) => self.calls.get(call).map(|called| Waiting::Call {
                step: called.step.to_string(),
                app: called.app.to_string(),
            }),
            Wait::Ask(ask) => self.asks.get(ask).map(|open| Waiting::Ask {
                ask: *ask,
                step: open.step.to_string(),
                word: open.word.clone(),
                attempt: open.attempt,
            }),
            Wait::Retry { timer, message } => self.timers.get(timer).map(|set| Waiting::Retry {
                step: set.step.to_string(),
                until: set.at,
                message: message.clone(),
            }),
            Wait::Rest { step, .. } => Some(Waiting::Rest { step: step.to_string() }),
            Wait::Turn { step, name, .. } => Some(Waiting::Turn {
                step: step.to_string(),
                name: name.to_string(),
            }),
            Wait::While { step } => Some(Waiting::While { step: step.to_string() }),
            Wait::Repair { step, message } => Some(Waiting::Repair {
                step: step.to_string(),
                message: message.clone(),
            }),
        }
    }

    pub(crate) fn weigh(&self) -> u64 {
        let values = self.frames.values().flat_map(|frame| frame.values.values());
        let elements = self.groups.values().flat_map(|group| &group.elements);
        let shown = self.tasks.values().flat_map(|task| task.spec.context.values());
        let kept = self.mailboxes.values().flat_map(|mailbox| &mailbox.kept);
        values.chain(elements).chain(shown).chain(kept).map(weight_bytes).sum()
    }
}

impl Default for RunState {
    fn default() -> RunState {
        RunState::new()
    }
}

/// Two states are equal when the store would keep the same bytes.
impl PartialEq for RunState {
    fn eq(&self, other: &RunState) -> bool {
        self.to_bytes() == other.to_bytes()
    }
}

/// About what a value takes in a stored state.
pub(crate) fn weight_bytes(value: &Value) -> u64 {
    const ENTRY: u64 = 8;
    ENTRY
        + match value {
            Value::Text(text) => text.len() as u64,
            Value::List(items) => items.iter().map(weight_bytes).sum(),
            Value::Context(entries) => entries
                .iter()
                .map(|(key, value)| key.len() as u64 + weight_bytes(value))
                .sum(),
            Value::Judged(judged) => {
                let details = judged
                    .details
                    .iter()
                    .map(|(key, value)| key.len() as u64 + weight_bytes(value));
                weight_bytes(&judged.value) + details.sum::<u64>()
            }
            Value::Null | Value::Bool(_) => 0,
            _ => 2 * ENTRY,
        }
}

/// How deep a value is nested; a plain one is 0.
pub(crate) fn nesting(value: &Value) -> usize {
    let deepest = |values: &mut dyn Iterator<Item = &Value>| values.map(nesting).max().map_or(1, |inner| inner + 1);
    match value {
        Value::List(items) => deepest(&mut items.iter()),
        Value::Context(entries) => deepest(&mut entries.values()),
        Value::Judged(judged) => nesting(&judged.value),
        _ => 0,
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// One thing a run waits for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum Waiting {
    Task {
        task: u32,
        step: String,
        to: Assignee,
    },
    Time {
        step: String,
        until: Timestamp,
    },
    Message {
        step: String,
        name: String,
    },
    /// A signal of the site that comes to a value.
    Signal {
        step: String,
        signal: String,
    },
    Call {
        step: String,
        app: String,
    },
    /// The answer of something outside: the word of the step, and which try this is.
    Ask {
        ask: u32,
        step: String,
        word: String,
        attempt: u32,
    },
    /// The next try of what has failed.
    Retry {
        step: String,
        until: Timestamp,
        message: String,
    },
    /// Branches or elements of this step that still go on beside.
    Rest {
        step: String,
    },
    /// Another branch is alone with what this step wants to be alone with.
    Turn {
        step: String,
        name: String,
    },
    /// The condition under which this form is asked.
    While {
        step: String,
    },
    Repair {
        step: String,
        message: String,
    },
    /// To be let go: there is a brake, or too many are in work already.
    HeldBack,
}

/// Why stored bytes are no state.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("run state has format {found}, this version reads {known}")]
    Format { found: u32, known: u32 },
    #[error("run state is damaged: {0}")]
    Damaged(String),
}
