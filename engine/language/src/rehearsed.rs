//! An app's own tests as the language understood them: what is there at the beginning, what happens, what must come of it.

use std::collections::BTreeMap;
use std::fmt;

use expression::Duration;
use serde_json::{Map, Value as Json};

use crate::model::{Id, Span};

/// One entry of `tests`: a scripted run in virtual time.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    pub title: String,
    /// Inputs by id, plain; who starts the run and where.
    pub start: Answer,
    /// What starts the run.
    pub how: HowStarted,
    /// Records that are there before the start, by table: columns and their plain values.
    pub records: BTreeMap<Id, Vec<BTreeMap<Id, Json>>>,
    /// In order; what is known before the start first, then what happens between start and end.
    pub script: Vec<Scripted>,
    /// How many entries of `script` come before the start.
    pub before_start: usize,
    pub expect: Expect,
    pub span: Span,
}

/// What starts the run of a test.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum HowStarted {
    /// A button or the API.
    #[default]
    ByHand,
    /// This message; its members are the answers.
    Message(String),
    /// By itself, by the start at this place of the app's `start`: the test begins at its next moment.
    ByItself(usize),
}

/// One line of a test's script.
#[derive(Clone, Debug, PartialEq)]
pub struct Scripted {
    pub action: TestAction,
    pub span: Span,
}

/// What happens in a test: `answer:` entries, `pass:`, `send:` and the like in the order they are written.
#[derive(Clone, Debug, PartialEq)]
pub enum TestAction {
    /// Answers the open task of this step.
    Answer { step: Id, answer: Box<Answer> },
    /// Lets time pass.
    Pass(Duration),
    /// A message arrives.
    Send { name: String, body: Map<String, Json> },
    /// Machine signals have new values.
    Signal { readings: BTreeMap<Id, Json> },
    /// What the world outside answers to a step that asks it: now if it is asked already, else when it is.
    Reply(Reply),
    /// The power fails and comes back: all that is kept is read back, and the journal is played again.
    Crash,
}

/// Answers of a person, and how they are given.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Answer {
    /// By field, plain.
    pub answers: Map<String, Json>,
    /// A person; where it names a role, someone of that role.
    pub by: Option<String>,
    /// The station at which it is answered.
    pub at: Option<String>,
    /// The button that is pressed, by its id; the first when not given.
    pub button: Option<Id>,
    /// Fields whose warning has been seen.
    pub warnings_seen: Vec<String>,
    /// By field, the code with which it must be refused; under an empty name that of the answer as a whole.
    pub refused: Option<BTreeMap<String, String>>,
}

/// What comes back to a step that asks the world outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub step: Id,
    pub result: ReplyResult,
}

/// How such an answer is.
#[derive(Clone, Debug, PartialEq)]
pub enum ReplyResult {
    Done(Json),
    /// `timeout`, `unreachable`, `refused` and the like.
    Failed(String),
}

/// What must be true at the end of a test; what is not written is not checked.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Expect {
    /// `finished`, `failed`, `cancelled`, `waiting`, `stopped`, or the sentence of a `finish`.
    pub outcome: Option<String>,
    /// Exactly what is on hold at the end.
    pub held: Option<Vec<String>>,
    /// Exactly who was told, in order.
    pub told: Option<Vec<ExpectedTold>>,
    /// Ids of the steps whose tasks are open.
    pub open: Option<Vec<Id>>,
    /// Values by name at the end.
    pub values: BTreeMap<String, Json>,
    /// Records by table id.
    pub records: BTreeMap<Id, ExpectedRecords>,
    /// What the timeline tells, in this order; other things may stand between.
    pub timeline: Vec<TimelineEntry>,
    /// Exactly the numbers that were taken, in order.
    pub numbers: Option<Vec<String>>,
    /// Exactly the steps that printed, in order.
    pub printed: Option<Vec<Id>>,
    /// Exactly the names of what was emitted, in order.
    pub emitted: Option<Vec<String>>,
    /// Where each expectation stands: `held`, `values.<name>`, `records.<table>`.
    pub spans: Spans,
}

/// Where things stand, by name. Its names say what it is; where they are is nobody's to compare.
#[derive(Clone, PartialEq, Default)]
pub struct Spans(BTreeMap<String, Span>);

impl Spans {
    pub fn get(&self, name: &str) -> Option<Span> {
        self.0.get(name).copied()
    }

    pub(crate) fn insert(&mut self, name: String, span: Span) {
        self.0.insert(name, span);
    }
}

impl fmt::Debug for Spans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Someone who must have been told.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpectedTold {
    /// As written; names of roles are compared by [`crate::id_text`].
    pub to: String,
    /// What; `…` at an end stands for any text.
    pub text: Option<String>,
}

/// What must be in a table.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpectedRecords {
    Count(u64),
    /// Exactly these, in any order; columns that are not written are not looked at.
    Exactly(Vec<BTreeMap<Id, Json>>),
    /// Among others these, by key; nothing where there must be none.
    ByKey(BTreeMap<String, Option<BTreeMap<Id, Json>>>),
}

/// One line that the timeline must have.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineEntry {
    /// Of any step when not given.
    pub step: Option<Id>,
    /// As the kernel's facts are called: `task_opened`, `held`.
    pub what: String,
}

/// What a timeline can tell, as a test says it and as the kernel's facts are called.
pub(crate) const TIMELINE: &[(&str, &str)] = &[
    ("opened", "task_opened"),
    ("claimed", "task_claimed"),
    ("returned", "task_returned"),
    ("answered", "task_completed"),
    ("withdrawn", "task_withdrawn"),
    ("late", "late"),
    ("decided", "decided"),
    ("round started", "round_started"),
    ("rounds used up", "rounds_used_up"),
    ("waiting", "waiting"),
    ("wait over", "wait_over"),
    ("message received", "message_received"),
    ("values set", "values_set"),
    ("found", "found"),
    ("saved", "saved"),
    ("removed", "removed"),
    ("held", "held"),
    ("released", "released"),
    ("called", "run_called"),
    ("call ended", "call_ended"),
    ("told", "told"),
    ("nobody told", "nobody_told"),
    ("branch withdrawn", "branch_withdrawn"),
    ("step withdrawn", "step_withdrawn"),
    ("rest goes on", "rest_goes_on"),
    ("rest ended", "rest_ended"),
    ("turn waited for", "turn_waited"),
    ("turn came", "turn_came"),
    ("message kept", "message_kept"),
    ("message dropped", "message_dropped"),
    ("element added", "element_added"),
    ("no more elements", "no_more_elements"),
    ("skipped", "skipped"),
    ("incident", "incident"),
    ("asked", "asked"),
    ("done", "answered"),
    ("not done", "ask_failed"),
    ("will be tried again", "retry_waited"),
    ("failed", "step_failed"),
    ("number taken", "number_taken"),
    ("emitted", "emitted"),
    ("undoing", "undoing"),
    ("undone", "undone"),
    ("ended", "ended"),
];
