//! What someone who supervises does by hand to a run that is stuck, and why it is.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use runtime::{AnswerFor, EditValues, Mended, Moment, RewindPreview, RewindTo, Skip, Then, Why};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Route;
use super::runs::id;
use super::views::{List, Run};
use crate::http::{Call, Members, Params, Path, Problem, Reader, Rfc3339};
use crate::identity::Right;
use crate::limits;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/runs/{run}/why", Right::Read, why),
        Route::get("/runs/{run}/at", Right::Read, at),
        Route::post("/runs/{run}/skip", Right::Supervise, skip),
        Route::post("/runs/{run}/answer", Right::Supervise, answer),
        Route::post("/runs/{run}/values", Right::Supervise, edit),
        Route::get("/runs/{run}/rewind", Right::Supervise, places),
        Route::post("/runs/{run}/rewind", Right::Supervise, rewind),
        Route::post("/runs/{run}/restart", Right::Supervise, restart),
    ]
}

/// People that are named as those who can move a run; more are counted only.
const PEOPLE_NAMED_MAX: usize = 20;

#[derive(Serialize)]
struct WhyView {
    run: String,
    app: String,
    status: kernel::Status,
    seq: u64,
    waits: Vec<Waits>,
    /// What someone who supervises could do with the whole run.
    could: Vec<&'static str>,
}

#[derive(Serialize)]
struct Waits {
    place: u32,
    steps: Vec<String>,
    title: String,
    round: u32,
    /// As in `waiting_for` of a run.
    #[serde(rename = "for")]
    waiting: Value,
    since: Option<Rfc3339>,
    until: Option<Rfc3339>,
    who: Who,
    /// What is asked goes through it: `http/erp`, `printer/labels`.
    lane: Option<String>,
    last_error: Option<String>,
    /// What it stands still by.
    brakes: Vec<BrakeOn>,
    could: Vec<&'static str>,
}

#[derive(Serialize)]
struct BrakeOn {
    scope: String,
    why: String,
    by: Option<String>,
    since: Rfc3339,
    per_minute: Option<u32>,
}

/// Who can move it.
#[derive(Default, Serialize)]
struct Who {
    reserved_by: Option<String>,
    to: Option<kernel::Assignee>,
    /// People who have the role and may sign in.
    people: Vec<Named>,
    /// More than are named.
    more: usize,
}

#[derive(Serialize)]
struct Named {
    id: String,
    name: String,
}

async fn why(
    State(server): State<Server>,
    reader: Reader,
    Path(run): Path<String>,
    query: Params,
) -> Result<Json<WhyView>, Problem> {
    query.finish()?;
    let why: Why = server.engine().why(id(&run)?).await?;
    let waits = why.waits.into_iter().map(|one| waits(&server, one, reader)).collect();
    let has_ended = !matches!(why.status, kernel::Status::Waiting | kernel::Status::Stopped);
    Ok(Json(WhyView {
        run: why.run.to_string(),
        app: why.app,
        status: why.status,
        seq: why.seq,
        waits,
        could: match has_ended {
            true => vec!["restart"],
            false => vec!["values", "rewind", "cancel", "restart"],
        },
    }))
}

fn waits(server: &Server, one: runtime::Waits, reader: Reader) -> Waits {
    let mut waiting = json!(one.waiting);
    super::views::moment(&mut waiting, "until");
    Waits {
        place: one.place,
        steps: one.steps,
        title: reader.among(&one.title).to_owned(),
        round: one.round,
        waiting,
        since: one.since_ms.map(Rfc3339),
        until: one.until_ms.map(Rfc3339),
        who: who(server, one.reserved_by, one.to),
        lane: one.lane,
        last_error: one.last_error,
        brakes: one
            .brakes
            .into_iter()
            .map(|on| BrakeOn {
                scope: on.scope.to_string(),
                why: on.brake.why,
                by: on.brake.by,
                since: Rfc3339(on.brake.since_ms),
                per_minute: on.brake.per_minute,
            })
            .collect(),
        could: one.could,
    }
}

fn who(server: &Server, reserved_by: Option<String>, to: Option<kernel::Assignee>) -> Who {
    let people = server.identity().people();
    let may = |person: &crate::identity::Person| {
        person.active
            && match (&reserved_by, &to) {
                (Some(id), _) => person.id == *id,
                (None, Some(kernel::Assignee::Role(role))) => person.roles.contains(role),
                (None, Some(kernel::Assignee::Person(id))) => person.id == *id,
                _ => false,
            }
    };
    let mut named: Vec<Named> = people
        .into_iter()
        .filter(may)
        .map(|person| Named {
            id: person.id,
            name: person.name,
        })
        .collect();
    let more = named.len().saturating_sub(PEOPLE_NAMED_MAX);
    named.truncate(PEOPLE_NAMED_MAX);
    Who {
        reserved_by,
        to,
        people: named,
        more,
    }
}

