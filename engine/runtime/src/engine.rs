//! The handle that callers hold: checks what they hand in, puts it into the writer's queue, waits for the answer.

use crate::apps::{Catalogue, Compiled, errors_of, hexadecimal};
use crate::asks::Lanes;
use crate::brakes::Brakes;
use crate::changes::{Changes, Position};
use crate::command::{Command, Job, NewVersion, Reply};
use crate::commands::handle as deeds;
use crate::feed::{Feed, Kept};
use crate::ids::Source;
use crate::load::{Load, Waiting};
use crate::metrics::Counters;
use crate::outbox::Deliveries;
use crate::pump::Pump;
use crate::requests::{Caller, Complete, Handle, Message, SaveDraft, Start, TaskRef};
use crate::signals::{self, Signals};
use crate::site;
use crate::views::{AppView, Delivered, DraftView, Published, RunView, Started, TaskView};
use crate::why::Troubles;
use crate::writer::{Ask, Writer};
use crate::zone::SiteZone;
use crate::{Channel, Clock, Error, Options, bodies, limits};
use kernel::Timestamp;
use language::diagnostic::Diagnostic;
use language::model::{App, Site};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use store::AnyStore;
use store::rows::{RequestKey, RunId, TokenRow, Write};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// What the writer, the pumps and all handles share.
pub(crate) struct Shared {
    pub(crate) store: AnyStore,
    pub(crate) site: Arc<Site>,
    pub(crate) zone: SiteZone,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) channels: Vec<Arc<dyn Channel>>,
    pub(crate) catalogue: Catalogue,
    pub(crate) signals: Signals,
    pub(crate) counters: Counters,
    pub(crate) troubles: Troubles,
    brakes: RwLock<Arc<Brakes>>,
    /// Bytes of what waits for the writer or is being written.
    pub(crate) load: Waiting,
}

impl Shared {
    /// As of the last commit.
    pub(crate) fn brakes(&self) -> Arc<Brakes> {
        // Only ever replaced as a whole.
        self.brakes.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn keep_brakes(&self, brakes: Arc<Brakes>) {
        *self.brakes.write().unwrap_or_else(PoisonError::into_inner) = brakes;
    }
}

/// A running engine. Cheap to clone; all clones are the same engine.
///
/// When the last clone is dropped, what is in the queue is still done and the store is closed; [`Engine::shutdown`]
/// does the same and says when.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    pub(crate) shared: Arc<Shared>,
    queue: mpsc::Sender<Ask>,
    stopping: AtomicBool,
    stop_pumps: watch::Sender<bool>,
    lanes: Arc<Lanes>,
    kept_changes: Arc<Kept>,
    /// Only ever cloned: readers wait on clones of it.
    changes_grew: watch::Receiver<()>,
    /// Taken by the first who shuts down.
    tasks: tokio::sync::Mutex<Option<Tasks>>,
}

struct Tasks {
    writer: JoinHandle<()>,
    pumps: Vec<JoinHandle<()>>,
}

