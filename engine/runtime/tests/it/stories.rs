//! What apps do, from start to end.

use crate::apps;
use crate::rig::*;
use kernel::{FactKind, Refusal, Status};
use runtime::{Complete, Error, Message, SaveDraft, Start, TaskRef};
use serde_json::json;
use store::rows::Page;

#[tokio::test]
async fn a_first_piece_from_start_to_release() {
    let rig = Rig::with(&[apps::FIRST_PIECE]).await;
    let start = Start {
        app: "first_piece_inspection".into(),
        station: Some("qc-1".into()),
        inputs: members(json!({"order": "4711"})),
        from_button: true,
        paused: false,
        version: None,
    };
    let run = rig.engine.start(start, &by("wang")).await.unwrap().run;
    assert_eq!(run.status, Status::Waiting);
    assert_eq!(
        rig.engine.holds(Some("line-3")).await.unwrap()[0].why,
        "First piece of 4711 is not released"
    );

    let run = rig.answer(run.id, "wang", wrong_piece()).await.unwrap();
    assert_eq!(run.tasks.len(), 1, "it is measured again");
    let run = rig.answer(run.id, "wang", good_piece()).await.unwrap();
    assert_eq!(run.tasks[0].spec.step.as_str(), "release_for_series");

    let tick = json!({"the_piece_is_marked_and_kept_as_reference": true});
    let refused = rig.answer(run.id, "wang", tick.clone()).await.unwrap_err();
    assert!(
        matches!(refused, Error::Refused(Refusal::SecondPersonNeeded { .. })),
        "{refused}"
    );
    let run = rig.answer(run.id, "li", tick).await.unwrap();
    assert_eq!(run.status, Status::Finished);
    assert_eq!(run.tasks, []);
    assert_eq!(rig.engine.holds(None).await.unwrap(), []);

    let page = Page::default();
    let records = rig
        .engine
        .records("first_piece_inspection", "first_pieces", &[], &page)
        .await
        .unwrap()
        .items;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].values["released_by"], "li");
    let by_order = [("order".to_owned(), json!("4711"))];
    let found = rig
        .engine
        .records("first_piece_inspection", "first_pieces", &by_order, &page)
        .await
        .unwrap();
    assert_eq!(found.items, records);

    let timeline = rig.engine.timeline(run.id, 0, 100).await.unwrap().items;
    assert_eq!(
        timeline.first().map(|entry| entry.person.as_deref()),
        Some(Some("wang"))
    );
    assert!(matches!(
        timeline.last().unwrap().facts.last().unwrap().kind,
        FactKind::Ended { .. }
    ));
    assert_eq!(rig.engine.run(run.id).await.unwrap(), run);
    rig.verify().await;
}

#[tokio::test]
async fn a_run_that_needs_nobody_is_one_commit() {
    let rig = Rig::with(&[apps::STRAIGHT]).await;
    let before = rig.engine.metrics().await.unwrap().commits;
    let run = rig.start("straight", json!({"count": 5})).await;
    assert_eq!(
        (run.status, run.outcome.as_deref()),
        (Status::Finished, Some("Counted"))
    );
    assert_eq!(rig.engine.metrics().await.unwrap().commits - before, 1);
    rig.verify().await;
}

#[tokio::test]
async fn refused_answers_are_kept_as_a_draft_and_the_task_stays_open() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let run = rig.start("note", json!({})).await;
    let answers = json!({"what": "x", "how_many": 11, "why": "?"});
    let Err(Error::Refused(Refusal::Answers { fields })) = rig.answer(run.id, "wang", answers.clone()).await else {
        panic!("answers out of range must be refused");
    };
    let mut refused: Vec<(&str, &str)> = fields
        .iter()
        .map(|field| (field.field.as_str(), field.code.as_str()))
        .collect();
    refused.sort_unstable();
    assert_eq!(refused, [("how_many", "out-of-range"), ("why", "unknown-field")]);

    let detail = rig
        .engine
        .task(TaskRef {
            run: run.id,
            task: run.tasks[0].task,
            version: None,
        })
        .await
        .unwrap();
    let draft = detail.draft.unwrap();
    assert_eq!(
        (json!(draft.answers), draft.person.as_deref(), draft.version),
        (answers, Some("wang"), 1)
    );
    let run = rig
        .answer(run.id, "wang", json!({"what": "x", "how_many": 10}))
        .await
        .unwrap();
    assert_eq!(run.status, Status::Finished);
    rig.verify().await;
}

