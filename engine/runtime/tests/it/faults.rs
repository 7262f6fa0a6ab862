//! A store that fails now and then: nothing acknowledged is lost, nothing is half done, the engine lives on.

use crate::apps;
use crate::changes::Follower;
use crate::rig::*;
use async_trait::async_trait;
use kernel::Status;
use runtime::{Channel, Complete, Engine, Error, ManualClock, Options, SaveDraft, Start};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use store::rows::*;
use store::{AnyStore, Store, Unit};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Where the next failure comes from.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    Write,
    /// The commit fails and nothing is kept.
    Commit,
    /// The commit is on disk, but nobody hears so.
    CommitUnheard,
}

/// Every `every`-th use of a unit fails, in one way after the other, while it is `on`.
struct Faults {
    on: AtomicBool,
    every: u64,
    uses: AtomicU64,
}

impl Faults {
    fn next(&self) -> Option<Fault> {
        if !self.on.load(Ordering::SeqCst) {
            return None;
        }
        let number = self.uses.fetch_add(1, Ordering::SeqCst) + 1;
        let faults = [Fault::Write, Fault::Commit, Fault::CommitUnheard];
        number
            .is_multiple_of(self.every)
            .then(|| faults[(number / self.every) as usize % faults.len()])
    }
}

struct FaultyStore {
    inner: AnyStore,
    faults: Arc<Faults>,
}

struct FaultyUnit {
    inner: Box<dyn Unit>,
    fault: Option<Fault>,
}

#[async_trait]
impl Unit for FaultyUnit {
    async fn runs(&mut self, ids: &[RunId]) -> Result<Vec<RunRow>, store::Error> {
        self.inner.runs(ids).await
    }
    async fn task(&mut self, run: RunId, task: u32) -> Result<Option<TaskRow>, store::Error> {
        self.inner.task(run, task).await
    }
    async fn draft(&mut self, run: RunId, task: u32) -> Result<Option<DraftRow>, store::Error> {
        self.inner.draft(run, task).await
    }
    async fn ask(&mut self, run: RunId, ask: u32) -> Result<Option<AskRow>, store::Error> {
        self.inner.ask(run, ask).await
    }
    async fn undelivered(&mut self, id: u64) -> Result<Option<UndeliveredRow>, store::Error> {
        self.inner.undelivered(id).await
    }
    async fn answered(&mut self, keys: &[RequestKey]) -> Result<Vec<Option<AnsweredRow>>, store::Error> {
        self.inner.answered(keys).await
    }
    async fn listeners(&mut self, message: &str) -> Result<Vec<ListenerRow>, store::Error> {
        self.inner.listeners(message).await
    }
    async fn records(
        &mut self,
        app: &str,
        table: &str,
        equals: &[(String, String)],
        limit: u32,
    ) -> Result<Vec<RecordRow>, store::Error> {
        self.inner.records(app, table, equals, limit).await
    }
    async fn next_number(&mut self, series: &str, period: &str) -> Result<u64, store::Error> {
        self.inner.next_number(series, period).await
    }
    async fn workers(&mut self, app: &str, step: &str) -> Result<Vec<store::rows::WorkerRow>, store::Error> {
        self.inner.workers(app, step).await
    }
    async fn in_hand(&mut self, people: &[String]) -> Result<Vec<u64>, store::Error> {
        self.inner.in_hand(people).await
    }
    async fn app_versions(&mut self, app: &str) -> Result<u32, store::Error> {
        self.inner.app_versions(app).await
    }
    async fn write(&mut self, writes: Vec<Write>) -> Result<(), store::Error> {
        if self.fault == Some(Fault::Write) {
            // Half of it arrives before the disk is full.
            let half = writes.len() / 2;
            self.inner.write(writes.into_iter().take(half).collect()).await?;
            return Err(store::Error::DiskFull);
        }
        self.inner.write(writes).await
    }
    async fn commit(self: Box<Self>) -> Result<(), store::Error> {
        match self.fault {
            Some(Fault::Commit) => Err(store::Error::DiskFull),
            Some(Fault::CommitUnheard) => {
                self.inner.commit().await?;
                Err(store::Error::Other("the disk does not answer".into()))
            }
            _ => self.inner.commit().await,
        }
    }
}

