//! The store itself.

use super::disk::{Disk, Side};
use super::read::{all, behind, row};
use super::unit::MemoryUnit;
use crate::chain::{Chain, Findings, Told, settle};
use crate::cursor::page_rows;
use crate::limits::{PAGE_ROWS_MAX, check_blob, number};
use crate::rows::*;
use crate::{Error, Store, Unit};
use async_trait::async_trait;
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

/// Everything in memory; gone with the last handle, unless someone kept its [`Disk`].
#[derive(Debug, Default)]
pub struct MemoryStore {
    committed: Arc<RwLock<Disk>>,
    writer: Arc<tokio::sync::Mutex<Side>>,
    closed: AtomicBool,
}

impl MemoryStore {
    /// Goes on with what another one has committed; an empty one begins with `Disk::default()`.
    pub fn of(disk: Disk) -> MemoryStore {
        let side = Side {
            disk: disk.clone(),
            ..Side::default()
        };
        MemoryStore {
            committed: Arc::new(RwLock::new(disk)),
            writer: Arc::new(tokio::sync::Mutex::new(side)),
            closed: AtomicBool::new(false),
        }
    }

    /// What is committed, also after the store was closed.
    pub fn committed(&self) -> RwLockReadGuard<'_, Disk> {
        // A disk is changed row by row by what cannot panic.
        self.committed.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is committed behind the store's back, as nobody should. No unit may be at work.
    pub fn tamper(&self, change: impl FnOnce(&mut Disk)) {
        let mut committed = self.committed.write().unwrap_or_else(PoisonError::into_inner);
        change(&mut committed);
        if let Ok(mut side) = self.writer.try_lock() {
            side.disk = committed.clone();
        }
    }

    fn disk(&self) -> Result<RwLockReadGuard<'_, Disk>, Error> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::Closed);
        }
        Ok(self.committed())
    }

    async fn unit(&self) -> Result<MemoryUnit, Error> {
        let side = self.writer.clone().lock_owned().await;
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::Closed);
        }
        Ok(MemoryUnit {
            side,
            committed: self.committed.clone(),
            failed: false,
        })
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn begin(&self) -> Result<Box<dyn Unit>, Error> {
        Ok(Box::new(self.unit().await?))
    }

    async fn run(&self, run: RunId) -> Result<Option<RunRow>, Error> {
        Ok(row(&self.disk()?.runs, &run))
    }

    async fn runs(&self, filter: &RunFilter, page: &Page) -> Result<Vec<RunRow>, Error> {
        self.disk()?.list_runs(filter, page)
    }

    async fn search_runs(&self, text: &str, filter: &RunFilter, page: &Page) -> Result<FoundRuns, Error> {
        self.disk()?.search(text, filter, page)
    }

    async fn journal(&self, run: RunId, after_seq: u64, limit: u32) -> Result<Vec<JournalRow>, Error> {
        self.disk()?.entries(run, after_seq, page_rows(limit)?)
    }

    async fn task(&self, run: RunId, task: u32) -> Result<Option<TaskRow>, Error> {
        Ok(row(&self.disk()?.tasks, &(run, task)))
    }

    async fn tasks(&self, filter: &TaskFilter, page: &Page) -> Result<Vec<TaskRow>, Error> {
        self.disk()?.list_tasks(filter, page)
    }

    async fn draft(&self, run: RunId, task: u32) -> Result<Option<DraftRow>, Error> {
        Ok(row(&self.disk()?.drafts, &(run, task)))
    }

    async fn app_file(&self, app: &str, name: &str, version: u32) -> Result<Option<String>, Error> {
        Ok(self.disk()?.file_of(app, name, version))
    }

    async fn last_answers(&self, app: &str, step: &str, place: &str) -> Result<Option<LastAnswersRow>, Error> {
        let key = (app.to_owned(), step.to_owned(), place.to_owned());
        Ok(row(&self.disk()?.last_answers, &key))
    }

    async fn records(
        &self,
        app: &str,
        table: &str,
        equals: &[(String, String)],
        page: &Page,
    ) -> Result<Vec<RecordRow>, Error> {
        let after = page.after.as_deref();
        self.disk()?.find(app, table, equals, after, page.rows()?)
    }

    async fn floor(&self, limit: u32) -> Result<FloorRows, Error> {
        self.disk()?.show_floor(page_rows(limit)?)
    }

    async fn holds(&self, target: Option<&str>) -> Result<Vec<HoldRow>, Error> {
        Ok(self.disk()?.list_holds(target))
    }

    async fn notices(&self, filter: &NoticeFilter, page: &Page) -> Result<Vec<NoticeRow>, Error> {
        self.disk()?.list_notices(filter, page)
    }

    async fn apps(&self) -> Result<Vec<AppRow>, Error> {
        Ok(self.disk()?.list_apps())
    }

    async fn due_timers(&self, until_ms: i64, limit: u32) -> Result<Vec<TimerRow>, Error> {
        Ok(self.disk()?.timers_due(until_ms, page_rows(limit)?))
    }

    async fn next_timer_ms(&self) -> Result<Option<i64>, Error> {
        Ok(self.disk()?.timers.values().map(|row| row.at_ms).min())
    }

    async fn timers_of(&self, run: RunId) -> Result<Vec<TimerRow>, Error> {
        let disk = self.disk()?;
        let timers = disk.timers.range((run, 0)..=(run, u32::MAX));
        let timers = timers.take(PAGE_ROWS_MAX as usize);
        Ok(timers.map(|(_, row)| TimerRow::clone(row)).collect())
    }

    async fn outbox(&self, after: u64, limit: u32) -> Result<Vec<OutboxRow>, Error> {
        number("an outgoing message's number", after)?;
        Ok(behind(&self.disk()?.outbox, after, page_rows(limit)?))
    }

    async fn undelivered(&self, after: u64, limit: u32) -> Result<Vec<UndeliveredRow>, Error> {
        number("an undelivered message's number", after)?;
        Ok(behind(&self.disk()?.undelivered, after, page_rows(limit)?))
    }

    async fn audit(&self, before: Option<u64>, limit: u32) -> Result<Vec<AuditRow>, Error> {
        let disk = self.disk()?;
        let before = disk.audit.range(..before.unwrap_or(u64::MAX));
        let newest = before.rev().take(page_rows(limit)? as usize);
        Ok(newest.map(|(_, row)| AuditRow::clone(row)).collect())
    }

    async fn asks(&self, lane: &str, after: u64, limit: u32) -> Result<Vec<AskRow>, Error> {
        self.disk()?.asks_of(lane, after, page_rows(limit)?)
    }

    async fn ask_lanes(&self) -> Result<Vec<String>, Error> {
        let disk = self.disk()?;
        let mut lanes: Vec<String> = disk.asks.values().map(|row| row.lane.clone()).collect();
        lanes.sort_unstable();
        lanes.dedup();
        Ok(lanes)
    }

    async fn ask(&self, run: RunId, ask: u32) -> Result<Option<AskRow>, Error> {
        Ok(row(&self.disk()?.asks, &(run, ask)))
    }

    async fn tokens(&self) -> Result<Vec<TokenRow>, Error> {
        Ok(all(&self.disk()?.tokens))
    }

    async fn people(&self) -> Result<Vec<PersonRow>, Error> {
        Ok(all(&self.disk()?.people))
    }

    async fn sessions(&self) -> Result<Vec<SessionRow>, Error> {
        Ok(all(&self.disk()?.sessions))
    }

    async fn enrolments(&self) -> Result<Vec<EnrolmentRow>, Error> {
        Ok(all(&self.disk()?.enrolments))
    }

    async fn secret(&self, name: &str) -> Result<Option<SecretRow>, Error> {
        Ok(row(&self.disk()?.secrets, &name.to_owned()))
    }

    async fn signals(&self) -> Result<Vec<SignalRow>, Error> {
        Ok(all(&self.disk()?.signals))
    }

    async fn secret_names(&self, start: &str) -> Result<Vec<String>, Error> {
        let disk = self.disk()?;
        let names = disk.secrets.keys().filter(|name| name.starts_with(start));
        Ok(names.cloned().collect())
    }

    async fn put_blob(&self, bytes: &[u8], media_type: &str, at_ms: i64) -> Result<BlobRow, Error> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::Closed);
        }
        check_blob(bytes, media_type)?;
        let id = hexadecimal(&Sha256::digest(bytes).into());
        if let Some(kept) = self.disk()?.blobs.get(&id) {
            return Ok(kept.0.clone());
        }
        let blob = BlobRow {
            id: id.clone(),
            media_type: media_type.to_owned(),
            size_bytes: bytes.len() as u64,
            at_ms,
        };
        let mut unit = Box::new(self.unit().await?);
        unit.side().blobs().put(id, (blob.clone(), bytes.to_vec()));
        unit.commit().await?;
        Ok(blob)
    }

    async fn blob(&self, id: &str) -> Result<Option<(BlobRow, Vec<u8>)>, Error> {
        Ok(row(&self.disk()?.blobs, &id.to_owned()))
    }

    async fn counts(&self) -> Result<Counts, Error> {
        Ok(self.disk()?.count())
    }

    async fn verify(&self, progress: &(dyn Fn(u64, u64) + Send + Sync)) -> Result<VerifyReport, Error> {
        let disk = self.disk()?;
        Ok(verify(&disk, progress))
    }

    async fn close(&self) {
        self.closed.store(true, Ordering::Release);
        drop(self.writer.lock().await);
    }
}

