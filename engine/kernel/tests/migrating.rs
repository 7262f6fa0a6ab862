//! Runs that go over to another version of their app: what stays open, what is begun, what cannot go and why, and back.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use gemba_kernel::{
    AskResult, Effect, Ending, Event, EventKind, FactKind, Plan, Program, Refusal, Status, WhyNot, advance, migrate,
};
use language::model::Id;
use serde_json::{Value as Json, json};
use support::{World, has_fact, object, world};

fn program(yaml: &str) -> Arc<Program> {
    world(yaml).program
}

fn plan(map: &[(&str, &str)], leave: &[&str]) -> Plan {
    Plan {
        map: map.iter().map(|(from, to)| (Id::new(from), Id::new(to))).collect(),
        leave: leave.iter().map(|name| (*name).to_owned()).collect(),
    }
}

fn migrated(plan: Plan) -> EventKind {
    EventKind::Migrated {
        from_version: 1,
        to_version: 2,
        plan,
        drafts: BTreeMap::new(),
        migration: None,
    }
}

fn event(world: &World, kind: EventKind) -> Event {
    Event {
        at: world.now,
        zone: world.zone,
        by: gemba_kernel::Actor {
            person: Some("lead".into()),
            via: "test".into(),
            confirmed: None,
        },
        kind,
    }
}

/// Takes the run over, and what is open with it. The old bytes are compared on a refusal.
fn go_over(world: &mut World, new: &Arc<Program>, plan: Plan) -> Result<Vec<FactKind>, Vec<WhyNot>> {
    let before = world.state.to_bytes();
    let event = event(world, migrated(plan));
    match migrate(&world.program, new, &mut world.state, &event) {
        Ok(done) => {
            world.program = new.clone();
            for effect in &done.effects {
                world.outside(effect);
            }
            Ok(done.facts.into_iter().map(|fact| fact.kind).collect())
        }
        Err(Refusal::CannotMigrate { why }) => {
            assert_eq!(world.state.to_bytes(), before, "a refusal changed the run");
            Err(why)
        }
        Err(other) => panic!("{other}"),
    }
}

fn values(world: &World) -> Json {
    let values = world.program.values(&world.state);
    values
        .iter()
        .map(|(name, value)| (name.clone(), value.to_json()))
        .collect()
}

const INSPECT: &str = r#"
app: Inspect
inputs:
  - text: Order
steps:
  - form: Measure
    to: role inspector
    within: 1 h
    fields:
      - number: Length
      - text: Remark
        optional: yes
  - form: Pack
    fields:
      - text: Box
"#;

#[test]
fn an_open_task_stays_with_whoever_has_it_and_asks_what_the_new_form_asks() {
    let mut world = world(INSPECT);
    world.start(json!({"order": "A1"})).unwrap();
    let task = world.task("measure");
    world.happen("ann", EventKind::TaskClaimed { task }).unwrap();
    let new = program(
        &INSPECT
            .replace(
                "      - text: Remark\n        optional: yes\n",
                "      - text: Colour\n",
            )
            .replace("within: 1 h", "within: 2 h"),
    );
    let facts = go_over(&mut world, &new, Plan::default()).unwrap();
    assert!(
        matches!(
            facts[0],
            FactKind::Migrated {
                from_version: 1,
                to_version: 2,
                ..
            }
        ),
        "{facts:?}"
    );
    let open = &world.tasks[&task];
    assert_eq!(open.reserved_by.as_deref(), Some("ann"));
    assert_eq!(open.due_at.map(|due| due.0 - world.now.0), Some(2 * 3_600_000));
    assert_eq!(world.state.begun_with(), Some(1));
    let missing = world.complete("ann", "measure", json!({"length": 3}));
    assert!(
        matches!(missing, Err(Refusal::Answers { .. })),
        "the new form asks for a colour: {missing:?}"
    );
    world
        .complete("ann", "measure", json!({"length": 3, "colour": "red"}))
        .unwrap();
    assert_eq!(values(&world)["colour"], "red");
    world.complete("ann", "pack", json!({"box": "7"})).unwrap();
    assert!(world.ended);
}

