//! The resource patterns, shown with people on the real engine: each function does what its pattern says, and fails where
//! the engine does otherwise.

mod rig;

use std::collections::BTreeSet;

use kernel::{Assignee, Deed, FactKind, Refusal, Status, TaskState, Until};
use rig::{Rig, done};
use runtime::{Error, NotYours};
use serde_json::json;

/// The numbers of those that were shown.
pub(crate) fn shown() -> BTreeSet<u32> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        distribution().await;
        push().await;
        pull().await;
        detours().await;
        starts_and_sight().await;
    });
    let not_shown = [18, 35, 38];
    (1..=43).filter(|number| !not_shown.contains(number)).collect()
}

/// WRP-1 to 11: who may be given what.
async fn distribution() {
    let rig = Rig::new().await;
    rig.start(1, "li").await;
    assert_eq!((rig.seen("li", 1).await, rig.seen("wang", 1).await), (1, 0));
    rig.start(2, "li").await;
    assert_eq!(
        [
            rig.seen("li", 2).await,
            rig.seen("wang", 2).await,
            rig.seen("chen", 2).await
        ],
        [1, 1, 0]
    );
    rig.start_with(3, "li", json!({"who": "zhao"})).await;
    assert_eq!((rig.seen("li", 3).await, rig.seen("zhao", 3).await), (0, 1));

    let run = rig.start(4, "li").await;
    let refused = rig.answer(run, "chen", done()).await;
    assert!(
        matches!(refused, Err(Error::NotYours(NotYours::OfferedTo(_)))),
        "{refused:?}"
    );
    let skipped = || Deed::Skipped { why: "no part".into() };
    let refused = rig.handle(run, "li", skipped()).await;
    assert!(
        matches!(refused, Err(Error::Refused(Refusal::NotSkippable { .. }))),
        "{refused:?}"
    );
    rig.handle(run, "boss", skipped()).await.unwrap();

    let run = rig.start(5, "boss").await;
    rig.answer(run, "li", done()).await.unwrap();
    let refused = rig.answer(run, "li", done()).await;
    assert!(
        matches!(refused, Err(Error::Refused(Refusal::SecondPersonNeeded { .. }))),
        "{refused:?}"
    );
    rig.answer(run, "wang", done()).await.unwrap();

    let run = rig.start(6, "boss").await;
    rig.answer(run, "wang", done()).await.unwrap();
    for _ in 0..2 {
        assert_eq!(rig.holder(run).await.as_deref(), Some("wang"));
        rig.answer(run, "wang", done()).await.unwrap();
    }
    let run = rig.start(7, "boss").await;
    rig.answer(run, "wang", done()).await.unwrap();
    rig.answer(run, "chen", done()).await.unwrap();
    assert_eq!(rig.holder(run).await.as_deref(), Some("wang"));

    // Wang's proof has run out, Chen never had one.
    let run = rig.start(8, "boss").await;
    assert_eq!(
        [
            rig.seen("li", 8).await,
            rig.seen("wang", 8).await,
            rig.seen("chen", 8).await
        ],
        [1, 0, 0]
    );
    let refused = rig.answer(run, "wang", done()).await;
    assert!(
        matches!(refused, Err(Error::NotYours(NotYours::SkillNeeded(_)))),
        "{refused:?}"
    );

    let run = rig.start(9, "boss").await;
    assert_eq!(rig.holder(run).await, None);
    rig.answer(run, "zhao", done()).await.unwrap();
    let run = rig.start(9, "boss").await;
    assert_eq!(rig.holder(run).await.as_deref(), Some("zhao"));

    rig.start(10, "li").await;
    assert_eq!((rig.seen("chen", 10).await, rig.seen("li", 10).await), (1, 0));
    let run = rig.start(11, "li").await;
    assert_eq!(rig.status(run).await, Status::Finished);
    rig.verify().await;
}

