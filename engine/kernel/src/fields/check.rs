//! `check`: pass, fail, or not applicable where allowed.

use expression::{Context, Judged, Value, Verdict};
use language::fields::Check;
use language::model::Field;
use serde_json::Value as Json;
use std::sync::Arc;

use super::{Accepted, Place};

/// The value is the answer's own word. Not applicable is an answer, but no pass: its verdict is undefined.
pub(super) fn accept(check: &Check, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let (word, verdict) = match answer.as_str().map(str::trim) {
        Some("pass") => ("pass", Verdict::Ok),
        Some("fail") => ("fail", Verdict::NotOk),
        Some("not applicable" | "not_applicable") if check.not_applicable_allowed => {
            ("not applicable", Verdict::Undefined)
        }
        Some("not applicable" | "not_applicable") => {
            let en = "'not applicable' is not allowed here";
            return Err(place.refuse("not-an-option", en, "此处不允许填“不适用”"));
        }
        _ => {
            return Err(place.refuse(
                "not-an-option",
                "pass or fail is expected here",
                "此处应为 pass（合格）或 fail（不合格）",
            ));
        }
    };
    Ok(judged(Value::text(word), verdict))
}

pub(super) fn unanswered() -> Value {
    judged(Value::Null, Verdict::Undefined)
}

fn judged(value: Value, verdict: Verdict) -> Value {
    let mut details = Context::new();
    details.insert("verdict".into(), Value::text(verdict.name()));
    Value::Judged(Arc::new(Judged {
        value,
        verdict,
        details,
    }))
}
