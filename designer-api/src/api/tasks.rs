//! Tasks: what people have to do. Their id is `<run>.<number>`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use kernel::{PersonKnown, Refusal};
use runtime::{Caller, Choices, Complete, SaveDraft, TaskRef};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use store::rows::TaskFilter;

use super::views::{Draft, List, Run, Task};
use super::{Route, runs, site};
use crate::http::{Call, Members, Params, Path, Problem, Reader};
use crate::identity::{Principal, Proof, Right, SignedIn};
use crate::limits;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/tasks", Right::Read, list),
        Route::get("/tasks/{task}", Right::Read, one),
        Route::get("/tasks/{task}/choices", Right::Read, choices),
        Route::post("/tasks/{task}/claim", Right::Work, claim),
        Route::post("/tasks/{task}/release", Right::Work, give_back),
        Route::put("/tasks/{task}/draft", Right::Work, save_draft),
        Route::post("/tasks/{task}/complete", Right::Work, complete),
    ]
}

async fn list(
    State(server): State<Server>,
    Extension(principal): Extension<Principal>,
    reader: Reader,
    call: Call,
    mut query: Params,
) -> Result<Json<List<Task>>, Problem> {
    let site = server.engine().site();
    let asked = TaskFilter {
        roles: site::roles(&mut query, site),
        person: query.one("person"),
        station: site::station(&mut query, site),
        app: query.one("app"),
        // The engine knows what is around a station.
        around: Vec::new(),
        people: Vec::new(),
        run: query.run("run"),
    };
    let all = query.word("all", &["true", "false"]).is_some_and(|all| all == "true");
    let page = query.page();
    query.finish()?;
    let filter = match principal.signed_in() {
        Some(signed_in) if !all => {
            let caller = call.caller();
            let filter = own(asked, signed_in, &caller)?;
            let tasks = server.engine().own_tasks(&filter, &page, &caller).await?;
            return Ok(Json(List::of(tasks, |task| Task::new(task, reader))));
        }
        Some(_) => {
            principal.must_have(Right::Supervise)?;
            asked
        }
        None => asked,
    };
    let tasks = server.engine().tasks(&filter, &page).await?;
    Ok(Json(List::of(tasks, |task| Task::new(task, reader))))
}

/// What is offered to who is signed in, where they are, narrowed by what is asked for.
fn own(asked: TaskFilter, signed_in: &SignedIn, caller: &Caller) -> Result<TaskFilter, Problem> {
    let station = signed_in.station.as_deref();
    let (own_roles, people) = match &caller.acting {
        Some(acting) => (acting.roles.clone(), acting.stands_for.clone()),
        None => (signed_in.roles.clone(), Vec::new()),
    };
    let roles = asked.roles.iter().filter(|role| !own_roles.contains(role));
    let person = asked.person.iter().filter(|person| **person != signed_in.person);
    let places = (asked.station.iter()).filter(|asked| station.is_some_and(|own| own != *asked));
    let anothers = roles.chain(person).chain(places).next();
    if let Some(anothers) = anothers {
        return Err(Problem::not_allowed(
            format!("'{anothers}' is not yours: who supervises sees the tasks of others with all=true"),
            format!("“{anothers}”不属于您：有“supervise”权限的人员可用 all=true 查看他人的任务"),
        ));
    }
    let narrowed = !asked.roles.is_empty() || asked.person.is_some();
    Ok(TaskFilter {
        people: if narrowed { Vec::new() } else { people },
        roles: if narrowed { asked.roles } else { own_roles },
        person: if narrowed {
            asked.person
        } else {
            Some(signed_in.person.clone())
        },
        station: asked.station.or_else(|| station.map(str::to_owned)),
        ..asked
    })
}

/// One task with all that is needed to fill it in.
#[derive(Serialize)]
struct Detail {
    #[serde(flatten)]
    task: Task,
    form: Value,
    pages: Value,
    buttons: Value,
    schema: Value,
    /// Typed values that the form's formulas read from outside the form.
    context: Value,
    /// What the fields that offer it (`from_last`) were answered last.
    last: Map<String, Value>,
    draft: Option<Draft>,
}

