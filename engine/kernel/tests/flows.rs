//! Telling flows, step by step: what each event does, and the state after it.

mod support;

use std::sync::Arc;

use gemba_kernel::{EventKind, FactKind, Program, Refusal, Status, Zone};
use language::read_app;
use serde_json::json;
use support::{World, has_fact};

fn program(yaml: &str) -> Arc<Program> {
    let read = read_app(yaml, None);
    let app = read.value.unwrap_or_else(|| panic!("{:#?}", read.diagnostics));
    Arc::new(Program::compile(Arc::new(app)))
}

fn world(yaml: &str) -> World {
    World::new(program(yaml))
}

/// Each event's lines, one block per event.
fn story(world: &mut World, title: &str, act: impl FnOnce(&mut World)) -> String {
    act(world);
    format!("== {title}\n{}\n", world.last())
}

const FIRST_PIECE: &str = r#"
app: First-piece inspection
inputs:
  - scan: Work order
    id: order
tables:
  - table: First pieces
    key: serial_number
    columns: [serial_number, order, shaft_diameter, result, released_by]
steps:
  - hold: line-3
    why: First piece of {order} is not released
  - repeat: Measure until it is right
    until: shaft_diameter is ok and surface is ok
    at_most: 3 times
    steps:
      - form: Measure the first piece
        to: operator
        within: 20 min
        late:
          - after: 0 min
            tell: team leader
          - after: 15 min
            move_to: quality engineer
        fields:
          - scan: Serial number
          - measure: Shaft diameter
            limits: 24.95 to 25.05 mm
            samples: 3
          - check: Surface
          - photo: Surface defect
            show_if: surface is not ok
            optional: yes
    otherwise:
      - form: Decide with the setter
        to: quality engineer
        fields:
          - choose: What now
            from: [Adjust again, Stop the line]
      - finish: Stopped
        if: what_now = "Stop the line"
  - form: Release for series
    to: inspector
    not_by: measure_the_first_piece
    show: [shaft_diameter]
    sign: released for series
  - save: First pieces
    values:
      result: = "released"
      released_by: = release_for_series.signed_by
  - release: line-3
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
fn three_wrong_pieces_stop_the_line_and_the_hold_stays() {
    let mut world = world(FIRST_PIECE);
    world.start(json!({"order": "4711"})).unwrap();
    for serial in ["A1", "A2", "A3"] {
        let answers = json!({"serial_number": serial, "shaft_diameter": [25.06, 25.01, 25], "surface": "fail"});
        world.complete("li", "measure_the_first_piece", answers).unwrap();
    }
    world
        .complete("qe", "decide_with_the_setter", json!({"what_now": "Stop the line"}))
        .unwrap();
    assert!(has_fact(&world, |fact| matches!(fact, FactKind::RoundsUsedUp)));
    assert!(has_fact(&world, |fact| matches!(
        fact,
        FactKind::Ended { outcome: Some(outcome), still_held, .. } if outcome == "Stopped" && still_held == &["line-3"]
    )));
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
fn a_reserved_task_is_one_persons_until_it_is_returned() {
    let mut world = world(FIRST_PIECE);
    world.start(json!({"order": "4711"})).unwrap();
    let task = world.task("measure_the_first_piece");
    world.happen("li", EventKind::TaskClaimed { task }).unwrap();
    assert_eq!(world.tasks[&task].reserved_by.as_deref(), Some("li"));
    let answers = json!({"serial_number": "A1", "shaft_diameter": [25, 25, 25], "surface": "pass"});
    let by_another = world.complete("bo", "measure_the_first_piece", answers.clone());
    assert_eq!(by_another, Err(Refusal::ReservedBy { person: "li".into() }));
    world.happen("li", EventKind::TaskReturned { task }).unwrap();
    world.complete("bo", "measure_the_first_piece", answers).unwrap();
}

#[test]
fn a_ladder_moves_the_task_and_frees_it() {
    let mut world = world(FIRST_PIECE);
    world.start(json!({"order": "4711"})).unwrap();
    let task = world.task("measure_the_first_piece");
    world.happen("li", EventKind::TaskClaimed { task }).unwrap();
    world.pass_min(34);
    assert!(world.tasks[&task].late);
    assert_eq!(world.tasks[&task].reserved_by.as_deref(), Some("li"));
    world.pass_min(1);
    assert_eq!(world.tasks[&task].reserved_by, None);
    assert_eq!(
        world.tasks[&task].to,
        gemba_kernel::Assignee::Role("quality_engineer".into())
    );
    assert!(world.timers.is_empty());
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
      good: = count(look_at_it.rounds[surface is ok])
      last: = seen
"#;

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
        world
            .happen(
                "li",
                EventKind::TaskCompleted {
                    task: tasks[1],
                    answers,
                },
            )
            .unwrap();
    });
    assert_eq!(world.tasks.len(), 2);
    while let Some(task) = world.tasks.keys().next().copied() {
        let answers = support::object(json!({"surface": "fail"}));
        world.happen("li", EventKind::TaskCompleted { task, answers }).unwrap();
    }
    assert!(world.ended);
    let values = world.program.values(&world.state);
    assert_eq!(values["all"].to_json(), json!(3));
    assert_eq!(values["good"].to_json(), json!(1));
    assert_eq!(values["last"].to_json(), json!("c"));
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

