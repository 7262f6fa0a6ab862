//! What the timeline tells.

use language::model::Id;
use serde::{Deserialize, Serialize};

/// One line of a run's timeline. Its moment and actor are those of the event that caused it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    pub step: Option<Id>,
    /// Round of the innermost loop, from 1; 0 outside loops.
    pub round: u32,
    pub kind: FactKind,
}

/// What is told. Values are plain JSON, as people see them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum FactKind {
    /// What ended a wait for a signal.
    SignalReceived {
        signal: Id,
        reading: crate::Reading,
    },
    /// So many moments of its schedule passed while nobody was there to start it: this run stands for all of them.
    StartsMissed {
        missed: u32,
    },
    RunStarted {
        inputs: serde_json::Value,
    },
    TaskOpened {
        task: u32,
        to: crate::Assignee,
    },
    TaskClaimed {
        task: u32,
        person: String,
    },
    TaskReturned {
        task: u32,
    },
    /// Delegated, forwarded, skipped, suspended, … `from`: who had it, or did it.
    TaskHandled {
        task: u32,
        deed: crate::Deed,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
    },
    /// Answers with their verdicts, by field.
    TaskCompleted {
        task: u32,
        person: Option<String>,
        answers: serde_json::Value,
        verdicts: serde_json::Value,
        /// What the person was warned of and confirmed, by field.
        #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
        warnings: std::collections::BTreeMap<String, String>,
    },
    TaskWithdrawn {
        task: u32,
    },
    /// A rung of a ladder: who was told, where the task went.
    Late {
        task: Option<u32>,
        rung: u32,
        told: Vec<crate::Assignee>,
        moved_to: Option<crate::Assignee>,
    },
    /// A condition was asked: its text, what came out (null when it could not be decided), the values it read.
    Decided {
        condition: String,
        result: Option<bool>,
        values: serde_json::Value,
        way: String,
    },
    RoundStarted,
    RoundsUsedUp,
    Waiting {
        until: Option<crate::Timestamp>,
        message: Option<String>,
    },
    WaitOver {
        late: bool,
    },
    MessageReceived {
        name: String,
        body: serde_json::Value,
    },
    ValuesSet {
        values: serde_json::Value,
    },
    Found {
        table: Id,
        count: u32,
    },
    Saved {
        table: Id,
        key: String,
        values: serde_json::Value,
    },
    Held {
        target: String,
        why: String,
    },
    Released {
        target: String,
    },
    RunCalled {
        app: Id,
        waiting: bool,
    },
    CallEnded {
        run: String,
        outcome: Option<String>,
    },
    Told {
        to: crate::Assignee,
        text: String,
    },
    /// Who was to be told could not be worked out: why.
    NobodyTold {
        message: String,
    },
    /// The branch was not needed any more.
    BranchWithdrawn,
    /// Another branch has taken the step back.
    StepWithdrawn,
    /// So many branches or elements go on beside what follows the block.
    RestGoesOn {
        left: u32,
    },
    RestEnded,
    /// Another branch is alone with what this step wants to be alone with.
    TurnWaited {
        name: Id,
    },
    TurnCame {
        name: Id,
    },
    /// A message that nobody waits for yet.
    MessageKept {
        name: String,
        body: serde_json::Value,
    },
    /// A message was not kept, or not any longer: there was too much.
    MessageDropped {
        name: String,
        body: serde_json::Value,
    },
    /// A message brought one more element.
    ElementAdded {
        element: serde_json::Value,
    },
    /// No more elements come.
    NoMoreElements,
    /// A run that was called is not waited for any more; it goes on by itself.
    CallLeftRunning {
        app: Id,
    },
    Skipped,
    /// The run cannot go on by itself: why, in plain words. It stays as it is until someone retries or cancels.
    Incident {
        message: String,
    },
    /// Rows of a decision table that fit, from 1; what was looked at, and what came of it.
    RowFits {
        rows: Vec<u32>,
        inputs: serde_json::Value,
        values: serde_json::Value,
    },
    NumberTaken {
        series: Id,
        number: String,
    },
    Removed {
        table: Id,
        key: String,
    },
    /// A message to other runs and to the outside.
    Emitted {
        name: String,
        body: serde_json::Value,
    },
    /// Something outside is asked: the word of the step, and which try this is.
    Asked {
        ask: u32,
        word: String,
        attempt: u32,
    },
    Answered {
        ask: u32,
        value: serde_json::Value,
    },
    AskFailed {
        ask: u32,
        kind: String,
        message: String,
    },
    /// The answer is not needed any more.
    AskWithdrawn {
        ask: u32,
    },
    /// It will be tried again: which try comes next, and of how many.
    RetryWaited {
        attempt: u32,
        of: u32,
        until: crate::Timestamp,
        message: String,
    },
    /// The step has failed for good, and its `on_error` is done.
    StepFailed {
        kind: String,
        message: String,
    },
    /// Before the run ends, these steps are taken back, in this order.
    Undoing {
        steps: Vec<Id>,
    },
    /// The step is taken back.
    Undone,
    /// Someone has ended the run although these steps were still to be taken back.
    NotUndone {
        steps: Vec<Id>,
        why: String,
    },
    /// A person has released by hand what the run held.
    ReleasedByHand {
        target: String,
        by: Option<String>,
        why: String,
    },
    /// A person has passed over the step: what it would have filled is empty.
    PassedOver {
        by: Option<String>,
        why: String,
    },
    /// A person has given the result that the step waited for.
    AnsweredFor {
        by: Option<String>,
        why: String,
        answer: serde_json::Value,
    },
    /// A person has corrected a value.
    ValueEdited {
        name: String,
        old: serde_json::Value,
        new: serde_json::Value,
        by: Option<String>,
        why: String,
    },
    /// A value that is computed from corrected ones.
    ValueRecomputed {
        name: String,
        old: serde_json::Value,
        new: serde_json::Value,
    },
    /// A person has taken the run back to before this step: the entry of the journal in which it was entered.
    Rewound {
        to_seq: u64,
        by: Option<String>,
        why: String,
    },
    /// It is held again, as it was before the step to which the run was taken back.
    HeldAgain {
        target: String,
    },
    /// What was accepted counts; the run goes on when it is let go.
    HeldBack {
        why: String,
    },
    LetGo,
    /// The run goes on by another version of its app. Values that it does not have any more, by name; of drafts, by task.
    Migrated {
        from_version: u32,
        to_version: u32,
        #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
        left: serde_json::Map<String, serde_json::Value>,
        #[serde(
            default,
            deserialize_with = "crate::by_number::read",
            skip_serializing_if = "std::collections::BTreeMap::is_empty"
        )]
        drafts: std::collections::BTreeMap<u32, serde_json::Map<String, serde_json::Value>>,
    },
    /// The run is back at the version and the place that it had before.
    MigrationUndone {
        to_version: u32,
    },
    Ended {
        status: crate::Status,
        outcome: Option<String>,
        still_held: Vec<String>,
    },
}
