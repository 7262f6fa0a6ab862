//! A copy of the data as it is at one moment, while another process may be writing it.
//!
//! The database is read in one view (`VACUUM INTO`), as any reader beside the one writer reads it: that needs no lock on
//! the folder, and waits for nobody. The files of blobs come after it: a blob is on disk before its row is, and never
//! changes, so every row of that view finds its file.

use super::blobs::{Blobs, hexadecimal, sync_folder};
use super::error::{failed, io_failed_at};
use super::open::{DATABASE, check, check_header};
use super::private::{make_folder, open_file};
use super::read::Columns;
use crate::Error;
use crate::rows::Hash;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::spawn_blocking;

/// What was copied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackupReport {
    pub blobs: u64,
    /// Of the database and the blobs.
    pub size_bytes: u64,
    /// Blobs that could not be copied because they are gone or damaged where they are.
    pub faults: Vec<String>,
}

/// Copies the data of `folder` into `into`, which is made where it is missing, and must hold no data yet. Everything that was acknowledged
/// before the call is in the copy; the copy is a data folder itself. On disk and synced when it returns; when it fails,
/// what is in `into` is of no use. `progress` is called with blobs done and blobs in all.
pub async fn backup(
    folder: &Path,
    into: &Path,
    progress: &(dyn Fn(u64, u64) + Send + Sync),
) -> Result<BackupReport, Error> {
    check_header(&folder.join(DATABASE))?;
    let source = SqliteConnectOptions::new()
        .filename(folder.join(DATABASE))
        .read_only(true)
        .busy_timeout(Duration::from_secs(10))
        .disable_statement_logging();
    let mut source = source.connect().await.map_err(failed)?;
    check(&mut source).await?;
    make_folder(into).map_err(|error| io_failed_at(into, error))?;
    let copied = copy_database(&mut source, &into.join(DATABASE)).await;
    source.close().await.map_err(failed)?;
    let mut report = BackupReport {
        size_bytes: copied?,
        ..BackupReport::default()
    };
    let hashes = blobs_of(&into.join(DATABASE)).await?;
    let (from, to) = (
        Arc::new(Blobs::beside(folder.join("blobs"))),
        Arc::new(Blobs::open(into.join("blobs"))?),
    );
    let all = hashes.len() as u64;
    for (done, hash) in hashes.into_iter().enumerate() {
        progress(done as u64, all);
        let (from, to) = (Arc::clone(&from), Arc::clone(&to));
        let copied = spawn_blocking(move || copy_blob(&from, &to, &hash)).await;
        match copied.map_err(|error| Error::Other(Box::new(error)))? {
            Ok(size_bytes) => {
                report.blobs += 1;
                report.size_bytes += size_bytes;
            }
            Err(Error::Damaged(_)) => report
                .faults
                .push(format!("blob {}: its file is gone or was changed", hexadecimal(&hash))),
            Err(error) => return Err(error),
        }
    }
    progress(all, all);
    sync_folder(into).map_err(|error| io_failed_at(into, error))?;
    Ok(report)
}

/// Returns the copy's size in bytes.
async fn copy_database(source: &mut SqliteConnection, to: &Path) -> Result<u64, Error> {
    let Some(name) = to.to_str() else {
        return Err(Error::Invalid(format!("{} is not UTF-8", to.display())));
    };
    // SQLite takes an empty file, and would let everyone read one that it made.
    let file = open_file(to).map_err(|error| io_failed_at(to, error))?;
    if file.metadata().map_err(|error| io_failed_at(to, error))?.len() > 0 {
        return Err(Error::Conflict(format!("{} exists", to.display())));
    }
    let quoted = name.replace('\'', "''");
    sqlx::raw_sql(AssertSqlSafe(format!("VACUUM INTO '{quoted}'")))
        .execute(source)
        .await
        .map_err(failed)?;
    let synced = File::open(to).and_then(|file| {
        file.sync_all()?;
        file.metadata()
    });
    synced.map(|about| about.len()).map_err(|error| io_failed_at(to, error))
}

async fn blobs_of(database: &Path) -> Result<Vec<Hash>, Error> {
    let copy = SqliteConnectOptions::new().filename(database).read_only(true);
    let mut copy = copy.disable_statement_logging().connect().await.map_err(failed)?;
    let rows = sqlx::query("SELECT id FROM blob ORDER BY id")
        .fetch_all(&mut copy)
        .await
        .map_err(failed)?;
    copy.close().await.map_err(failed)?;
    rows.iter().map(|row| Columns::of(row).hash()).collect()
}

fn copy_blob(from: &Blobs, to: &Blobs, hash: &Hash) -> Result<u64, Error> {
    let bytes = from.get(hash)?;
    to.put(&bytes)?;
    Ok(bytes.len() as u64)
}
