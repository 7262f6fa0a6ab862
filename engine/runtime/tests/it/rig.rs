//! An engine in a folder of its own, with a clock that tests move.

use crate::apps;
use async_trait::async_trait;
use kernel::Timestamp;
use language::model::Site;
use runtime::{Caller, Channel, Complete, Engine, Error, ManualClock, Options, RunView, Start, TaskRef, TaskView};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use store::rows::{Page, RunId, TaskFilter};
use store::{AnyStore, sqlite};
use tempfile::TempDir;

/// 2026-09-30T08:00:00Z.
pub(crate) const MORNING: Timestamp = Timestamp(1_790_755_200_000);
pub(crate) const MINUTE_MS: i64 = 60_000;

pub(crate) struct Rig {
    pub(crate) engine: Engine,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) folder: TempDir,
}

pub(crate) fn site() -> Site {
    let read = language::read_site(apps::SITE);
    read.value.unwrap_or_else(|| panic!("{:?}", read.diagnostics))
}

pub(crate) async fn sqlite(folder: &TempDir) -> AnyStore {
    sqlite::Options::new(folder.path()).open().await.unwrap()
}

pub(crate) fn options(store: AnyStore, clock: &Arc<ManualClock>) -> Options {
    Options {
        store,
        site: site(),
        clock: clock.clone(),
        channels: Vec::new(),
        outside: Arc::new(runtime::Nothing),
        ids: runtime::Ids::default(),
    }
}

impl Rig {
    /// With these apps published.
    pub(crate) async fn with(sources: &[&str]) -> Rig {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(MORNING));
        let store = sqlite(&folder).await;
        let engine = Engine::open(options(store, &clock)).await.unwrap();
        let rig = Rig { engine, clock, folder };
        rig.publish(sources).await;
        rig
    }

    pub(crate) async fn publish(&self, sources: &[&str]) {
        for source in sources {
            if let Err(error) = self.engine.publish(source, &caller()).await {
                match error {
                    Error::App(diagnostics) => panic!("{diagnostics:#?}\n{source}"),
                    other => panic!("{other}"),
                }
            }
        }
    }

    /// The same folder opened again after a clean stop.
    pub(crate) async fn reopened(self) -> Rig {
        self.engine.shutdown().await;
        let store = sqlite(&self.folder).await;
        let engine = Engine::open(options(store, &self.clock)).await.unwrap();
        Rig { engine, ..self }
    }

    /// Lets time pass, and waits until what came due is done.
    pub(crate) async fn pass(&self, minutes: i64) {
        self.clock.advance_ms(minutes * MINUTE_MS);
        self.engine.settled().await.unwrap();
    }

    pub(crate) async fn start(&self, app: &str, inputs: Value) -> RunView {
        self.try_start(app, inputs).await.unwrap()
    }

    pub(crate) async fn try_start(&self, app: &str, inputs: Value) -> Result<RunView, Error> {
        let start = Start {
            app: app.into(),
            inputs: members(inputs),
            ..Start::default()
        };
        self.engine.start(start, &caller()).await.map(|started| started.run)
    }

    /// Answers the one open task of the run.
    pub(crate) async fn answer(&self, run: RunId, person: &str, answers: Value) -> Result<RunView, Error> {
        let task = self.only_task(run).await;
        self.engine
            .complete(Complete::new(reference(&task), members(answers)), &by(person))
            .await
    }

    pub(crate) async fn only_task(&self, run: RunId) -> TaskView {
        let tasks = self.tasks_of(run).await;
        assert_eq!(tasks.len(), 1, "one open task is expected: {tasks:#?}");
        tasks.into_iter().next().unwrap()
    }

    pub(crate) async fn tasks_of(&self, run: RunId) -> Vec<TaskView> {
        let filter = TaskFilter {
            run: Some(run),
            ..TaskFilter::default()
        };
        self.engine.tasks(&filter, &Page::default()).await.unwrap().items
    }

    /// What people were told, oldest first.
    pub(crate) async fn told(&self) -> Vec<String> {
        let notices = self
            .engine
            .notices(&Default::default(), &Page::default())
            .await
            .unwrap();
        let mut told: Vec<String> = notices.items.into_iter().map(|notice| notice.text).collect();
        told.reverse();
        told
    }

    /// Every chain is whole, and every run's journal leads to its state.
    pub(crate) async fn verify(self) {
        self.engine.shutdown().await;
        let store = sqlite(&self.folder).await;
        let report = runtime::verify(&store, &|_| {}).await.unwrap();
        assert_eq!(report.faults, Vec::<String>::new());
        store.close().await;
    }
}

pub(crate) fn caller() -> Caller {
    Caller::trusted("test", None)
}

pub(crate) fn by(person: &str) -> Caller {
    Caller {
        person: Some(person.into()),
        ..caller()
    }
}

pub(crate) fn keyed(key: &str) -> Caller {
    Caller {
        key: Some(key.into()),
        ..caller()
    }
}

pub(crate) fn reference(task: &TaskView) -> TaskRef {
    TaskRef {
        run: task.run,
        task: task.task,
        version: Some(task.version),
    }
}

pub(crate) fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        Value::Null => Map::new(),
        other => panic!("{other} is no object"),
    }
}

pub(crate) fn good_piece() -> Value {
    json!({"serial_number": "A1", "micrometer": "M-7", "shaft_diameter": [25.00, 25.01, 25.00], "surface": "pass"})
}

pub(crate) fn wrong_piece() -> Value {
    json!({"serial_number": "A0", "micrometer": "M-7", "shaft_diameter": [25.06, 25.01, 25.00], "surface": "pass"})
}

/// Gives what is delivered to the test; refuses as long as the test says so.
pub(crate) struct TestChannel {
    pub(crate) delivered: tokio::sync::mpsc::UnboundedSender<(String, String)>,
    pub(crate) refuses: Arc<std::sync::atomic::AtomicBool>,
}

#[async_trait]
impl Channel for TestChannel {
    fn name(&self) -> &str {
        "test"
    }
    fn takes_event(&self, name: &str) -> bool {
        name != "for-nobody"
    }
    async fn deliver(&self, key: &str, body: &str) -> Result<(), String> {
        self.delivered
            .send((key.into(), body.into()))
            .map_err(|_| "the test is over".to_owned())?;
        if self.refuses.load(std::sync::atomic::Ordering::SeqCst) {
            return Err("no".to_owned());
        }
        Ok(())
    }
}

/// A repair with a reason.
pub(crate) fn mended(run: RunId) -> runtime::Mended {
    runtime::Mended {
        run,
        why: "typed wrong".into(),
        seq: None,
    }
}
