//! `rating`: so many stars.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, Written};
use crate::limits;
use crate::read::keys::{Kind, Shape, key};
use crate::read::{FieldEntry, Reader};

/// Answer: a whole number from 1 to `at_most`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rating {
    pub at_most: u32,
}

impl FieldOf for Rating {
    const KIND: Kind = Kind {
        word: "rating",
        shape: Shape::Sentence,
        doc: "So many out of five, or of another number.",
        keys: &[key("at_most", Shape::Count, "The best; 5 when it is not written.")],
        example: "- rating: How tidy is the place",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let at_most = match entry.keys.get("at_most") {
            Some(node) => reader.count(node, "at_most", 2, limits::RATING_MAX),
            None => limits::RATING_DEFAULT,
        };
        Some(Rating { at_most })
    }

    fn value_type(&self) -> Option<Type> {
        Some(Type::Number)
    }

    fn written(&self) -> Written<'_> {
        Written::Numbers
    }

    fn answer(&self) -> Option<Json> {
        Some(json!({"type": "integer", "minimum": 1, "maximum": self.at_most}))
    }

    fn described(&self, _with: &dyn Describe) -> Json {
        json!({"at_most": self.at_most})
    }
}
