//! What people do with tasks besides answering them, as it is kept, listed and replayed.

use crate::rig::{Rig, by, caller, members, reference};
use kernel::{Assignee, Deed, Refusal, TaskState, Until};
use runtime::{Acting, Caller, Complete, Error, Handle, NotYours, RunView, SaveDraft, TaskRef, TaskView};
use serde_json::{Value, json};
use store::rows::{Page, TaskFilter};

const APP: &str = "
app: Weld
steps:
  - form: Weld the frame
    to: operator
    lease: 30 min
    fields:
      - whole: Seams
  - form: Polish
    to: [operator, inspector]
    skippable: yes
    private: yes
    fields:
      - tick: Polished
        optional: yes
";

fn acting(person: &str, roles: &[&str]) -> Caller {
    Caller {
        acting: Some(Acting {
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            ..Acting::default()
        }),
        ..by(person)
    }
}

fn supervisor() -> Caller {
    let mut caller = acting("boss", &[]);
    caller.acting.get_or_insert_default().supervises = true;
    caller
}

async fn handle(rig: &Rig, task: &TaskView, deed: Deed, caller: &Caller) -> Result<RunView, Error> {
    let task = TaskRef {
        version: None,
        ..reference(task)
    };
    let supervised = false;
    rig.engine.handle(Handle { task, deed, supervised }, caller).await
}

async fn draft(rig: &Rig, task: &TaskView, answers: Value, caller: &Caller) -> Result<(), Error> {
    let draft = SaveDraft {
        task: reference(task),
        draft_version: None,
        answers: members(answers),
    };
    rig.engine.save_draft(draft, caller).await.map(drop)
}

async fn typed(rig: &Rig, task: &TaskView) -> Option<Value> {
    let detail = rig.engine.task(reference(task)).await.unwrap();
    detail.draft.map(|draft| Value::Object(draft.answers))
}

async fn own(rig: &Rig, caller: &Caller) -> Vec<String> {
    let filter = TaskFilter {
        roles: caller.acting.as_ref().unwrap().roles.clone(),
        person: caller.person.clone(),
        ..TaskFilter::default()
    };
    let tasks = rig.engine.own_tasks(&filter, &Page::default(), caller).await.unwrap();
    tasks.items.iter().map(|task| task.spec.step.to_string()).collect()
}

#[tokio::test]
async fn a_lease_is_kept_alive_by_typing_and_what_was_typed_outlives_it() {
    let rig = Rig::with(&[APP]).await;
    let run = rig.start("weld", json!({})).await;
    let task = rig.only_task(run.id).await;
    rig.engine.claim(reference(&task), &by("li")).await.unwrap();
    rig.pass(29).await;
    draft(&rig, &rig.only_task(run.id).await, json!({"seams": 3}), &by("li"))
        .await
        .unwrap();
    rig.pass(29).await;
    assert_eq!(rig.only_task(run.id).await.spec.reserved_by.as_deref(), Some("li"));
    let rig = rig.reopened().await;
    rig.pass(1).await;
    let task = rig.only_task(run.id).await;
    assert_eq!((task.spec.state(), &task.spec.reserved_by), (TaskState::Ready, &None));
    // The next one goes on where li stopped.
    assert_eq!(typed(&rig, &task).await, Some(json!({"seams": 3})));
    rig.verify().await;
}

#[tokio::test]
async fn what_is_forwarded_goes_with_its_draft_or_afresh() {
    let rig = Rig::with(&[APP]).await;
    let run = rig.start("weld", json!({})).await;
    let li = acting("li", &["operator"]);
    for (fresh, expected) in [(false, json!({"seams": 3})), (true, json!({}))] {
        let task = rig.only_task(run.id).await;
        draft(&rig, &task, json!({"seams": 3}), &by("li")).await.unwrap();
        let to = Assignee::Role("inspector".into());
        handle(&rig, &task, Deed::Forwarded { to, fresh }, &supervisor())
            .await
            .unwrap();
        let task = rig.only_task(run.id).await;
        assert_eq!(typed(&rig, &task).await, Some(expected));
        let refused = handle(&rig, &task, Deed::Started, &li).await;
        assert!(
            matches!(refused, Err(Error::NotYours(NotYours::OfferedTo(_)))),
            "{refused:?}"
        );
        let back = Assignee::Role("operator".into());
        let inspector = acting("wang", &["inspector"]);
        handle(&rig, &task, Deed::Forwarded { to: back, fresh: false }, &inspector)
            .await
            .unwrap();
    }
    let nowhere = Deed::Forwarded {
        to: Assignee::Role("inspektor".into()),
        fresh: false,
    };
    let task = rig.only_task(run.id).await;
    let missing = handle(&rig, &task, nowhere, &li).await;
    assert!(matches!(missing, Err(Error::NotFound { what: "role", nearest: Some(near), .. }) if near == "inspector"));
    rig.verify().await;
}

