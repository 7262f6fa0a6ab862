//! What callers see: the engine's views with times as RFC 3339, texts in the reader's language, and ids as text.

use kernel::{Assignee, Fact, FactKind, TaskState};
use runtime::{AppView, DraftView, HoldView, NoticeView, RecordView, RunView, StartableView, TaskView, TimelineEntry};
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::rows::{BlobRow, RunId};

use crate::http::{Reader, Rfc3339};

/// Part of a list.
#[derive(Serialize)]
pub(super) struct List<T> {
    pub(super) items: Vec<T>,
    /// Cursor of the following part.
    pub(super) next: Option<String>,
}

impl<T> List<T> {
    pub(super) fn whole(items: Vec<T>) -> List<T> {
        List { items, next: None }
    }

    pub(super) fn of<V>(list: runtime::ListOf<V>, view: impl Fn(V) -> T) -> List<T> {
        List {
            items: list.items.into_iter().map(view).collect(),
            next: list.next,
        }
    }
}

#[derive(Serialize)]
pub(super) struct App {
    id: String,
    version: u32,
    title: String,
    about: Option<String>,
    hash: String,
    published_at: Rfc3339,
    published_by: String,
}

impl App {
    pub(super) fn new(app: AppView, reader: Reader) -> App {
        let own = |texts: &[(String, String)]| reader.own(texts).map(str::to_owned);
        App {
            id: app.id,
            version: app.version,
            title: own(&app.titles).unwrap_or(app.title),
            about: own(&app.abouts).or(app.about),
            hash: app.hash,
            published_at: Rfc3339(app.published_at_ms),
            published_by: app.published_by,
        }
    }
}

/// An app whose start button may be pressed.
#[derive(Serialize)]
pub(super) struct Startable {
    app: String,
    version: u32,
    title: Value,
    about: Option<Value>,
    inputs: Value,
}

impl From<StartableView> for Startable {
    fn from(app: StartableView) -> Startable {
        Startable {
            app: app.app,
            version: app.version,
            title: app.title,
            about: app.about,
            inputs: app.inputs,
        }
    }
}

#[derive(Serialize)]
pub(super) struct Run {
    id: RunId,
    app: String,
    app_version: u32,
    status: kernel::Status,
    outcome: Option<String>,
    station: Option<String>,
    started_by: String,
    started_at: Rfc3339,
    updated_at: Rfc3339,
    ended_at: Option<Rfc3339>,
    seq: u64,
    waiting_for: Value,
    tasks: Vec<Task>,
}

