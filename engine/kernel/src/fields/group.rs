//! `group`: fields that are asked as often as needed.

use language::fields::Group;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, rows};

pub(super) fn accept(group: &Group, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    rows::repeated(&group.fields, (group.at_least, group.at_most), answer, place)
}
