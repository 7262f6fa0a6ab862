//! The store itself: reads, blobs, counts.

use super::blobs::{self, Blobs};
use super::error::{failed, unreadable};
use super::open::DATABASE;
use super::read::{self, Columns};
use super::unit::{SqliteUnit, Writer};
use super::{asks, audit, floor, leaving, lists, people, records, search, verify};
use crate::cursor::page_rows;
use crate::limits::{check_blob, number};
use crate::rows::*;
use crate::{Error, Store, Unit};
use async_trait::async_trait;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{Row, Sqlite};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::spawn_blocking;

/// A data folder that is open. Made by [`super::Options::open`].
pub struct SqliteStore {
    folder: PathBuf,
    writer: Arc<tokio::sync::Mutex<Writer>>,
    readers: SqlitePool,
    blobs: Arc<Blobs>,
    closed: AtomicBool,
    /// Held for as long as the store is open.
    lock: Mutex<Option<File>>,
}

impl SqliteStore {
    pub(super) fn new(
        folder: PathBuf,
        options: SqliteConnectOptions,
        writer: SqliteConnection,
        readers: SqlitePool,
        blobs: Blobs,
        lock: File,
    ) -> Self {
        Self {
            folder,
            writer: Arc::new(tokio::sync::Mutex::new(Writer::new(options, writer))),
            readers,
            blobs: Arc::new(blobs),
            closed: AtomicBool::new(false),
            lock: Mutex::new(Some(lock)),
        }
    }

