//! Any text as a formula, a sentence, limits and a duration: never a panic, a hang or an overflow of the stack.
#![no_main]

use gemba_expression::{
    Context, DateTime, Formula, Host, Names, Template, Value, parse_duration, parse_limits, parse_quantity,
};
use libfuzzer_sys::fuzz_target;

struct Clock;

impl Host for Clock {
    fn now(&self) -> DateTime {
        DateTime::from_unix_ms(1_790_000_000_000, 7_200)
    }

    fn offset_s(&self, zone: &str, _at_unix_s: i64) -> Option<i32> {
        (zone == "Europe/Berlin").then_some(7_200)
    }
}

fuzz_target!(|text: &str| {
    let values: Context = [("a", Value::from(1)), ("x", Value::from("text")), ("batch size", Value::from(4))]
        .into_iter()
        .map(|(name, value)| (name.into(), value))
        .collect();
    let names = Names::of(&values);
    if let Ok(formula) = Formula::parse(text, &names) {
        formula.references();
        formula.check(&names);
        if let Ok(outcome) = formula.evaluate(&values, &Clock) {
            let stored = serde_json::to_string(&outcome.value).expect("values can be stored");
            let again: Value = serde_json::from_str(&stored).expect("stored values can be read");
            assert_eq!(again, outcome.value);
        }
    }
    if let Ok(template) = Template::parse(text, &names) {
        template.render(&values, &Clock);
    }
    drop((parse_limits(text), parse_quantity(text), parse_duration(text)));
});
