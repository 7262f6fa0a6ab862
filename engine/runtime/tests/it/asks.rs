//! What runs ask of the world outside: after the commit, at least once, noted once.

use crate::rig::*;
use async_trait::async_trait;
use kernel::{Ask, AskResult, Request, Status};
use runtime::{Engine, ManualClock, Options, Outside, RunView};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

const SITE: &str = "
site: Plant
time_zone: UTC
connections:
  - connection: erp
    address: https://erp.example
  - connection: slow
    address: https://slow.example
printers:
  - printer: Label printer
    address: tcp://10.0.0.7:9100
    format: zpl
    dpi: 203
  - printer: Papers
    address: folder:papers
    format: pdf
";

const PRINTS: &str = "
app: Prints
steps:
  - print: Label
    on: Label printer
    size: 60 x 40 mm
    content:
      - text: L1
  - finish: Done
";

const PRINTS_CAREFULLY: &str = "
app: Prints carefully
steps:
  - print: Label
    on: Label printer
    size: 60 x 40 mm
    content:
      - text: L1
    retry: 3 times, from 1 s
    on_error:
      - set: Keep why
        values: {why: = label.error.kind}
  - finish: Done
";

const FILES: &str = "
app: Files
steps:
  - print: Paper
    on: Papers
    size: a5
    content:
      - text: L1
  - finish: Done
";

const ASKS: &str = "
app: Asks
inputs:
  - text: Order
steps:
  - http: Ask the order system
    connection: erp
    get: /orders/{order}
    as: answer
  - finish: Done
";

const ASKS_SLOW: &str = "
app: Asks slowly
steps:
  - http: Ask the slow one
    connection: slow
    get: /
  - finish: Done
";

const TWO_WAYS: &str = "
app: Two ways
steps:
  - together: Whoever is first
    wait_for: first
    branches:
      - branch: Ask
        steps:
          - http: Ask the slow one
            connection: slow
            get: /
      - branch: Do
        steps:
          - form: Do it by hand
            fields:
              - tick: Done
  - finish: Done
";

/// Each ask goes to the test, which answers it or lets it lie.
struct Scripted(mpsc::UnboundedSender<Asked>);

struct Asked {
    key: String,
    ask: Ask,
    answer: oneshot::Sender<AskResult>,
}

#[async_trait]
impl Outside for Scripted {
    async fn ask(&self, ask: &Ask, key: &str) -> AskResult {
        let (answer, answered) = oneshot::channel();
        let asked = Asked {
            key: key.to_owned(),
            ask: ask.clone(),
            answer,
        };
        self.0.send(asked).unwrap_or_else(|_| panic!("the test is over"));
        // Who never answers lets go of it only when the test ends.
        answered
            .await
            .unwrap_or_else(|_| panic!("the connection broke in itself"))
    }
}

struct Outdoors {
    engine: Engine,
    clock: Arc<ManualClock>,
    asked: mpsc::UnboundedReceiver<Asked>,
}

async fn open(folder: &tempfile::TempDir) -> Outdoors {
    let clock = Arc::new(ManualClock::new(MORNING));
    let (asks, asked) = mpsc::unbounded_channel();
    let options = Options {
        site: language::read_site(SITE).value.unwrap(),
        outside: Arc::new(Scripted(asks)),
        ..options(sqlite(folder).await, &clock)
    };
    let engine = Engine::open(options).await.unwrap();
    for source in [ASKS, ASKS_SLOW, TWO_WAYS, PRINTS, PRINTS_CAREFULLY, FILES] {
        match engine.publish(source, &caller()).await {
            Ok(_) => {}
            Err(runtime::Error::App(diagnostics)) => panic!("{diagnostics:#?}"),
            Err(error) => panic!("{error}"),
        }
    }
    Outdoors { engine, clock, asked }
}

impl Outdoors {
    async fn start(&self, app: &str, inputs: Value) -> RunView {
        let start = runtime::Start {
            app: app.into(),
            inputs: members(inputs),
            ..Default::default()
        };
        self.engine.start(start, &caller()).await.unwrap().run
    }

    async fn next(&mut self) -> Asked {
        self.asked.recv().await.unwrap()
    }

    /// Waits until the run is so.
    async fn becomes(&self, run: store::rows::RunId, status: Status) -> RunView {
        let mut changes = self.engine.changes();
        loop {
            let view = self.engine.run(run).await.unwrap();
            if view.status == status {
                return view;
            }
            changes.next().await.unwrap();
        }
    }
}

fn done(value: Value) -> AskResult {
    AskResult::Done { value }
}

