//! Whatever people, clocks and messages do in whatever order: every run's journal leads to its state.

use crate::apps;
use crate::rig::*;
use proptest::prelude::*;
use runtime::{Caller, Complete, Message, SaveDraft, Scope};
use serde_json::{Value, json};
use store::rows::{Page, RunFilter, TaskFilter, Write};

const APPS: [&str; 9] = [
    apps::STRAIGHT,
    apps::NOTE,
    apps::TWO_PEOPLE,
    apps::CALLER,
    apps::CALLED,
    apps::HEARS,
    apps::TABLES,
    apps::HOLDS,
    apps::BUSY,
];

/// One thing that happens; numbers pick among what there is at that moment.
#[derive(Clone, Debug)]
enum Doing {
    Start(usize, i64),
    Answer { task: usize, person: usize, good: bool },
    Claim { task: usize, person: usize },
    GiveBack(usize),
    Draft(usize),
    Message(usize),
    Pass(i64),
    Cancel(usize),
    Rewind { run: usize, place: usize },
    Skip { run: usize, place: usize },
    Edit(usize),
    Brake(usize),
    LetGo(usize, Option<u32>),
    Restart,
}

fn doing() -> impl Strategy<Value = Doing> {
    let person = 0..2usize;
    let task = 0..8usize;
    prop_oneof![
        6 => (0..STARTS.len(), 0..5i64).prop_map(|(app, number)| Doing::Start(app, number)),
        10 => (task.clone(), person.clone(), prop::bool::weighted(0.8))
            .prop_map(|(task, person, good)| Doing::Answer { task, person, good }),
        2 => (task.clone(), person).prop_map(|(task, person)| Doing::Claim { task, person }),
        1 => task.clone().prop_map(Doing::GiveBack),
        1 => task.prop_map(Doing::Draft),
        3 => (0..3usize).prop_map(Doing::Message),
        3 => (1..16i64).prop_map(Doing::Pass),
        1 => (0..8usize).prop_map(Doing::Cancel),
        3 => (0..8usize, 0..8usize).prop_map(|(run, place)| Doing::Rewind { run, place }),
        1 => (0..8usize, 0..8usize).prop_map(|(run, place)| Doing::Skip { run, place }),
        1 => (0..8usize).prop_map(Doing::Edit),
        1 => (0..3usize).prop_map(Doing::Brake),
        2 => (0..3usize, prop::option::of(1..30u32)).prop_map(|(which, pace)| Doing::LetGo(which, pace)),
        1 => Just(Doing::Restart),
    ]
}

const STARTS: [&str; 7] = [
    "straight",
    "note",
    "two_people",
    "assembly",
    "pieces",
    "stop_the_line",
    "busy",
];

fn inputs(app: &str, number: i64) -> Value {
    match app {
        "straight" => json!({"count": number}),
        "assembly" => json!({"part": format!("part {number}")}),
        "pieces" => json!({"serial": format!("S{number}"), "wanted": "4711"}),
        "busy" => json!({"rounds": number}),
        _ => json!({}),
    }
}

/// Answers that the form takes, or some that it may not.
fn answers(step: &str, good: bool) -> Value {
    match (step, good) {
        (_, false) => json!({"what": 3, "width": "wide"}),
        ("write_it_down", _) => json!({"what": "x", "how_many": 3}),
        ("do_it", _) => json!({"what_was_done": "turned"}),
        ("check_it", _) => json!({"it_is_right": true}),
        ("mend_the_piece", _) => json!({"cause": "burr"}),
        ("say_when_it_is_over", _) => json!({"it_is_over": true}),
        ("left_side", _) => json!({"width": 10.123456789}),
        ("decide", _) => json!({"go_on": true}),
        (other, _) => panic!("no answers for {other}"),
    }
}

