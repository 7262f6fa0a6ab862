//! `verify`: a second person has looked.

use expression::{Context, Value};
use language::fields::Verify;
use language::model::Field;
use serde_json::Value as Json;
use std::sync::Arc;

use super::{Accepted, Place, person};
use crate::{Looked, tasks};

/// The server has to have seen that it is them; what a page says alone is worth nothing.
pub(super) fn accept(verify: &Verify, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let named = match answer {
        Json::Object(members) if members.len() == 1 => members.get("person"),
        other => Some(other),
    };
    let Some(id) = named.and_then(Json::as_str).map(str::trim).filter(|id| !id.is_empty()) else {
        return Err(place.wrong_type("the person who verifies", "复核人"));
    };
    if place.asking.person.is_some_and(|sender| tasks::same_person(sender, id)) {
        let en = format!("{id} sends this form, so someone else has to verify it");
        return Err(place.refuse("another-person", &en, &format!("提交人是 {id}，须由他人复核")));
    }
    match (place.asking.known.known().verified.get(place.path), place.asking.known) {
        (Some(known), _) if tasks::same_person(&known.id, id) => {
            person::has_role(known, verify.role.as_ref(), place)?;
        }
        (None, Looked::NotYet(_)) => {}
        _ => {
            let en = format!("{id} has to confirm this with a PIN, password or badge");
            return Err(place.refuse("not-verified", &en, &format!("{id} 须用 PIN、密码或工牌确认")));
        }
    }
    let mut verified = Context::new();
    verified.insert("by".into(), Value::text(id));
    verified.insert("at".into(), Value::DateTime(Arc::new(place.asking.at.moment())));
    Ok(Value::Context(Arc::new(verified)))
}
