//! Runs cases of formulas. Included by the native tests and compiled into the WASM twin, so that both run the same.

use std::sync::Arc;

use gemba_expression::{Context, DateTime, Formula, Host, Names, Number, Outcome, Problem, Template, Value};
use serde_json::Value as Json;

/// A clock that stands still, and all zones of the IANA database.
pub struct TestHost;

impl Host for TestHost {
    fn now(&self) -> DateTime {
        DateTime::parse("2026-09-30T14:05:00+02:00").expect("a moment")
    }

    fn offset_s(&self, zone: &str, at_unix_s: i64) -> Option<i32> {
        let zone = jiff::tz::TimeZone::get(zone).ok()?;
        // jiff ends at the year 9999; the rules of a year so far away are anybody's guess.
        let at = at_unix_s.clamp(-377_000_000_000, 253_000_000_000);
        let at = jiff::Timestamp::from_second(at).ok()?;
        Some(zone.to_offset(at).seconds())
    }
}

/// Values of a case: JSON, with `{"$d": …}` and so on for what JSON does not have (see the crate's stored form).
pub fn values(json: &Json) -> Context {
    let value: Value = serde_json::from_value(json.clone()).expect("stored values");
    match value {
        Value::Context(entries) => (*entries).clone(),
        _ => Context::new(),
    }
}

/// What a formula gives, as the exact stored form; problems by their codes.
pub fn run(formula: &str, values: &Context) -> Json {
    let names = Names::of(values);
    let formula = match Formula::parse(formula, &names) {
        Ok(formula) => formula,
        Err(problems) => {
            return serde_json::json!({ "parse": problems.iter().map(shown).collect::<Vec<_>>() });
        }
    };
    let references: Vec<String> = formula.references().iter().map(|r| r.path.join(".")).collect();
    let (of, problems) = formula.check(&names);
    let checked: Vec<Json> = problems.iter().map(shown).collect();
    let result = match formula.evaluate(values, &TestHost) {
        Ok(Outcome { value, notes }) => {
            let value = serde_json::to_string(&value).expect("values can be stored");
            serde_json::json!({ "value": value, "notes": notes.iter().map(shown).collect::<Vec<_>>() })
        }
        Err(problem) => serde_json::json!({ "limit": shown(&problem) }),
    };
    serde_json::json!({ "refs": references, "type": format!("{of:?}"), "check": checked, "result": result })
}

/// A sentence with its values, or the codes of what is wrong with it.
pub fn sentence(source: &str, values: &Context) -> Json {
    match Template::parse(source, &Names::of(values)) {
        Ok(template) => Json::from(template.render(values, &TestHost)),
        Err(problems) => {
            serde_json::json!({ "parse": problems.iter().map(shown).collect::<Vec<_>>() })
        }
    }
}

fn shown(problem: &Problem) -> Json {
    serde_json::json!({
        "code": problem.code,
        "at": [problem.span.start, problem.span.end],
        "message": problem.message,
        "zh": problem.message_zh,
        "fix": problem.fix,
        "expected": problem.expected,
    })
}

/// A check of the DMN TCK in its reduced form: steps that see the results of those before them, and the last one's
/// expected value as a formula. `Ok` when it holds, else what came instead.
pub fn tck(case: &Json) -> Result<(), String> {
    let text = |json: &Json| json.as_str().unwrap_or_default().to_string();
    let mut scope = match evaluate(&text(&case["inputs"]), &Context::new())? {
        Value::Context(entries) => (*entries).clone(),
        other => return Err(format!("inputs are {other:?}")),
    };
    let mut last = Value::Null;
    for step in case["steps"].as_array().into_iter().flatten() {
        // A decision service is given some of its decisions as inputs.
        if let Some(given) = scope.get(text(&step[0]).as_str()) {
            last = given.clone();
            continue;
        }
        let value = evaluate(&text(&step[1]), &scope).unwrap_or(Value::Null);
        last = match step[2].as_str() {
            Some(of) => coerced(value, of),
            None => value,
        };
        scope.insert(Arc::from(text(&step[0])), last.clone());
    }
    let expected = evaluate(&text(&case["exp"]), &Context::new())?;
    if same(&last, &expected) {
        Ok(())
    } else {
        Err(last_shown(&last))
    }
}

