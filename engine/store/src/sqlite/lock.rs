//! One process per folder.

use super::error::io_failed_at;
use super::private::open_file;
use crate::Error;
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

/// Locks the file until it is dropped; the system does that too when the process dies, however it dies.
pub(super) fn lock(path: &Path) -> Result<File, Error> {
    let mut file = open_file(path).map_err(|error| io_failed_at(path, error))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(Error::InUse(holder(&mut file))),
        Err(TryLockError::Error(error)) => return Err(io_failed_at(path, error)),
    }
    let noted = file
        .set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", std::process::id()));
    noted.map_err(|error| io_failed_at(path, error))?;
    Ok(file)
}

/// Who has it, as it wrote itself down; only for people to read.
fn holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.take(20).read_to_string(&mut text) {
        Ok(_) if !text.trim().is_empty() => format!("process {}", text.trim()),
        _ => "an unknown process".to_owned(),
    }
}
