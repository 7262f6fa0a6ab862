//! `date_time`.

use expression::{DateTime, Value};
use language::fields;
use language::model::Field;
use serde_json::Value as Json;
use std::sync::Arc;

use super::{Accepted, Place};

/// Without an offset it is the site's time.
pub(super) fn accept(_kind: &fields::DateTime, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let moment = answer.as_str().and_then(|text| DateTime::parse(text.trim()));
    match moment.map(|moment| place.asking.at.anchored(moment)) {
        Some(moment) => Ok(Value::DateTime(Arc::new(moment))),
        None => Err(place.wrong_type(
            "a date and time like 2026-09-30T14:05",
            "日期时间，例如 2026-09-30T14:05",
        )),
    }
}
