//! `choose`: one of a list.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, Written, describe};
use crate::model::Text;
use crate::read::keys::{Kind, Shape, required};
use crate::read::{FieldEntry, Reader};

/// Answer: one of `from`, by its default text.
#[derive(Clone, Debug, PartialEq)]
pub struct Choose {
    pub from: Vec<Text>,
}

impl FieldOf for Choose {
    const KIND: Kind = Kind {
        word: "choose",
        shape: Shape::Sentence,
        doc: "One of a list.",
        keys: &[required("from", Shape::Sentences, "What can be chosen.")],
        example: "- choose: What now\n  from: [Adjust again, Stop the line]",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        Some(Choose {
            from: reader.choices(entry),
        })
    }

    fn value_type(&self) -> Option<Type> {
        Some(Type::OneOf(
            self.from.iter().map(|choice| choice.default.source().into()).collect(),
        ))
    }

    fn written(&self) -> Written<'_> {
        Written::Choice(&self.from)
    }

    fn sentences(&self) -> Vec<&Text> {
        self.from.iter().collect()
    }

    fn described(&self, with: &dyn Describe) -> Json {
        json!({"from": describe::texts(&self.from, with)})
    }

    fn answer(&self) -> Option<Json> {
        let choices = crate::schema::answers::choices(&self.from);
        Some(json!({"type": "string", "enum": choices}))
    }
}
