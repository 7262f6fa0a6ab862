//! Enrolled stations: tablets that are a station of the site, whoever signs in at them.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde::Serialize;

use super::Route;
use super::session::Station;
use super::views::List;
use crate::http::{Members, Params, Path, Problem, Rfc3339, Visitor, cookies};
use crate::identity::{Principal, Right};
use crate::limits;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/stations/enrol", Right::Admin, enrol),
        Route::delete("/stations/enrol", Right::Admin, unenrol),
        Route::get("/stations/enrolled", Right::Admin, list),
        Route::delete("/stations/enrolled/{id}", Right::Admin, revoke),
    ]
}

#[derive(Serialize)]
struct Enrolled {
    id: String,
    station: Station,
    by: String,
    at: Rfc3339,
    seen_at: Option<Rfc3339>,
}

async fn enrol(
    State(server): State<Server>,
    visitor: Visitor,
    Extension(by): Extension<Principal>,
    mut body: Members,
) -> Result<impl IntoResponse, Problem> {
    let station = body.text("station", limits::TEXT_LENGTH_MAX);
    body.finish()?;
    let before = visitor.station_ticket.as_ref();
    let ticket = server
        .identity()
        .enrol(&station, &by, before)
        .await
        .map_err(|error| Problem::from(error).of_the_body())?;
    tracing::info!(station, by = by.name(), "a station was enrolled");
    let cookie = cookies::of_station(&ticket, visitor.secure);
    Ok(([(header::SET_COOKIE, cookie)], Json(Station::of(&server, &station))))
}

async fn unenrol(
    State(server): State<Server>,
    visitor: Visitor,
    Extension(by): Extension<Principal>,
    query: Params,
) -> Result<(StatusCode, [(header::HeaderName, HeaderValue); 1]), Problem> {
    query.finish()?;
    if let Some(ticket) = &visitor.station_ticket {
        server.identity().unenrol(ticket, &by).await?;
        tracing::info!(
            station = visitor.station.as_deref(),
            by = by.name(),
            "a browser is no station any more"
        );
    }
    let forgotten = cookies::none(cookies::Cookie::Station, visitor.secure);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, forgotten)]))
}

async fn list(State(server): State<Server>, query: Params) -> Result<Json<List<Enrolled>>, Problem> {
    query.finish()?;
    let known = server.identity().enrolments();
    let enrolled = known.into_iter().map(|known| Enrolled {
        id: known.row.id.clone(),
        station: Station::of(&server, &known.row.station),
        by: known.row.by.clone(),
        at: Rfc3339(known.row.at_ms),
        seen_at: known.seen_at_ms().map(Rfc3339),
    });
    Ok(Json(List::whole(enrolled.collect())))
}

async fn revoke(
    State(server): State<Server>,
    Path(id): Path<String>,
    Extension(by): Extension<Principal>,
    query: Params,
) -> Result<StatusCode, Problem> {
    query.finish()?;
    server.identity().revoke(&id, &by).await?;
    tracing::info!(enrolment = id, by = by.name(), "a station's enrolment was revoked");
    Ok(StatusCode::NO_CONTENT)
}
