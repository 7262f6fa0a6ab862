//! Fields that ask the world: gauges, records, people, machines. Whatever is not known, not in order or not sure is never ok.

mod support;

use std::collections::BTreeMap;

use expression::{Date, Value, Verdict};
use gemba_kernel::forms::{Asking, Checked, check};
use gemba_kernel::{Clock, Known, Looked, NOTHING, PersonKnown, Quality, Reading, Record, Timestamp, Zone};
use language::model::{App, Field, Id};
use language::steps::StepKind;
use serde_json::{Value as Json, json};
use support::{BEGIN, object};

const SITE: &str = "site: Plant\ntime_zone: Asia/Shanghai\nareas:\n  - area: hall\n    lines:\n      - line: line-3\n        stations: [qc-1, qc-2]\nroles: [operator, inspector]\nshifts:\n  - shift: Early\n    days: mon-fri\n    from: \"06:00\"\n    to: \"14:00\"\nreasons:\n  - tree: Downtime\n    reasons: [Machine: [Spindle, Coolant], Other]\ntables:\n  - table: Gauges\n    key: gauge\n    columns: [gauge, calibrated_until, uncertainty]\n  - table: Lots\n    key: lot\n    columns: [lot, material, open]\nsignals:\n  - signal: Spindle speed\n    unit: 1/min\n    stale_after: 10 s\n";

/// The fields of the only form of an app.
fn fields(written: &str) -> Vec<Field> {
    let site = language::read_site(SITE);
    assert!(site.value.is_some(), "{:#?}", site.diagnostics);
    let lines: String = written.lines().map(|line| format!("      {line}\n")).collect();
    let read = language::read_app(
        &format!("app: A\nsteps:\n  - form: Ask\n    fields:\n{lines}"),
        site.value.as_ref(),
    );
    let app: App = read
        .value
        .unwrap_or_else(|| panic!("{written}\n{:#?}", read.diagnostics));
    match &app.steps[0].kind {
        StepKind::Form(form) => form.fields.clone(),
        other => panic!("{other:?}"),
    }
}

fn ask(form: &[Field], answers: Json, known: Looked<'_>) -> Checked {
    let at = Clock {
        at: BEGIN,
        zone: Zone {
            offset_s: 8 * 3600,
            next: None,
        },
    };
    let asking = Asking {
        step: Some(&Id::new("ask")),
        context: &BTreeMap::new(),
        at,
        person: Some("li"),
        known,
    };
    check(form, &object(answers), &asking)
}

fn codes(checked: &Checked) -> Vec<(&str, &str)> {
    let refused = checked.refused.iter();
    refused
        .map(|refused| (refused.field.as_str(), refused.code.as_str()))
        .collect()
}

fn verdict(checked: &Checked, field: &str) -> Verdict {
    checked.values[&Id::new(field)].verdict().expect("it is judged")
}

fn record(columns: &[(&str, Value)]) -> Record {
    columns
        .iter()
        .map(|(column, value)| (Id::new(column), value.clone()))
        .collect()
}

fn gauge(until: Value, uncertainty: Value) -> Known {
    let record = record(&[
        ("gauge", Value::text("M-7")),
        ("calibrated_until", until),
        ("uncertainty", uncertainty),
    ]);
    Known {
        records: BTreeMap::from([("micrometer".into(), Some(record))]),
        ..Known::default()
    }
}

fn day(year: i32, month: u8, day: u8) -> Value {
    Value::Date(Date::new(year, month, day).expect("a day"))
}

const MEASURED: &str = "- gauge: Micrometer\n- measure: Diameter\n  limits: 9 to 11 mm\n  gauge: micrometer";