#[test]
fn a_message_that_does_not_come_goes_the_other_way_when_the_ladder_is_through() {
    let mut world = world(
        r#"
app: Wait
steps:
  - wait_for: machine-ready
    id: ready
    within: 10 min
    late:
      - after: 5 min
        tell: maintenance
    otherwise:
      - finish: Nothing came
  - finish: It came
"#,
    );
    world.start(json!({})).unwrap();
    world.pass_min(10);
    assert!(!world.ended && world.told.is_empty());
    world.pass_min(5);
    assert!(world.ended && world.listening.is_empty());
    assert_eq!(world.told.len(), 1);
    assert!(has_fact(&world, |fact| matches!(
        fact,
        FactKind::Ended { outcome: Some(outcome), .. } if outcome == "Nothing came"
    )));
}

#[test]
fn moments_are_the_sites() {
    let flow = |moment: &str| format!("app: M\nsteps:\n  - wait_until: = {moment}\n");
    let until = |world: &World| world.timers.values().next().map(|at| at.0 - support::BEGIN.0);
    let hour = 3_600_000;
    // The site is eight hours ahead of UTC: it is 16:00 there.
    for (moment, hours) in [
        ("@\"2026-01-06\"", Some(8)),
        ("@\"2026-01-06T01:00:00\"", Some(9)),
        ("@\"2026-01-05T18:00:00Z\"", Some(10)),
        ("@\"17:30:00\"", None),
        ("@\"2026-01-05T15:00:00\"", None),
    ] {
        let mut world = world(&flow(moment));
        world.start(json!({})).unwrap();
        match (moment, hours) {
            ("@\"17:30:00\"", _) => assert_eq!(until(&world), Some(hour * 3 / 2), "{moment}"),
            (_, None) => assert!(world.ended, "{moment} has passed and is no wait"),
            (_, Some(hours)) => assert_eq!(until(&world), Some(hours * hour), "{moment}"),
        }
    }
    // The clocks go back by an hour in the night: midnight comes an hour later.
    let mut world = world(&flow("@\"2026-01-06\""));
    world.zone = Zone {
        offset_s: 8 * 3600,
        next: Some((gemba_kernel::Timestamp(support::BEGIN.0 + hour), 7 * 3600)),
    };
    world.start(json!({})).unwrap();
    assert_eq!(until(&world), Some(9 * hour));
}