impl Engine {
    /// Opens: loads the apps, takes up timers and the outbox where they were left.
    pub async fn open(options: Options) -> Result<Engine, Error> {
        let Options {
            store,
            site,
            clock,
            channels,
            outside,
            ids,
        } = options;
        check_channels(&channels)?;
        let zone = SiteZone::new(&site.time_zone)?;
        let site = Arc::new(site);
        let catalogue = Catalogue::new(store.apps().await?)?;
        keep_site(&store, &catalogue, &site, clock.now()).await?;
        let next_timer_ms = store.next_timer_ms().await?;
        let signals = Signals::of(store.signals().await?);
        let counters = Counters::default();
        let brakes = Brakes::read(&store).await?;
        let shared = Arc::new(Shared {
            store,
            site,
            zone,
            clock,
            channels,
            catalogue,
            signals,
            counters,
            troubles: Troubles::default(),
            brakes: RwLock::new(Arc::new(brakes)),
            load: Waiting::default(),
        });
        warn_of_unreadable(&shared);
        warn_of_unclaimed(&shared).await?;

        let (queue, asked) = mpsc::channel(limits::QUEUE_REQUESTS_MAX);
        let (stop_pumps, stop) = watch::channel(false);
        let (outbox_grew, grew) = watch::channel(());
        let feed = Feed::new();
        let (kept_changes, changes_grew) = (feed.kept(), feed.grew());
        let lanes = Lanes::new(shared.clone(), outside, queue.downgrade(), stop.clone());
        let lanes = Arc::new(lanes);
        lanes.grew(shared.store.ask_lanes().await?);
        let writer = Writer::new(
            shared.clone(),
            outbox_grew,
            lanes.clone(),
            feed,
            Source::of(ids),
            next_timer_ms,
        );
        let writer = tokio::spawn(writer.run(asked));
        let pumps = shared.channels.iter().map(|channel| {
            let deliveries = Deliveries {
                shared: shared.clone(),
                channel: channel.clone(),
                queue: queue.downgrade(),
            };
            let pump = Pump {
                shared: shared.clone(),
                work: Arc::new(deliveries),
                grew: grew.clone(),
                stop: stop.clone(),
            };
            tokio::spawn(pump.run())
        });
        let tasks = Tasks {
            writer,
            pumps: pumps.collect(),
        };
        let stopping = AtomicBool::new(false);
        let tasks = tokio::sync::Mutex::new(Some(tasks));
        Ok(Engine {
            inner: Arc::new(Inner {
                shared,
                queue,
                stopping,
                stop_pumps,
                lanes,
                kept_changes,
                changes_grew,
                tasks,
            }),
        })
    }

    /// Stops taking requests, commits what was taken, closes the store. Deliveries under way get a few seconds.
    /// Returns when all of that is done, also when someone else asked for it.
    pub async fn shutdown(&self) {
        self.inner.stopping.store(true, Ordering::Release);
        let mut tasks = self.inner.tasks.lock().await;
        let Some(tasks) = tasks.take() else {
            return;
        };
        self.inner.stop_pumps.send_replace(true);
        for pump in tasks.pumps.into_iter().chain(self.inner.lanes.take()) {
            log_panic(pump.await);
        }
        // Fails only when the writer has ended already.
        let _ = self.inner.queue.send(Ask::Stop).await;
        log_panic(tasks.writer.await);
    }

    /// The moment of the engine's clock.
    pub fn now(&self) -> Timestamp {
        self.inner.shared.clock.now()
    }

    pub fn site(&self) -> &Site {
        &self.inner.shared.site
    }

    /// Returns when everything asked before is done and every timer that is due by now has fired. For programs and
    /// tests that move a [`crate::ManualClock`].
    pub async fn settled(&self) -> Result<(), Error> {
        let (reply, answer) = oneshot::channel();
        self.inner
            .queue
            .send(Ask::Settle(reply))
            .await
            .map_err(|_| Error::Stopping)?;
        answer.await.map_err(|_| Error::Stopping)
    }

    // --- what was committed

    /// Tells what is committed from now on, in commit order: tasks, runs, holds, notices, apps. Each change is told after
    /// its commit, so whoever reads what it names sees it. Any number of readers; one that reads nothing costs nothing,
    /// and one that falls behind by more than [`limits::CHANGES_KEPT_MAX`] changes is told [`crate::News::Reset`].
    ///
    /// ```
    /// # use gemba_runtime::{Change, Engine, News};
    /// # async fn watch(engine: Engine) {
    /// let mut changes = engine.changes();
    /// // Read what is to be shown here: after the place was taken, so that nothing falls in between.
    /// while let Some(news) = changes.next().await {
    ///     match news {
    ///         News::Commit(commit) => {
    ///             for change in commit.changes() {
    ///                 if let Change::Task { run, task, .. } = change {
    ///                     println!("task {task} of run {run} changed");
    ///                 }
    ///             }
    ///         }
    ///         News::Reset => println!("read everything again"),
    ///     }
    /// }
    /// # }
    /// ```
    pub fn changes(&self) -> Changes {
        Changes::new(self.inner.kept_changes.clone(), self.inner.changes_grew.clone())
    }

