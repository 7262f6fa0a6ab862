//! `duration`: how long something took or takes.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf};
use crate::catalogue as c;
use crate::limits;
use crate::read::keys::{Kind, Shape, key};
use crate::read::{FieldEntry, Reader, Report};

/// Answer: `1 h 20 min`, or ISO 8601 (`PT1H20M`); refused outside `min`/`max`.
#[derive(Clone, Debug, PartialEq)]
pub struct Duration {
    pub min: Option<expression::Duration>,
    pub max: Option<expression::Duration>,
}

impl FieldOf for Duration {
    const KIND: Kind = Kind {
        word: "duration",
        shape: Shape::Sentence,
        doc: "A length of time, such as 1 h 20 min.",
        keys: &[
            key(
                "min",
                Shape::Duration,
                "Less cannot be typed; 0 when it is not written.",
            ),
            key("max", Shape::Duration, "More cannot be typed."),
        ],
        example: "- duration: How long did it stand\n  max: 8 h",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let (low, high) = (entry.keys.get("min"), entry.keys.get("max"));
        let min = low.map(|node| reader.duration(node, "min"));
        let max = high.map(|node| reader.duration(node, "max"));
        if let (Some(min), Some(max), Some(low), Some(high)) = (min, max, low, high)
            && min.as_ms() > max.as_ms()
        {
            let (low, high) = (reader.span(low), reader.span(high));
            let of = |span: crate::model::Span| reader.source[span.start..span.end].to_owned();
            let (low_text, high_text) = (of(low), of(high));
            let report = Report::new(c::MIN_ABOVE_MAX, low).arg("low", "min").arg("high", "max");
            reader.push(report.replace(low, high_text).replace(high, low_text));
        }
        Some(Duration { min, max })
    }

    fn value_type(&self) -> Option<Type> {
        Some(Type::Duration)
    }

    fn answer(&self) -> Option<Json> {
        Some(json!({"type": "string", "maxLength": limits::TEXT_ANSWER_CHARACTERS_DEFAULT}))
    }

    fn described(&self, _with: &dyn Describe) -> Json {
        json!({"min_ms": self.min.map(|min| min.as_ms()), "max_ms": self.max.map(|max| max.as_ms())})
    }
}
