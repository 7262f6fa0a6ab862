//! What leaves after the commit: at least once, also across a failure and a restart.

use crate::apps;
use crate::rig::*;
use runtime::{Engine, ManualClock, Options};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc;

#[tokio::test]
async fn a_notice_leaves_as_a_cloud_event_again_and_again_until_it_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(MORNING));
    let refuses = Arc::new(AtomicBool::new(true));
    let open = async || {
        let (delivered, received) = mpsc::unbounded_channel();
        let channel = TestChannel {
            delivered,
            refuses: refuses.clone(),
        };
        let options = Options {
            channels: vec![Arc::new(channel)],
            ..options(sqlite(&folder).await, &clock)
        };
        (Engine::open(options).await.unwrap(), received)
    };

    let (engine, mut received) = open().await;
    engine.publish(apps::TELLS, &caller()).await.unwrap();
    let start = |word: &str| runtime::Start {
        app: "shout".into(),
        inputs: members(json!({"word": word})),
        ..Default::default()
    };
    let run = engine.start(start("help"), &caller()).await.unwrap().run;
    let (key, body) = received.recv().await.unwrap();
    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (event["id"].as_str(), event["data"]["text"].as_str()),
        (Some(key.as_str()), Some("help"))
    );
    assert_eq!(event["data"]["run"], json!(run.id));

    // Refused once; the next try comes with the clock, not before.
    clock.advance_ms(runtime::limits::PUMP_RETRY_FIRST_MS);
    assert_eq!(received.recv().await.unwrap(), (key.clone(), body.clone()));
    engine.shutdown().await;

    // Still not taken: the next start delivers it again, and then it is gone.
    refuses.store(false, Ordering::SeqCst);
    let (engine, mut received) = open().await;
    assert_eq!(received.recv().await.unwrap(), (key.clone(), body));
    engine.start(start("again"), &caller()).await.unwrap();
    assert_ne!(received.recv().await.unwrap().0, key);
    engine.shutdown().await;
    let store = sqlite(&folder).await;
    assert_eq!(store.outbox(0, 10).await.unwrap(), []);
}
