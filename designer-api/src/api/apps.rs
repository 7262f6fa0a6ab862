//! Apps: put, check, list, look at.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use kernel::Timestamp;
use language::diagnostic::Severity;
use language::model::{self, Start};
use language::{Read, Together};
use runtime::{AppView, Caller, Choices};
use serde_json::{Value, json};
use std::sync::Arc;

use super::views::{App, Blob, List, Startable};
use super::{Route, site};
use crate::diagnostics;
use crate::http::{Bytes, Call, Params, Path, Problem, Reader, Rfc3339, Yaml};
use crate::identity::{Principal, Right};
use crate::nearest::nearest;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::put("/apps/{app}", Right::Author, put),
        Route::put("/apps/{app}/pictures/{picture}", Right::Author, put_picture).uploading(),
        Route::post("/check", Right::Author, check),
        Route::get("/apps", Right::Read, list),
        Route::get("/startable", Right::Work, startable),
        Route::get("/apps/{app}", Right::Read, one),
        Route::get("/apps/{app}/source", Right::Read, source),
        Route::get("/apps/{app}/choices", Right::Read, choices),
    ]
}

async fn put(
    State(server): State<Server>,
    reader: Reader,
    Path(id): Path<String>,
    call: Call,
    query: Params,
    Yaml(text): Yaml,
) -> Result<impl IntoResponse, Problem> {
    query.finish()?;
    let engine = server.engine();
    let read = server.think(|| examine(&server, &text)).await;
    let Some(app) = read.value else {
        return Err(Problem::app(read.diagnostics, &text));
    };
    if app.id.as_str() != id {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            format!(
                "the id of this app is '{0}', not '{id}': put it at /api/v1/apps/{0}",
                app.id
            ),
            format!("该应用的 id 是“{0}”，不是“{id}”：请使用 /api/v1/apps/{0}", app.id),
        ));
    }
    let published = engine
        .publish(&text, &call.caller())
        .await
        .map_err(|error| match error {
            runtime::Error::App(diagnostics) => Problem::app(diagnostics, &text),
            other => other.into(),
        })?;
    let first = published.changed && published.app.version == 1;
    let body = json!({
        "app": App::new(published.app, reader),
        "changed": published.changed,
        "diagnostics": diagnostics::to_json(&read.diagnostics, &text, reader.0),
    });
    Ok((if first { StatusCode::CREATED } else { StatusCode::OK }, Json(body)))
}

/// The same bytes give the same blob: no idempotency key is needed.
async fn put_picture(
    State(server): State<Server>,
    Path((app, picture)): Path<(String, String)>,
    call: Call,
    query: Params,
    upload: Bytes,
) -> Result<Json<Blob>, Problem> {
    query.finish()?;
    let caller = Caller {
        key: None,
        ..call.caller()
    };
    let kept = server
        .engine()
        .put_picture(&app, &picture, &upload.bytes, &caller)
        .await?;
    Ok(Json(Blob::from(kept)))
}

async fn check(
    State(server): State<Server>,
    reader: Reader,
    query: Params,
    Yaml(text): Yaml,
) -> Result<Json<Value>, Problem> {
    query.finish()?;
    let found = server.think(|| examine(&server, &text)).await.diagnostics;
    let ok = found.iter().all(|diagnostic| diagnostic.severity != Severity::Error);
    Ok(Json(
        json!({"ok": ok, "diagnostics": diagnostics::to_json(&found, &text, reader.0)}),
    ))
}

/// Reads an app beside its published version, the other apps, and the people who would do its work.
fn examine(server: &Server, text: &str) -> Read<model::App> {
    let mut read = language::read_app(text, server.site());
    let Some(app) = &read.value else { return read };
    if let Some((_, published, _)) = server.engine().app(app.id.as_str(), None) {
        let found = language::check_against(text, app, &published);
        diagnostics::add(&mut read.diagnostics, found);
    }
    if language::names_others(app) {
        let others = server.engine().models();
        let others = others.iter().map(Arc::as_ref).filter(|other| other.id != app.id);
        let found = Together::of(others.chain([app])).check(text, app);
        diagnostics::add(&mut read.diagnostics, found);
    }
    // A server whose people are all a program's has nobody with a role.
    let had = server.identity().roles_had();
    if !had.is_empty() {
        diagnostics::add(&mut read.diagnostics, language::check_people(text, app, &had));
    }
    read
}

async fn list(State(server): State<Server>, reader: Reader, query: Params) -> Result<Json<List<App>>, Problem> {
    query.finish()?;
    Ok(Json(List::whole(
        server
            .engine()
            .apps()
            .into_iter()
            .map(|app| App::new(app, reader))
            .collect(),
    )))
}

/// Apps whose start button may be pressed at the station: of who is signed in, the one at which they are.
async fn startable(
    State(server): State<Server>,
    Extension(principal): Extension<Principal>,
    mut query: Params,
) -> Result<Json<List<Startable>>, Problem> {
    let engine = server.engine();
    let station = site::station(&mut query, engine.site());
    query.finish()?;
    let acting = principal.signed_in().map(|signed_in| signed_in.acting());
    let apps = engine.startable(station.as_deref(), acting.as_ref())?;
    Ok(Json(List::whole(apps.into_iter().map(Startable::from).collect())))
}

