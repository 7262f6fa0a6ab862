//! The one that owns the order: takes what has arrived, does it in one transaction, commits once, and only then answers
//! and lets messages leave.

use crate::asks::Lanes;
use crate::batch::{Batch, Committed};
use crate::changes::Change;
use crate::command::{Command, Job, Reply};
use crate::engine::Shared;
use crate::feed::Feed;
use crate::hot::Hot;
use crate::ids::Source;
use crate::run::Loaded;
use crate::{Error, limits};
use kernel::Timestamp;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use store::rows::{AnsweredRow, Hash, RequestKey, RunId, TimerRow, Write};
use tokio::sync::{mpsc, oneshot, watch};

/// What arrives in the queue.
pub(crate) enum Ask {
    Job(Box<Job>),
    /// Answered as soon as nothing that came before is left and no timer is due.
    Settle(oneshot::Sender<()>),
    /// Nothing more is taken; what is in the queue is still done.
    Stop,
}

pub(crate) struct Writer {
    shared: Arc<Shared>,
    outbox_grew: watch::Sender<()>,
    lanes: Arc<Lanes>,
    lanes_unknown: bool,
    feed: Feed,
    hot: Hot<Box<Loaded>>,
    ids: Source,
    next_timer_ms: Option<i64>,
    /// After the store failed, timers are left alone until then.
    rest_until_ms: i64,
    forgotten_at_ms: i64,
    settling: Vec<oneshot::Sender<()>>,
    /// Signals were written a moment before: what has been told of them since is written then.
    signals_again_ms: Option<i64>,
    /// Runs that could not be let go are left alone until then.
    let_go_later: HashMap<RunId, i64>,
}

/// Timers and jobs that go into one commit.
struct Portion {
    timers: Vec<TimerRow>,
    jobs: Vec<Job>,
}

/// How far a portion came.
enum Attempt {
    Committed(Vec<Result<Reply, Error>>, Vec<Change>),
    /// One of them failed after it had changed something: all is undone, and tried again without it.
    JobTakenOut(usize, Error),
    TimerTakenOut(usize),
    Failed(store::Error),
}

impl Writer {
    pub(crate) fn new(
        shared: Arc<Shared>,
        outbox_grew: watch::Sender<()>,
        lanes: Arc<Lanes>,
        feed: Feed,
        ids: Source,
        next_timer_ms: Option<i64>,
    ) -> Writer {
        Writer {
            shared,
            outbox_grew,
            lanes,
            lanes_unknown: false,
            feed,
            hot: Hot::new(limits::HOT_RUNS_MAX, limits::HOT_BYTES_MAX),
            ids,
            next_timer_ms,
            rest_until_ms: i64::MIN,
            forgotten_at_ms: i64::MIN,
            settling: Vec::new(),
            signals_again_ms: None,
            let_go_later: HashMap::new(),
        }
    }

    /// Ends when the queue is closed and empty, with the store closed.
    pub(crate) async fn run(mut self, mut queue: mpsc::Receiver<Ask>) {
        loop {
            let mut jobs = Vec::new();
            if !self.timers_are_due() && self.runs_to_let_go().is_empty() {
                for settled in self.settling.drain(..) {
                    // Who asked may have gone.
                    let _ = settled.send(());
                }
                tokio::select! {
                    biased;
                    ask = queue.recv() => match ask {
                        Some(ask) => self.take(ask, &mut queue, &mut jobs),
                        None => break,
                    },
                    () = self.next_timer() => {}
                    () = self.next_signals() => {}
                    () = self.next_let_go() => {}
                }
            }
            self.drain(&mut queue, &mut jobs);
            jobs.extend(self.signals_told_since());
            jobs.extend(self.runs_to_let_go().into_iter().map(Job::let_run_go));
            let timers = self.due_timers().await;
            if !jobs.is_empty() || !timers.is_empty() {
                self.process(Portion { timers, jobs }).await;
            }
        }
        self.write_last_signals().await;
        self.shared.store.close().await;
    }

    /// What has been told since it was written last.
    async fn write_last_signals(&mut self) {
        let mut batch = Batch::new(&self.shared, &mut self.hot, &self.ids);
        batch.write_signals(true);
        if let Err(failure) = batch.commit(0).await {
            tracing::error!(%failure, "the last readings of signals could not be written");
        }
    }

    fn take(&mut self, ask: Ask, queue: &mut mpsc::Receiver<Ask>, jobs: &mut Vec<Job>) {
        match ask {
            Ask::Job(job) => jobs.push(*job),
            Ask::Settle(settled) => self.settling.push(settled),
            Ask::Stop => queue.close(),
        }
    }

