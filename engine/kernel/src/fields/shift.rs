//! `shift`: one of the shifts of the site.

use expression::Value;
use language::fields::Shift;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, texts};
use crate::limits::KEY_CHARACTERS_MAX;

/// Where the site is not known nothing is taken.
pub(super) fn accept(shift: &Shift, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let id = texts::line(answer, KEY_CHARACTERS_MAX, place)?.trim();
    if shift.shifts.iter().any(|(known, _)| known.as_str() == id) {
        return Ok(Value::text(id));
    }
    let all: Vec<&str> = shift.shifts.iter().map(|(known, _)| known.as_str()).collect();
    let en = format!("one of the shifts is expected here: {}", all.join(", "));
    Err(place.refuse("not-an-option", &en, &format!("此处应为班次之一：{}", all.join("、"))))
}
