//! `sign`: a signature inside the form.

use expression::{Context, Value};
use language::fields::Sign;
use language::model::Field;
use serde_json::Value as Json;
use std::sync::Arc;

use super::{Accepted, Place};

/// Read as `field.signed_by` and `field.signed_at`. Only the person who sends the form signs with it.
pub(super) fn accept(_sign: &Sign, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let person = match answer {
        Json::Bool(true) => place.asking.person,
        Json::String(person) => Some(person.trim()),
        _ => return Err(place.wrong_type("the id of the person who signs", "签名人的编号")),
    };
    if let (Some(signing), Some(sending)) = (person, place.asking.person)
        && signing != sending
    {
        let en = format!("{sending} sends this form, so {signing} cannot sign in it");
        return Err(place.refuse(
            "another-person",
            &en,
            &format!("提交人是 {sending}，{signing} 不能在此签名"),
        ));
    }
    let mut signature = Context::new();
    signature.insert("signed_by".into(), person.map_or(Value::Null, Value::text));
    signature.insert("signed_at".into(), Value::DateTime(Arc::new(place.asking.at.moment())));
    Ok(Value::Context(Arc::new(signature)))
}
