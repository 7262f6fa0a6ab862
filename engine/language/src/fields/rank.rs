//! `rank`: all of a list, in order.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, describe};
use crate::model::Text;
use crate::read::keys::{Kind, Shape, required};
use crate::read::{FieldEntry, Reader};

/// Answer: all of `from`, the first first.
#[derive(Clone, Debug, PartialEq)]
pub struct Rank {
    pub from: Vec<Text>,
}

impl FieldOf for Rank {
    const KIND: Kind = Kind {
        word: "rank",
        shape: Shape::Sentence,
        doc: "All of a list, put in order.",
        keys: &[required("from", Shape::Sentences, "What is put in order.")],
        example: "- rank: What hinders most\n  from: [waiting, searching, rework]",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        Some(Rank {
            from: reader.choices(entry),
        })
    }

    fn value_type(&self) -> Option<Type> {
        let choices = self.from.iter().map(|choice| choice.default.source().into()).collect();
        Some(Type::List(Box::new(Type::OneOf(choices))))
    }

    fn sentences(&self) -> Vec<&Text> {
        self.from.iter().collect()
    }

    fn answer(&self) -> Option<Json> {
        Some(json!({
            "type": "array",
            "items": {"type": "string", "enum": crate::schema::answers::choices(&self.from)},
            "minItems": self.from.len(),
            "maxItems": self.from.len(),
            "uniqueItems": true
        }))
    }

    fn described(&self, with: &dyn Describe) -> Json {
        json!({"from": describe::texts(&self.from, with)})
    }
}
