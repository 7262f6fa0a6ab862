//! The page at `/`: what this is, and where the API is.

use axum::http::header;
use axum::response::IntoResponse;

use crate::http::Reader;

const EN: &str = include_str!("home.en.html");
const ZH: &str = include_str!("home.zh.html");

pub(super) async fn page(reader: Reader) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ),
        (header::VARY, "accept-language"),
    ];
    (headers, reader.pick((EN, ZH)))
}