#[tokio::test]
async fn an_ask_leaves_after_the_commit_and_its_answer_moves_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut out = open(&folder).await;
    let run = out.start("asks", json!({"order": "47/11"})).await;
    assert_eq!(run.status, Status::Waiting);
    let asked = out.next().await;
    assert_eq!(asked.key, format!("{}-{}-1", run.id, asked.ask.ask));
    let Request::Http {
        connection,
        method,
        path,
        ..
    } = &asked.ask.request
    else {
        panic!("{:?}", asked.ask);
    };
    assert_eq!(
        (connection.as_str(), method.as_str(), path.as_str()),
        ("erp", "GET", "/orders/47%2F11")
    );
    assert_eq!(out.engine.metrics().await.unwrap().kept.asks, 1);
    asked
        .answer
        .send(done(json!({"status": 200, "body": {"state": "open"}})))
        .unwrap();
    out.becomes(run.id, Status::Finished).await;
    let metrics = out.engine.metrics().await.unwrap();
    assert_eq!((metrics.kept.asks, metrics.asks_done, metrics.asks_failed), (0, 1, 0));
    out.engine.shutdown().await;
}

#[tokio::test]
async fn what_was_not_noted_is_asked_again_under_the_same_key() {
    let folder = tempfile::tempdir().unwrap();
    let mut out = open(&folder).await;
    let run = out.start("asks", json!({"order": "1"})).await;
    let first = out.next().await;
    // Nobody answers before the engine ends; it does not wait for ever.
    out.engine.shutdown().await;
    drop(first.answer);
    let mut out = open(&folder).await;
    let again = out.next().await;
    assert_eq!((again.key, again.ask), (first.key, first.ask));
    again.answer.send(done(json!({"status": 200}))).unwrap();
    out.becomes(run.id, Status::Finished).await;
    out.engine.shutdown().await;
    let store = sqlite(&folder).await;
    assert_eq!(store.ask_lanes().await.unwrap(), [""; 0]);
    let found = runtime::verify(&store, &|_| {}).await.unwrap();
    assert_eq!(found.faults, [""; 0]);
    store.close().await;
}

#[tokio::test]
async fn a_slow_connection_holds_up_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut out = open(&folder).await;
    let at_once = runtime::limits::ASKS_AT_ONCE_MAX;
    for _ in 0..at_once * 3 {
        out.start("asks_slowly", json!({})).await;
    }
    let mut lying = VecDeque::new();
    for _ in 0..at_once {
        lying.push_back(out.next().await);
    }
    // As many as may lie there do, and the others wait; another connection is free.
    let run = out.start("asks", json!({"order": "1"})).await;
    let asked = out.next().await;
    assert_eq!(asked.ask.step.as_str(), "ask_the_order_system");
    asked.answer.send(done(json!({"status": 200}))).unwrap();
    out.becomes(run.id, Status::Finished).await;
    assert!(out.asked.try_recv().is_err());
    for _ in 0..at_once * 2 {
        let asked = lying.pop_front().unwrap();
        asked.answer.send(done(json!({"status": 200}))).unwrap();
        lying.push_back(out.next().await);
    }
    drop(lying);
    out.engine.shutdown().await;
}

#[tokio::test]
async fn what_is_withdrawn_is_not_begun_and_its_answer_moves_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let mut out = open(&folder).await;
    let at_once = runtime::limits::ASKS_AT_ONCE_MAX;
    let mut lying = Vec::new();
    for _ in 0..at_once {
        out.start("asks_slowly", json!({})).await;
        lying.push(out.next().await);
    }
    // Waits behind them, and is withdrawn by the other way; so is one whose run is cancelled.
    let run = out.start("two_ways", json!({})).await;
    let task = reference(&run.tasks[0]);
    let answer = runtime::Complete::new(task, members(json!({"done": true})));
    let run = out.engine.complete(answer, &by("wang")).await.unwrap();
    assert_eq!(run.status, Status::Finished);
    let cancelled = out.start("asks_slowly", json!({})).await;
    out.engine
        .cancel(cancelled.id, "no more".into(), &by("wang"))
        .await
        .unwrap();
    // One that is under way answers too late.
    let late = lying.pop().unwrap();
    let late_run: store::rows::RunId = late.key[..36].parse().unwrap();
    out.engine
        .cancel(late_run, "no more".into(), &by("wang"))
        .await
        .unwrap();
    late.answer.send(done(json!({"status": 200}))).unwrap();
    // The place that is free now goes to the next that is still wanted.
    let last = out.start("asks_slowly", json!({})).await;
    let next = out.next().await;
    assert!(next.key.starts_with(&last.id.to_string()), "{}", next.key);
    assert_eq!(out.engine.run(late_run).await.unwrap().status, Status::Cancelled);
    let kept = out.engine.metrics().await.unwrap().kept;
    assert_eq!(kept.asks, at_once as u64);
    drop((lying, next.answer));
    out.engine.shutdown().await;
}

