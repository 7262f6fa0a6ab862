//! Reading bodies: never more than their limit, with refusals that the sender gets to see.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use http_body_util::BodyExt;

use super::Problem;
use crate::identity::Principal;
use crate::limits;
use crate::server::Server;

/// Reads a body of at most `max_bytes`.
///
/// What comes after the limit is read and dropped, up to a limit of its own: most clients look at the answer only when
/// they have sent everything, and see a broken connection otherwise.
pub(super) async fn read(body: Body, what: (&'static str, &'static str), max_bytes: u64) -> Result<Vec<u8>, Problem> {
    let mut body = body;
    let mut bytes = Vec::new();
    let mut size = 0_u64;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "bad-body",
                "the body broke off",
                "请求正文中断",
            )
        })?;
        let Ok(data) = frame.into_data() else { continue };
        size += data.len() as u64;
        if size <= max_bytes {
            bytes.extend_from_slice(&data);
        } else {
            bytes = Vec::new();
        }
        if size > limits::DRAINED_SIZE_BYTES_MAX {
            break;
        }
    }
    if size > max_bytes {
        Err(Problem::too_large(what, max_bytes))
    } else {
        Ok(bytes)
    }
}

/// As [`read`], for a handler. A body may take minutes to come: whoever was signed out meanwhile, or has other rights, does
/// nothing more under those that they had when they knocked.
pub(super) async fn read_for(
    server: &Server,
    request: Request,
    what: (&'static str, &'static str),
    max_bytes: u64,
) -> Result<Vec<u8>, Problem> {
    let (parts, body) = request.into_parts();
    let bytes = read(body, what, max_bytes).await?;
    if let Some(Principal::Person(signed_in)) = parts.extensions.get() {
        server.identity().still_in(signed_in)?;
    }
    Ok(bytes)
}

/// The media type without its parameters, in lower case; empty when none was given.
pub(super) fn media_type(request: &Request) -> String {
    let value = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    value.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}

pub(super) fn unsupported(expected: &str, found: &str) -> Problem {
    let found_or_none = if found.is_empty() { "none" } else { found };
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported-media-type",
        format!("the content type must be {expected}, it is {found_or_none}"),
        format!("内容类型必须是 {expected}，收到的是 {found_or_none}"),
    )
}

/// The YAML text of an app.
pub(crate) struct Yaml(pub(crate) String);

impl FromRequest<Server> for Yaml {
    type Rejection = Problem;
    async fn from_request(request: Request, server: &Server) -> Result<Yaml, Problem> {
        let kind = media_type(&request);
        if !matches!(
            kind.as_str(),
            "application/yaml" | "application/x-yaml" | "text/yaml" | "text/x-yaml"
        ) {
            return Err(unsupported("application/yaml", &kind));
        }
        let bytes = read_for(server, request, ("the app", "应用"), limits::YAML_SIZE_BYTES_MAX).await?;
        String::from_utf8(bytes).map(Yaml).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            Problem::new(
                StatusCode::BAD_REQUEST,
                "not-utf8",
                format!("the text is not UTF-8: byte {at} does not fit"),
                format!("文本不是 UTF-8：第 {at} 个字节不符合"),
            )
        })
    }
}

/// The bytes of a photo or file, with their media type.
pub(crate) struct Bytes {
    pub(crate) media_type: String,
    pub(crate) bytes: Vec<u8>,
}

impl FromRequest<Server> for Bytes {
    type Rejection = Problem;
    async fn from_request(request: Request, server: &Server) -> Result<Bytes, Problem> {
        let media_type = media_type(&request);
        if !is_media_type(&media_type) {
            return Err(unsupported("what the bytes are, such as image/jpeg", &media_type));
        }
        let bytes = read_for(server, request, ("the file", "文件"), limits::BLOB_SIZE_BYTES_MAX).await?;
        Ok(Bytes { media_type, bytes })
    }
}

/// `type/subtype` of RFC 6838 names.
fn is_media_type(text: &str) -> bool {
    let name = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    text.len() <= limits::TEXT_LENGTH_MAX && text.split_once('/').is_some_and(|(kind, sub)| name(kind) && name(sub))
}