fn verify(disk: &Disk, progress: &(dyn Fn(u64, u64) + Send + Sync)) -> VerifyReport {
    let mut findings = Findings::default();
    let told = disk.runs.values().map(|row| Told {
        id: row.id,
        seq: row.seq,
        head: row.head,
    });
    let mut told: VecDeque<Told> = told.collect();
    let runs = told.len() as u64;
    findings.report.runs = runs;
    progress(0, runs);
    let mut chain: Option<Chain> = None;
    for row in disk.journal.values() {
        if chain.as_ref().is_none_or(|chain| chain.run != row.run) {
            settle(chain.replace(Chain::of(row.run)), &mut told, &mut findings);
        }
        if let Some(chain) = &mut chain {
            chain.follow(row, &mut findings);
        }
    }
    settle(chain, &mut told, &mut findings);
    for told in told {
        Chain::of(told.id).end(&told, &mut findings);
    }
    let mut head = Hash::default();
    for row in disk.audit.values() {
        findings.report.audit_entries += 1;
        if audit_hash(&head, row.seq, row.at_ms, &row.body) != row.hash {
            let seq = row.seq;
            findings.fault(format!(
                "audit journal: entry {seq} is not what was written, or does not follow the one before it"
            ));
        }
        head = row.hash;
    }
    for row in disk.apps.values() {
        if Hash::from(Sha256::digest(&row.source)) != row.hash {
            findings.fault(format!(
                "app {}, version {}: its source was changed",
                row.app, row.version
            ));
        }
    }
    for (id, (_, bytes)) in disk.blobs.iter().map(|(id, blob)| (id, &**blob)) {
        if hexadecimal(&Sha256::digest(bytes).into()) != *id {
            findings.fault(format!("blob {id}: its file is gone or was changed"));
        }
    }
    progress(runs, runs);
    findings.report()
}

fn hexadecimal(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
