//! The rows that a store keeps, and what may be written.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// UUID version 7: sorts by start.
pub type RunId = uuid::Uuid;

/// A run as it stands. `id`, `app`, `started_by`, `started_at_ms` and `parent` never change once it is inserted.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRow {
    pub id: RunId,
    pub app: String,
    pub app_version: u32,
    /// `waiting`, `stopped`, `finished`, `failed`, `cancelled`.
    pub status: String,
    pub outcome: Option<String>,
    pub station: Option<String>,
    pub started_by: String,
    pub started_at_ms: i64,
    pub updated_at_ms: i64,
    pub ended_at_ms: Option<i64>,
    /// Journal entries so far; also the fencing number: a write must name the one before it.
    pub seq: u64,
    /// Hash of the newest journal entry.
    pub head: Hash,
    /// The run and call number that wait for this one.
    pub parent: Option<(RunId, Option<u32>)>,
    /// The kernel's state.
    pub state: Vec<u8>,
}

/// SHA-256.
pub type Hash = [u8; 32];

/// One entry of a run's journal: an event and its facts, as JSON text. `hash` covers `previous`, `run`, `seq`, `at_ms`
/// and `body`; see [`journal_hash`].
#[derive(Clone, Debug, PartialEq)]
pub struct JournalRow {
    pub run: RunId,
    pub seq: u64,
    pub at_ms: i64,
    pub body: Vec<u8>,
    pub hash: Hash,
}

/// SHA-256 over previous hash, run id, seq and at_ms (big-endian), body. The first entry of a run is number 1 and
/// follows the zero hash.
pub fn journal_hash(previous: &Hash, run: RunId, seq: u64, at_ms: i64, body: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(run.as_bytes());
    hasher.update(seq.to_be_bytes());
    hasher.update(at_ms.to_be_bytes());
    hasher.update(body);
    hasher.finalize().into()
}

/// One change of who may do what: people, tokens, secrets, stations. `body` is a JSON object; `hash` covers the previous
/// hash, `seq`, `at_ms` and `body`; see [`audit_hash`]. The entries of a store have no gap.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRow {
    pub seq: u64,
    pub at_ms: i64,
    pub body: String,
    pub hash: Hash,
}

/// SHA-256 over previous hash, seq and at_ms (big-endian), body. The first entry is number 1 and follows the zero hash.
pub fn audit_hash(previous: &Hash, seq: u64, at_ms: i64, body: &str) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(seq.to_be_bytes());
    hasher.update(at_ms.to_be_bytes());
    hasher.update(body);
    hasher.finalize().into()
}

/// An open human task.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskRow {
    pub run: RunId,
    pub task: u32,
    pub app: String,
    pub app_version: u32,
    pub step: String,
    /// `role`, `person`, `station` or `everyone`, and its id; `several`: who they are is in `spec`.
    pub to_kind: String,
    pub to_id: String,
    /// Stations at which it is shown; empty is anywhere.
    pub at: Vec<String>,
    pub reserved_by: Option<String>,
    pub opened_at_ms: i64,
    pub due_at_ms: Option<i64>,
    pub late: bool,
    /// Grows with every change; a client that names an older one is told so.
    pub version: u32,
    /// The kernel's task specification as JSON text.
    pub spec: Vec<u8>,
}

/// What someone has typed so far.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftRow {
    pub run: RunId,
    pub task: u32,
    pub person: Option<String>,
    /// Grows with every save.
    pub version: u32,
    pub at_ms: i64,
    /// JSON text.
    pub body: Vec<u8>,
}

/// A record of a table; `values` is a JSON object, its members the kernel's typed values. `version` is given by the
/// store: 1 for the first, one more with every put.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordRow {
    pub app: String,
    pub table: String,
    pub key: String,
    pub values: String,
    pub run: RunId,
    pub version: u32,
    pub at_ms: i64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct HoldRow {
    pub target: String,
    pub run: RunId,
    pub app: String,
    pub why: String,
    pub since_ms: i64,
}

/// Someone was told something.
#[derive(Clone, Debug, PartialEq)]
pub struct NoticeRow {
    pub id: u64,
    pub run: RunId,
    pub app: String,
    pub step: String,
    pub to_kind: String,
    pub to_id: String,
    pub text: String,
    pub at_ms: i64,
}

