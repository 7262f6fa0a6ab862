//! Who acts for themselves does what is offered to them; a trusted caller answers for whom it names.

use crate::apps;
use crate::rig::*;
use kernel::{Assignee, Event, Refusal, Status};
use runtime::{Acting, Caller, Complete, Confirmed, Engine, Error, NotYours, RunView, SaveDraft, Start};
use serde_json::{Value, json};
use store::rows::{JournalRow, Page, RunId, TaskFilter};

/// To whoever is at a station, to a person, to everyone.
const OFFERS: &str = "
app: Offers
steps:
  - form: Where it is
    to: qc-1
    fields:
      - text: What
  - form: Who knows it
    to: = \"wang\"
    fields:
      - text: What
  - form: Anyone
    fields:
      - text: What
";

/// Held until someone frees it by hand; its button is at one station.
const AT_ONE_PLACE: &str = "
app: At one place
start:
  - button: Begin
    at: [qc-1]
steps:
  - hold: op-10
    why: not looked at yet
  - form: Look at it
    to: operator
    fields:
      - text: What
  - release: op-10
";

/// A signature that is asked for only sometimes.
const SIGNED: &str = "
app: Signed
steps:
  - form: Note it
    to: operator
    fields:
      - yes_no: Is it serious
        id: serious
      - sign: I have seen it
        id: seen
        show_if: serious = true
";

/// Somebody at a station, with a role.
fn at(person: &str, station: &str, role: &str) -> Caller {
    acting(person, Some(station), &[role])
}

fn acting(person: &str, station: Option<&str>, roles: &[&str]) -> Caller {
    Caller {
        acting: Some(Acting {
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            station: station.map(str::to_owned),
            supervises: false,
            ..Acting::default()
        }),
        ..Caller::trusted(
            station.map_or_else(|| "web/browser".to_owned(), |id| format!("station/{id}")),
            Some(person),
        )
    }
}

fn supervising(mut caller: Caller) -> Caller {
    if let Some(acting) = &mut caller.acting {
        acting.supervises = true;
    }
    caller
}

fn confirmed(caller: Caller, how: Confirmed) -> Caller {
    Caller {
        confirmed: Some(how),
        ..caller
    }
}

fn is_offered_to(error: &Error, to: &Assignee) -> bool {
    matches!(error, Error::NotYours(NotYours::OfferedTo(found)) if found == to)
}

/// Completes the one open task of the run.
async fn complete(rig: &Rig, run: RunId, answers: Value, caller: &Caller) -> Result<RunView, Error> {
    let task = reference(&rig.only_task(run).await);
    let answers = members(answers);
    rig.engine.complete(Complete::new(task, answers), caller).await
}

async fn type_something(rig: &Rig, run: RunId, caller: &Caller) -> Result<(), Error> {
    let task = reference(&rig.only_task(run).await);
    let draft = SaveDraft {
        task,
        draft_version: None,
        answers: members(json!({"what": "x"})),
    };
    rig.engine.save_draft(draft, caller).await.map(|_| ())
}

#[tokio::test]
async fn what_is_offered_to_another_role_is_not_yours() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let run = rig.start("note", json!({})).await.id;
    let task = reference(&rig.only_task(run).await);
    let to = Assignee::Role("operator".into());
    let li = at("li", "qc-1", "inspector");
    let refusals = [
        rig.engine.claim(task.clone(), &li).await.map(|_| ()),
        rig.engine.give_back(task.clone(), &li).await.map(|_| ()),
        type_something(&rig, run, &li).await,
        complete(&rig, run, json!({"what": "x"}), &li).await.map(|_| ()),
    ];
    for refused in refusals {
        let error = refused.unwrap_err();
        assert!(is_offered_to(&error, &to), "{error}");
    }
    assert_eq!(rig.engine.run(run).await.unwrap().seq, 1, "nothing happened");
    assert_eq!(rig.engine.task(task.clone()).await.unwrap().draft, None);

    type_something(&rig, run, &at("wang", "qc-1", "operator"))
        .await
        .unwrap();
    let done = complete(&rig, run, json!({"what": "x"}), &at("wang", "qc-2", "operator")).await;
    assert_eq!(done.unwrap().status, Status::Finished);
    rig.verify().await;
}

