//! The guard at the door of every route: a place inside, someone known who may, an answer in time.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Duration;

use super::Problem;
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
    #[allow(dead_code, reason = "types first; its routes follow")]
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
            Pace::Quick => limits::REQUEST_TIMEOUT,
            Pace::Upload => limits::UPLOAD_TIMEOUT,
        }
    }

    fn admits(self, principal: &Principal) -> Result<(), Problem> {
        match (self.who, principal) {
            (Who::Open, _) | (Who::StationOr(_), Principal::Station { .. }) => Ok(()),
            (Who::Has(right) | Who::StationOr(right), principal) => principal.must_have(right),
        }
    }
}

pub(crate) async fn guard(
    State((server, access)): State<(Server, Access)>,
    mut request: Request,
    next: Next,
) -> Response {
    if access.who == Who::Open {
        return next.run(request).await;
    }
    let known = token(&server, request.headers()).and_then(|principal| {
        access.admits(&principal)?;
        Ok(principal)
    });
    let principal = match known {
        Ok(principal) => principal,
        Err(problem) => return problem.into_response(),
    };
    let Ok(_place) = server.places().try_acquire() else {
        return Problem::busy().into_response();
    };
    request.extensions_mut().insert(principal.clone());
    let mut response = match tokio::time::timeout(access.timeout(), next.run(request)).await {
        Ok(response) => response,
        Err(_) => timed_out().into_response(),
    };
    response.extensions_mut().insert(principal);
    response
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
