//! What goes on side by side, where it is hard: failures, cancellations and messages in the middle of it.

mod support;

use gemba_kernel::state::Waiting;
use gemba_kernel::{AskResult, EventKind, FactKind, Refusal, Status};
use serde_json::json;
use support::{has_fact, object, world};

fn waits(world: &support::World) -> Vec<String> {
    let name = |waiting: &Waiting| {
        let data = serde_json::to_value(waiting).expect("it is plain data");
        format!(
            "{} {}",
            data["for"].as_str().unwrap_or_default(),
            data["step"].as_str().unwrap_or_default()
        )
    };
    let mut found: Vec<String> = world.state.waiting_for().iter().map(name).collect();
    found.sort();
    found
}

#[test]
fn a_branch_ends_only_when_its_own_rest_has_and_takes_it_along() {
    const APP: &str = r#"
app: Nested
steps:
  - together: Outer
    wait_for: all
    branches:
      - branch: Left
        steps:
          - together: Inner
            wait_for: first
            rest: go on
            branches:
              - branch: One
                steps:
                  - form: One
                    fields: [{tick: Done}]
              - branch: Two
                steps:
                  - form: Two
                    fields: [{tick: Done}]
      - branch: Right
        steps:
          - form: Right
            fields: [{tick: Done}]
  - form: Behind
    fields: [{tick: Done}]
"#;
    let mut world = world(APP);
    world.start(json!({})).expect("it starts");
    world
        .complete("ann", "one", json!({"done": true}))
        .expect("one is open");
    world
        .complete("ann", "right", json!({"done": true}))
        .expect("right is open");
    assert_eq!(waits(&world), ["rest inner", "task two"]);
    world
        .complete("ann", "two", json!({"done": true}))
        .expect("two is open");
    assert_eq!(world.open(), ["behind"]);
    world.replay();
}

#[test]
fn finish_ends_the_rest_too() {
    const APP: &str = r#"
app: Ends
steps:
  - for_each: Ask all
    in: = [1, 2, 3]
    at_once: 2
    wait_for: 1
    rest: go on
    steps:
      - form: Ask
        fields: [{tick: Done}]
  - form: Behind
    fields: [{tick: Done}]
  - finish: Enough
"#;
    let mut world = world(APP);
    world.start(json!({})).expect("it starts");
    world.complete("ann", "ask", json!({"done": true})).expect("it is open");
    // The third begins although the block is passed: it is part of the rest.
    assert_eq!(world.open(), ["ask", "behind", "ask"]);
    world
        .complete("ann", "behind", json!({"done": true}))
        .expect("it is open");
    assert_eq!(world.state.status(), Status::Finished);
    world.replay();
}

/// Whatever is asked of the outside fails for good.
fn fail_the_ask(world: &mut support::World) {
    let ask = *world.asks.keys().next().expect("something is asked");
    let result = AskResult::Failed {
        kind: "refused".into(),
        message: "it was refused".into(),
        again: false,
    };
    world
        .happen("", EventKind::Answered { ask, result })
        .expect("it was asked");
}

#[test]
fn what_fails_in_a_rest_is_not_caught_by_the_block_that_left_it_behind() {
    let mut world = world(
        r#"
app: Fails
steps:
  - together: Both
    wait_for: first
    rest: go on
    on_error:
      - tell: leader
        message: Caught
    branches:
      - branch: Quick
        steps:
          - form: Quick
            fields: [{tick: Done}]
      - branch: Slow
        steps:
          - http: Ask the order system
            connection: erp
            get: /orders
  - form: Behind
    fields: [{tick: Done}]
"#,
    );
    world.start(json!({})).expect("it starts");
    world
        .complete("ann", "quick", json!({"done": true}))
        .expect("it is open");
    fail_the_ask(&mut world);
    assert_eq!(waits(&world), ["repair ask_the_order_system", "task behind"]);
    assert!(!has_fact(&world, |kind| matches!(kind, FactKind::StepFailed { .. })));
    // Whoever comes to the end waits for it, and a second try is all that is needed.
    world
        .complete("ann", "behind", json!({"done": true}))
        .expect("it is open");
    world
        .happen("ann", EventKind::Retried)
        .expect("something is to be repaired");
    assert_eq!(waits(&world), ["ask ask_the_order_system", "rest both"]);
    world.replay();
}