#[tokio::test]
async fn inputs_are_checked_like_a_form() {
    let rig = Rig::with(&[apps::STRAIGHT]).await;
    let Err(Error::Refused(Refusal::Answers { fields })) = rig.try_start("straight", json!({"count": "many"})).await
    else {
        panic!("a text is no number");
    };
    assert_eq!(
        (fields.len(), fields[0].field.as_str(), fields[0].code.as_str()),
        (1, "count", "wrong-type")
    );
    let refused = rig.try_start("strait", json!({})).await.unwrap_err();
    assert!(
        matches!(&refused, Error::NotFound { what: "app", nearest: Some(near), .. } if near == "straight"),
        "{refused:?}"
    );
    assert_eq!(rig.engine.metrics().await.unwrap().kept.journal_entries, 0);
}

#[tokio::test]
async fn a_draft_is_kept_by_version() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let run = rig.start("note", json!({})).await;
    let task = reference(&run.tasks[0]);
    let save = |draft_version, text: &str| SaveDraft {
        task: task.clone(),
        draft_version,
        answers: members(json!({"what": text})),
    };
    let first = rig.engine.save_draft(save(Some(0), "a"), &by("wang")).await.unwrap();
    assert_eq!(first.version, 1);
    let stale = rig.engine.save_draft(save(Some(0), "b"), &by("li")).await.unwrap_err();
    assert!(matches!(stale, Error::StaleDraft { named: 0, now: 1 }), "{stale}");
    let second = rig.engine.save_draft(save(None, "c"), &by("li")).await.unwrap();
    assert_eq!(second.version, 2);
    assert_eq!(rig.engine.task(task.clone()).await.unwrap().draft, Some(second));
    rig.verify().await;
}

#[tokio::test]
async fn a_task_that_changed_meanwhile_is_not_answered_by_an_old_screen() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let run = rig.start("note", json!({})).await;
    let old = reference(&run.tasks[0]);
    let claimed = rig.engine.claim(old.clone(), &by("wang")).await.unwrap();
    assert_eq!(claimed.spec.reserved_by.as_deref(), Some("wang"));
    let answers = members(json!({"what": "x"}));
    let stale = rig
        .engine
        .complete(Complete::new(old, answers.clone()), &by("wang"))
        .await
        .unwrap_err();
    assert!(matches!(stale, Error::Stale { .. }), "{stale}");
    let other = Complete::new(reference(&claimed), answers.clone());
    let refused = rig.engine.complete(other, &by("li")).await.unwrap_err();
    assert!(
        matches!(refused, Error::Refused(Refusal::ReservedBy { .. })),
        "{refused}"
    );
    let free = rig.engine.give_back(reference(&claimed), &by("wang")).await.unwrap();
    assert_eq!(
        (free.spec.reserved_by.as_deref(), free.version),
        (None, claimed.version + 1)
    );
    rig.engine
        .complete(Complete::new(reference(&free), answers), &by("li"))
        .await
        .unwrap();
    rig.verify().await;
}

