//! The guard at the door of every route: a place inside, a known token, an answer in time.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Duration;

use super::Problem;
use super::call::TokenName;
use crate::limits;
use crate::server::Server;

/// Who may use a route, and how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Open to everyone: says nothing that is worth a token.
    Open,
    Token,
    /// With a token; may take as long as an upload.
    Upload,
}

impl Access {
    fn timeout(self) -> Duration {
        match self {
            Access::Open | Access::Token => limits::REQUEST_TIMEOUT,
            Access::Upload => limits::UPLOAD_TIMEOUT,
        }
    }
}

pub(crate) async fn guard(
    State((server, access)): State<(Server, Access)>,
    mut request: Request,
    next: Next,
) -> Response {
    if access == Access::Open {
        return next.run(request).await;
    }
    let token = match token(&server, request.headers()) {
        Ok(token) => token,
        Err(problem) => return problem.into_response(),
    };
    let Ok(_place) = server.places().try_acquire() else {
        return Problem::busy().into_response();
    };
    request.extensions_mut().insert(token.clone());
    let mut response = match tokio::time::timeout(access.timeout(), next.run(request)).await {
        Ok(response) => response,
        Err(_) => timed_out().into_response(),
    };
    response.extensions_mut().insert(token);
    response
}

fn token(server: &Server, headers: &HeaderMap) -> Result<TokenName, Problem> {
    let value = headers.get(header::AUTHORIZATION).ok_or_else(token_missing)?;
    let (scheme, secret) = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .ok_or_else(token_missing)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(token_missing());
    }
    server.tokens().name_of(secret.trim()).ok_or_else(|| {
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
