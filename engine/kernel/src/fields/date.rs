//! `date`.

use expression::{Date, Value};
use language::fields;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place};

pub(super) fn accept(_kind: &fields::Date, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let date = answer.as_str().and_then(|text| Date::parse(text.trim()));
    date.map(Value::Date)
        .ok_or_else(|| place.wrong_type("a date like 2026-09-30", "日期，例如 2026-09-30"))
}
