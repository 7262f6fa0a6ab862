//! What SQLite and the file system say, in the store's words.

use crate::Error;
use std::io;
use std::path::Path;

/// Result codes of SQLite, <https://www.sqlite.org/rescode.html>; the lowest byte of an extended code.
mod code {
    pub(super) const READONLY: u32 = 8;
    pub(super) const IOERR: u32 = 10;
    pub(super) const CORRUPT: u32 = 11;
    pub(super) const FULL: u32 = 13;
    pub(super) const CONSTRAINT: u32 = 19;
    pub(super) const NOTADB: u32 = 26;
    /// The shared memory file could not grow: that disk is full too.
    pub(super) const IOERR_SHMSIZE: u32 = 10 | (19 << 8);
}

pub(super) fn failed(error: sqlx::Error) -> Error {
    let sqlx::Error::Database(database) = &error else {
        return match error {
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Error::Closed,
            sqlx::Error::Io(error) => io_failed(error),
            sqlx::Error::ColumnDecode { index, .. } => unreadable(&format!("column {index}")),
            error => Error::Other(Box::new(error)),
        };
    };
    let number = database.code().and_then(|code| code.parse::<u32>().ok()).unwrap_or(0);
    let said = database.message().to_owned();
    match (number, number & 0xff) {
        (code::IOERR_SHMSIZE, _) | (_, code::FULL) => Error::DiskFull,
        (_, code::READONLY) => Error::ReadOnly(said),
        (_, code::CORRUPT | code::NOTADB) => damaged(&said),
        (_, code::CONSTRAINT) => Error::Conflict(said),
        _ => Error::Other(Box::new(error)),
    }
}

/// Whether a connection that met this error can no longer be trusted: what it believes to be on disk may not be.
pub(super) fn breaks_connection(error: &Error) -> bool {
    match error {
        Error::Closed | Error::Damaged(_) => true,
        Error::Other(source) => source
            .downcast_ref::<sqlx::Error>()
            .and_then(sqlx::Error::as_database_error)
            .and_then(|error| error.code()?.parse::<u32>().ok())
            .is_none_or(|number| number & 0xff == code::IOERR),
        _ => false,
    }
}

pub(super) fn damaged(what: &str) -> Error {
    Error::Damaged(format!(
        "{what}; stop the server, keep a copy of the folder as it is, and put the last good backup in its place"
    ))
}

pub(super) fn io_failed(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Error::DiskFull,
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => Error::ReadOnly(error.to_string()),
        _ => Error::Other(Box::new(error)),
    }
}

/// As [`io_failed`], and names the path.
pub(super) fn io_failed_at(path: &Path, error: io::Error) -> Error {
    match io_failed(error) {
        Error::ReadOnly(said) => Error::ReadOnly(format!("{}: {said}", path.display())),
        Error::Other(source) => Error::Other(format!("{}: {source}", path.display()).into()),
        error => error,
    }
}

/// A row that no version of Gemba has written.
pub(super) fn unreadable(what: &str) -> Error {
    damaged(&format!("{what} cannot be read"))
}
