//! `tick`: a promise that something was done.

use expression::Value;
use language::fields::Tick;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, yes_no};

pub(super) fn accept(_tick: &Tick, field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let done = yes_no::read(answer, place)?;
    if !done && !field.optional {
        let en = "this has to be done and ticked before the form can be sent";
        return Err(place.refuse("not-confirmed", en, "必须完成并勾选后才能提交"));
    }
    Ok(Value::Bool(done))
}
