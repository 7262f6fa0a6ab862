//! What answers mean, and what is wrong with them, field kind by field kind.

mod support;

use std::collections::BTreeMap;

use expression::{Limits, Number, Value, Verdict};
use gemba_kernel::forms::{Asking, Checked, check};
use gemba_kernel::{Clock, Looked, NOTHING, Zone};
use language::fields::{self, FieldKind};
use language::model::Field;
use serde_json::{Value as Json, json};
use support::build::*;
use support::{BEGIN, object};

fn ask(form: &[Field], answers: Json) -> Checked {
    ask_with(form, answers, &BTreeMap::new())
}

fn ask_with(form: &[Field], answers: Json, context: &BTreeMap<String, Value>) -> Checked {
    let at = Clock {
        at: BEGIN,
        zone: Zone {
            offset_s: 8 * 3600,
            next: None,
        },
    };
    check(
        form,
        &object(answers),
        &Asking {
            step: Some(&id("here")),
            context,
            at,
            person: Some("li"),
            known: Looked::Up(NOTHING),
        },
    )
}

/// The plain value of the only field, or the codes of what is wrong.
fn one(kind: FieldKind, answer: Json) -> Result<Json, String> {
    let checked = ask(&[field("x", kind)], json!({ "x": answer }));
    if checked.refused.is_empty() {
        return Ok(checked.values[&id("x")].to_json());
    }
    Err(checked
        .refused
        .iter()
        .map(|refused| refused.code.as_str())
        .collect::<Vec<_>>()
        .join(","))
}

fn between(lower: i64, upper: i64) -> Limits {
    Limits {
        lower: Some(Number::from(lower)),
        upper: Some(Number::from(upper)),
    }
}

fn number(decimals_max: Option<u32>) -> FieldKind {
    FieldKind::Number(Box::new(fields::Number {
        range: between(0, 100),
        decimals_max,
        unit: None,
    }))
}

fn choose_many() -> FieldKind {
    let from = ["a", "b", "c"].map(text).to_vec();
    FieldKind::ChooseMany(Box::new(fields::ChooseMany {
        from,
        at_least: 1,
        at_most: 2,
    }))
}

