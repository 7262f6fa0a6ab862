//! Blobs: photos and files, named by their SHA-256.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;

use super::Route;
use super::views::Blob;
use crate::http::{Bytes, Params, Path, Problem};
use crate::identity::Right;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/blobs", Right::Work, put).uploading(),
        Route::get("/blobs/{blob}", Right::Read, get).uploading(),
    ]
}

/// Shown by browsers as pictures and never as a page; SVG is not among them, for it may carry scripts.
const PICTURES: &[&str] = &["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"];

/// Scripts and styles. Pages take those from their own server, and so would one into which somebody had smuggled a
/// `<script src>`: to browsers, none of what people upload is one.
fn is_taken_by_pages(media_type: &str) -> bool {
    let media_type = media_type.to_ascii_lowercase();
    ["script", "css", "wasm"].iter().any(|kind| media_type.contains(kind))
}

/// The same bytes give the same blob: no idempotency key is needed.
async fn put(State(server): State<Server>, query: Params, upload: Bytes) -> Result<impl IntoResponse, Problem> {
    query.finish()?;
    let blob = Blob::from(server.engine().put_blob(&upload.bytes, &upload.media_type).await?);
    let location = format!("/api/v1/blobs/{}", blob.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(blob)))
}

async fn get(
    State(server): State<Server>,
    Path(id): Path<String>,
    query: Params,
) -> Result<impl IntoResponse, Problem> {
    query.finish()?;
    let found = server.engine().blob(&id).await?;
    let (row, bytes) = found.ok_or_else(|| Problem::not_found("blob", &id, None))?;
    let media_type = if is_taken_by_pages(&row.media_type) {
        "application/octet-stream"
    } else {
        &row.media_type
    };
    let picture = PICTURES.contains(&row.media_type.as_str());
    let disposition = if picture { "inline" } else { "attachment" };
    let unnamed = HeaderValue::from_static("application/octet-stream");
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_str(media_type).unwrap_or(unnamed),
    );
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition));
    // Whatever the bytes are, a browser runs nothing of them.
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=31536000, immutable"),
    );
    Ok((headers, bytes))
}
