//! The rules of the steps, one by one.

mod support;

use gemba_kernel::{EventKind, FactKind, Refusal, Status, Zone};
use serde_json::json;
use support::{FIRST_PIECE, World, has_fact, world};

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
      n: = 0
  - repeat: Grow
    until: count(all) > 100000
    at_most: 1000 times
    steps:
      - set: More
        values:
          n: = n + 1
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

#[test]
fn four_eyes_also_hold_between_branches_and_for_claims() {
    let mut world = world(
        r#"
app: Eyes
steps:
  - together: Both
    branches:
      - branch: One
        steps:
          - form: Measure
            fields:
              - check: Surface
      - branch: Two
        steps:
          - wait: 1 min
          - form: Verify
            not_by: measure
            fields:
              - check: Seen
          - form: Verify again
            not_by: [measure, verify]
            fields:
              - check: Seen again
"#,
    );
    world.start(json!({})).unwrap();
    world.pass_min(1);
    let verify = world.task("verify");
    world.happen("li", EventKind::TaskClaimed { task: verify }).unwrap();
    world.complete("li", "measure", json!({"surface": "pass"})).unwrap();
    // Who measured can no longer verify: the task says so and is free again.
    assert_eq!(world.tasks[&verify].not_by, ["li"]);
    assert_eq!(world.tasks[&verify].reserved_by, None);
    let refused = world.happen("li", EventKind::TaskClaimed { task: verify }).unwrap_err();
    assert_eq!(
        refused,
        Refusal::SecondPersonNeeded {
            person: "li".into(),
            step: "measure".into()
        }
    );
    assert_eq!(
        world.happen("", EventKind::TaskClaimed { task: verify }),
        Err(Refusal::PersonMissing)
    );
    world.complete("bo", "verify", json!({"seen": "pass"})).unwrap();
    assert_eq!(world.tasks[&world.task("verify_again")].not_by, ["li", "bo"]);
}

#[test]
fn one_person_written_in_two_ways_is_no_second_person() {
    let mut world = world(
        "app: Two\nsteps:\n  - form: Measure\n    fields:\n      - check: Surface\n  - form: Verify\n    not_by: measure\n    fields:\n      - check: Seen\n",
    );
    world.start(json!({})).unwrap();
    world.complete("li", "measure", json!({"surface": "pass"})).unwrap();
    for same in ["Li", " li", "LI "] {
        let refused = world.complete(same, "verify", json!({"seen": "pass"}));
        assert_eq!(
            refused,
            Err(Refusal::SecondPersonNeeded {
                person: same.into(),
                step: "measure".into()
            })
        );
    }
    world.complete("bo", "verify", json!({"seen": "pass"})).unwrap();
}

#[test]
fn a_called_run_that_is_not_needed_any_more_goes_on_by_itself() {
    let mut world = world(
        r#"
app: Caller
steps:
  - together: First
    wait_for: first
    branches:
      - branch: Call
        steps:
          - call: other-app
            id: other
      - branch: Clock
        steps:
          - wait: 1 min
  - wait: 1 min
"#,
    );
    world.start(json!({})).unwrap();
    world.pass_min(1);
    assert!(has_fact(
        &world,
        |fact| matches!(fact, FactKind::CallLeftRunning { app } if app.as_str() == "other-app")
    ));
    let ending = gemba_kernel::Ending {
        status: Status::Finished,
        outcome: None,
        values: Default::default(),
    };
    let ended = EventKind::CallEnded {
        call: *world.calls.first().unwrap(),
        run: "r2".into(),
        ending,
    };
    assert_eq!(world.happen("", ended), Err(Refusal::OutOfPlace));
}

#[test]
fn two_of_three_branches_are_enough_when_the_flow_says_so() {
    let mut world = world(
        r#"
app: Two
steps:
  - together: Two of three
    wait_for: 2
    branches:
      - branch: A
        steps:
          - wait: 1 min
      - branch: B
        steps:
          - wait: 2 min
      - branch: C
        steps:
          - wait: 3 min
"#,
    );
    world.start(json!({})).unwrap();
    world.pass_min(1);
    assert!(!world.ended);
    world.pass_min(1);
    assert!(world.ended);
}

#[test]
fn a_task_is_told_in_every_language_and_offered_where_the_run_is() {
    let mut world = world(
        r#"
app: Told
inputs:
  - text: Order
steps:
  - form: {en: "Measure {order}", zh: "测量 {order}"}
    id: measure
    fields:
      - text: Remark
        optional: yes
        show_if: order = "4711"
"#,
    );
    let inputs = support::object(json!({"order": "4711"}));
    let started = EventKind::Started {
        run: "r1".into(),
        cause: gemba_kernel::StartCause::Button,
        station: Some(language::model::Id::new("qc-1")),
        inputs,
        known: Default::default(),
    };
    world.happen("li", started).unwrap();
    let task = &world.tasks[&world.task("measure")];
    let title = |tag: &str, text: &str| (tag.to_string(), text.to_string());
    assert_eq!(task.title, [title("en", "Measure 4711"), title("zh", "测量 4711")]);
    assert_eq!(task.to, gemba_kernel::Assignee::Station("qc-1".into()));
    assert_eq!(task.context["order"].to_json(), json!("4711"));
    world.complete("li", "measure", json!({"remark": "seen"})).unwrap();
}

