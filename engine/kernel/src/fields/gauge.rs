//! `gauge`: what is measured with; refused when its calibration is due.

use expression::{Context, Date, Judged, Number, Value, Verdict};
use language::fields::{CALIBRATED_UNTIL, Gauge, UNCERTAINTY};
use language::model::{Field, Id};
use serde_json::Value as Json;
use std::sync::Arc;

use super::{Accepted, Place, lookup, texts};
use crate::limits::CODE_CHARACTERS_MAX;
use crate::{FieldRefusal, Record};

/// Ok when it is known and its calibration holds today; undefined until it has been looked up.
pub(super) fn accept(_gauge: &Gauge, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let number = texts::line(answer, CODE_CHARACTERS_MAX, place)?.trim();
    Ok(match lookup::record(number, place)? {
        Some(record) => {
            calibrated(number, record, place)?;
            judged(Value::text(number), Verdict::Ok, Some(record))
        }
        None => judged(Value::text(number), Verdict::Undefined, None),
    })
}

pub(super) fn unanswered() -> Value {
    judged(Value::Null, Verdict::Undefined, None)
}

/// Refuses a gauge whose calibration is due, and one of which nobody knows until when it holds.
pub(super) fn calibrated(number: &str, record: &Record, place: &Place<'_>) -> Result<(), Vec<FieldRefusal>> {
    let Some(until) = date(column(record, CALIBRATED_UNTIL)) else {
        let en = format!("nobody knows until when gauge '{number}' is calibrated");
        return Err(place.refuse("calibration-unknown", &en, &format!("不知道量具“{number}”的校准有效期")));
    };
    if place.asking.at.moment().date() > until {
        let until = Value::Date(until).display();
        let en = format!("the calibration of gauge '{number}' was due on {until}");
        return Err(place.refuse(
            "calibration-due",
            &en,
            &format!("量具“{number}”的校准已于 {until} 到期"),
        ));
    }
    Ok(())
}

/// The expanded uncertainty that the record tells; `None` when it tells none that can be used.
pub(super) fn uncertainty(record: &Record) -> Option<Number> {
    number(column(record, UNCERTAINTY))
}

/// The same of a `gauge` field's value; `None` when it is not answered or not in order.
pub(super) fn uncertainty_of(gauge: &Value) -> Option<Option<Number>> {
    match gauge {
        Value::Judged(judged) if judged.verdict == Verdict::Ok => {
            Some(judged.details.get(UNCERTAINTY).and_then(number))
        }
        _ => None,
    }
}

fn column<'r>(record: &'r Record, name: &str) -> &'r Value {
    record.get(&Id::new(name)).unwrap_or(&Value::Null)
}

fn date(value: &Value) -> Option<Date> {
    match value.plain() {
        Value::Date(date) => Some(*date),
        Value::DateTime(moment) => Some(moment.date()),
        Value::Text(text) => Date::parse(text.trim()),
        _ => None,
    }
}

fn number(value: &Value) -> Option<Number> {
    let number = match value.plain() {
        Value::Number(number) => *number,
        Value::Quantity(quantity) => quantity.number,
        Value::Text(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    Some(number.abs())
}

fn judged(value: Value, verdict: Verdict, record: Option<&Record>) -> Value {
    let of = |name: &str| record.map_or(&Value::Null, |record| column(record, name));
    let mut details = Context::new();
    details.insert("verdict".into(), Value::text(verdict.name()));
    details.insert(
        CALIBRATED_UNTIL.into(),
        date(of(CALIBRATED_UNTIL)).map_or(Value::Null, Value::Date),
    );
    details.insert(
        UNCERTAINTY.into(),
        number(of(UNCERTAINTY)).map_or(Value::Null, Value::Number),
    );
    Value::Judged(Arc::new(Judged {
        value,
        verdict,
        details,
    }))
}
