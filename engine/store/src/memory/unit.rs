//! The one unit at a time.

use super::disk::{Disk, Side};
use super::read::row;
use crate::limits::FIND_ROWS_MAX;
use crate::rows::*;
use crate::{Error, Unit};
use async_trait::async_trait;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::OwnedMutexGuard;

pub(super) struct MemoryUnit {
    pub(super) side: OwnedMutexGuard<Side>,
    pub(super) committed: Arc<RwLock<Disk>>,
    /// A write did not get through.
    pub(super) failed: bool,
}

impl MemoryUnit {
    fn disk(&self) -> &Disk {
        &self.side.disk
    }

    pub(super) fn side(&mut self) -> &mut Side {
        &mut self.side
    }
}

/// What was not committed never happened; after a commit nothing differs.
impl Drop for MemoryUnit {
    fn drop(&mut self) {
        let committed = self.committed.read().unwrap_or_else(PoisonError::into_inner);
        let side = &mut *self.side;
        side.touched.carry(&committed, &mut side.disk);
    }
}

#[async_trait]
impl Unit for MemoryUnit {
    async fn runs(&mut self, ids: &[RunId]) -> Result<Vec<RunRow>, Error> {
        self.disk().runs_by_id(ids)
    }

    async fn task(&mut self, run: RunId, task: u32) -> Result<Option<TaskRow>, Error> {
        Ok(row(&self.disk().tasks, &(run, task)))
    }

    async fn draft(&mut self, run: RunId, task: u32) -> Result<Option<DraftRow>, Error> {
        Ok(row(&self.disk().drafts, &(run, task)))
    }

    async fn ask(&mut self, run: RunId, ask: u32) -> Result<Option<AskRow>, Error> {
        Ok(row(&self.disk().asks, &(run, ask)))
    }

    async fn answered(&mut self, keys: &[RequestKey]) -> Result<Vec<Option<AnsweredRow>>, Error> {
        self.disk().answers_to(keys)
    }

    async fn listeners(&mut self, message: &str) -> Result<Vec<ListenerRow>, Error> {
        Ok(self.disk().listeners_to(message))
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
        self.disk().find(app, table, equals, None, limit)
    }

    async fn undelivered(&mut self, id: u64) -> Result<Option<UndeliveredRow>, Error> {
        Ok(row(&self.disk().undelivered, &id))
    }

    async fn workers(&mut self, app: &str, step: &str) -> Result<Vec<WorkerRow>, Error> {
        Ok(self.disk().workers_of(app, step))
    }

    async fn in_hand(&mut self, people: &[String]) -> Result<Vec<u64>, Error> {
        Ok(self.disk().tasks_in_hand(people))
    }

    async fn app_versions(&mut self, app: &str) -> Result<u32, Error> {
        Ok(self.disk().newest_version(app))
    }

    async fn next_number(&mut self, series: &str, period: &str) -> Result<u64, Error> {
        Ok(self.side().next_number(series, period))
    }

    async fn write(&mut self, writes: Vec<Write>) -> Result<(), Error> {
        let written = self.side().apply(writes);
        self.failed |= written.is_err();
        written
    }

    async fn commit(mut self: Box<Self>) -> Result<(), Error> {
        if self.failed {
            return Err(Error::Invalid("a commit of what could not be written".to_owned()));
        }
        let committed = self.committed.clone();
        let mut committed = committed.write().unwrap_or_else(PoisonError::into_inner);
        let side = self.side();
        side.touched.carry(&side.disk, &mut committed);
        Ok(())
    }
}