impl Run {
    pub(super) fn new(run: RunView, reader: Reader) -> Run {
        let mut waiting_for = if run.waiting_for.is_null() {
            json!([])
        } else {
            run.waiting_for
        };
        for wait in waiting_for.as_array_mut().into_iter().flatten() {
            moment(wait, "until");
        }
        Run {
            id: run.id,
            app: run.app,
            app_version: run.app_version,
            status: run.status,
            outcome: run.outcome,
            station: run.station,
            started_by: run.started_by,
            started_at: Rfc3339(run.started_at_ms),
            updated_at: Rfc3339(run.updated_at_ms),
            ended_at: run.ended_at_ms.map(Rfc3339),
            seq: run.seq,
            waiting_for,
            tasks: run.tasks.into_iter().map(|task| Task::new(task, reader)).collect(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Task {
    id: String,
    run: RunId,
    task: u32,
    version: u32,
    app: String,
    app_version: u32,
    step: String,
    title: String,
    to: Assignee,
    at: Vec<String>,
    opened_at: Rfc3339,
    due_at: Option<Rfc3339>,
    late: bool,
    reserved_by: Option<String>,
    not_by: Vec<String>,
    sign: Option<String>,
    show: Vec<Shown>,
    round: u32,
    state: TaskState,
    /// Who answers for it although another does it, the last one last.
    delegated_by: Vec<String>,
    helpers: Vec<String>,
    suspended: Option<Suspended>,
    skills: Vec<String>,
    skippable: bool,
}

#[derive(Serialize)]
struct Suspended {
    since: Rfc3339,
    until: Option<Rfc3339>,
    stops_clock: bool,
}

/// A value shown above the fields.
#[derive(Serialize)]
struct Shown {
    label: String,
    value: Value,
}

impl Task {
    pub(super) fn new(task: TaskView, reader: Reader) -> Task {
        let spec = task.spec;
        let state = spec.state();
        let handling = spec.handling;
        Task {
            id: format!("{}.{}", task.run, task.task),
            run: task.run,
            task: task.task,
            version: task.version,
            app: task.app,
            app_version: task.app_version,
            step: spec.step.to_string(),
            title: reader.among(&spec.title).to_owned(),
            to: spec.to,
            at: spec.at.iter().map(ToString::to_string).collect(),
            opened_at: Rfc3339(spec.opened_at.0),
            due_at: spec.due_at.map(|at| Rfc3339(at.0)),
            late: spec.late,
            reserved_by: spec.reserved_by,
            not_by: spec.not_by,
            sign: spec.sign,
            show: spec
                .show
                .into_iter()
                .map(|(label, value)| Shown { label, value })
                .collect(),
            round: spec.round,
            state,
            delegated_by: handling.delegated_by,
            helpers: handling.helpers,
            suspended: handling.suspended.map(|suspension| Suspended {
                since: Rfc3339(suspension.since.0),
                until: suspension.until.map(|at| Rfc3339(at.0)),
                stops_clock: suspension.stops_clock,
            }),
            skills: handling.skills,
            skippable: handling.skippable,
        }
    }
}

/// Something beside its station.
#[derive(Serialize)]
pub(super) struct Placed<T> {
    #[serde(flatten)]
    what: T,
    station: Option<String>,
}

impl<T> Placed<T> {
    pub(super) fn of<V>(placed: runtime::Placed<V>, view: impl Fn(V) -> T) -> Placed<T> {
        Placed {
            what: view(placed.what),
            station: placed.station,
        }
    }
}

#[derive(Serialize)]
pub(super) struct Draft {
    version: u32,
    person: Option<String>,
    at: Rfc3339,
    answers: Map<String, Value>,
}

impl From<DraftView> for Draft {
    fn from(draft: DraftView) -> Draft {
        Draft {
            version: draft.version,
            person: draft.person,
            at: Rfc3339(draft.at_ms),
            answers: draft.answers,
        }
    }
}

#[derive(Serialize)]
pub(super) struct Timeline {
    seq: u64,
    at: Rfc3339,
    person: Option<String>,
    via: String,
    /// How the person confirmed a signature.
    confirmed: Option<String>,
    facts: Vec<Value>,
    /// What the facts do not say: why a hold was released by hand, why a called app was not started.
    note: Option<String>,
}

impl From<TimelineEntry> for Timeline {
    fn from(entry: TimelineEntry) -> Timeline {
        Timeline {
            seq: entry.seq,
            at: Rfc3339(entry.at_ms),
            person: entry.person,
            via: entry.via,
            confirmed: entry.confirmed,
            facts: entry.facts.iter().map(fact).collect(),
            note: entry.note,
        }
    }
}

/// `{what, step, round, …}`: the members of the kind beside those of the fact.
fn fact(fact: &Fact) -> Value {
    let mut members = Map::new();
    // A fact is plain data: it always has a JSON form.
    if let Ok(Value::Object(kind)) = serde_json::to_value(&fact.kind) {
        members.extend(kind);
    }
    members.insert("step".into(), json!(fact.step));
    members.insert("round".into(), json!(fact.round));
    let mut value = Value::Object(members);
    if matches!(fact.kind, FactKind::Waiting { .. }) {
        moment(&mut value, "until");
    }
    value
}

/// Writes milliseconds as RFC 3339.
pub(super) fn moment(object: &mut Value, member: &str) {
    if let Some(at) = object.get_mut(member)
        && let Some(at_ms) = at.as_i64()
    {
        *at = json!(Rfc3339(at_ms));
    }
}

#[derive(Serialize)]
pub(super) struct Record {
    key: String,
    values: Map<String, Value>,
    run: RunId,
    version: u32,
    at: Rfc3339,
}

impl From<RecordView> for Record {
    fn from(record: RecordView) -> Record {
        Record {
            key: record.key,
            values: record.values,
            run: record.run,
            version: record.version,
            at: Rfc3339(record.at_ms),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Hold {
    target: String,
    run: RunId,
    app: String,
    why: String,
    since: Rfc3339,
}

impl From<HoldView> for Hold {
    fn from(hold: HoldView) -> Hold {
        Hold {
            target: hold.target,
            run: hold.run,
            app: hold.app,
            why: hold.why,
            since: Rfc3339(hold.since_ms),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Notice {
    id: u64,
    run: RunId,
    app: String,
    step: String,
    to: Assignee,
    text: String,
    at: Rfc3339,
}

impl From<NoticeView> for Notice {
    fn from(notice: NoticeView) -> Notice {
        Notice {
            id: notice.id,
            run: notice.run,
            app: notice.app,
            step: notice.step,
            to: notice.to,
            text: notice.text,
            at: Rfc3339(notice.at_ms),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Blob {
    pub(super) id: String,
    media_type: String,
    size_bytes: u64,
    at: Rfc3339,
}

impl From<BlobRow> for Blob {
    fn from(blob: BlobRow) -> Blob {
        Blob {
            id: blob.id,
            media_type: blob.media_type,
            size_bytes: blob.size_bytes,
            at: Rfc3339(blob.at_ms),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_flat_and_their_moments_are_text() {
        let waiting = FactKind::Waiting {
            until: Some(kernel::Timestamp(0)),
            message: None,
        };
        let shown = fact(&Fact {
            step: None,
            round: 2,
            kind: waiting,
        });
        let expected = json!({
            "what": "waiting", "until": "1970-01-01T00:00:00.000Z", "message": null, "step": null, "round": 2,
        });
        assert_eq!(shown, expected);
        let late = FactKind::Late {
            task: Some(1),
            rung: 0,
            told: vec![Assignee::Everyone],
            moved_to: None,
        };
        let shown = fact(&Fact {
            step: Some(language::model::Id::new("a")),
            round: 0,
            kind: late,
        });
        assert_eq!(shown["told"], json!(["everyone"]));
        assert_eq!(shown["step"], json!("a"));
    }
}
