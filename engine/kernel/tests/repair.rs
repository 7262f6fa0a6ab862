//! What someone who supervises does by hand: pass over a step, answer for it, correct values, take the run back.

mod support;

use gemba_kernel::{AskResult, Ending, EventKind, FactKind, Refusal, Repair, Status, Timestamp, repair};
use language::model::Id;
use serde_json::{Value as Json, json};
use support::{World, has_fact, object, world};

fn places(world: &World) -> Vec<(u32, String)> {
    repair::places(&world.program, &world.state)
        .into_iter()
        .map(|place| (place.place, place.steps[0].to_string()))
        .collect()
}

fn place_of(world: &World, step: &str) -> u32 {
    let places = places(world);
    places
        .iter()
        .find(|(_, here)| here == step)
        .unwrap_or_else(|| panic!("{step} is not among {places:?}"))
        .0
}

fn repair(world: &mut World, repair: Repair) -> Result<(), Refusal> {
    world.happen(
        "lead",
        EventKind::Repaired {
            why: "the machine is down".into(),
            repair: Box::new(repair),
        },
    )
}

fn skip(world: &mut World, at: &str, step: &str) -> Result<(), Refusal> {
    let place = place_of(world, at);
    repair(
        world,
        Repair::Skip {
            place,
            step: Id::new(step),
        },
    )
}

fn answer(world: &mut World, step: &str, value: Json) -> Result<(), Refusal> {
    let place = place_of(world, step);
    repair(
        world,
        Repair::Answer {
            place,
            step: Id::new(step),
            value,
            button: None,
            warnings_seen: Vec::new(),
            known: Default::default(),
        },
    )
}

fn edit(world: &mut World, values: Json) -> Result<(), Refusal> {
    repair(
        world,
        Repair::Edit {
            place: None,
            values: object(values),
            known: Default::default(),
        },
    )
}

/// Back to before the `which`th time, from 0, that the step was entered.
fn rewind(world: &mut World, step: &str, which: usize) -> Result<(), Refusal> {
    let entered = support::entered(world);
    let (seq, entered) = entered
        .iter()
        .filter(|(_, entered)| entered.step.as_str() == step)
        .nth(which)
        .unwrap_or_else(|| panic!("{step} is not among {entered:?}"));
    let target = support::target(world, *seq, entered);
    repair(world, target)
}

fn value(world: &World, name: &str) -> Json {
    world
        .program
        .values(&world.state)
        .get(name)
        .map_or(Json::Null, |value| value.to_json())
}

const MEASURE: &str = r#"
app: Measure
inputs:
  - text: Order
steps:
  - repeat: Measure until it is right
    until: diameter is ok
    at_most: 3 times
    steps:
      - form: Measure
        fields:
          - measure: Diameter
            limits: 24.95 to 25.05 mm
          - measure: Depth
            limits: 1 to 2 mm
            optional: yes
          - text: Remark
            optional: yes
            refuse_if: remark = "bad"
          - formula: Twice
            is: = diameter + diameter
          - check: Surface
            not_applicable: yes
  - set: Passed
    values:
      passed: = diameter is ok and depth is ok
  - form: Show it
    show: [diameter, passed]
    fields:
      - tick: Seen
"#;

#[test]
fn a_step_that_is_passed_over_leaves_nothing_and_never_passes() {
    let mut world = world(MEASURE);
    world.start(json!({"order": "1"})).unwrap();
    world
        .complete("ann", "measure", json!({"diameter": 26, "surface": "pass"}))
        .unwrap();
    assert_eq!(world.open(), ["measure"], "a second round");
    skip(&mut world, "measure", "measure").unwrap();
    assert_eq!(
        value(&world, "diameter"),
        Json::Null,
        "the first round's answer is gone too"
    );
    assert_eq!(
        world.open(),
        ["measure"],
        "what was not measured is not right: a third round"
    );
    skip(&mut world, "measure", "measure_until_it_is_right").unwrap();
    assert_eq!(world.open(), ["show_it"]);
    assert_eq!(value(&world, "passed"), Json::Null);
    assert!(has_fact(
        &world,
        |fact| matches!(fact, FactKind::PassedOver { by: Some(by), why } if by == "lead" && why == "the machine is down")
    ));
    world.complete("ann", "show_it", json!({"seen": true})).unwrap();
    world.replay();
}

