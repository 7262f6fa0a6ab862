//! Recorded runs, played by a changed app: what would have come out otherwise.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod support;

use gemba_kernel::{AskResult, Difference, EventKind, replay_against};
use language::model::Id;
use serde_json::json;
use support::{World, world};

const INSPECT: &str = r#"
app: Inspect
steps:
  - repeat: Until it is right
    until: good = true
    at_most: 3 times
    steps:
      - form: Measure
        within: 1 h
        fields:
          - measure: Length
            limits: 9 to 11 mm
          - yes_no: Good
  - wait_for: ready
    id: hear
    where: line = "l1"
  - http: Ask it
    connection: erp
    get: /x
    as: reply
  - if: reply.body.size > 5
    steps:
      - finish: Too large
  - form: Pack
    fields:
      - text: Box
"#;

/// A run through all of it, as it was.
fn recorded() -> World {
    let mut world = world(INSPECT);
    world.start(json!({})).unwrap();
    world.pass_min(5);
    world
        .complete("ann", "measure", json!({"length": [10.9], "good": false}))
        .unwrap();
    world.pass_min(90);
    world
        .complete("ann", "measure", json!({"length": [10.2], "good": true}))
        .unwrap();
    world.pass_min(5);
    world.send("ready", json!({"line": "l1"})).unwrap();
    let ask = *world.asks.keys().next().unwrap();
    let value = json!({"status": 200, "body": {"size": 3}, "headers": {"content_type": "application/json"}});
    let result = AskResult::Done { value };
    world.happen("", EventKind::Answered { ask, result }).unwrap();
    world.complete("bob", "pack", json!({"box": "A7"})).unwrap();
    assert!(world.ended);
    world
}

fn against(version: &str) -> Vec<Difference> {
    replay_against(&world(version).program, &recorded().record())
}

#[test]
fn an_unchanged_app_makes_no_difference() {
    assert_eq!(against(INSPECT), []);
}

#[test]
fn changes_that_nobody_would_have_noticed_make_none() {
    let harmless = [
        INSPECT.replace("within: 1 h", "within: 2 h"),
        INSPECT.replace(
            "  - wait_for: ready",
            "  - set: Note\n    values:\n      note: = 1\n  - wait_for: ready",
        ),
        INSPECT.replace(
            "          - yes_no: Good\n",
            "          - yes_no: Good\n          - text: Remark\n            optional: yes\n",
        ),
        // The message had come before the flow waits for it now; in the record it is there.
        INSPECT.replace("at_most: 3 times", "at_most: 5 times"),
    ];
    for version in harmless {
        assert_eq!(against(&version), [], "{version}");
    }
}

#[test]
fn each_kind_of_difference_is_told() {
    let id = Id::new;
    let cases = [
        (
            INSPECT.replace("body.size > 5", "body.size > 2"),
            vec!["ends", "asks"],
            Difference::EndsOtherwise {
                was: Some("finished".into()),
                would: "finished (Too large)".into(),
            },
        ),
        (
            INSPECT.replace("9 to 11 mm", "9 to 10.5 mm"),
            vec!["judges"],
            Difference::Judges {
                step: id("measure"),
                field: "length".into(),
                was: "ok".into(),
                would: "not_ok".into(),
            },
        ),
        (
            INSPECT.replace(
                "  - form: Pack\n",
                "  - form: Look\n    fields:\n      - text: Seen\n  - form: Pack\n",
            ),
            vec!["asks"],
            Difference::Asks {
                step: id("look"),
                round: 1,
            },
        ),
        (
            INSPECT.replace("      - text: Box", "      - text: Box\n      - text: Label"),
            vec!["asks"],
            Difference::AsksFields {
                step: id("pack"),
                fields: vec!["label".into()],
            },
        ),
        (
            INSPECT.replace("line = \"l1\"", "line = \"l2\""),
            vec!["hangs"],
            Difference::Hangs {
                step: id("hear"),
                waits_for: "the message ready".into(),
            },
        ),
        (
            INSPECT.replace("      - text: Box", "      - number: Box"),
            vec!["refuses"],
            Difference::Refuses {
                step: id("pack"),
                round: 1,
                message: String::new(),
            },
        ),
        (
            INSPECT.replace("at_most: 3 times", "at_most: 1 times"),
            vec!["asks"],
            Difference::AsksNot {
                step: id("measure"),
                round: 2,
            },
        ),
    ];
    for (version, kinds, expected) in cases {
        let found = against(&version);
        let told: Vec<&str> = found.iter().map(Difference::kind).collect();
        for kind in kinds {
            assert!(told.contains(&kind), "{expected:?}: {found:?}");
        }
        let is_it = |one: &Difference| match (one, &expected) {
            (Difference::Refuses { step, .. }, Difference::Refuses { step: wanted, .. }) => step == wanted,
            (one, expected) => one == expected,
        };
        assert!(found.iter().any(is_it), "{expected:?}: {found:?}");
        assert!(
            found
                .iter()
                .all(|one| !one.message().0.is_empty() && !one.message().1.is_empty())
        );
    }
}
