//! The server's door in its own data folder: a socket by which commands on this computer reach a server that runs. Whoever
//! may write into that folder could do the same while the server stands still. The socket is in a folder that is the
//! server's user's alone before it is there, so that nobody else ever reaches it.

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use serde_json::Value;
use std::fs::{DirBuilder, File};
use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use tokio::net::UnixListener;

use crate::api;
use crate::identity::Principal;
use crate::limits;
use crate::server::Server;

/// In the data folder; only its owner gets in.
const FOLDER: &str = "run";
const SOCKET: &str = "server.sock";
/// Where earlier releases had it.
const EARLIER: &str = "server.sock";
/// Addresses of sockets have 108 bytes with their end; a few systems have fewer.
const ADDRESS_BYTES_MAX: usize = 100;

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
    let private = folder.join(FOLDER);
    match DirBuilder::new().mode(0o700).create(&private) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    // It may be there with other rights, from a copy of the data for example.
    std::fs::set_permissions(&private, PermissionsExt::from_mode(0o700))?;
    let path = private.join(SOCKET);
    for left in [&path, &folder.join(EARLIER)] {
        match std::fs::remove_file(left) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    let listener = at_address(&private, UnixListener::bind)?;
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600))?;
    let router = api::local_router(server).into_make_service_with_connect_info::<User>();
    let serving = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::warn!(%error, "commands on this computer do not reach the server any more");
        }
    });
    Ok(Door { path, serving })
}

/// Does something with the socket in this folder. An address has room for about a hundred bytes: what lies deeper is
/// reached through the folder as this process has it open.
fn at_address<T>(folder: &Path, work: impl FnOnce(PathBuf) -> io::Result<T>) -> io::Result<T> {
    let address = folder.join(SOCKET);
    if address.as_os_str().len() <= ADDRESS_BYTES_MAX {
        return work(address);
    }
    let open = File::open(folder)?;
    let through = PathBuf::from(format!("/proc/self/fd/{}", open.as_raw_fd()));
    if !through.exists() {
        let why = format!("the path of the data folder is too long for a socket: at most {ADDRESS_BYTES_MAX} bytes");
        return Err(io::Error::other(why));
    }
    work(through.join(SOCKET))
}

/// Who is at the other end of the door, as the system says it.
#[derive(Clone)]
pub(crate) struct User(pub(crate) Principal);

impl Connected<IncomingStream<'_, UnixListener>> for User {
    fn connect_info(stream: IncomingStream<'_, UnixListener>) -> User {
        let user = stream.io().peer_cred().map(|peer| peer.uid());
        User(Principal::of_user(user.ok()))
    }
}

/// What a running server answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Null when there was none.
    pub(crate) body: Value,
}

/// Asks the server that runs with this data; `None` when there is none at its door.
pub(crate) fn ask(folder: &Path, method: &str, path: &str, body: Option<&Value>) -> io::Result<Option<Answer>> {
    let mut stream = match at_address(&folder.join(FOLDER), UnixStream::connect) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_can_be_deep_down() {
        let folder = tempfile::tempdir().unwrap();
        for depth in ["short", &"deep/".repeat(60)] {
            let private = folder.path().join(depth);
            std::fs::create_dir_all(&private).unwrap();
            let _open = at_address(&private, UnixListener::bind).unwrap();
            assert!(private.join(SOCKET).exists());
            at_address(&private, UnixStream::connect).unwrap();
        }
    }
}
