//! Telling flows, step by step: what each event does, and the state after it.

mod support;

use gemba_kernel::{EventKind, Refusal, Status};
use serde_json::json;
use support::{FIRST_PIECE, World, world};

/// Each event's lines, one block per event.
fn story(world: &mut World, title: &str, act: impl FnOnce(&mut World)) -> String {
    act(world);
    format!("== {title}\n{}\n", world.last())
}

const TOGETHER: &str = r#"
app: Two ways
steps:
  - together: Whoever is first
    wait_for: first
    branches:
      - branch: People
        steps:
          - form: Answer
            within: 1 h
            fields:
              - text: Word
      - branch: Machine
        steps:
          - wait_for: machine-ready
            where: line = "l1"
            within: 10 min
      - branch: Clock
        steps:
          - wait: 30 min
  - set: Note it
    values:
      word_given: = if word is filled then word else "none"
"#;

const EACH: &str = r#"
app: Parts
inputs:
  - rows: Parts
    columns:
      - text: Name
steps:
  - for_each: Every part
    in: = parts
    as: part
    at_once: 2
    steps:
      - form: Look at it
        fields:
          - check: Surface
            not_applicable: yes
      - set: Keep
        values:
          seen: = part.name
  - set: Count
    values:
      all: = count(look_at_it.rounds)
      good: = count(look_at_it.rounds[item.surface is ok])
"#;

const INCIDENT: &str = r#"
app: Incident
inputs:
  - text: Serial
    optional: yes
tables:
  - table: Pieces
    key: serial
    columns: [serial]
steps:
  - together: Side by side
    branches:
      - branch: One
        steps:
          - form: Late serial
            fields:
              - text: Late
          - set: Take it
            values:
              key_now: = late
      - branch: Two
        steps:
          - save: Pieces
            values:
              serial: = key_now
"#;

#[test]
fn first_piece_from_a_wrong_measurement_to_the_release_by_a_second_person() {
    let mut world = world(FIRST_PIECE);
    let mut told = String::new();
    told += &story(&mut world, "started", |world| {
        world.start(json!({"order": "4711"})).unwrap()
    });
    told += &story(&mut world, "late", |world| world.pass_min(20));
    told += &story(&mut world, "measured wrong", |world| {
        let answers = json!({"serial_number": "A1", "shaft_diameter": [25.06, 25.01, 25], "surface": "pass"});
        world.complete("li", "measure_the_first_piece", answers).unwrap();
    });
    told += &story(&mut world, "measured right", |world| {
        let answers = json!({"serial_number": "A2", "shaft_diameter": ["25.010", 25.01, 25], "surface": "pass"});
        world.complete("li", "measure_the_first_piece", answers).unwrap();
    });
    let same = world.complete("li", "release_for_series", json!({}));
    let step = "measure_the_first_piece".to_string();
    assert_eq!(
        same,
        Err(Refusal::SecondPersonNeeded {
            person: "li".into(),
            step
        })
    );
    assert_eq!(
        world.complete("", "release_for_series", json!({})),
        Err(Refusal::PersonMissing)
    );
    told += &story(&mut world, "released", |world| {
        world.complete("wang", "release_for_series", json!({})).unwrap()
    });
    assert_eq!(world.state.status(), Status::Finished);
    assert!(world.held.is_empty());
    world.replay();
    insta::assert_snapshot!(told);
}

#[test]
fn a_form_tells_everything_that_is_wrong_at_once() {
    let mut world = world(FIRST_PIECE);
    world.start(json!({"order": "4711"})).unwrap();
    let answers = json!({
        "shaft_diameter": [25, "x"], "surface": "pass", "surface_defect": "blob", "colour": "red",
    });
    let refused = world.complete("li", "measure_the_first_piece", answers).unwrap_err();
    insta::assert_json_snapshot!(refused);
    world
        .complete(
            "li",
            "measure_the_first_piece",
            json!({
                "serial_number": "A1\n", "shaft_diameter": [25, 25, 25], "surface": "fail", "surface_defect": "blob",
            }),
        )
        .unwrap();
}

#[test]
fn the_first_branch_withdraws_the_others() {
    let mut world = world(TOGETHER);
    let mut told = String::new();
    told += &story(&mut world, "started", |world| world.start(json!({})).unwrap());
    assert_eq!(
        world.send("machine-ready", json!({"line": "l2"})),
        Err(Refusal::NotForThisRun)
    );
    told += &story(&mut world, "the machine is ready", |world| {
        world.send("machine-ready", json!({"line": "l1"})).unwrap()
    });
    assert!(world.ended && world.timers.is_empty());
    world.replay();
    insta::assert_snapshot!(told);
}

#[test]
fn elements_are_done_two_at_once_and_do_not_see_each_other() {
    let mut world = world(EACH);
    let mut told = String::new();
    told += &story(&mut world, "started", |world| {
        world
            .start(json!({"parts": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}))
            .unwrap();
    });
    let tasks: Vec<u32> = world.tasks.keys().copied().collect();
    assert_eq!(tasks.len(), 2);
    told += &story(&mut world, "the second is done", |world| {
        let answers = support::object(json!({"surface": "pass"}));
        world.happen("li", EventKind::completed(tasks[1], answers)).unwrap();
    });
    assert_eq!(world.tasks.len(), 2);
    while let Some(task) = world.tasks.keys().next().copied() {
        let answers = support::object(json!({"surface": "fail"}));
        world.happen("li", EventKind::completed(task, answers)).unwrap();
    }
    assert!(world.ended);
    let values = world.program.values(&world.state);
    assert_eq!(values["all"].to_json(), json!(3));
    assert_eq!(values["good"].to_json(), json!(1));
    world.replay();
    insta::assert_snapshot!(told);
}

#[test]
fn a_cancellation_closes_everything_and_names_what_is_held() {
    let mut world = world(
        &TOGETHER
            .replace(
                "steps:\n  - together",
                "steps:\n  - hold: line-3\n    why: busy\n  - together",
            )
            .replace("  - set: Note it", "  - release: line-3\n  - set: Note it"),
    );
    world.start(json!({})).unwrap();
    let told = story(&mut world, "cancelled", |world| {
        world
            .happen("boss", EventKind::Cancelled { why: "no parts".into() })
            .unwrap();
    });
    assert_eq!(world.state.status(), Status::Cancelled);
    assert_eq!(world.happen("boss", EventKind::Retried), Err(Refusal::RunEnded));
    insta::assert_snapshot!(told);
}

#[test]
fn only_the_branch_with_the_incident_stops_and_it_can_be_tried_again() {
    let mut world = world(INCIDENT);
    let mut told = String::new();
    told += &story(&mut world, "started", |world| world.start(json!({})).unwrap());
    assert_eq!(world.state.status(), Status::Stopped);
    told += &story(&mut world, "tried too early", |world| {
        world.happen("it", EventKind::Retried).unwrap()
    });
    told += &story(&mut world, "the other branch goes on", |world| {
        world.complete("li", "late_serial", json!({"late": "S1"})).unwrap();
    });
    assert_eq!(world.state.status(), Status::Stopped);
    told += &story(&mut world, "tried again", |world| {
        world.happen("it", EventKind::Retried).unwrap()
    });
    assert_eq!(world.state.status(), Status::Finished);
    assert!(world.tables["pieces"].contains_key("S1"));
    world.replay();
    insta::assert_snapshot!(told);
}
