//! All that is kept of a run between two events.

use serde::{Deserialize, Serialize};

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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunState {
    format: u32,
    // the kernel's own members
}

impl RunState {
    /// A run before its `Started` event.
    pub fn new() -> RunState {
        todo!()
    }
    pub fn status(&self) -> Status {
        todo!()
    }
    /// The exact bytes that the store keeps.
    pub fn to_bytes(&self) -> Vec<u8> {
        todo!()
    }
    /// Fails on another format number or damaged bytes, saying which.
    pub fn from_bytes(_bytes: &[u8]) -> Result<RunState, StateError> {
        todo!()
    }
    /// What the run waits for, in plain terms: for lists and for `why is this waiting`.
    pub fn waiting_for(&self) -> Vec<Waiting> {
        todo!()
    }
}

/// One thing a run waits for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum Waiting {
    Task {
        task: u32,
        step: String,
        to: crate::Assignee,
    },
    Time {
        step: String,
        until: crate::Timestamp,
    },
    Message {
        step: String,
        name: String,
    },
    Call {
        step: String,
        app: String,
    },
    Repair {
        step: String,
        message: String,
    },
}

/// Why stored bytes are no state.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("run state has format {found}, this version reads {known}")]
    Format { found: u32, known: u32 },
    #[error("run state is damaged: {0}")]
    Damaged(String),
}
