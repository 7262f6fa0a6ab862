//! The first administrator, by the one-time link that the server printed.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::{Route, session};
use crate::http::guard::Who;
use crate::http::visitor::must_not_be_foreign;
use crate::http::{Members, Problem, Visitor};
use crate::identity::Change;
use crate::limits;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::post("/setup", Who::Open, set_up)]
}

async fn set_up(
    State(server): State<Server>,
    headers: HeaderMap,
    visitor: Visitor,
    mut body: Members,
) -> Result<Response, Problem> {
    must_not_be_foreign(&headers)?;
    let code = body.text("code", limits::TEXT_LENGTH_MAX);
    let person = body.text("person", limits::PERSON_LENGTH_MAX);
    let change = Change {
        name: Some(body.text("name", limits::PERSON_LENGTH_MAX)),
        password: Some(Some(body.text("password", limits::SECRET_TYPED_LENGTH_MAX))),
        language: body.nullable_text("language", limits::TEXT_LENGTH_MAX),
        ..Change::default()
    };
    body.finish()?;
    let session = server
        .identity()
        .set_up(&code, &person, change, visitor.address)
        .await?;
    session::end_earlier(&server, &visitor).await?;
    Ok(session::begun(&server, StatusCode::CREATED, &visitor, session))
}