/// One version of an app: its source text is what is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct AppRow {
    pub app: String,
    pub version: u32,
    /// SHA-256 of `source`.
    pub hash: Hash,
    pub source: String,
    pub published_at_ms: i64,
    pub published_by: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimerRow {
    pub run: RunId,
    pub timer: u32,
    pub at_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenerRow {
    pub run: RunId,
    pub wait: u32,
    pub message: String,
}

/// Something that must leave after the commit, at least once; `key` lets the receiver drop repeats.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxRow {
    pub id: u64,
    pub channel: String,
    pub key: String,
    /// JSON text (CloudEvents 1.0).
    pub body: String,
    pub at_ms: i64,
}

/// A row of the outbox that could not be handed over in time.
#[derive(Clone, Debug, PartialEq)]
pub struct UndeliveredRow {
    /// Given by the store; grows, and is never given twice.
    pub id: u64,
    pub channel: String,
    pub key: String,
    /// JSON text (CloudEvents 1.0).
    pub body: String,
    /// Since when it was tried.
    pub at_ms: i64,
    /// What the last try said.
    pub problem: String,
    pub given_up_at_ms: i64,
}

/// Something that a run has asked of the world outside and waits for.
#[derive(Clone, Debug, PartialEq)]
pub struct AskRow {
    /// Given by the store; grows, and is never given twice.
    pub id: u64,
    pub run: RunId,
    pub ask: u32,
    /// What it goes through; asks of one lane do not hold up those of another.
    pub lane: String,
    /// Lets who is asked drop repeats.
    pub key: String,
    /// The kernel's ask as JSON text.
    pub body: String,
    pub at_ms: i64,
    /// Since when it may have been done; set by [`Write::BeginAsk`] alone.
    pub begun_at_ms: Option<i64>,
}

/// A caller's idempotency key inside its own scope (the token).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestKey {
    pub scope: String,
    pub key: String,
}

/// The first answer to a key, and the fingerprint of what was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct AnsweredRow {
    pub key: RequestKey,
    pub fingerprint: Hash,
    /// The engine's reply as JSON text.
    pub reply: Vec<u8>,
    pub at_ms: i64,
}

/// An API token; only its hash is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenRow {
    pub name: String,
    pub hash: Hash,
    pub created_at_ms: i64,
    /// What it may do. A token that was made before there were scopes has all five.
    pub scopes: Vec<String>,
}

/// Someone who signs in, or did: journals name people, so one who has left stays, without credentials.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonRow {
    pub id: String,
    pub name: String,
    /// Roles of the site.
    pub roles: Vec<String>,
    /// What the person may do besides reading and working.
    pub rights: Vec<String>,
    pub language: Option<String>,
    /// Slow hashes as text (PHC format); never what the person types.
    pub password: Option<String>,
    pub pin: Option<String>,
    /// No two people have the same.
    pub badge: Option<Hash>,
    /// Whether the person may sign in at all.
    pub active: bool,
    pub changed_at_ms: i64,
    pub standing: Standing,
}

/// What somebody can do, who leads them, and who does their work while they are away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Standing {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<Skilled>,
    /// Id of the person who leads them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leader: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub away: Option<Away>,
}

/// A skill of the site that somebody has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skilled {
    pub id: String,
    /// When it has to be proven anew; never when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<i64>,
}

/// Somebody is not here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Away {
    pub from_ms: i64,
    /// Until they say otherwise when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<i64>,
    /// Id of the person who does their work meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub substitute: Option<String>,
}

impl Standing {
    /// Whether somebody has the skill at this moment.
    pub fn has_skill(&self, id: &str, at_ms: i64) -> bool {
        let fits = |skill: &Skilled| skill.id == id && skill.until_ms.is_none_or(|until| at_ms < until);
        self.skills.iter().any(fits)
    }

    /// How they are away at this moment, when they are.
    pub fn away_at(&self, at_ms: i64) -> Option<&Away> {
        let is_on = |away: &&Away| away.from_ms <= at_ms && away.until_ms.is_none_or(|until| at_ms < until);
        self.away.as_ref().filter(is_on)
    }
}

