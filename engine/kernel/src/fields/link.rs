//! `link`: a page to look at; takes no answer.

use language::fields::Link;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place};

pub(super) fn accept(_link: &Link, _field: &Field, _answer: &Json, place: &Place<'_>) -> Accepted {
    Err(place.takes_no_answer())
}