#[test]
fn a_turn_is_kept_while_its_step_puts_things_right_and_given_up_when_one_around_it_does() {
    let app = |where_caught: &str| {
        let [inner, outer] = match where_caught {
            "inside" => [
                "                on_error: [{form: Put it right, fields: [{tick: Done}]}]\n",
                "",
            ],
            _ => [
                "",
                "            on_error: [{form: Put it right, fields: [{tick: Done}]}]\n",
            ],
        };
        format!(
            r#"
app: Caught
steps:
  - together: Lift
    branches:
      - branch: One
        steps:
          - if: run.id is filled
{outer}            steps:
              - http: Ask the crane
                connection: crane
                get: /state
                alone: crane
{inner}      - branch: Other
        steps:
          - form: Lift the other
            alone: crane
            fields: [{{tick: Done}}]
"#
        )
    };
    for (where_caught, open) in [
        ("inside", vec!["put_it_right"]),
        ("around", vec!["put_it_right", "lift_the_other"]),
    ] {
        let mut world = world(&app(where_caught));
        world.start(json!({})).expect("it starts");
        assert_eq!(waits(&world), ["ask ask_the_crane", "turn lift_the_other"]);
        fail_the_ask(&mut world);
        assert_eq!(world.open(), open, "caught {where_caught}");
        world
            .complete("ann", "put_it_right", json!({"done": true}))
            .expect("it is open");
        assert_eq!(world.open(), ["lift_the_other"]);
        world.replay();
    }
}

const CRANE: &str = r#"
app: Crane
steps:
  - together: Lift
    branches:
      - branch: One
        steps:
          - call: rework
            id: first
            alone: crane
      - branch: Other
        steps:
          - form: Lift the other
            alone: crane
            fields: [{tick: Done}]
"#;

#[test]
fn a_turn_is_listed_and_comes_when_whoever_had_it_is_done() {
    let mut world = world(CRANE);
    world.start(json!({})).expect("it starts");
    assert_eq!(waits(&world), ["call first", "turn lift_the_other"]);
    let call = *world.calls.iter().next().expect("it was called");
    let ending = gemba_kernel::Ending {
        status: Status::Finished,
        outcome: None,
        values: Default::default(),
    };
    let ended = EventKind::CallEnded {
        call,
        run: "r2".into(),
        ending,
    };
    world.happen("", ended).expect("it is waited for");
    assert_eq!(world.open(), ["lift_the_other"]);
    world.replay();
}

#[test]
fn a_turn_is_given_up_when_the_branch_is_withdrawn() {
    let mut world = world(
        r#"
app: Given up
steps:
  - together: Lift
    branches:
      - branch: One
        steps:
          - together: Unless it is called off
            wait_for: first
            branches:
              - branch: Lifting
                steps:
                  - form: Lift one
                    alone: crane
                    fields: [{tick: Done}]
              - branch: Called off
                steps:
                  - form: Call it off
                    fields: [{tick: Done}]
      - branch: Other
        steps:
          - form: Make ready
            fields: [{tick: Done}]
          - form: Lift the other
            alone: crane
            fields: [{tick: Done}]
"#,
    );
    world.start(json!({})).expect("it starts");
    world
        .complete("ann", "make_ready", json!({"done": true}))
        .expect("it is open");
    assert_eq!(
        waits(&world),
        ["task call_it_off", "task lift_one", "turn lift_the_other"]
    );
    world
        .complete("ann", "call_it_off", json!({"done": true}))
        .expect("it is open");
    assert_eq!(world.open(), ["lift_the_other"]);
    world.replay();
}

const KEEPS: &str = r#"
app: Keeps
inputs:
  - text: Oven