#[test]
fn a_form_that_asks_something_else_by_the_same_name_is_asked_anew() {
    let mut world = world(INSPECT);
    world.start(json!({"order": "A1"})).unwrap();
    let task = world.task("measure");
    let new = program(&INSPECT.replace("number: Length", "text: Length"));
    let before = world.state.clone();
    let facts = go_over(&mut world, &new, Plan::default()).unwrap();
    assert!(facts.contains(&FactKind::TaskWithdrawn { task }), "{facts:?}");
    let anew = world.task("measure");
    assert_ne!(anew, task);
    let moved = gemba_kernel::migrate::asked_anew(&before, &world.state, Some(&Plan::default()));
    assert_eq!(moved, [(task, anew)], "the draft goes with it");
    let draft = object(json!({"length": 25, "remark": "ok"}));
    let (old, step) = (program(INSPECT), Id::new("measure"));
    let left = gemba_kernel::migrate::left_of_draft(&old, &new, &Plan::default(), &step, &draft);
    assert_eq!(Json::Object(left), json!({"length": 25}), "a number is no text");
}

#[test]
fn a_step_that_is_gone_needs_a_word_where_its_runs_go() {
    let mut world = world(INSPECT);
    world.start(json!({"order": "A1"})).unwrap();
    let task = world.task("measure");
    let renamed = program(&INSPECT.replace("form: Measure", "form: Measure it"));
    let why = go_over(&mut world, &renamed, Plan::default()).unwrap_err();
    assert_eq!(
        why,
        [WhyNot::StepGone {
            step: Id::new("measure")
        }]
    );
    let why = go_over(&mut world, &renamed, plan(&[("measure", "nowhere")], &[])).unwrap_err();
    assert!(matches!(why[0], WhyNot::PlanWrong { .. }), "{why:?}");
    go_over(&mut world, &renamed, plan(&[("measure", "measure_it")], &[])).unwrap();
    assert_eq!(
        world.task("measure_it"),
        task,
        "the same step by another name: its task stays"
    );
    let gone = program(&INSPECT.replace(
        &INSPECT[INSPECT.find("  - form: Measure").unwrap()..INSPECT.find("  - form: Pack").unwrap()],
        "",
    ));
    let mut other = support::world(INSPECT);
    other.start(json!({"order": "A1"})).unwrap();
    go_over(&mut other, &gone, plan(&[("measure", "pack")], &[])).unwrap();
    assert_eq!(other.open(), ["pack"]);
}

#[test]
fn a_value_that_is_read_as_something_else_must_be_left_by_name() {
    let mut world = world(INSPECT);
    world.start(json!({"order": "A1"})).unwrap();
    world
        .complete("ann", "measure", json!({"length": 3, "remark": "fine"}))
        .unwrap();
    let new = program(
        &INSPECT
            .replace("number: Length", "text: Length")
            .replace("      - text: Remark\n        optional: yes\n", ""),
    );
    let why = go_over(&mut world, &new, Plan::default()).unwrap_err();
    assert!(
        matches!(&why[..], [WhyNot::ValueDiffers { name, .. }] if name == "length"),
        "{why:?}"
    );
    let facts = go_over(&mut world, &new, plan(&[], &["length"])).unwrap();
    let FactKind::Migrated { left, .. } = &facts[0] else {
        panic!("{facts:?}")
    };
    assert_eq!(
        Json::Object(left.clone()),
        json!({"length": 3, "remark": "fine"}),
        "nothing is lost silently"
    );
    assert_eq!(values(&world), json!({"order": "A1"}));
}

