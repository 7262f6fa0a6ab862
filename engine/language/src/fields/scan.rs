//! `scan`: any barcode.
use expression::Type;
use serde_json::{Value as Json, json};

use super::FieldOf;
use crate::catalogue as c;
use crate::limits;
use crate::read::keys::{Kind, Shape, key};
use crate::read::{FieldEntry, Reader, Report};

/// Answer: the text of the code.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// Regular expression that the whole code must match.
    pub pattern: Option<String>,
}

impl FieldOf for Scan {
    const KIND: Kind = Kind {
        word: "scan",
        shape: Shape::Sentence,
        doc: "A code that is scanned, or typed where there is no scanner.",
        keys: &[key(
            "pattern",
            Shape::Word,
            "Regular expression that the whole code must match.",
        )],
        example: "- scan: Serial number\n  pattern: SN-[0-9]{6}",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let pattern = entry.keys.get("pattern").and_then(|node| {
            let pattern = reader.words(node, "pattern")?;
            if pattern.len() <= limits::PATTERN_BYTES_MAX && regex_lite::Regex::new(&pattern).is_ok() {
                return Some(pattern);
            }
            let report = Report::new(c::PATTERN_WRONG, reader.span(node)).arg("found", pattern);
            reader.push(report);
            None
        });
        Some(Scan { pattern })
    }

    fn value_type(&self) -> Option<Type> {
        Some(Type::Text)
    }

    fn answer(&self) -> Option<Json> {
        let mut schema = json!({"type": "string", "minLength": 1, "maxLength": limits::CODE_CHARACTERS_MAX});
        if let Some(pattern) = &self.pattern {
            schema["pattern"] = json!(format!("^(?:{pattern})$"));
        }
        Some(schema)
    }
}
