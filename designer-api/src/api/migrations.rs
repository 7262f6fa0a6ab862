//! Live runs that go over to another version of their app; and recorded runs, played by an app before it is published.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::Plan;
use language::model::Id;
use runtime::{LiveVersions, Migrated, Migration, Replayed, Replaying, TakenBack};
use serde_json::Value;

use super::Route;
use crate::http::{Call, Members, Params, Path, Problem, Yaml};
use crate::identity::Right;
use crate::limits;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/apps/{app}/migrations", Right::Read, live),
        Route::post("/apps/{app}/migrations", Right::Supervise, migrate),
        Route::post("/apps/{app}/migrations/undo", Right::Supervise, undo),
        Route::post("/apps/{app}/replay", Right::Author, replay),
    ]
}

/// How many live runs each version has, and how many of them could go back.
async fn live(
    State(server): State<Server>,
    Path(app): Path<String>,
    query: Params,
) -> Result<Json<LiveVersions>, Problem> {
    query.finish()?;
    Ok(Json(server.engine().live_versions(&app).await?))
}

/// Looked at, unless `execute` is true.
async fn migrate(
    State(server): State<Server>,
    Path(app): Path<String>,
    call: Call,
    query: Params,
    mut body: Members,
) -> Result<Json<Migrated>, Problem> {
    query.finish()?;
    let map = body.optional_object("map").unwrap_or_default();
    let mut plan = Plan::default();
    for (from, to) in map {
        let Value::String(to) = to else {
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid",
                format!("`map` says where runs go from '{from}': the id of a step"),
                format!("`map` 写明“{from}”转到哪一步：请给出步骤的 id"),
            ));
        };
        plan.map.insert(Id::new(&from), Id::new(&to));
    }
    let leave = body.optional_texts("leave", limits::FILTER_VALUES_MAX);
    plan.leave = leave.unwrap_or_default().into_iter().collect();
    let migration = Migration {
        app,
        to_version: body.optional_whole("to_version"),
        from_version: body.optional_whole("from_version"),
        plan,
        after: body.optional_text("after", limits::TEXT_LENGTH_MAX),
    };
    let execute = body.optional_yes_no("execute").unwrap_or(false);
    let caller = call.caller_of(&mut body)?;
    body.finish()?;
    let engine = server.engine();
    if !execute {
        return Ok(Json(engine.preview_migration(&migration).await?));
    }
    let done = engine.migrate(&migration, &caller).await?;
    tracing::info!(
        app = migration.app,
        to = done.to_version,
        over = done.over,
        not = done.not_over,
        by = caller.name,
        "runs went over"
    );
    Ok(Json(done))
}

async fn undo(
    State(server): State<Server>,
    Path(app): Path<String>,
    call: Call,
    query: Params,
    mut body: Members,
) -> Result<Json<TakenBack>, Problem> {
    query.finish()?;
    let after = body.optional_text("after", limits::TEXT_LENGTH_MAX);
    let caller = call.caller_of(&mut body)?;
    body.finish()?;
    let done = server.engine().undo_migration(&app, after.as_deref(), &caller).await?;
    tracing::info!(app, back = done.back, by = caller.name, "runs went back");
    Ok(Json(done))
}

/// Plays the recorded runs of `{app}` by the app that is sent; reads only.
async fn replay(
    State(server): State<Server>,
    Path(app): Path<String>,
    mut query: Params,
    Yaml(text): Yaml,
) -> Result<Json<Replayed>, Problem> {
    let since_ms = query.moment("since");
    let until_ms = query.moment("until");
    let after = query.one("after");
    let at_most = query.whole("limit");
    query.finish()?;
    let asked = Replaying {
        app: Some(app),
        since_ms: since_ms.unwrap_or(0),
        until_ms,
        after,
        at_most: at_most.and_then(|limit| u32::try_from(limit).ok()),
    };
    let replayed = server.engine().replay_against(&text, &asked).await;
    Ok(Json(replayed.map_err(|error| match error {
        runtime::Error::App(diagnostics) => Problem::app(diagnostics, &text),
        other => other.into(),
    })?))
}
