//! `rating`: a whole number from 1.

use expression::{Limits, Number, Value};
use language::fields::Rating;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, numbers};

pub(super) fn accept(kind: &Rating, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let range = Limits {
        lower: Some(Number::ONE),
        upper: Some(Number::from(kind.at_most)),
    };
    numbers::whole(answer, &range, place).map(Value::Number)
}
