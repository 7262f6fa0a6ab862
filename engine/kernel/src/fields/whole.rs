//! `whole`: a whole number.

use language::fields::Whole;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, numbers};

pub(super) fn accept(kind: &Whole, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let number = numbers::whole(answer, &kind.range, place)?;
    Ok(numbers::with_unit(number, kind.unit.as_deref()))
}
