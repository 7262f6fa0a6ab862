//! What callers ask for.

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use store::rows::RunId;

/// Who asks, and under which idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The token's name, or the embedding program's.
    pub name: String,
    /// The person on whose behalf, when there is one.
    pub person: Option<String>,
    /// 1 to 200 visible ASCII characters. A repeated key gets the first answer again.
    pub key: Option<String>,
    /// What the person may do. `None` is a trusted caller (a token, an embedding program): it vouches for the person that
    /// it names, and nothing is asked about them.
    pub acting: Option<Acting>,
    /// How the person confirmed a signature with this request.
    pub confirmed: Option<Confirmed>,
}

impl Caller {
    /// One who vouches for the person that it names; without a key.
    pub fn trusted(name: impl Into<String>, person: Option<&str>) -> Caller {
        Caller {
            name: name.into(),
            person: person.map(str::to_owned),
            key: None,
            acting: None,
            confirmed: None,
        }
    }
}

/// Somebody who acts for themselves, as they are known at this moment: only what is offered to them is theirs.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Acting {
    /// Ids of roles of the site.
    pub roles: Vec<String>,
    /// The station at which they are.
    pub station: Option<String>,
    /// May act on what is offered to others.
    pub supervises: bool,
    /// Ids of skills of the site that they have at this moment.
    pub skills: Vec<String>,
    /// People who are away, and whose work they do meanwhile.
    pub stands_for: Vec<String>,
}

/// How someone who signs showed once more that it is them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    Pin,
    Password,
    Badge,
}

impl Confirmed {
    /// As journals keep it.
    pub fn word(self) -> &'static str {
        match self {
            Confirmed::Pin => "pin",
            Confirmed::Password => "password",
            Confirmed::Badge => "badge",
        }
    }
}

/// Begins a run.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Start {
    pub app: String,
    /// The newest when `None`.
    pub version: Option<u32>,
    pub station: Option<String>,
    pub inputs: Map<String, Value>,
    pub from_button: bool,
    /// It stands still from its beginning, until its brake is let go.
    pub paused: bool,
}

/// A task as lists name it; `version` guards against answering what changed meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRef {
    pub run: RunId,
    pub task: u32,
    pub version: Option<u32>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Complete {
    pub task: TaskRef,
    pub answers: Map<String, Value>,
    /// Id of the button, where the form has several.
    pub button: Option<String>,
    /// Paths of the fields whose warning was confirmed.
    pub warnings_seen: Vec<String>,
    /// By path of a `verify` field: the person whom the caller has seen confirm it.
    pub verified: BTreeMap<String, kernel::PersonKnown>,
}

impl Complete {
    /// Answers with nothing beside them.
    pub fn new(task: TaskRef, answers: Map<String, Value>) -> Complete {
        Complete {
            task,
            answers,
            button: None,
            warnings_seen: Vec::new(),
            verified: BTreeMap::new(),
        }
    }
}

/// Something that is done with a task besides answering it.
#[derive(Clone, Debug, PartialEq)]
pub struct Handle {
    pub task: TaskRef,
    /// Not `Given` and `Touched`, which the engine does itself.
    pub deed: kernel::Deed,
    /// A trusted caller vouches that it is done by who supervises; of who acts for themselves it is known.
    pub supervised: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SaveDraft {
    /// Its `version` does not matter here: what someone types is not lost because the task was late or moved meanwhile.
    pub task: TaskRef,
    /// The draft's version that the caller saw; 0 when there was none; `None` overwrites.
    pub draft_version: Option<u32>,
    pub answers: Map<String, Value>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub name: String,
    pub body: Map<String, Value>,
}
