//! A disk that fails, is slow, and loses power; what is committed is looked at before anybody hears of it.

use crate::broken;
use crate::control::{Broken, Control, Fate};
use crate::watch::Watch;
use async_trait::async_trait;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::memory::MemoryStore;
use store::rows::*;
use store::{Error, Store, Unit};

pub struct SimStore {
    pub inner: Arc<MemoryStore>,
    pub control: Control,
    pub watch: Arc<Mutex<Watch>>,
}

struct SimUnit {
    inner: Option<Box<dyn Unit>>,
    store: Arc<MemoryStore>,
    control: Control,
    watch: Arc<Mutex<Watch>>,
    /// All that was written in this unit.
    writes: Vec<Write>,
}

/// Lets others go first, fails, or never returns.
async fn gate(control: &Control, what: &'static str) -> Result<(), Error> {
    for _ in 0..control.patience() {
        tokio::task::yield_now().await;
    }
    match control.fate(what) {
        Fate::Fine => Ok(()),
        Fate::Fails | Fate::Unheard => Err(Error::Other("the disk does not answer".into())),
        Fate::PowerBefore | Fate::PowerAfter => {
            control.power_off(what);
            std::future::pending().await
        }
    }
}

impl SimUnit {
    /// Only `commit` takes it out.
    fn inner(&mut self) -> &mut Box<dyn Unit> {
        self.inner.as_mut().expect("a unit is used until it is committed")
    }

    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn land(&mut self, hears: bool) -> Result<(), Error> {
        let inner = self.inner.take().expect("a unit is committed once");
        if self.control.is_broken(Broken::LosesCommits) {
            return Ok(());
        }
        self.watch().landing(&self.store.committed(), &self.writes, hears);
        inner.commit().await?;
        let writes = std::mem::take(&mut self.writes);
        let mut watch = self.watch();
        watch.committed(&self.store.committed(), writes);
        self.control.note(watch.digest());
        Ok(())
    }
}

#[async_trait]
impl Unit for SimUnit {
    async fn runs(&mut self, ids: &[RunId]) -> Result<Vec<RunRow>, Error> {
        gate(&self.control, "reading runs").await?;
        self.inner().runs(ids).await
    }
    async fn task(&mut self, run: RunId, task: u32) -> Result<Option<TaskRow>, Error> {
        gate(&self.control, "reading a task").await?;
        self.inner().task(run, task).await
    }
    async fn draft(&mut self, run: RunId, task: u32) -> Result<Option<DraftRow>, Error> {
        gate(&self.control, "reading a draft").await?;
        self.inner().draft(run, task).await
    }
    async fn ask(&mut self, run: RunId, ask: u32) -> Result<Option<AskRow>, Error> {
        gate(&self.control, "reading an ask").await?;
        self.inner().ask(run, ask).await
    }
    async fn answered(&mut self, keys: &[RequestKey]) -> Result<Vec<Option<AnsweredRow>>, Error> {
        gate(&self.control, "reading earlier answers").await?;
        let found = self.inner().answered(keys).await?;
        if self.control.is_broken(Broken::ForgetsKeys) {
            return Ok(vec![None; found.len()]);
        }
        Ok(found)
    }
    async fn listeners(&mut self, message: &str) -> Result<Vec<ListenerRow>, Error> {
        gate(&self.control, "reading who listens").await?;
        self.inner().listeners(message).await
    }
    async fn records(
        &mut self,
        app: &str,
        table: &str,
        equals: &[(String, String)],
        limit: u32,
    ) -> Result<Vec<RecordRow>, Error> {
        gate(&self.control, "reading records").await?;
        self.inner().records(app, table, equals, limit).await
    }
    async fn undelivered(&mut self, id: u64) -> Result<Option<UndeliveredRow>, Error> {
        gate(&self.control, "reading what was given up").await?;
        self.inner().undelivered(id).await
    }
    async fn workers(&mut self, app: &str, step: &str) -> Result<Vec<WorkerRow>, Error> {
        gate(&self.control, "reading who was given a step").await?;
        self.inner().workers(app, step).await
    }
    async fn in_hand(&mut self, people: &[String]) -> Result<Vec<u64>, Error> {
        gate(&self.control, "counting what people have in hand").await?;
        self.inner().in_hand(people).await
    }
    async fn app_versions(&mut self, app: &str) -> Result<u32, Error> {
        gate(&self.control, "reading versions").await?;
        self.inner().app_versions(app).await
    }
    async fn next_number(&mut self, series: &str, period: &str) -> Result<u64, Error> {
        gate(&self.control, "taking a number").await?;
        if self.control.is_broken(Broken::SkipsNumbers) {
            self.inner().next_number(series, period).await?;
        }
        self.inner().next_number(series, period).await
    }

