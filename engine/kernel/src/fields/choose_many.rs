//! `choose_many`: some of a list.

use expression::Value;
use language::fields::ChooseMany;
use language::model::{Field, Text};
use serde_json::Value as Json;
use std::sync::Arc;

use super::{Accepted, Place, choose, texts};
use crate::FieldRefusal;

pub(super) fn accept(many: &ChooseMany, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let chosen = each_once(&many.from, answer, (many.at_least, many.at_most), place)?;
    Ok(Value::List(Arc::new(chosen.into_iter().map(Value::text).collect())))
}

/// So many of the options, each once, by their default texts.
pub(super) fn each_once<'o>(
    from: &'o [Text],
    answer: &Json,
    (at_least, at_most): (u32, u32),
    place: &Place<'_>,
) -> Result<Vec<&'o str>, Vec<FieldRefusal>> {
    let items = texts::list(answer, at_least, at_most, place)?;
    let mut chosen: Vec<&str> = Vec::with_capacity(items.len());
    for item in items {
        let option = choose::option(from, item, place)?;
        if chosen.contains(&option) {
            let en = format!("'{option}' is chosen twice");
            return Err(place.refuse("repeated", &en, &format!("“{option}”被选了两次")));
        }
        chosen.push(option);
    }
    Ok(chosen)
}
