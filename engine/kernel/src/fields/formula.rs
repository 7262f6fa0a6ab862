//! `formula`: computed from the other answers.

use expression::{Scope, Value};
use language::fields::Formula;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, numbers};
use crate::clock::Clock;

pub(super) fn accept(_formula: &Formula, _field: &Field, _answer: &Json, place: &Place<'_>) -> Accepted {
    Err(place.takes_no_answer())
}

/// Empty where it cannot be computed. A measured value that is merely passed on keeps its verdict.
pub(crate) fn compute(formula: &Formula, scope: &dyn Scope, at: &Clock) -> Value {
    let Ok(outcome) = formula.is.value.evaluate(scope, at) else {
        return Value::Null;
    };
    match (outcome.value, &formula.unit) {
        (Value::Number(number), Some(unit)) => numbers::with_unit(number, Some(unit)),
        // Nothing is converted, and a text has no unit.
        (Value::Quantity(quantity), Some(unit)) if *quantity.unit != **unit => Value::Null,
        (value, _) => value,
    }
}