#[test]
fn every_kind_takes_its_answers_and_names_what_is_wrong() {
    let scan = |pattern: &str| {
        FieldKind::Scan(Box::new(fields::Scan {
            pattern: Some(pattern.into()),
        }))
    };
    let photos = |at_most| FieldKind::Photo(Box::new(fields::Photo { at_most }));
    let whole = || {
        FieldKind::Whole(Box::new(fields::Whole {
            range: between(0, 9),
            unit: None,
            target: None,
        }))
    };
    let choose = || {
        FieldKind::Choose(Box::new(fields::Choose {
            from: vec![text("Yes"), text("No")],
        }))
    };
    let cases: Vec<(FieldKind, Json, Result<Json, &str>)> = vec![
        (words(), json!("a word"), Ok(json!("a word"))),
        (words(), json!("two\nlines"), Err("wrong-type")),
        (words(), json!("x".repeat(21)), Err("too-long")),
        (words(), json!("轴".repeat(20)), Ok(json!("轴".repeat(20)))),
        (words(), json!("   "), Err("missing")),
        (words(), json!(7), Err("wrong-type")),
        (number(Some(2)), json!(1.25), Ok(json!(1.25))),
        (number(Some(2)), json!("1.250"), Ok(json!(1.25))),
        (number(Some(2)), json!("1.255"), Err("too-fine")),
        (
            number(None),
            json!("0.1000000000000000000000000001"),
            Ok(json!("0.1000000000000000000000000001")),
        ),
        (number(None), json!(1e2), Ok(json!(100))),
        (number(None), json!(101), Err("out-of-range")),
        (number(None), json!(1e300), Err("out-of-range")),
        (number(None), json!("1,5"), Err("wrong-type")),
        (number(None), json!("0x10"), Err("wrong-type")),
        (number(None), json!("1_000"), Err("wrong-type")),
        (number(None), json!("1."), Err("wrong-type")),
        (number(None), json!("--1"), Err("wrong-type")),
        (whole(), json!(7), Ok(json!(7))),
        (whole(), json!("7.0"), Ok(json!(7))),
        (whole(), json!(7.5), Err("wrong-type")),
        (
            FieldKind::Percent(Box::new(fields::Percent {
                range: Limits::default(),
            })),
            json!(101),
            Err("out-of-range"),
        ),
        (
            FieldKind::YesNo(Box::new(fields::YesNo {})),
            json!("yes"),
            Ok(json!(true)),
        ),
        (
            FieldKind::YesNo(Box::new(fields::YesNo {})),
            json!(1),
            Err("wrong-type"),
        ),
        (check_kind(false), json!("not applicable"), Err("not-an-option")),
        (check_kind(true), json!("not applicable"), Ok(json!("not applicable"))),
        (check_kind(true), json!(true), Err("not-an-option")),
        (choose(), json!("Yes"), Ok(json!("Yes"))),
        (choose(), json!("yes"), Err("not-an-option")),
        (choose_many(), json!(["a", "c"]), Ok(json!(["a", "c"]))),
        (choose_many(), json!(["a", "a"]), Err("repeated")),
        (choose_many(), json!([]), Err("too-few")),
        (choose_many(), json!(["a", "b", "c"]), Err("too-many")),
        (
            FieldKind::Date(Box::new(fields::Date {})),
            json!("2026-02-30"),
            Err("wrong-type"),
        ),
        (
            FieldKind::Date(Box::new(fields::Date {})),
            json!("2026-02-28"),
            Ok(json!("2026-02-28")),
        ),
        (
            FieldKind::Time(Box::new(fields::Time {})),
            json!("14:05"),
            Ok(json!("14:05:00")),
        ),
        (
            FieldKind::DateTime(Box::new(fields::DateTime {})),
            json!("2026-02-28T14:05"),
            Ok(json!("2026-02-28T14:05:00+08:00")),
        ),
        (
            FieldKind::DateTime(Box::new(fields::DateTime {})),
            json!("2026-02-28T14:05Z"),
            Ok(json!("2026-02-28T14:05:00Z")),
        ),
        (scan("[A-Z]{2}|x"), json!("AB\r\n"), Ok(json!("AB"))),
        (scan("[A-Z]{2}|x"), json!("ABC"), Err("no-match")),
        (scan("("), json!("A"), Err("no-match")),
        (photos(1), json!("p1"), Ok(json!("p1"))),
        (photos(2), json!("p1"), Ok(json!(["p1"]))),
        (photos(2), json!(["p1", "p2", "p3"]), Err("too-many")),
        (photos(2), json!([""]), Err("wrong-type")),
        (FieldKind::Tick(Box::new(fields::Tick {})), json!(true), Ok(json!(true))),
        (
            FieldKind::Tick(Box::new(fields::Tick {})),
            json!(false),
            Err("not-confirmed"),
        ),
        (
            FieldKind::Sign(Box::new(fields::Sign { meaning: None })),
            json!("wang"),
            Err("another-person"),
        ),
        (
            FieldKind::Info(Box::new(fields::Info {})),
            json!("x"),
            Err("unknown-field"),
        ),
        (measure(2), json!([10]), Err("too-few")),
        (measure(2), json!([10, 10, 10]), Err("too-many")),
        (measure(1), json!("10.0001"), Err("too-fine")),
        (measure(3), json!([10, 10, "10.1"]), Ok(json!(10.03333))),
    ];
    for (kind, answer, expected) in cases {
        let found = one(kind.clone(), answer.clone());
        assert_eq!(found, expected.map_err(str::to_string), "{kind:?} answered {answer}");
    }
}

fn check_kind(not_applicable_allowed: bool) -> FieldKind {
    FieldKind::Check(Box::new(fields::Check { not_applicable_allowed }))
}

