//! The field kinds: one file each, one line each in the table below.
//!
//! A file holds the field as the kernel and the forms see it, the keys it may have, how it is read, and the JSON
//! Schema of its answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use expression::Type;
use serde_json::Value as Json;

use crate::keywords;
use crate::model::{self, Field, Id};
use crate::read::keys::Kind;
use crate::read::{FieldEntry, Reader};

mod audio;
mod check;
mod choose;
mod choose_many;
mod codes;
mod counter;
mod date;
mod date_time;
mod describe;
mod duration;
mod file;
mod formula;
mod gauge;
mod gps;
mod group;
mod gs1;
mod info;
mod link;
mod long_text;
mod mark;
mod matrix;
mod measure;
mod money;
mod month;
mod number;
mod percent;
mod person;
mod photo;
mod pick;
mod place;
mod rank;
mod rating;
mod reason;
mod rows;
mod scan;
mod shift;
mod sign;
mod signal;
mod sketch;
mod text;
mod tick;
mod time;
mod verify;
mod video;
mod warning;
mod whole;
mod yes_no;

mod blobs;
mod currencies;

pub use {
    audio::Audio,
    check::Check,
    choose::Choose,
    choose_many::ChooseMany,
    codes::{Asset, Code, Lot, Material, Order, Rfid, Serial},
    counter::Counter,
    date::Date,
    date_time::DateTime,
    describe::Describe,
    duration::Duration,
    file::File,
    formula::Formula,
    gauge::{CALIBRATED_UNTIL, Gauge, UNCERTAINTY},
    gps::Gps,
    group::Group,
    gs1::{GS1_IDENTIFIERS, Gs1, Gs1Identifier, Gs1Means, Gs1Part},
    info::Info,
    link::Link,
    long_text::LongText,
    mark::{Mark, Picture},
    matrix::Matrix,
    measure::{Measure, MeasuredWith},
    money::Money,
    month::Month,
    number::Number,
    percent::Percent,
    person::Person,
    photo::Photo,
    pick::Pick,
    place::Place,
    rank::Rank,
    rating::Rating,
    reason::{Reason, WAY_SEPARATOR},
    rows::Rows,
    scan::Scan,
    shift::Shift,
    sign::Sign,
    signal::Signal,
    sketch::Sketch,
    text::Text,
    tick::Tick,
    time::Time,
    verify::Verify,
    video::Video,
    warning::Warning,
    whole::Whole,
    yes_no::YesNo,
};

pub(crate) use gauge::GAUGES;

/// A table that a field looks records up in. The app's own come first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TableName {
    App(Id),
    Site(Id),
}

/// Who answers a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// It only tells something.
    Nobody,
    /// Computed or read from a machine: it has a value, and takes no answer.
    TheWorld,
    Person,
}

/// How an answer is written in a test or as a default.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Written<'a> {
    /// As text, whatever it looks like: `007` stays `007`.
    Texts,
    Numbers,
    YesNo,
    Checked,
    /// One of these.
    Choice(&'a [model::Text]),
    /// A list of rows of these fields.
    Rows(&'a [Field]),
    /// As YAML has it.
    Data,
}

/// What a kind of field tells the language about itself.
pub(crate) trait FieldOf: Sized {
    const KIND: Kind;
    const ASKS: Asks = Asks::Person;
    /// `None` when so little could be read that the field is better left out; the reason is reported then.
    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self>;
    /// What its name gives in formulas; `None` when it has no answer.
    fn value_type(&self) -> Option<Type>;
    /// JSON Schema of its answer; `None` when it has none.
    fn answer(&self) -> Option<Json>;
    fn written(&self) -> Written<'_> {
        Written::Texts
    }
    /// The fields inside it, which are asked once in every row.
    fn below(&self) -> &[Field] {
        &[]
    }
    /// Texts of its own that may show values.
    fn sentences(&self) -> Vec<&model::Text> {
        Vec::new()
    }
    /// Formulas of its own that read what the form reads.
    fn formulas(&self) -> Vec<&expression::Formula> {
        Vec::new()
    }
    /// Where the record is that its answer names.
    fn table(&self) -> Option<&TableName> {
        None
    }
    /// What a page needs besides the members of every field, as an object; `null` members are left out.
    fn described(&self, _with: &dyn Describe) -> Json {
        Json::Null
    }
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
            /// Who answers it.
            pub fn asks(&self) -> Asks {
                match self { $(FieldKind::$kind(_) => $kind::ASKS),* }
            }
            /// The fields inside it, which are asked once in every row.
            pub fn below(&self) -> &[Field] {
                match self { $(FieldKind::$kind(field) => field.below()),* }
            }
            /// Texts of its own that may show values.
            pub fn sentences(&self) -> Vec<&model::Text> {
                match self { $(FieldKind::$kind(field) => field.sentences()),* }
            }
            /// Formulas of its own that read what the form reads.
            pub fn formulas(&self) -> Vec<&expression::Formula> {
                match self { $(FieldKind::$kind(field) => field.formulas()),* }
            }
            /// What a page needs besides the members of every field, as an object; `null` members are to be left out.
            pub fn described(&self, with: &dyn Describe) -> Json {
                match self { $(FieldKind::$kind(field) => field.described(with)),* }
            }
            /// Where the record is that its answer names.
            pub fn table(&self) -> Option<&TableName> {
                match self { $(FieldKind::$kind(field) => field.table()),* }
            }
            pub(crate) fn written(&self) -> Written<'_> {
                match self { $(FieldKind::$kind(field) => field.written()),* }
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
    Warning Link Counter Duration Money Formula Reason Rank Rating Matrix Month Gps Mark Sketch Video Audio Gs1 Serial
    Lot Material Asset Order Rfid Group Shift Place Person Verify Gauge Pick Signal
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