#[tokio::test]
async fn whatever_happens_out_there_is_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    let mut out = open(&folder).await;
    let mut deep = json!(1);
    for _ in 0..runtime::limits::BODY_LEVELS_MAX {
        deep = json!([deep]);
    }
    let large = json!("x".repeat(runtime::limits::BODY_BYTES_MAX + 1));
    for answer in [Some(done(deep)), Some(done(large)), None] {
        let run = out.start("asks", json!({"order": "1"})).await;
        let asked = out.next().await;
        match answer {
            Some(answer) => asked.answer.send(answer).unwrap(),
            // What asks panics.
            None => drop(asked.answer),
        }
        out.becomes(run.id, Status::Stopped).await;
    }
    assert_eq!(out.engine.metrics().await.unwrap().asks_failed, 3);
    // Without anything outside every ask fails at once.
    let clock = out.clock.clone();
    out.engine.shutdown().await;
    let options = Options {
        site: language::read_site(SITE).value.unwrap(),
        ..options(sqlite(&folder).await, &clock)
    };
    let (_, asked) = mpsc::unbounded_channel();
    let engine = Engine::open(options).await.unwrap();
    let alone = Outdoors { engine, clock, asked };
    let run = alone.start("asks", json!({"order": "1"})).await;
    alone.becomes(run.id, Status::Stopped).await;
    alone.engine.shutdown().await;
}

#[tokio::test]
async fn what_may_be_on_paper_is_not_printed_again_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let mut out = open(&folder).await;
    let plain = out.start("prints", json!({})).await;
    let first = out.next().await;
    let careful = out.start("prints_carefully", json!({})).await;
    let paper = out.start("files", json!({})).await;
    // Papers in a folder go another way than those on the printer, which come one by one.
    let filed = out.next().await;
    assert!(filed.key.starts_with(&paper.id.to_string()));
    out.engine.shutdown().await;
    drop((first.answer, filed.answer));

    let mut out = open(&folder).await;
    // Nobody knows whether the first is on paper: a person decides. The second has not begun, and is printed; the file
    // is written over.
    let view = out.becomes(plain.id, Status::Stopped).await;
    let said = serde_json::to_string(&view.waiting_for).unwrap();
    assert!(said.contains("look whether the paper is there"), "{said}");
    let mut again = [out.next().await, out.next().await];
    again.sort_by_key(|asked| asked.key != filed.key);
    let [refiled, second] = again;
    assert_eq!((&refiled.key, &refiled.ask), (&filed.key, &filed.ask));
    assert!(second.key.starts_with(&careful.id.to_string()));
    refiled.answer.send(done(Value::Null)).unwrap();
    out.becomes(paper.id, Status::Finished).await;
    out.engine.shutdown().await;
    drop(second.answer);

    let mut out = open(&folder).await;
    // The flow's own way, without a second try: `retry` is for what may be done twice.
    let view = out.becomes(careful.id, Status::Finished).await;
    assert_eq!(view.outcome.as_deref(), Some("Done"));
    let entries = out.engine.timeline(careful.id, 0, 20).await.unwrap();
    let told = serde_json::to_string(&entries.items).unwrap();
    assert!(told.contains("unknown_outcome"), "{told}");
    // Whoever looked has it printed again, under another key.
    out.engine.retry(plain.id, &by("li")).await.unwrap();
    let asked = out.next().await;
    assert!(asked.key.starts_with(&plain.id.to_string()) && asked.key != first.key);
    asked.answer.send(done(Value::Null)).unwrap();
    out.becomes(plain.id, Status::Finished).await;
    out.engine.shutdown().await;
}

#[tokio::test]
async fn a_connection_that_stands_still_is_not_asked_until_it_is_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let mut out = open(&folder).await;
    let erp = || runtime::Scope::Connection("erp".into());
    out.engine
        .brake(erp(), "the order system is down".into(), &caller())
        .await
        .unwrap();
    let run = out.start("asks", json!({"order": "1"})).await;
    let why = out.engine.why(run.id).await.unwrap();
    assert_eq!(why.waits[0].lane.as_deref(), Some("http/erp"));
    assert_eq!(why.waits[0].brakes[0].brake.why, "the order system is down");
    // Another connection is asked meanwhile, so the first to be asked is the other.
    let other = out.start("asks_slowly", json!({})).await;
    let asked = out.next().await;
    assert!(asked.key.starts_with(&other.id.to_string()));
    out.engine.let_go(erp(), None, &caller()).await.unwrap();
    let asked = out.next().await;
    assert!(asked.key.starts_with(&run.id.to_string()));
    asked.answer.send(done(json!({"status": 200}))).unwrap();
    out.becomes(run.id, Status::Finished).await;
    out.engine.shutdown().await;
}
