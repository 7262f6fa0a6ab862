//! What leaves the engine and comes back, or does not: asks, tries, `on_error`, `undo`.

mod support;

use gemba_kernel::{AskResult, EventKind, FactKind, Refusal, Request, Status};
use serde_json::{Value as Json, json};
use support::{World, has_fact, world};

fn the_ask(world: &World) -> u32 {
    assert_eq!(world.asks.len(), 1, "{:?}", world.asks);
    *world.asks.keys().next().expect("one is open")
}

fn done(world: &mut World, value: Json) {
    let ask = the_ask(world);
    let result = AskResult::Done { value };
    world
        .happen("", EventKind::Answered { ask, result })
        .expect("it was asked");
}

fn failed(world: &mut World, kind: &str, again: bool) {
    let ask = the_ask(world);
    let result = AskResult::Failed {
        kind: kind.into(),
        message: format!("it was {kind}"),
        again,
    };
    world
        .happen("", EventKind::Answered { ask, result })
        .expect("it was asked");
}

fn values(world: &World) -> Json {
    let values = world.program.values(&world.state);
    json!(
        values
            .iter()
            .map(|(name, value)| (name.clone(), value.to_json()))
            .collect::<serde_json::Map<_, _>>()
    )
}

fn answer(status: u16, body: Json) -> Json {
    json!({"status": status, "body": body, "headers": {"content_type": "application/json"}})
}

const ASK: &str = r#"
app: Ask
inputs:
  - text: Order
steps:
  - http: Ask the order system
    connection: erp
    post: "/orders/{order}/state"
    query: {plant: "1000", empty: = null}
    send: {state: = "done", order: = order}
    within: 10 s
    accept: [404]
    as: reply
    retry: 3 times, from 2 s, doubling, up to 5 min
    on_error:
      - set: Note it
        values:
          why: = ask_the_order_system.error.kind + "/" + ask_the_order_system.error.message
  - set: Keep it
    values:
      got: = reply.status
"#;

#[test]
fn an_answer_is_kept_under_its_name() {
    let mut world = world(ASK);
    world.start(json!({"order": "47/11 ?ü"})).unwrap();
    let ask = world.asks[&the_ask(&world)].clone();
    assert_eq!(
        (ask.attempt, ask.within_ms, ask.step.as_str()),
        (1, 10_000, "ask_the_order_system")
    );
    let Request::Http {
        connection,
        method,
        path,
        query,
        body,
    } = ask.request
    else {
        panic!("{:?}", ask.request)
    };
    assert_eq!((connection.as_str(), method.as_str()), ("erp", "POST"));
    assert_eq!(path, "/orders/47%2F11%20%3F%C3%BC/state");
    assert_eq!(query, [("plant".to_string(), "1000".to_string())]);
    assert_eq!(body, Some(json!({"state": "done", "order": "47/11 ?ü"})));
    let waiting = serde_json::to_value(world.state.waiting_for()).unwrap();
    assert_eq!(
        waiting[0],
        json!({"for": "ask", "ask": ask.ask, "step": "ask_the_order_system", "word": "http", "attempt": 1})
    );
    done(&mut world, answer(404, json!(null)));
    assert_eq!(world.state.status(), Status::Finished);
    assert_eq!(values(&world)["got"], json!(404));
    world.replay();
}

#[test]
fn a_value_cannot_lead_a_request_elsewhere() {
    for order in ["..", "."] {
        let mut world = world(ASK);
        world.start(json!({"order": order})).unwrap();
        assert!(world.asks.is_empty());
        assert!(
            values(&world)["why"].as_str().unwrap().starts_with("trouble/"),
            "{order}"
        );
    }
}