    async fn reader(&self) -> Result<PoolConnection<Sqlite>, Error> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::Closed);
        }
        self.readers.acquire().await.map_err(failed)
    }

    async fn unit(&self) -> Result<SqliteUnit, Error> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::Closed);
        }
        let writer = Arc::clone(&self.writer).lock_owned().await;
        SqliteUnit::begin(writer).await
    }

    async fn all<T>(&self, sql: &'static str, read: impl Fn(&SqliteRow) -> Result<T, Error>) -> Result<Vec<T>, Error> {
        let rows = sqlx::query(sql)
            .fetch_all(&mut *self.reader().await?)
            .await
            .map_err(failed)?;
        rows.iter().map(read).collect()
    }

    async fn blob_row(&self, hash: &Hash) -> Result<Option<BlobRow>, Error> {
        let row = sqlx::query("SELECT media_type, size_bytes, at_ms FROM blob WHERE id = ?")
            .bind(&hash[..])
            .fetch_optional(&mut *self.reader().await?)
            .await
            .map_err(failed)?;
        let read = |row: &SqliteRow| {
            let mut columns = Columns::of(row);
            Ok(BlobRow {
                id: blobs::hexadecimal(hash),
                media_type: columns.get()?,
                size_bytes: columns.number()?,
                at_ms: columns.get()?,
            })
        };
        row.as_ref().map(read).transpose()
    }

    /// Of the database with its log; what is not there counts nothing.
    fn database_bytes(&self) -> u64 {
        ["", "-wal"]
            .iter()
            .filter_map(|end| fs::metadata(self.folder.join(format!("{DATABASE}{end}"))).ok())
            .map(|metadata| metadata.len())
            .sum()
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn begin(&self) -> Result<Box<dyn Unit>, Error> {
        Ok(Box::new(self.unit().await?))
    }

    async fn run(&self, run: RunId) -> Result<Option<RunRow>, Error> {
        let mut reader = self.reader().await?;
        Ok(read::runs(&mut reader, &[run]).await?.pop())
    }

    async fn runs(&self, filter: &RunFilter, page: &Page) -> Result<Vec<RunRow>, Error> {
        lists::runs(&mut *self.reader().await?, filter, page).await
    }

    async fn search_runs(&self, text: &str, filter: &RunFilter, page: &Page) -> Result<FoundRuns, Error> {
        search::runs(&mut *self.reader().await?, text, filter, page).await
    }

    async fn journal(&self, run: RunId, after_seq: u64, limit: u32) -> Result<Vec<JournalRow>, Error> {
        let rows = sqlx::query(
            "SELECT run, seq, at_ms, hash, body FROM journal WHERE run = ? AND seq > ? ORDER BY seq LIMIT +?",
        )
        .bind(&run.as_bytes()[..])
        .bind(number("entry", after_seq)?)
        .bind(page_rows(limit)?)
        .fetch_all(&mut *self.reader().await?)
        .await
        .map_err(failed)?;
        rows.iter().map(read::journal_row).collect()
    }

    async fn task(&self, run: RunId, task: u32) -> Result<Option<TaskRow>, Error> {
        read::task(&mut *self.reader().await?, run, task).await
    }

    async fn tasks(&self, filter: &TaskFilter, page: &Page) -> Result<Vec<TaskRow>, Error> {
        lists::tasks(&mut *self.reader().await?, filter, page).await
    }

    async fn draft(&self, run: RunId, task: u32) -> Result<Option<DraftRow>, Error> {
        read::draft(&mut *self.reader().await?, run, task).await
    }

    async fn app_file(&self, app: &str, name: &str, version: u32) -> Result<Option<String>, Error> {
        read::app_file(&mut *self.reader().await?, (app, name, version)).await
    }

    async fn last_answers(&self, app: &str, step: &str, place: &str) -> Result<Option<LastAnswersRow>, Error> {
        read::last_answers(&mut *self.reader().await?, (app, step, place)).await
    }

    async fn records(
        &self,
        app: &str,
        table: &str,
        equals: &[(String, String)],
        page: &Page,
    ) -> Result<Vec<RecordRow>, Error> {
        let mut reader = self.reader().await?;
        let after = page.after.as_deref();
        records::find(&mut reader, app, table, equals, after, page.rows()?).await
    }

    async fn floor(&self, limit: u32) -> Result<FloorRows, Error> {
        floor::floor(&mut *self.reader().await?, page_rows(limit)?).await
    }

    async fn holds(&self, target: Option<&str>) -> Result<Vec<HoldRow>, Error> {
        let mut reader = self.reader().await?;
        let rows = match target {
            Some(target) => {
                sqlx::query("SELECT target, run, app, why, since_ms FROM hold WHERE target = ? ORDER BY since_ms, run")
                    .bind(target)
                    .fetch_all(&mut *reader)
                    .await
            }
            None => {
                sqlx::query("SELECT target, run, app, why, since_ms FROM hold ORDER BY target, since_ms, run")
                    .fetch_all(&mut *reader)
                    .await
            }
        };
        rows.map_err(failed)?.iter().map(read::hold_row).collect()
    }

    async fn notices(&self, filter: &NoticeFilter, page: &Page) -> Result<Vec<NoticeRow>, Error> {
        lists::notices(&mut *self.reader().await?, filter, page).await
    }

    async fn apps(&self) -> Result<Vec<AppRow>, Error> {
        self.all(
            "SELECT app, version, hash, source, published_at_ms, published_by FROM app
            ORDER BY published_at_ms, app, version",
            read::app_row,
        )
        .await
    }

    async fn due_timers(&self, until_ms: i64, limit: u32) -> Result<Vec<TimerRow>, Error> {
        let rows =
            sqlx::query("SELECT run, timer, at_ms FROM timer WHERE at_ms <= ? ORDER BY at_ms, run, timer LIMIT +?")
                .bind(until_ms)
                .bind(page_rows(limit)?)
                .fetch_all(&mut *self.reader().await?)
                .await
                .map_err(failed)?;
        rows.iter().map(read::timer_row).collect()
    }

    async fn timers_of(&self, run: RunId) -> Result<Vec<TimerRow>, Error> {
        let rows = sqlx::query("SELECT run, timer, at_ms FROM timer WHERE run = ? ORDER BY timer LIMIT +?")
            .bind(&run.as_bytes()[..])
            .bind(page_rows(crate::limits::PAGE_ROWS_MAX)?)
            .fetch_all(&mut *self.reader().await?)
            .await
            .map_err(failed)?;
        rows.iter().map(read::timer_row).collect()
    }

    async fn next_timer_ms(&self) -> Result<Option<i64>, Error> {
        sqlx::query_scalar("SELECT min(at_ms) FROM timer")
            .fetch_one(&mut *self.reader().await?)
            .await
            .map_err(failed)
    }

    async fn outbox(&self, after: u64, limit: u32) -> Result<Vec<OutboxRow>, Error> {
        leaving::outbox(&mut *self.reader().await?, after, page_rows(limit)?).await
    }

    async fn undelivered(&self, after: u64, limit: u32) -> Result<Vec<UndeliveredRow>, Error> {
        leaving::undelivered(&mut *self.reader().await?, after, page_rows(limit)?).await
    }

    async fn audit(&self, before: Option<u64>, limit: u32) -> Result<Vec<AuditRow>, Error> {
        audit::audit(&mut *self.reader().await?, before, page_rows(limit)?).await
    }

    async fn asks(&self, lane: &str, after: u64, limit: u32) -> Result<Vec<AskRow>, Error> {
        let after = number("an ask's number", after)?;
        asks::asks(&mut *self.reader().await?, lane, after, page_rows(limit)?).await
    }

    async fn ask_lanes(&self) -> Result<Vec<String>, Error> {
        asks::lanes(&mut *self.reader().await?).await
    }

    async fn ask(&self, run: RunId, ask: u32) -> Result<Option<AskRow>, Error> {
        asks::ask(&mut *self.reader().await?, run, ask).await
    }

    async fn tokens(&self) -> Result<Vec<TokenRow>, Error> {
        self.all(people::TOKENS, people::token_row).await
    }

    async fn people(&self) -> Result<Vec<PersonRow>, Error> {
        self.all(people::PEOPLE, people::person_row).await
    }

    async fn sessions(&self) -> Result<Vec<SessionRow>, Error> {
        self.all(people::SESSIONS, people::session_row).await
    }

    async fn enrolments(&self) -> Result<Vec<EnrolmentRow>, Error> {
        self.all(people::ENROLMENTS, people::enrolment_row).await
    }

    async fn signals(&self) -> Result<Vec<SignalRow>, Error> {
        let rows = sqlx::query("SELECT id, reading, at_ms FROM signal ORDER BY id")
            .fetch_all(&mut *self.reader().await?)
            .await
            .map_err(failed)?;
        let row = |row: &sqlx::sqlite::SqliteRow| -> Result<SignalRow, Error> {
            Ok(SignalRow {
                id: row.try_get(0).map_err(failed)?,
                reading: row.try_get(1).map_err(failed)?,
                at_ms: row.try_get(2).map_err(failed)?,
            })
        };
        rows.iter().map(row).collect()
    }

    async fn secret(&self, name: &str) -> Result<Option<SecretRow>, Error> {
        people::secret(&mut *self.reader().await?, name).await
    }

    async fn secret_names(&self, start: &str) -> Result<Vec<String>, Error> {
        people::secret_names(&mut *self.reader().await?, start).await
    }

    async fn put_blob(&self, bytes: &[u8], media_type: &str, at_ms: i64) -> Result<BlobRow, Error> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::Closed);
        }
        check_blob(bytes, media_type)?;
        let size = bytes.len() as i64;
        let (blobs, bytes) = (Arc::clone(&self.blobs), bytes.to_vec());
        let put = spawn_blocking(move || blobs.put(&bytes)).await;
        let hash = put.map_err(|error| Error::Other(Box::new(error)))??;
        if let Some(row) = self.blob_row(&hash).await? {
            return Ok(row);
        }
        let mut unit = self.unit().await?;
        sqlx::query("INSERT INTO blob (id, media_type, size_bytes, at_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
            .bind(&hash[..])
            .bind(media_type)
            .bind(size)
            .bind(at_ms)
            .execute(unit.connection()?)
            .await
            .map_err(failed)?;
        unit.commit().await?;
        let row = self.blob_row(&hash).await?;
        row.ok_or_else(|| unreadable("a blob that was just put"))
    }

    async fn blob(&self, id: &str) -> Result<Option<(BlobRow, Vec<u8>)>, Error> {
        let Some(hash) = blobs::hash_of(id) else {
            return Ok(None);
        };
        let Some(row) = self.blob_row(&hash).await? else {
            return Ok(None);
        };
        let blobs = Arc::clone(&self.blobs);
        let got = spawn_blocking(move || blobs.get(&hash)).await;
        let bytes = got.map_err(|error| Error::Other(Box::new(error)))??;
        Ok(Some((row, bytes)))
    }

    async fn counts(&self) -> Result<Counts, Error> {
        let rows = sqlx::query(
            "SELECT what, n FROM counter
            UNION ALL SELECT 'journal', coalesce((SELECT max(no) FROM journal), 0)",
        )
        .fetch_all(&mut *self.reader().await?)
        .await
        .map_err(failed)?;
        let mut counters = BTreeMap::new();
        for row in &rows {
            let what: String = row.try_get(0).map_err(failed)?;
            let n: i64 = row.try_get(1).map_err(failed)?;
            counters.insert(what, u64::try_from(n).map_err(|_| unreadable("a counter"))?);
        }
        let of = |what: &str| counters.get(what).copied().unwrap_or(0);
        Ok(Counts {
            runs_waiting: of("waiting"),
            runs_stopped: of("stopped"),
            runs_ended: of("finished") + of("failed") + of("cancelled"),
            tasks_open: of("task"),
            tasks_late: of("late"),
            timers: of("timer"),
            holds: of("hold"),
            outbox: of("outbox"),
            undelivered: of("undelivered"),
            asks: of("ask"),
            journal_entries: of("journal"),
            size_bytes: self.database_bytes() + of("blob_bytes"),
        })
    }

    async fn verify(&self, progress: &(dyn Fn(u64, u64) + Send + Sync)) -> Result<VerifyReport, Error> {
        let counts = self.counts().await?;
        let runs = counts.runs_waiting + counts.runs_stopped + counts.runs_ended;
        let mut reader = self.reader().await?;
        verify::verify(&mut reader, &self.blobs, runs, progress).await
    }

    async fn close(&self) {
        self.closed.store(true, Ordering::Release);
        let mut writer = self.writer.lock().await;
        self.readers.close().await;
        writer.close().await;
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        *lock = None;
    }
}
