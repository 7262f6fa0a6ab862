//! `choose_many`: some of a list.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, describe};
use crate::catalogue as c;
use crate::model::Text;
use crate::read::keys::{Kind, Shape, key, required};
use crate::read::{FieldEntry, Reader, Report};

/// Answer: a list of some of `from`, each once.
#[derive(Clone, Debug, PartialEq)]
pub struct ChooseMany {
    pub from: Vec<Text>,
    pub at_least: u32,
    pub at_most: u32,
}

impl FieldOf for ChooseMany {
    const KIND: Kind = Kind {
        word: "choose_many",
        shape: Shape::Sentence,
        doc: "Some of a list.",
        keys: &[
            required("from", Shape::Sentences, "What can be chosen."),
            key(
                "at_least",
                Shape::Count,
                "How many must be chosen; 1 when it is not written.",
            ),
            key(
                "at_most",
                Shape::Count,
                "How many may be chosen; all when it is not written.",
            ),
        ],
        example: "- choose_many: Which defects\n  from: [scratch, dent, rust]\n  at_most: 2",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let from = reader.choices(entry);
        let all = u32::try_from(from.len()).unwrap_or(u32::MAX).max(1);
        let at_least = entry
            .keys
            .get("at_least")
            .map_or(1, |node| reader.count(node, "at_least", 0, all));
        let at_most = entry
            .keys
            .get("at_most")
            .map_or(all, |node| reader.count(node, "at_most", 1, all));
        if at_least > at_most
            && let (Some(low), Some(high)) = (entry.keys.get("at_least"), entry.keys.get("at_most"))
        {
            let (low, high) = (reader.span(low), reader.span(high));
            let report = Report::new(c::MIN_ABOVE_MAX, low)
                .arg("low", "at_least")
                .arg("high", "at_most")
                .replace(low, at_most.to_string())
                .replace(high, at_least.to_string());
            reader.push(report);
        }
        Some(ChooseMany {
            from,
            at_least,
            at_most,
        })
    }

    fn value_type(&self) -> Option<Type> {
        let choices = self.from.iter().map(|choice| choice.default.source().into()).collect();
        Some(Type::List(Box::new(Type::OneOf(choices))))
    }

    fn sentences(&self) -> Vec<&Text> {
        self.from.iter().collect()
    }

    fn described(&self, with: &dyn Describe) -> Json {
        json!({"from": describe::texts(&self.from, with), "at_least": self.at_least, "at_most": self.at_most})
    }

    fn answer(&self) -> Option<Json> {
        let choices = crate::schema::answers::choices(&self.from);
        Some(json!({
            "type": "array",
            "items": {"type": "string", "enum": choices},
            "minItems": self.at_least,
            "maxItems": self.at_most,
            "uniqueItems": true
        }))
    }
}
