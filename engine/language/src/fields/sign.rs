//! `sign`: a signature inside the form.
use std::collections::BTreeMap;

use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf};
use crate::limits;
use crate::model::Text;
use crate::read::keys::{Kind, Shape, key};
use crate::read::{FieldEntry, Reader};

/// Answer: the signing person's id; read as `field.signed_by` and `field.signed_at`.
#[derive(Clone, Debug, PartialEq)]
pub struct Sign {
    pub meaning: Option<Text>,
}

impl FieldOf for Sign {
    const KIND: Kind = Kind {
        word: "sign",
        shape: Shape::Sentence,
        doc: "A signature inside the form.",
        keys: &[key("meaning", Shape::Sentence, "What is promised by the signature.")],
        example: "- sign: Witness\n  meaning: I have seen the weighing",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let meaning = entry.keys.get("meaning").map(|node| reader.sentence(node, "meaning"));
        Some(Sign { meaning })
    }

    fn value_type(&self) -> Option<Type> {
        let members = BTreeMap::from([("signed_by".into(), Type::Text), ("signed_at".into(), Type::DateTime)]);
        Some(Type::Context(members))
    }

    fn sentences(&self) -> Vec<&Text> {
        self.meaning.iter().collect()
    }

    fn described(&self, with: &dyn Describe) -> Json {
        json!({"meaning": self.meaning.as_ref().map(|meaning| with.text(meaning))})
    }

    fn answer(&self) -> Option<Json> {
        let max = limits::TEXT_ANSWER_CHARACTERS_DEFAULT;
        Some(json!({"type": "string", "minLength": 1, "maxLength": max}))
    }
}