    async fn write(&mut self, writes: Vec<Write>) -> Result<(), Error> {
        match self.control.fate("a write") {
            Fate::Fine => {}
            Fate::Fails | Fate::Unheard => {
                // Half of it arrives before the disk is full.
                let half = writes.into_iter();
                let half: Vec<Write> = half.clone().take(half.len() / 2).collect();
                self.inner().write(half).await?;
                return Err(Error::DiskFull);
            }
            Fate::PowerBefore | Fate::PowerAfter => {
                self.control.power_off("a write");
                std::future::pending().await
            }
        }
        let writes = broken::writes(&self.control, writes);
        self.writes.extend(writes.iter().cloned());
        self.inner().write(writes).await
    }

    async fn commit(mut self: Box<Self>) -> Result<(), Error> {
        for _ in 0..self.control.patience() {
            tokio::task::yield_now().await;
        }
        match self.control.fate("a commit") {
            Fate::Fine => self.land(true).await,
            Fate::Fails => Err(Error::DiskFull),
            Fate::Unheard => {
                self.land(false).await?;
                Err(Error::Other("the disk does not answer".into()))
            }
            Fate::PowerBefore => {
                self.control.power_off("a commit, before it was on disk");
                std::future::pending().await
            }
            Fate::PowerAfter => {
                self.land(false).await?;
                self.control
                    .power_off("a commit, after it was on disk and before anybody heard");
                std::future::pending().await
            }
        }
    }
}

/// Reads that fail and are slow as well.
macro_rules! read_through {
    ($($what:literal $name:ident($($argument:ident: $type:ty),*) -> $result:ty;)+) => {
        #[async_trait]
        impl Store for SimStore {
            async fn begin(&self) -> Result<Box<dyn Unit>, Error> {
                gate(&self.control, "beginning").await?;
                Ok(Box::new(SimUnit {
                    inner: Some(self.inner.begin().await?),
                    store: self.inner.clone(),
                    control: self.control.clone(),
                    watch: self.watch.clone(),
                    writes: Vec::new(),
                }))
            }
            $(async fn $name(&self, $($argument: $type),*) -> Result<$result, Error> {
                gate(&self.control, $what).await?;
                self.inner.$name($($argument),*).await
            })+
            async fn put_blob(&self, bytes: &[u8], media_type: &str, at_ms: i64) -> Result<BlobRow, Error> {
                self.inner.put_blob(bytes, media_type, at_ms).await
            }
            async fn verify(&self, progress: &(dyn Fn(u64, u64) + Send + Sync)) -> Result<VerifyReport, Error> {
                self.inner.verify(progress).await
            }
            async fn close(&self) {
                self.inner.close().await;
            }
        }
    };
}

read_through! {
    "reading a run" run(run: RunId) -> Option<RunRow>;
    "reading runs" runs(filter: &RunFilter, page: &Page) -> Vec<RunRow>;
    "searching runs" search_runs(text: &str, filter: &RunFilter, page: &Page) -> FoundRuns;
    "reading a journal" journal(run: RunId, after_seq: u64, limit: u32) -> Vec<JournalRow>;
    "reading a task" task(run: RunId, task: u32) -> Option<TaskRow>;
    "reading tasks" tasks(filter: &TaskFilter, page: &Page) -> Vec<TaskRow>;
    "reading a draft" draft(run: RunId, task: u32) -> Option<DraftRow>;
    "reading a file" app_file(app: &str, name: &str, version: u32) -> Option<String>;
    "reading last answers" last_answers(app: &str, step: &str, place: &str) -> Option<LastAnswersRow>;
    "reading records" records(app: &str, table: &str, equals: &[(String, String)], page: &Page) -> Vec<RecordRow>;
    "reading the floor" floor(limit: u32) -> FloorRows;
    "reading holds" holds(target: Option<&str>) -> Vec<HoldRow>;
    "reading notices" notices(filter: &NoticeFilter, page: &Page) -> Vec<NoticeRow>;
    "reading apps" apps() -> Vec<AppRow>;
    "reading timers" due_timers(until_ms: i64, limit: u32) -> Vec<TimerRow>;
    "reading the next timer" next_timer_ms() -> Option<i64>;
    "reading timers" timers_of(run: RunId) -> Vec<TimerRow>;
    "reading the outbox" outbox(after: u64, limit: u32) -> Vec<OutboxRow>;
    "reading what was given up" undelivered(after: u64, limit: u32) -> Vec<UndeliveredRow>;
    "reading the audit journal" audit(before: Option<u64>, limit: u32) -> Vec<AuditRow>;
    "reading asks" asks(lane: &str, after: u64, limit: u32) -> Vec<AskRow>;
    "reading lanes" ask_lanes() -> Vec<String>;
    "reading an ask" ask(run: RunId, ask: u32) -> Option<AskRow>;
    "reading tokens" tokens() -> Vec<TokenRow>;
    "reading people" people() -> Vec<PersonRow>;
    "reading sessions" sessions() -> Vec<SessionRow>;
    "reading enrolments" enrolments() -> Vec<EnrolmentRow>;
    "reading a secret" secret(name: &str) -> Option<SecretRow>;
    "reading signals" signals() -> Vec<SignalRow>;
    "reading names of secrets" secret_names(start: &str) -> Vec<String>;
    "reading a blob" blob(id: &str) -> Option<(BlobRow, Vec<u8>)>;
    "counting" counts() -> Counts;
}
