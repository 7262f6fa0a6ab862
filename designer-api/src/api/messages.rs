//! Messages: what machines and other systems say to runs.

use axum::Json;
use axum::extract::State;
use runtime::Message;
use serde::Serialize;
use store::rows::RunId;

use super::Route;
use crate::http::{Call, Members, Problem};
use crate::limits;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::post("/messages", send)]
}

/// The runs that a message started, and those that had waited for it.
#[derive(Serialize)]
struct Delivered {
    started: Vec<RunId>,
    resumed: Vec<RunId>,
}

async fn send(State(server): State<Server>, call: Call, mut body: Members) -> Result<Json<Delivered>, Problem> {
    let message = Message {
        name: body.text("name", limits::TEXT_LENGTH_MAX),
        body: body.optional_object("body").unwrap_or_default(),
    };
    let caller = call.caller_of(&mut body)?;
    body.finish()?;
    let delivered = server.engine().send(message, &caller).await?;
    Ok(Json(Delivered {
        started: delivered.started,
        resumed: delivered.resumed,
    }))
}
