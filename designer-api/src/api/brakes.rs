//! Brakes: what stands still, put on and let go by those who supervise.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use runtime::{BrakeView, Scope};
use serde::Serialize;

use super::Route;
use super::views::List;
use crate::http::{Call, Members, Params, Path, Problem, Rfc3339};
use crate::identity::Right;
use crate::limits;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/brakes", Right::Read, list),
        Route::put("/brakes/{kind}/{id}", Right::Supervise, put),
        Route::delete("/brakes/{kind}/{id}", Right::Supervise, let_go),
    ]
}

#[derive(Serialize)]
struct Brake {
    /// `site/all`, `app/<id>`, `run/<id>`, `plugin/<id>`, `connection/<id>`, `printer/<id>` or `signal/<id>`.
    scope: String,
    why: String,
    by: Option<String>,
    since: Rfc3339,
    /// It is being let go: so many runs a minute.
    per_minute: Option<u32>,
    /// Runs that could go on and stand still.
    held: usize,
}

impl From<BrakeView> for Brake {
    fn from(view: BrakeView) -> Brake {
        Brake {
            scope: view.scope.to_string(),
            why: view.brake.why,
            by: view.brake.by,
            since: Rfc3339(view.brake.since_ms),
            per_minute: view.brake.per_minute,
            held: view.held,
        }
    }
}

fn scope(kind: &str, id: &str) -> Result<Scope, Problem> {
    Scope::of(kind, id).ok_or_else(|| Problem::not_found("brake", &format!("{kind}/{id}"), None))
}

async fn list(State(server): State<Server>, query: Params) -> Result<Json<List<Brake>>, Problem> {
    query.finish()?;
    let brakes = server.engine().brakes();
    Ok(Json(List::whole(brakes.into_iter().map(Brake::from).collect())))
}

async fn put(
    State(server): State<Server>,
    Path((kind, id)): Path<(String, String)>,
    call: Call,
    mut body: Members,
) -> Result<StatusCode, Problem> {
    let scope = scope(&kind, &id)?;
    let why = body.text("why", limits::REASON_LENGTH_MAX);
    let caller = call.caller_of(&mut body)?;
    body.finish()?;
    server.engine().brake(scope, why, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn let_go(
    State(server): State<Server>,
    Path((kind, id)): Path<(String, String)>,
    call: Call,
    mut query: Params,
) -> Result<StatusCode, Problem> {
    let scope = scope(&kind, &id)?;
    let per_minute = query.whole("per_minute");
    if per_minute.is_some_and(|runs| runs == 0 || runs > u64::from(limits::LET_GO_PER_MINUTE_MAX)) {
        let max = limits::LET_GO_PER_MINUTE_MAX;
        query.fault(
            "per_minute",
            "out-of-range",
            format!("'per_minute' is 1 to {max}"),
            format!("per_minute 应为 1 到 {max}"),
        );
    }
    query.finish()?;
    let per_minute = per_minute.and_then(|runs| u32::try_from(runs).ok());
    server.engine().let_go(scope, per_minute, &call.caller()).await?;
    Ok(StatusCode::NO_CONTENT)
}
