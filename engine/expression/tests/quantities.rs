//! Quantities, limits, durations and values as people write and read them.

use std::sync::Arc;

use gemba_expression::{
    Context, Date, DateTime, Duration, Formula, Host, Judged, Limits, Names, Number, Template, Time, Value, Verdict,
    YearMonths, parse_duration, parse_limits, parse_quantity, units,
};

struct Clock;

impl Host for Clock {
    fn now(&self) -> DateTime {
        DateTime::parse("2026-09-30T14:05:00+02:00").expect("a moment")
    }

    fn offset_s(&self, _zone: &str, _at_unix_s: i64) -> Option<i32> {
        None
    }
}

fn number(text: &str) -> Number {
    text.parse().expect("a number")
}

/// Text, lower and upper limit, unit.
type WrittenCase = (
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
    Option<&'static str>,
);

#[test]
fn limits_are_read_as_written() {
    let cases: &[WrittenCase] = &[
        ("24.95 to 25.05 mm", Some("24.95"), Some("25.05"), Some("mm")),
        ("24.95 mm to 25.05 mm", Some("24.95"), Some("25.05"), Some("mm")),
        ("24.95 到 25.05 mm", Some("24.95"), Some("25.05"), Some("mm")),
        ("24.95–25.05 mm", Some("24.95"), Some("25.05"), Some("mm")),
        ("24.95 .. 25.05", Some("24.95"), Some("25.05"), None),
        ("-3 to 5 °C", Some("-3"), Some("5"), Some("Cel")),
        ("at least 5 N", Some("5"), None, Some("N")),
        ("at most 3 bar", None, Some("3"), Some("bar")),
        ("至少 5 N", Some("5"), None, Some("N")),
        ("至多 3 bar", None, Some("3"), Some("bar")),
        (">= 5 N", Some("5"), None, Some("N")),
        ("≤ 3 bar", None, Some("3"), Some("bar")),
        ("25 ± 0.05 mm", Some("24.95"), Some("25.05"), Some("mm")),
        ("25 +/- 0.05 mm", Some("24.95"), Some("25.05"), Some("mm")),
        ("25 mm ± 0.05", Some("24.95"), Some("25.05"), Some("mm")),
        ("5 to 5 Nm", Some("5"), Some("5"), Some("N.m")),
        ("10 to 20 %", Some("10"), Some("20"), Some("%")),
        ("10 to 20 1/min", Some("10"), Some("20"), Some("{rpm}")),
    ];
    for (text, lower, upper, unit) in cases {
        let found = parse_limits(text).unwrap_or_else(|problem| panic!("{text}: {}", problem.message));
        assert_eq!(
            found.limits,
            Limits {
                lower: lower.map(number),
                upper: upper.map(number)
            },
            "{text}"
        );
        assert_eq!(found.unit.as_deref(), *unit, "{text}");
    }
    let found = parse_limits("25 ± 0.05 mm").expect("limits");
    assert_eq!(found.target, Some(number("25")));
    let found = parse_limits("24.95 to 25.05 mm").expect("limits");
    assert_eq!(
        found.upper_span.map(|span| &"24.95 to 25.05 mm"[span.start..span.end]),
        Some("25.05")
    );
    assert_eq!(
        found.unit_span.map(|span| &"24.95 to 25.05 mm"[span.start..span.end]),
        Some("mm")
    );
}

#[test]
fn wrong_limits_say_why() {
    let cases: &[(&str, &str, Option<&str>)] = &[
        ("", "bad-limits", None),
        ("25", "bad-limits", None),
        ("about 25 mm", "bad-limits", None),
        ("25.05 to 24.95 mm", "limits-crossed", Some("24.95 to 25.05")),
        ("24.95 mm to 25.05 cm", "unit-mismatch", Some("mm")),
        ("24.95 to 25.05 milimeter", "unknown-unit", Some("millimeter")),
        ("24.95 to 25.05 MM", "unknown-unit", Some("mm")),
        ("24.95 to 25.05 mm extra", "bad-limits", None),
        ("1 to 2 to 3", "bad-limits", None),
    ];
    for (text, code, fix) in cases {
        let problem = parse_limits(text).expect_err(text);
        assert_eq!(
            (problem.code, problem.fix.as_deref()),
            (*code, *fix),
            "{text}: {}",
            problem.message
        );
    }
}

