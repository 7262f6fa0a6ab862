//! Order, group commit, idempotency keys, back-pressure, stopping.

use crate::apps;
use crate::rig::*;
use kernel::Status;
use runtime::{Caller, Complete, Engine, Error, RunView, Start};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::JoinSet;

fn straight(count: i64) -> Start {
    Start {
        app: "straight".into(),
        inputs: members(json!({"count": count})),
        ..Start::default()
    }
}

async fn start(engine: Engine, start: Start, caller: Caller) -> Result<RunView, Error> {
    engine.start(start, &caller).await.map(|started| started.run)
}

#[tokio::test]
async fn requests_that_arrive_together_share_a_commit() {
    let rig = Rig::with(&[apps::STRAIGHT]).await;
    let before = rig.engine.metrics().await.unwrap();
    let mut starts = JoinSet::new();
    for count in 0..200 {
        starts.spawn(start(rig.engine.clone(), straight(count), caller()));
    }
    let runs = starts.join_all().await;
    assert!(
        runs.iter()
            .all(|run| run.as_ref().is_ok_and(|run| run.status == Status::Finished))
    );
    let after = rig.engine.metrics().await.unwrap();
    assert_eq!(after.kept.runs_ended, 200);
    assert_eq!(after.batched - before.batched, 200);
    assert!(
        after.commits - before.commits <= 100,
        "{} commits",
        after.commits - before.commits
    );
    rig.verify().await;
}

#[tokio::test]
async fn a_repeated_key_gets_the_first_answer_again() {
    let rig = Rig::with(&[apps::STRAIGHT, apps::NOTE]).await;
    let first = start(rig.engine.clone(), straight(1), keyed("k1")).await.unwrap();
    let again = start(rig.engine.clone(), straight(1), keyed("k1")).await.unwrap();
    assert_eq!(first, again);
    let other = start(rig.engine.clone(), straight(2), keyed("k1")).await.unwrap_err();
    assert!(matches!(other, Error::KeyReused), "{other}");
    let elsewhere = Caller {
        name: "another".into(),
        ..keyed("k1")
    };
    let second = start(rig.engine.clone(), straight(1), elsewhere).await.unwrap();
    assert_ne!(first.id, second.id, "a key counts only for its caller");
    assert_eq!(rig.engine.metrics().await.unwrap().kept.runs_ended, 2);

    // A refused request may be repeated under its key, and an answer is still known after a restart.
    let bad = Start {
        inputs: members(json!({"count": "x"})),
        ..straight(0)
    };
    start(rig.engine.clone(), bad, keyed("k2")).await.unwrap_err();
    let good = start(rig.engine.clone(), straight(3), keyed("k2")).await.unwrap();
    let rig = rig.reopened().await;
    assert_eq!(start(rig.engine.clone(), straight(3), keyed("k2")).await.unwrap(), good);

    let note = rig.start("note", json!({})).await;
    let complete = Complete::new(reference(&note.tasks[0]), members(json!({"what": "x"})));
    let done = rig.engine.complete(complete.clone(), &keyed("k3")).await.unwrap();
    assert_eq!(
        rig.engine.complete(complete, &keyed("k3")).await.unwrap(),
        done,
        "though the task is closed"
    );
    rig.verify().await;
}

#[tokio::test]
async fn the_same_key_twice_in_one_batch_is_done_once() {
    let rig = Rig::with(&[apps::STRAIGHT]).await;
    let mut starts = JoinSet::new();
    for _ in 0..20 {
        starts.spawn(start(rig.engine.clone(), straight(7), keyed("same")));
    }
    starts.spawn(start(rig.engine.clone(), straight(8), keyed("same")));
    let answers = starts.join_all().await;
    let runs: std::collections::BTreeSet<_> = answers.iter().flatten().map(|run| run.id).collect();
    assert_eq!(runs.len(), 1);
    assert_eq!(
        answers
            .iter()
            .filter(|answer| matches!(answer, Err(Error::KeyReused)))
            .count(),
        1
    );
    assert_eq!(rig.engine.metrics().await.unwrap().kept.runs_ended, 1);
    rig.verify().await;
}

