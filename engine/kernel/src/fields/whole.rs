//! `whole`: a whole number.

use language::fields::Whole;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, numbers};

pub(super) fn accept(kind: &Whole, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let number = numbers::number(answer, place)?;
    if !number.is_integer() {
        return Err(place.wrong_type("a whole number", "整数"));
    }
    numbers::within(number, &kind.range, place)?;
    Ok(numbers::with_unit(number, kind.unit.as_deref()))
}