#[test]
fn a_loop_without_a_wait_is_stopped() {
    let mut world = world(
        r#"
app: Endless
steps:
  - set: Begin
    values:
      n: = 0
  - repeat: Outer
    until: n < 0
    at_most: 1000 times
    steps:
      - repeat: Inner
        until: n < 0
        at_most: 1000 times
        steps:
          - set: More
            values:
              n: = n + 1
"#,
    );
    world.start(json!({})).unwrap();
    assert_eq!(world.state.status(), Status::Stopped);
    assert!(has_fact(
        &world,
        |fact| matches!(fact, FactKind::Incident { message } if message.contains("10000 steps"))
    ));
}

#[test]
fn a_skipped_step_has_no_answers_of_an_earlier_round() {
    let mut world = world(
        r#"
app: Skip
steps:
  - repeat: Twice
    until: more = "no"
    at_most: 3 times
    steps:
      - form: Ask
        fields:
          - choose: More
            from: ["yes", "no"]
          - yes_no: Measure it
      - form: Measure
        if: measure_it = true
        fields:
          - check: Surface
  - set: End
    values:
      passed: = surface is ok
"#,
    );
    world.start(json!({})).unwrap();
    world
        .complete("a", "ask", json!({"more": "yes", "measure_it": true}))
        .unwrap();
    world.complete("a", "measure", json!({"surface": "pass"})).unwrap();
    world
        .complete("a", "ask", json!({"more": "no", "measure_it": false}))
        .unwrap();
    assert!(world.ended);
    // Empty, not ok: nothing was measured in the last round.
    assert!(!world.program.values(&world.state).contains_key("passed"));
    assert!(has_fact(
        &world,
        |fact| matches!(fact, FactKind::ValuesSet { values } if values["passed"].is_null())
    ));
}

#[test]
fn a_called_run_gives_its_outcome_and_values() {
    let mut world = world(
        r#"
app: Caller
steps:
  - call: other-app
    id: other
  - set: Take
    values:
      got: = other.values.x + 1
      how: = other.outcome
"#,
    );
    world.start(json!({})).unwrap();
    let call = *world.calls.first().unwrap();
    let values = [("x".to_string(), expression::Value::from_json(&json!(41)))].into();
    let ending = gemba_kernel::Ending {
        status: Status::Finished,
        outcome: Some("Good".into()),
        values,
    };
    let ended = EventKind::CallEnded {
        call,
        run: "r2".into(),
        ending,
    };
    world.happen("", ended.clone()).unwrap();
    let values = world.program.values(&world.state);
    assert_eq!(
        (values["got"].to_json(), values["how"].to_json()),
        (json!(42), json!("Good"))
    );
    assert_eq!(world.happen("", ended), Err(Refusal::RunEnded));
}

#[test]
fn stored_states_of_another_format_or_shape_are_named() {
    let error = |bytes: &[u8]| gemba_kernel::RunState::from_bytes(bytes).unwrap_err().to_string();
    assert_eq!(
        error(b"{\"format\":7,\"new\":1}"),
        "run state has format 7, this version reads 1"
    );
    assert!(error(b"{\"format\":1}").starts_with("run state is damaged: missing field"));
    assert!(error(b"nonsense").starts_with("run state is damaged"));
}