#[tokio::test]
async fn stations_people_and_everyone_are_offered_tasks_too() {
    let rig = Rig::with(&[OFFERS]).await;
    let run = rig.start("offers", json!({})).await.id;
    let what = || json!({"what": "x"});
    let elsewhere = complete(&rig, run, what(), &at("li", "qc-2", "operator"))
        .await
        .unwrap_err();
    assert!(
        is_offered_to(&elsewhere, &Assignee::Station("qc-1".into())),
        "{elsewhere}"
    );
    let nowhere = complete(&rig, run, what(), &acting("li", None, &["operator"])).await;
    assert!(matches!(nowhere, Err(Error::NotYours(_))));
    complete(&rig, run, what(), &at("li", "qc-1", "operator"))
        .await
        .unwrap();

    let another = complete(&rig, run, what(), &at("li", "qc-1", "operator"))
        .await
        .unwrap_err();
    assert!(is_offered_to(&another, &Assignee::Person("wang".into())), "{another}");
    complete(&rig, run, what(), &acting("wang", None, &[])).await.unwrap();

    let done = complete(&rig, run, what(), &acting("anna", None, &[])).await;
    assert_eq!(done.unwrap().status, Status::Finished);
    rig.verify().await;
}

#[tokio::test]
async fn what_someone_has_reserved_stays_theirs() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let run = rig.start("note", json!({})).await.id;
    let task = reference(&rig.only_task(run).await);
    let (wang, li) = (at("wang", "qc-1", "operator"), at("li", "qc-2", "operator"));
    let task = reference(&rig.engine.claim(task, &wang).await.unwrap());
    let refusals = [
        rig.engine.claim(task.clone(), &li).await.map(|_| ()),
        rig.engine.give_back(task.clone(), &li).await.map(|_| ()),
        type_something(&rig, run, &li).await,
        complete(&rig, run, json!({"what": "x"}), &li).await.map(|_| ()),
    ];
    for refused in refusals {
        let error = refused.unwrap_err();
        let by_wang = matches!(&error, Error::Refused(Refusal::ReservedBy { person }) if person == "wang");
        assert!(by_wang, "{error}");
    }
    // Given back by who has it, it is anybody's again.
    let task = reference(&rig.engine.give_back(task, &wang).await.unwrap());
    let task = reference(&rig.engine.claim(task, &li).await.unwrap());
    assert_eq!(rig.only_task(run).await.spec.reserved_by.as_deref(), Some("li"));
    // A program answers for whom it names, as before.
    rig.engine.give_back(task, &by("wang")).await.unwrap();
    rig.verify().await;
}

#[tokio::test]
async fn who_supervises_takes_over() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let run = rig.start("note", json!({})).await.id;
    let task = reference(&rig.only_task(run).await);
    rig.engine.claim(task, &at("wang", "qc-1", "operator")).await.unwrap();
    type_something(&rig, run, &at("wang", "qc-1", "operator"))
        .await
        .unwrap();
    let lead = supervising(at("chen", "qc-2", "team_leader"));
    // Not before it is theirs.
    let refused = complete(&rig, run, json!({"what": "x"}), &lead).await.unwrap_err();
    assert!(
        matches!(refused, Error::Refused(Refusal::ReservedBy { .. })),
        "{refused}"
    );
    let task = reference(&rig.only_task(run).await);
    let taken = rig.engine.claim(task, &lead).await.unwrap();
    assert_eq!(taken.spec.reserved_by.as_deref(), Some("chen"));
    let draft = rig.engine.task(reference(&taken)).await.unwrap().draft.unwrap();
    assert_eq!(
        draft.person.as_deref(),
        Some("wang"),
        "what was typed is there for who took over"
    );
    let gone = type_something(&rig, run, &at("wang", "qc-1", "operator"))
        .await
        .unwrap_err();
    assert!(matches!(gone, Error::Refused(Refusal::ReservedBy { .. })), "{gone}");
    complete(&rig, run, json!({"what": "x"}), &lead).await.unwrap();
    let timeline = rig.engine.timeline(run, 0, 100).await.unwrap().items;
    let told: Vec<_> = timeline
        .iter()
        .flat_map(|entry| entry.facts.iter().map(|fact| (entry.person.as_deref(), &fact.kind)))
        .map(|(person, kind)| (person, serde_json::to_value(kind).unwrap()["what"].clone()))
        .collect();
    let expected = [
        (None, json!("run_started")),
        (None, json!("task_opened")),
        (Some("wang"), json!("task_claimed")),
        (Some("chen"), json!("task_returned")),
        (Some("chen"), json!("task_claimed")),
        (Some("chen"), json!("task_completed")),
        (Some("chen"), json!("ended")),
    ];
    assert_eq!(told, expected);
    rig.verify().await;
}

