//! `photo`.

use language::fields::Photo;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, blobs};

pub(super) fn accept(photo: &Photo, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    blobs::accept(photo.at_most, answer, place)
}