    /// Tells what was committed behind a position that a reader had before; begins with [`crate::News::Reset`] when that
    /// is not kept any more, or when the engine was started again since.
    pub fn changes_after(&self, position: Position) -> Changes {
        Changes::after(
            self.inner.kept_changes.clone(),
            self.inner.changes_grew.clone(),
            position,
        )
    }

    /// For a reader that had a position and cannot tell it: begins with [`crate::News::Reset`].
    pub fn changes_lost(&self) -> Changes {
        Changes::lost(self.inner.kept_changes.clone(), self.inner.changes_grew.clone())
    }

    // --- apps

    /// All diagnostics of a source; nothing is kept.
    pub fn check(&self, source: &str) -> Vec<Diagnostic> {
        language::read_app(source, site::declared(self.site())).diagnostics
    }

    /// Keeps a new version when the source differs from the newest one; refused with all diagnostics when it has errors.
    pub async fn publish(&self, source: &str, caller: &Caller) -> Result<Published, Error> {
        if source.len() > limits::SOURCE_BYTES_MAX {
            let (size, max) = (source.len() as u64, limits::SOURCE_BYTES_MAX as u64);
            return Err(Error::TooLarge {
                what: "source",
                size,
                max,
            });
        }
        let site = self.inner.shared.site.clone();
        let source = source.to_owned();
        let bytes = source.len();
        // Reading a large file takes a while, and other requests must not wait for it.
        let read = tokio::task::spawn_blocking(move || read_new(source, site)).await;
        let new = read.map_err(|_| Error::Invalid("the source could not be read; please report it".to_owned()))??;
        match self.submit(Command::Publish(Box::new(new)), caller, bytes).await? {
            Reply::Published(published) => Ok(*published),
            other => Err(unexpected(&other)),
        }
    }

    /// Newest versions, by id.
    pub fn apps(&self) -> Vec<AppView> {
        let shared = &self.inner.shared;
        shared.catalogue.newest().iter().map(|version| version.view()).collect()
    }

    /// The newest version of each app, those left out that this version of Gemba refuses.
    pub fn models(&self) -> Vec<Arc<App>> {
        let newest = self.inner.shared.catalogue.newest();
        let compiled = newest.iter().filter_map(|version| version.compiled().ok());
        compiled.map(|compiled| compiled.app.clone()).collect()
    }

    /// A version's model and source; the newest when `version` is `None`.
    pub fn app(&self, app: &str, version: Option<u32>) -> Option<(AppView, Arc<App>, String)> {
        let shared = &self.inner.shared;
        let version = shared.catalogue.version(app, version).ok()?;
        let compiled = version.compiled().ok()?;
        Some((version.view(), compiled.app.clone(), version.row.source.clone()))
    }

    // --- what moves runs; each is acknowledged after its commit is on disk

    pub async fn start(&self, request: Start, caller: &Caller) -> Result<Started, Error> {
        check_name("app", &request.app)?;
        check_name("station", request.station.as_deref().unwrap_or_default())?;
        let bytes = bodies::check_body("inputs", &request.inputs)?;
        match self.submit(Command::Start(request), caller, bytes).await? {
            Reply::Run(run) => Ok(Started { run: *run }),
            other => Err(unexpected(&other)),
        }
    }

    pub async fn claim(&self, task: TaskRef, caller: &Caller) -> Result<TaskView, Error> {
        self.submit_for_task(Command::Claim(task), caller).await
    }

    pub async fn give_back(&self, task: TaskRef, caller: &Caller) -> Result<TaskView, Error> {
        self.submit_for_task(Command::GiveBack(task), caller).await
    }

    /// Begins, delegates, forwards, skips, suspends, … The run as it is then.
    pub async fn handle(&self, handle: Handle, caller: &Caller) -> Result<RunView, Error> {
        let bytes = deeds::check(&handle.deed)?;
        self.submit_for_run(Command::Handle(handle), caller, bytes).await
    }

