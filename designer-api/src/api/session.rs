//! The session: who is signed in at this browser, signing in and out, one's own password and PIN.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, json};

use super::Route;
use crate::http::guard::Who;
use crate::http::visitor::{self, must_be_own_page, must_not_be_foreign};
use crate::http::{Members, Params, Problem, Rfc3339, Visitor, cookies};
use crate::identity::{Credential, DemoPerson, Error, NewSession, Principal, Right, Sign, SignedIn, Ticket};
use crate::limits;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/session", Who::Open, one),
        Route::post("/session", Who::Open, sign_in),
        Route::delete("/session", Who::Open, sign_out),
        Route::put("/session/password", Right::Read, change_password),
        Route::put("/session/pin", Right::Read, change_pin),
    ]
}

/// Somebody is signed in.
#[derive(Serialize)]
pub(super) struct Session {
    person: Person,
    station: Option<Station>,
    csrf: String,
    idle_s: u32,
    expires_at: Rfc3339,
}

#[derive(Serialize)]
struct Person {
    id: String,
    name: String,
    roles: Vec<String>,
    rights: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Station {
    id: String,
    title: String,
}

impl Session {
    pub(super) fn of(server: &Server, ticket: &Ticket, signed_in: &SignedIn) -> Session {
        Session {
            person: Person {
                id: signed_in.person.clone(),
                name: signed_in.name.clone(),
                roles: signed_in.roles.clone(),
                rights: signed_in.rights.ids(),
                language: signed_in.language.clone(),
            },
            station: signed_in.station.as_deref().map(|id| Station::of(server, id)),
            csrf: ticket.csrf(),
            idle_s: server.identity().idle_s(signed_in),
            expires_at: Rfc3339(signed_in.expires_at_ms()),
        }
    }
}

impl Station {
    pub(super) fn of(server: &Server, id: &str) -> Station {
        let station = server.identity().station(id);
        Station {
            id: station.id,
            title: station.title,
        }
    }
}

async fn one(
    State(server): State<Server>,
    headers: HeaderMap,
    visitor: Visitor,
    query: Params,
) -> Result<Response, Problem> {
    query.finish()?;
    if visitor.has_token {
        return Err(people_only());
    }
    let Some((ticket, signed_in)) = visitor::session(&server, &headers, Sign::OfLife) else {
        return Err(signed_out(&server, &visitor));
    };
    server.identity().keep_seen(&signed_in).await;
    let body = Json(Session::of(&server, &ticket, &signed_in));
    let mut response = body.into_response();
    response.extensions_mut().insert(Principal::Person(signed_in));
    Ok(response)
}

/// Nobody is signed in: what the page that asks for it needs to know.
fn signed_out(server: &Server, visitor: &Visitor) -> Problem {
    let identity = server.identity();
    let ways: &[&str] = match visitor.station {
        Some(_) => &["badge", "pin", "password"],
        None => &["password"],
    };
    let mut members = Map::new();
    let station = visitor.station.as_deref().map(|id| identity.station(id));
    let station = station.map(|station| json!({"id": station.id, "title": station.title}));
    members.insert("station".into(), json!(station));
    members.insert("ways".into(), json!(ways));
    members.insert("setup_needed".into(), json!(identity.needs_setup()));
    let demo = identity.demo();
    if !demo.is_empty() {
        members.insert("demo".into(), demo.iter().map(card).collect());
    }
    Problem::signed_out().with_members(members)
}

fn card(demo: &DemoPerson) -> serde_json::Value {
    json!({
        "person": demo.person,
        "name": demo.name,
        "roles": demo.roles,
        "rights": demo.rights,
        "password": demo.password,
        "pin": demo.pin,
        "badge": demo.badge,
    })
}

async fn sign_in(
    State(server): State<Server>,
    headers: HeaderMap,
    visitor: Visitor,
    mut body: Members,
) -> Result<Response, Problem> {
    must_not_be_foreign(&headers)?;
    let person = body.optional_text("person", limits::PERSON_LENGTH_MAX);
    let password = body.optional_text("password", limits::SECRET_TYPED_LENGTH_MAX);
    let pin = body.optional_text("pin", limits::PIN_TYPED_LENGTH_MAX);
    let badge = body.optional_text("badge", limits::BADGE_LENGTH_MAX);
    body.finish()?;
    let credential = match (person, password, pin, badge) {
        (Some(person), Some(password), None, None) => Credential::Password { person, password },
        (Some(person), None, Some(pin), None) => Credential::Pin { person, pin },
        (None, None, None, Some(badge)) => Credential::Badge(badge),
        _ => return Err(one_way()),
    };
    let place = visitor.place.clone();
    let session = server.identity().sign_in(credential, place, visitor.address).await?;
    end_earlier(&server, &visitor).await?;
    Ok(begun(&server, StatusCode::OK, &visitor, session))
}

/// A browser has one session at a time.
pub(super) async fn end_earlier(server: &Server, visitor: &Visitor) -> Result<(), Error> {
    match &visitor.session {
        Some((_, earlier)) => server.identity().end_session(earlier).await,
        None => Ok(()),
    }
}

/// The answer to who was just signed in.
pub(super) fn begun(server: &Server, status: StatusCode, visitor: &Visitor, session: NewSession) -> Response {
    let cookie = cookies::of_session(&session.ticket, visitor.secure);
    let body = Json(Session::of(server, &session.ticket, &session.signed_in));
    let mut response = (status, [(header::SET_COOKIE, cookie)], body).into_response();
    response.extensions_mut().insert(Principal::Person(session.signed_in));
    response
}

async fn sign_out(
    State(server): State<Server>,
    headers: HeaderMap,
    visitor: Visitor,
    query: Params,
) -> Result<(StatusCode, [(header::HeaderName, HeaderValue); 1]), Problem> {
    query.finish()?;
    if let Some((ticket, signed_in)) = &visitor.session {
        must_be_own_page(&Method::DELETE, &headers, ticket)?;
        server.identity().end_session(signed_in).await?;
    }
    let forgotten = cookies::none(cookies::Cookie::Session, visitor.secure);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, forgotten)]))
}

async fn change_password(
    State(server): State<Server>,
    axum::Extension(principal): axum::Extension<Principal>,
    mut body: Members,
) -> Result<StatusCode, Problem> {
    let old = body.text("old", limits::SECRET_TYPED_LENGTH_MAX);
    let new = body.text("new", limits::SECRET_TYPED_LENGTH_MAX);
    body.finish()?;
    let signed_in = principal.signed_in().ok_or_else(people_only)?;
    server.identity().change_own_password(signed_in, old, new).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn change_pin(
    State(server): State<Server>,
    axum::Extension(principal): axum::Extension<Principal>,
    mut body: Members,
) -> Result<StatusCode, Problem> {
    let password = body.text("password", limits::SECRET_TYPED_LENGTH_MAX);
    let pin = body.text("pin", limits::PIN_TYPED_LENGTH_MAX);
    body.finish()?;
    let signed_in = principal.signed_in().ok_or_else(people_only)?;
    server.identity().change_own_pin(signed_in, password, pin).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn people_only() -> Problem {
    Problem::not_allowed(
        "this is for people who sign in; a token has no session",
        "此功能仅供登录人员使用；令牌没有会话",
    )
}

fn one_way() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid-body",
        "give 'person' and 'password', or 'person' and 'pin', or 'badge'",
        "请提供 person 和 password，或 person 和 pin，或 badge",
    )
}
