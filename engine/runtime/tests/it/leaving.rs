//! What a run does beside itself in the same transaction: numbers, records that go, messages to others, holds freed by
//! hand.

use crate::rig::*;
use kernel::{FactKind, Status};
use runtime::{Engine, Options};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use store::rows::Page;
use tokio::sync::mpsc;

const NUMBERED: &str = "
app: Numbered
inputs:
  - text: What
tables:
  - table: Reports
    key: ncr
    columns: [ncr, what]
steps:
  - number: NCR
    as: ncr
  - save: Reports
  - fail: Not now
    if: what = \"fail\"
  - remove: Reports
    key: = ncr
    if: what = \"remove\"
";

const SENDER: &str = "
app: Sender
inputs:
  - text: Line
steps:
  - emit: piece-released
    with: {line: = line, part: shaft}
";

const LISTENER: &str = "
app: Listener
inputs:
  - text: Line
    id: own
steps:
  - wait_for: piece-released
    where: line = own
    within: 1 h
    late:
      - after: 0 min
        tell: team leader
";

const STARTED: &str = "
app: Started
start:
  - message: piece-released
    where: line = \"l1\"
inputs:
  - text: Part
steps:
  - form: Look at {part}
    fields:
      - tick: Done
";

const ENDLESS: &str = "
app: Endless
start:
  - message: again
steps:
  - emit: again
";

#[tokio::test]
async fn a_series_has_no_gap_and_a_refused_start_takes_no_number() {
    let rig = Rig::with(&[NUMBERED]).await;
    for what in ["keep", "fail", "remove"] {
        rig.start("numbered", json!({"what": what})).await;
        rig.try_start("numbered", json!({})).await.unwrap_err();
    }
    let records = rig
        .engine
        .records("numbered", "reports", &[], &Page::default())
        .await
        .unwrap();
    let mut keys: Vec<String> = records.items.into_iter().map(|record| record.key).collect();
    keys.sort();
    assert_eq!(keys, ["NCR-2026-0001", "NCR-2026-0002"]);
    // By the clock of the site, not by UTC: the new year begins there first.
    rig.clock.advance_ms(1_798_734_600_000 - MORNING.0);
    rig.start("numbered", json!({"what": "keep"})).await;
    let rig = rig.reopened().await;
    rig.start("numbered", json!({"what": "keep"})).await;
    let records = rig
        .engine
        .records("numbered", "reports", &[], &Page::default())
        .await
        .unwrap();
    let keys: Vec<String> = records.items.into_iter().map(|record| record.key).collect();
    assert!(keys.contains(&"NCR-2027-0002".to_owned()), "{keys:?}");
    rig.verify().await;
}

#[tokio::test]
async fn a_message_of_a_run_is_heard_in_the_same_commit() {
    let rig = Rig::with(&[SENDER, LISTENER, STARTED]).await;
    let one = rig.start("listener", json!({"own": "l1"})).await;
    let other = rig.start("listener", json!({"own": "l2"})).await;
    rig.start("sender", json!({"line": "l1"})).await;
    assert_eq!(rig.engine.run(one.id).await.unwrap().status, Status::Finished);
    assert_eq!(rig.engine.run(other.id).await.unwrap().status, Status::Waiting);
    let tasks = rig
        .engine
        .tasks(&Default::default(), &Page::default())
        .await
        .unwrap()
        .items;
    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0].spec.title[0].1, "Look at shaft");
    rig.verify().await;
}

#[tokio::test]
async fn a_message_that_sets_off_itself_comes_to_an_end() {
    let rig = Rig::with(&[ENDLESS]).await;
    let first = rig.start("endless", json!({})).await;
    assert_eq!(first.status, Status::Finished);
    let runs = rig.engine.metrics().await.unwrap().kept.runs_ended;
    assert_eq!(runs, u64::from(runtime::limits::EMITTED_PER_REQUEST_MAX) + 1);
    rig.verify().await;
}

/// Takes what people are told, and says nothing of messages for systems.
struct People;

#[async_trait::async_trait]
impl runtime::Channel for People {
    fn name(&self) -> &str {
        "people"
    }
    async fn deliver(&self, _: &str, body: &str) -> Result<(), String> {
        panic!("people are told {body}");
    }
}

#[tokio::test]
async fn a_message_of_a_run_leaves_as_a_cloud_event() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(runtime::ManualClock::new(MORNING));
    let (delivered, mut received) = mpsc::unbounded_channel();
    let channel = TestChannel {
        delivered,
        refuses: Arc::new(AtomicBool::new(false)),
    };
    let options = Options {
        channels: vec![Arc::new(People), Arc::new(channel)],
        ..options(sqlite(&folder).await, &clock)
    };
    let engine = Engine::open(options).await.unwrap();
    engine.publish(SENDER, &caller()).await.unwrap();
    let start = runtime::Start {
        app: "sender".into(),
        inputs: members(json!({"line": "l9"})),
        ..Default::default()
    };
    let run = engine.start(start, &caller()).await.unwrap().run;
    let (key, body) = received.recv().await.unwrap();
    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(event["id"], json!(key));
    assert_eq!(event["type"], json!("gemba.emitted.piece-released"));
    assert_eq!(
        (&event["subject"], &event["data"]),
        (&json!(run.id), &json!({"line": "l9", "part": "shaft"}))
    );
    engine.shutdown().await;
    let store = sqlite(&folder).await;
    assert_eq!(store.outbox(0, 9).await.unwrap(), []);
    store.close().await;
}

#[tokio::test]
async fn what_was_freed_by_hand_is_not_still_held_when_the_run_ends() {
    let rig = Rig::with(&[crate::apps::HOLDS]).await;
    let run = rig.start("stop_the_line", json!({})).await;
    rig.engine
        .release_hold("line-3", run.id, "the line is needed".into(), &by("li"))
        .await
        .unwrap();
    rig.engine
        .cancel(run.id, "wrong button".into(), &by("li"))
        .await
        .unwrap();
    let entries = rig.engine.timeline(run.id, 0, 20).await.unwrap().items;
    let facts: Vec<_> = entries
        .iter()
        .flat_map(|entry| &entry.facts)
        .map(|fact| &fact.kind)
        .collect();
    let by_hand = |fact: &&&FactKind| matches!(fact, FactKind::ReleasedByHand { target, .. } if target == "line-3");
    assert_eq!(facts.iter().filter(by_hand).count(), 1);
    let ended = facts.iter().find_map(|fact| match fact {
        FactKind::Ended { still_held, .. } => Some(still_held.clone()),
        _ => None,
    });
    assert_eq!(ended, Some(Vec::new()));
    rig.verify().await;
}