    pub async fn save_draft(&self, draft: SaveDraft, caller: &Caller) -> Result<DraftView, Error> {
        let bytes = bodies::check_body("answers", &draft.answers)?;
        match self.submit(Command::SaveDraft(draft), caller, bytes).await? {
            Reply::Draft(draft) => Ok(*draft),
            other => Err(unexpected(&other)),
        }
    }

    /// Refused answers leave the task open, and what was typed as its draft.
    pub async fn complete(&self, answer: Complete, caller: &Caller) -> Result<RunView, Error> {
        let bytes = bodies::check_body("answers", &answer.answers)?;
        self.submit_for_run(Command::Complete(answer), caller, bytes).await
    }

    pub async fn send(&self, message: Message, caller: &Caller) -> Result<Delivered, Error> {
        check_name("message", &message.name)?;
        if signals::is_reserved(&message.name) {
            return Err(Error::Invalid(format!("no message is called '{}'", message.name)));
        }
        let bytes = bodies::check_body("message members", &message.body)?;
        match self.submit(Command::Send(message), caller, bytes).await? {
            Reply::Delivered(delivered) => Ok(delivered),
            other => Err(unexpected(&other)),
        }
    }

    pub async fn cancel(&self, run: RunId, why: String, caller: &Caller) -> Result<RunView, Error> {
        bodies::check_text("reason", &why, limits::REASON_CHARACTERS_MAX)?;
        self.submit_for_run(Command::Cancel { run, why }, caller, 0).await
    }

    /// Tries again what had an incident.
    pub async fn retry(&self, run: RunId, caller: &Caller) -> Result<RunView, Error> {
        self.submit_for_run(Command::Retry { run }, caller, 0).await
    }

    /// Frees a target whose run has ended, or on someone's own responsibility; the reason is kept.
    pub async fn release_hold(&self, target: &str, run: RunId, why: String, caller: &Caller) -> Result<(), Error> {
        check_name("target", target)?;
        bodies::check_text("reason", &why, limits::REASON_CHARACTERS_MAX)?;
        if why.trim().is_empty() {
            return Err(Error::Invalid("a release needs a reason".to_owned()));
        }
        let command = Command::ReleaseHold {
            target: target.to_owned(),
            run,
            why,
        };
        self.submit(command, caller, 0).await.map(|_| ())
    }

    pub async fn put_token(&self, token: TokenRow) -> Result<(), Error> {
        check_name("token", &token.name)?;
        let caller = Caller::trusted("engine", None);
        self.submit(Command::PutToken(token), &caller, 0).await.map(|_| ())
    }

    async fn submit_for_task(&self, command: Command, caller: &Caller) -> Result<TaskView, Error> {
        match self.submit(command, caller, 0).await? {
            Reply::Task(task) => Ok(*task),
            other => Err(unexpected(&other)),
        }
    }

