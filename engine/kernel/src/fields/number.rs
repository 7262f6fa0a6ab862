//! `number`: a decimal number.

use language::fields::Number;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, numbers};

pub(super) fn accept(kind: &Number, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let number = numbers::number(answer, place)?;
    numbers::fine_enough(number, kind.decimals_max, place)?;
    numbers::within(number, &kind.range, place)?;
    Ok(numbers::with_unit(number, kind.unit.as_deref()))
}