/// WRP-12 to 20: how the engine gives out work.
async fn push() {
    let rig = Rig::new().await;
    let run = rig.start(12, "boss").await;
    assert_eq!((rig.seen("li", 12).await, rig.state(run).await), (1, TaskState::Ready));
    let run = rig.start(13, "boss").await;
    assert_eq!([rig.seen("li", 13).await, rig.seen("chen", 13).await], [1, 1]);
    rig.claim(run, "chen").await.unwrap();
    let refused = rig.claim(run, "li").await;
    assert!(
        matches!(refused, Err(Error::Refused(Refusal::ReservedBy { .. }))),
        "{refused:?}"
    );
    let run = rig.start(14, "boss").await;
    assert_eq!(
        (rig.holder(run).await.as_deref(), rig.state(run).await),
        (Some("li"), TaskState::Reserved)
    );

    // Three welders; what was drawn says who, and the journal keeps it.
    let run = rig.start(15, "boss").await;
    let given = rig.facts(run).await.into_iter().find_map(|fact| match fact {
        FactKind::TaskHandled {
            deed: Deed::Given { to, among, drawn, .. },
            ..
        } => Some((to, among, drawn)),
        _ => None,
    });
    let (to, among, drawn) = given.unwrap();
    let expected = ["li", "wang", "zhao"][(drawn.unwrap() % 3) as usize];
    assert_eq!((to.as_deref(), among), (Some(expected), 3));
    assert_eq!(rig.holder(run).await.as_deref(), Some(expected));

    let mut turns = Vec::new();
    for _ in 0..6 {
        let run = rig.start(16, "boss").await;
        turns.extend(rig.holder(run).await);
    }
    assert_eq!(turns, ["li", "wang", "zhao", "li", "wang", "zhao"]);

    // Who has what in hand by now decides, and each of these counts for the next.
    let mut given = Vec::new();
    for _ in 0..9 {
        let run = rig.start(17, "boss").await;
        given.extend(rig.holder(run).await);
    }
    let mut counts = Vec::new();
    for person in ["li", "wang", "zhao"] {
        counts.push(rig.in_hand(person).await);
    }
    assert!(
        counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1,
        "{counts:?} after {given:?}"
    );

    let run = rig.start(19, "boss").await;
    assert_eq!(rig.seen("li", 19).await, 1);
    rig.answer(run, "li", done()).await.unwrap();
    assert_eq!(rig.step(run).await, "polish");

    let run = rig.start(20, "boss").await;
    assert_eq!((rig.seen("li", 20).await, rig.seen("boss", 20).await), (0, 1));
    rig.handle(run, "boss", Deed::Nominated { to: "wang".into() })
        .await
        .unwrap();
    assert_eq!(
        (rig.seen("wang", 20).await, rig.holder(run).await.as_deref()),
        (1, Some("wang"))
    );
    rig.verify().await;
}

/// WRP-21 to 26: how people take work.
async fn pull() {
    let rig = Rig::new().await;
    let run = rig.start(21, "boss").await;
    rig.claim(run, "li").await.unwrap();
    assert_eq!(
        (rig.holder(run).await.as_deref(), rig.state(run).await),
        (Some("li"), TaskState::Reserved)
    );
    let run = rig.start(22, "boss").await;
    rig.claim(run, "li").await.unwrap();
    rig.handle(run, "li", Deed::Started).await.unwrap();
    assert_eq!(rig.state(run).await, TaskState::InProgress);
    let run = rig.start(23, "boss").await;
    rig.handle(run, "wang", Deed::Started).await.unwrap();
    assert_eq!(
        (rig.holder(run).await.as_deref(), rig.state(run).await),
        (Some("wang"), TaskState::InProgress)
    );

    let first = rig.start(24, "boss").await;
    rig.pass(30).await;
    let second = rig.start(24, "boss").await;
    assert_eq!(rig.order("li", 24).await, [first, second]);
    rig.pass(100).await;
    // The first is late by now, and so is everything that is told of it.
    assert_eq!(rig.order("li", 24).await, [first, second]);
    assert_eq!(rig.late("li", 24).await, 1);

    rig.start(25, "boss").await;
    assert_eq!(rig.seen("li", 25).await, 1);
    let one = rig.start(26, "boss").await;
    let other = rig.start(26, "boss").await;
    rig.answer(other, "li", done()).await.unwrap();
    assert_eq!(
        (rig.status(one).await, rig.status(other).await),
        (Status::Waiting, Status::Finished)
    );
    rig.verify().await;
}

