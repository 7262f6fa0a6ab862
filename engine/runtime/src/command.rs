//! What the writer is asked to do: the requests of callers, and the engine's own.

use crate::apps::{Compiled, Version};
use crate::asks::Answered;
use crate::brakes::Scope;
use crate::commands::migrations::{MigrateRuns, Went};
use crate::load::Load;
use crate::metrics::Kind;
use crate::repairs::Repairing;
use crate::requests::{Caller, Complete, Handle, Message, SaveDraft, Start, TaskRef};
use crate::restarts::Restarting;
use crate::signals::SignalReading;
use crate::undelivered::Undelivered;
use crate::views::{Delivered, DraftView, Published, RunView, TaskView};
use crate::{Error, bodies};
use language::model::Site;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use store::rows::{AppFileRow, AppRow, Hash, RequestKey, RunId, TokenRow, UndeliveredRow};
use tokio::sync::oneshot;

pub(crate) enum Command {
    Publish(Box<NewVersion>),
    Start(Start),
    Claim(TaskRef),
    GiveBack(TaskRef),
    Handle(Handle),
    SaveDraft(SaveDraft),
    Complete(Complete),
    Send(Message),
    Cancel {
        run: RunId,
        why: String,
    },
    Retry {
        run: RunId,
    },
    Repair(Box<Repairing>),
    MigrateRuns(Box<MigrateRuns>),
    Restart(Box<Restarting>),
    Brake {
        scope: Scope,
        why: String,
    },
    LetGo {
        scope: Scope,
        per_minute: Option<u32>,
    },
    /// A run that a brake held goes on.
    LetRunGo(RunId),
    ReleaseHold {
        target: String,
        run: RunId,
        why: String,
    },
    PutSiteRecord {
        table: String,
        key: String,
        record: kernel::Record,
    },
    DropSiteRecord {
        table: String,
        key: String,
    },
    PutAppFile(AppFileRow),
    PutToken(TokenRow),
    /// A reading that a run may be waiting for.
    TellSignal(SignalReading),
    /// Readings that are in memory only.
    WriteSignals,
    /// A row of the outbox has left.
    Delivered(u64),
    /// A row of the outbox, by its number, is tried no longer.
    GiveUp(u64, Box<UndeliveredRow>),
    /// What becomes of a message that was given up, by its number.
    Settle(u64, Undelivered),
    /// What was asked may be done from now on.
    BeginAsk {
        run: RunId,
        ask: u32,
        row: u64,
    },
    /// Who was asked has answered.
    Answered(Box<Answered>),
}

/// A source that was read and accepted; the writer gives it its number and moment.
pub(crate) struct NewVersion {
    pub(crate) compiled: Arc<Compiled>,
    pub(crate) source: String,
    pub(crate) hash: Hash,
    /// The site it was read for.
    pub(crate) site: Arc<Site>,
}

/// What a command came to; kept as JSON text for repeats of its key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reply {
    Published(Box<Published>),
    Run(Box<RunView>),
    Task(Box<TaskView>),
    Draft(Box<DraftView>),
    Delivered(Delivered),
    /// What became of each run, in the order asked.
    Went(Vec<Went>),
    Done,
}

/// A command on its way to the writer and back.
pub(crate) struct Job {
    pub(crate) command: Command,
    pub(crate) caller: Caller,
    /// The caller's idempotency key in its own scope, and the fingerprint of what is asked.
    pub(crate) key: Option<(RequestKey, Hash)>,
    /// Size of what was handed in, about.
    pub(crate) load: Load,
    /// `None` when nobody waits for it.
    pub(crate) reply: Option<oneshot::Sender<Result<Reply, Error>>>,
}

impl Job {
    /// A run that a brake held goes on.
    pub(crate) fn let_run_go(run: RunId) -> Job {
        Job {
            command: Command::LetRunGo(run),
            caller: Caller::trusted("engine", None),
            key: None,
            load: Load::none(),
            reply: None,
        }
    }

    /// What nobody asked for and nobody waits for.
    pub(crate) fn write_signals() -> Job {
        Job {
            command: Command::WriteSignals,
            caller: Caller::trusted("engine", None),
            key: None,
            load: Load::none(),
            reply: None,
        }
    }
}