#[test]
fn a_gauge_must_be_known_and_calibrated() {
    let form = fields("- gauge: Micrometer");
    let answers = || json!({"micrometer": " M-7 "});
    let today = BEGIN.0.div_euclid(86_400_000);
    let today = Value::Date(Date::from_unix_days(today).expect("a day"));
    for (known, expected) in [
        (gauge(today, Value::Null), vec![]),
        (gauge(Value::text("2999-01-01"), Value::Null), vec![]),
        (
            gauge(day(2000, 1, 1), Value::Null),
            vec![("micrometer", "calibration-due")],
        ),
        (
            gauge(Value::Null, Value::Null),
            vec![("micrometer", "calibration-unknown")],
        ),
        (
            gauge(Value::text("soon"), Value::Null),
            vec![("micrometer", "calibration-unknown")],
        ),
        (Known::default(), vec![("micrometer", "unknown-record")]),
    ] {
        let checked = ask(&form, answers(), Looked::Up(&known));
        assert_eq!(codes(&checked), expected, "{known:?}");
        let passes = verdict(&checked, "micrometer") == Verdict::Ok;
        assert_eq!(passes, expected.is_empty());
    }
    // A page that has not asked refuses nothing, and nothing passes by it.
    let checked = ask(&form, answers(), Looked::NotYet(NOTHING));
    assert_eq!(codes(&checked), []);
    assert_eq!(verdict(&checked, "micrometer"), Verdict::Undefined);
}

#[test]
fn a_measurement_takes_its_uncertainty_from_the_record_of_its_gauge() {
    let form = fields(MEASURED);
    let number = |text: &str| Value::Number(text.parse().expect("a number"));
    let judged = |known: Looked<'_>, measured: &str| {
        let checked = ask(&form, json!({"micrometer": "M-7", "diameter": measured}), known);
        verdict(&checked, "diameter")
    };
    let sure = gauge(day(2999, 1, 1), number("0.1"));
    for (measured, expected) in [
        ("9.1", Verdict::Ok),
        ("9.09", Verdict::NotDecidable),
        ("8.91", Verdict::NotDecidable),
        ("8.9", Verdict::NotOk),
        ("10.9", Verdict::Ok),
        ("10.91", Verdict::NotDecidable),
        ("11.1", Verdict::NotOk),
    ] {
        assert_eq!(judged(Looked::Up(&sure), measured), expected, "{measured}");
    }
    // Without an uncertainty the limits decide; without a gauge that is in order nothing does.
    let silent = gauge(day(2999, 1, 1), Value::Null);
    assert_eq!(judged(Looked::Up(&silent), "9"), Verdict::Ok);
    let due = gauge(day(2000, 1, 1), number("0.1"));
    for looked in [Looked::Up(&due), Looked::Up(NOTHING), Looked::NotYet(NOTHING)] {
        assert_eq!(judged(looked, "10"), Verdict::Undefined);
    }
}

#[test]
fn a_gauge_may_be_written_by_its_number() {
    let form = fields("- measure: Diameter\n  limits: 9 to 11 mm\n  gauge: M-7");
    let mut known = gauge(day(2999, 1, 1), Value::Number("0.5".parse().expect("a number")));
    known.records = known
        .records
        .into_values()
        .map(|record| ("diameter".to_owned(), record))
        .collect();
    let checked = ask(&form, json!({"diameter": 9.2}), Looked::Up(&known));
    assert_eq!(verdict(&checked, "diameter"), Verdict::NotDecidable);
    let unknown = ask(&form, json!({"diameter": 10}), Looked::Up(NOTHING));
    assert_eq!(codes(&unknown), [("diameter", "unknown-record")]);
    assert_eq!(verdict(&unknown, "diameter"), Verdict::Undefined);
}