#[tokio::test]
async fn who_acts_is_asked_for_where_it_matters() {
    let rig = Rig::with(&[apps::TWO_PEOPLE]).await;
    let run = rig.start("two_people", json!({})).await;
    let task = reference(&run.tasks[0]);
    let refused = rig.engine.claim(task.clone(), &caller()).await.unwrap_err();
    assert!(matches!(refused, Error::Refused(Refusal::PersonMissing)), "{refused}");
    let answers = members(json!({"what_was_done": "x"}));
    let run = rig
        .engine
        .complete(Complete::new(task, answers), &by("wang"))
        .await
        .unwrap();
    let check = Complete::new(reference(&run.tasks[0]), members(json!({"it_is_right": true})));
    let refused = rig.engine.complete(check.clone(), &caller()).await.unwrap_err();
    assert!(matches!(refused, Error::Refused(Refusal::PersonMissing)), "{refused}");
    let run = rig.engine.complete(check, &by("li")).await.unwrap();
    assert_eq!(run.status, Status::Finished);
}

#[tokio::test]
async fn a_cancelled_run_leaves_nothing_open() {
    let rig = Rig::with(&[apps::HOLDS]).await;
    let run = rig.start("stop_the_line", json!({})).await;
    let run = rig
        .engine
        .cancel(run.id, "wrong button".into(), &by("wang"))
        .await
        .unwrap();
    assert_eq!(
        (run.status, run.outcome.as_deref()),
        (Status::Cancelled, Some("wrong button"))
    );
    assert_eq!(rig.tasks_of(run.id).await, []);
    let kept = rig.engine.metrics().await.unwrap().kept;
    assert_eq!((kept.tasks_open, kept.timers), (0, 0));
    let again = rig
        .engine
        .cancel(run.id, "twice".into(), &by("wang"))
        .await
        .unwrap_err();
    assert!(matches!(again, Error::Refused(Refusal::RunEnded)), "{again}");
    rig.verify().await;
}

#[tokio::test]
async fn a_hold_is_released_on_someones_own_responsibility_and_the_reason_is_kept() {
    let rig = Rig::with(&[apps::HOLDS]).await;
    let run = rig.start("stop_the_line", json!({})).await;
    let why = "the line manager said so";
    let nobody = rig
        .engine
        .release_hold("line-3", run.id, why.into(), &caller())
        .await
        .unwrap_err();
    assert!(matches!(nobody, Error::Refused(Refusal::PersonMissing)), "{nobody}");
    rig.engine
        .release_hold("line-3", run.id, why.into(), &by("li"))
        .await
        .unwrap();
    assert_eq!(rig.engine.holds(None).await.unwrap(), []);
    let gone = rig
        .engine
        .release_hold("line-3", run.id, why.into(), &by("li"))
        .await
        .unwrap_err();
    assert!(matches!(gone, Error::NotFound { what: "hold", .. }), "{gone}");
    let entry = rig.engine.timeline(run.id, 0, 10).await.unwrap().items.pop().unwrap();
    assert_eq!(
        (entry.person.as_deref(), entry.note.as_deref()),
        (Some("li"), Some(why))
    );
    let run = rig.answer(run.id, "wang", json!({"it_is_over": true})).await.unwrap();
    assert_eq!(run.status, Status::Finished);
    rig.verify().await;
}

#[tokio::test]
async fn a_called_app_hands_its_end_to_its_caller_in_the_same_commit() {
    let rig = Rig::with(&[apps::CALLER, apps::CALLED]).await;
    let parent = rig.start("assembly", json!({"part": "shaft"})).await;
    assert_eq!(parent.status, Status::Waiting);
    let runs = rig
        .engine
        .runs(&Default::default(), &Page::default())
        .await
        .unwrap()
        .items;
    let child = runs.iter().find(|run| run.app == "rework").unwrap();
    assert_eq!(child.started_by, format!("run {}", parent.id));
    let before = rig.engine.metrics().await.unwrap().commits;
    rig.answer(child.id, "wang", json!({"cause": "burr"})).await.unwrap();
    assert_eq!(rig.engine.metrics().await.unwrap().commits - before, 1);
    let parent = rig.engine.run(parent.id).await.unwrap();
    assert_eq!(
        (parent.status, parent.outcome.as_deref()),
        (Status::Finished, Some("Assembled"))
    );
    rig.verify().await;
}

