//! Holds: what is blocked, and freeing it on someone's own responsibility.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::Route;
use super::views::{Hold, List};
use crate::http::{Call, Members, Params, Path, Problem};
use crate::identity::Right;
use crate::limits;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/holds", Right::Read, list),
        Route::post("/holds/{target}/release", Right::Supervise, release),
    ]
}

async fn list(State(server): State<Server>, mut query: Params) -> Result<Json<List<Hold>>, Problem> {
    let target = query.one("target");
    query.finish()?;
    let holds = server.engine().holds(target.as_deref()).await?;
    Ok(Json(List::whole(holds.into_iter().map(Hold::from).collect())))
}

async fn release(
    State(server): State<Server>,
    Path(target): Path<String>,
    call: Call,
    mut body: Members,
) -> Result<StatusCode, Problem> {
    let run = body.run("run");
    let why = body.text("why", limits::REASON_LENGTH_MAX);
    let caller = call.caller_of(&mut body)?;
    body.finish()?;
    server.engine().release_hold(&target, run, why, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