    /// What has arrived meanwhile, up to the limits of a batch.
    fn drain(&mut self, queue: &mut mpsc::Receiver<Ask>, jobs: &mut Vec<Job>) {
        let mut bytes: usize = jobs.iter().map(|job| job.load.bytes).sum();
        while jobs.len() < limits::BATCH_REQUESTS_MAX && bytes < limits::BATCH_BYTES_MAX {
            let Ok(ask) = queue.try_recv() else {
                return;
            };
            self.take(ask, queue, jobs);
            bytes += jobs.last().map_or(0, |job| job.load.bytes);
        }
    }

    fn timers_are_due(&self) -> bool {
        let now = self.shared.clock.now().0;
        now >= self.rest_until_ms && self.next_timer_ms.is_some_and(|at| at <= now)
    }

    async fn next_timer(&self) {
        match self.next_timer_ms {
            Some(at) => {
                let at = Timestamp(at.max(self.rest_until_ms));
                self.shared.clock.sleep_until(at).await;
            }
            None => std::future::pending().await,
        }
    }

    /// The runs that go on now, when a brake has been let go.
    fn runs_to_let_go(&self) -> Vec<RunId> {
        let now = self.shared.clock.now().0;
        let (runs, at_ms) = self.next_to_let_go();
        if at_ms <= now { runs } else { Vec::new() }
    }

    fn next_to_let_go(&self) -> (Vec<RunId>, i64) {
        let later = |run| self.let_go_later.get(&run).copied();
        let (runs, at_ms) = self.shared.brakes().next(&later);
        (runs, at_ms.max(self.rest_until_ms))
    }

    async fn next_let_go(&self) {
        match self.next_to_let_go() {
            (runs, at) if !runs.is_empty() => self.shared.clock.sleep_until(Timestamp(at)).await,
            _ => std::future::pending().await,
        }
    }

    async fn next_signals(&self) {
        match self.signals_again_ms {
            Some(at) => self.shared.clock.sleep_until(Timestamp(at)).await,
            None => std::future::pending().await,
        }
    }

    /// The job to write what has been told of signals that had been written a moment before.
    fn signals_told_since(&mut self) -> Option<Job> {
        self.signals_again_ms.take_if(|at| *at <= self.shared.clock.now().0)?;
        self.shared.signals.is_dirty().then(Job::write_signals)
    }

    async fn due_timers(&mut self) -> Vec<TimerRow> {
        if !self.timers_are_due() {
            return Vec::new();
        }
        let now = self.shared.clock.now().0;
        let due = self.shared.store.due_timers(now, limits::TIMERS_PER_BATCH_MAX).await;
        match due {
            Ok(due) => {
                if due.is_empty() {
                    self.look_at_timers().await;
                }
                due
            }
            Err(failure) => {
                self.rest(&failure);
                Vec::new()
            }
        }
    }

    async fn look_at_timers(&mut self) {
        match self.shared.store.next_timer_ms().await {
            Ok(next) => self.next_timer_ms = next,
            Err(failure) => self.rest(&failure),
        }
    }

    fn rest(&mut self, failure: &store::Error) {
        tracing::error!(%failure, "the store failed");
        self.rest_until_ms = self.shared.clock.now().0 + limits::TIMERS_REST_MS;
    }

    /// After a failed commit nobody can say what of it arrived: what is kept in memory about timers, the outbox and
    /// apps is looked at again, and readers of changes do the same. Runs were forgotten with the batch.
    async fn look_again(&mut self, jobs: &[Job]) {
        self.next_timer_ms = Some(i64::MIN);
        self.outbox_grew.send_replace(());
        self.look_at_lanes().await;
        self.feed.forget();
        if jobs.iter().any(|job| matches!(job.command, Command::Publish(_))) {
            let read = self.shared.store.apps().await;
            if let Err(failure) = read.and_then(|rows| self.shared.catalogue.take_up(rows)) {
                tracing::error!(%failure, "the apps cannot be read");
            }
        }
    }

    /// Until it succeeds, after each commit: asks in a lane that nobody knows would wait for ever.
    async fn look_at_lanes(&mut self) {
        let read = self.shared.store.ask_lanes().await;
        self.lanes_unknown = read.is_err();
        match read {
            Ok(lanes) => self.lanes.grew(lanes),
            Err(failure) => tracing::error!(%failure, "what was asked cannot be read"),
        }
    }

    async fn process(&mut self, portion: Portion) {
        let mut portions = VecDeque::from([portion]);
        while let Some(portion) = portions.pop_front() {
            self.process_portion(portion, &mut portions).await;
        }
    }

