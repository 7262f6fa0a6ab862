//! `month`: `2026-11`; the value is its first day.

use expression::{Date, Value};
use language::fields::Month;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place};

pub(super) fn accept(_month: &Month, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let first = answer.as_str().and_then(|text| {
        let text = text.trim();
        (text.len() == "2026-11".len()).then(|| Date::parse(&format!("{text}-01")))?
    });
    first
        .map(Value::Date)
        .ok_or_else(|| place.wrong_type("a month like 2026-11", "月份，例如 2026-11"))
}