async fn one(
    State(server): State<Server>,
    reader: Reader,
    Path(task): Path<String>,
    call: Call,
    query: Params,
) -> Result<Json<Detail>, Problem> {
    query.finish()?;
    let detail = server
        .engine()
        .task(reference(&task, None)?)
        .await
        .map_err(|error| match error {
            // To look at a task that is closed is no conflict.
            runtime::Error::Refused(Refusal::RunEnded | Refusal::NoSuchTask { .. }) => {
                Problem::not_found("task", &task, None)
            }
            other => other.into(),
        })?;
    // Values always have a JSON form.
    let caller = call.caller();
    let station = caller.acting.as_ref().and_then(|acting| acting.station.as_deref());
    let engine = server.engine();
    let last = engine.last_answers(&detail, station, caller.person.as_deref()).await?;
    let context = serde_json::to_value(&detail.task.spec.context).unwrap_or_default();
    Ok(Json(Detail {
        task: Task::new(detail.task, reader),
        form: detail.form,
        pages: detail.pages,
        buttons: detail.buttons,
        schema: detail.schema,
        context,
        last,
        draft: detail.draft.map(Draft::from),
    }))
}

async fn claim(
    State(server): State<Server>,
    reader: Reader,
    Path(task): Path<String>,
    call: Call,
    body: Members,
) -> Result<Json<Task>, Problem> {
    let (task, caller) = named(&task, call, body)?;
    Ok(Json(Task::new(server.engine().claim(task, &caller).await?, reader)))
}

async fn give_back(
    State(server): State<Server>,
    reader: Reader,
    Path(task): Path<String>,
    call: Call,
    body: Members,
) -> Result<Json<Task>, Problem> {
    let (task, caller) = named(&task, call, body)?;
    Ok(Json(Task::new(server.engine().give_back(task, &caller).await?, reader)))
}

/// A body that says no more than which version of the task was seen, and who acts.
fn named(task: &str, call: Call, mut body: Members) -> Result<(TaskRef, Caller), Problem> {
    let task = reference(task, body.optional_whole("version"))?;
    let caller = call.caller_of(&mut body)?;
    body.finish()?;
    Ok((task, caller))
}

async fn save_draft(
    State(server): State<Server>,
    Path(task): Path<String>,
    call: Call,
    mut body: Members,
) -> Result<Json<Draft>, Problem> {
    let draft = SaveDraft {
        task: reference(&task, body.optional_whole("version"))?,
        draft_version: body.optional_whole("draft_version"),
        answers: body.object("answers"),
    };
    let caller = call.caller_of(&mut body)?;
    body.finish()?;
    Ok(Json(server.engine().save_draft(draft, &caller).await?.into()))
}

async fn complete(
    State(server): State<Server>,
    reader: Reader,
    Path(task): Path<String>,
    call: Call,
    mut body: Members,
) -> Result<Json<Run>, Problem> {
    let mut answer = Complete::new(
        reference(&task, body.optional_whole("version"))?,
        body.optional_object("answers").unwrap_or_default(),
    );
    answer.button = body.optional_text("button", limits::BUTTON_LENGTH_MAX);
    let seen = body.optional_texts("warnings_seen", limits::WARNINGS_SEEN_MAX);
    answer.warnings_seen = seen.unwrap_or_default();
    let signature = body.optional_object("signature");
    let confirm = body.optional_object("confirm").unwrap_or_default();
    let signed_in = call.signed_in().cloned();
    let mut caller = call.caller_of(&mut body)?;
    body.finish()?;
    match confirmed_by_others(&server, confirm, signed_in.is_some()).await {
        Ok(verified) => answer.verified = verified,
        Err(problem) => {
            keep_typed(&server, answer, caller).await;
            return Err(problem);
        }
    }
    if let Some(signature) = signature {
        let signed_in = signed_in.ok_or_else(signs_for_nobody)?;
        let proof = proof(signature)?;
        match server.identity().confirm(&signed_in, proof).await {
            Ok(how) => caller.confirmed = Some(how),
            Err(problem) => {
                keep_typed(&server, answer, caller).await;
                return Err(problem);
            }
        }
    }
    Ok(Json(Run::new(server.engine().complete(answer, &caller).await?, reader)))
}