    /// Tries until all that can be done of it is committed, or the store refuses. When what the store refuses may be
    /// the fault of one alone, each is put into `portions` on its own.
    async fn process_portion(&mut self, portion: Portion, portions: &mut VecDeque<Portion>) {
        let Portion { timers, mut jobs } = portion;
        let mut postponed = vec![false; timers.len()];
        let mut taken_out = 0;
        loop {
            match self.attempt(&timers, &postponed, &jobs).await {
                Attempt::Committed(results, changes) => {
                    for (job, result) in jobs.into_iter().zip(results) {
                        self.answer(job, result);
                    }
                    // After the answers: waking a thousand readers takes a while.
                    self.feed.add(changes);
                    if !timers.is_empty() {
                        self.look_at_timers().await;
                    }
                    if self.lanes_unknown {
                        self.look_at_lanes().await;
                    }
                    return;
                }
                Attempt::JobTakenOut(index, error) => {
                    let job = jobs.remove(index);
                    self.answer(job, Err(error));
                    taken_out += 1;
                    if taken_out == limits::TAKEN_OUT_MAX {
                        portions.extend(one_by_one(timers, jobs));
                        return;
                    }
                }
                Attempt::TimerTakenOut(index) => postponed[index] = true,
                Attempt::Failed(failure) if may_be_one_alone(&failure) && postponed == [false] && jobs.is_empty() => {
                    tracing::error!(%failure, run = %timers[0].run, "a timer is postponed");
                    postponed[0] = true;
                }
                Attempt::Failed(failure) => {
                    if timers.len() + jobs.len() > 1 && may_be_one_alone(&failure) {
                        tracing::warn!(%failure, "a batch failed and is tried one by one");
                        portions.extend(one_by_one(timers, jobs));
                        return;
                    }
                    self.rest(&failure);
                    self.look_again(&jobs).await;
                    for job in jobs {
                        self.answer(job, Err(Error::Store(same_failure(&failure))));
                    }
                    return;
                }
            }
        }
    }

    fn answer(&mut self, job: Job, result: Result<Reply, Error>) {
        let kind = job.command.kind();
        if let Command::LetRunGo(run) = job.command {
            self.let_go_later.remove(&run);
            if let Err(error) = &result {
                tracing::error!(%run, %error, "a run that was held cannot go on");
                let later = self.shared.clock.now().0 + limits::TIMER_POSTPONED_MS;
                self.let_go_later.insert(run, later);
            }
        }
        match &result {
            Ok(_) => self.shared.counters.done(kind),
            Err(_) => self.shared.counters.refused(kind),
        }
        if let Some(reply) = job.reply {
            // Who asked may have gone; what was done stays done.
            let _ = reply.send(result);
        }
    }

    async fn attempt(&mut self, timers: &[TimerRow], postponed: &[bool], jobs: &[Job]) -> Attempt {
        let mut batch = Batch::new(&self.shared, &mut self.hot, &self.ids);
        if let Err(failure) = prepare(&mut batch, timers, jobs).await {
            return Attempt::Failed(failure);
        }
        let mut answers = match earlier_answers(&mut batch, jobs).await {
            Ok(answers) => answers,
            Err(failure) => return Attempt::Failed(failure),
        };
        for (index, timer) in timers.iter().enumerate() {
            let fired = if postponed[index] {
                batch.postpone(timer);
                Ok(())
            } else {
                batch.fire(timer).await
            };
            match fired {
                Ok(()) => {}
                Err(Error::Store(failure)) => return Attempt::Failed(failure),
                Err(error) => {
                    tracing::warn!(run = %timer.run, timer = timer.timer, %error, "a timer is postponed");
                    return Attempt::TimerTakenOut(index);
                }
            }
        }
        let mut results = Vec::with_capacity(jobs.len());
        for (index, job) in jobs.iter().enumerate() {
            let changes = batch.changes();
            match answer_of(&mut batch, job, &mut answers).await {
                Err(Error::Store(failure)) => return Attempt::Failed(failure),
                Err(error) if batch.changes() != changes => {
                    return Attempt::JobTakenOut(index, error);
                }
                result => results.push(result.and_then(|done| done)),
            }
        }
        if batch.has_writes() {
            batch.write_signals(false);
        }
        let now = batch.now.0;
        if self.shared.signals.has_any() {
            self.signals_again_ms
                .get_or_insert(now + limits::SIGNAL_WRITTEN_EVERY_MS);
        }
        if now.saturating_sub(self.forgotten_at_ms) >= limits::ANSWERS_FORGOTTEN_EVERY_MS && batch.has_writes() {
            self.forgotten_at_ms = now;
            batch.push(Write::DropAnsweredBefore {
                at_ms: now - limits::ANSWERS_KEPT_MS,
            });
        }
        match batch.commit(jobs.len()).await {
            Ok(mut committed) => {
                let changes = std::mem::take(&mut committed.changes);
                self.committed(committed, postponed.iter().filter(|postponed| !**postponed).count());
                Attempt::Committed(results, changes)
            }
            Err(failure) => {
                self.shared.signals.none_is_written();
                Attempt::Failed(failure)
            }
        }
    }

