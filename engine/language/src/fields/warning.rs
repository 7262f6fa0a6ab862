//! `warning`: a danger that must be acknowledged.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{FieldOf, Written};
use crate::catalogue as c;
use crate::read::keys::{Kind, Shape};
use crate::read::{FieldEntry, Reader, Report};

/// Answer: true. Whenever it is shown it must be acknowledged.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {}

impl FieldOf for Warning {
    const KIND: Kind = Kind {
        word: "warning",
        shape: Shape::Sentence,
        doc: "A danger that must be acknowledged before the form can be sent.",
        keys: &[],
        example: "- warning: The spindle is hot, wear gloves",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        if let Some(slot) = entry.keys.slot("optional")
            && reader.yes_no(slot.value, "optional")
        {
            let span = reader.span(slot.value);
            let no = reader.keywords.pick(crate::keywords::YES_NO[1]);
            reader.push(Report::new(c::WARNING_OPTIONAL, span).replace(span, no));
        }
        Some(Warning {})
    }

    fn value_type(&self) -> Option<Type> {
        Some(Type::Bool)
    }

    fn written(&self) -> Written<'_> {
        Written::YesNo
    }

    fn answer(&self) -> Option<Json> {
        Some(json!({"const": true}))
    }
}
