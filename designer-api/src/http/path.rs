//! The parts of an address, refused as everything else is when they are no text.

use axum::extract::FromRequestParts;
use axum::http::{StatusCode, request::Parts};
use serde::de::DeserializeOwned;

use super::Problem;

/// The parts in braces of a route.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Path<T>, Problem> {
        // Handlers take text only, so nothing else can be wrong with it.
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(parts)) => Ok(Path(parts)),
            Err(_) => Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "not-utf8",
                "the address is not percent-encoded UTF-8",
                "地址不是百分号编码的 UTF-8",
            )),
        }
    }
}