#[test]
fn a_refused_start_says_what_is_missing_and_a_message_may_carry_more() {
    let flow = "app: Start\ninputs:\n  - text: Order\n  - measure: Length\n    limits: 1 to 2 mm\nsteps:\n  - set: Judge\n    values:\n      good: = length is ok\n";
    let mut first = world(flow);
    assert!(
        matches!(first.start(json!({"length": "x", "more": 1})), Err(Refusal::Answers { fields }) if fields.len() == 3)
    );
    let mut second = world(flow);
    let started = EventKind::Started {
        run: "r1".into(),
        cause: gemba_kernel::StartCause::Message { name: "m".into() },
        station: None,
        inputs: support::object(json!({"order": "A", "length": 1.5, "line": "l1"})),
        known: Default::default(),
    };
    second.happen("", started).unwrap();
    assert_eq!(second.program.values(&second.state)["good"].to_json(), json!(true));
}

#[test]
fn a_way_that_is_not_gone_has_no_answers_of_an_earlier_round() {
    // In the first round everything is answered, in the second every other way is gone.
    let mut world = world(
        r#"
app: Ways
steps:
  - repeat: Rounds
    until: way = "second"
    at_most: 3 times
    steps:
      - form: Ask
        fields:
          - choose: Way
            from: [first, second]
      - if: way = "first"
        steps:
          - form: In if
            fields:
              - check: A
        otherwise:
          - form: In otherwise
            fields:
              - check: B
      - choose: Which
        ways:
          - when: way = "first"
            steps:
              - form: In way one
                fields:
                  - check: C
          - when: way = "second"
            steps:
              - form: In way two
                fields:
                  - check: D
      - wait_for: signal
        id: got
        within: 10 min
        otherwise:
          - form: Nothing came
            fields:
              - check: E
  - set: End
    values:
      passed: = [a is ok, b is ok, c is ok, d is ok, got.n, e is ok]
"#,
    );
    world.start(json!({})).unwrap();
    world.complete("li", "ask", json!({"way": "first"})).unwrap();
    world.complete("li", "in_if", json!({"a": "pass"})).unwrap();
    world.complete("li", "in_way_one", json!({"c": "pass"})).unwrap();
    world.send("signal", json!({"n": 1})).unwrap();
    world.complete("li", "ask", json!({"way": "second"})).unwrap();
    world.complete("li", "in_otherwise", json!({"b": "pass"})).unwrap();
    world.complete("li", "in_way_two", json!({"d": "pass"})).unwrap();
    world.pass_min(10);
    world.complete("li", "nothing_came", json!({"e": "pass"})).unwrap();
    let passed = world.program.values(&world.state)["passed"].to_json();
    assert_eq!(passed, json!([null, true, null, true, null, true]));
}

#[test]
fn a_message_that_came_takes_back_what_was_done_when_none_came() {
    let mut world = world(
        r#"
app: Message
steps:
  - repeat: Rounds
    until: got.n = 2
    at_most: 3 times
    steps:
      - wait_for: signal
        id: got
        within: 10 min
        otherwise:
          - form: Nothing came
            fields:
              - check: E
  - set: End
    values:
      passed: = e is ok
"#,
    );
    world.start(json!({})).unwrap();
    world.pass_min(10);
    world.complete("li", "nothing_came", json!({"e": "pass"})).unwrap();
    world.send("signal", json!({"n": 2})).unwrap();
    assert!(world.ended);
    assert!(!world.program.values(&world.state).contains_key("passed"));
}

#[test]
fn an_element_never_sees_the_answers_of_another() {
    let mut world = world(
        r#"
app: Elements
steps:
  - for_each: Every one
    in: = [1, 2]
    steps:
      - form: Look
        if: item = 1
        fields:
          - check: Surface
      - set: Judge
        values:
          passed: = surface is ok
  - set: After
    values:
      all: = count(look.rounds)
"#,
    );
    world.start(json!({})).unwrap();
    world.complete("li", "look", json!({"surface": "pass"})).unwrap();
    let judged = world.facts.iter().filter_map(|fact| match &fact.kind {
        FactKind::ValuesSet { values } => values.get("passed").cloned(),
        _ => None,
    });
    assert_eq!(judged.collect::<Vec<_>>(), [json!(true), json!(null)]);
    let values = world.program.values(&world.state);
    assert_eq!(values["all"].to_json(), json!(1));
    assert!(!values.contains_key("surface"));
}

#[test]
fn a_key_is_stored_in_one_way_whatever_it_was_measured_with() {
    let mut world = world(
        r#"
app: Keys
tables:
  - table: Lengths
    key: length
    columns: [length, note]
steps:
  - form: Measure
    fields:
      - measure: Length
        limits: 1 to 2 mm
  - save: Lengths
    values:
      note: seen
  - find: Lengths
    where: length = 1.5
    as: found
  - set: Count
    values:
      n: = count(found)
"#,
    );
    world.start(json!({})).unwrap();
    world.complete("li", "measure", json!({"length": "1.50"})).unwrap();
    assert_eq!(world.tables["lengths"].keys().collect::<Vec<_>>(), ["1.5"]);
    assert_eq!(world.program.values(&world.state)["n"].to_json(), json!(1));
}