    async fn submit_for_run(&self, command: Command, caller: &Caller, bytes: usize) -> Result<RunView, Error> {
        match self.submit(command, caller, bytes).await? {
            Reply::Run(run) => Ok(*run),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) async fn submit(&self, command: Command, caller: &Caller, bytes: usize) -> Result<Reply, Error> {
        if self.inner.stopping.load(Ordering::Acquire) {
            return Err(Error::Stopping);
        }
        check_caller(caller)?;
        let key = caller.key.as_ref().map(|key| {
            let key = RequestKey {
                scope: caller.name.clone(),
                key: key.clone(),
            };
            (key, command.fingerprint(caller))
        });
        let load = Load::take(&self.inner.shared.load, bytes)?;
        let (reply, answer) = oneshot::channel();
        let job = Job {
            command,
            caller: caller.clone(),
            key,
            load,
            reply: Some(reply),
        };
        self.inner
            .queue
            .try_send(Ask::Job(Box::new(job)))
            .map_err(|refused| match refused {
                mpsc::error::TrySendError::Full(_) => Error::Busy,
                mpsc::error::TrySendError::Closed(_) => Error::Stopping,
            })?;
        answer.await.map_err(|_| Error::Stopping)?
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.inner.shared
    }

    pub(crate) fn queue_length(&self) -> u64 {
        (self.inner.queue.max_capacity() - self.inner.queue.capacity()) as u64
    }

    pub(crate) fn is_taking(&self) -> bool {
        !self.inner.stopping.load(Ordering::Acquire) && !self.inner.queue.is_closed()
    }
}

fn read_new(source: String, site: Arc<Site>) -> Result<NewVersion, Error> {
    let read = language::read_app(&source, site::declared(&site));
    let app = read.value.ok_or_else(|| Error::App(errors_of(read.diagnostics)))?;
    let hash = Sha256::digest(source.as_bytes()).into();
    Ok(NewVersion {
        compiled: Arc::new(Compiled::new(Arc::new(app), &site)),
        source,
        hash,
        site,
    })
}

/// Versions that come from now on are read for this site, also by those who later have another.
async fn keep_site(store: &AnyStore, catalogue: &Catalogue, site: &Site, now: Timestamp) -> Result<(), Error> {
    let Some(row) = catalogue.row_of_site(site, now.0) else {
        return Ok(());
    };
    let mut unit = store.begin().await?;
    unit.write(vec![Write::PutApp(row.clone())]).await?;
    unit.commit().await?;
    Ok(catalogue.take_up(vec![row])?)
}

/// Two channels of one name would get each other's messages.
fn check_channels(channels: &[Arc<dyn Channel>]) -> Result<(), Error> {
    let mut names = BTreeSet::new();
    for channel in channels {
        check_name("channel", channel.name())?;
        if !names.insert(channel.name()) {
            return Err(Error::Invalid(format!("there are two channels '{}'", channel.name())));
        }
    }
    Ok(())
}

/// Reads the newest versions once, so that a message finds the apps that start with it, and tells of those that this
/// version of Gemba refuses; everything else works.
fn warn_of_unreadable(shared: &Shared) {
    for version in shared.catalogue.newest() {
        if let Err(error) = version.compiled() {
            let hash = hexadecimal(&version.row.hash);
            tracing::warn!(app = %version.row.app, version = version.row.version, hash, %error, "an app is not understood");
        }
    }
}

/// What waits for a channel that this engine does not have stays until one has it.
async fn warn_of_unclaimed(shared: &Shared) -> Result<(), Error> {
    let waiting = shared.store.outbox(0, limits::PUMP_PAGE_ROWS).await?;
    let mut unclaimed: Vec<&str> = waiting.iter().map(|row| row.channel.as_str()).collect();
    unclaimed.retain(|name| !shared.channels.iter().any(|channel| channel.name() == *name));
    unclaimed.sort_unstable();
    unclaimed.dedup();
    if !unclaimed.is_empty() {
        tracing::warn!(channels = ?unclaimed, "messages wait for channels that are not there");
    }
    Ok(())
}

fn check_caller(caller: &Caller) -> Result<(), Error> {
    check_name("caller", &caller.name)?;
    check_name("person", caller.person.as_deref().unwrap_or_default())?;
    if caller.person.as_deref() == Some("") {
        return Err(Error::Invalid("a person's id is empty".to_owned()));
    }
    if caller.acting.is_some() && caller.person.is_none() {
        return Err(Error::Invalid("nobody is named who acts".to_owned()));
    }
    caller.key.as_deref().map_or(Ok(()), bodies::check_key)
}

fn check_name(what: &'static str, name: &str) -> Result<(), Error> {
    bodies::check_text(what, name, limits::NAME_CHARACTERS_MAX)
}

/// Only when a key's kept answer is of another kind than its request, which the fingerprint excludes.
pub(crate) fn unexpected(reply: &Reply) -> Error {
    tracing::error!(?reply, "a reply does not fit its request");
    Error::KeyReused
}

fn log_panic(ended: Result<(), tokio::task::JoinError>) {
    if let Err(problem) = ended {
        tracing::error!(%problem, "a part of the engine ended badly");
    }
}