#[test]
fn only_what_was_measured_inside_its_limits_is_ok() {
    // 9 to 11, uncertainty 0.1.
    let cases = [
        (json!([10, 10]), Verdict::Ok),
        (json!([10, 9.1]), Verdict::Ok),
        (json!([10, 9.05]), Verdict::NotDecidable),
        (json!([10, 8.9]), Verdict::NotOk),
        (json!([10]), Verdict::Undefined),
        (json!([8]), Verdict::NotOk),
        (json!([]), Verdict::Undefined),
        (Json::Null, Verdict::Undefined),
    ];
    for (answer, expected) in cases {
        let checked = ask(&[optional(field("x", measure(2)))], json!({ "x": answer }));
        assert_eq!(checked.refused, [], "{answer}");
        let Value::Judged(judged) = &checked.values[&id("x")] else {
            panic!("a measurement is judged")
        };
        assert_eq!(judged.verdict, expected, "{answer}");
        assert_eq!(judged.details["verdict"].to_json(), json!(expected.name()));
    }
}

#[test]
fn only_shown_fields_are_asked_and_hiding_one_hides_what_hangs_on_it() {
    let form = [
        field("a", words()),
        shown_if(field("b", words()), "a = \"x\""),
        shown_if(field("c", words()), "b = \"y\""),
        shown_if(field("d", words()), "later = \"z\""),
        optional(field("later", words())),
        shown_if(field("e", words()), "here.a = \"x\" and outside = 1"),
    ];
    let shown = |answers: Json| {
        let context = BTreeMap::from([("outside".to_string(), Value::Number(Number::ONE))]);
        let checked = ask_with(&form, answers, &context);
        let shown: Vec<String> = checked.shown.iter().map(ToString::to_string).collect();
        let refused: Vec<String> = checked
            .refused
            .iter()
            .map(|one| format!("{} {}", one.field, one.code))
            .collect();
        (shown.join(" "), refused.join(", "))
    };
    assert_eq!(shown(json!({"a": "n"})), ("a later".into(), String::new()));
    assert_eq!(
        shown(json!({"a": "x"})),
        ("a b later e".into(), "b missing, e missing".into())
    );
    assert_eq!(
        shown(json!({"a": "n", "b": "y", "c": "1", "later": "z", "d": "1"})),
        ("a d later".into(), "b not-shown, c not-shown".into())
    );
}

#[test]
fn rows_are_small_forms_that_see_the_form_around_them() {
    let columns = vec![
        field("code", words()),
        shown_if(field("depth", number(None)), "code = \"scratch\" and strict = true"),
    ];
    let rows = FieldKind::Rows(Box::new(fields::Rows {
        columns,
        at_least: 0,
        at_most: 3,
    }));
    let form = [
        field("defects", rows),
        field("strict", FieldKind::YesNo(Box::new(fields::YesNo {}))),
    ];
    let refused = |answers: Json| {
        let checked = ask(&form, answers);
        let refused = checked.refused.iter().map(|one| format!("{} {}", one.field, one.code));
        refused.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(refused(json!({"defects": [], "strict": true})), "");
    assert_eq!(refused(json!({"defects": [{"code": "scratch"}], "strict": false})), "");
    assert_eq!(
        refused(json!({"defects": [{"code": "dent"}, {"code": "scratch"}, {"colour": 1}], "strict": true})),
        "defects[2].depth missing, defects[3].code missing, defects[3].colour unknown-field"
    );
    assert_eq!(
        refused(json!({"defects": ["dent"], "strict": true})),
        "defects[1] wrong-type"
    );
}

#[test]
fn a_name_from_outside_comes_before_a_field_of_the_same_name() {
    let form = [
        optional(field("order", words())),
        shown_if(field("why", words()), "order = \"from outside\""),
    ];
    let context = BTreeMap::from([("order".to_string(), Value::text("from outside"))]);
    let checked = ask_with(&form, json!({"order": "typed", "why": "so"}), &context);
    assert_eq!(checked.refused, []);
}

#[test]
fn conditions_in_a_circle_come_to_an_end() {
    let form = [
        optional(shown_if(field("a", words()), "b is empty")),
        optional(shown_if(field("b", words()), "a is filled")),
    ];
    // Whatever is shown in the end, it is the same each time.
    let first = ask(&form, json!({"a": "1", "b": "2"}));
    assert_eq!(first, ask(&form, json!({"b": "2", "a": "1"})));
}
