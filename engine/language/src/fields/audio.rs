//! `audio`: a sound or a spoken note, recorded on the spot.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, blobs};
use crate::read::keys::{Kind, Shape};
use crate::read::{FieldEntry, Reader};

/// Answer: the id of an uploaded blob, or a list of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Audio {
    pub at_most: u32,
}

impl FieldOf for Audio {
    const KIND: Kind = Kind {
        word: "audio",
        shape: Shape::Sentence,
        doc: "A sound or a spoken note, recorded on the spot.",
        keys: &[blobs::AT_MOST],
        example: "- audio: Say what happened\n  at_most: 2",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let at_most = blobs::at_most(reader, entry);
        Some(Audio { at_most })
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
