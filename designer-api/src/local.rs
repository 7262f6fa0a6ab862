//! The server's door in its own data folder: a socket by which commands on this computer reach a server that runs. Whoever
//! may write into that folder could do the same while the server stands still, so the folder's rights are the key.

use serde_json::Value;
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::UnixListener;

use crate::api;
use crate::identity::{Principal, Rights};
use crate::limits;
use crate::server::Server;

/// In the data folder.
const SOCKET: &str = "server.sock";

/// Open as long as this is kept.
pub(crate) struct Door {
    path: PathBuf,
    serving: tokio::task::JoinHandle<()>,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.serving.abort();
        // The next start removes what is left.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Opens the door; the data must be this server's, for a socket that is there is one that was left behind.
pub(crate) fn open(folder: &Path, server: Server) -> io::Result<Door> {
    let path = folder.join(SOCKET);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600))?;
    let by = Principal::Token {
        name: Arc::from("command line"),
        scopes: Rights::ALL,
    };
    let router = api::local_router(server, by);
    let serving = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::warn!(%error, "commands on this computer do not reach the server any more");
        }
    });
    Ok(Door { path, serving })
}

/// What a running server answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Null when there was none.
    pub(crate) body: Value,
}

/// Asks the server that runs with this data; `None` when there is none at its door.
pub(crate) fn ask(folder: &Path, method: &str, path: &str, body: Option<&Value>) -> io::Result<Option<Answer>> {
    let mut stream = match UnixStream::connect(folder.join(SOCKET)) {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    stream.set_read_timeout(Some(limits::REQUEST_TIMEOUT))?;
    stream.set_write_timeout(Some(limits::REQUEST_TIMEOUT))?;
    let body = body.map(Value::to_string).unwrap_or_default();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = Vec::new();
    stream
        .take(limits::LOCAL_ANSWER_SIZE_BYTES_MAX)
        .read_to_end(&mut answer)?;
    let unreadable = || io::Error::new(io::ErrorKind::InvalidData, "the server's answer cannot be understood");
    let answer = String::from_utf8(answer).map_err(|_| unreadable())?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(unreadable)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok(Some(Answer {
        status: status.ok_or_else(unreadable)?,
        body: if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(body).map_err(|_| unreadable())?
        },
    }))
}
