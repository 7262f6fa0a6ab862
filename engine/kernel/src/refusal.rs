//! Why an event was not accepted.

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
    #[error("the task is suspended")]
    TaskSuspended { task: u32 },
    #[error("'{step}' may be skipped by who supervises only")]
    NotSkippable { step: String },
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
    /// The run is not at this place any more, or the step is not around it.
    #[error("the run does not wait in '{step}' at place {place}")]
    NoSuchPlace { place: u32, step: String },
    /// A repair that is not possible: English and Chinese.
    #[error("{}", message.0)]
    NotThisWay { message: (String, String) },
    /// The run cannot go over to another version of its app: all reasons.
    #[error("the run cannot go over: {}", why.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    CannotMigrate { why: Vec<crate::WhyNot> },
    /// A migration is taken back only while nothing has happened since.
    #[error("the run has moved on since")]
    MovedOn,
}

/// One answer that was refused.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct FieldRefusal {
    /// Path of the field: `shaft_diameter`, `defects[2].code`; rows are counted from 1.
    pub field: String,
    /// Stable: `missing`, `unknown-field`, `not-shown`, `wrong-type`, `out-of-range`, `too-fine`, `not-an-option`,
    /// `too-long`, `too-few`, `too-many`, `repeated`, `no-match`, `not-confirmed`, `another-person`.
    pub code: String,
    /// English and Chinese.
    pub message: (String, String),
}

impl FieldRefusal {
    pub(crate) fn new(field: &str, code: &str, en: &str, zh: &str) -> FieldRefusal {
        FieldRefusal {
            field: field.into(),
            code: code.into(),
            message: (en.into(), zh.into()),
        }
    }
}
