//! `time`.

use expression::{Time, Value};
use language::fields;
use language::model::Field;
use serde_json::Value as Json;
use std::sync::Arc;

use super::{Accepted, Place};

pub(super) fn accept(_kind: &fields::Time, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let time = answer.as_str().and_then(|text| Time::parse(text.trim()));
    time.map(|time| Value::Time(Arc::new(time)))
        .ok_or_else(|| place.wrong_type("a time like 14:05", "时间，例如 14:05"))
}