#[test]
fn quantities_are_read_as_written() {
    let cases: &[(&str, &str, Option<&str>)] = &[
        ("25.05 mm", "25.05", Some("mm")),
        ("25.05mm", "25.05", Some("mm")),
        (" -3 °C ", "-3", Some("Cel")),
        ("12 in", "12", Some("[in_i]")),
        ("12", "12", None),
        ("5 N·m", "5", Some("N.m")),
        ("3000 rpm", "3000", Some("{rpm}")),
        ("5 件", "5", Some("{pcs}")),
        ("4.7 kΩ", "4.7", Some("kOhm")),
    ];
    for (text, expected, unit) in cases {
        let (found, found_unit) = parse_quantity(text).unwrap_or_else(|problem| panic!("{text}: {}", problem.message));
        assert_eq!((found, found_unit.as_deref()), (number(expected), *unit), "{text}");
    }
    for text in ["", "mm", "25.05 mm mm", "1,5 mm", "25 xyz", "5 min"] {
        assert!(parse_quantity(text).is_err(), "{text}");
    }
}

#[test]
fn durations_are_read_as_written() {
    let minute = 60_000;
    let cases: &[(&str, i64)] = &[
        ("20 min", 20 * minute),
        ("20min", 20 * minute),
        ("3 h", 180 * minute),
        ("2 days", 2 * 1440 * minute),
        ("90 s", 90_000),
        ("1 h 30 min", 90 * minute),
        ("1 week", 7 * 1440 * minute),
        ("1.5 h", 90 * minute),
        ("250 ms", 250),
        ("PT20M", 20 * minute),
        ("P1DT1H", 25 * 60 * minute),
        ("20 分钟", 20 * minute),
        ("3 小时", 180 * minute),
        ("2 天", 2 * 1440 * minute),
        ("0 min", 0),
    ];
    for (text, ms) in cases {
        let found = parse_duration(text).unwrap_or_else(|problem| panic!("{text}: {}", problem.message));
        assert_eq!(found, Duration::from_ms(*ms), "{text}");
    }
    for text in ["", "20", "min", "20 mm", "1 month", "20 min or so", "P1Y"] {
        assert!(parse_duration(text).is_err(), "{text}");
    }
    let problem = parse_duration("20 minuts").expect_err("a slip");
    assert_eq!(problem.expected.first().map(String::as_str), Some("minute"));
}

#[test]
fn verdicts() {
    let limits = Limits {
        lower: Some(number("24.95")),
        upper: Some(number("25.05")),
    };
    let judge = |value: &str, u: Option<&str>| limits.judge(number(value), u.map(number));
    assert_eq!(judge("25", None), Verdict::Ok);
    assert_eq!(judge("24.95", None), Verdict::Ok);
    assert_eq!(judge("25.05", None), Verdict::Ok);
    assert_eq!(judge("25.051", None), Verdict::NotOk);
    assert_eq!(judge("25.04", Some("0.01")), Verdict::Ok);
    assert_eq!(judge("25.041", Some("0.01")), Verdict::NotDecidable);
    assert_eq!(judge("25.059", Some("0.01")), Verdict::NotDecidable);
    assert_eq!(judge("25.06", Some("0.01")), Verdict::NotOk);
    assert_eq!(judge("24.94", Some("0.01")), Verdict::NotOk);
    let open = Limits {
        lower: Some(number("5")),
        upper: None,
    };
    assert_eq!(
        open.judge(
            number("1e10".parse::<f64>().expect("a number").to_string().as_str()),
            None
        ),
        Verdict::Ok
    );
    assert_eq!(open.judge(number("4.9"), None), Verdict::NotOk);

    use Verdict::{NotDecidable, NotOk, Ok, Undefined};
    assert_eq!(Verdict::of_all([Ok, Ok]), Ok);
    assert_eq!(Verdict::of_all([Ok, NotDecidable]), NotDecidable);
    assert_eq!(Verdict::of_all([NotDecidable, Undefined, Ok]), Undefined);
    assert_eq!(Verdict::of_all([Undefined, NotOk, Ok]), NotOk);
    assert_eq!(Verdict::of_all([]), Undefined);
}

fn sample_values() -> Context {
    let judged = Judged {
        value: Value::quantity(number("25.010"), "mm"),
        verdict: Verdict::Ok,
        details: Context::new(),
    };
    let entries: [(&str, Value); 9] = [
        ("shaft", Value::Judged(Arc::new(judged))),
        ("qty", Value::Number(number("12.50"))),
        ("due", Value::Date(Date::parse("2026-09-30").expect("a date"))),
        ("shift", Value::Time(Arc::new(Time::parse("06:00").expect("a time")))),
        (
            "since",
            Value::DateTime(Arc::new(
                DateTime::parse("2026-09-30T06:00:30+02:00").expect("a moment"),
            )),
        ),
        ("waited", Value::Duration(Duration::from_ms(5_400_000))),
        ("term", Value::YearMonths(YearMonths(14))),
        ("list", Value::list(vec![Value::from("a"), Value::Null, Value::from(2)])),
        ("nothing", Value::Null),
    ];
    entries
        .into_iter()
        .map(|(name, value)| (Arc::from(name), value))
        .collect()
}

