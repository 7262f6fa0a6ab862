//! `info`: tells, asks nothing.

use language::fields::Info;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place};

pub(super) fn accept(_info: &Info, _field: &Field, _answer: &Json, place: &Place<'_>) -> Accepted {
    Err(place.takes_no_answer())
}
