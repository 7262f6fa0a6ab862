//! `file`.

use language::fields::File;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, blobs};

pub(super) fn accept(file: &File, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    blobs::accept(file.at_most, answer, place)
}
