//! What leaves after the commit: at least once, also across a failure and a restart.

use crate::apps;
use crate::rig::*;
use runtime::{Engine, ManualClock, Options, Undelivered, limits};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

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

#[tokio::test]
async fn what_nobody_takes_for_a_day_is_given_up_and_sent_again_or_dropped_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(MORNING));
    let refuses = Arc::new(AtomicBool::new(true));
    let (delivered, mut received) = mpsc::unbounded_channel();
    let channel = TestChannel {
        delivered,
        refuses: refuses.clone(),
    };
    let options = Options {
        channels: vec![Arc::new(channel)],
        ..options(sqlite(&folder).await, &clock)
    };
    let engine = Engine::open(options).await.unwrap();
    engine.publish(apps::TELLS, &caller()).await.unwrap();
    let start = async |word: &str| {
        let start = runtime::Start {
            app: "shout".into(),
            inputs: members(json!({"word": word})),
            ..Default::default()
        };
        engine.start(start, &caller()).await.unwrap();
    };
    let given_up = async |count: usize| loop {
        let page = store::rows::Page::default();
        let found = engine.undelivered(&page).await.unwrap().items;
        if found.len() == count {
            return found;
        }
        engine.settled().await.unwrap();
    };
    start("one").await;
    start("two").await;
    let (first_key, body) = received.recv().await.unwrap();
    received.recv().await.unwrap();
    // A day passes while the server is off, or nearly: the first failures after it are not the end.
    clock.advance_ms(limits::OUTBOX_TRIED_FOR_MS);
    while engine.metrics().await.unwrap().kept.undelivered < 2 {
        clock.advance_ms(limits::PUMP_RETRY_LONGEST_MS);
        engine.settled().await.unwrap();
    }
    let tries = 2 + std::iter::from_fn(|| received.try_recv().ok()).count();
    assert_eq!(tries, 2 * limits::OUTBOX_TRIES_MIN as usize);
    let mut found = given_up(2).await;
    found.sort_by_key(|row| row.key != first_key);
    assert_eq!((&found[0].key, &found[0].body), (&first_key, &body));
    assert_eq!((found[0].channel.as_str(), found[0].problem.as_str()), ("test", "no"));
    let kept = engine.metrics().await.unwrap().kept;
    assert_eq!((kept.outbox, kept.undelivered), (0, 2));

    refuses.store(false, Ordering::SeqCst);
    let settle = async |id, what| engine.settle_undelivered(id, what, &caller()).await;
    settle(found[1].id, Undelivered::Drop).await.unwrap();
    // Several press at once: one of them has it, and it leaves once.
    let mut all = JoinSet::new();
    for _ in 0..3 {
        let (engine, id) = (engine.clone(), found[0].id);
        all.spawn(async move { engine.settle_undelivered(id, Undelivered::Send, &caller()).await });
    }
    let all = all.join_all().await;
    assert_eq!(all.iter().filter(|done| done.is_ok()).count(), 1, "{all:?}");
    assert_eq!(received.recv().await.unwrap(), (first_key, body));
    given_up(0).await;
    for id in [found[0].id, found[1].id, 0, u64::MAX] {
        let refused = settle(id, Undelivered::Send).await;
        assert!(matches!(refused, Err(runtime::Error::NotFound { .. })), "{id}");
    }
    engine.shutdown().await;
}