#[test]
fn what_was_done_comes_back_as_it_was_until_the_run_moves_on() {
    let mut world = world(INSPECT);
    world.start(json!({"order": "A1"})).unwrap();
    let before = world.state.to_bytes();
    let new = program(&INSPECT.replace("number: Length", "number: Length\n        min: 1"));
    go_over(&mut world, &new, Plan::default()).unwrap();
    assert_eq!(world.state.former_version(), Some(1));
    let undone = event(&world, EventKind::MigrationUndone { to_version: 1 });
    let mut back = world.state.clone();
    let done = advance(&new, &mut back, &undone).unwrap();
    assert_eq!(back.to_bytes(), before);
    assert!(
        matches!(&done.effects[..], [Effect::UpdateTask(_)]),
        "{:?}",
        done.effects
    );
    let task = world.task("measure");
    world.happen("ann", EventKind::TaskClaimed { task }).unwrap();
    let late = advance(&new, &mut world.state, &undone);
    assert_eq!(late, Err(Refusal::MovedOn));
}

#[test]
fn a_number_is_not_given_twice_after_going_back() {
    let mut world = world(INSPECT);
    world.start(json!({"order": "A1"})).unwrap();
    let task = world.task("measure");
    let new = program(&INSPECT.replace("number: Length", "text: Length"));
    go_over(&mut world, &new, Plan::default()).unwrap();
    let anew = world.task("measure");
    let undone = event(&world, EventKind::MigrationUndone { to_version: 1 });
    let done = advance(&new, &mut world.state, &undone).unwrap();
    world.program = program(INSPECT);
    done.effects.iter().for_each(|effect| world.outside(effect));
    assert_eq!(world.task("measure"), task);
    world.complete("ann", "measure", json!({"length": 3})).unwrap();
    assert!(world.task("pack") > anew, "the number of the withdrawn task stays used");
}

const WAITS: &str = r#"
app: Waits
inputs:
  - rows: Parts
    columns:
      - text: Name
steps:
  - together: All at once
    branches:
      - branch: Time
        steps:
          - wait: 2 h
            id: cool
      - branch: Message
        steps:
          - wait_for: ready
            id: hear
            within: 1 h
      - branch: Outside
        steps:
          - http: Ask it
            connection: erp
            get: /x
            retry: 3 times, from 1 min, doubling, up to 5 min
            as: reply
      - branch: Other
        steps:
          - call: helper
            id: help
      - branch: Loop
        steps:
          - repeat: Again
            at_most: 5 times
            until: done = true
            steps:
              - form: Try
                fields:
                  - yes_no: Done
      - branch: Each
        steps:
          - for_each: Every part
            in: = parts
            as: part
            at_once: 2
            steps:
              - form: Look
                fields:
                  - text: Seen
"#;

fn everywhere() -> World {
    let mut world = world(WAITS);
    world
        .start(json!({"parts": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}))
        .unwrap();
    let ask = *world.asks.keys().next().expect("it asks");
    let result = AskResult::Failed {
        kind: "timeout".into(),
        message: "nobody is there".into(),
        again: true,
    };
    world.happen("", EventKind::Answered { ask, result }).unwrap();
    world.complete("ann", "try", json!({"done": false})).unwrap();
    world
}

/// Everything that is open comes to its end.
fn to_the_end(world: &mut World) {
    for _ in 0..200 {
        if world.ended {
            return;
        }
        if let Some((_, task)) = world.tasks.iter().next() {
            let step = task.step.to_string();
            let answers = match step.as_str() {
                "try" => json!({"done": true}),
                "look" => json!({"seen": "yes"}),
                _ => json!({"checked": "yes"}),
            };
            world.complete("bob", &step, answers).unwrap();
        } else if let Some(ask) = world.asks.keys().next().copied() {
            let value = json!({"status": 200, "body": {}, "headers": {"content_type": "application/json"}});
            let result = AskResult::Done { value };
            world.happen("", EventKind::Answered { ask, result }).unwrap();
        } else if let Some(call) = world.calls.pop_first() {
            let ending = Ending {
                status: Status::Finished,
                outcome: None,
                values: BTreeMap::new(),
            };
            let run = "r9".to_owned();
            world.happen("", EventKind::CallEnded { call, run, ending }).unwrap();
        } else if let Some(name) = world.listening.values().next().cloned() {
            world.send(&name, json!({})).unwrap();
        } else {
            world.pass_min(60);
        }
    }
    panic!("it never ends: {:?}", world.state.waiting_for());
}

