//! `text`: one line.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf};
use crate::limits;
use crate::read::keys::{Kind, Shape, key};
use crate::read::{FieldEntry, Reader};

/// Answer: text.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    pub characters_max: u32,
}

impl FieldOf for Text {
    const KIND: Kind = Kind {
        word: "text",
        shape: Shape::Sentence,
        doc: "One line of text.",
        keys: &[key("at_most", Shape::Count, "Characters at most.")],
        example: "- text: What did you see",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let characters_max = match entry.keys.get("at_most") {
            Some(node) => reader.count(node, "at_most", 1, limits::TEXT_ANSWER_CHARACTERS_MAX),
            None => limits::TEXT_ANSWER_CHARACTERS_DEFAULT,
        };
        Some(Text { characters_max })
    }

    fn value_type(&self) -> Option<Type> {
        Some(Type::Text)
    }

    fn described(&self, _with: &dyn Describe) -> Json {
        json!({"characters_max": self.characters_max})
    }

    fn answer(&self) -> Option<Json> {
        Some(json!({"type": "string", "maxLength": self.characters_max}))
    }
}
