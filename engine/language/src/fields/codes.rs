//! What names one thing of the plant by a code: `serial`, `lot`, `material`, `asset`, `order`, `rfid`. They differ in
//! what they are called, and so in what a page offers and a record says; what is typed, scanned and checked is the same.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, TableName};
use crate::catalogue as c;
use crate::limits;
use crate::read::keys::{Key, Kind, Shape, key};
use crate::read::{FieldEntry, Reader, Report};

pub(crate) const PATTERN: Key = key(
    "pattern",
    Shape::Word,
    "Regular expression that the whole code must match.",
);

const FROM: Key = key(
    "from",
    Shape::Word,
    "Table of the app or the site with what there is; a code that is not in it is refused.",
);

/// Answer: the text of the code.
#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    /// Where the code must be a key.
    pub from: Option<TableName>,
    /// Regular expression that the whole code must match.
    pub pattern: Option<String>,
}

/// Regular expression that the whole code must match; one that is none is reported.
pub(crate) fn pattern(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<String> {
    let node = entry.keys.get("pattern")?;
    let pattern = reader.words(node, "pattern")?;
    if pattern.len() <= limits::PATTERN_BYTES_MAX && regex_lite::Regex::new(&pattern).is_ok() {
        return Some(pattern);
    }
    let report = Report::new(c::PATTERN_WRONG, reader.span(node)).arg("found", pattern);
    reader.push(report);
    None
}

pub(crate) fn answer(pattern: &Option<String>) -> Json {
    let mut schema = json!({"type": "string", "minLength": 1, "maxLength": limits::CODE_CHARACTERS_MAX});
    if let Some(pattern) = pattern {
        schema["pattern"] = json!(format!("^(?:{pattern})$"));
    }
    schema
}

macro_rules! codes {
    ($($kind:ident $word:literal $doc:literal $example:literal)*) => {$(
        #[doc = $doc]
        #[derive(Clone, Debug, PartialEq)]
        pub struct $kind(pub Code);

        impl AsRef<Code> for $kind {
            fn as_ref(&self) -> &Code {
                &self.0
            }
        }

        impl FieldOf for $kind {
            const KIND: Kind = Kind {
                word: $word,
                shape: Shape::Sentence,
                doc: $doc,
                keys: &[FROM, PATTERN],
                example: $example,
            };

            fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
                let from = reader.field_table(entry);
                let pattern = pattern(reader, entry);
                Some($kind(Code { from, pattern }))
            }

            fn value_type(&self) -> Option<Type> {
                Some(Type::Text)
            }

            fn table(&self) -> Option<&TableName> {
                self.0.from.as_ref()
            }

            fn answer(&self) -> Option<Json> {
                Some(answer(&self.0.pattern))
            }

            fn described(&self, _with: &dyn Describe) -> Json {
                json!({"pattern": self.0.pattern, "from_table": self.0.from})
            }
        }
    )*};
}

codes! {
    Serial "serial" "The serial number of one piece." "- serial: Serial number\n  pattern: SN-[0-9]{6}"
    Lot "lot" "A batch of material or product." "- lot: Lot of the resin"
    Material "material" "What is made or used, by its number." "- material: Material\n  pattern: \"[0-9]{6}\""
    Asset "asset" "A machine, tool or container, by its number." "- asset: Pallet"
    Order "order" "A work order or operation, by its number." "- order: Work order"
    Rfid "rfid" "A tag that a reader reads." "- rfid: Tag of the carrier"
}