#[test]
fn every_kind_of_wait_goes_over_and_comes_to_its_end() {
    let edits: &[(&str, &str)] = &[
        ("wait: 2 h", "wait: 3 h"),
        (
            "wait_for: ready\n            id: hear",
            "wait_for: steady\n            id: hear",
        ),
        ("within: 1 h", "within: 4 h"),
        ("retry: 3 times, from 1 min", "retry: 5 times, from 2 min"),
        ("at_most: 5 times", "at_most: 9 times"),
        (
            "- text: Seen",
            "- text: Seen\n                  - text: Note\n                    optional: yes",
        ),
        ("at_once: 2", "at_once: 3"),
        (
            "      - branch: Each",
            "      - branch: New one\n        steps:\n          - form: Check\n            fields:\n              - text: Checked\n      - branch: Each",
        ),
        (
            "  - together: All at once",
            "  - set: First\n    values:\n      kind: = \"a\"\n  - together: All at once",
        ),
    ];
    // Each alone, and all together.
    let mut all = WAITS.to_owned();
    let mut versions = Vec::new();
    for (from, to) in edits {
        versions.push(WAITS.replacen(from, to, 1));
        all = all.replacen(from, to, 1);
        assert_ne!(all, WAITS, "{from}");
    }
    versions.push(all);
    for version in versions {
        let mut world = everywhere();
        let new = program(&version);
        go_over(&mut world, &new, Plan::default()).unwrap_or_else(|why| panic!("{version}: {why:?}"));
        to_the_end(&mut world);
    }
}

#[test]
fn rounds_elements_and_branches_stay_what_they_are() {
    let mut world = everywhere();
    assert_eq!(world.tasks[&world.task("try")].round, 2);
    let version = WAITS
        .replace("      - branch: Time", "      - branch: Early\n        steps:\n          - form: Check\n            fields:\n              - text: Checked\n      - branch: Time")
        .replace("          - wait: 2 h\n            id: cool", "          - set: Zero\n            values:\n              z: = 0\n          - wait: 2 h\n            id: cool");
    go_over(&mut world, &program(&version), Plan::default()).unwrap();
    assert_eq!(world.tasks[&world.task("try")].round, 2);
    let looked: Vec<u32> = world
        .tasks
        .values()
        .filter(|task| task.step.as_str() == "look")
        .map(|task| task.round)
        .collect();
    assert_eq!(looked, [1, 2]);
    assert!(
        world.open().contains(&"check".to_owned()),
        "the new branch is begun: {:?}",
        world.open()
    );
    to_the_end(&mut world);
}

#[test]
fn branches_and_elements_are_not_begun_or_left_by_going_over() {
    let cases = [
        (
            WAITS.replace(
                "      - branch: Loop\n        steps:\n          - repeat: Again",
                "      - branch: Another\n        steps:\n          - repeat: Again",
            ),
            WhyNot::BranchGone {
                step: Id::new("all_at_once"),
                branch: Id::new("loop"),
            },
        ),
        (
            WAITS.replace(
                "          - wait: 2 h\n            id: cool",
                "          - tell: role lead\n            id: cool\n            message: Hello",
            ),
            WhyNot::KindChanged {
                step: Id::new("cool"),
                was: "wait".into(),
                is: "tell".into(),
            },
        ),
    ];
    for (version, expected) in cases {
        let mut world = everywhere();
        let why = go_over(&mut world, &program(&version), Plan::default()).unwrap_err();
        assert!(why.contains(&expected), "{why:?}");
    }
}

#[test]
fn a_loop_that_is_new_around_a_step_is_in_its_first_round() {
    let flat = "app: F\nsteps:\n  - form: Try\n    fields:\n      - yes_no: Done\n";
    let round = "app: F\nsteps:\n  - repeat: Again\n    at_most: 2 times\n    until: done = true\n    steps:\n      - form: Try\n        fields:\n          - yes_no: Done\n";
    let mut world = world(flat);
    world.start(json!({})).unwrap();
    go_over(&mut world, &program(round), Plan::default()).unwrap();
    world.complete("ann", "try", json!({"done": false})).unwrap();
    assert_eq!(world.open(), ["try"]);
    // And out of it again, in its second round.
    go_over(&mut world, &program(flat), Plan::default()).unwrap();
    world.complete("ann", "try", json!({"done": false})).unwrap();
    assert!(world.ended);
}

