//! What a formula costs: reading it, checking it, and working it out once it is read.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use gemba_expression::{Context, DateTime, Formula, Host, Names, Value};

struct Clock;

impl Host for Clock {
    fn now(&self) -> DateTime {
        DateTime::from_unix_ms(1_790_000_000_000, 7_200)
    }

    fn offset_s(&self, _zone: &str, _at_unix_s: i64) -> Option<i32> {
        None
    }
}

const SIMPLE: &str = "temperature > 80 and pressure < 6.5";
const LONG: &str = "if shaft_diameter is ok and surface is ok and count(defects[severity = \"critical\"]) = 0 \
                    and qty >= batch_size * 0.98 then \"release \" + order.name else \"hold\"";

fn values() -> Context {
    let json = serde_json::json!({
        "temperature": 81, "pressure": 6, "qty": 99, "batch_size": 100, "order": {"name": "4711"},
        "shaft_diameter": {"$j": {"v": {"$q": ["25.01", "mm"]}, "is": "ok", "d": {"samples": [25.0, 25.01, 25.02]}}},
        "surface": {"$j": {"v": "pass", "is": "ok"}},
        "defects": [{"severity": "minor"}, {"severity": "minor"}, {"severity": "minor"}],
    });
    match serde_json::from_value(json) {
        Ok(Value::Context(entries)) => (*entries).clone(),
        _ => Context::new(),
    }
}

fn formulas(bench: &mut Criterion) {
    let values = values();
    let names = Names::of(&values);
    for (name, source) in [("simple", SIMPLE), ("long", LONG)] {
        bench.bench_function(&format!("parse {name}"), |b| {
            b.iter(|| Formula::parse(black_box(source), &names))
        });
        let formula = Formula::parse(source, &names).expect("parses");
        bench.bench_function(&format!("check {name}"), |b| {
            b.iter(|| formula.check(black_box(&names)))
        });
        bench.bench_function(&format!("evaluate {name}"), |b| {
            b.iter(|| formula.evaluate(black_box(&values), &Clock))
        });
    }
    let value = Value::context(values);
    let stored = serde_json::to_string(&value).expect("can be stored");
    bench.bench_function("store values", |b| b.iter(|| serde_json::to_string(black_box(&value))));
    bench.bench_function("read values", |b| {
        b.iter(|| serde_json::from_str::<Value>(black_box(&stored)))
    });
}

criterion_group!(benches, formulas);
criterion_main!(benches);