#[derive(Serialize)]
struct ThenView {
    run: String,
    seq: u64,
    at: Rfc3339,
    status: kernel::Status,
    values: Map<String, Value>,
    waiting_for: Value,
    tasks: Vec<ThenTask>,
    holds: Vec<String>,
}

#[derive(Serialize)]
struct ThenTask {
    task: u32,
    step: String,
    title: String,
    to: kernel::Assignee,
    opened_at: Rfc3339,
    due_at: Option<Rfc3339>,
    reserved_by: Option<String>,
}

async fn at(
    State(server): State<Server>,
    reader: Reader,
    Path(run): Path<String>,
    mut query: Params,
) -> Result<Json<ThenView>, Problem> {
    let seq = query.whole("seq");
    let time = query.moment("time");
    if seq.is_some() == time.is_some() {
        query.fault(
            "seq",
            "missing",
            "one of 'seq' and 'time' is needed".to_owned(),
            "需要 seq 或 time 之一".to_owned(),
        );
    }
    query.finish()?;
    let moment = match (seq, time) {
        (Some(seq), _) => Moment::Seq(seq),
        (None, time) => Moment::AtMs(time.unwrap_or_default()),
    };
    let then: Then = server.engine().run_at(id(&run)?, moment).await?;
    let mut waiting_for = then.waiting_for;
    for wait in waiting_for.as_array_mut().into_iter().flatten() {
        super::views::moment(wait, "until");
    }
    let tasks = then.tasks.into_iter().map(|spec| ThenTask {
        task: spec.task,
        step: spec.step.to_string(),
        title: reader.among(&spec.title).to_owned(),
        to: spec.to,
        opened_at: Rfc3339(spec.opened_at.0),
        due_at: spec.due_at.map(|due| Rfc3339(due.0)),
        reserved_by: spec.reserved_by,
    });
    Ok(Json(ThenView {
        run: then.run.to_string(),
        seq: then.seq,
        at: Rfc3339(then.at_ms),
        status: then.status,
        values: then.values,
        waiting_for,
        tasks: tasks.collect(),
        holds: then.holds,
    }))
}

/// What every repair says.
fn mended(run: &str, body: &mut Members) -> Result<Mended, Problem> {
    Ok(Mended {
        run: id(run)?,
        why: body.text("why", limits::REASON_LENGTH_MAX),
        seq: body.optional_whole("seq").map(u64::from),
    })
}

async fn skip(
    State(server): State<Server>,
    reader: Reader,
    Path(run): Path<String>,
    call: Call,
    mut body: Members,
) -> Result<Json<Run>, Problem> {
    let mended = mended(&run, &mut body)?;
    let skip = Skip {
        place: body.whole("place"),
        step: body.text("step", limits::TEXT_LENGTH_MAX),
    };
    let caller = call.caller_of(&mut body)?;
    body.finish()?;
    let run = server.engine().skip_step(mended, skip, &caller).await?;
    Ok(Json(Run::new(run, reader)))
}

async fn answer(
    State(server): State<Server>,
    reader: Reader,
    Path(run): Path<String>,
    call: Call,
    mut body: Members,
) -> Result<Json<Run>, Problem> {
    let mended = mended(&run, &mut body)?;
    let answer = AnswerFor {
        place: body.whole("place"),
        step: body.text("step", limits::TEXT_LENGTH_MAX),
        value: body.anything("answer"),
        button: body.optional_text("button", limits::BUTTON_LENGTH_MAX),
        warnings_seen: body
            .optional_texts("warnings_seen", limits::WARNINGS_SEEN_MAX)
            .unwrap_or_default(),
    };
    let signature = body.optional_object("signature");
    let signed_in = call.signed_in().cloned();
    let mut caller = call.caller_of(&mut body)?;
    body.finish()?;
    if let Some(signature) = signature {
        let signed_in = signed_in.ok_or_else(super::tasks::signs_for_nobody)?;
        let proof = super::tasks::proof(signature)?;
        caller.confirmed = Some(server.identity().confirm(&signed_in, proof).await?);
    }
    let run = server.engine().answer_for(mended, answer, &caller).await?;
    Ok(Json(Run::new(run, reader)))
}

