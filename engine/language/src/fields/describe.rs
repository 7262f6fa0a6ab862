//! How a field tells a page what it needs to draw it.

use expression::{Limits, Number};
use serde_json::{Map, Value as Json, json};

use crate::model::{Field, Text};

/// Turns the parts of a field into JSON: with values in its sentences, or as they are written.
pub trait Describe {
    fn text(&self, text: &Text) -> Json;
    fn number(&self, number: Number) -> Json;
    fn fields(&self, fields: &[Field]) -> Json;
}

/// `{"lower": …, "upper": …}`, an open end missing; `null` when both are open.
pub(crate) fn limits(limits: &Limits, with: &dyn Describe) -> Json {
    let mut members = Map::new();
    for (end, number) in [("lower", limits.lower), ("upper", limits.upper)] {
        if let Some(number) = number {
            members.insert(end.to_owned(), with.number(number));
        }
    }
    if members.is_empty() {
        return Json::Null;
    }
    Json::Object(members)
}

pub(crate) fn texts(texts: &[Text], with: &dyn Describe) -> Json {
    texts.iter().map(|text| with.text(text)).collect()
}

/// What people see of a UCUM code.
pub(crate) fn symbol(unit: &Option<String>) -> Json {
    unit.as_deref()
        .map_or(Json::Null, |unit| json!(expression::units::symbol(unit)))
}