fn last_shown(value: &Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn evaluate(source: &str, scope: &Context) -> Result<Value, String> {
    let formula = Formula::parse(source, &Names::of(scope)).map_err(|problems| problems[0].message.clone())?;
    let outcome = formula
        .evaluate_with_functions(scope, &TestHost)
        .map_err(|problem| problem.message)?;
    Ok(outcome.value)
}

/// What DMN does with the result of a decision of a declared type (DMN 1.5, 10.3.2.9.4): it conforms, or is one
/// item for a list or a list for one item, or it is null. Types of the TCK's own are known by their names.
fn coerced(value: Value, of: &str) -> Value {
    let test: fn(&Value) -> bool = match of {
        "string" => |v| matches!(v, Value::Text(_)),
        "number" => |v| matches!(v, Value::Number(_)),
        "boolean" => |v| matches!(v, Value::Bool(_)),
        "date" => |v| matches!(v, Value::Date(_)),
        "time" => |v| matches!(v, Value::Time(_)),
        "dateTime" | "date and time" => |v| matches!(v, Value::DateTime(_)),
        "dayTimeDuration" | "days and time duration" => |v| matches!(v, Value::Duration(_)),
        "yearMonthDuration" | "years and months duration" => |v| matches!(v, Value::YearMonths(_)),
        "tNumberList" => return list_of(value, |v| matches!(v, Value::Number(_))),
        "tStringList" => return list_of(value, |v| matches!(v, Value::Text(_))),
        _ => return value,
    };
    let single = match &value {
        Value::List(items) if items.len() == 1 => Some(items[0].clone()),
        _ => None,
    };
    let value = single.unwrap_or(value);
    if test(&value) { value } else { Value::Null }
}

fn list_of(value: Value, test: fn(&Value) -> bool) -> Value {
    match &value {
        Value::List(items) if items.iter().all(|item| test(item) || *item == Value::Null) => value,
        Value::List(_) | Value::Null => Value::Null,
        single if test(single) => Value::list(vec![value]),
        _ => Value::Null,
    }
}

fn same(actual: &Value, expected: &Value) -> bool {
    match (actual, expected) {
        (Value::Number(a), Value::Number(e)) => {
            // Some results of the TCK were written down from binary floats: 13 digits are right.
            let close = (e.abs() * Number::new(1, 13)).max(Number::new(1, e.scale()));
            a == e || e.scale() >= 8 && (*a - *e).abs() <= close
        }
        (Value::List(a), Value::List(e)) => a.len() == e.len() && a.iter().zip(e.iter()).all(|(a, e)| same(a, e)),
        (Value::Context(a), Value::Context(e)) => {
            a.len() == e.len() && a.iter().zip(e.iter()).all(|((k, a), (l, e))| k == l && same(a, e))
        }
        (a, e) => a == e,
    }
}

/// The formulas of the table, as a start for mutants.
pub fn seeds(table: &str) -> Vec<String> {
    let table: Vec<Json> = serde_json::from_str(table).expect("a list of cases");
    table
        .iter()
        .filter_map(|case| case["formula"].as_str())
        .map(String::from)
        .collect()
}

/// Values such as an app on the floor has.
pub fn floor_values() -> Context {
    values(&serde_json::json!({
        "shaft_diameter": {"$j": {"v": {"$q": ["25.01", "mm"]}, "is": "ok", "d": {"samples": [25.0, 25.01, 25.02]}}},
        "surface": {"$j": {"v": null, "is": "undefined"}},
        "轴径": {"$j": {"v": 25, "is": "not_decidable"}},
        "order": {"customer": {"name": "Müller"}, "due": {"$d": "2026-10-01"}},
        "defects": [{"severity": "minor", "code": "D1"}, {"severity": "critical", "code": "D2"}],
        "qty": 3, "a": 1, "b": 2, "x": "x", "comment": "Hairline CRACK", "approved": true, "nothing": null,
        "weights": [0.1, 0.2, 0.3], "m": [3, 1, 2], "batch size": 4, "started": {"$dt": "2026-09-30T06:00:00Z"},
        "shift start": {"$t": "06:00:00"}, "pause": {"$dur": "PT20M"}, "term": {"$ym": "P1Y"},
    }))
}

/// How far a text got.
pub struct Gist {
    pub parsed: bool,
    pub limited: bool,
}

/// Parses, checks, lists the names, evaluates and stores.
pub fn gist(text: &str, values: &Context, names: &Names) -> Gist {
    let Ok(formula) = Formula::parse(text, names) else {
        return Gist {
            parsed: false,
            limited: false,
        };
    };
    formula.references();
    formula.check(names);
    let outcome = formula.evaluate(values, &TestHost);
    let limited = outcome.is_err();
    if let Ok(outcome) = outcome {
        let stored = serde_json::to_string(&outcome.value).expect("values can be stored");
        let again: Value = serde_json::from_str(&stored).expect("stored values can be read");
        assert_eq!(
            serde_json::to_string(&again).expect("values can be stored"),
            stored,
            "{text}"
        );
        outcome.value.display();
        outcome.value.to_json();
    }
    Gist { parsed: true, limited }
}

/// One line for each case of a request: a table of formulas, checks of the TCK, and so many mutants.
pub fn answer(request: &Json, mutant: fn(u64, &[String]) -> String) -> Vec<String> {
    let mut lines = Vec::new();
    for case in request["table"].as_array().into_iter().flatten() {
        let formula = case["formula"].as_str().unwrap_or_default();
        lines.push(run(formula, &values(&case["values"])).to_string());
    }
    for check in request["tck"].as_array().into_iter().flatten() {
        let held = match tck(check) {
            Ok(()) => "holds".to_string(),
            Err(got) => got,
        };
        lines.push(format!("{} {held}", check["id"]));
        for step in check["steps"].as_array().into_iter().flatten() {
            lines.push(run(step[1].as_str().unwrap_or_default(), &floor_values()).to_string());
        }
    }
    let seeds: Vec<String> = serde_json::from_value(request["seeds"].clone()).unwrap_or_default();
    let floor = floor_values();
    for number in 0..request["mutants"].as_u64().unwrap_or(0) {
        let text = mutant(number, &seeds);
        lines.push(run(&text, &floor).to_string());
        lines.push(sentence(&text, &floor).to_string());
    }
    lines
}
