//! What can go wrong in one piece of load. Failures are counted; the load goes on.

use crate::limits::QUOTED_CHARACTERS_MAX;

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("failed to connect to {address}: {source}")]
    Connect { address: String, source: std::io::Error },
    #[error("failed to exchange a request: {}", with_causes(.0))]
    Exchange(#[from] hyper::Error),
    #[error("failed to write a request: {0}")]
    Request(#[from] hyper::http::Error),
    #[error("failed to read the reply to {request}: {reason}")]
    Reply { request: String, reason: String },
    #[error("no reply to {request} in {seconds} s")]
    TimedOut { request: String, seconds: u64 },
    #[error("{request} was answered with {status}: {body}")]
    Refused { request: String, status: u16, body: String },
    /// The server answered, but not what is right.
    #[error("{0}")]
    Wrong(String),
}

/// hyper names only the outermost cause.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        told = format!("{told}: {error}");
        cause = error.source();
    }
    told
}

/// The beginning of a reply, as far as it helps to quote it.
pub fn quoted(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    match text.char_indices().nth(QUOTED_CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}
