//! `yes_no`: yes or no.

use expression::Value;
use language::fields::YesNo;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place};

pub(super) fn accept(_kind: &YesNo, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    read(answer, place).map(Value::Bool)
}

/// True or false; also the words, as people write them in tests and spreadsheets.
pub(super) fn read(answer: &Json, place: &Place<'_>) -> Result<bool, Vec<crate::FieldRefusal>> {
    match answer {
        Json::Bool(answer) => Ok(*answer),
        Json::String(word) => match word.trim() {
            "yes" | "true" | "是" => Ok(true),
            "no" | "false" | "否" => Ok(false),
            _ => Err(place.wrong_type("yes or no", "是或否")),
        },
        _ => Err(place.wrong_type("yes or no", "是或否")),
    }
}
