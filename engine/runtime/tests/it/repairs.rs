//! Runs put right by hand, shown before it is done, and looked at as they were.

use crate::apps;
use crate::rig::*;
use kernel::Status;
use runtime::{AnswerFor, Caller, EditValues, Error, Mended, Moment, RewindTo, Skip};
use serde_json::json;
use store::rows::RunId;

async fn place_before(rig: &Rig, run: RunId, step: &str) -> RewindTo {
    let places = rig.engine.rewind_places(run).await.unwrap().items;
    let found = places.iter().find(|place| place.step == step);
    found.unwrap_or_else(|| panic!("{step} is not among {places:#?}")).to
}

#[tokio::test]
async fn a_run_goes_back_to_before_a_form_and_to_its_beginning() {
    let rig = Rig::with(&[apps::TWO_PEOPLE]).await;
    let run = rig.start("two_people", json!({})).await.id;
    rig.answer(run, "wang", json!({"what_was_done": "turned"}))
        .await
        .unwrap();
    let asked = rig.only_task(run).await;
    assert_eq!(asked.spec.step.as_str(), "check_it");
    let to = place_before(&rig, run, "do_it").await;
    let preview = rig.engine.rewind_preview(run, to).await.unwrap();
    assert_eq!(preview.closed, [("check_it".to_owned(), None)]);
    assert_eq!(preview.again, [("do_it".to_owned(), Some("wang".to_owned()))]);
    let after = rig.engine.rewind(mended(run), to, &by("lead")).await.unwrap();
    assert_eq!(after.tasks.len(), 1);
    assert_eq!(after.tasks[0].spec.step.as_str(), "do_it");
    assert!(after.tasks[0].task > asked.task);
    let then = rig.engine.run_at(run, Moment::Seq(2)).await.unwrap();
    assert_eq!(then.values["what_was_done"], json!("turned"));
    assert_eq!(then.tasks[0].step.as_str(), "check_it");
    let now = rig.engine.run_at(run, Moment::Seq(3)).await.unwrap();
    assert!(!now.values.contains_key("what_was_done"));
    let gone = rig
        .engine
        .rewind(mended(run), RewindTo { seq: 2, op: 0 }, &by("lead"))
        .await;
    assert!(
        matches!(gone, Err(Error::NotFound { .. })),
        "that way was left: {gone:?}"
    );
    rig.verify().await;
}

#[tokio::test]
async fn repairs_need_a_reason_a_supervisor_and_the_run_as_it_was_seen() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let run = rig.start("note", json!({})).await.id;
    let skip = || Skip {
        place: 1,
        step: "write_it_down".into(),
    };
    let silent = Mended {
        why: "  ".into(),
        ..mended(run)
    };
    let refused = rig.engine.skip_step(silent, skip(), &by("lead")).await;
    assert!(matches!(refused, Err(Error::Invalid(_))));
    let worker = Caller {
        acting: Some(Default::default()),
        ..by("wang")
    };
    let refused = rig.engine.skip_step(mended(run), skip(), &worker).await;
    assert!(matches!(refused, Err(Error::NotYours(_))));
    let old = Mended {
        seq: Some(0),
        ..mended(run)
    };
    let refused = rig.engine.skip_step(old, skip(), &by("lead")).await;
    assert!(matches!(refused, Err(Error::RunMoved { named: 0, now: 1 })));
    let place = rig.engine.why(run).await.unwrap().waits[0].place;
    let step = Skip { place, ..skip() };
    let done = rig.engine.skip_step(mended(run), step, &by("lead")).await.unwrap();
    assert_eq!(done.status, Status::Finished);
    rig.verify().await;
}

#[tokio::test]
async fn a_form_is_answered_for_by_its_own_rules_and_its_draft_is_gone() {
    let rig = Rig::with(&[apps::TWO_PEOPLE]).await;
    let run = rig.start("two_people", json!({})).await.id;
    rig.answer(run, "lead", json!({"what_was_done": "turned"}))
        .await
        .unwrap();
    let why = rig.engine.why(run).await.unwrap();
    let answer = |value| AnswerFor {
        place: why.waits[0].place,
        step: "check_it".into(),
        value,
        button: None,
        warnings_seen: Vec::new(),
    };
    let (li, lead) = (by("li"), by("lead"));
    let refused = rig
        .engine
        .answer_for(mended(run), answer(json!({"it_is_right": 7})), &li);
    assert!(matches!(
        refused.await,
        Err(Error::Refused(kernel::Refusal::Answers { .. }))
    ));
    let same = rig
        .engine
        .answer_for(mended(run), answer(json!({"it_is_right": true})), &lead);
    assert!(
        matches!(
            same.await,
            Err(Error::Refused(kernel::Refusal::SecondPersonNeeded { .. }))
        ),
        "four eyes hold for who supervises too"
    );
    let done = rig
        .engine
        .answer_for(mended(run), answer(json!({"it_is_right": true})), &li);
    assert_eq!(done.await.unwrap().status, Status::Finished);
    rig.verify().await;
}

#[tokio::test]
async fn a_value_is_corrected_once_for_one_key() {
    let rig = Rig::with(&[apps::TWO_PEOPLE]).await;
    let run = rig.start("two_people", json!({})).await.id;
    rig.answer(run, "wang", json!({"what_was_done": "turned"}))
        .await
        .unwrap();
    let edit = EditValues {
        place: None,
        values: members(json!({"what_was_done": "milled"})),
    };
    let caller = Caller {
        key: Some("k1".into()),
        ..by("lead")
    };
    let first = rig
        .engine
        .edit_values(mended(run), edit.clone(), &caller)
        .await
        .unwrap();
    let again = rig.engine.edit_values(mended(run), edit, &caller).await.unwrap();
    assert_eq!(first, again);
    let now = rig.engine.run_at(run, Moment::AtMs(rig.engine.now().0)).await.unwrap();
    assert_eq!((now.seq, &now.values["what_was_done"]), (3, &json!("milled")));
    rig.verify().await;
}