#[tokio::test]
async fn whoever_it_is_delegated_to_may_have_it_and_helpers_may_type() {
    let rig = Rig::with(&[APP]).await;
    let run = rig.start("weld", json!({})).await;
    let task = rig.only_task(run.id).await;
    let (li, wang, zhao) = (acting("li", &["operator"]), acting("wang", &[]), acting("zhao", &[]));
    let not_his = handle(&rig, &task, Deed::Delegated { to: "wang".into() }, &zhao).await;
    assert!(matches!(not_his, Err(Error::NotYours(_))));
    handle(&rig, &task, Deed::Started, &li).await.unwrap();
    handle(&rig, &task, Deed::Delegated { to: "wang".into() }, &li)
        .await
        .unwrap();
    assert_eq!(own(&rig, &wang).await, ["weld_the_frame"]);
    let task = rig.only_task(run.id).await;
    let by_zhao = draft(&rig, &task, json!({"seams": 1}), &zhao).await;
    assert!(matches!(by_zhao, Err(Error::NotYours(_))), "{by_zhao:?}");
    handle(&rig, &task, Deed::Helped { by: "zhao".into() }, &wang)
        .await
        .unwrap();
    draft(&rig, &rig.only_task(run.id).await, json!({"seams": 1}), &zhao)
        .await
        .unwrap();
    // Who delegated it may take it back, though it is in another's hands.
    handle(&rig, &task, Deed::Delegated { to: "li".into() }, &li)
        .await
        .unwrap();
    assert_eq!(rig.only_task(run.id).await.spec.reserved_by.as_deref(), Some("li"));
    rig.verify().await;
}

#[tokio::test]
async fn several_roles_are_offered_it_and_what_is_private_is_hidden_once_somebody_has_it() {
    let rig = Rig::with(&[APP]).await;
    let run = rig.start("weld", json!({})).await;
    rig.answer(run.id, "li", json!({"seams": 4})).await.unwrap();
    let (operator, inspector) = (acting("li", &["operator"]), acting("wang", &["inspector"]));
    let other = acting("zhao", &["setter"]);
    assert_eq!(own(&rig, &operator).await, ["polish"]);
    assert_eq!(own(&rig, &inspector).await, ["polish"]);
    assert_eq!(own(&rig, &other).await, Vec::<String>::new());
    let task = rig.only_task(run.id).await;
    rig.engine.claim(reference(&task), &operator).await.unwrap();
    assert_eq!(own(&rig, &inspector).await, Vec::<String>::new());
    assert_eq!(own(&rig, &operator).await, ["polish"]);
    assert_eq!(own(&rig, &supervisor()).await, ["polish"]);
    let why = "not needed".to_owned();
    let skipped = Deed::Skipped { why };
    let run = handle(&rig, &task, skipped, &operator).await.unwrap();
    assert_eq!(run.status, kernel::Status::Finished);
    rig.verify().await;
}

#[tokio::test]
async fn a_suspended_task_wakes_by_itself() {
    let rig = Rig::with(&[APP]).await;
    let run = rig.start("weld", json!({})).await;
    let task = rig.only_task(run.id).await;
    let suspended = Deed::Suspended {
        until: Some(Until::ForMs(60 * 60_000)),
        stops_clock: false,
    };
    handle(&rig, &task, suspended, &acting("li", &["operator"]))
        .await
        .unwrap();
    let task = rig.only_task(run.id).await;
    assert_eq!(task.spec.state(), TaskState::Suspended);
    let answer = Complete::new(reference(&task), members(json!({"seams": 1})));
    let refused = rig.engine.complete(answer, &by("li")).await;
    assert!(
        matches!(refused, Err(Error::Refused(Refusal::TaskSuspended { .. }))),
        "{refused:?}"
    );
    rig.pass(60).await;
    assert_eq!(rig.only_task(run.id).await.spec.state(), TaskState::Ready);
    rig.answer(run.id, "li", json!({"seams": 4})).await.unwrap();
    rig.verify().await;
}

#[tokio::test]
async fn only_who_supervises_nominates() {
    let rig = Rig::with(&[APP]).await;
    let run = rig.start("weld", json!({})).await;
    let task = rig.only_task(run.id).await;
    let nominated = || Deed::Nominated { to: "wang".into() };
    let refused = handle(&rig, &task, nominated(), &acting("li", &["operator"])).await;
    assert!(
        matches!(refused, Err(Error::NotYours(NotYours::ForSupervisors))),
        "{refused:?}"
    );
    handle(&rig, &task, nominated(), &supervisor()).await.unwrap();
    assert_eq!(rig.only_task(run.id).await.spec.reserved_by.as_deref(), Some("wang"));
    let given = Deed::Touched {
        at: kernel::Timestamp(0),
    };
    assert!(matches!(
        handle(&rig, &task, given, &caller()).await,
        Err(Error::Invalid(_))
    ));
    rig.verify().await;
}