#[test]
fn what_may_pass_is_tried_again_and_then_done_otherwise() {
    let mut world = world(ASK);
    world.start(json!({"order": "1"})).unwrap();
    let mut pauses = Vec::new();
    for attempt in 1..=3 {
        assert_eq!(world.asks[&the_ask(&world)].attempt, attempt);
        // A status of 500 is as good as no answer.
        if attempt == 2 {
            done(&mut world, answer(503, json!("later")));
        } else {
            failed(&mut world, "unreachable", true);
        }
        let at = *world.timers.values().next().expect("a pause");
        pauses.push(at.0 - world.now.0);
        world.pass_min(1);
    }
    for (pause, whole) in pauses.iter().zip([2_000, 4_000, 8_000]) {
        assert!((whole * 3 / 4..=whole).contains(pause), "{pauses:?}");
    }
    assert_eq!(world.asks[&the_ask(&world)].attempt, 4);
    failed(&mut world, "timeout", true);
    assert_eq!(world.state.status(), Status::Finished);
    assert_eq!(values(&world)["why"], json!("timeout/it was timeout"));
    assert_eq!(values(&world)["got"], json!(null));
    world.replay();
}

#[test]
fn what_will_not_pass_is_not_tried_again() {
    let mut world = world(ASK);
    world.start(json!({"order": "1"})).unwrap();
    done(&mut world, answer(422, json!({"error": "no such order"})));
    assert_eq!(world.state.status(), Status::Finished);
    let why = values(&world)["why"].clone();
    assert_eq!(
        why,
        json!("status/erp answered with status 422: {\"error\":\"no such order\"}")
    );
}

#[test]
fn without_on_error_someone_repairs_it() {
    let mut world = world(
        "app: A\nsteps:\n  - publish: line3/released\n    connection: broker\n    with: {a: 1}\n    retry: 1 times, from 1 s\n",
    );
    world.start(json!({})).unwrap();
    failed(&mut world, "unreachable", true);
    world.pass_min(1);
    failed(&mut world, "unreachable", true);
    assert_eq!(world.state.status(), Status::Stopped);
    // Whoever repairs it gives it all its tries again.
    world.happen("it", EventKind::Retried).unwrap();
    assert_eq!(world.asks[&the_ask(&world)].attempt, 1);
    failed(&mut world, "unreachable", true);
    assert_eq!(world.state.status(), Status::Waiting);
    world.pass_min(1);
    done(&mut world, Json::Null);
    assert_eq!(world.state.status(), Status::Finished);
    world.replay();
}

#[test]
fn an_answer_that_nobody_waits_for_is_refused() {
    let mut world = world(ASK);
    world.start(json!({"order": "1"})).unwrap();
    let ask = the_ask(&world);
    let again = EventKind::Answered {
        ask,
        result: AskResult::Done {
            value: answer(200, json!(1)),
        },
    };
    world.happen("boss", EventKind::Cancelled { why: "no".into() }).unwrap();
    assert!(world.asks.is_empty());
    assert_eq!(world.happen("", again), Err(Refusal::RunEnded));
    assert!(has_fact(&world, |fact| matches!(fact, FactKind::AskWithdrawn { .. })));
}

const BLOCK: &str = r#"
app: Block
steps:
  - repeat: Rounds
    until: again = false
    at_most: 3 times
    steps:
      - together: Both
        branches:
          - branch: People
            steps:
              - form: Look
                fields:
                  - yes_no: Again
          - branch: Machine
            steps:
              - repeat: Twice
                until: 1 = 2
                at_most: 2 times
                steps:
                  - write: spindle_speed
                    value: = 1200
        retry: 1 times, from 1 s
        on_error:
          - form: By hand
            fields:
              - text: What
              - yes_no: Again
                id: more
      - set: Note
        values:
          again: = look.again
    otherwise:
      - finish: Rounds used up
"#;