    fn committed(&mut self, committed: Committed, timers: usize) {
        for version in committed.new_versions {
            self.shared.catalogue.add(version);
        }
        self.next_timer_ms = match (self.next_timer_ms, committed.earliest_timer_ms) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        if committed.outbox_grew {
            self.outbox_grew.send_replace(());
        }
        self.lanes.grew(committed.asked);
        self.shared.counters.timers_fired(timers as u64);
    }
}

/// Loads at once what the commands and timers will move.
async fn prepare(batch: &mut Batch<'_>, timers: &[TimerRow], jobs: &[Job]) -> Result<(), store::Error> {
    let mut runs: Vec<_> = timers.iter().map(|timer| timer.run).collect();
    runs.extend(jobs.iter().filter_map(|job| job.command.run()));
    batch.load(runs).await
}

/// Earlier answers by key: those of the store, and as the batch goes on, its own.
type Answers = HashMap<RequestKey, (Hash, Vec<u8>)>;

async fn earlier_answers(batch: &mut Batch<'_>, jobs: &[Job]) -> Result<Answers, store::Error> {
    let keys: Vec<RequestKey> = jobs
        .iter()
        .filter_map(|job| job.key.as_ref().map(|(key, _)| key.clone()))
        .collect();
    if keys.is_empty() {
        return Ok(Answers::new());
    }
    let found = batch.unit().await?.answered(&keys).await?;
    Ok(found
        .into_iter()
        .flatten()
        .map(|row| (row.key, (row.fingerprint, row.reply)))
        .collect())
}

/// The outer error says that the batch cannot go on with this one in it, or that nothing of it was done; the inner one
/// refuses it while something of it is kept.
async fn answer_of(batch: &mut Batch<'_>, job: &Job, answers: &mut Answers) -> Result<Result<Reply, Error>, Error> {
    let Some((key, fingerprint)) = &job.key else {
        return batch.execute(&job.command, &job.caller).await;
    };
    if let Some((earlier, reply)) = answers.get(key) {
        if earlier != fingerprint {
            return Err(Error::KeyReused);
        }
        return serde_json::from_slice(reply)
            .map(Ok)
            .map_err(|problem| Error::Store(store::Error::Damaged(problem.to_string())));
    }
    let result = batch.execute(&job.command, &job.caller).await?;
    if let Ok(reply) = &result {
        // A reply is made of views, which are JSON on the wire too.
        let text = serde_json::to_vec(reply).expect("a reply is JSON");
        answers.insert(key.clone(), (*fingerprint, text.clone()));
        batch.push(Write::PutAnswered(AnsweredRow {
            key: key.clone(),
            fingerprint: *fingerprint,
            reply: text,
            at_ms: batch.now.0,
        }));
    }
    Ok(result)
}

fn one_by_one(timers: Vec<TimerRow>, jobs: Vec<Job>) -> impl Iterator<Item = Portion> {
    let timers = timers.into_iter().map(|timer| Portion {
        timers: vec![timer],
        jobs: Vec::new(),
    });
    timers.chain(jobs.into_iter().map(|job| Portion {
        timers: Vec::new(),
        jobs: vec![job],
    }))
}

/// A full disk refuses everybody; a conflict or a value too large is one's own.
fn may_be_one_alone(failure: &store::Error) -> bool {
    use store::Error;
    matches!(
        failure,
        Error::Conflict(_) | Error::TooLarge { .. } | Error::Damaged(_) | Error::Invalid(_)
    )
}

/// The same failure for another of the same batch.
fn same_failure(failure: &store::Error) -> store::Error {
    use store::Error;
    match failure {
        Error::DiskFull => Error::DiskFull,
        Error::ReadOnly(what) => Error::ReadOnly(what.clone()),
        Error::InUse(what) => Error::InUse(what.clone()),
        Error::NewerFormat { found, known } => Error::NewerFormat {
            found: *found,
            known: *known,
        },
        Error::Damaged(what) => Error::Damaged(what.clone()),
        Error::Conflict(what) => Error::Conflict(what.clone()),
        Error::Invalid(what) => Error::Invalid(what.clone()),
        Error::TooLarge { what, size, max } => Error::TooLarge {
            what,
            size: *size,
            max: *max,
        },
        Error::Closed => Error::Closed,
        other => Error::Other(other.to_string().into()),
    }
}
