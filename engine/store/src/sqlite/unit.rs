//! The one connection that writes, and the unit that has it for a while.

use super::error::{breaks_connection, failed};
use super::{asks, leaving, read, records, workers, write};
use crate::batch::Batch;
use crate::limits::FIND_ROWS_MAX;
use crate::rows::*;
use crate::{Error, Unit};
use async_trait::async_trait;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::OwnedMutexGuard;

/// The connection that writes, and in what state the last unit left it.
pub(super) struct Writer {
    /// For another connection when this one breaks.
    options: SqliteConnectOptions,
    connection: Option<SqliteConnection>,
    /// Whether a transaction may be open.
    open: bool,
    closed: bool,
}

impl Writer {
    pub(super) fn new(options: SqliteConnectOptions, connection: SqliteConnection) -> Self {
        Self {
            options,
            connection: Some(connection),
            open: false,
            closed: false,
        }
    }

    async fn begin(&mut self) -> Result<(), Error> {
        if self.closed {
            return Err(Error::Closed);
        }
        if self.open {
            // The last unit was dropped. SQLite may have rolled it back by itself, and says so; that is as good.
            let ended = self.execute("ROLLBACK").await;
            self.open = false;
            if let Err(error) = ended {
                tracing::debug!(%error, "nothing was left to roll back");
            }
        }
        if self.connection.is_none() {
            self.connection = Some(self.options.connect().await.map_err(failed)?);
        }
        // Set first: whoever waits for this may be cancelled while it happens.
        self.open = true;
        self.execute("BEGIN IMMEDIATE").await
    }

    async fn execute(&mut self, sql: &'static str) -> Result<(), Error> {
        let done = sqlx::query(sql).execute(self.connection()?).await;
        self.noted(done.map(drop).map_err(failed))
    }

    fn connection(&mut self) -> Result<&mut SqliteConnection, Error> {
        self.connection.as_mut().ok_or(Error::Closed)
    }

    /// Gives up a connection that can no longer be trusted; the next unit gets another.
    fn noted<T>(&mut self, result: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &result
            && breaks_connection(error)
        {
            tracing::error!(%error, "the database connection is given up");
            self.connection = None;
        }
        result
    }

    /// Writes the log into the database and closes; what was not committed is gone.
    pub(super) async fn close(&mut self) {
        self.closed = true;
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        if self.open {
            // Fails when nothing is open, which is as good.
            let _ = sqlx::query("ROLLBACK").execute(&mut connection).await;
        }
        // A log that could not be written out is read at the next start.
        if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&mut connection)
            .await
        {
            tracing::warn!(%error, "the log was not written into the database; nothing is lost");
        }
        if let Err(error) = connection.close().await {
            tracing::warn!(%error, "the database did not close cleanly; nothing is lost");
        }
    }
}

pub(super) struct SqliteUnit {
    writer: OwnedMutexGuard<Writer>,
    /// A write did not get through.
    failed: bool,
}

impl SqliteUnit {
    pub(super) async fn begin(mut writer: OwnedMutexGuard<Writer>) -> Result<Self, Error> {
        writer.begin().await?;
        Ok(Self { writer, failed: false })
    }

    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection, Error> {
        self.writer.connection()
    }

    pub(super) async fn commit(mut self) -> Result<(), Error> {
        if self.failed {
            return Err(Error::Invalid("a commit of what could not be written".to_owned()));
        }
        self.writer.execute("COMMIT").await?;
        self.writer.open = false;
        Ok(())
    }
}

#[async_trait]
impl Unit for SqliteUnit {
    async fn runs(&mut self, ids: &[RunId]) -> Result<Vec<RunRow>, Error> {
        read::runs(self.connection()?, ids).await
    }

    async fn task(&mut self, run: RunId, task: u32) -> Result<Option<TaskRow>, Error> {
        read::task(self.connection()?, run, task).await
    }

    async fn draft(&mut self, run: RunId, task: u32) -> Result<Option<DraftRow>, Error> {
        read::draft(self.connection()?, run, task).await
    }

    async fn ask(&mut self, run: RunId, ask: u32) -> Result<Option<AskRow>, Error> {
        asks::ask(self.connection()?, run, ask).await
    }

    async fn undelivered(&mut self, id: u64) -> Result<Option<UndeliveredRow>, Error> {
        leaving::one_undelivered(self.connection()?, id).await
    }

    async fn answered(&mut self, keys: &[RequestKey]) -> Result<Vec<Option<AnsweredRow>>, Error> {
        read::answered(self.connection()?, keys).await
    }

    async fn listeners(&mut self, message: &str) -> Result<Vec<ListenerRow>, Error> {
        read::listeners(self.connection()?, message).await
    }

    async fn records(
        &mut self,
        app: &str,
        table: &str,
        equals: &[(String, String)],
        limit: u32,
    ) -> Result<Vec<RecordRow>, Error> {
        if limit > FIND_ROWS_MAX {
            return Err(Error::Invalid(format!(
                "{limit} records at once; at most {FIND_ROWS_MAX} are given"
            )));
        }
        records::find(self.connection()?, app, table, equals, None, limit).await
    }

    async fn workers(&mut self, app: &str, step: &str) -> Result<Vec<WorkerRow>, Error> {
        workers::of_step(self.connection()?, app, step).await
    }

    async fn in_hand(&mut self, people: &[String]) -> Result<Vec<u64>, Error> {
        workers::in_hand(self.connection()?, people).await
    }

    async fn app_versions(&mut self, app: &str) -> Result<u32, Error> {
        read::app_versions(self.connection()?, app).await
    }

    async fn next_number(&mut self, series: &str, period: &str) -> Result<u64, Error> {
        // What was begun to be taken and failed must not be committed.
        let failed_before = std::mem::replace(&mut self.failed, true);
        let taken = records::next_number(self.connection()?, series, period).await;
        let taken = self.writer.noted(taken)?;
        self.failed = failed_before;
        Ok(taken)
    }

    async fn write(&mut self, writes: Vec<Write>) -> Result<(), Error> {
        let failed_before = std::mem::replace(&mut self.failed, true);
        let batch = Batch::of(writes)?;
        let written = write::apply(self.connection()?, batch).await;
        self.writer.noted(written)?;
        self.failed = failed_before;
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<(), Error> {
        Self::commit(*self).await
    }
}
