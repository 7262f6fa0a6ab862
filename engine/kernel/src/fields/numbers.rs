//! What all answers of numbers have in common.

use std::sync::Arc;

use expression::{Limits, Number, Quantity, Value};
use serde_json::Value as Json;

use super::Place;
use crate::FieldRefusal;

/// A JSON number, or text that is one: text keeps every digit as it was typed.
pub(super) fn number(answer: &Json, place: &Place<'_>) -> Result<Number, Vec<FieldRefusal>> {
    let read = match answer {
        Json::Number(number) => read(&number.to_string()),
        Json::String(text) => read(text.trim()),
        _ => Err(Unread::NoNumber),
    };
    read.map_err(|unread| match unread {
        Unread::NoNumber => place.wrong_type("a number", "数字"),
        Unread::TooLarge => place.refuse(
            "out-of-range",
            "this number has more digits than can be kept (28)",
            "该数字的位数超出可保存范围（28 位）",
        ),
    })
}

/// A whole number inside typing guards.
pub(super) fn whole(answer: &Json, range: &Limits, place: &Place<'_>) -> Result<Number, Vec<FieldRefusal>> {
    let number = number(answer, place)?;
    if !number.is_integer() {
        return Err(place.wrong_type("a whole number", "整数"));
    }
    within(number, range, place)?;
    Ok(number)
}

/// A number that a machine sent; `None` when it has more digits than can be kept.
pub(super) fn read_json(number: &serde_json::Number) -> Option<Number> {
    read(&number.to_string()).ok()
}

enum Unread {
    NoNumber,
    TooLarge,
}

fn read(text: &str) -> Result<Number, Unread> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let is_number = !whole.is_empty()
        && all_digits(whole)
        && all_digits(fraction)
        && (fraction.is_empty() != mantissa.contains('.'))
        && !exponent_digits.is_empty()
        && all_digits(exponent_digits);
    if !is_number {
        return Err(Unread::NoNumber);
    }
    let text = text.strip_prefix('+').unwrap_or(text);
    let number = if text.contains(['e', 'E']) {
        Number::from_scientific(text)
    } else {
        Number::from_str_exact(text)
    };
    number.map(|number| number.normalize()).map_err(|_| Unread::TooLarge)
}

/// Typing guards: outside of them the answer is refused. They are no verdict.
pub(super) fn within(number: Number, range: &Limits, place: &Place<'_>) -> Result<(), Vec<FieldRefusal>> {
    let low = range.lower.is_some_and(|lower| number < lower);
    let high = range.upper.is_some_and(|upper| number > upper);
    if !low && !high {
        return Ok(());
    }
    let (en, zh) = match (range.lower, range.upper) {
        (Some(lower), Some(upper)) => (
            format!("between {lower} and {upper}"),
            format!("{lower} 到 {upper} 之间"),
        ),
        (Some(lower), None) => (format!("at least {lower}"), format!("至少 {lower}")),
        (None, Some(upper)) => (format!("at most {upper}"), format!("最多 {upper}")),
        (None, None) => (String::new(), String::new()),
    };
    Err(place.refuse(
        "out-of-range",
        &format!("a number {en} is expected here"),
        &format!("此处应为{zh}的数字"),
    ))
}

/// No more decimals than the field takes; zeros at the end do not count.
pub(super) fn fine_enough(
    number: Number,
    decimals_max: Option<u32>,
    place: &Place<'_>,
) -> Result<(), Vec<FieldRefusal>> {
    match decimals_max {
        Some(max) if number.normalize().scale() > max => {
            let en = format!("at most {max} decimals are taken here");
            Err(place.refuse("too-fine", &en, &format!("此处最多 {max} 位小数")))
        }
        _ => Ok(()),
    }
}

/// A field with a unit gives a quantity, so that formulas cannot add millimetres to kilograms.
pub(super) fn with_unit(number: Number, unit: Option<&str>) -> Value {
    match unit {
        Some(unit) => Value::Quantity(Arc::new(Quantity {
            number,
            unit: unit.into(),
        })),
        None => Value::Number(number),
    }
}
