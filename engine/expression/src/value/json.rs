//! The plain JSON form that people and other systems see. Types that JSON does not have become text.

use std::sync::Arc;

use serde_json::Value as Json;

use super::{Number, Value};

/// A decimal of at most 15 significant digits survives a binary double and back unharmed.
const EXACT_DIGITS: i128 = 1_000_000_000_000_000;

/// How a number is written in JSON without losing anything.
pub(super) enum JsonNumber {
    Whole(i64),
    Fraction(f64),
    /// More digits than a JSON number safely carries.
    Text(String),
}

pub(super) fn json_number(number: Number) -> JsonNumber {
    let number = number.normalize();
    let mantissa = number.mantissa();
    if mantissa.abs() < EXACT_DIGITS {
        if number.scale() == 0 {
            return JsonNumber::Whole(mantissa as i64);
        }
        // Both are exact doubles, and IEEE division rounds to the nearest one: the same double as the text reads to.
        if let Some(power) = POWERS.get(number.scale() as usize) {
            return JsonNumber::Fraction(mantissa as f64 / power);
        }
    }
    JsonNumber::Text(number.to_string())
}

const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// The decimal that the shortest text of a double says.
pub(super) fn number_of_double(double: f64) -> Option<Number> {
    // The usual case without writing the text: a decimal of at most 15 digits that is this double is its shortest text.
    for (scale, power) in POWERS.iter().enumerate().take(10) {
        let mantissa = (double * power).round();
        if mantissa.abs() >= EXACT_DIGITS as f64 {
            break;
        }
        if mantissa / power == double {
            return Some(Number::new(mantissa as i64, scale as u32));
        }
    }
    let text = format!("{double:e}");
    Number::from_scientific(&text).ok().map(|number| number.normalize())
}

impl Value {
    /// The plain form that people and other systems see; dates and durations are ISO 8601 text, a quantity is its
    /// number, a judged answer its value. Numbers with more than 15 digits are text, so that no reader bends them.
    pub fn to_json(&self) -> Json {
        match self {
            Value::Null | Value::Function(_) => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Number(number) => plain_number(*number),
            Value::Quantity(quantity) => plain_number(quantity.number),
            Value::Text(text) => Json::String(text.to_string()),
            Value::Date(date) => Json::String(date.to_string()),
            Value::Time(time) => Json::String(time.to_string()),
            Value::DateTime(moment) => Json::String(moment.to_string()),
            Value::Duration(duration) => Json::String(duration.to_string()),
            Value::YearMonths(months) => Json::String(months.to_string()),
            Value::List(items) => Json::Array(items.iter().map(Value::to_json).collect()),
            Value::Context(entries) => Json::Object(
                entries
                    .iter()
                    .map(|(key, value)| (key.to_string(), value.to_json()))
                    .collect(),
            ),
            Value::Judged(judged) => judged.value.to_json(),
            Value::Range(_) => Json::String(self.to_formula_text()),
        }
    }

    /// Numbers become decimals through their shortest text; text stays text, also when it looks like a date.
    /// A number beyond what a decimal can hold (7.9e28) is kept as text.
    pub fn from_json(json: &Json) -> Value {
        match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => from_json_number(number),
            Json::String(text) => Value::Text(Arc::from(text.as_str())),
            Json::Array(items) => Value::list(items.iter().map(Value::from_json).collect()),
            Json::Object(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| (Arc::from(key.as_str()), Value::from_json(value)));
                Value::context(entries.collect())
            }
        }
    }
}

fn plain_number(number: Number) -> Json {
    match json_number(number) {
        JsonNumber::Whole(whole) => Json::from(whole),
        JsonNumber::Fraction(fraction) => Json::from(fraction),
        JsonNumber::Text(text) => Json::String(text),
    }
}

fn from_json_number(number: &serde_json::Number) -> Value {
    if let Some(whole) = number.as_i64() {
        return Value::Number(Number::from(whole));
    }
    if let Some(whole) = number.as_u64() {
        return Value::Number(Number::from(whole));
    }
    match number.as_f64().and_then(number_of_double) {
        Some(number) => Value::Number(number),
        None => Value::text(number.to_string()),
    }
}
