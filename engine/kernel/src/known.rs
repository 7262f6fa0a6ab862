//! What the world knew when answers were sent: records, machine signals, people. The runtime looks it up in the
//! transaction that takes the answers, and the journal keeps it, so that a replay needs no world.

use std::collections::BTreeMap;

use language::fields::TableName;
use language::model::Id;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{Record, Timestamp};

/// All members by the path of the field that asked: `gauge`, `defects[2].lot`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Known {
    /// The record that the answer names; `None` when there is none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub records: BTreeMap<String, Option<Record>>,
    /// What the machine said last; a signal that never came is missing.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub signals: BTreeMap<String, Reading>,
    /// The person that the answer names; `None` when there is none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub people: BTreeMap<String, Option<PersonKnown>>,
    /// Ids of the people who showed with this request that it is them (`verify`).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub verified: BTreeMap<String, PersonKnown>,
    /// Who leads whoever has started the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leader: Option<String>,
}

/// One value of a signal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    pub value: Json,
    #[serde(default)]
    pub quality: Quality,
    /// When the machine had it.
    pub at: Timestamp,
}

/// OPC UA part 8, clause 6.3: whether a value may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    #[default]
    Good,
    Uncertain,
    Bad,
}

impl Quality {
    pub fn name(self) -> &'static str {
        match self {
            Quality::Good => "good",
            Quality::Uncertain => "uncertain",
            Quality::Bad => "bad",
        }
    }
}

/// A person as far as fields ask.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonKnown {
    pub id: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Ids of roles of the site.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
}

/// One thing to be looked up; the answer goes under `field` into [`Known`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    Record {
        field: String,
        table: TableName,
        key: String,
    },
    Signal {
        field: String,
        signal: Id,
    },
    Person {
        field: String,
        person: String,
    },
    /// Who leads whoever makes the event.
    Leader,
}

/// How far the world has been asked.
#[derive(Clone, Copy, Debug)]
pub enum Looked<'a> {
    /// In the transaction that takes the answers: what is not in here does not exist.
    Up(&'a Known),
    /// While someone types: what is not in here has not been looked up yet. Nothing is refused for it, and nothing
    /// passes by it.
    NotYet(&'a Known),
}

/// Nothing is known.
pub static NOTHING: &Known = &Known {
    records: BTreeMap::new(),
    signals: BTreeMap::new(),
    people: BTreeMap::new(),
    verified: BTreeMap::new(),
    leader: None,
};

impl Known {
    pub fn is_empty(&self) -> bool {
        let Known {
            records,
            signals,
            people,
            verified,
            leader,
        } = self;
        let nothing = records.is_empty() && signals.is_empty() && people.is_empty() && verified.is_empty();
        nothing && leader.is_none()
    }
}

impl<'a> Looked<'a> {
    pub(crate) fn known(self) -> &'a Known {
        match self {
            Looked::Up(known) | Looked::NotYet(known) => known,
        }
    }
}
