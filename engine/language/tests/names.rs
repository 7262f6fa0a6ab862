//! What names mean: the rules that the kernel keeps too.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use expression::Type;
use gemba_language::model::{App, Id};
use gemba_language::{Meaning, id_text, meanings, names_at, read_app};

fn app(source: &str) -> App {
    let read = read_app(source, None);
    read.value.unwrap_or_else(|| panic!("{:#?}", read.diagnostics))
}

fn codes(source: &str) -> Vec<&'static str> {
    read_app(source, None).diagnostics.iter().map(|one| one.code).collect()
}

const APP: &str = r#"
app: Names
inputs:
  - scan: Order
  - whole: Pieces
tables:
  - table: Parts
    key: number
    columns: [number, result]
steps:
  - form: Count
    fields:
      - whole: Pieces
      - measure: Diameter
        limits: 1 to 2 mm
  - repeat: Weigh until right
    until: weight > 3
    at_most: 3
    steps:
      - form: Weigh
        sign: weighed
        fields:
          - number: Weight
  - find: Parts
    as: known_parts
  - for_each: Look at each
    in: = known_parts
    as: part
    steps:
      - form: Look
        fields:
          - check: Surface
      - form: Surface
        fields:
          - tick: Clean
  - set: Add up
    values:
      total: = sum(weigh.rounds.weight)
      twice: = total * 2
  - finish: Done
"#;

#[test]
fn bare_names_are_inputs_then_values_then_unique_fields_then_steps() {
    let found = meanings(&app(APP));
    let is = |name: &str| found.get(&Id::new(name)).cloned();
    assert_eq!(is("run"), Some(Meaning::Run));
    assert_eq!(is("order"), Some(Meaning::Input));
    // The form has a field of this id too: it is `count.pieces`.
    assert_eq!(is("pieces"), Some(Meaning::Input));
    assert_eq!(is("diameter"), Some(Meaning::Field { step: Id::new("count") }));
    assert_eq!(is("weight"), Some(Meaning::Field { step: Id::new("weigh") }));
    // A field comes before a step of the same id.
    assert_eq!(is("surface"), Some(Meaning::Field { step: Id::new("look") }));
    assert_eq!(is("count"), Some(Meaning::Step));
    assert_eq!(is("known_parts"), Some(Meaning::Value));
    assert_eq!(is("total"), Some(Meaning::Value));
    assert_eq!(is("add_up"), None);
    assert_eq!(is("part"), None);
}

#[test]
fn types_follow_from_what_is_written() {
    let app = app(APP);
    let names = names_at(&app, &Id::new("add_up")).names;
    assert_eq!(names["order"], Type::Text);
    assert_eq!(names["total"], Type::Number);
    assert_eq!(names["twice"], Type::Number);
    assert!(matches!(&names["diameter"], Type::Judged(inner, details)
        if **inner == Type::Quantity("mm".into()) && details.contains_key("samples")));
    let Type::Context(weigh) = &names["weigh"] else {
        panic!("{:?}", names["weigh"])
    };
    let members: Vec<&str> = weigh.keys().map(|name| &**name).collect();
    assert_eq!(
        members,
        [
            "answered_at",
            "answered_by",
            "rounds",
            "signed_at",
            "signed_by",
            "weight"
        ]
    );
    let Type::Context(count) = &names["count"] else {
        panic!()
    };
    assert!(!count.contains_key("rounds"));
    // The element is known only inside its loop, with the columns of the table.
    assert!(!names.contains_key("part"));
    let inside = names_at(&app, &Id::new("look")).names;
    assert!(matches!(&inside["part"], Type::Context(columns) if columns.contains_key("result")));
}

#[test]
fn names_are_read_only_where_they_can_have_a_value() {
    let with = |steps: &str| codes(&format!("app: Order\ninputs:\n  - yes_no: Big\nsteps:\n{steps}"));
    let ask = "  - form: Ask\n    fields:\n      - whole: Pieces\n";
    let many = "  - finish: Many\n    if: pieces > 3\n";
    assert!(with(&format!("{ask}{many}")).is_empty());
    // The warning that nothing follows a finish does not matter here; reading too early does.
    assert_eq!(with(&format!("{many}{ask}")), ["G0530"]);
    let indent = |text: &str| text.lines().map(|line| format!("    {line}\n")).collect::<String>();
    // Inside a repeat the earlier round counts.
    let repeat = "  - repeat: Again\n    until: pieces > 9\n    at_most: 3\n    steps:\n";
    assert!(with(&format!("{repeat}{}{}", indent(many), indent(ask))).is_empty());
    // Inside a for_each every element is for itself.
    let each = "  - for_each: Each\n    in: = [1, 2]\n    steps:\n";
    assert_eq!(with(&format!("{each}{}{}", indent(many), indent(ask))), ["G0530"]);
    assert!(with(&format!("{each}{}{}", indent(ask), indent(many))).is_empty());
    assert_eq!(with(&format!("{each}{}{many}", indent(ask))), ["G0533"]);
    let all = "  - set: All\n    values:\n      all: = count(ask.rounds)\n";
    assert!(with(&format!("{each}{}{all}", indent(ask))).is_empty());
    // Branches side by side see each other; ways do not.
    let branches = |one: &str, other: &str| {
        let branch =
            |name: &str, steps: &str| format!("      - branch: {name}\n        steps:\n{}", indent(&indent(steps)));
        format!(
            "  - together: Both\n    branches:\n{}{}",
            branch("A", one),
            branch("B", other)
        )
    };
    assert!(with(&branches(ask, many)).is_empty());
    let ways = format!(
        "  - if: big = true\n    steps:\n{}    otherwise:\n{}",
        indent(ask),
        indent(many)
    );
    assert_eq!(with(&ways), ["G0531"]);
}

#[test]
fn ids_come_from_sentences() {
    for (sentence, id) in [
        ("Shaft diameter", "shaft_diameter"),
        ("轴径", "轴径"),
        ("What's now?", "whats_now"),
        ("  Two  --  words! ", "two_words"),
        ("Größe", "größe"),
        ("First-piece inspection", "first_piece_inspection"),
        ("工单 {order} 的首件", "工单_order_的首件"),
        ("???", ""),
    ] {
        assert_eq!(id_text(sentence), id);
    }
    let long = "word ".repeat(40);
    assert!(id_text(&long).chars().count() <= 60 && id_text(&long).ends_with("word"));
    let app = app(
        "app: 2 steps\nsteps:\n  - form: 5S round\n    fields:\n      - tick: OK\n  - wait: 10 min\n  - wait: 10 min\n",
    );
    let ids: Vec<&str> = app.steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(app.id.as_str(), "app_2_steps");
    assert_eq!(ids, ["form_5s_round", "wait_10_min", "wait_10_min_2"]);
}