#[test]
fn a_block_fails_as_a_whole_and_is_tried_again_as_a_whole() {
    let yaml = BLOCK.replace(
        "      - set: Note\n        values:\n          again: = look.again\n",
        "",
    );
    let mut world = world(&yaml);
    world.start(json!({})).unwrap();
    assert_eq!(world.open(), ["look"]);
    done(&mut world, Json::Null);
    failed(&mut world, "timeout", true);
    assert!(world.tasks.is_empty(), "what was beside it is withdrawn");
    world.pass_min(1);
    assert_eq!(world.open(), ["look"]);
    failed(&mut world, "timeout", true);
    assert_eq!(world.open(), ["by_hand"]);
    assert_eq!(world.state.tasks().next().unwrap().round, 1);
    world
        .complete("li", "by_hand", json!({"what": "x", "more": true}))
        .unwrap();
    // The next round begins with all its tries.
    assert_eq!(world.open(), ["look"]);
    failed(&mut world, "timeout", true);
    world.pass_min(1);
    done(&mut world, Json::Null);
    done(&mut world, Json::Null);
    world.complete("li", "look", json!({"again": false})).unwrap();
    assert_eq!(
        world.state.status(),
        Status::Finished,
        "{:?}",
        world.state.waiting_for()
    );
    world.replay();
}

const SAGA: &str = r#"
app: Saga
inputs:
  - rows: Parts
    columns:
      - text: Name
steps:
  - hold: line-3
    why: Changeover
    undo:
      - release: line-3
  - for_each: Every part
    in: = parts
    as: part
    steps:
      - set: Count
        values:
          place: = part.name + "!"
      - http: Reserve it
        connection: wms
        post: /reservations/{part.name}
        undo:
          - http: Free it
            connection: wms
            delete: /reservations/{part.name}/{place}
  - form: Look
    fields:
      - yes_no: Good
    undo:
      - tell: team leader
        message: "{look.answered_by} looked in vain"
  - fail: Not good
    if: good = false
  - write: go
    value: 1
"#;

fn started_saga() -> World {
    let mut world = world(SAGA);
    world
        .start(json!({"parts": [{"name": "a"}, {"name": "b"}]}))
        .expect("it starts");
    done(&mut world, answer(200, json!(1)));
    done(&mut world, answer(200, json!(1)));
    world
}

