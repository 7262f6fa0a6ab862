//! Opening a data folder: lock, checks, migrations.

use super::blobs::{Blobs, sync_folder};
use super::error::{damaged, failed, io_failed_at};
use super::lock::lock;
use super::private::{make_folder, open_file};
use super::store::SqliteStore;
use crate::Error;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Where the data is and how it is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Made when it is missing.
    pub folder: PathBuf,
    /// Connections that read at the same time, each with a thread of its own; at least 1.
    pub readers: u32,
    /// Memory in which each connection keeps pages.
    pub cache_bytes: u64,
}

impl Options {
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            readers: 4,
            cache_bytes: 32 * 1024 * 1024,
        }
    }

    /// Locks the folder, checks what is there, and brings an older format up to date.
    ///
    /// `InUse`, `ReadOnly`, `DiskFull`, `NewerFormat` and `Damaged` say what is in the way.
    pub async fn open(&self) -> Result<Arc<SqliteStore>, Error> {
        let folder = self.folder.clone();
        let prepared = tokio::task::spawn_blocking(move || prepare(&folder)).await;
        let (lock, blobs) = prepared.map_err(|error| Error::Other(Box::new(error)))??;
        let connect = self.connect_options();
        let mut writer = connect_writer(&connect).await?;
        check(&mut writer).await?;
        migrate(&mut writer).await?;
        let readers = self.connect_readers(&connect).await?;
        Ok(Arc::new(SqliteStore::new(
            self.folder.clone(),
            connect,
            writer,
            readers,
            blobs,
            lock,
        )))
    }

    fn connect_options(&self) -> SqliteConnectOptions {
        let cache_kib = i64::try_from(self.cache_bytes / 1024).unwrap_or(i64::MAX);
        SqliteConnectOptions::new()
            .filename(self.folder.join(DATABASE))
            .create_if_missing(true)
            .page_size(PAGE_SIZE_BYTES)
            .pragma("wal_autocheckpoint", LOG_PAGES_MAX.to_string())
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(false)
            // Only a checkpoint of this same process can be in the way, for moments.
            .busy_timeout(Duration::from_secs(10))
            .statement_cache_capacity(256)
            // A negative size is in KiB.
            .pragma("cache_size", format!("-{cache_kib}"))
            .pragma("temp_store", "MEMORY")
            // After a burst the log shrinks to this again.
            .pragma("journal_size_limit", "67108864")
            // A damaged page is told rather than followed.
            .pragma("cell_size_check", "ON")
            .pragma("trusted_schema", "OFF")
            .disable_statement_logging()
            .thread_name(|number| format!("sqlite-{number}"))
    }

    async fn connect_readers(&self, connect: &SqliteConnectOptions) -> Result<SqlitePool, Error> {
        SqlitePoolOptions::new()
            .min_connections(1)
            .max_connections(self.readers.max(1))
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(connect.clone().pragma("query_only", "ON"))
            .await
            .map_err(failed)
    }
}

pub(super) const DATABASE: &str = "gemba.db";

/// Small pages: a commit writes whole ones into the log, and those of sleeping runs lie apart.
const PAGE_SIZE_BYTES: u32 = 4096;

/// From this length on the log is written into the database: 16 MB. A page that changes often is written once for all
/// its changes, so longer is cheaper, and slower to read at a start after a crash.
const LOG_PAGES_MAX: u32 = 4_000;

/// The steps from one format to the next; the format is how many have been taken. One that has been released is never
/// changed.
const MIGRATIONS: [&str; 9] = [
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_people.sql"),
    include_str!("migrations/0003_signals.sql"),
    include_str!("migrations/0004_asks.sql"),
    include_str!("migrations/0003_series.sql"),
    include_str!("migrations/0006_joined.sql"),
    include_str!("migrations/0007_leaving.sql"),
    include_str!("migrations/0008_audit.sql"),
    include_str!("migrations/0009_people.sql"),
];

/// Written into the database's header: "Gmba".
const APPLICATION: i64 = 0x476d_6261;

pub(super) async fn connect_writer(connect: &SqliteConnectOptions) -> Result<SqliteConnection, Error> {
    connect.connect().await.map_err(failed)
}

/// What needs no database yet.
fn prepare(folder: &Path) -> Result<(File, Blobs), Error> {
    make_folder(folder).map_err(|error| io_failed_at(folder, error))?;
    let lock = lock(&folder.join("lock"))?;
    check_header(&folder.join(DATABASE))?;
    make_database(&folder.join(DATABASE))?;
    let blobs = Blobs::open(folder.join("blobs"))?;
    sync_folder(folder).map_err(|error| io_failed_at(folder, error))?;
    Ok((lock, blobs))
}

/// Made here rather than by SQLite, which would let everyone read it; the log beside it gets the same mode.
fn make_database(path: &Path) -> Result<(), Error> {
    if path.exists() {
        return Ok(());
    }
    open_file(path).map(drop).map_err(|error| io_failed_at(path, error))
}

/// A file that is no database is left alone: SQLite would take a short one for an empty database.
pub(super) fn check_header(path: &Path) -> Result<(), Error> {
    const MAGIC: &[u8] = b"SQLite format 3\0";
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io_failed_at(path, error)),
    };
    let mut start = Vec::new();
    let read = file.by_ref().take(MAGIC.len() as u64).read_to_end(&mut start);
    read.map_err(|error| io_failed_at(path, error))?;
    if start.is_empty() || start == MAGIC {
        return Ok(());
    }
    Err(damaged(&format!("{} is not a database", path.display())))
}

/// Quick checks only; `verify` looks at everything.
pub(super) async fn check(connection: &mut SqliteConnection) -> Result<(), Error> {
    let tables = number(connection, "SELECT count(*) FROM sqlite_schema").await?;
    let application = number(connection, "PRAGMA application_id").await?;
    let format = number(connection, "PRAGMA user_version").await?;
    if tables == 0 && application == 0 && format == 0 {
        return Ok(());
    }
    if application != APPLICATION {
        return Err(damaged(&format!("{DATABASE} is another program's database")));
    }
    let known = MIGRATIONS.len() as u32;
    match u32::try_from(format) {
        Ok(found) if found > known => Err(Error::NewerFormat { found, known }),
        Ok(1..) => Ok(()),
        _ => Err(damaged(&format!("format {format} does not exist"))),
    }
}

async fn migrate(connection: &mut SqliteConnection) -> Result<(), Error> {
    let format = number(connection, "PRAGMA user_version").await?;
    let done = usize::try_from(format).unwrap_or(0);
    for (index, sql) in MIGRATIONS.iter().enumerate().skip(done) {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
        let format = index + 1;
        let stamp = format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {format};");
        for sql in [*sql, &stamp] {
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
        }
        transaction.commit().await.map_err(failed)?;
        tracing::info!(format, "the database was brought to this format");
    }
    Ok(())
}

async fn number(connection: &mut SqliteConnection, sql: &'static str) -> Result<i64, Error> {
    sqlx::query_scalar(sql).fetch_one(connection).await.map_err(failed)
}
