//! `verify`: a second person has looked, and shows that it is them.
use std::collections::BTreeMap;

use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, Written, person};
use crate::limits;
use crate::model::{Id, Text};
use crate::read::keys::{Kind, Shape, key};
use crate::read::{FieldEntry, Reader};

/// Answer: `{person}`, whom the server has seen confirm it; never the one who answers the form.
#[derive(Clone, Debug, PartialEq)]
pub struct Verify {
    pub role: Option<Id>,
    pub meaning: Option<Text>,
}

impl FieldOf for Verify {
    const KIND: Kind = Kind {
        word: "verify",
        shape: Shape::Sentence,
        doc: "A second person has looked, and confirms it with a PIN, password or badge.",
        keys: &[person::ROLE, key("meaning", Shape::Sentence, "What is confirmed.")],
        example: "- verify: Second look at the weighing\n  meaning: I have read the scale myself",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let role = entry.keys.get("role").and_then(|node| reader.role_named(node));
        let meaning = entry.keys.get("meaning").map(|node| reader.sentence(node, "meaning"));
        Some(Verify { role, meaning })
    }

    fn value_type(&self) -> Option<Type> {
        let members = BTreeMap::from([("by".into(), Type::Text), ("at".into(), Type::DateTime)]);
        Some(Type::Context(members))
    }

    fn written(&self) -> Written<'_> {
        Written::Data
    }

    fn sentences(&self) -> Vec<&Text> {
        self.meaning.iter().collect()
    }

    fn answer(&self) -> Option<Json> {
        let person = json!({"type": "string", "minLength": 1, "maxLength": limits::TEXT_ANSWER_CHARACTERS_DEFAULT});
        Some(json!({
            "type": "object", "properties": {"person": person}, "required": ["person"], "additionalProperties": false
        }))
    }

    fn described(&self, with: &dyn Describe) -> Json {
        json!({"role": self.role, "meaning": self.meaning.as_ref().map(|meaning| with.text(meaning))})
    }
}