fn path(world: &World) -> String {
    match &world.asks[&the_ask(world)].request {
        Request::Http { path, method, .. } => format!("{method} {path}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_was_done_is_taken_back_in_reverse_order() {
    let mut world = started_saga();
    world.complete("li", "look", json!({"good": false})).unwrap();
    assert_eq!(world.state.status(), Status::Waiting);
    assert_eq!(world.told.len(), 1);
    assert_eq!(path(&world), "DELETE /reservations/b/b%21");
    assert!(world.held.contains("line-3"));
    done(&mut world, answer(200, json!(1)));
    assert_eq!(path(&world), "DELETE /reservations/a/a%21");
    // What fails meanwhile stops there, and is tried again.
    failed(&mut world, "unreachable", true);
    assert_eq!(world.state.status(), Status::Stopped);
    world.happen("it", EventKind::Retried).unwrap();
    assert_eq!(path(&world), "DELETE /reservations/a/a%21");
    done(&mut world, answer(204, json!(null)));
    assert_eq!(world.state.status(), Status::Failed);
    assert!(world.held.is_empty());
    let steps: Vec<_> = world
        .facts
        .iter()
        .filter(|fact| fact.kind == FactKind::Undone)
        .map(|fact| fact.step.as_ref().unwrap().to_string())
        .collect();
    assert_eq!(steps, ["look", "reserve_it", "reserve_it", "hold_line_3"]);
    world.replay();
}

#[test]
fn a_cancelled_run_is_taken_back_and_one_that_finishes_is_not() {
    let mut world = started_saga();
    world
        .happen("boss", EventKind::Cancelled { why: "no parts".into() })
        .unwrap();
    assert!(world.tasks.is_empty());
    assert_eq!(path(&world), "DELETE /reservations/b/b%21");
    done(&mut world, answer(200, json!(1)));
    done(&mut world, answer(200, json!(1)));
    assert_eq!(world.state.status(), Status::Cancelled);
    world.replay();

    let mut world = started_saga();
    world.complete("li", "look", json!({"good": true})).unwrap();
    done(&mut world, Json::Null);
    assert_eq!(world.state.status(), Status::Finished);
    assert!(world.held.contains("line-3"));
    world.replay();
}

#[test]
fn who_cancels_twice_leaves_the_rest_as_it_is() {
    let mut world = started_saga();
    for why in ["no parts", "the warehouse is on fire"] {
        world.happen("boss", EventKind::Cancelled { why: why.into() }).unwrap();
    }
    assert_eq!(world.state.status(), Status::Cancelled);
    let left = world.facts.iter().find_map(|fact| match &fact.kind {
        FactKind::NotUndone { steps, .. } => Some(steps.iter().map(ToString::to_string).collect::<Vec<_>>()),
        _ => None,
    });
    assert_eq!(left.unwrap(), ["reserve_it", "reserve_it", "hold_line_3"]);
    world.replay();
}

#[test]
fn numbers_records_and_messages() {
    let site = language::read_site("site: x\ntime_zone: UTC\nnumbers:\n  - series: NCR\n    format: NCR-{1}\n");
    let mut world = support::world_at(
        &site.value.expect("the site is right"),
        "app: A\ntables:\n  - table: Parts\n    key: serial\n    columns: [serial]\nsteps:\n  - number: NCR\n    as: ncr\n  - set: S\n    values:\n      serial: = ncr\n  - save: Parts\n  - number: NCR\n    as: other\n  - emit: released\n    with: {ncr: = ncr, other: = other}\n  - form: Look\n    fields:\n      - tick: Done\n  - remove: Parts\n    key: = ncr\n",
    );
    world.start(json!({})).unwrap();
    assert_eq!(world.tables["parts"].len(), 1);
    assert_eq!(
        world.emitted,
        [(
            "released".to_string(),
            support::object(json!({"ncr": "ncr-1", "other": "ncr-2"}))
        )]
    );
    world.complete("li", "look", json!({"done": true})).unwrap();
    assert!(world.tables["parts"].is_empty());
    world.replay();
}

#[test]
fn a_release_by_hand_is_known_to_the_run() {
    let mut world = started_saga();
    let by_hand = EventKind::HoldReleased {
        target: "line-3".into(),
        why: "the line is needed".into(),
    };
    world.happen("boss", by_hand.clone()).unwrap();
    assert_eq!(world.happen("boss", by_hand), Err(Refusal::OutOfPlace));
    for why in ["x", "y"] {
        world.happen("boss", EventKind::Cancelled { why: why.into() }).unwrap();
    }
    let still_held = world.facts.iter().find_map(|fact| match &fact.kind {
        FactKind::Ended { still_held, .. } => Some(still_held.clone()),
        _ => None,
    });
    assert_eq!(still_held.unwrap(), Vec::<String>::new());
    world.replay();
}

#[test]
fn a_print_is_a_document_with_its_values() {
    let mut world = world(
        "app: A\ninputs:\n  - rows: Parts\n    columns:\n      - text: Name\nsteps:\n  - print: Label of {run.id}\n    on: Label printer\n    size: 60 x 40.5 mm\n    copies: 2\n    content:\n      - text: Run {run.id}\n        big: yes\n      - qr: \"{run.id}\"\n      - line\n      - table: = parts\n",
    );
    world
        .start(json!({"parts": [{"name": "a"}, {"name": "b"}]}))
        .expect("it starts");
    let ask = &world.asks[&the_ask(&world)];
    assert_eq!(
        serde_json::to_value(&ask.request).unwrap(),
        json!({"what": "print", "printer": "label_printer", "copies": 2, "document": {
        "title": "Label of r1", "size": {"label": {"width_um": 60_000, "height_um": 40_500}},
        "items": [
            {"item": "text", "text": "Run r1", "big": true},
            {"item": "code", "kind": "qr", "text": "r1"},
            {"item": "line"},
            {"item": "table", "columns": ["name"], "rows": [["a"], ["b"]]},
        ]}})
    );
}