#[async_trait]
impl Store for FaultyStore {
    async fn begin(&self) -> Result<Box<dyn Unit>, store::Error> {
        let inner = self.inner.begin().await?;
        Ok(Box::new(FaultyUnit {
            inner,
            fault: self.faults.next(),
        }))
    }
    async fn run(&self, run: RunId) -> Result<Option<RunRow>, store::Error> {
        self.inner.run(run).await
    }
    async fn runs(&self, filter: &RunFilter, page: &Page) -> Result<Vec<RunRow>, store::Error> {
        self.inner.runs(filter, page).await
    }
    async fn journal(&self, run: RunId, after_seq: u64, limit: u32) -> Result<Vec<JournalRow>, store::Error> {
        self.inner.journal(run, after_seq, limit).await
    }
    async fn task(&self, run: RunId, task: u32) -> Result<Option<TaskRow>, store::Error> {
        self.inner.task(run, task).await
    }
    async fn tasks(&self, filter: &TaskFilter, page: &Page) -> Result<Vec<TaskRow>, store::Error> {
        self.inner.tasks(filter, page).await
    }
    async fn draft(&self, run: RunId, task: u32) -> Result<Option<DraftRow>, store::Error> {
        self.inner.draft(run, task).await
    }
    async fn records(
        &self,
        app: &str,
        table: &str,
        equals: &[(String, String)],
        page: &Page,
    ) -> Result<Vec<RecordRow>, store::Error> {
        self.inner.records(app, table, equals, page).await
    }
    async fn holds(&self, target: Option<&str>) -> Result<Vec<HoldRow>, store::Error> {
        self.inner.holds(target).await
    }
    async fn notices(&self, filter: &NoticeFilter, page: &Page) -> Result<Vec<NoticeRow>, store::Error> {
        self.inner.notices(filter, page).await
    }
    async fn apps(&self) -> Result<Vec<AppRow>, store::Error> {
        self.inner.apps().await
    }
    async fn due_timers(&self, until_ms: i64, limit: u32) -> Result<Vec<TimerRow>, store::Error> {
        self.inner.due_timers(until_ms, limit).await
    }
    async fn timers_of(&self, run: RunId) -> Result<Vec<TimerRow>, store::Error> {
        self.inner.timers_of(run).await
    }
    async fn next_timer_ms(&self) -> Result<Option<i64>, store::Error> {
        self.inner.next_timer_ms().await
    }
    async fn outbox(&self, after: u64, limit: u32) -> Result<Vec<OutboxRow>, store::Error> {
        self.inner.outbox(after, limit).await
    }
    async fn undelivered(&self, after: u64, limit: u32) -> Result<Vec<UndeliveredRow>, store::Error> {
        self.inner.undelivered(after, limit).await
    }
    async fn app_file(&self, app: &str, name: &str, version: u32) -> Result<Option<String>, store::Error> {
        self.inner.app_file(app, name, version).await
    }
    async fn last_answers(&self, app: &str, step: &str, station: &str) -> Result<Option<LastAnswersRow>, store::Error> {
        self.inner.last_answers(app, step, station).await
    }
    async fn asks(&self, lane: &str, after: u64, limit: u32) -> Result<Vec<AskRow>, store::Error> {
        self.inner.asks(lane, after, limit).await
    }
    async fn ask_lanes(&self) -> Result<Vec<String>, store::Error> {
        self.inner.ask_lanes().await
    }
    async fn ask(&self, run: RunId, ask: u32) -> Result<Option<AskRow>, store::Error> {
        self.inner.ask(run, ask).await
    }
    async fn audit(&self, before: Option<u64>, limit: u32) -> Result<Vec<AuditRow>, store::Error> {
        self.inner.audit(before, limit).await
    }
    async fn tokens(&self) -> Result<Vec<TokenRow>, store::Error> {
        self.inner.tokens().await
    }
    async fn search_runs(&self, text: &str, filter: &RunFilter, page: &Page) -> Result<FoundRuns, store::Error> {
        self.inner.search_runs(text, filter, page).await
    }
    async fn floor(&self, limit: u32) -> Result<FloorRows, store::Error> {
        self.inner.floor(limit).await
    }
    async fn people(&self) -> Result<Vec<PersonRow>, store::Error> {
        self.inner.people().await
    }
    async fn sessions(&self) -> Result<Vec<SessionRow>, store::Error> {
        self.inner.sessions().await
    }
    async fn enrolments(&self) -> Result<Vec<EnrolmentRow>, store::Error> {
        self.inner.enrolments().await
    }
    async fn signals(&self) -> Result<Vec<SignalRow>, store::Error> {
        self.inner.signals().await
    }
    async fn secret(&self, name: &str) -> Result<Option<SecretRow>, store::Error> {
        self.inner.secret(name).await
    }
    async fn secret_names(&self, start: &str) -> Result<Vec<String>, store::Error> {
        self.inner.secret_names(start).await
    }
    async fn put_blob(&self, bytes: &[u8], media_type: &str, at_ms: i64) -> Result<BlobRow, store::Error> {
        self.inner.put_blob(bytes, media_type, at_ms).await
    }
    async fn blob(&self, id: &str) -> Result<Option<(BlobRow, Vec<u8>)>, store::Error> {
        self.inner.blob(id).await
    }
    async fn counts(&self) -> Result<Counts, store::Error> {
        self.inner.counts().await
    }
    async fn verify(&self, progress: &(dyn Fn(u64, u64) + Send + Sync)) -> Result<VerifyReport, store::Error> {
        self.inner.verify(progress).await
    }
    async fn close(&self) {
        self.inner.close().await;
    }
}

