//! An app as the language understood it: checked, immutable, free of YAML.
//!
//! One type per idea; each step kind and each field kind has its own file under `steps/` and `fields/`.

mod site;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use expression::{Duration, Formula, Template, Type, Value};
use serde::{Deserialize, Serialize};

use crate::fields::FieldKind;
use crate::steps::{Block, StepKind, WayIn};

pub use site::*;

pub use crate::rehearsed::{
    Answer, Expect, ExpectedRecords, ExpectedTold, HowStarted, Reply, ReplyResult, Scripted, Test, TestAction,
    TimelineEntry,
};

/// An identifier: lower case words joined by `_`, any script (`shaft_diameter`, `轴径`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Id(pub Arc<str>);

/// Byte positions in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// A value together with where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Located<T> {
    pub value: T,
    pub span: Span,
}

/// A sentence for people, in one or more languages (`{en: …, zh: …}`), with values in it (`{order}`).
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// Shown where the reader's language has no text of its own; the first one written.
    pub default: Template,
    /// By language tag, `en`, `zh`, …; empty when only one text was given.
    pub by_language: BTreeMap<String, Template>,
}

/// Where a value may be written out or computed: `released` or `= now()`.
#[derive(Clone, Debug, PartialEq)]
pub enum Computed {
    Literal(Value),
    Formula(Located<Formula>),
    /// A sentence with values in it.
    Text(Template),
}

/// A condition: a formula without `=`. Only `true` fulfils it; empty and undecided do not.
pub type Condition = Located<Formula>;

/// One app: one file.
#[derive(Clone, Debug, PartialEq)]
pub struct App {
    pub id: Id,
    pub title: Text,
    pub about: Option<Text>,
    /// How often a piece comes: what people are asked for one piece should be answered in it.
    pub takt: Option<Duration>,
    pub starts: Vec<Start>,
    /// What is asked or handed in at the start.
    pub inputs: Vec<Field>,
    pub tables: Vec<Table>,
    pub steps: Vec<Step>,
    pub tests: Vec<Test>,
}

/// What may start a run, besides the API. Without any, a button that everyone sees.
#[derive(Clone, Debug, PartialEq)]
pub enum Start {
    Button {
        title: Text,
        at: Vec<Id>,
    },
    /// A message by this name, when `condition` holds over the message's members; members with the id of an input fill it.
    Message {
        name: String,
        condition: Option<Condition>,
    },
    /// Again and again, by the site's clocks from Monday 00:00 on: `2 h` is at 00:00, 02:00, 04:00, …
    Every {
        every: Duration,
        when: Every,
    },
    /// On these days at this time.
    At {
        at_min: MinuteOfDay,
        days: Weekdays,
    },
    /// When a shift of the site begins, or so long before it ends.
    Shift {
        shift: Id,
        before_end: Option<Duration>,
    },
}

/// When a start that comes again and again is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    Always,
    /// Only while the site works.
    WorkingTime,
}

/// Records that the app keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub id: Id,
    pub title: Text,
    /// Column that tells records apart; always one of `columns`.
    pub key: Id,
    pub columns: Vec<Id>,
    pub span: Span,
}

/// One entry of `steps`.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub id: Id,
    pub title: Text,
    /// `if:` beside the step's own word: done only when true.
    pub condition: Option<Condition>,
    pub note: Option<String>,
    /// Two branches of a run are never inside steps of the same name at the same time.
    pub alone: Option<Located<Id>>,
    /// How often it is tried again when it fails in a way that may pass.
    pub retry: Option<Retry>,
    /// Done instead of what comes inside, when the step has failed for good; reads `step.error`.
    pub on_error: Vec<Step>,
    /// What takes the step back when the run is cancelled or fails after it.
    pub undo: Vec<Step>,
    pub kind: StepKind,
    pub span: Span,
}

/// `retry: 5 times, from 2 s, doubling, up to 5 min`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// How often it is tried again after the first time.
    pub times: u32,
    /// The pause before the first of them.
    pub from: Duration,
    /// Each pause is twice as long as the one before.
    pub doubling: bool,
    /// The longest pause.
    pub up_to: Duration,
}

