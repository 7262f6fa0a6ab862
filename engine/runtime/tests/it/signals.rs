//! Signals: told, kept, too old, and waited for.

use crate::rig::*;
use kernel::{FactKind, Quality, Reading, Status, Timestamp};
use language::model::{Id, Signal};
use runtime::{Engine, Error, ManualClock, Message, Options, SignalReading};
use serde_json::{Value, json};
use std::sync::Arc;
use store::rows::RunId;

const STANDS: &str = "
app: Stands
steps:
  - wait_for: Spindle stands
    signal: spindle_speed
    where: value = 0 and quality = \"good\"
    within: 10 min
    otherwise:
      - fail: It turns
        why: The spindle still turns
  - finish: \"{spindle_stands.value} at {spindle_stands.at}\"
";

async fn open(clock: &Arc<ManualClock>, folder: &tempfile::TempDir) -> Engine {
    let mut site = site();
    let signal = |id: &str, stale_after_ms| Signal {
        id: Id::new(id),
        title: id.replace('_', " "),
        at: Some(Id::new("op-10")),
        unit: None,
        stale_after_ms,
        write: None,
    };
    site.signals = vec![signal("spindle_speed", Some(10_000)), signal("coolant", None)];
    let store = sqlite(folder).await;
    let options = Options {
        site,
        ..options(store, clock)
    };
    Engine::open(options).await.unwrap()
}

async fn with_signals() -> Rig {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(MORNING));
    let engine = open(&clock, &folder).await;
    let rig = Rig { engine, clock, folder };
    rig.publish(&[STANDS]).await;
    rig
}

fn told(value: Value, quality: Quality, at: Timestamp) -> SignalReading {
    SignalReading {
        signal: "spindle_speed".into(),
        reading: Reading { value, quality, at },
    }
}

async fn tell(rig: &Rig, value: Value, quality: Quality) {
    let reading = told(value, quality, rig.engine.now());
    rig.engine.tell_signals(vec![reading], &caller()).await.unwrap();
}

async fn status(rig: &Rig, run: RunId) -> Status {
    rig.engine.run(run).await.unwrap().status
}

#[tokio::test]
async fn a_wait_ends_with_the_reading_that_fulfils_it() {
    let rig = with_signals().await;
    tell(&rig, json!(1200), Quality::Good).await;
    let run = rig.start("stands", json!({})).await.id;
    assert_eq!(status(&rig, run).await, Status::Waiting);
    assert_eq!(
        rig.engine.run(run).await.unwrap().waiting_for[0]["signal"],
        "spindle_speed"
    );
    let seq = rig.engine.run(run).await.unwrap().seq;
    // None of these is a good nothing: not another value, not one that is not sure, not one that is none.
    for (value, quality) in [
        (json!(800), Quality::Good),
        (json!(0), Quality::Uncertain),
        (json!(0), Quality::Bad),
        (Value::Null, Quality::Good),
    ] {
        tell(&rig, value, quality).await;
    }
    assert_eq!(
        rig.engine.run(run).await.unwrap().seq,
        seq,
        "the journal holds no reading that changed nothing"
    );
    tell(&rig, json!(0), Quality::Good).await;
    let ended = rig.engine.run(run).await.unwrap();
    assert_eq!(ended.status, Status::Finished);
    assert!(
        ended
            .outcome
            .as_deref()
            .unwrap_or_default()
            .starts_with("0 at 2026-09-30"),
        "{:?}",
        ended.outcome
    );
    let timeline = rig.engine.timeline(run, 0, 10).await.unwrap();
    let received = timeline.items.iter().flat_map(|entry| &entry.facts).any(
        |fact| matches!(&fact.kind, FactKind::SignalReceived { signal, reading } if signal.as_str() == "spindle_speed" && reading.value == json!(0)),
    );
    assert!(received);
    rig.verify().await;
}

#[tokio::test]
async fn what_is_known_counts_at_once_unless_it_is_too_old() {
    let rig = with_signals().await;
    tell(&rig, json!(0), Quality::Good).await;
    let run = rig.start("stands", json!({})).await.id;
    assert_eq!(status(&rig, run).await, Status::Finished);
    rig.clock.advance_ms(10_001);
    let late = rig.start("stands", json!({})).await.id;
    assert_eq!(status(&rig, late).await, Status::Waiting);
    rig.pass(10).await;
    assert_eq!(status(&rig, late).await, Status::Failed);
    // Nobody waits any more.
    tell(&rig, json!(0), Quality::Good).await;
    tell(&rig, json!(5), Quality::Good).await;
    // And then somebody does again.
    let again = rig.start("stands", json!({})).await.id;
    assert_eq!(status(&rig, again).await, Status::Waiting);
    tell(&rig, json!(0), Quality::Good).await;
    assert_eq!(status(&rig, again).await, Status::Finished);
    rig.verify().await;
}

#[tokio::test]
async fn readings_and_waits_are_there_after_a_stop() {
    let rig = with_signals().await;
    let run = rig.start("stands", json!({})).await.id;
    tell(&rig, json!(7), Quality::Good).await;
    tell(&rig, json!(8), Quality::Uncertain).await;
    let before = rig.engine.signal("spindle_speed").unwrap();
    assert_eq!(
        (before.age_ms, before.stale, before.is_usable()),
        (Some(0), false, true)
    );
    rig.engine.shutdown().await;
    rig.clock.advance_ms(11_000);
    let engine = open(&rig.clock, &rig.folder).await;
    let rig = Rig { engine, ..rig };
    let after = rig.engine.signal("spindle_speed").unwrap();
    assert_eq!(after.reading, before.reading);
    assert_eq!(
        (after.age_ms, after.stale, after.is_usable()),
        (Some(11_000), true, false)
    );
    tell(&rig, json!(0), Quality::Good).await;
    assert_eq!(status(&rig, run).await, Status::Finished);
    rig.verify().await;
}

#[tokio::test]
async fn readings_are_refused_as_a_whole() {
    let rig = with_signals().await;
    let now = rig.engine.now();
    let unknown = SignalReading {
        signal: "spindle_sped".into(),
        reading: told(json!(1), Quality::Good, now).reading,
    };
    let both = vec![told(json!(1), Quality::Good, now), unknown];
    let refused = rig.engine.tell_signals(both, &caller()).await.unwrap_err();
    assert!(
        matches!(&refused, Error::NotFound { what: "signal", nearest: Some(nearest), .. } if nearest == "spindle_speed"),
        "{refused}"
    );
    assert_eq!(rig.engine.reading("spindle_speed"), None);
    for wrong in [
        told(json!([1]), Quality::Good, now),
        told(json!("x".repeat(5_000)), Quality::Good, now),
        told(json!(1), Quality::Good, Timestamp(now.0 + 61_000)),
    ] {
        rig.engine.tell_signals(vec![wrong], &caller()).await.unwrap_err();
    }
    // An older one changes nothing.
    tell(&rig, json!(2), Quality::Good).await;
    let older = told(json!(1), Quality::Good, Timestamp(now.0 - 1));
    rig.engine.tell_signals(vec![older], &caller()).await.unwrap();
    assert_eq!(rig.engine.reading("spindle_speed").unwrap().value, json!(2));
    assert_eq!(rig.engine.signal("coolant").unwrap().reading, None);
    // No message can stand in for a reading.
    let message = Message {
        name: "$signal spindle_speed".into(),
        body: serde_json::Map::new(),
    };
    rig.engine.send(message, &caller()).await.unwrap_err();
    rig.verify().await;
}