struct FaultyRig {
    engine: Engine,
    clock: Arc<ManualClock>,
    faults: Arc<Faults>,
    folder: tempfile::TempDir,
}

async fn faulty(every: u64, sources: &[&str]) -> FaultyRig {
    faulty_with(every, sources, Vec::new()).await
}

async fn faulty_with(every: u64, sources: &[&str], channels: Vec<Arc<dyn Channel>>) -> FaultyRig {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(MORNING));
    let faults = Arc::new(Faults {
        on: AtomicBool::new(false),
        every,
        uses: AtomicU64::new(0),
    });
    let store: AnyStore = Arc::new(FaultyStore {
        inner: sqlite(&folder).await,
        faults: faults.clone(),
    });
    let options = Options {
        channels,
        ..options(store, &clock)
    };
    let engine = Engine::open(options).await.unwrap();
    for source in sources {
        engine.publish(source, &caller()).await.unwrap();
    }
    faults.on.store(true, Ordering::SeqCst);
    FaultyRig {
        engine,
        clock,
        faults,
        folder,
    }
}

impl FaultyRig {
    /// The disk is in order again, the engine was never stopped, and what is kept is whole.
    async fn verify(self) {
        self.engine.shutdown().await;
        let store = sqlite(&self.folder).await;
        assert_eq!(
            runtime::verify(&store, &|_| {}).await.unwrap().faults,
            Vec::<String>::new()
        );
    }
}

/// One worker: notes, each started, drafted and answered; what was acknowledged last is kept by run.
async fn write_notes(engine: Engine, notes: usize) -> (BTreeMap<RunId, Status>, usize) {
    let mut acknowledged = BTreeMap::new();
    let mut failures = 0;
    for _ in 0..notes {
        let start = Start {
            app: "note".into(),
            ..Start::default()
        };
        let run = match engine.start(start, &caller()).await {
            Ok(started) => started.run,
            Err(Error::Store(_)) => {
                failures += 1;
                continue;
            }
            Err(other) => panic!("{other}"),
        };
        acknowledged.insert(run.id, run.status);
        let task = reference(&run.tasks[0]);
        let answers = members(json!({"what": "x"}));
        let draft = SaveDraft {
            task: task.clone(),
            draft_version: None,
            answers: answers.clone(),
        };
        failures += usize::from(engine.save_draft(draft, &by("wang")).await.is_err());
        match engine.complete(Complete::new(task, answers), &by("wang")).await {
            Ok(run) => {
                acknowledged.insert(run.id, run.status);
            }
            Err(Error::Store(_)) => failures += 1,
            Err(other) => panic!("{other}"),
        }
    }
    (acknowledged, failures)
}

#[tokio::test]
async fn a_failing_disk_loses_nothing_that_was_acknowledged() {
    let rig = faulty(4, &[apps::NOTE]).await;
    let mut follower = Follower::of(&rig.engine).await;
    let mut workers = JoinSet::new();
    for _ in 0..6 {
        workers.spawn(write_notes(rig.engine.clone(), 25));
    }
    let done = workers.join_all().await;
    let failures: usize = done.iter().map(|(_, failures)| failures).sum();
    assert!(failures > 20, "the faults must have been felt: {failures}");
    rig.faults.on.store(false, Ordering::SeqCst);

    let mut acknowledged = 0;
    for (run, status) in done.into_iter().flat_map(|(acknowledged, _)| acknowledged) {
        let now = rig.engine.run(run).await.unwrap();
        // What failed unheard may have happened; what was heard must have.
        assert!(
            now.status == status || now.status == Status::Finished,
            "{status:?}, now {:?}",
            now.status
        );
        assert_eq!(now.tasks.len(), usize::from(now.status == Status::Waiting));
        acknowledged += 1;
    }
    assert!(acknowledged > 20);
    // Who follows the changes knows all of it, also what was committed unheard.
    follower.check().await;
    assert!(follower.resets > 0);

    // And the engine goes on.
    rig.engine.health().await.unwrap();
    let (fresh, failures) = write_notes(rig.engine.clone(), 3).await;
    assert_eq!((fresh.len(), failures), (3, 0));
    assert!(fresh.values().all(|status| *status == Status::Finished));
    follower.check().await;
    rig.verify().await;
}

