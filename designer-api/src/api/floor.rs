//! What is open on the whole site, for the screen above the line.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::Route;
use super::views::{Hold, Notice, Placed, Task};
use crate::http::guard::Who;
use crate::http::{Params, Problem, Reader};
use crate::identity::Right;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/floor", Who::StationOr(Right::Read), floor)]
}

/// Each list is cut; `…_more` counts what was left off.
#[derive(Serialize)]
struct Floor {
    tasks: Vec<Placed<Task>>,
    tasks_more: u64,
    holds: Vec<Hold>,
    holds_more: u64,
    calls: Vec<Placed<Notice>>,
    calls_more: u64,
}

async fn floor(State(server): State<Server>, reader: Reader, query: Params) -> Result<Json<Floor>, Problem> {
    query.finish()?;
    let floor = server.engine().floor().await?;
    let tasks = floor.tasks.into_iter();
    Ok(Json(Floor {
        tasks: tasks
            .map(|task| Placed::of(task, |task| Task::new(task, reader)))
            .collect(),
        tasks_more: floor.tasks_more,
        holds: floor.holds.into_iter().map(Hold::from).collect(),
        holds_more: floor.holds_more,
        calls: floor
            .calls
            .into_iter()
            .map(|call| Placed::of(call, Notice::from))
            .collect(),
        calls_more: floor.calls_more,
    }))
}