#[test]
fn what_is_too_large_or_too_deep_is_refused_before_it_is_kept() {
    let mut world = world("app: Big\nsteps:\n  - wait_for: m\n    id: got\n  - wait: 1 min\n");
    world.start(json!({})).unwrap();
    let mut deep = json!(1);
    for _ in 0..100 {
        deep = json!([deep]);
    }
    let code = |refused: Result<(), Refusal>| match refused {
        Err(Refusal::Answers { fields }) => fields[0].code.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(code(world.send("m", json!({ "deep": deep }))), "too-deep");
    assert_eq!(
        code(world.send("m", json!({ "large": "x".repeat(300_000) }))),
        "too-large"
    );
    world.send("m", json!({ "large": "x".repeat(200_000) })).unwrap();
}

#[test]
fn values_that_would_grow_too_large_stop_the_run_where_it_is() {
    let mut world = world(
        r#"
app: Grow
steps:
  - set: Begin
    values:
      long: = "0123456789012345678901234567890123456789"
      all: = []
  - repeat: Grow
    until: count(all) > 100000
    at_most: 1000 times
    steps:
      - set: More
        values:
          long: = if string length(long) < 20000 then long + long else long
          all: = append(all, long)
"#,
    );
    world.start(json!({})).unwrap();
    assert_eq!(world.state.status(), Status::Stopped);
    assert!(has_fact(
        &world,
        |fact| matches!(fact, FactKind::Incident { message } if message.contains("would grow over 1000 kB"))
    ));
    let before = world.state.to_bytes();
    assert!(before.len() < 1_200_000);
    world.happen("it", EventKind::Retried).unwrap();
    assert_eq!(
        world.state.to_bytes(),
        before,
        "trying again finds everything as it was"
    );
}

#[test]
fn a_loop_that_only_finds_is_stopped_too() {
    let mut world = world(
        r#"
app: Find
tables:
  - table: Things
    key: name
    columns: [name]
steps:
  - repeat: Outer
    until: count(found) > 0
    at_most: 1000 times
    steps:
      - repeat: Inner
        until: count(found) > 0
        at_most: 1000 times
        steps:
          - find: Things
            as: found
"#,
    );
    world.start(json!({})).unwrap();
    assert_eq!(world.state.status(), Status::Stopped);
}

#[test]
fn a_find_asks_the_store_only_for_what_is_stored_in_one_way() {
    let mut world = world(
        r#"
app: Find
inputs:
  - text: Wanted
tables:
  - table: Pieces
    key: serial
    columns: [serial, line, surface]
steps:
  - form: Look
    fields:
      - scan: Serial
      - text: Line
      - check: Surface
  - save: Pieces
  - find: Pieces
    where: serial = "S1" and line = wanted and surface = "pass"
    as: found
  - set: Count
    values:
      n: = count(found)
"#,
    );
    world.start(json!({"wanted": "l1"})).unwrap();
    world
        .complete("li", "look", json!({"serial": "S1", "line": "l1", "surface": "pass"}))
        .unwrap();
    assert_eq!(world.program.values(&world.state)["n"].to_json(), json!(1));
    let asked = world.effects.iter().find_map(|effect| match effect {
        gemba_kernel::Effect::Find(query) => Some(query.equals.iter().map(|(column, _)| column.to_string()).collect()),
        _ => None,
    });
    // A checked answer is stored with its verdict, so only the condition can compare it.
    assert_eq!(asked, Some(vec!["serial".to_string(), "line".to_string()]));
}

#[test]
fn a_branch_that_was_withdrawn_has_no_answers_of_an_earlier_round() {
    let mut world = world(
        r#"
app: Rounds
steps:
  - repeat: Rounds
    until: surface is ok
    at_most: 2 times
    steps:
      - together: First
        wait_for: first
        branches:
          - branch: Check
            steps:
              - form: Measure
                fields:
                  - check: Surface
          - branch: Clock
            steps:
              - wait: 10 min
      - form: Ask
        fields:
          - yes_no: Again
"#,
    );
    world.start(json!({})).unwrap();
    world.complete("a", "measure", json!({"surface": "fail"})).unwrap();
    assert!(
        world
            .facts
            .iter()
            .all(|fact| !matches!(fact.kind, FactKind::RoundsUsedUp))
    );
    world.complete("a", "ask", json!({"again": true})).unwrap();
    world.pass_min(10);
    world.complete("a", "ask", json!({"again": true})).unwrap();
    let last = world.facts.iter().rev().find_map(|fact| match &fact.kind {
        FactKind::Decided { values, .. } => Some(values["surface"].clone()),
        _ => None,
    });
    assert_eq!(last, Some(json!(null)), "the last round did not measure");
}