impl Step {
    /// The messages that the step itself waits for.
    pub(crate) fn messages(&self) -> Vec<&str> {
        match &self.kind {
            StepKind::WaitFor(wait) if wait.signal.is_none() => vec![&wait.message],
            StepKind::ForEach(each) => {
                let more = each.more.iter();
                more.flat_map(|more| std::iter::once(&more.message).chain(&more.until))
                    .map(String::as_str)
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// Lists of steps inside this one, also those that are done when it fails.
    pub fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks = self.kind.blocks();
        if !self.on_error.is_empty() {
            blocks.push(Block::new(WayIn::OnError, &self.on_error));
        }
        if !self.undo.is_empty() {
            blocks.push(Block::new(WayIn::Undo, &self.undo));
        }
        blocks
    }

    pub(crate) fn blocks_mut(&mut self) -> Vec<&mut Vec<Step>> {
        let mut blocks = self.kind.blocks_mut();
        blocks.extend([&mut self.on_error, &mut self.undo]);
        blocks
    }

    /// What `step.member` reads, `step.error` included.
    pub(crate) fn members(&self) -> Option<Type> {
        let members = self.kind.members();
        if self.on_error.is_empty() {
            return members;
        }
        let error = BTreeMap::from([("kind".into(), Type::Text), ("message".into(), Type::Text)]);
        match members {
            Some(Type::Context(mut members)) => {
                members.insert("error".into(), Type::Context(error));
                Some(Type::Context(members))
            }
            None => Some(Type::Context(BTreeMap::from([("error".into(), Type::Context(error))]))),
            other => other,
        }
    }
}

/// One entry of `fields`.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub id: Id,
    pub title: Text,
    pub optional: bool,
    pub show_if: Option<Condition>,
    pub hint: Option<Text>,
    /// Shown, never counted as an answer until touched.
    pub default: Option<Computed>,
    /// What is asked to be confirmed.
    pub warn_if: Option<Objection>,
    /// What is not taken.
    pub refuse_if: Option<Objection>,
    /// The last answer of this field at the same station is offered, and taken over by a tap.
    pub from_last: bool,
    pub kind: FieldKind,
    pub span: Span,
}

/// A condition over the answers of a form that speaks against one of them, and what is said then.
#[derive(Clone, Debug, PartialEq)]
pub struct Objection {
    pub condition: Condition,
    pub message: Option<Text>,
}

/// Who: a role of the site, a person, whoever is at a station, a channel of the site (to be told, never to be asked),
/// or computed (the id of one of them).
#[derive(Clone, Debug, PartialEq)]
pub enum Party {
    Role(Id),
    Person(String),
    Station(Id),
    /// The station where the run was started; nobody when it was started elsewhere.
    Here,
    Channel(Id),
    /// Whoever leads the person who started the run.
    Leader,
    Formula(Located<Formula>),
    /// Any of these; none of them is several again.
    Several(Vec<Party>),
}

/// How long something takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// `2 h`
    OfClock(Duration),
    /// `2 h working time`: only the time of the site's shifts counts, without their breaks.
    OfWork(Duration),
}

/// One rung of a `late` ladder, counted from the moment `within` has passed.
#[derive(Clone, Debug, PartialEq)]
pub struct LateRung {
    pub after: Stretch,
    pub tell: Vec<Party>,
    pub move_to: Option<Party>,
    pub message: Option<Text>,
}

/// `within: 20 min`, or `within: = until_day - today()`.
#[derive(Clone, Debug, PartialEq)]
pub enum Within {
    For(Stretch),
    /// Worked out when the waiting begins; what has passed by then is late at once.
    Formula(Located<Formula>),
}

/// `within` and what happens when it has passed.
#[derive(Clone, Debug, PartialEq)]
pub struct Deadline {
    pub within: Within,
    pub late: Vec<LateRung>,
}

impl Stretch {
    pub fn duration(self) -> Duration {
        match self {
            Stretch::OfClock(duration) | Stretch::OfWork(duration) => duration,
        }
    }
}

impl Within {
    /// Where it is written out.
    pub fn stretch(&self) -> Option<Stretch> {
        match self {
            Within::For(stretch) => Some(*stretch),
            Within::Formula(_) => None,
        }
    }
}

impl From<Stretch> for Within {
    fn from(stretch: Stretch) -> Within {
        Within::For(stretch)
    }
}

impl From<Duration> for Stretch {
    fn from(duration: Duration) -> Stretch {
        Stretch::OfClock(duration)
    }
}

impl Id {
    pub fn new(text: &str) -> Id {
        Id(text.into())
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
