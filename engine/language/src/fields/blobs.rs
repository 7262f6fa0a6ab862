//! What photos, files, sketches, videos and recordings have in common: ids of what was uploaded before.

use expression::Type;
use serde_json::{Value as Json, json};

use crate::limits;
use crate::read::keys::{Key, Shape, key};
use crate::read::{FieldEntry, Reader};

pub(crate) const AT_MOST: Key = key("at_most", Shape::Count, "How many at most; 1 when it is not written.");

/// JSON Schema of the id of an uploaded blob: the SHA-256 of its content.
const BLOB_ID_PATTERN: &str = "^[0-9a-f]{64}$";

pub(crate) fn at_most(reader: &mut Reader<'_>, entry: &FieldEntry) -> u32 {
    match entry.keys.get("at_most") {
        Some(node) => reader.count(node, "at_most", 1, limits::BLOBS_PER_FIELD_MAX),
        None => 1,
    }
}

/// One blob id, or a list of up to so many.
pub(crate) fn answer(at_most: u32) -> Json {
    let one = json!({"type": "string", "pattern": BLOB_ID_PATTERN});
    if at_most == 1 {
        return one;
    }
    let many = json!({
        "type": "array", "items": one, "minItems": 1, "maxItems": at_most, "uniqueItems": true
    });
    json!({"anyOf": [one, many]})
}

pub(crate) fn value_type(at_most: u32) -> Type {
    if at_most == 1 {
        Type::Text
    } else {
        Type::List(Box::new(Type::Text))
    }
}