#[test]
fn what_a_machine_says_counts_only_while_it_is_fresh_and_good() {
    let form = fields("- signal: Spindle speed\n  limits: 1190 to 1210\n- formula: Fast\n  is: = spindle_speed > 1000");
    let judged = |value: Json, quality, age_ms| {
        let reading = Reading {
            value,
            quality,
            at: Timestamp(BEGIN.0 - age_ms),
        };
        let known = Known {
            signals: BTreeMap::from([("spindle_speed".into(), reading)]),
            ..Known::default()
        };
        let checked = ask(&form, json!({}), Looked::Up(&known));
        assert_eq!(codes(&checked), []);
        (
            verdict(&checked, "spindle_speed"),
            checked.values[&Id::new("fast")].clone(),
        )
    };
    let good = Quality::Good;
    assert_eq!(judged(json!(1200), good, 10_000), (Verdict::Ok, Value::Bool(true)));
    assert_eq!(judged(json!(1211), good, 0).0, Verdict::NotOk);
    for (value, quality, age_ms) in [
        (json!(1200), good, 10_001),
        (json!(1200), good, -10_001),
        (json!(1200), Quality::Bad, 0),
        (json!(1200), Quality::Uncertain, 0),
        (json!(null), good, 0),
        (json!(true), good, 0),
        (json!([1200]), good, 0),
    ] {
        let (verdict, fast) = judged(value.clone(), quality, age_ms);
        assert_eq!(verdict, Verdict::Undefined, "{value} {quality:?} {age_ms}");
        assert_ne!(fast, Value::Bool(true), "{value} {quality:?} {age_ms}");
    }
    let silent = ask(&form, json!({}), Looked::Up(NOTHING));
    assert_eq!(verdict(&silent, "spindle_speed"), Verdict::Undefined);
    let typed = ask(&form, json!({"spindle_speed": 1200}), Looked::Up(NOTHING));
    assert_eq!(codes(&typed), [("spindle_speed", "unknown-field")]);
}

#[test]
fn people_are_known_and_have_the_role() {
    let form = fields("- person: Trainer\n  role: inspector");
    let wang = |roles: &[&str]| PersonKnown {
        id: "wang".into(),
        name: "Wang".into(),
        roles: roles.iter().map(|role| (*role).into()).collect(),
    };
    let with = |person: Option<PersonKnown>| Known {
        people: BTreeMap::from([("trainer".into(), person)]),
        ..Known::default()
    };
    for (known, expected) in [
        (with(Some(wang(&["inspector"]))), vec![]),
        (with(Some(wang(&["operator"]))), vec![("trainer", "role-missing")]),
        (with(None), vec![("trainer", "unknown-person")]),
        (Known::default(), vec![("trainer", "unknown-person")]),
    ] {
        let checked = ask(&form, json!({"trainer": "wang"}), Looked::Up(&known));
        assert_eq!(codes(&checked), expected, "{known:?}");
    }
    assert_eq!(
        codes(&ask(&form, json!({"trainer": "wang"}), Looked::NotYet(NOTHING))),
        []
    );
}

#[test]
fn a_second_person_is_another_one_and_has_confirmed_it() {
    let form = fields("- verify: Second look\n  role: inspector");
    let verified = |id: &str, role: &str| Known {
        verified: BTreeMap::from([(
            "second_look".into(),
            PersonKnown {
                id: id.into(),
                name: String::new(),
                roles: vec![role.into()],
            },
        )]),
        ..Known::default()
    };
    for (person, known, expected) in [
        ("wang", verified("wang", "inspector"), vec![]),
        (
            "wang",
            verified("wang", "operator"),
            vec![("second_look", "role-missing")],
        ),
        (
            "wang",
            verified("zhao", "inspector"),
            vec![("second_look", "not-verified")],
        ),
        ("wang", Known::default(), vec![("second_look", "not-verified")]),
        (
            " Li ",
            verified("li", "inspector"),
            vec![("second_look", "another-person")],
        ),
    ] {
        let checked = ask(&form, json!({"second_look": {"person": person}}), Looked::Up(&known));
        assert_eq!(codes(&checked), expected, "{person} {known:?}");
    }
    assert_eq!(
        codes(&ask(&form, json!({}), Looked::Up(NOTHING))),
        [("second_look", "missing")]
    );
}

