//! `file`: a file to attach.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, blobs};
use crate::read::keys::{Kind, Shape};
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
        keys: &[blobs::AT_MOST],
        example: "- file: Test certificate",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let at_most = blobs::at_most(reader, entry);
        Some(File { at_most })
    }

    fn value_type(&self) -> Option<Type> {
        Some(blobs::value_type(self.at_most))
    }

    fn answer(&self) -> Option<Json> {
        Some(blobs::answer(self.at_most))
    }

    fn described(&self, _with: &dyn Describe) -> Json {
        json!({"at_most": self.at_most})
    }
}
