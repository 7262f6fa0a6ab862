//! Runs: start, list, look at, cancel, try again.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use runtime::Start;
use store::rows::{RunFilter, RunId};

use super::Route;
use super::site;
use super::views::{List, Run, Timeline};
use crate::http::{Call, Members, Params, Path, Problem, Reader};
use crate::identity::Right;
use crate::limits;
use crate::server::Server;

const STATUSES: &[&str] = &["waiting", "stopped", "finished", "failed", "cancelled"];

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/runs", Right::Work, start),
        Route::get("/runs", Right::Read, list),
        Route::get("/runs/{run}", Right::Read, one),
        Route::get("/runs/{run}/timeline", Right::Read, timeline),
        Route::post("/runs/{run}/cancel", Right::Supervise, cancel),
        Route::post("/runs/{run}/retry", Right::Supervise, retry),
    ]
}

async fn start(
    State(server): State<Server>,
    reader: Reader,
    call: Call,
    mut body: Members,
) -> Result<impl IntoResponse, Problem> {
    let request = Start {
        app: body.text("app", limits::TEXT_LENGTH_MAX),
        version: body.optional_whole("version"),
        station: body.optional_text("station", limits::TEXT_LENGTH_MAX),
        inputs: body.optional_object("inputs").unwrap_or_default(),
        from_button: body.optional_yes_no("from_button").unwrap_or(false),
        paused: body.optional_yes_no("paused").unwrap_or(false),
    };
    let caller = call.caller_of(&mut body)?;
    body.finish()?;
    if let Some(station) = &request.station {
        site::station_must_be_known(server.engine().site(), station)?;
    }
    let run = server.engine().start(request, &caller).await?.run;
    let location = format!("/api/v1/runs/{}", run.id);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(Run::new(run, reader)),
    ))
}

async fn list(State(server): State<Server>, reader: Reader, mut query: Params) -> Result<Json<List<Run>>, Problem> {
    let filter = RunFilter {
        app: query.one("app"),
        status: query.word("status", STATUSES),
        station: site::station(&mut query, server.engine().site()),
    };
    let searched = query.one("q").filter(|text| !text.trim().is_empty());
    let page = query.page();
    query.finish()?;
    let engine = server.engine();
    let runs = match searched {
        Some(text) => engine.search_runs(&text, &filter, &page).await?,
        None => engine.runs(&filter, &page).await?,
    };
    Ok(Json(List::of(runs, |run| Run::new(run, reader))))
}

async fn one(
    State(server): State<Server>,
    reader: Reader,
    Path(run): Path<String>,
    query: Params,
) -> Result<Json<Run>, Problem> {
    query.finish()?;
    Ok(Json(Run::new(server.engine().run(id(&run)?).await?, reader)))
}

async fn timeline(
    State(server): State<Server>,
    Path(run): Path<String>,
    mut query: Params,
) -> Result<Json<List<Timeline>>, Problem> {
    let after = query.whole("after").unwrap_or(0);
    let limit = query.limit();
    query.finish()?;
    let entries = server.engine().timeline(id(&run)?, after, limit).await?;
    Ok(Json(List::of(entries, Timeline::from)))
}

async fn cancel(
    State(server): State<Server>,
    reader: Reader,
    Path(run): Path<String>,
    call: Call,
    mut body: Members,
) -> Result<Json<Run>, Problem> {
    let run = id(&run)?;
    let why = body.text("why", limits::REASON_LENGTH_MAX);
    let caller = call.caller_of(&mut body)?;
    body.finish()?;
    Ok(Json(Run::new(server.engine().cancel(run, why, &caller).await?, reader)))
}

async fn retry(
    State(server): State<Server>,
    reader: Reader,
    Path(run): Path<String>,
    call: Call,
    mut body: Members,
) -> Result<Json<Run>, Problem> {
    let run = id(&run)?;
    let caller = call.caller_of(&mut body)?;
    body.finish()?;
    Ok(Json(Run::new(server.engine().retry(run, &caller).await?, reader)))
}

/// What is no id of a run names no run.
pub(super) fn id(text: &str) -> Result<RunId, Problem> {
    text.parse().map_err(|_| Problem::not_found("run", text, None))
}
