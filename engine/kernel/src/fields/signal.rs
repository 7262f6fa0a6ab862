//! `signal`: what a machine says, frozen when the form is sent.

use expression::{Context, Judged, Number, Value, Verdict};
use language::fields::Signal;
use language::model::Field;
use serde_json::Value as Json;
use std::sync::Arc;

use super::{Accepted, Place, numbers};
use crate::forms::Asking;
use crate::{Clock, Quality, Reading};

pub(super) fn accept(_signal: &Signal, _field: &Field, _answer: &Json, place: &Place<'_>) -> Accepted {
    Err(place.takes_no_answer())
}

pub(super) fn unanswered(signal: &Signal) -> Value {
    frozen(signal, None, None)
}

/// A reading that is missing, too old, from the future, or not of good quality has no value: undefined, which is never ok.
pub(crate) fn given(signal: &Signal, path: &str, asking: &Asking<'_>) -> Value {
    let reading = asking.known.known().signals.get(path);
    let usable = reading.filter(|reading| reading.quality == Quality::Good && is_fresh(signal, reading, &asking.at));
    let value = usable.and_then(|reading| match &reading.value {
        Json::Number(number) => {
            numbers::read_json(number).map(|number| numbers::with_unit(number, signal.unit.as_deref()))
        }
        Json::Bool(on) => Some(Value::Bool(*on)),
        Json::String(text) => Some(Value::text(text.as_str())),
        _ => None,
    });
    let at_site = reading.map(|reading| (reading, asking.at.offset_s_at(reading.at.0)));
    frozen(signal, value, at_site)
}

fn is_fresh(signal: &Signal, reading: &Reading, now: &Clock) -> bool {
    let age_ms = now.at.0.saturating_sub(reading.at.0);
    signal
        .stale_after_ms
        .is_none_or(|most_ms| age_ms <= most_ms && age_ms >= -most_ms)
}

fn frozen(signal: &Signal, value: Option<Value>, reading: Option<(&Reading, i32)>) -> Value {
    let has_limits = signal.limits.lower.is_some() || signal.limits.upper.is_some();
    let verdict = match &value {
        None => Verdict::Undefined,
        Some(value) => match number(value) {
            Some(number) => signal.limits.judge(number, None),
            // On or off is neither inside limits nor outside of them.
            None if has_limits => Verdict::Undefined,
            None => Verdict::Ok,
        },
    };
    let unit = signal.unit.as_deref();
    let end = |end: Option<Number>| end.map_or(Value::Null, |end| numbers::with_unit(end.normalize(), unit));
    let limits = Context::from([
        ("lower".into(), end(signal.limits.lower)),
        ("upper".into(), end(signal.limits.upper)),
    ]);
    let at = reading.map(|(reading, offset_s)| expression::DateTime::from_unix_ms(reading.at.0, offset_s));
    let details = Context::from([
        ("verdict".into(), Value::text(verdict.name())),
        (
            "quality".into(),
            reading.map_or(Value::Null, |(reading, _)| Value::text(reading.quality.name())),
        ),
        ("at".into(), at.map_or(Value::Null, |at| Value::DateTime(Arc::new(at)))),
        ("limits".into(), Value::Context(Arc::new(limits))),
    ]);
    Value::Judged(Arc::new(Judged {
        value: value.unwrap_or(Value::Null),
        verdict,
        details,
    }))
}

fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Quantity(quantity) => Some(quantity.number),
        _ => None,
    }
}