/// Who was given a step of an app, and who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerRow {
    pub app: String,
    pub step: String,
    pub person: String,
    /// The number of the turn in which they were given it last, from 1; 0 is never.
    pub given: u64,
    pub done_at_ms: Option<i64>,
}

/// Someone is signed in; of the cookie only its hash is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    pub hash: Hash,
    /// The person's id.
    pub person: String,
    /// The station at which they are, when that browser is enrolled as one.
    pub station: Option<String>,
    /// That browser's enrolment; not known of sessions that began before it was kept.
    pub enrolment: Option<String>,
    pub created_at_ms: i64,
    pub seen_at_ms: i64,
    pub expires_at_ms: i64,
}

/// A browser that is a station; of its cookie only the hash is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolmentRow {
    pub id: String,
    pub hash: Hash,
    pub station: String,
    /// Who made it one: a person or a token.
    pub by: String,
    pub at_ms: i64,
    /// When it last asked for something, to the minute.
    pub seen_at_ms: Option<i64>,
}

/// Something small that the server itself must remember and nobody may see: keys, codes.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretRow {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Says how long it is, not what.
impl std::fmt::Debug for SecretRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, bytes } = self;
        write!(f, "SecretRow({name:?}, {} bytes)", bytes.len())
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct BlobRow {
    /// SHA-256 in lower-case hexadecimal.
    pub id: String,
    pub media_type: String,
    pub size_bytes: u64,
    pub at_ms: i64,
}

/// What was answered last to the fields of a form that offer it again.
#[derive(Clone, Debug, PartialEq)]
pub struct LastAnswersRow {
    pub app: String,
    /// The form's step.
    pub step: String,
    /// Where it was answered: the caller's words for a station or a person.
    pub place: String,
    /// JSON text: answers by field.
    pub body: String,
    pub at_ms: i64,
}

/// A file beside an app, as it is from a version of the app on.
#[derive(Clone, Debug, PartialEq)]
pub struct AppFileRow {
    pub app: String,
    pub name: String,
    pub version: u32,
    /// Id of the blob.
    pub blob: String,
}

/// The last reading of a signal of the site.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalRow {
    pub id: String,
    /// JSON text.
    pub reading: String,
    pub at_ms: i64,
}

/// One change. Numbers of notices, outgoing and undelivered messages and asks are given by the store.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// A new run, with its first journal entry.
    InsertRun(Box<RunRow>),
    /// The run's next state; fails with `Conflict` when its stored `seq` is not `expected_seq`. What never changes
    /// (see [`RunRow`]) is not read from `row`.
    UpdateRun {
        row: Box<RunRow>,
        expected_seq: u64,
    },
    Journal(JournalRow),
    PutTask(Box<TaskRow>),
    /// Also drops its draft.
    DropTask {
        run: RunId,
        task: u32,
    },
    PutDraft(DraftRow),
    /// Inserts or replaces by (app, name, version).
    PutAppFile(AppFileRow),
    /// Inserts or replaces by (app, step, place).
    PutLastAnswers(Box<LastAnswersRow>),
    /// Inserts or replaces by (app, step, person).
    PutWorker(Box<WorkerRow>),
    PutTimer(TimerRow),
    DropTimer {
        run: RunId,
        timer: u32,
    },
    PutListener(ListenerRow),
    DropListener {
        run: RunId,
        wait: u32,
    },
    /// Inserts or replaces by (app, table, key); the version counts up.
    PutRecord(RecordRow),
    /// Nothing when there is none.
    DropRecord {
        app: String,
        table: String,
        key: String,
    },
    PutHold(HoldRow),
    DropHold {
        target: String,
        run: RunId,
    },
    PutNotice(NoticeRow),
    PutOutbox(OutboxRow),
    DropOutbox {
        id: u64,
    },
    PutUndelivered(Box<UndeliveredRow>),
    DropUndelivered {
        id: u64,
    },
    /// Inserts or replaces by run and number; in either case it gets a new id, and has not begun.
    PutAsk(Box<AskRow>),
    /// From now on it may have been done. Nothing when there is no such ask.
    BeginAsk {
        run: RunId,
        ask: u32,
        at_ms: i64,
    },
    DropAsk {
        run: RunId,
        ask: u32,
    },
    /// `Conflict` when that version exists.
    PutApp(AppRow),
    /// `Conflict` when the key has been answered already.
    PutAnswered(AnsweredRow),
    /// Forgets answers older than this.
    DropAnsweredBefore {
        at_ms: i64,
    },
    /// Replaces a token of that name.
    PutToken(TokenRow),
    DropToken {
        name: String,
    },
    /// Inserts or replaces by id; `Conflict` when someone else has that badge.
    PutPerson(Box<PersonRow>),
    /// Inserts or replaces by hash.
    PutSession(SessionRow),
    DropSession {
        hash: Hash,
    },
    DropSessionsOf {
        person: String,
    },
    /// Inserts or replaces by id.
    PutEnrolment(EnrolmentRow),
    DropEnrolment {
        id: String,
    },
    /// Inserts or replaces by name.
    PutSecret(SecretRow),
    /// Inserts or replaces by id.
    PutSignal(SignalRow),
    DropSecret {
        name: String,
    },
    /// The next entry of the audit journal; the store gives its number and hash.
    PutAudit {
        at_ms: i64,
        body: String,
    },
}