/// What can be chosen for a field that the app asks at its start.
async fn choices(
    State(server): State<Server>,
    Path(id): Path<String>,
    mut query: Params,
) -> Result<Json<Choices>, Problem> {
    let version = version(&mut query);
    let field = query.one("field").unwrap_or_default();
    let text = query.one("q").unwrap_or_default();
    let limit = query.limit();
    query.finish()?;
    let engine = server.engine();
    Ok(Json(engine.choices_of_start(&id, version, &field, &text, limit).await?))
}

async fn one(
    State(server): State<Server>,
    Path(id): Path<String>,
    headers: HeaderMap,
    reader: Reader,
    mut query: Params,
) -> Result<Response, Problem> {
    let version = version(&mut query);
    query.finish()?;
    let (view, app, text) = model(&server, &id, version)?;
    let accepted = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    if accepted
        .split(',')
        .any(|kind| kind.trim().starts_with("application/yaml"))
    {
        return Ok(yaml(text));
    }
    let mut next_starts = Vec::new();
    if server
        .engine()
        .apps()
        .iter()
        .any(|newest| newest.id == view.id && newest.version == view.version)
    {
        next_starts = server.engine().next_starts(&view.id).await?;
    }
    Ok(Json(summary(view, &app, &next_starts, reader)).into_response())
}

async fn source(State(server): State<Server>, Path(id): Path<String>, mut query: Params) -> Result<Response, Problem> {
    let version = version(&mut query);
    query.finish()?;
    Ok(yaml(model(&server, &id, version)?.2))
}

fn version(query: &mut Params) -> Option<u32> {
    let version = query.whole("version")?;
    let fits = u32::try_from(version).ok();
    if fits.is_none() {
        query.fault(
            "version",
            "out-of-range",
            "'version' is too large".into(),
            "“version”过大".into(),
        );
    }
    fits
}

fn yaml(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/yaml")], text).into_response()
}

/// A version of an app; says which is nearest when there is none.
pub(super) fn model(
    server: &Server,
    id: &str,
    version: Option<u32>,
) -> Result<(AppView, Arc<model::App>, String), Problem> {
    let engine = server.engine();
    if let Some(found) = engine.app(id, version) {
        return Ok(found);
    }
    let apps = engine.apps();
    let newest = apps.iter().find(|app| app.id == id);
    Err(match (newest, version) {
        (Some(app), Some(version)) => {
            Problem::not_found("version", &version.to_string(), Some(app.version.to_string()))
        }
        _ => Problem::not_found(
            "app",
            id,
            nearest(id, apps.iter().map(|app| app.id.as_str())).map(str::to_owned),
        ),
    })
}

/// What someone needs to know who starts runs of the app, answers its tasks and reads its tables.
fn summary(view: AppView, app: &model::App, next_starts: &[(u32, Timestamp)], reader: Reader) -> Value {
    let starts = app.starts.iter().map(|start| match start {
        Start::Button { title, at } => json!({"button": title.default.source(), "at": at}),
        Start::Message { name, .. } => json!({"message": name}),
        Start::Every { every, when } => json!({"every": every.to_string(), "in": match when {
            model::Every::Always => Value::Null,
            model::Every::WorkingTime => json!("working_time"),
        }}),
        Start::At { at_min, days } => json!({
            "time": format!("{:02}:{:02}", at_min / 60, at_min % 60),
            "days": (1..=7).filter(|day| days.has(*day)).collect::<Vec<u8>>(),
        }),
        Start::Shift { shift, before_end } => json!({
            "shift": shift,
            "before_end": before_end.map(|duration| duration.to_string()),
        }),
    });
    let starts = starts.enumerate().map(|(place, mut start)| {
        if let Some((_, at)) = next_starts.iter().find(|(number, _)| *number as usize == place) {
            start["next"] = json!(Rfc3339(at.0));
        }
        start
    });
    let inputs = app.inputs.iter().map(|field| {
        let kind = field.kind.word();
        json!({"id": field.id, "kind": kind, "title": field.title.default.source(), "optional": field.optional})
    });
    let tables = app.tables.iter().map(|table| {
        json!({"id": table.id, "title": table.title.default.source(), "key": table.key, "columns": table.columns})
    });
    let mut value = json!(App::new(view, reader));
    value["starts"] = starts.collect();
    let next = next_starts.iter().map(|(_, at)| at.0).min();
    value["next_start"] = json!(next.map(Rfc3339));
    value["inputs"] = inputs.collect();
    value["steps"] = steps(&app.steps);
    value["tables"] = tables.collect();
    value
}

fn steps(list: &[model::Step]) -> Value {
    let outline = |step: &model::Step| {
        let mut value = json!({"id": step.id, "kind": step.kind.word(), "title": step.title.default.source()});
        let bodies: Vec<Value> = step.kind.blocks().iter().map(|block| steps(block.steps)).collect();
        if !bodies.is_empty() {
            value["bodies"] = json!(bodies);
        }
        value
    };
    list.iter().map(outline).collect()
}