async fn edit(
    State(server): State<Server>,
    reader: Reader,
    Path(run): Path<String>,
    call: Call,
    mut body: Members,
) -> Result<Json<Run>, Problem> {
    let mended = mended(&run, &mut body)?;
    let edit = EditValues {
        place: body.optional_whole("place"),
        values: body.object("values"),
    };
    let caller = call.caller_of(&mut body)?;
    body.finish()?;
    let run = server.engine().edit_values(mended, edit, &caller).await?;
    Ok(Json(Run::new(run, reader)))
}

#[derive(Serialize)]
struct Place {
    to: String,
    step: String,
    title: String,
    round: u32,
    at: Rfc3339,
    person: Option<String>,
}

impl Place {
    fn new(place: runtime::Place, reader: Reader) -> Place {
        Place {
            to: place.to.to_string(),
            step: place.step,
            title: reader.among(&place.title).to_owned(),
            round: place.round,
            at: Rfc3339(place.at_ms),
            person: place.person,
        }
    }
}

/// Without `to` the places, with it what going back there would do.
async fn places(
    State(server): State<Server>,
    reader: Reader,
    Path(run): Path<String>,
    mut query: Params,
) -> Result<Json<Value>, Problem> {
    let to = query.one("to");
    query.finish()?;
    let run = id(&run)?;
    Ok(Json(match to {
        None => {
            let places = server.engine().rewind_places(run).await?;
            json!(List::of(places, |place| Place::new(place, reader)))
        }
        Some(to) => {
            let preview = server.engine().rewind_preview(run, place_of(&to)?).await?;
            json!(Preview::new(preview, reader))
        }
    }))
}

fn place_of(to: &str) -> Result<RewindTo, Problem> {
    to.parse()
        .map_err(|()| Problem::not_found("place to go back to", to, None))
}

#[derive(Serialize)]
struct Preview {
    place: Place,
    seq: u64,
    undoing: Vec<String>,
    closed: Vec<BTreeMap<&'static str, Option<String>>>,
    not_waited_for: Vec<String>,
    left_running: Vec<String>,
    released: Vec<String>,
    held_again: Vec<String>,
    again: Vec<BTreeMap<&'static str, Option<String>>>,
    stays: Value,
}

impl Preview {
    fn new(preview: RewindPreview, reader: Reader) -> Preview {
        let by = |steps: Vec<(String, Option<String>)>| {
            let steps = steps.into_iter();
            steps
                .map(|(step, person)| BTreeMap::from([("step", Some(step)), ("person", person)]))
                .collect()
        };
        let stays = preview.stays;
        let records: Vec<Value> = stays
            .records
            .iter()
            .map(|(table, key)| json!({"table": table, "key": key}))
            .collect();
        let asked: Vec<Value> = stays
            .asked
            .iter()
            .map(|(step, word)| json!({"step": step, "word": word}))
            .collect();
        Preview {
            place: Place::new(preview.place, reader),
            seq: preview.seq,
            undoing: preview.undoing,
            closed: by(preview.closed),
            not_waited_for: preview.not_waited_for,
            left_running: preview.left_running,
            released: preview.released,
            held_again: preview.held_again,
            again: by(preview.again),
            stays: json!({
                "records": records,
                "numbers": stays.numbers,
                "messages": stays.messages,
                "asked": asked,
                "told": stays.told,
            }),
        }
    }
}

async fn rewind(
    State(server): State<Server>,
    reader: Reader,
    Path(run): Path<String>,
    call: Call,
    mut body: Members,
) -> Result<Json<Run>, Problem> {
    let mended = mended(&run, &mut body)?;
    let to = body.text("to", limits::TEXT_LENGTH_MAX);
    let caller = call.caller_of(&mut body)?;
    body.finish()?;
    let run = server.engine().rewind(mended, place_of(&to)?, &caller).await?;
    Ok(Json(Run::new(run, reader)))
}

async fn restart(
    State(server): State<Server>,
    reader: Reader,
    Path(run): Path<String>,
    call: Call,
    mut body: Members,
) -> Result<impl IntoResponse, Problem> {
    let run = id(&run)?;
    let why = body.text("why", limits::REASON_LENGTH_MAX);
    let same_version = body.optional_yes_no("same_version").unwrap_or(false);
    let caller = call.caller_of(&mut body)?;
    body.finish()?;
    let run = server.engine().restart(run, same_version, why, &caller).await?;
    let location = format!("/api/v1/runs/{}", run.id);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(Run::new(run, reader)),
    ))
}
