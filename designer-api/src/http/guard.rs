//! The guard at the door of every route: a place inside, someone known who may, an answer in time.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;

use super::cookies::{self, Cookie};
use super::{Problem, body, visitor};
use crate::identity::{Principal, Right};
use crate::limits;
use crate::server::Server;

/// Who may use a route. Deny by default: each route says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// Everyone: it says nothing that is worth a sign-in, or it is the sign-in.
    Open,
    /// Who has this right.
    Has(Right),
    /// Who has this right, and an enrolled tablet at which nobody is signed in.
    StationOr(Right),
}

impl From<Right> for Who {
    fn from(right: Right) -> Who {
        Who::Has(right)
    }
}

/// How long an answer may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    Quick,
    /// As long as an upload.
    Upload,
    /// Answered even when all places are taken.
    Always,
}

/// Who may use a route, and how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Access {
    pub(crate) who: Who,
    pub(crate) pace: Pace,
}

impl Access {
    fn timeout(self) -> Duration {
        match self.pace {
            Pace::Quick | Pace::Always => limits::REQUEST_TIMEOUT,
            Pace::Upload => limits::UPLOAD_TIMEOUT,
        }
    }

    fn admits(self, principal: &Principal) -> Result<(), Problem> {
        match (self.who, principal) {
            (Who::Open, _) | (Who::StationOr(_), Principal::Station { .. }) => Ok(()),
            // Somebody has to come first.
            (Who::Has(_), Principal::Station { .. }) => Err(Problem::signed_out()),
            (Who::Has(right) | Who::StationOr(right), principal) => principal.must_have(right),
        }
    }
}

pub(crate) async fn guard(
    State((server, access)): State<(Server, Access)>,
    mut request: Request,
    next: Next,
) -> Response {
    let principal = match access.who {
        Who::Open => None,
        Who::Has(_) | Who::StationOr(_) => match principal(&server, access, &request) {
            Ok(principal) => Some(principal),
            Err(problem) => return problem.into_response(),
        },
    };
    if let Some(Principal::Person(signed_in)) = &principal {
        server.identity().keep_seen(signed_in).await;
    }
    if let Some(ticket) = cookies::ticket(request.headers(), Cookie::Station, server.is_tls()) {
        server.identity().keep_station_seen(&ticket).await;
    }
    if principal.is_none() && !visitor::is_safe(request.method()) {
        request = match arrived(request).await {
            Ok(request) => request,
            Err(problem) => return problem.into_response(),
        };
    }
    let places = match (access.pace, &principal) {
        (Pace::Always, _) => return next.run(request).await,
        (_, Some(_)) => server.places(),
        (_, None) => server.places_at_door(),
    };
    let Ok(_place) = places.try_acquire() else {
        return Problem::busy().into_response();
    };
    if let Some(principal) = &principal {
        request.extensions_mut().insert(principal.clone());
        if let Some(signed_in) = principal.signed_in() {
            let duties = server.identity().duties(&signed_in.person);
            request.extensions_mut().insert(Arc::new(duties));
        }
    }
    let mut response = in_time(access.timeout(), next.run(request)).await;
    if let Some(principal) = principal {
        response.extensions_mut().insert(principal);
    }
    response
}

/// The answer, or that it took too long.
pub(crate) async fn in_time(limit: Duration, answer: impl Future<Output = Response>) -> Response {
    let answer = tokio::time::timeout(limit, answer).await;
    answer.unwrap_or_else(|_| timed_out().into_response())
}

/// A request at the door, once all of it has come: who sends slowly takes no place from those who sign in.
async fn arrived(request: Request) -> Result<Request, Problem> {
    let (parts, body) = request.into_parts();
    let read = body::read(body, ("the body", "请求正文"), limits::JSON_AT_DOOR_SIZE_BYTES_MAX);
    let bytes = tokio::time::timeout(limits::REQUEST_TIMEOUT, read).await;
    let bytes = bytes.unwrap_or_else(|_| Err(timed_out()))?;
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// Who it is, when they may use this route.
fn principal(server: &Server, access: Access, request: &Request) -> Result<Principal, Problem> {
    let principal = known(server, request.method(), request.headers())?;
    access.admits(&principal)?;
    Ok(principal)
}

/// Who a request comes from. A token counts before a cookie.
fn known(server: &Server, method: &Method, headers: &HeaderMap) -> Result<Principal, Problem> {
    if headers.contains_key(header::AUTHORIZATION) {
        return token(server, headers);
    }
    if let Some((ticket, signed_in)) = visitor::session(server, headers, visitor::sign_of(method)) {
        visitor::must_be_own_page(method, headers, &ticket)?;
        return Ok(Principal::Person(signed_in));
    }
    let station = cookies::ticket(headers, Cookie::Station, server.is_tls());
    station
        .and_then(|ticket| server.identity().station_of(&ticket))
        .map(|id| Principal::Station { id })
        .ok_or_else(Problem::signed_out)
}

fn token(server: &Server, headers: &HeaderMap) -> Result<Principal, Problem> {
    let value = headers.get(header::AUTHORIZATION).ok_or_else(token_missing)?;
    let (scheme, secret) = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .ok_or_else(token_missing)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(token_missing());
    }
    server.tokens().find(secret.trim()).ok_or_else(|| {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "token-unknown",
            "this token is not known here",
            "此令牌无效",
        )
    })
}

pub(crate) fn token_missing() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "token-missing",
        "send a token: 'Authorization: Bearer gemba_…'; it was printed when the server first started, and \
         'gemba token new' makes another",
        "请提供令牌：“Authorization: Bearer gemba_…”；服务器首次启动时已显示，也可用 gemba token new 新建",
    )
}

fn timed_out() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "timeout",
        "this took too long; it may still have been done: repeat it with the same Idempotency-Key to learn its answer",
        "处理超时；请求可能已执行：请用相同的 Idempotency-Key 重试以获知结果",
    )
}
