//! What stands still accepts everything, begins nothing, and goes on when it is let go.

use crate::apps;
use crate::rig::*;
use kernel::{Status, Waiting};
use runtime::{Caller, Complete, Engine, Scope, Start};
use serde_json::json;

#[tokio::test]
async fn starts_and_answers_count_and_runs_go_on_when_they_are_let_go() {
    let rig = Rig::with(&[apps::TWO_PEOPLE, apps::NOTE]).await;
    let before = rig.start("two_people", json!({})).await.id;
    let lead = by("lead");
    rig.engine
        .brake(Scope::Site, "the press burns".into(), &lead)
        .await
        .unwrap();
    assert!(rig.engine.stands_still());
    rig.answer(before, "wang", json!({"what_was_done": "turned"}))
        .await
        .unwrap();
    assert!(
        rig.tasks_of(before).await.is_empty(),
        "the answer counts, the next form is not asked"
    );
    let new = rig.start("note", json!({})).await;
    assert!(new.tasks.is_empty());
    let why = rig.engine.why(before).await.unwrap();
    assert_eq!(why.waits[0].waiting, Waiting::HeldBack);
    assert_eq!(why.waits[0].brakes[0].brake.why, "the press burns");
    let refused = rig.try_start("note", json!({"unknown": 1})).await;
    assert!(refused.is_err(), "what is wrong is refused at once");
    // Nothing of it is lost when the server is started again.
    let rig = rig.reopened().await;
    assert_eq!((rig.engine.brakes()[0].held, rig.engine.runs_held()), (2, 2));
    rig.engine.let_go(Scope::Site, None, &lead).await.unwrap();
    rig.engine.settled().await.unwrap();
    assert_eq!(rig.only_task(before).await.spec.step.as_str(), "check_it");
    assert_eq!(rig.tasks_of(new.id).await.len(), 1);
    assert!(rig.engine.brakes().is_empty());
    rig.verify().await;
}

#[tokio::test]
async fn a_brake_is_let_go_slowly_and_what_was_begun_goes_first() {
    let rig = Rig::with(&[apps::TWO_PEOPLE]).await;
    let begun = rig.start("two_people", json!({})).await.id;
    let lead = by("lead");
    let scope = Scope::App("two_people".into());
    rig.engine.brake(scope.clone(), "too much".into(), &lead).await.unwrap();
    let first = rig.start("two_people", json!({})).await.id;
    let second = rig.start("two_people", json!({})).await.id;
    rig.answer(begun, "wang", json!({"what_was_done": "turned"}))
        .await
        .unwrap();
    rig.engine.let_go(scope, Some(2), &lead).await.unwrap();
    rig.engine.settled().await.unwrap();
    let open = async |run| rig.tasks_of(run).await.len();
    assert_eq!((open(begun).await, open(first).await, open(second).await), (1, 0, 0));
    rig.clock.advance_ms(30_000);
    rig.engine.settled().await.unwrap();
    assert_eq!((open(first).await, open(second).await), (1, 0));
    let late = rig.start("two_people", json!({})).await.id;
    assert_eq!(open(late).await, 0, "who comes meanwhile takes its turn");
    rig.clock.advance_ms(30_000);
    rig.engine.settled().await.unwrap();
    assert_eq!((open(second).await, open(late).await), (1, 0));
    rig.clock.advance_ms(30_000);
    rig.engine.settled().await.unwrap();
    assert_eq!(open(late).await, 1);
    assert!(
        rig.engine.brakes().is_empty(),
        "it is off when nothing is held any more"
    );
    rig.verify().await;
}

#[tokio::test]
async fn a_run_is_started_paused_and_ladders_wait_for_nobody() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let start = Start {
        app: "note".into(),
        paused: true,
        ..Start::default()
    };
    let run = rig.engine.start(start, &by("lead")).await.unwrap().run;
    assert_eq!(run.status, Status::Waiting);
    assert!(run.tasks.is_empty());
    rig.engine.let_go(Scope::Run(run.id), None, &by("lead")).await.unwrap();
    rig.engine.settled().await.unwrap();
    let task = rig.only_task(run.id).await;
    rig.engine
        .brake(Scope::Run(run.id), "look at it".into(), &by("lead"))
        .await
        .unwrap();
    rig.pass(21).await;
    assert_eq!(rig.told().await, ["Nothing is written down"], "what is late is late");
    let answer = Complete::new(reference(&rig.only_task(run.id).await), members(json!({"what": "x"})));
    rig.engine.complete(answer, &by("wang")).await.unwrap();
    assert_eq!(rig.engine.run(run.id).await.unwrap().status, Status::Waiting);
    let _ = task;
    rig.engine.let_go(Scope::Run(run.id), None, &by("lead")).await.unwrap();
    rig.engine.settled().await.unwrap();
    assert_eq!(rig.engine.run(run.id).await.unwrap().status, Status::Finished);
    rig.verify().await;
}

#[tokio::test]
async fn a_server_is_started_standing_still() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let run = rig.start("note", json!({})).await.id;
    rig.engine.shutdown().await;
    let store = sqlite(&rig.folder).await;
    runtime::brakes::stop_site(&store, "after the fire", MORNING.0)
        .await
        .unwrap();
    let engine = Engine::open(options(store, &rig.clock)).await.unwrap();
    let rig = Rig { engine, ..rig };
    rig.answer(run, "wang", json!({"what": "x"})).await.unwrap();
    assert_eq!(rig.engine.run(run).await.unwrap().status, Status::Waiting);
    rig.engine.let_go(Scope::Site, None, &by("lead")).await.unwrap();
    rig.engine.settled().await.unwrap();
    assert_eq!(rig.engine.run(run).await.unwrap().status, Status::Finished);
    rig.verify().await;
}

#[tokio::test]
async fn brakes_are_for_supervisors_and_for_what_there_is() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let worker = Caller {
        acting: Some(Default::default()),
        ..by("wang")
    };
    assert!(rig.engine.brake(Scope::Site, "why".into(), &worker).await.is_err());
    assert!(rig.engine.brake(Scope::Site, " ".into(), &by("lead")).await.is_err());
    let nothing = Scope::App("nothing".into());
    assert!(rig.engine.brake(nothing, "why".into(), &by("lead")).await.is_err());
    assert!(rig.engine.let_go(Scope::Site, None, &by("lead")).await.is_err());
    rig.verify().await;
}

#[tokio::test]
async fn a_run_is_started_again_as_new_and_both_tell_of_it() {
    let rig = Rig::with(&[apps::CALLER, apps::CALLED]).await;
    let old = rig.start("assembly", json!({"part": "shaft"})).await.id;
    rig.engine.cancel(old, "wrong".into(), &by("lead")).await.unwrap();
    let new = rig
        .engine
        .restart(old, false, "once more".into(), &by("lead"))
        .await
        .unwrap();
    assert_ne!(new.id, old);
    let then = rig.engine.run_at(new.id, runtime::Moment::Seq(1)).await.unwrap();
    assert_eq!(then.values["part"], json!("shaft"));
    for (run, other) in [(old, new.id), (new.id, old)] {
        let timeline = rig.engine.timeline(run, 0, 100).await.unwrap().items;
        let told = timeline.iter().filter_map(|entry| entry.note.as_ref());
        assert!(told.into_iter().any(|note| note.contains(&other.to_string())));
    }
    rig.verify().await;
}
