//! Messages: what machines and other systems say to runs.

use axum::Json;
use axum::extract::State;
use runtime::Message;
use serde::Serialize;
use store::rows::RunId;

use super::Route;
use crate::http::{Call, Members, Problem};
use crate::identity::Right;
use crate::limits;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::post("/messages", Right::Work, send)]
}

/// The runs that a message started, those that had waited for it, and the apps that it should have started.
#[derive(Serialize)]
struct Delivered {
    started: Vec<RunId>,
    resumed: Vec<RunId>,
    not_started: Vec<NotStarted>,
}

/// An app that starts with the message but could not take its members as inputs, and why.
#[derive(Serialize)]
struct NotStarted {
    app: String,
    why: String,
}

impl From<runtime::NotStarted> for NotStarted {
    fn from(refused: runtime::NotStarted) -> NotStarted {
        NotStarted {
            app: refused.app,
            why: refused.why,
        }
    }
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
        not_started: delivered.not_started.into_iter().map(NotStarted::from).collect(),
    }))
}
