//! `mark`: points on a picture, each with a code.

use expression::{Context, Limits, Number, Value};
use language::fields::Mark;
use language::model::Field;
use serde_json::Value as Json;
use std::sync::Arc;

use super::{Accepted, Place, choose, numbers, texts};
use crate::FieldRefusal;

/// Points are counted from 1.
pub(super) fn accept(mark: &Mark, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let points = texts::list(answer, 0, mark.at_most, place)?;
    let mut values = Vec::with_capacity(points.len());
    let mut refused = Vec::new();
    for (number, point) in (1..).zip(points) {
        let path = format!("{}[{number}]", place.path);
        match one(mark, point, &Place { path: &path, ..*place }) {
            Ok(point) => values.push(point),
            Err(mut wrong) => refused.append(&mut wrong),
        }
    }
    if refused.is_empty() {
        Ok(Value::List(Arc::new(values)))
    } else {
        Err(refused)
    }
}

fn one(mark: &Mark, point: &Json, place: &Place<'_>) -> Result<Value, Vec<FieldRefusal>> {
    let expected = || place.wrong_type("a point with x, y and code", "带 x、y 和 code 的点");
    let Json::Object(members) = point else {
        return Err(expected());
    };
    if members.keys().any(|name| !matches!(name.as_str(), "x" | "y" | "code")) {
        return Err(expected());
    }
    let share = Limits {
        lower: Some(Number::ZERO),
        upper: Some(Number::ONE),
    };
    let mut value = Context::new();
    for name in ["x", "y"] {
        let number = numbers::number(members.get(name).ok_or_else(expected)?, place)?;
        numbers::within(number, &share, place)?;
        value.insert(name.into(), Value::Number(number));
    }
    let code = choose::option(&mark.codes, members.get("code").ok_or_else(expected)?, place)?;
    value.insert("code".into(), Value::text(code));
    Ok(Value::Context(Arc::new(value)))
}