steps:
  - form: Load
    fields: [{tick: Done}]
  - wait_for: oven-hot
    where: oven = run.oven
    also_earlier: yes
    within: 1 h
    late:
      - after: 0 min
        tell: leader
"#;

#[test]
fn only_messages_that_a_step_may_want_are_kept_and_the_oldest_goes_when_there_are_too_many() {
    let mut world = world(KEEPS);
    world.start(json!({"oven": "O1"})).expect("it starts");
    let other = world.send("oven-hot", json!({"oven": "O2"}));
    assert_eq!(other, Err(Refusal::NotForThisRun));
    for degrees in 0..=100 {
        world
            .send("oven-hot", json!({"oven": "O1", "degrees": degrees}))
            .expect("it is kept");
    }
    assert!(has_fact(
        &world,
        |kind| matches!(kind, FactKind::MessageDropped { body, .. } if body["degrees"] == 0)
    ));
    world
        .complete("ann", "load", json!({"done": true}))
        .expect("it is open");
    let received = |kind: &FactKind| matches!(kind, FactKind::MessageReceived { body, .. } if body["degrees"] == 1);
    assert!(has_fact(&world, received), "the oldest that is left is taken");
    assert_eq!(world.state.status(), Status::Finished);
    assert!(world.listening.is_empty());
    world.replay();
}

#[test]
fn elements_that_come_are_limited_and_closed() {
    let mut world = world(
        r#"
app: Unload
steps:
  - for_each: Check
    in: = []
    as: pallet
    at_once: 2
    more:
      message: pallet
      value: = number
      until: empty
    steps:
      - form: Check {pallet}
        id: check_it
        fields: [{tick: Done}]
"#,
    );
    world.start(json!({})).expect("it starts");
    assert_eq!(waits(&world), ["message check"]);
    assert_eq!(
        world.send("pallet", json!({})),
        Err(Refusal::NotForThisRun),
        "nothing is no element"
    );
    for number in 0..1_000 {
        world.send("pallet", json!({"number": number})).expect("there is room");
    }
    assert_eq!(world.open().len(), 2);
    let full = world.send("pallet", json!({"number": 7}));
    assert!(matches!(full, Err(Refusal::Answers { .. })), "{full:?}");
    world.send("empty", json!({})).expect("it is waited for");
    assert_eq!(world.send("pallet", json!({"number": 8})), Err(Refusal::NotForThisRun));
    world
        .happen("ann", EventKind::Cancelled { why: "enough".into() })
        .expect("it can be cancelled");
    assert!(world.listening.is_empty());
    world.replay();
}

#[test]
fn a_form_that_was_taken_back_cannot_be_answered_and_is_asked_anew() {
    let mut world = world(
        r#"
app: Comes and goes
steps:
  - set: Begin
    values: {open: = true}
  - together: Both
    branches:
      - branch: Gate
        steps:
          - form: Close the gate
            fields: [{tick: Done}]
          - set: Gate is closed
            values: {open: = false}
          - form: Open the gate
            fields: [{tick: Done}]
          - set: Gate is open
            values: {open: = true}
      - branch: Passage
        steps:
          - form: Pass
            while: open = true
            fields: [{tick: Done}]
"#,
    );
    world.start(json!({})).expect("it starts");
    let first = world.task("pass");
    world
        .complete("ann", "close_the_gate", json!({"done": true}))
        .expect("it is open");
    assert_eq!(waits(&world), ["task open_the_gate", "while pass"]);
    let answer = EventKind::completed(first, object(json!({"done": true})));
    assert_eq!(world.happen("ann", answer), Err(Refusal::NoSuchTask { task: first }));
    world
        .complete("ann", "open_the_gate", json!({"done": true}))
        .expect("it is open");
    assert_ne!(world.task("pass"), first);
    world
        .complete("ann", "pass", json!({"done": true}))
        .expect("it is open");
    assert_eq!(world.state.status(), Status::Finished);
    world.replay();
}
