//! `money`: an amount with no more decimals than its currency has.

use expression::Value;
use language::fields::Money;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, numbers};

pub(super) fn accept(kind: &Money, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let number = numbers::number(answer, place)?;
    numbers::fine_enough(number, Some(kind.decimals), place)?;
    numbers::within(number, &kind.range, place)?;
    Ok(Value::Number(number))
}
