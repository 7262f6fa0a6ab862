//! `video`.

use language::fields::Video;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, blobs};

pub(super) fn accept(kind: &Video, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    blobs::accept(kind.at_most, answer, place)
}