/// Which part of a list; `after` is the opaque cursor of the last row seen (`RunRow::cursor` and its like). What comes
/// after a cursor stays the same when rows are added or dropped meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Page {
    pub after: Option<String>,
    /// At most 1,000; 0 means 100.
    pub limit: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RunFilter {
    pub app: Option<String>,
    pub status: Option<String>,
    pub station: Option<String>,
}

/// Whose tasks, and where. `roles` and `person` say who is asking, `station` where: a task fits when it is offered to
/// one of the roles, to the person, to the station or to everyone, or is reserved by the person, *and* is shown at the
/// station. With neither roles nor person the place alone decides. `app` and `run` narrow it further. Nothing given is
/// every task. What is offered to several fits whoever asks: the reader of the list looks into its specification.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TaskFilter {
    /// Offered to one of these roles, or to everyone.
    pub roles: Vec<String>,
    /// Offered to or reserved by this person, or offered to everyone.
    pub person: Option<String>,
    /// The same of these: people for whom that person stands in.
    pub people: Vec<String>,
    /// Shown at this station, or anywhere. A task offered to a station is shown there besides where `at` says.
    pub station: Option<String>,
    /// The line, area and site around that station: what is offered to one of them is offered to the station.
    pub around: Vec<String>,
    pub app: Option<String>,
    pub run: Option<RunId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct NoticeFilter {
    pub to_kind: Option<String>,
    pub to_id: Option<String>,
    pub run: Option<RunId>,
}

/// A part of what a search finds.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FoundRuns {
    pub rows: Vec<RunRow>,
    /// Where the search goes on; there may be nothing. `None` when everything has been looked at.
    pub next: Option<String>,
}

/// What is open on the whole site: each list cut, and how many rows were left off.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FloorRows {
    /// Open tasks, most urgent first, with the station of their run.
    pub tasks: Vec<(TaskRow, Option<String>)>,
    pub tasks_more: u64,
    /// By target.
    pub holds: Vec<HoldRow>,
    pub holds_more: u64,
    /// What people were told by runs that have not ended, newest first, with the station of the run; of the newest
    /// [`crate::limits::FLOOR_NOTICES_MAX`] notices.
    pub calls: Vec<(NoticeRow, Option<String>)>,
    pub calls_more: u64,
}

/// For metrics and the start page.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Counts {
    pub runs_waiting: u64,
    pub runs_stopped: u64,
    pub runs_ended: u64,
    pub tasks_open: u64,
    pub tasks_late: u64,
    pub timers: u64,
    pub holds: u64,
    pub outbox: u64,
    /// Given up.
    pub undelivered: u64,
    pub asks: u64,
    pub journal_entries: u64,
    /// Of the database and the blobs.
    pub size_bytes: u64,
}

/// What `verify` found.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct VerifyReport {
    pub runs: u64,
    pub entries: u64,
    /// Of the audit journal.
    pub audit_entries: u64,
    /// Plain sentences: which run, which entry, what is wrong.
    pub faults: Vec<String>,
}