#[tokio::test]
async fn keys_are_forgotten_after_a_week() {
    let rig = Rig::with(&[apps::STRAIGHT]).await;
    let first = start(rig.engine.clone(), straight(1), keyed("old")).await.unwrap();
    rig.clock.advance_ms(runtime::limits::ANSWERS_KEPT_MS + MINUTE_MS);
    start(rig.engine.clone(), straight(2), caller()).await.unwrap();
    let later = start(rig.engine.clone(), straight(1), keyed("old")).await.unwrap();
    assert_ne!(first.id, later.id);
}

#[tokio::test]
async fn more_than_the_queue_holds_is_told_to_come_again() {
    let rig = Rig::with(&[apps::STRAIGHT]).await;
    let extra = 100;
    let mut starts = JoinSet::new();
    for count in 0..runtime::limits::QUEUE_REQUESTS_MAX + extra {
        starts.spawn(start(rig.engine.clone(), straight(count as i64), caller()));
    }
    let answers = starts.join_all().await;
    let busy = answers
        .iter()
        .filter(|answer| matches!(answer, Err(Error::Busy)))
        .count();
    let done = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!((busy, done), (extra, runtime::limits::QUEUE_REQUESTS_MAX));
    assert_eq!(rig.engine.metrics().await.unwrap().kept.runs_ended, done as u64);
    rig.engine.health().await.unwrap();
}

#[tokio::test]
async fn a_stopping_engine_finishes_what_it_took() {
    let rig = Rig::with(&[apps::STRAIGHT]).await;
    let handed_in = Arc::new(AtomicUsize::new(0));
    let mut starts = JoinSet::new();
    for count in 0..300 {
        let (engine, handed_in) = (rig.engine.clone(), handed_in.clone());
        starts.spawn(async move {
            handed_in.fetch_add(1, Ordering::SeqCst);
            start(engine, straight(count), caller()).await
        });
    }
    // One thread: whoever has counted itself has also put its request into the queue.
    while handed_in.load(Ordering::SeqCst) < 300 {
        tokio::task::yield_now().await;
    }
    rig.engine.shutdown().await;
    let done = starts.join_all().await.iter().filter(|answer| answer.is_ok()).count();
    let late = start(rig.engine.clone(), straight(0), caller()).await.unwrap_err();
    assert!(matches!(late, Error::Stopping), "{late}");
    assert!(rig.engine.health().await.is_err());
    let rig = rig.reopened().await;
    assert_eq!(rig.engine.metrics().await.unwrap().kept.runs_ended, done as u64);
    assert_eq!(done, 300);
    rig.verify().await;
}

#[tokio::test]
async fn an_app_is_published_once_per_source() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let again = rig.engine.publish(apps::NOTE, &caller()).await.unwrap();
    assert_eq!((again.changed, again.app.version), (false, 1));
    let longer = apps::NOTE.replace("max: 10", "max: 20");
    let second = rig.engine.publish(&longer, &by("wang")).await.unwrap();
    assert_eq!(
        (second.changed, second.app.version, second.app.published_by.as_str()),
        (true, 2, "wang")
    );
    let run = rig.start("note", json!({})).await;
    assert_eq!(run.app_version, 2);
    let wrong = rig
        .engine
        .publish("app: Wrong\nsteps:\n  - frm: x\n", &caller())
        .await
        .unwrap_err();
    assert!(matches!(wrong, Error::App(diagnostics) if !diagnostics.is_empty()));
    assert!(rig.engine.publish(&"#".repeat(5_000_000), &caller()).await.is_err());

    let rig = rig.reopened().await;
    assert_eq!(
        rig.engine
            .apps()
            .iter()
            .map(|app| (app.id.as_str(), app.version))
            .collect::<Vec<_>>(),
        [("note", 2)]
    );
    let (view, model, source) = rig.engine.app("note", Some(1)).unwrap();
    assert_eq!(
        (view.version, model.id.as_str(), source.as_str()),
        (1, "note", apps::NOTE)
    );
    assert_eq!(
        rig.answer(run.id, "li", json!({"what": "x", "how_many": 20}))
            .await
            .unwrap()
            .status,
        Status::Finished
    );
}
