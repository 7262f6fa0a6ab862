//! Blobs: files under the name of their content, `blobs/ab/abcdef…`. A file is written under another name, synced and
//! then renamed, so that a name always stands for whole content; the row follows. A file without a row is harmless.

use super::error::{damaged, io_failed_at};
use super::private::make_folder;
use crate::Error;
use crate::rows::Hash;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug)]
pub(super) struct Blobs {
    folder: PathBuf,
    /// Numbers the files that are being written.
    written: AtomicU64,
}

impl Blobs {
    /// Makes the folder, and clears away what was being written when the server last died.
    pub(super) fn open(folder: PathBuf) -> Result<Self, Error> {
        let making = folder.join(MAKING);
        let made = make_folder(&folder).and_then(|()| make_folder(&making)).and_then(|()| {
            for entry in fs::read_dir(&making)? {
                fs::remove_file(entry?.path())?;
            }
            Ok(())
        });
        made.map_err(|error| io_failed_at(&folder, error))?;
        Ok(Self {
            folder,
            written: AtomicU64::new(0),
        })
    }

    /// To read while another process may be writing there: nothing is made or cleared away.
    pub(super) fn beside(folder: PathBuf) -> Self {
        Self {
            folder,
            written: AtomicU64::new(0),
        }
    }

    /// On disk and synced when it returns.
    pub(super) fn put(&self, bytes: &[u8]) -> Result<Hash, Error> {
        let hash: Hash = Sha256::digest(bytes).into();
        let path = self.path(&hash);
        if self.intact(&hash)? {
            return Ok(hash);
        }
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let making = self.folder.join(MAKING).join(number.to_string());
        if let Err(error) = write_and_rename(&making, &path, bytes) {
            // What it holds is of no use, and takes room.
            let _ = fs::remove_file(&making);
            return Err(io_failed_at(&path, error));
        }
        Ok(hash)
    }

    /// The content, if it still is what its name says.
    pub(super) fn get(&self, hash: &Hash) -> Result<Vec<u8>, Error> {
        let path = self.path(hash);
        let id = hexadecimal(hash);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(damaged(&format!("the file of blob {id} is gone")));
            }
            Err(error) => return Err(io_failed_at(&path, error)),
        };
        if Hash::from(Sha256::digest(&bytes)) != *hash {
            return Err(damaged(&format!("the file of blob {id} was changed")));
        }
        Ok(bytes)
    }

    /// Whether the file is there with its content.
    pub(super) fn intact(&self, hash: &Hash) -> Result<bool, Error> {
        let path = self.path(hash);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(io_failed_at(&path, error)),
        };
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match file.read(&mut buffer) {
                Ok(0) => return Ok(Hash::from(hasher.finalize()) == *hash),
                Ok(length) => hasher.update(&buffer[..length]),
                Err(error) => return Err(io_failed_at(&path, error)),
            }
        }
    }

    fn path(&self, hash: &Hash) -> PathBuf {
        let id = hexadecimal(hash);
        self.folder.join(&id[..2]).join(id)
    }
}

/// Inside the folder of blobs, so that a rename stays on one disk.
const MAKING: &str = "making";

fn write_and_rename(making: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(making)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    let Some(folder) = path.parent() else {
        return Err(io::Error::other("a blob has no folder"));
    };
    if !folder.is_dir() {
        fs::create_dir_all(folder)?;
        if let Some(above) = folder.parent() {
            sync_folder(above)?;
        }
    }
    fs::rename(making, path)?;
    sync_folder(folder)
}

/// A new name is on disk only when its folder is.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    // Only Unix can open a folder to sync it; elsewhere the file system orders this itself.
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

pub(super) fn hexadecimal(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash that an id names, if it is one.
pub(super) fn hash_of(id: &str) -> Option<Hash> {
    let digits = id.as_bytes();
    if digits.len() != 64 || !digits.iter().all(|d| matches!(d, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    let mut hash = Hash::default();
    for (index, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&id[index * 2..index * 2 + 2], 16).ok()?;
    }
    Some(hash)
}
