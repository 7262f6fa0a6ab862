//! `warning`: a danger that must be acknowledged.

use expression::Value;
use language::fields::Warning;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, yes_no};

pub(super) fn accept(_warning: &Warning, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    if yes_no::read(answer, place)? {
        return Ok(Value::Bool(true));
    }
    let en = "this warning has to be acknowledged before the form can be sent";
    Err(place.refuse("not-confirmed", en, "必须确认此警示后才能提交"))
}
