//! Whether the server takes requests. Open to everyone, so it says nothing else.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::json;

use super::Route;
use crate::http::guard::Who;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/health", Who::Open, health).always()]
}

pub(super) async fn health(State(server): State<Server>) -> impl IntoResponse {
    match server.engine().health().await {
        Ok(()) => {
            let stands_still = server.engine().stands_still();
            (
                StatusCode::OK,
                Json(json!({"status": "up", "stands_still": stands_still})),
            )
        }
        Err(error) => {
            tracing::warn!(%error, "not healthy");
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "down"})))
        }
    }
}
