//! What holds for all values and formulas.

#[path = "wasm-twin/src/cases.rs"]
#[allow(dead_code, unreachable_pub)]
mod cases;

use std::sync::Arc;

use gemba_expression::{
    Bound, Context, Date, DateTime, Duration, Formula, Judged, Limits, Names, Number, Range, Time, Value, Verdict,
    YearMonths, Zone,
};
use proptest::prelude::*;

fn number() -> impl Strategy<Value = Number> {
    (any::<i64>(), any::<i64>(), 0_u32..=28).prop_map(|(high, low, scale)| {
        let mantissa = (i128::from(high) << 20) ^ i128::from(low);
        Number::try_from_i128_with_scale(mantissa, scale).unwrap_or_default()
    })
}

fn small_number() -> impl Strategy<Value = Number> {
    (-1_000_000_i64..1_000_000, 0_u32..=6).prop_map(|(mantissa, scale)| Number::new(mantissa, scale))
}

fn zone() -> impl Strategy<Value = Zone> {
    prop_oneof![
        Just(Zone::Local),
        (-64_800..=64_800).prop_map(Zone::Offset),
        Just(Zone::Named(Arc::from("Europe/Berlin"))),
    ]
}

fn date() -> impl Strategy<Value = Date> {
    (-400_000_000_i64..400_000_000).prop_map(|days| Date::from_unix_days(days).expect("inside the calendar"))
}

fn time() -> impl Strategy<Value = Time> {
    (0_u8..24, 0_u8..60, 0_u8..60, 0_u32..1_000_000_000, zone())
        .prop_map(|(hour, minute, second, nanos, zone)| Time::new(hour, minute, second, nanos, zone).expect("shown"))
}

fn key() -> impl Strategy<Value = Arc<str>> {
    prop_oneof!["[a-z_]{0,8}", "\\$[a-z]{0,3}", ".{0,6}"].prop_map(|key| Arc::from(key.as_str()))
}

fn verdict() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        Just(Verdict::Ok),
        Just(Verdict::NotOk),
        Just(Verdict::NotDecidable),
        Just(Verdict::Undefined)
    ]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number().prop_map(Value::Number),
        small_number().prop_map(Value::Number),
        (small_number(), "[a-zA-Z]{1,4}").prop_map(|(number, unit)| Value::quantity(number, unit)),
        ".{0,20}".prop_map(Value::text),
        date().prop_map(Value::Date),
        time().prop_map(|time| Value::Time(Arc::new(time))),
        (date(), time()).prop_map(|(date, time)| Value::DateTime(Arc::new(DateTime::new(date, time)))),
        any::<i64>().prop_map(|nanos| Value::Duration(Duration(i128::from(nanos) * 1_000))),
        (-99_999_999_999_i64..99_999_999_999).prop_map(|months| Value::YearMonths(YearMonths(months))),
        (small_number(), small_number(), any::<bool>()).prop_map(|(start, end, included)| {
            let end = if included {
                Bound::Included(Value::Number(end))
            } else {
                Bound::Open
            };
            Value::Range(Arc::new(Range::new(Bound::Excluded(Value::Number(start)), end)))
        }),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 40, 6, |inner| {
        let entries = || prop::collection::btree_map(key(), inner.clone(), 0..5);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::list),
            entries().prop_map(Value::context),
            (inner.clone(), verdict(), entries()).prop_map(|(value, verdict, details)| {
                Value::Judged(Arc::new(Judged {
                    value,
                    verdict,
                    details,
                }))
            }),
        ]
    })
}

/// A condition over `a`, `b`, `c` in which nothing turns an empty answer into a certain one.
fn condition() -> impl Strategy<Value = String> {
    let name = || prop::sample::select(vec!["a", "b", "c"]);
    let atom = prop_oneof![
        name().prop_map(|name| format!("{name} is ok")),
        name().prop_map(|name| format!("{name} is not ok")),
        name().prop_map(|name| format!("{name} < 10")),
        name().prop_map(|name| format!("{name} in [1..20]")),
        Just("true".to_string()),
        Just("false".to_string()),
    ];
    atom.prop_recursive(5, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} and {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} or {b})")),
            inner.prop_map(|a| format!("not({a})")),
        ]
    })
}

