//! `scan`: any barcode.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, codes};
use crate::read::keys::{Kind, Shape};
use crate::read::{FieldEntry, Reader};

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
        keys: &[codes::PATTERN],
        example: "- scan: Serial number\n  pattern: SN-[0-9]{6}",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let pattern = codes::pattern(reader, entry);
        Some(Scan { pattern })
    }

    fn value_type(&self) -> Option<Type> {
        Some(Type::Text)
    }

    fn described(&self, _with: &dyn Describe) -> Json {
        json!({"pattern": self.pattern})
    }

    fn answer(&self) -> Option<Json> {
        Some(codes::answer(&self.pattern))
    }
}