/// Four eyes stay four eyes: the one who measured takes over nothing that another must check.
#[tokio::test]
async fn a_take_over_is_no_way_around_four_eyes() {
    let rig = Rig::with(&[apps::TWO_PEOPLE]).await;
    let run = rig.start("two_people", json!({})).await.id;
    let wang = supervising(at("wang", "qc-1", "operator"));
    complete(&rig, run, json!({"what_was_done": "x"}), &wang).await.unwrap();
    let task = reference(&rig.only_task(run).await);
    rig.engine.claim(task, &at("li", "qc-2", "inspector")).await.unwrap();
    let before = rig.engine.run(run).await.unwrap();
    let task = reference(&rig.only_task(run).await);
    let refused = rig.engine.claim(task, &wang).await.unwrap_err();
    assert!(
        matches!(refused, Error::Refused(Refusal::SecondPersonNeeded { .. })),
        "{refused}"
    );
    assert_eq!(rig.engine.run(run).await.unwrap(), before, "it is still li's");
    rig.verify().await;
}

#[tokio::test]
async fn only_who_supervises_changes_the_course_of_a_run() {
    let rig = Rig::with(&[AT_ONE_PLACE]).await;
    let run = rig.start("at_one_place", json!({})).await.id;
    let wang = at("wang", "qc-1", "operator");
    let why = || "enough".to_owned();
    let refusals = [
        rig.engine.cancel(run, why(), &wang).await.map(|_| ()),
        rig.engine.retry(run, &wang).await.map(|_| ()),
        rig.engine.release_hold("op-10", run, why(), &wang).await,
    ];
    for refused in refusals {
        let error = refused.unwrap_err();
        assert!(matches!(error, Error::NotYours(NotYours::ForSupervisors)), "{error}");
    }
    let lead = supervising(wang);
    rig.engine.release_hold("op-10", run, why(), &lead).await.unwrap();
    assert_eq!(
        rig.engine.cancel(run, why(), &lead).await.unwrap().status,
        Status::Cancelled
    );
    rig.verify().await;
}

async fn begin(
    engine: &Engine,
    app: &str,
    station: Option<&str>,
    from_button: bool,
    caller: &Caller,
) -> Result<RunView, Error> {
    let start = Start {
        app: app.into(),
        station: station.map(str::to_owned),
        from_button,
        ..Start::default()
    };
    engine.start(start, caller).await.map(|started| started.run)
}

#[tokio::test]
async fn a_run_is_started_where_its_button_is() {
    let rig = Rig::with(&[AT_ONE_PLACE, apps::NOTE, apps::HEARS]).await;
    let engine = &rig.engine;
    let (here, there) = (at("wang", "qc-1", "operator"), at("wang", "qc-2", "operator"));
    let browser = acting("wang", None, &["operator"]);
    // The station is the one at which they are, said or not.
    for station in [None, Some("qc-1")] {
        let run = begin(engine, "at_one_place", station, true, &here).await.unwrap();
        assert_eq!(run.station.as_deref(), Some("qc-1"));
    }
    // There is no way around the button by leaving `from_button` out.
    for from_button in [true, false] {
        for (caller, app) in [
            (&there, "at_one_place"),
            (&browser, "at_one_place"),
            (&here, "changeover"),
        ] {
            let refused = begin(engine, app, None, from_button, caller).await.unwrap_err();
            assert!(matches!(refused, Error::Invalid(_)), "{refused}");
        }
        for caller in [&there, &browser] {
            let refused = begin(engine, "at_one_place", Some("qc-1"), from_button, caller)
                .await
                .unwrap_err();
            let elsewhere = matches!(&refused, Error::NotYours(NotYours::AtAnotherStation(id)) if id == "qc-1");
            assert!(elsewhere, "{refused}");
        }
    }
    assert_eq!(begin(engine, "note", None, true, &browser).await.unwrap().station, None);
    let lead = supervising(browser);
    let run = begin(engine, "at_one_place", Some("qc-1"), true, &lead).await.unwrap();
    assert_eq!(run.station.as_deref(), Some("qc-1"));
    rig.verify().await;
}