async fn act(rig: Rig, doing: &Doing) -> Rig {
    let tasks = rig
        .engine
        .tasks(&TaskFilter::default(), &Page::default())
        .await
        .unwrap()
        .items;
    let pick = |number: usize| (!tasks.is_empty()).then(|| &tasks[number % tasks.len()]);
    let person = |number: usize| by(["wang", "li"][number]);
    // Refusals are part of the game; only what was done must be right.
    match doing {
        Doing::Start(app, number) => {
            let app = STARTS[*app];
            let _ = rig.try_start(app, inputs(app, *number)).await;
        }
        Doing::Answer {
            task,
            person: who,
            good,
        } => {
            if let Some(task) = pick(*task) {
                let answers = members(answers(task.spec.step.as_str(), *good));
                let _ = rig
                    .engine
                    .complete(Complete::new(reference(task), answers), &person(*who))
                    .await;
            }
        }
        Doing::Claim { task, person: who } => {
            if let Some(task) = pick(*task) {
                let _ = rig.engine.claim(reference(task), &person(*who)).await;
            }
        }
        Doing::GiveBack(task) => {
            if let Some(task) = pick(*task) {
                let _ = rig.engine.give_back(reference(task), &caller()).await;
            }
        }
        Doing::Draft(task) => {
            if let Some(task) = pick(*task) {
                let draft = SaveDraft {
                    task: reference(task),
                    draft_version: None,
                    answers: members(json!({"a": 1})),
                };
                let _ = rig.engine.save_draft(draft, &caller()).await;
            }
        }
        Doing::Message(which) => {
            let (name, body) = match which {
                0 => ("order-finished", json!({"line": "line-3", "order": "4711"})),
                1 => ("press-ready", json!({"line": "line-3", "pressure": 4.2})),
                _ => ("go", json!({"side": "right"})),
            };
            let message = Message {
                name: name.into(),
                body: members(body),
            };
            rig.engine.send(message, &Caller::trusted("plc", None)).await.unwrap();
        }
        Doing::Pass(minutes) => rig.pass(*minutes).await,
        Doing::Cancel(number) => {
            let open = RunFilter {
                status: Some("waiting".into()),
                ..RunFilter::default()
            };
            let runs = rig.engine.runs(&open, &Page::default()).await.unwrap().items;
            if !runs.is_empty() {
                rig.engine
                    .cancel(runs[number % runs.len()].id, "enough".into(), &caller())
                    .await
                    .unwrap();
            }
        }
        Doing::Rewind { run, place } => {
            if let Some(run) = live(&rig, *run).await {
                let places = rig.engine.rewind_places(run).await.unwrap().items;
                // One that has stood still from its beginning has been nowhere yet.
                if let Some(place) = places.get(place % places.len().max(1)) {
                    rig.engine.rewind_preview(run, place.to).await.unwrap();
                    rig.engine.rewind(mended(run), place.to, &by("lead")).await.unwrap();
                }
            }
        }
        Doing::Skip { run, place } => {
            if let Some(run) = live(&rig, *run).await {
                let waits = rig.engine.why(run).await.unwrap().waits;
                assert!(!waits.is_empty(), "a live run waits for something that is listed");
                let one = &waits[place % waits.len()];
                let skip = runtime::Skip {
                    place: one.place,
                    step: one.steps[place % one.steps.len()].clone(),
                };
                rig.engine.skip_step(mended(run), skip, &by("lead")).await.unwrap();
            }
        }
        Doing::Edit(run) => {
            if let Some(run) = live(&rig, *run).await {
                let edit = runtime::EditValues {
                    place: None,
                    values: members(json!({"what": "y"})),
                };
                let _ = rig.engine.edit_values(mended(run), edit, &by("lead")).await;
            }
        }
        Doing::Brake(which) => rig
            .engine
            .brake(braked(*which), "trouble".into(), &by("lead"))
            .await
            .unwrap(),
        Doing::LetGo(which, pace) => {
            let _ = rig.engine.let_go(braked(*which), *pace, &by("lead")).await;
        }
        Doing::Restart => return rig.reopened().await,
    }
    rig
}

fn braked(which: usize) -> Scope {
    match which {
        0 => Scope::Site,
        1 => Scope::App("note".into()),
        _ => Scope::App("assembly".into()),
    }
}

async fn live(rig: &Rig, number: usize) -> Option<store::rows::RunId> {
    let open = RunFilter {
        status: Some("waiting".into()),
        ..RunFilter::default()
    };
    let runs = rig.engine.runs(&open, &Page::default()).await.unwrap().items;
    (!runs.is_empty()).then(|| runs[number % runs.len()].id)
}

#[tokio::test]
async fn a_state_that_the_journal_does_not_lead_to_is_found() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let (kept, other) = (rig.start("note", json!({})).await, rig.start("note", json!({})).await);
    rig.answer(other.id, "wang", json!({"what": "x"})).await.unwrap();
    rig.engine.shutdown().await;
    let store = sqlite(&rig.folder).await;
    let mut row = store.run(kept.id).await.unwrap().unwrap();
    row.state = store.run(other.id).await.unwrap().unwrap().state;
    let mut unit = store.begin().await.unwrap();
    let expected_seq = row.seq;
    let row = Box::new(row);
    unit.write(vec![Write::UpdateRun { row, expected_seq }]).await.unwrap();
    unit.commit().await.unwrap();
    let faults = runtime::verify(&store, &|_| {}).await.unwrap().faults;
    let fault = format!(
        "run {}: its journal leads to another state than the one that is kept",
        kept.id
    );
    assert_eq!(faults, [fault]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_journal_leads_to_the_state(doings in prop::collection::vec(doing(), 1..60)) {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        tokio.block_on(async {
            let mut rig = Rig::with(&APPS).await;
            for doing in &doings {
                rig = act(rig, doing).await;
            }
            // Whatever was held back goes on in the end.
            for which in 0..3 {
                let _ = rig.engine.let_go(braked(which), None, &by("lead")).await;
            }
            rig.engine.settled().await.unwrap();
            assert_eq!(rig.engine.runs_held(), 0);
            rig.verify().await;
        });
    }
}