impl Command {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Command::Publish(_) => Kind::Publish,
            Command::Start(_) => Kind::Start,
            Command::Claim(_) => Kind::Claim,
            Command::GiveBack(_) => Kind::GiveBack,
            Command::Handle(_) => Kind::Handle,
            Command::SaveDraft(_) => Kind::SaveDraft,
            Command::Complete(_) => Kind::Complete,
            Command::Send(_) => Kind::Send,
            Command::Cancel { .. } => Kind::Cancel,
            Command::Retry { .. } => Kind::Retry,
            Command::Repair(_) => Kind::Repair,
            Command::MigrateRuns(_) => Kind::MigrateRuns,
            Command::Restart(_) => Kind::Restart,
            Command::Brake { .. } => Kind::Brake,
            Command::LetGo { .. } => Kind::LetGo,
            Command::LetRunGo(_) => Kind::LetRunGo,
            Command::ReleaseHold { .. } => Kind::ReleaseHold,
            Command::PutSiteRecord { .. } => Kind::PutSiteRecord,
            Command::DropSiteRecord { .. } => Kind::DropSiteRecord,
            Command::PutAppFile(_) => Kind::PutAppFile,
            Command::PutToken(_) => Kind::PutToken,
            Command::TellSignal(_) => Kind::TellSignal,
            Command::WriteSignals => Kind::WriteSignals,
            Command::Delivered(_) => Kind::Delivered,
            Command::GiveUp(..) => Kind::GiveUp,
            Command::Settle(_, Undelivered::Send) => Kind::SendAgain,
            Command::Settle(_, Undelivered::Drop) => Kind::DropUndelivered,
            Command::BeginAsk { .. } => Kind::BeginAsk,
            Command::Answered(_) => Kind::Answered,
        }
    }

    /// The run that it moves, to be loaded together with the others of its batch.
    pub(crate) fn run(&self) -> Option<RunId> {
        match self {
            Command::Claim(task) | Command::GiveBack(task) => Some(task.run),
            Command::Handle(handle) => Some(handle.task.run),
            Command::SaveDraft(draft) => Some(draft.task.run),
            Command::Complete(answer) => Some(answer.task.run),
            Command::Cancel { run, .. } | Command::Retry { run } | Command::ReleaseHold { run, .. } => Some(*run),
            Command::Repair(repairing) => Some(repairing.run),
            Command::Restart(restarting) => Some(restarting.run),
            Command::LetRunGo(run) => Some(*run),
            Command::Answered(answered) => Some(answered.run),
            Command::BeginAsk { run, .. } => Some(*run),
            Command::Publish(_)
            | Command::MigrateRuns(_)
            | Command::Brake { .. }
            | Command::LetGo { .. }
            | Command::Start(_)
            | Command::Send(_)
            | Command::PutSiteRecord { .. }
            | Command::DropSiteRecord { .. }
            | Command::PutAppFile(_)
            | Command::PutToken(_)
            | Command::TellSignal(_)
            | Command::WriteSignals
            | Command::Delivered(_)
            | Command::GiveUp(..)
            | Command::Settle(..) => None,
        }
    }

    pub(crate) fn fingerprint(&self, caller: &Caller) -> Hash {
        let asked = match self {
            Command::Publish(new) => json!(new.source),
            Command::Start(start) => json!([
                start.app,
                start.version,
                start.station,
                start.inputs,
                start.from_button,
                start.paused
            ]),
            Command::Claim(task) | Command::GiveBack(task) => task_value(task),
            Command::Handle(handle) => json!([task_value(&handle.task), handle.deed, handle.supervised]),
            Command::SaveDraft(draft) => {
                json!([task_value(&draft.task), draft.draft_version, draft.answers])
            }
            Command::Complete(answer) => json!([
                task_value(&answer.task),
                answer.answers,
                answer.button,
                answer.warnings_seen,
                answer.verified
            ]),
            Command::Send(message) => json!([message.name, message.body]),
            Command::Cancel { run, why } => json!([run, why]),
            Command::Retry { run } => json!(run),
            Command::Repair(repairing) => repairing.asked(),
            Command::MigrateRuns(asked) => json!([asked.runs, asked.way, asked.migration]),
            Command::Restart(restarting) => restarting.asked(),
            Command::Brake { scope, why } => json!([scope.to_string(), why]),
            Command::LetGo { scope, per_minute } => json!([scope.to_string(), per_minute]),
            Command::LetRunGo(run) => json!(run),
            Command::ReleaseHold { target, run, why } => json!([target, run, why]),
            Command::PutSiteRecord { table, key, record } => json!([table, key, record]),
            Command::DropSiteRecord { table, key } => json!([table, key]),
            Command::PutAppFile(row) => json!([row.app, row.name, row.version, row.blob]),
            Command::PutToken(token) => json!([token.name, token.hash]),
            Command::TellSignal(told) => json!([told.signal, told.reading]),
            Command::WriteSignals => json!([]),
            Command::Delivered(id) | Command::GiveUp(id, _) | Command::Settle(id, _) => json!(id),
            Command::BeginAsk { run, ask, row } => json!([run, ask, row]),
            Command::Answered(answered) => json!([answered.run, answered.ask, answered.row]),
        };
        bodies::fingerprint(self.kind().name(), &json!([caller.person, asked]))
    }
}

fn task_value(task: &TaskRef) -> Value {
    json!([task.run, task.task, task.version])
}

impl NewVersion {
    pub(crate) fn as_version(&self, version: u32, at_ms: i64, by: &str) -> Version {
        let row = AppRow {
            app: self.compiled.app.id.to_string(),
            version,
            hash: self.hash,
            source: self.source.clone(),
            published_at_ms: at_ms,
            published_by: by.to_owned(),
        };
        Version::with(row, self.site.clone(), self.compiled.clone())
    }
}
