//! Around everything: request ids, problems in the reader's language, the access log, counting.

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hyper::body::Body as _;
use std::any::Any;
use std::sync::Arc;
use std::time::Instant;
use tracing::Instrument;

use super::leftover::Shared;
use super::security::{Origin, secure};
use super::{Problem, Reader};
use crate::identity::Principal;
use crate::limits;
use crate::server::Server;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(crate) async fn observe(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = request_id(request.headers());
    let reader = Reader::of(request.headers());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let origin = Origin::of(request.headers(), server.is_tls());
    let has_body = !request.body().is_end_stream();
    let body = has_body.then(|| Shared::new(std::mem::take(request.body_mut())));
    if let Some(body) = &body {
        *request.body_mut() = Body::new(body.clone());
    }

    // Whatever is logged on the way carries the request's id.
    let span = tracing::error_span!(target: "gemba", "request", id = id.to_str().unwrap_or(""));
    let mut response = next.run(request).instrument(span).await;
    let principal = response.extensions_mut().remove::<Principal>();
    let problem = response.extensions_mut().remove::<Arc<Problem>>();
    if let Some(problem) = &problem {
        let allow = response.headers_mut().remove(header::ALLOW);
        response = problem.render(reader);
        response.headers_mut().extend(allow.map(|allow| (header::ALLOW, allow)));
    }
    if let Some(body) = body
        && !body.drain().await
    {
        response
            .headers_mut()
            .insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let status = response.status().as_u16();
    let took = began.elapsed();
    server
        .http_metrics()
        .answered(&method, route.as_ref().map_or("", MatchedPath::as_str), status, took);
    let took_us = took.as_micros() as u64;
    let (token, person) = match &principal {
        Some(Principal::Token { name, .. }) => (&**name, ""),
        Some(Principal::Person(signed_in)) => ("", signed_in.person.as_str()),
        Some(Principal::Local { name }) => (&**name, ""),
        Some(Principal::Station { .. }) | None => ("", ""),
    };
    let code = problem.as_ref().map_or("", |problem| problem.code);
    let said = id.to_str().unwrap_or("");
    if status >= 500 {
        tracing::warn!(target: "gemba::access", id = said, %method, path, status, took_us, token, person, code);
    } else {
        tracing::info!(target: "gemba::access", id = said, %method, path, status, took_us, token, person, code);
    }
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id);
    secure(headers, server.transport(), origin);
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The caller's own id when it is one that fits in a log line.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let fits = |value: &&HeaderValue| {
        (1..=limits::REQUEST_ID_LENGTH_MAX).contains(&value.len()) && value.as_bytes().iter().all(u8::is_ascii_graphic)
    };
    headers.get(REQUEST_ID).filter(fits).cloned().unwrap_or_else(|| {
        let id = uuid::Uuid::now_v7().to_string();
        HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("-"))
    })
}

/// What a handler's panic becomes; the panic hook has logged the place.
pub(crate) fn panicked(_: Box<dyn Any + Send>) -> Response {
    Problem::internal().into_response()
}