#[test]
fn a_place_that_the_run_has_left_is_refused() {
    let mut world = world(MEASURE);
    world.start(json!({"order": "1"})).unwrap();
    let place = place_of(&world, "measure");
    let elsewhere = Repair::Skip {
        place,
        step: Id::new("show_it"),
    };
    assert!(matches!(
        repair(&mut world, elsewhere),
        Err(Refusal::NoSuchPlace { .. })
    ));
    let nowhere = Repair::Skip {
        place: 99,
        step: Id::new("measure"),
    };
    assert!(matches!(repair(&mut world, nowhere), Err(Refusal::NoSuchPlace { .. })));
}

fn code_of(refused: Result<(), Refusal>) -> String {
    match refused {
        Err(Refusal::Answers { fields }) => fields[0].code.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_corrected_measurement_is_judged_anew_and_what_was_not_measured_stays_so() {
    let mut world = world(MEASURE);
    world.start(json!({"order": "1"})).unwrap();
    let answers = json!({"diameter": 25.01, "surface": "not applicable"});
    world.complete("ann", "measure", answers).unwrap();
    assert_eq!(code_of(edit(&mut world, json!({"depth": 1.5}))), "not-measured");
    assert_eq!(code_of(edit(&mut world, json!({"diameter": [25, 25]}))), "not-measured");
    assert_eq!(code_of(edit(&mut world, json!({"surface": "pass"}))), "not-measured");
    assert_eq!(code_of(edit(&mut world, json!({"passed": true}))), "not-editable");
    assert_eq!(code_of(edit(&mut world, json!({"diameter": null}))), "missing");
    assert_eq!(code_of(edit(&mut world, json!({"diameter": "thick"}))), "wrong-type");
    assert_eq!(code_of(edit(&mut world, json!({"remark": "bad"}))), "refused");
    edit(
        &mut world,
        json!({"diameter": 25.2, "measure.remark": "typed wrong", "order": "2"}),
    )
    .unwrap();
    assert_eq!(value(&world, "twice"), json!(50.4), "{}", value(&world, "twice"));
    assert_eq!(value(&world, "order"), json!("2"));
    let shown = &world.tasks[&world.task("show_it")].show[0].1;
    assert_eq!(shown["verdict"], json!("not_ok"), "the open form shows it: {shown}");
    assert!(has_fact(&world, |fact| matches!(
        fact,
        FactKind::ValueEdited { name, old, new, .. }
            if name == "diameter" && old["verdict"] == "ok" && new["verdict"] == "not_ok"
    )));
    world.replay();
}

#[test]
fn a_supervisor_answers_a_reserved_form_as_themselves() {
    let mut world = world(MEASURE);
    world.start(json!({"order": "1"})).unwrap();
    let task = world.task("measure");
    world.happen("ann", EventKind::TaskClaimed { task }).unwrap();
    assert!(matches!(
        answer(&mut world, "measure", json!({"diameter": 25})),
        Err(Refusal::Answers { .. })
    ));
    assert_eq!(
        world.tasks[&task].reserved_by.as_deref(),
        Some("ann"),
        "a refused answer leaves it with her"
    );
    answer(&mut world, "measure", json!({"diameter": 25, "surface": "pass"})).unwrap();
    assert!(has_fact(
        &world,
        |fact| matches!(fact, FactKind::TaskCompleted { person: Some(person), .. } if person == "lead")
    ));
    assert!(has_fact(&world, |fact| matches!(fact, FactKind::AnsweredFor { .. })));
}

const OUTSIDE: &str = r#"
app: Outside
inputs:
  - text: Order
steps:
  - http: Ask
    connection: erp
    get: "/orders/{order}"
    as: reply
  - wait_for: pallet
    where: order = run.order
  - call: other
  - set: Keep
    values:
      got: = reply.body.name
  - form: Look
    fields:
      - tick: Seen
"#;

#[test]
fn what_is_asked_outside_waited_for_or_called_is_answered_for() {
    let mut world = world(OUTSIDE);
    world.start(json!({"order": "4711"})).unwrap();
    let refused = answer(&mut world, "ask", json!({"status": 500, "body": null}));
    assert_eq!(code_of(refused), "wrong-type", "checked like the real one");
    answer(&mut world, "ask", json!({"status": 200, "body": {"name": "shaft"}})).unwrap();
    assert!(world.asks.is_empty());
    let wrong = answer(&mut world, "pallet", json!({"order": "4712"}));
    assert_eq!(wrong, Err(Refusal::NotForThisRun));
    answer(&mut world, "pallet", json!({"order": "4711"})).unwrap();
    answer(&mut world, "other", json!({"outcome": "done", "values": {"x": 1}})).unwrap();
    assert_eq!(world.open(), ["look"]);
    assert_eq!(value(&world, "got"), json!("shaft"));
    assert!(has_fact(&world, |fact| matches!(
        fact,
        FactKind::CallLeftRunning { .. }
    )));
    world.replay();
}

#[test]
fn after_an_incident_the_answer_is_given_by_hand() {
    let mut world = world(OUTSIDE);
    world.start(json!({"order": "4711"})).unwrap();
    let ask = *world.asks.keys().next().unwrap();
    let result = AskResult::Failed {
        kind: "refused".into(),
        message: "no".into(),
        again: false,
    };
    world.happen("", EventKind::Answered { ask, result }).unwrap();
    assert_eq!(world.state.status(), Status::Stopped);
    answer(&mut world, "ask", json!({"status": 200, "body": {"name": "shaft"}})).unwrap();
    assert_eq!(world.state.status(), Status::Waiting);
    world.replay();
}

// --- back

#[test]
fn back_into_an_earlier_round_of_a_repeat() {
    let mut world = world(MEASURE);
    world.start(json!({"order": "1"})).unwrap();
    for diameter in [26.0, 27.0, 25.0] {
        let answers = json!({"diameter": diameter, "surface": "pass"});
        world.complete("ann", "measure", answers).unwrap();
    }
    assert_eq!(world.open(), ["show_it"]);
    rewind(&mut world, "measure", 1).unwrap();
    assert_eq!(world.open(), ["measure"]);
    assert_eq!(world.tasks[&world.task("measure")].round, 2);
    assert_eq!(value(&world, "diameter"), json!(26), "{}", value(&world, "diameter"));
    assert_eq!(value(&world, "passed"), Json::Null);
    // The rounds that were gone back over are no places any more.
    assert_eq!(
        support::entered(&world)
            .iter()
            .filter(|(_, entered)| entered.step.as_str() == "measure")
            .count(),
        2
    );
    world
        .complete("ann", "measure", json!({"diameter": 25, "surface": "pass"}))
        .unwrap();
    assert_eq!(world.open(), ["show_it"]);
    world.replay();
}

const APPROVE: &str = r#"
app: Approve
inputs:
  - text: Order
steps:
  - hold: line-3
    why: not released
  - form: Measure
    fields:
      - measure: Diameter
        limits: 24.95 to 25.05 mm
  - approve: Release it
    to: inspector
    not_by: measure
    sign: released
  - release: line-3
  - wait_for: shipped
"#;

#[test]
fn back_to_before_an_approval_which_is_asked_again_and_the_line_is_held_again() {
    let mut world = world(APPROVE);
    world.start(json!({"order": "1"})).unwrap();
    world.complete("ann", "measure", json!({"diameter": 25})).unwrap();
    let approval = world.task("release_it");
    world.complete("bo", "release_it", json!({"accepted": true})).unwrap();
    assert!(world.held.is_empty());
    assert_eq!(world.listening.len(), 1);
    rewind(&mut world, "measure", 0).unwrap();
    assert_eq!(world.open(), ["measure"]);
    assert!(world.held.contains("line-3"));
    assert!(world.listening.is_empty());
    // Whoever measured then is free to approve now: what they did is undone.
    world.complete("bo", "measure", json!({"diameter": 25})).unwrap();
    assert_ne!(world.task("release_it"), approval, "a number is never used twice");
    assert!(matches!(
        world.complete("bo", "release_it", json!({"accepted": true})),
        Err(Refusal::SecondPersonNeeded { .. })
    ));
    world.complete("ann", "release_it", json!({"accepted": true})).unwrap();
    assert!(world.held.is_empty());
    world.replay();
}

const ELEMENTS: &str = r#"
app: Elements
inputs:
  - text: Order
steps:
  - for_each: Each part
    in: = [1, 2, 3]
    as: part
    at_once: 2
    steps:
      - form: Look at it
        fields:
          - text: Seen
      - form: Look again
        within: 10 min
        fields:
          - text: Again
  - form: Last
    fields:
      - tick: Done
"#;

#[test]
fn back_into_one_element_leaves_the_other_untouched() {
    let mut world = world(ELEMENTS);
    world.start(json!({"order": "1"})).unwrap();
    world.complete("ann", "look_at_it", json!({"seen": "one"})).unwrap();
    let other = world
        .tasks
        .values()
        .find(|task| task.step.as_str() == "look_at_it")
        .unwrap()
        .clone();
    world.happen("bo", EventKind::TaskClaimed { task: other.task }).unwrap();
    // The first element's first form, which was entered first.
    rewind(&mut world, "look_again", 0).unwrap();
    assert_eq!(world.timers.len(), 1, "the clock of the form that is asked again");
    rewind(&mut world, "look_at_it", 1).unwrap();
    let open: Vec<_> = world
        .tasks
        .values()
        .map(|task| (task.step.to_string(), task.round))
        .collect();
    assert_eq!(
        open,
        [("look_at_it".into(), 1), ("look_at_it".into(), 2)],
        "before the second element was entered"
    );
    for _ in 0..2 {
        world.complete("ann", "look_at_it", json!({"seen": "x"})).unwrap();
    }
    for _ in 0..2 {
        world.complete("ann", "look_again", json!({"again": "x"})).unwrap();
    }
    world.complete("ann", "look_at_it", json!({"seen": "x"})).unwrap();
    world.complete("ann", "look_again", json!({"again": "x"})).unwrap();
    assert_eq!(world.open(), ["last"]);
    rewind(&mut world, "look_again", 2).unwrap();
    assert_eq!(world.open(), ["look_again"], "inside the last element");
    world.complete("ann", "look_again", json!({"again": "y"})).unwrap();
    assert_eq!(world.open(), ["last"]);
    world.replay();
}

#[test]
fn what_is_open_then_and_now_stays_open_with_its_owner() {
    let mut world = world(ELEMENTS);
    world.start(json!({"order": "1"})).unwrap();
    let (first, second) = {
        let mut tasks = world.tasks.keys();
        (*tasks.next().unwrap(), *tasks.next().unwrap())
    };
    world.happen("bo", EventKind::TaskClaimed { task: second }).unwrap();
    world
        .happen("ann", EventKind::completed(first, object(json!({"seen": "one"}))))
        .unwrap();
    rewind(&mut world, "look_again", 0).unwrap();
    assert_eq!(world.tasks[&second].reserved_by.as_deref(), Some("bo"));
    world.replay();
}

const UNDO: &str = r#"
app: Undo
inputs:
  - text: Order
steps:
  - form: Begin
    fields:
      - tick: Ready
  - http: Book
    connection: erp
    post: "/book"
    undo:
      - http: Cancel the booking
        connection: erp
        delete: "/book"
  - set: Note it
    values:
      noted: = 1
    undo:
      - form: Take the note away
        fields:
          - tick: Gone
  - call: other
"#;

fn done(world: &mut World) {
    let ask = *world.asks.keys().next().expect("something is asked");
    let value = json!({"status": 200, "body": null});
    let result = AskResult::Done { value };
    world
        .happen("", EventKind::Answered { ask, result })
        .expect("it was asked");
}

#[test]
fn steps_with_undo_are_taken_back_first_and_the_open_call_is_left() {
    let mut world = world(UNDO);
    world.start(json!({"order": "1"})).unwrap();
    world.complete("ann", "begin", json!({"ready": true})).unwrap();
    done(&mut world);
    let call = *world.calls.iter().next().expect("the other app is called");
    rewind(&mut world, "book", 0).unwrap();
    assert_eq!(world.open(), ["take_the_note_away"], "the newest first");
    let ended = EventKind::CallEnded {
        call,
        run: "r2".into(),
        ending: Ending {
            status: Status::Finished,
            outcome: None,
            values: Default::default(),
        },
    };
    assert!(world.happen("", ended).is_err(), "nobody waits for the call any more");
    world
        .complete("ann", "take_the_note_away", json!({"gone": true}))
        .unwrap();
    assert_eq!(world.asks.len(), 1, "the booking is cancelled");
    done(&mut world);
    let ask = world.asks.values().next().expect("it is booked again");
    assert_eq!(ask.step.as_str(), "book");
    done(&mut world);
    assert_eq!(value(&world, "noted"), json!(1));
    // Taken back once: a cancellation takes back what was done since, and nothing twice.
    world
        .happen("lead", EventKind::Cancelled { why: "enough".into() })
        .unwrap();
    assert_eq!(world.open(), ["take_the_note_away"]);
    world
        .complete("ann", "take_the_note_away", json!({"gone": true}))
        .unwrap();
    done(&mut world);
    assert_eq!(world.state.status(), Status::Cancelled);
    world.replay();
}

#[test]
fn a_cancellation_on_the_way_back_takes_back_the_rest() {
    let mut world = world(UNDO);
    world.start(json!({"order": "1"})).unwrap();
    world.complete("ann", "begin", json!({"ready": true})).unwrap();
    done(&mut world);
    rewind(&mut world, "begin", 0).unwrap();
    world
        .happen("lead", EventKind::Cancelled { why: "enough".into() })
        .unwrap();
    assert_eq!(world.open(), ["take_the_note_away"], "it had not been taken back yet");
    world
        .complete("ann", "take_the_note_away", json!({"gone": true}))
        .unwrap();
    done(&mut world);
    assert_eq!(world.state.status(), Status::Cancelled);
    world.replay();
}

#[test]
fn what_has_passed_of_a_wait_has_passed() {
    let mut world = world(
        r#"
app: Waits
steps:
  - together: Both
    branches:
      - branch: One
        steps:
          - wait: 2 h
      - branch: Two
        steps:
          - form: Look
            fields:
              - tick: Seen
          - form: Look again
            fields:
              - tick: Again
  - form: Last
    fields:
      - tick: Done
"#,
    );
    world.start(json!({})).unwrap();
    let over = world.now.0 + 2 * 3_600_000;
    world.pass_min(60);
    world.complete("ann", "look", json!({"seen": true})).unwrap();
    rewind(&mut world, "look", 0).unwrap();
    assert_eq!(world.timers.values().copied().collect::<Vec<_>>(), [Timestamp(over)]);
    world.complete("ann", "look", json!({"seen": true})).unwrap();
    world.pass_min(120);
    rewind(&mut world, "look_again", 0).unwrap();
    assert_eq!(
        world.timers.values().copied().collect::<Vec<_>>(),
        [Timestamp(over)],
        "it is over: at once"
    );
    world.replay();
}

#[test]
fn what_is_held_back_counts_and_goes_on_when_it_is_let_go() {
    let mut world = world(APPROVE);
    let start = EventKind::Started {
        run: "r1".into(),
        cause: gemba_kernel::StartCause::Api,
        station: None,
        inputs: object(json!({"order": "1"})),
        known: Default::default(),
    };
    let held = |of: EventKind| EventKind::Held {
        why: "a brake".into(),
        of: Box::new(of),
    };
    world.happen("ann", held(start)).unwrap();
    assert!(world.held.is_empty() && world.tasks.is_empty());
    assert_eq!(places(&world).len(), 1);
    world.happen("", EventKind::LetGo).unwrap();
    assert_eq!(world.open(), ["measure"]);
    let task = world.task("measure");
    let refused = world.happen("ann", held(EventKind::completed(task, object(json!({})))));
    assert!(matches!(refused, Err(Refusal::Answers { .. })), "checked at once");
    let answers = object(json!({"diameter": 25}));
    world.happen("ann", held(EventKind::completed(task, answers))).unwrap();
    assert_eq!(value(&world, "diameter"), json!(25));
    assert!(world.tasks.is_empty());
    assert!(world.happen("", EventKind::TimerFired { timer: 9 }).is_err());
    world.happen("", EventKind::LetGo).unwrap();
    assert_eq!(world.open(), ["release_it"]);
    assert!(world.happen("", EventKind::LetGo).is_err());
    world.replay();
}
