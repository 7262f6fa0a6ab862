//! Decision tables and their hit policies.

mod support;

use gemba_kernel::{FactKind, Status};
use serde_json::{Value as Json, json};
use support::{has_fact, world};

/// The size is computed, so that the check of the app cannot prove which rows fit at the same time.
fn outcome(rule: &str, rows: &str, otherwise: &str, inputs: Json) -> (Status, Json) {
    let yaml = format!(
        "app: A\ninputs:\n  - number: Size\n    unit: mm\n    optional: yes\n  - choose: Customer\n    from: [A, B, C]\n    optional: yes\nsteps:\n  - decide: Disposition\n    rule: {rule}\n    inputs: [size * 1, customer]\n    gives: [result, cost]\n    rows:\n{rows}{otherwise}"
    );
    let mut world = world(&yaml);
    world.start(inputs).expect("it starts");
    world.replay();
    if world.state.status() == Status::Finished {
        assert!(has_fact(&world, |fact| matches!(fact, FactKind::RowFits { .. })));
    }
    let values = world.program.values(&world.state);
    let value = |name: &str| values.get(name).map_or(Json::Null, expression::Value::to_json);
    (world.state.status(), json!([value("result"), value("cost")]))
}

const ROWS: &str = "      - when: [\"> 2 mm\", any]\n        then: [scrap, 3]\n      - when: [\"[0.5..2] mm\", '\"A\", \"B\"']\n        then: [rework, 2]\n      - when: [\"> 5 mm\", 'not(\"A\")']\n        then: ['= \"ask \" + customer', = size / (1 mm)]\n";
const OTHERWISE: &str = "    otherwise: [use as is, 0]\n";

#[test]
fn each_rule_takes_the_rows_that_it_takes() {
    for (rule, inputs, expected) in [
        ("unique", json!({"size": 3, "customer": "A"}), json!(["scrap", 3])),
        ("unique", json!({"size": 2, "customer": "B"}), json!(["rework", 2])),
        ("unique", json!({"size": 2, "customer": "C"}), json!(["use as is", 0])),
        // What is not known fits nothing.
        ("unique", json!({"customer": "A"}), json!(["use as is", 0])),
        ("first", json!({"size": 6, "customer": "B"}), json!(["scrap", 3])),
        (
            "all",
            json!({"size": 6, "customer": "B"}),
            json!([["scrap", "ask B"], [3, 6]]),
        ),
        ("count", json!({"size": 6, "customer": "B"}), json!([2, 2])),
    ] {
        let (status, found) = outcome(rule, ROWS, OTHERWISE, inputs.clone());
        assert_eq!((status, found), (Status::Finished, expected), "{rule} {inputs}");
    }
    let numbers = "      - when: [\"> 2 mm\", any]\n        then: [1, 3]\n      - when: [\"> 5 mm\", any]\n        then: [7, 5]\n";
    for (rule, expected) in [("sum", json!([8, 8])), ("min", json!([1, 3])), ("max", json!([7, 5]))] {
        let (_, found) = outcome(rule, numbers, "", json!({"size": 6}));
        assert_eq!(found, expected, "{rule}");
        assert_eq!(outcome(rule, numbers, "", json!({"size": 1})).1, json!([null, null]));
    }
}

#[test]
fn rows_that_contradict_each_other_stop_the_run() {
    let (status, _) = outcome("unique", ROWS, OTHERWISE, json!({"size": 6, "customer": "B"}));
    assert_eq!(status, Status::Stopped);
    let (status, _) = outcome("any", ROWS, OTHERWISE, json!({"size": 6, "customer": "B"}));
    assert_eq!(status, Status::Stopped);
    let same = "      - when: [\"> 2 mm\", any]\n        then: [1, 3]\n      - when: [\"> 5 mm\", any]\n        then: [1, 3]\n";
    assert_eq!(
        outcome("any", same, "", json!({"size": 6})),
        (Status::Finished, json!([1, 3]))
    );
    assert_eq!(
        outcome("any", same, "", json!({"size": 1})),
        (Status::Finished, json!([null, null]))
    );
}
