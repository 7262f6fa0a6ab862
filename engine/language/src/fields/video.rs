//! `video`: a video taken on the spot.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, blobs};
use crate::read::keys::{Kind, Shape};
use crate::read::{FieldEntry, Reader};

/// Answer: the id of an uploaded blob, or a list of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Video {
    pub at_most: u32,
}

impl FieldOf for Video {
    const KIND: Kind = Kind {
        word: "video",
        shape: Shape::Sentence,
        doc: "A video taken on the spot.",
        keys: &[blobs::AT_MOST],
        example: "- video: How it rattles",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let at_most = blobs::at_most(reader, entry);
        Some(Video { at_most })
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