#[test]
fn a_record_is_picked_by_its_key_when_it_fits() {
    let form = fields(
        "- pick: Which lot\n  from: Lots\n  show: [material]\n  where: open = true\n- lot: Other lot\n  from: Lots\n  optional: yes",
    );
    let lot = |open: bool| record(&[("lot", Value::text("L1")), ("open", Value::Bool(open))]);
    let with = |found: Option<Record>| Known {
        records: BTreeMap::from([("which_lot".into(), found.clone()), ("other_lot".into(), found)]),
        ..Known::default()
    };
    let answers = || json!({"which_lot": "L1"});
    let picked = ask(&form, answers(), Looked::Up(&with(Some(lot(true)))));
    assert_eq!(codes(&picked), []);
    let value = picked.values[&Id::new("which_lot")].to_json();
    assert_eq!(value, json!({"lot": "L1", "material": null, "open": true}));
    assert_eq!(
        codes(&ask(&form, answers(), Looked::Up(&with(Some(lot(false)))))),
        [("which_lot", "not-an-option")]
    );
    assert_eq!(
        codes(&ask(&form, answers(), Looked::Up(&with(None)))),
        [("which_lot", "unknown-record")]
    );
    let both = json!({"which_lot": "L1", "other_lot": "L9"});
    let known = Known {
        records: BTreeMap::from([("which_lot".into(), Some(lot(true))), ("other_lot".into(), None)]),
        ..Known::default()
    };
    assert_eq!(
        codes(&ask(&form, both, Looked::Up(&known))),
        [("other_lot", "unknown-record")]
    );
}

#[test]
fn what_the_site_offers_can_be_chosen_and_nothing_else() {
    let form = fields(
        "- shift: Which shift\n- place: Where\n  below: hall\n  level: station\n- reason: Why\n  from: Downtime",
    );
    let good = json!({"which_shift": "early", "where": "qc-1", "why": ["Machine", "Coolant"]});
    let checked = ask(&form, good.clone(), Looked::Up(NOTHING));
    assert_eq!(codes(&checked), []);
    assert_eq!(checked.values[&Id::new("why")], Value::text("Machine / Coolant"));
    for (field, answer, code) in [
        ("which_shift", json!("late"), "not-an-option"),
        ("where", json!("line-3"), "not-an-option"),
        ("where", json!(3), "wrong-type"),
        ("why", json!(["Machine"]), "too-coarse"),
        ("why", json!(["Machine", "Fuse"]), "not-an-option"),
        ("why", json!(["Other", "More"]), "not-an-option"),
        ("why", json!([]), "too-few"),
    ] {
        let mut answers = good.clone();
        answers[field] = answer.clone();
        assert_eq!(
            codes(&ask(&form, answers, Looked::Up(NOTHING))),
            [(field, code)],
            "{answer}"
        );
    }
}

#[test]
fn objections_are_heard_for_every_field_and_in_rows() {
    let form = fields(
        "- number: Weight\n  unit: kg\n  warn_if: {if: weight > 20 kg, message: '{weight} is heavy'}\n  refuse_if: weight > 50 kg\n- rows: Parts\n  columns:\n    - whole: Pieces\n      warn_if: pieces > 10",
    );
    let asked = |weight: i64, pieces: i64| {
        ask(
            &form,
            json!({"weight": weight, "parts": [{"pieces": pieces}]}),
            Looked::Up(NOTHING),
        )
    };
    let warned = |checked: &Checked| -> Vec<String> { checked.warned.iter().map(|one| one.field.clone()).collect() };
    let fine = asked(20, 10);
    assert!(fine.refused.is_empty() && fine.warned.is_empty());
    let heavy = asked(30, 11);
    assert_eq!(warned(&heavy), ["weight", "parts[1].pieces"]);
    assert_eq!(heavy.warned[0].message.0, "30 kg is heavy");
    assert!(heavy.refused.is_empty());
    let refused = asked(51, 1);
    assert_eq!(codes(&refused), [("weight", "refused")]);
}