#[test]
fn sentences_show_values_as_people_read_them() {
    let values = sample_values();
    let cases = [
        ("{shaft}", "25.01 mm"),
        ("{qty} pieces", "12.5 pieces"),
        ("due {due}", "due 2026-09-30"),
        ("{shift} {since}", "06:00 2026-09-30 06:00:30"),
        ("{waited}, {term}", "1 h 30 min, 1 year 2 months"),
        ("{list}", "a, –, 2"),
        ("[{nothing}]", "[–]"),
        ("{shaft is ok}", "yes"),
        ("{qty > 20}", "no"),
        ("{unknown.thing}", "–"),
        ("{{{qty}}}", "{12.5}"),
        ("{\"a}b\"} {{x}}", "a}b {x}"),
        ("no values", "no values"),
        ("轴径 {shaft}", "轴径 25.01 mm"),
        ("{25 °C}", "25 °C"),
    ];
    for (source, shown) in cases {
        let template = Template::parse(source, &Names::of(&values)).expect(source);
        assert_eq!(template.render(&values, &Clock), shown, "{source}");
    }
}

#[test]
fn plain_json_is_what_other_systems_expect() {
    let plain = Value::context(sample_values()).to_json();
    let expected = serde_json::json!({
        "shaft": 25.01, "qty": 12.5, "due": "2026-09-30", "shift": "06:00:00", "since": "2026-09-30T06:00:30+02:00",
        "waited": "PT1H30M", "term": "P1Y2M", "list": ["a", null, 2], "nothing": null,
    });
    assert_eq!(plain, expected);
    let long = Value::Number(number("0.1234567890123456789"));
    assert_eq!(long.to_json(), serde_json::json!("0.1234567890123456789"));
    assert_eq!(Value::from_json(&serde_json::json!(1.1)), Value::Number(number("1.1")));
    assert_eq!(Value::from_json(&serde_json::json!(1e300)), Value::from("1e+300"));
}

#[test]
fn the_stored_form_is_fixed() {
    // Run states of years ago must still be read: a change here needs a new version of the state.
    let stored = serde_json::to_string(&Value::context(sample_values())).expect("can be stored");
    let expected = r#"{"due":{"$d":"2026-09-30"},"list":["a",null,2],"nothing":null,"qty":12.5,"shaft":{"$j":{"v":{"$q":["25.01","mm"]},"is":"ok"}},"shift":{"$t":"06:00:00"},"since":{"$dt":"2026-09-30T06:00:30+02:00"},"term":{"$ym":"P1Y2M"},"waited":{"$dur":"PT1H30M"}}"#;
    assert_eq!(stored, expected);
    let tricky: Context = [("$d", Value::from("no date")), ("a", Value::from(1))]
        .into_iter()
        .map(|(name, value)| (Arc::from(name), value))
        .collect();
    let stored = serde_json::to_string(&Value::context(tricky.clone())).expect("can be stored");
    assert_eq!(stored, r#"{"$c":{"$d":"no date","a":1}}"#);
    assert_eq!(
        serde_json::from_str::<Value>(&stored).expect("can be read"),
        Value::context(tricky)
    );
    for broken in [
        r#"{"$d":"2026-13-01"}"#,
        r#"{"$n":"x"}"#,
        r#"{"$unknown":1}"#,
        r#"{"$d":"2026-09-30","x":1}"#,
        "1e400",
    ] {
        assert!(serde_json::from_str::<Value>(broken).is_err(), "{broken}");
    }
}

#[test]
fn every_spelling_of_a_unit_means_one_unit() {
    let mut seen = std::collections::BTreeMap::new();
    for unit in units::UNITS {
        let mut own: Vec<&str> = vec![unit.code, unit.symbol];
        own.extend(unit.spellings);
        own.dedup();
        assert!(own.iter().all(|spelling| spelling.chars().count() <= 16), "{own:?}");
        for spelling in own {
            assert!(!units::is_time_unit(spelling), "{spelling} is a unit of time");
            if let Some(other) = seen.insert(spelling, unit.code) {
                assert_eq!(other, unit.code, "{spelling} means two units");
            }
        }
        // What is shown can be typed in again.
        let formula = Formula::parse(&format!("1 {}", unit.symbol), &Names::default());
        let formula = formula.unwrap_or_else(|problems| panic!("{}: {problems:?}", unit.symbol));
        let value = formula.evaluate(&Context::new(), &Clock).expect("no limit").value;
        assert_eq!(value, Value::quantity(Number::ONE, unit.code), "{}", unit.symbol);
    }
    assert_eq!(units::near("milimeter").first().map(String::as_str), Some("millimeter"));
}

#[test]
fn formulas_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Formula>();
    shared::<Template>();
    shared::<Value>();
}
