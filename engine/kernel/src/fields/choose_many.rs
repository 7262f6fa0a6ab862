//! `choose_many`: some of a list.

use expression::Value;
use language::fields::ChooseMany;
use language::model::Field;
use serde_json::Value as Json;
use std::sync::Arc;

use super::{Accepted, Place, choose, texts};

pub(super) fn accept(many: &ChooseMany, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let items = texts::list(answer, many.at_least, many.at_most, place)?;
    let mut chosen: Vec<&str> = Vec::with_capacity(items.len());
    for item in items {
        let option = choose::option(&many.from, item, place)?;
        if chosen.contains(&option) {
            let en = format!("'{option}' is chosen twice");
            return Err(place.refuse("repeated", &en, &format!("“{option}”被选了两次")));
        }
        chosen.push(option);
    }
    Ok(Value::List(Arc::new(chosen.into_iter().map(Value::text).collect())))
}