/// WRP-27 to 34: what is done with work on its way.
async fn detours() {
    let rig = Rig::new().await;
    let run = rig.start(27, "boss").await;
    rig.claim(run, "li").await.unwrap();
    rig.handle(run, "li", Deed::Delegated { to: "wang".into() })
        .await
        .unwrap();
    assert_eq!(rig.holder(run).await.as_deref(), Some("wang"));
    rig.give_back(run, "wang").await.unwrap();
    assert_eq!(rig.holder(run).await.as_deref(), Some("li"));

    let run = rig.start(28, "boss").await;
    rig.claim(run, "li").await.unwrap();
    rig.pass(20).await;
    assert_eq!(
        (rig.to(run).await, rig.holder(run).await),
        (Assignee::Role("team_leader".into()), None)
    );

    let run = rig.start(29, "boss").await;
    rig.claim(run, "li").await.unwrap();
    rig.give_back(run, "li").await.unwrap();
    assert_eq!(
        (rig.state(run).await, rig.seen("wang", 29).await),
        (TaskState::Ready, 1)
    );

    for (number, fresh, expected) in [(30, false, json!({"done": true})), (31, true, json!({}))] {
        let run = rig.start(number, "boss").await;
        rig.claim(run, "li").await.unwrap();
        rig.draft(run, "li", json!({"done": true})).await.unwrap();
        let to = Assignee::Person("wang".into());
        rig.handle(run, "li", Deed::Forwarded { to, fresh }).await.unwrap();
        assert_eq!(rig.typed(run).await, Some(expected), "WRP-{number}");
        assert_eq!((rig.seen("wang", number).await, rig.seen("li", number).await), (1, 0));
    }

    let run = rig.start(32, "boss").await;
    rig.claim(run, "li").await.unwrap();
    let until = Some(Until::ForMs(60 * 60_000));
    let stops_clock = false;
    rig.handle(run, "li", Deed::Suspended { until, stops_clock })
        .await
        .unwrap();
    let refused = rig.answer(run, "li", done()).await;
    assert!(
        matches!(refused, Err(Error::Refused(Refusal::TaskSuspended { .. }))),
        "{refused:?}"
    );
    rig.pass(60).await;
    assert_eq!(rig.state(run).await, TaskState::Reserved);
    rig.handle(
        run,
        "li",
        Deed::Suspended {
            until: None,
            stops_clock,
        },
    )
    .await
    .unwrap();
    rig.handle(run, "li", Deed::Resumed).await.unwrap();
    rig.answer(run, "li", done()).await.unwrap();

    let run = rig.start(33, "boss").await;
    rig.handle(run, "li", Deed::Skipped { why: "no seam".into() })
        .await
        .unwrap();
    assert_eq!(rig.status(run).await, Status::Finished);
    let run = rig.start(34, "boss").await;
    rig.answer(run, "li", done()).await.unwrap();
    assert_eq!(rig.step(run).await, "polish");
    rig.go_back(run, "weld", "boss").await;
    assert_eq!(rig.step(run).await, "weld");
    rig.verify().await;
}

/// WRP-36 to 43: when work begins, who sees it, and how many are at it.
async fn starts_and_sight() {
    let rig = Rig::new().await;
    let run = rig.start(36, "boss").await;
    assert_eq!(
        (rig.holder(run).await.as_deref(), rig.state(run).await),
        (Some("li"), TaskState::InProgress)
    );
    let run = rig.start(37, "boss").await;
    rig.handle(run, "wang", Deed::Started).await.unwrap();
    assert_eq!(
        (rig.holder(run).await.as_deref(), rig.state(run).await),
        (Some("wang"), TaskState::InProgress)
    );
    let run = rig.start(39, "boss").await;
    rig.answer(run, "wang", done()).await.unwrap();
    assert_eq!(
        (rig.step(run).await.as_str(), rig.state(run).await),
        ("polish", TaskState::InProgress)
    );
    assert_eq!(rig.holder(run).await.as_deref(), Some("wang"));

    let run = rig.start(40, "boss").await;
    assert_eq!(rig.seen("li", 40).await, 0);
    rig.handle(run, "boss", Deed::Nominated { to: "li".into() })
        .await
        .unwrap();
    rig.answer(run, "li", done()).await.unwrap();
    assert_eq!((rig.seen("li", 40).await, rig.seen("wang", 40).await), (1, 1));

    let run = rig.start(41, "boss").await;
    for (step, expected) in [("weld", 1), ("talk", 0)] {
        assert_eq!(rig.step(run).await, step);
        rig.claim(run, "li").await.unwrap();
        assert_eq!(
            (rig.seen("li", 41).await, rig.seen("wang", 41).await),
            (1, expected),
            "{step}"
        );
        rig.answer(run, "li", done()).await.unwrap();
    }

    let (one, other) = (rig.start(42, "boss").await, rig.start(42, "boss").await);
    for run in [one, other] {
        rig.handle(run, "li", Deed::Started).await.unwrap();
    }
    assert_eq!(
        (rig.state(one).await, rig.state(other).await),
        (TaskState::InProgress, TaskState::InProgress)
    );

    let run = rig.start(43, "boss").await;
    rig.claim(run, "li").await.unwrap();
    let refused = rig.draft(run, "chen", done()).await;
    assert!(refused.is_err(), "who does not help types nothing");
    rig.handle(run, "li", Deed::Helped { by: "chen".into() }).await.unwrap();
    rig.draft(run, "chen", done()).await.unwrap();
    rig.verify().await;
}