#[tokio::test]
async fn timers_outlive_a_failing_disk() {
    let rig = faulty(2, &[apps::NOTE]).await;
    let mut started = 0;
    while started < 5 {
        let start = Start {
            app: "note".into(),
            ..Start::default()
        };
        started += usize::from(rig.engine.start(start, &caller()).await.is_ok());
    }
    rig.clock.advance_ms(21 * MINUTE_MS);
    // After each failure timers rest for a second of the clock.
    for _ in 0..10 {
        rig.engine.settled().await.unwrap();
        rig.clock.advance_ms(runtime::limits::TIMERS_REST_MS);
    }
    rig.engine.settled().await.unwrap();
    rig.faults.on.store(false, Ordering::SeqCst);
    let kept = rig.engine.metrics().await.unwrap().kept;
    assert!(kept.tasks_late >= 5 && kept.tasks_late == kept.tasks_open, "{kept:?}");
    let notices = rig.engine.notices(&Default::default(), &Page::default()).await.unwrap();
    assert_eq!(notices.items.len() as u64, kept.tasks_late, "nobody is told twice");
    rig.verify().await;
}

#[tokio::test]
async fn a_full_disk_is_told_to_everybody_in_the_batch() {
    let rig = faulty(1, &[apps::STRAIGHT]).await;
    let start = Start {
        app: "straight".into(),
        inputs: members(json!({"count": 1})),
        ..Start::default()
    };
    // The faults come in turn; the second one is the failed commit.
    let mut full = 0;
    for _ in 0..6 {
        let mut starts = JoinSet::new();
        for _ in 0..10 {
            let (engine, start) = (rig.engine.clone(), start.clone());
            starts.spawn(async move { engine.start(start, &caller()).await });
        }
        let answers = starts.join_all().await;
        assert!(answers.iter().all(|answer| matches!(answer, Err(Error::Store(_)))));
        full += answers
            .iter()
            .filter(|answer| matches!(answer, Err(Error::Store(store::Error::DiskFull))))
            .count();
    }
    assert_eq!(full, 40);
    rig.faults.on.store(false, Ordering::SeqCst);
    rig.engine.start(start, &caller()).await.unwrap();
    rig.verify().await;
}

#[tokio::test]
async fn a_version_whose_commit_nobody_heard_is_found_again() {
    let rig = faulty(1, &[apps::STRAIGHT]).await;
    let mut unheard = 0;
    for round in 0..6 {
        let source = format!("{}# {round}\n", apps::NOTE);
        let failed = rig.engine.publish(&source, &caller()).await.unwrap_err();
        assert!(matches!(failed, Error::Store(_)), "{failed}");
        rig.faults.on.store(false, Ordering::SeqCst);
        let again = rig.engine.publish(&source, &caller()).await.unwrap();
        unheard += u32::from(!again.changed);
        rig.faults.on.store(true, Ordering::SeqCst);
    }
    assert_eq!(unheard, 2, "one in three commits arrived unheard");
    rig.faults.on.store(false, Ordering::SeqCst);
    assert_eq!(
        rig.engine.apps().iter().find(|app| app.id == "note").unwrap().version,
        6
    );
    rig.verify().await;
}

#[tokio::test]
async fn what_was_told_leaves_although_the_disk_fails() {
    let (delivered, mut received) = mpsc::unbounded_channel();
    let refuses = Arc::new(AtomicBool::new(false));
    let rig = faulty_with(3, &[apps::TELLS], vec![Arc::new(TestChannel { delivered, refuses })]).await;
    let mut told = 0;
    while told < 30 {
        let inputs = members(json!({"word": format!("word {told}")}));
        let start = Start {
            app: "shout".into(),
            inputs,
            ..Start::default()
        };
        told += usize::from(rig.engine.start(start, &caller()).await.is_ok());
    }
    // What could not be dropped is delivered again as the clock goes on; each round either waits for the writer or ends.
    while rig.engine.metrics().await.unwrap().kept.outbox > 0 {
        rig.clock.advance_ms(runtime::limits::PUMP_RETRY_FIRST_MS);
        rig.engine.settled().await.unwrap();
    }
    rig.faults.on.store(false, Ordering::SeqCst);
    let notices = rig
        .engine
        .notices(&Default::default(), &Page::default())
        .await
        .unwrap()
        .items;
    rig.verify().await;
    let mut keys = BTreeSet::new();
    while let Ok((key, _)) = received.try_recv() {
        keys.insert(key);
    }
    assert_eq!(keys.len(), notices.len(), "each at least once, under one key");
    assert!(notices.len() >= 30);
}
