//! Not measured is never a pass: decisions that would take it for one are warned of.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use gemba_language::{apply_fixes, read_app};

fn app(decision: &str) -> String {
    format!(
        "app: First piece\nsteps:\n  - form: Measure\n    fields:\n      - yes_no: Again\n      - measure: Width\n        limits: 10 to 20 mm\n        samples: 3\n        optional: yes\n      - measure: Depth\n        limits: 10 to 20 mm\n        uncertainty: 0.1 mm\n      - measure: Length\n        limits: 10 to 20 mm\n      - check: Surface\n        show_if: again = true\n      - photo: Defect\n        optional: yes\n        show_if: surface is not ok\n  - if: {decision}\n    steps:\n      - finish: One\n  - finish: Other\n"
    )
}

fn codes(source: &str) -> Vec<&'static str> {
    let read = read_app(source, None);
    assert!(read.value.is_some(), "{source}\n{:#?}", read.diagnostics);
    read.diagnostics.iter().map(|one| one.code).collect()
}

#[test]
fn a_decision_that_takes_not_measured_for_right_is_warned_of() {
    for decision in [
        "width is not ok",
        "measure.width is not ok",
        "depth is not ok",
        "again = true and width is not ok",
        "(surface is not ok)",
        "surface = \"fail\"",
        "surface != \"fail\"",
        "not(surface = \"fail\")",
        "count(width.samples) = 0",
        "every s in width.samples satisfies s < 25 mm",
        "not(some s in width.samples satisfies s > 25 mm)",
        "if width is not ok then false else true",
        "(width is not ok) != true",
    ] {
        assert_eq!(codes(&app(decision)), ["G0534"], "{decision}");
    }
}

#[test]
fn who_asks_for_ok_or_names_the_other_cases_is_not() {
    for decision in [
        "width is ok",
        "width is ok and depth is ok",
        "length is not ok",
        "width is not ok or width is empty",
        "depth is not ok or depth is undecided",
        "again = true",
        "length > 15 mm",
    ] {
        assert!(codes(&app(decision)).is_empty(), "{decision}");
    }
}

#[test]
fn the_offered_fix_names_the_other_cases() {
    let source = app("depth is not ok");
    let fixed = apply_fixes(&source, &read_app(&source, None).diagnostics);
    assert!(
        fixed.contains("if: depth is not ok or depth is undecided or depth is empty\n"),
        "{fixed}"
    );
    assert!(codes(&fixed).is_empty());
}

#[test]
fn a_condition_that_holds_where_a_choice_was_left_open_is_warned_of() {
    let with = |decision: &str| {
        let source = app(decision).replace("      - measure: Width", "      - yes_no: Clean\n        optional: yes\n      - choose: Kind\n        from: [good, bad]\n        show_if: again = true\n      - measure: Width");
        codes(&source)
    };
    for decision in [
        "not(clean = false)",
        "clean != false",
        "again = true and not(kind = \"bad\")",
        "measure.kind != \"bad\"",
        "length is ok and clean != false",
    ] {
        assert_eq!(with(decision), ["G0540"], "{decision}");
    }
    for decision in [
        "clean = true",
        "clean = false",
        "kind = \"bad\"",
        "clean != false and clean is filled",
        "not(again = false)",
        "clean = true or clean != true",
    ] {
        assert!(with(decision).is_empty(), "{decision}: {:?}", with(decision));
    }
}