#[tokio::test]
async fn calls_without_an_end_are_stopped_by_their_limit() {
    let rig = Rig::with(&[apps::ENDLESS]).await;
    let first = rig.start("endless", json!({})).await;
    assert_eq!(first.status, Status::Finished);
    let kept = rig.engine.metrics().await.unwrap().kept;
    assert_eq!(kept.runs_ended, u64::from(runtime::limits::CALLS_PER_REQUEST_MAX) + 1);
    rig.verify().await;
}

#[tokio::test]
async fn a_call_of_an_app_that_is_not_there_is_told_to_the_caller() {
    let rig = Rig::with(&[apps::CALLER]).await;
    let run = rig.start("assembly", json!({"part": "shaft"})).await;
    assert_eq!(run.status, Status::Finished);
    let timeline = rig.engine.timeline(run.id, 0, 10).await.unwrap().items;
    let told = timeline
        .iter()
        .flat_map(|entry| &entry.facts)
        .find_map(|fact| match &fact.kind {
            FactKind::CallEnded { outcome, .. } => outcome.clone(),
            _ => None,
        });
    assert_eq!(
        told.as_deref(),
        Some("'rework' was not started: there is no app 'rework'")
    );
    rig.verify().await;
}

#[tokio::test]
async fn a_message_starts_what_starts_with_it_and_moves_what_waits_for_it() {
    let rig = Rig::with(&[apps::HEARS, apps::STRAIGHT]).await;
    let message = |name: &str, body| Message {
        name: name.into(),
        body: members(body),
    };
    let other = message("order-finished", json!({"line": "line-7", "order": "1"}));
    assert_eq!(rig.engine.send(other, &caller()).await.unwrap(), Default::default());
    let without_order = message("order-finished", json!({"line": "line-3"}));
    let refused = rig.engine.send(without_order, &caller()).await.unwrap();
    assert_eq!((refused.started.len(), refused.not_started.len()), (0, 1));
    assert_eq!(refused.not_started[0].app, "changeover");

    let fitting = message("order-finished", json!({"line": "line-3", "order": "4711"}));
    let started = rig.engine.send(fitting, &caller()).await.unwrap().started;
    assert_eq!(started.len(), 1);
    let elsewhere = message("press-ready", json!({"line": "line-7", "pressure": 3}));
    assert_eq!(rig.engine.send(elsewhere, &caller()).await.unwrap(), Default::default());
    let here = message("press-ready", json!({"line": "line-3", "pressure": 4}));
    assert_eq!(rig.engine.send(here, &caller()).await.unwrap().resumed, started);
    assert_eq!(rig.engine.run(started[0]).await.unwrap().status, Status::Finished);
    rig.verify().await;
}

/// Loads an oven; it may be hot before the tray is loaded.
const OVEN: &str = r#"
app: Oven
inputs:
  - text: Oven
steps:
  - form: Load the tray
    fields:
      - tick: Loaded
  - wait_for: oven-hot
    where: oven = run.oven
    also_earlier: yes
    within: 2 h
    late:
      - after: 0 min
        tell: team leader
"#;

#[tokio::test]
async fn a_message_that_comes_before_it_is_waited_for_is_kept_by_the_run_that_may_want_it() {
    let rig = Rig::with(&[OVEN]).await;
    let mut runs = Vec::new();
    for oven in ["O1", "O2"] {
        let start = Start {
            app: "oven".into(),
            inputs: members(json!({"oven": oven})),
            ..Start::default()
        };
        runs.push(rig.engine.start(start, &by("wang")).await.unwrap().run);
    }
    let hot = Message {
        name: "oven-hot".into(),
        body: members(json!({"oven": "O1"})),
    };
    rig.engine.send(hot, &caller()).await.unwrap();
    let loaded = json!({"loaded": true});
    let first = rig.answer(runs[0].id, "wang", loaded.clone()).await.unwrap();
    assert_eq!(first.status, Status::Finished);
    let second = rig.answer(runs[1].id, "wang", loaded).await.unwrap();
    assert_eq!(second.status, Status::Waiting);
    rig.verify().await;
}

