//! `counter`: a whole number.

use language::fields::Counter;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, numbers};

/// Whoever types may type any number between two taps.
pub(super) fn accept(kind: &Counter, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    numbers::whole(answer, &kind.range, place).map(expression::Value::Number)
}
