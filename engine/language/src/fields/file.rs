//! `file`: a file.
use expression::Type;
use serde_json::Value as Json;

use super::{FieldOf, blob_type, blobs};
use crate::limits;
use crate::read::keys::{Kind, Shape, key};
use crate::read::{FieldEntry, Reader};

/// Answer: the id of an uploaded blob, or a list of them.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    pub at_most: u32,
}

impl FieldOf for File {
    const KIND: Kind = Kind {
        word: "file",
        shape: Shape::Sentence,
        doc: "A file to attach.",
        keys: &[key(
            "at_most",
            Shape::Count,
            "How many at most; 1 when it is not written.",
        )],
        example: "- file: Test certificate",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let at_most = match entry.keys.get("at_most") {
            Some(node) => reader.count(node, "at_most", 1, limits::BLOBS_PER_FIELD_MAX),
            None => 1,
        };
        Some(File { at_most })
    }

    fn value_type(&self) -> Option<Type> {
        Some(blob_type(self.at_most))
    }

    fn answer(&self) -> Option<Json> {
        Some(blobs(self.at_most))
    }
}