#[tokio::test]
async fn who_signs_shows_that_it_is_them() {
    let rig = Rig::with(&[apps::TWO_PEOPLE]).await;
    let run = rig.start("two_people", json!({})).await.id;
    let wang = at("wang", "qc-1", "operator");
    complete(&rig, run, json!({"what_was_done": "x"}), &wang).await.unwrap();
    let li = at("li", "qc-2", "inspector");
    // What is wrong is said before anyone is asked to sign it.
    let wrong = complete(&rig, run, json!({"it_is_right": "perhaps"}), &li)
        .await
        .unwrap_err();
    assert!(matches!(wrong, Error::Refused(Refusal::Answers { .. })), "{wrong}");
    let unsigned = complete(&rig, run, json!({"it_is_right": true}), &li)
        .await
        .unwrap_err();
    assert!(matches!(unsigned, Error::SignatureNeeded), "{unsigned}");
    let task = rig.only_task(run).await;
    let draft = rig.engine.task(reference(&task)).await.unwrap().draft.unwrap();
    assert_eq!(
        draft.answers,
        members(json!({"it_is_right": true})),
        "nothing typed is lost"
    );
    // Four eyes come before the signature.
    let same = complete(&rig, run, json!({"it_is_right": true}), &supervising(wang))
        .await
        .unwrap_err();
    assert!(
        matches!(same, Error::Refused(Refusal::SecondPersonNeeded { .. })),
        "{same}"
    );

    let signed = confirmed(li, Confirmed::Badge);
    let done = complete(&rig, run, json!({"it_is_right": true}), &signed)
        .await
        .unwrap();
    assert_eq!(done.status, Status::Finished);
    assert_eq!(confirmations(&rig, run).await, [None, None, Some("badge".to_owned())]);
    rig.verify().await;
}

#[tokio::test]
async fn a_signature_inside_a_form_counts_when_it_is_asked_for() {
    let rig = Rig::with(&[SIGNED]).await;
    let wang = at("wang", "qc-1", "operator");
    let calm = rig.start("signed", json!({})).await.id;
    complete(&rig, calm, json!({"serious": false}), &wang).await.unwrap();
    let serious = rig.start("signed", json!({})).await.id;
    let answers = || json!({"serious": true, "seen": "wang"});
    let unsigned = complete(&rig, serious, answers(), &wang).await.unwrap_err();
    assert!(matches!(unsigned, Error::SignatureNeeded), "{unsigned}");
    let missing = complete(&rig, serious, json!({"serious": true}), &wang)
        .await
        .unwrap_err();
    assert!(matches!(missing, Error::Refused(Refusal::Answers { .. })), "{missing}");
    let hidden = complete(&rig, serious, json!({"serious": false, "seen": "wang"}), &wang)
        .await
        .unwrap_err();
    assert!(matches!(hidden, Error::Refused(Refusal::Answers { .. })), "{hidden}");
    complete(&rig, serious, answers(), &confirmed(wang, Confirmed::Pin))
        .await
        .unwrap();
    assert_eq!(confirmations(&rig, serious).await, [None, Some("pin".to_owned())]);
    // A program vouches for the person, and nothing is said about how.
    let vouched = rig.start("signed", json!({})).await.id;
    complete(&rig, vouched, answers(), &by("wang")).await.unwrap();
    assert_eq!(confirmations(&rig, vouched).await, [None, None]);
    rig.verify().await;
}

async fn confirmations(rig: &Rig, run: RunId) -> Vec<Option<String>> {
    let timeline = rig.engine.timeline(run, 0, 100).await.unwrap().items;
    timeline.into_iter().map(|entry| entry.confirmed).collect()
}

