//! Live events: a stream of what was committed.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::IntoResponse;
use futures_util::stream;
use std::convert::Infallible;

use super::Route;
use crate::events::{Listener, Pass, Wish};
use crate::http::guard::Who;
use crate::http::{Params, Problem};
use crate::identity::{Principal, Right};
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/events", Who::StationOr(Right::Read), listen)]
}

/// Where a browser's `EventSource` broke off. It asks the same address again, so this is newer than `?after=`.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Proxies that gather answers (nginx) are told not to.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

async fn listen(
    State(server): State<Server>,
    Extension(principal): Extension<Principal>,
    headers: HeaderMap,
    mut query: Params,
) -> Result<impl IntoResponse, Problem> {
    let after = query.one("after");
    let run = query.run("run");
    query.finish()?;
    if let Some(run) = run {
        server.engine().run(run).await?;
    }
    // One that was told no id yet sends none, or an empty one.
    let last = headers.get(LAST_EVENT_ID).filter(|id| !id.is_empty());
    let last = last.map(|id| id.to_str().ok().and_then(|id| id.parse().ok()));
    let after = last.or_else(|| after.map(|id| id.parse().ok()));
    let wish = Wish { after, run };
    let pass = Pass::of(&server, principal, &headers).ok_or_else(Problem::signed_out)?;
    let place = server.events().place(&pass).map_err(Problem::too_many_listeners)?;
    let listener = Listener::new(server, pass, &wish, place);
    let pieces = stream::unfold(listener, async |mut listener| {
        let piece = listener.next().await?;
        Some((Ok::<_, Infallible>(piece), listener))
    });
    Ok((
        [(header::CONTENT_TYPE, "text/event-stream"), (X_ACCEL_BUFFERING, "no")],
        Body::from_stream(pieces),
    ))
}