#[tokio::test]
async fn a_message_that_would_move_too_many_moves_nobody() {
    let rig = Rig::with(&[apps::HEARS]).await;
    let message = |name: &str, body| Message {
        name: name.into(),
        body: members(body),
    };
    let max = runtime::limits::RUNS_PER_MESSAGE_MAX;
    let mut sends = tokio::task::JoinSet::new();
    for _ in 0..=max {
        let (engine, finished) = (
            rig.engine.clone(),
            message("order-finished", json!({"line": "line-3", "order": "1"})),
        );
        sends.spawn(async move { engine.send(finished, &caller()).await.unwrap().started[0] });
    }
    let runs = sends.join_all().await;
    let ready = message("press-ready", json!({"line": "line-3"}));
    let refused = rig.engine.send(ready.clone(), &caller()).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "more than 1000 runs would move with 'press-ready' at once"
    );
    assert_eq!(rig.engine.metrics().await.unwrap().kept.runs_waiting, runs.len() as u64);
    rig.engine.cancel(runs[0], "one less".into(), &caller()).await.unwrap();
    assert_eq!(rig.engine.send(ready, &caller()).await.unwrap().resumed.len(), max);
    rig.verify().await;
}

#[tokio::test]
async fn a_find_sees_what_the_same_run_has_just_saved() {
    let rig = Rig::with(&[apps::TABLES]).await;
    for serial in ["A1", "A2"] {
        let run = rig.start("pieces", json!({"serial": serial, "wanted": "4711"})).await;
        assert_eq!(run.status, Status::Finished, "{run:#?}");
        let timeline = rig.engine.timeline(run.id, 0, 10).await.unwrap().items;
        let found = timeline
            .iter()
            .flat_map(|entry| &entry.facts)
            .find_map(|fact| match fact.kind {
                FactKind::Found { count, .. } => Some(count),
                _ => None,
            });
        assert_eq!(found, Some(if serial == "A1" { 1 } else { 2 }));
    }
    rig.verify().await;
}

#[tokio::test]
async fn a_button_works_where_it_is() {
    let rig = Rig::with(&[apps::FIRST_PIECE, apps::HEARS]).await;
    let start = |app: &str, station: Option<&str>| Start {
        app: app.into(),
        station: station.map(Into::into),
        inputs: members(json!({"order": "1"})),
        from_button: true,
        paused: false,
        version: None,
    };
    let try_start = async |app, station| rig.engine.start(start(app, station), &by("wang")).await.map(|_| ());
    let first_piece = "first_piece_inspection";
    let text = |result: Result<(), Error>| result.unwrap_err().to_string();
    assert_eq!(
        text(try_start(first_piece, Some("op-10")).await),
        "the start button of 'first_piece_inspection' is not at 'op-10' but at qc-1, qc-2"
    );
    assert_eq!(
        text(try_start(first_piece, None).await),
        "the start button of 'first_piece_inspection' is at qc-1, qc-2: a station is needed"
    );
    assert_eq!(
        text(try_start("changeover", None).await),
        "the app 'changeover' has no start button"
    );
    let unknown = try_start(first_piece, Some("qc-3")).await.unwrap_err();
    assert!(
        matches!(
            unknown,
            Error::NotFound {
                what: "station",
                nearest: Some(_),
                ..
            }
        ),
        "{unknown}"
    );
    try_start(first_piece, Some("qc-2")).await.unwrap();
}

#[tokio::test]
async fn the_form_is_told_field_by_field() {
    let rig = Rig::with(&[apps::FIRST_PIECE]).await;
    let run = rig.start("first_piece_inspection", json!({"order": "4711"})).await;
    let detail = rig.engine.task(reference(&run.tasks[0])).await.unwrap();
    insta::assert_json_snapshot!(detail.form);
    assert_eq!(detail.schema["type"], "object");
}
