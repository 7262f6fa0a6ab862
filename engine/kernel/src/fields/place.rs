//! `place`: a line, station or area of the site.

use expression::Value;
use language::fields;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, texts};
use crate::limits::KEY_CHARACTERS_MAX;

/// Where the site is not known nothing is taken.
pub(super) fn accept(kind: &fields::Place, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let id = texts::line(answer, KEY_CHARACTERS_MAX, place)?.trim();
    if kind.places.iter().any(|known| known.id.as_str() == id) {
        return Ok(Value::text(id));
    }
    let en = format!("'{id}' is not one of the places that can be chosen here");
    Err(place.refuse("not-an-option", &en, &format!("“{id}”不是此处可选的位置")))
}
