//! Messages that nobody took for a day: shown to whoever runs the server, who has them sent again or drops them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use runtime::{Undelivered, UndeliveredRow};
use serde::Serialize;
use serde_json::Value;

use super::Route;
use super::views::List;
use crate::http::{Call, Params, Path, Problem, Rfc3339};
use crate::identity::Right;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/undelivered", Right::Admin, list),
        Route::post("/undelivered/{id}/send", Right::Admin, send),
        Route::delete("/undelivered/{id}", Right::Admin, forget),
    ]
}

#[derive(Serialize)]
struct GivenUp {
    id: String,
    channel: String,
    key: String,
    /// The CloudEvent as it was to leave.
    event: Value,
    since: Rfc3339,
    problem: String,
    given_up_at: Rfc3339,
}

impl From<UndeliveredRow> for GivenUp {
    fn from(row: UndeliveredRow) -> GivenUp {
        GivenUp {
            id: row.id.to_string(),
            channel: row.channel,
            key: row.key,
            // Rows of the outbox are JSON.
            event: serde_json::from_str(&row.body).unwrap_or(Value::String(row.body)),
            since: Rfc3339(row.at_ms),
            problem: row.problem,
            given_up_at: Rfc3339(row.given_up_at_ms),
        }
    }
}

async fn list(State(server): State<Server>, mut query: Params) -> Result<Json<List<GivenUp>>, Problem> {
    let page = query.page();
    query.finish()?;
    let found = server.engine().undelivered(&page).await?;
    Ok(Json(List::of(found, GivenUp::from)))
}

async fn send(server: State<Server>, id: Path<String>, call: Call, query: Params) -> Result<StatusCode, Problem> {
    settle(&server, &id.0, call, query, Undelivered::Send).await
}

async fn forget(server: State<Server>, id: Path<String>, call: Call, query: Params) -> Result<StatusCode, Problem> {
    settle(&server, &id.0, call, query, Undelivered::Drop).await
}

async fn settle(
    server: &Server,
    id: &str,
    call: Call,
    query: Params,
    what: Undelivered,
) -> Result<StatusCode, Problem> {
    query.finish()?;
    let caller = call.caller();
    let number = id
        .parse()
        .map_err(|_| Problem::not_found("undelivered message", id, None))?;
    server.engine().settle_undelivered(number, what, &caller).await?;
    tracing::info!(id, by = caller.name, ?what, "a message that was given up was settled");
    Ok(StatusCode::NO_CONTENT)
}