fn answer(value: Option<i64>, verdict: Verdict) -> Value {
    let value = value.map_or(Value::Null, Value::from);
    Value::Judged(Arc::new(Judged {
        value,
        verdict,
        details: Context::new(),
    }))
}

fn decide(formula: &Formula, answers: [&Value; 3]) -> Value {
    let scope: Context = ["a", "b", "c"]
        .into_iter()
        .map(Arc::from)
        .zip(answers.into_iter().cloned())
        .collect();
    formula
        .evaluate(&scope, &cases::TestHost)
        .expect("no limit is reached")
        .value
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn stored_values_come_back_equal(value in value()) {
        let stored = serde_json::to_string(&value).expect("can be stored");
        let again: Value = serde_json::from_str(&stored).expect("can be read");
        prop_assert_eq!(&again, &value, "{}", stored);
        prop_assert_eq!(serde_json::to_string(&again).expect("can be stored"), stored);
        // The same through a tree of JSON, as a test or a patch would do it.
        let tree = serde_json::to_value(&value).expect("can be stored");
        prop_assert_eq!(serde_json::from_value::<Value>(tree).expect("can be read"), value);
    }

    #[test]
    fn plain_json_is_stable(value in value()) {
        let plain = Value::from_json(&value.to_json());
        prop_assert_eq!(Value::from_json(&plain.to_json()), plain);
    }

    /// A release on something unmeasured would need a true condition: there is none, unless the condition is true
    /// whatever is measured.
    #[test]
    fn not_measured_is_never_a_pass(condition in condition(), known in any::<[bool; 3]>(), good in any::<[bool; 3]>()) {
        let formula = Formula::parse(&condition, &Names::default()).expect("parses");
        let measured = [answer(Some(5), Verdict::Ok), answer(Some(50), Verdict::NotOk)];
        for missing in [answer(None, Verdict::Undefined), answer(None, Verdict::NotDecidable)] {
            let pick = |at: usize, of: bool| if of { &measured[usize::from(!good[at])] } else { &missing };
            let partly = decide(&formula, [pick(0, known[0]), pick(1, known[1]), pick(2, known[2])]);
            if partly != Value::Bool(true) {
                continue;
            }
            for choice in 0..8_usize {
                let full = [0, 1, 2].map(|at| {
                    if known[at] { &measured[usize::from(!good[at])] } else { &measured[choice >> at & 1] }
                });
                prop_assert_eq!(decide(&formula, full), Value::Bool(true), "{}", condition);
            }
        }
    }

    #[test]
    fn durations_read_back_as_they_are_shown(ms in -100_000_000_000_i64..100_000_000_000) {
        let duration = Duration::from_ms(ms.abs());
        let shown = Value::Duration(duration).display();
        prop_assert_eq!(Duration::parse(&shown), Some(duration), "{}", shown);
        prop_assert_eq!(Duration::parse(&Duration::from_ms(ms).to_string()), Some(Duration::from_ms(ms)));
    }

    #[test]
    fn moments_read_back(ms in any::<i64>(), offset_s in -64_800..64_800) {
        let moment = DateTime::from_unix_ms(ms, offset_s);
        prop_assert_eq!(moment.unix_ms(), Some(ms));
        prop_assert_eq!(DateTime::parse(&moment.to_string()), Some(moment));
    }

    #[test]
    fn a_verdict_is_certain_only_outside_the_guard_band(
        value in small_number(), lower in small_number(), width in 0_i64..1000, u in 0_i64..100
    ) {
        let upper = lower + Number::from(width);
        let limits = Limits { lower: Some(lower), upper: Some(upper) };
        let u = Number::new(u, 1);
        let verdict = limits.judge(value, Some(u));
        // Whatever the true value is within the uncertainty, a certain verdict is right about it.
        for truth in [value - u, value, value + u] {
            let right = limits.judge(truth, None);
            match verdict {
                Verdict::Ok => prop_assert_eq!(right, Verdict::Ok),
                Verdict::NotOk => prop_assert!(right == Verdict::NotOk || truth == lower || truth == upper),
                _ => {}
            }
        }
    }

    #[test]
    fn equal_numbers_are_stored_alike(number in small_number(), zeros in 0_u32..5) {
        let mut longer = number;
        longer.rescale((number.scale() + zeros).min(28));
        let stored = |number| serde_json::to_string(&Value::Number(number)).expect("can be stored");
        prop_assert_eq!(stored(number), stored(longer));
    }
}
