//! `percent`: 0 to 100.

use expression::{Limits, Number, Value};
use language::fields::Percent;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, numbers};

pub(super) fn accept(kind: &Percent, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let number = numbers::number(answer, place)?;
    let range = Limits {
        lower: kind.range.lower.or(Some(Number::ZERO)),
        upper: kind.range.upper.or(Some(Number::ONE_HUNDRED)),
    };
    numbers::within(number, &range, place)?;
    Ok(Value::Number(number))
}
