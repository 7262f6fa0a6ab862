//! The field kinds: one file each, one line each in the table below.
//!
//! A file holds the field as the kernel and the forms see it, the keys it may have, how it is read, and the JSON
//! Schema of its answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use expression::Type;
use serde_json::Value as Json;

use crate::keywords;
use crate::model::{Field, Id};
use crate::read::keys::Kind;
use crate::read::{FieldEntry, Reader};

mod check;
mod choose;
mod choose_many;
mod date;
mod date_time;
mod file;
mod info;
mod long_text;
mod measure;
mod number;
mod percent;
mod photo;
mod rows;
mod scan;
mod sign;
mod text;
mod tick;
mod time;
mod whole;
mod yes_no;

pub use {
    check::Check, choose::Choose, choose_many::ChooseMany, date::Date, date_time::DateTime, file::File, info::Info,
    long_text::LongText, measure::Measure, number::Number, percent::Percent, photo::Photo, rows::Rows, scan::Scan,
    sign::Sign, text::Text, tick::Tick, time::Time, whole::Whole, yes_no::YesNo,
};

/// A table that a field looks records up in. The app's own come first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableName {
    App(Id),
    Site(Id),
}

/// What a kind of field tells the language about itself.
pub(crate) trait FieldOf: Sized {
    const KIND: Kind;
    /// `None` when so little could be read that the field is better left out; the reason is reported then.
    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self>;
    /// What its name gives in formulas; `None` when it has no answer.
    fn value_type(&self) -> Option<Type>;
    /// JSON Schema of its answer; `None` when it has none.
    fn answer(&self) -> Option<Json>;
}

macro_rules! field_kinds {
    ($($kind:ident)*) => {
        /// What a field asks for.
        #[derive(Clone, Debug, PartialEq)]
        pub enum FieldKind { $($kind(Box<$kind>)),* }

        pub(crate) const KINDS: &[Kind] = &[$($kind::KIND),*];

        pub(crate) fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<FieldKind> {
            $(if entry.word == $kind::KIND.word {
                return $kind::read(reader, entry).map(Box::new).map(FieldKind::$kind);
            })*
            None
        }

        impl FieldKind {
            /// The word the field begins with.
            pub fn word(&self) -> &'static str {
                match self { $(FieldKind::$kind(_) => $kind::KIND.word),* }
            }
            /// What its name gives in formulas; `None` when it has no answer.
            pub fn value_type(&self) -> Option<Type> {
                match self { $(FieldKind::$kind(field) => field.value_type()),* }
            }
            /// JSON Schema of its answer; `None` when it has none.
            pub(crate) fn answer(&self) -> Option<Json> {
                match self { $(FieldKind::$kind(field) => field.answer()),* }
            }
        }
    };
}

field_kinds! {
    Info Text LongText Whole Number Measure Percent YesNo Check Choose ChooseMany Date Time DateTime Scan Photo File
    Tick Sign Rows
}

/// The kind that a word begins, in English or Chinese.
pub(crate) fn kind(word: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| keywords::is(kind.word, word))
}

/// The words that fields begin with.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|kind| kind.word)
}

/// What the answers of these fields give in formulas, by id.
pub(crate) fn types(fields: &[Field]) -> BTreeMap<Arc<str>, Type> {
    fields
        .iter()
        .filter_map(|field| Some((field.id.0.clone(), field.kind.value_type()?)))
        .collect()
}

/// JSON Schema of the id of an uploaded blob: the SHA-256 of its content.
pub(crate) const BLOB_ID_PATTERN: &str = "^[0-9a-f]{64}$";

/// One blob id, or a list of up to so many.
pub(crate) fn blobs(at_most: u32) -> Json {
    let one = serde_json::json!({"type": "string", "pattern": BLOB_ID_PATTERN});
    if at_most == 1 {
        return one;
    }
    let many = serde_json::json!({
        "type": "array", "items": one, "minItems": 1, "maxItems": at_most, "uniqueItems": true
    });
    serde_json::json!({"anyOf": [one, many]})
}

pub(crate) fn blob_type(at_most: u32) -> Type {
    if at_most == 1 {
        Type::Text
    } else {
        Type::List(Box::new(Type::Text))
    }
}