#[tokio::test]
async fn nobody_acts_without_a_name() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let nobody = Caller {
        person: None,
        ..supervising(at("x", "qc-1", "operator"))
    };
    let refused = begin(&rig.engine, "note", None, true, &nobody).await.unwrap_err();
    assert!(matches!(refused, Error::Invalid(_)), "{refused}");
}

/// The last entry's event, as the store keeps it.
async fn last_event(rig: &Rig, run: RunId) -> (JournalRow, Value) {
    let store = sqlite(&rig.folder).await;
    let row = store.journal(run, 0, 100).await.unwrap().pop().unwrap();
    store.close().await;
    let body: Value = serde_json::from_slice(&row.body).unwrap();
    let event = body["event"].clone();
    (row, event)
}

/// Entries without a confirmation are what they always were; one with a word that a later version may write is read,
/// shown and played like any other.
#[tokio::test]
async fn old_and_new_journals_are_read() {
    let rig = Rig::with(&[SIGNED]).await;
    let answers = || json!({"serious": true, "seen": "wang"});
    let old = rig.start("signed", json!({})).await.id;
    complete(&rig, old, answers(), &by("wang")).await.unwrap();
    let new = rig.start("signed", json!({})).await.id;
    let wang = confirmed(at("wang", "qc-1", "operator"), Confirmed::Password);
    complete(&rig, new, answers(), &wang).await.unwrap();
    rig.engine.shutdown().await;

    let (row, event) = last_event(&rig, old).await;
    assert_eq!(event["by"], json!({"person": "wang", "via": "test"}));
    let read: Event = serde_json::from_value(event).unwrap();
    let written = serde_json::to_string(&read).unwrap();
    let body = String::from_utf8(row.body).unwrap();
    assert!(body.starts_with(&format!("{{\"event\":{written},\"facts\":")), "{body}");

    let (_, mut event) = last_event(&rig, new).await;
    let by = json!({"person": "wang", "via": "station/qc-1", "confirmed": "password"});
    assert_eq!(event["by"], by);
    event["by"]["confirmed"] = json!("iris");
    let later: Event = serde_json::from_value(event.clone()).unwrap();
    assert_eq!(serde_json::to_value(&later).unwrap(), event);
}

/// To whoever is at a line; shown at another besides; its button is on the line.
const ON_A_LINE: &str = "
app: On a line
start:
  - button: Begin
    at: [line-3]
steps:
  - form: Look at it
    to: line-3
    fields:
      - text: What
  - form: Ask the other line
    to: operator
    at: [line-7]
    fields:
      - text: What
";

#[tokio::test]
async fn a_line_is_all_of_its_stations() {
    let rig = Rig::with(&[ON_A_LINE]).await;
    let startable = |station| rig.engine.startable(Some(station), None).unwrap().len();
    assert_eq!((startable("qc-1"), startable("st-01")), (1, 0));
    let begin = Start {
        app: "on_a_line".into(),
        station: Some("op-10".into()),
        ..Start::default()
    };
    let run = rig.engine.start(begin, &caller()).await.unwrap().run.id;
    let listed = async |station: &str, role: &str| {
        let filter = TaskFilter {
            roles: vec![role.to_owned()],
            station: Some(station.to_owned()),
            ..TaskFilter::default()
        };
        rig.engine.tasks(&filter, &Page::default()).await.unwrap().items.len()
    };
    // At every station of the line, whoever is there; nowhere else, whatever their role.
    assert_eq!(listed("qc-1", "inspector").await, 1);
    assert_eq!(listed("op-20", "operator").await, 1);
    assert_eq!(listed("st-01", "operator").await, 0);
    let what = || json!({"what": "x"});
    let elsewhere = complete(&rig, run, what(), &at("li", "st-01", "operator")).await;
    let to = Assignee::Station("line-3".into());
    assert!(is_offered_to(&elsewhere.unwrap_err(), &to));
    complete(&rig, run, what(), &at("li", "qc-2", "inspector"))
        .await
        .unwrap();
    // The role's task is shown at the other line only.
    assert_eq!(
        (listed("st-02", "operator").await, listed("qc-1", "operator").await),
        (1, 0)
    );
    assert_eq!(listed("st-02", "inspector").await, 0);
    complete(&rig, run, what(), &at("li", "st-02", "operator"))
        .await
        .unwrap();
    rig.verify().await;
}
