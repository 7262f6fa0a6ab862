//! Deadlines, waits and ladders in virtual time.

use crate::apps;
use crate::rig::*;
use kernel::{Assignee, Status};
use serde_json::json;

#[tokio::test]
async fn a_ladder_climbs_with_the_minutes() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let run = rig.start("note", json!({})).await;
    rig.pass(19).await;
    assert_eq!(rig.told().await, Vec::<String>::new());
    rig.pass(1).await;
    assert_eq!(rig.told().await, ["Nothing is written down"]);
    let task = rig.only_task(run.id).await;
    assert!(task.spec.late && task.version > run.tasks[0].version);
    // What someone has typed meanwhile on an old screen is kept.
    let draft = runtime::SaveDraft {
        task: reference(&run.tasks[0]),
        draft_version: Some(0),
        answers: members(json!({"what": "x"})),
    };
    rig.engine.save_draft(draft, &by("wang")).await.unwrap();
    rig.pass(15).await;
    assert_eq!(rig.told().await.len(), 2);
    assert_eq!(
        rig.only_task(run.id).await.spec.to,
        Assignee::Role("quality engineer".replace(' ', "_"))
    );
    assert_eq!(rig.engine.metrics().await.unwrap().kept.timers, 0);
    rig.verify().await;
}

#[tokio::test]
async fn what_came_due_while_the_engine_was_down_happens_at_the_next_start() {
    let rig = Rig::with(&[apps::NOTE]).await;
    for _ in 0..3 {
        rig.start("note", json!({})).await;
    }
    rig.engine.shutdown().await;
    rig.clock.advance_ms(21 * MINUTE_MS);
    let rig = rig.reopened().await;
    rig.engine.settled().await.unwrap();
    assert_eq!(rig.told().await.len(), 3);
    rig.verify().await;
}

#[tokio::test]
async fn a_clock_that_jumps_back_only_makes_things_later() {
    let rig = Rig::with(&[apps::NOTE]).await;
    rig.start("note", json!({})).await;
    rig.pass(-60).await;
    rig.pass(79).await;
    assert_eq!(rig.told().await.len(), 0);
    rig.pass(1).await;
    assert_eq!(rig.told().await.len(), 1);
    rig.verify().await;
}

#[tokio::test]
async fn many_timers_at_once_are_fired_in_portions_that_leave_room_for_requests() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let runs = 3 * runtime::limits::TIMERS_PER_BATCH_MAX as usize / 2;
    let mut starts = tokio::task::JoinSet::new();
    for _ in 0..runs {
        let engine = rig.engine.clone();
        let start = runtime::Start {
            app: "note".into(),
            ..Default::default()
        };
        starts.spawn(async move { engine.start(start, &caller()).await.unwrap() });
    }
    starts.join_all().await;
    let before = rig.engine.metrics().await.unwrap();
    assert_eq!(before.kept.tasks_open, runs as u64);
    rig.pass(21).await;
    let after = rig.engine.metrics().await.unwrap();
    assert_eq!(after.timers_fired - before.timers_fired, runs as u64);
    assert_eq!(after.kept.tasks_late, runs as u64);
    assert_eq!(after.commits - before.commits, 2);
    rig.verify().await;
}

#[tokio::test]
async fn a_timer_of_a_task_that_was_answered_never_rings() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let run = rig.start("note", json!({})).await;
    rig.answer(run.id, "wang", json!({"what": "x"})).await.unwrap();
    rig.pass(60).await;
    assert_eq!(rig.told().await.len(), 0);
    assert_eq!(rig.engine.run(run.id).await.unwrap().status, Status::Finished);
}