/// The people who show with this request that it is them, by the field that they verify. A token answers for the people
/// that it names, as it does for who signs.
async fn confirmed_by_others(
    server: &Server,
    confirm: Map<String, Value>,
    is_page: bool,
) -> Result<BTreeMap<String, PersonKnown>, Problem> {
    if confirm.len() > limits::CONFIRMATIONS_MAX {
        return Err(invalid_confirm());
    }
    let mut verified = BTreeMap::new();
    for (field, members) in confirm {
        let Value::Object(mut members) = members else {
            return Err(invalid_confirm());
        };
        let person = members.remove("person");
        let person = person
            .as_ref()
            .and_then(Value::as_str)
            .map(str::trim)
            .unwrap_or_default();
        if person.is_empty() {
            return Err(invalid_confirm());
        }
        if is_page || !members.is_empty() {
            let proof = proof(members)?;
            server.identity().confirm_person(person, proof).await?;
        }
        let known = server.identity().active_person(person);
        let (name, roles) = known.map(|known| (known.name, known.roles)).unwrap_or_default();
        let id = person.to_owned();
        verified.insert(field, PersonKnown { id, name, roles });
    }
    Ok(verified)
}

fn invalid_confirm() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid-body",
        "'confirm' has for each field that is verified an object with 'person' and one of 'pin', 'password' and 'badge'",
        "confirm 中每个复核字段需要 person，以及 pin、password、badge 三者之一",
    )
}

/// What can be chosen for a field of the task's form.
async fn choices(
    State(server): State<Server>,
    Path(task): Path<String>,
    mut query: Params,
) -> Result<Json<Choices>, Problem> {
    let field = query.one("field").unwrap_or_default();
    let text = query.one("q").unwrap_or_default();
    let limit = query.limit();
    query.finish()?;
    let found = server
        .engine()
        .choices(reference(&task, None)?, &field, &text, limit)
        .await;
    found.map(Json).map_err(|error| match error {
        runtime::Error::Refused(Refusal::RunEnded | Refusal::NoSuchTask { .. }) => {
            Problem::not_found("task", &task, None)
        }
        other => other.into(),
    })
}

/// What was typed before a signature went wrong is kept like that of answers which were refused.
async fn keep_typed(server: &Server, answer: Complete, caller: Caller) {
    let draft = SaveDraft {
        task: answer.task,
        draft_version: None,
        answers: answer.answers,
    };
    // The key is that of the completion, which is yet to come.
    let caller = Caller { key: None, ..caller };
    if let Err(error) = server.engine().save_draft(draft, &caller).await {
        tracing::debug!(%error, "what was typed is not kept as a draft");
    }
}

/// How someone shows that it is them who signs.
pub(super) fn proof(members: Map<String, Value>) -> Result<Proof, Problem> {
    let mut members = Members::new(members);
    let pin = members.optional_text("pin", limits::PIN_TYPED_LENGTH_MAX);
    let password = members.optional_text("password", limits::SECRET_TYPED_LENGTH_MAX);
    let badge = members.optional_text("badge", limits::BADGE_LENGTH_MAX);
    members.finish()?;
    match (pin, password, badge) {
        (Some(pin), None, None) => Ok(Proof::Pin(pin)),
        (None, Some(password), None) => Ok(Proof::Password(password)),
        (None, None, Some(badge)) => Ok(Proof::Badge(badge)),
        _ => Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid-body",
            "'signature' has one of 'pin', 'password' and 'badge'",
            "signature 需要 pin、password、badge 三者之一",
        )),
    }
}

pub(super) fn signs_for_nobody() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid-body",
        "a token answers for the person that it names: leave out 'signature'",
        "令牌为其指定的人员负责：请去掉 signature",
    )
}

/// `<run>.<number>`; what is no such text names no task.
pub(super) fn reference(text: &str, version: Option<u32>) -> Result<TaskRef, Problem> {
    let missing = || Problem::not_found("task", text, None);
    let (run, task) = text.rsplit_once('.').ok_or_else(missing)?;
    Ok(TaskRef {
        run: runs::id(run).map_err(|_| missing())?,
        task: task.parse().map_err(|_| missing())?,
        version,
    })
}