#[test]
fn what_was_done_can_still_be_taken_back_or_is_said() {
    let with = "app: U\nsteps:\n  - hold: lot-1\n    id: block\n    why: wait\n    undo:\n      - release: lot-1\n  - form: Look\n    fields:\n      - text: Seen\n";
    let without = "app: U\nsteps:\n  - hold: lot-1\n    id: block\n    why: wait\n  - form: Look\n    fields:\n      - text: Seen\n";
    let other = with.replace("app: U\nsteps:\n", "app: U\nsteps:\n  - set: Note\n    values:\n      n: = 1\n    undo:\n      - set: Forget\n        values:\n          m: = 1\n");
    let mut world = world(with);
    world.start(json!({})).unwrap();
    let why = go_over(&mut world, &program(without), Plan::default()).unwrap_err();
    assert_eq!(why, [WhyNot::UndoGone { step: Id::new("block") }]);
    go_over(&mut world, &program(&other), Plan::default()).unwrap();
    world
        .happen("lead", EventKind::Cancelled { why: "over".into() })
        .unwrap();
    assert!(has_fact(&world, |fact| matches!(fact, FactKind::Undone)));
    assert!(world.held.is_empty());
}

#[test]
fn four_eyes_that_are_new_know_who_has_answered_before() {
    let mut world = world(INSPECT);
    world.start(json!({"order": "A1"})).unwrap();
    world.complete("ann", "measure", json!({"length": 3})).unwrap();
    let new = program(&INSPECT.replace("  - form: Pack\n", "  - form: Pack\n    not_by: measure\n"));
    go_over(&mut world, &new, Plan::default()).unwrap();
    let refused = world.complete("ann", "pack", json!({"box": "1"}));
    assert!(
        matches!(refused, Err(Refusal::SecondPersonNeeded { .. })),
        "{refused:?}"
    );
    world.complete("bob", "pack", json!({"box": "1"})).unwrap();
}

#[test]
fn a_run_that_stopped_is_retried_by_the_new_version() {
    let broken = "app: B\nsteps:\n  - wait_for: list\n    id: hear\n  - for_each: All\n    in: = hear.items\n    as: one\n    steps:\n      - set: X\n        values:\n          x: = 1\n";
    let mended = broken.replace("= hear.items", "= [hear.items]");
    let mut world = world(broken);
    world.start(json!({})).unwrap();
    world.send("list", json!({"items": "a"})).unwrap();
    assert_eq!(world.state.status(), Status::Stopped);
    go_over(&mut world, &program(&mended), Plan::default()).unwrap();
    assert_eq!(world.state.status(), Status::Stopped);
    world.happen("lead", EventKind::Retried).unwrap();
    assert!(world.ended);
}

/// Drafts go by the number of their task; what a journal keeps of them has to be read again.
#[test]
fn a_migration_with_drafts_is_read_back_from_its_journal() {
    let drafts = std::collections::BTreeMap::from([(2, serde_json::Map::from_iter([("lot".to_owned(), json!("L1"))]))]);
    let kind = EventKind::Migrated {
        from_version: 1,
        to_version: 2,
        plan: Default::default(),
        drafts: drafts.clone(),
        migration: None,
    };
    let text = serde_json::to_string(&kind).unwrap();
    assert!(text.contains(r#""drafts":{"2":{"lot":"L1"}}"#), "{text}");
    assert_eq!(serde_json::from_str::<EventKind>(&text).unwrap(), kind);
    let told = FactKind::Migrated {
        from_version: 1,
        to_version: 2,
        left: Default::default(),
        drafts,
    };
    let text = serde_json::to_string(&told).unwrap();
    assert_eq!(serde_json::from_str::<FactKind>(&text).unwrap(), told);
}
