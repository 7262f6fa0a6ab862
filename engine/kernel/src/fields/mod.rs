//! What an answer means, by field kind: one file each, one line each in the table below.

mod audio;
mod check;
mod choose;
mod choose_many;
mod counter;
mod date;
mod date_time;
mod duration;
mod file;
pub(crate) mod formula;
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
pub(crate) mod pick;
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
mod codes;
mod lookup;
mod numbers;
mod texts;

use std::cell::RefCell;

use expression::{Scope, Value};
use language::fields::FieldKind;
use language::model::Field;
use serde_json::Value as Json;

use crate::FieldRefusal;
use crate::forms::Asking;

/// Where an answer stands, and what is known around it.
pub(crate) struct Place<'a> {
    pub(crate) path: &'a str,
    pub(crate) asking: &'a Asking<'a>,
    /// The other answers of the form.
    pub(crate) around: &'a dyn Scope,
    /// Warnings of the rows below.
    pub(crate) warned: &'a RefCell<Vec<FieldRefusal>>,
}

/// A typed answer, or everything that is wrong with it.
type Accepted = Result<Value, Vec<FieldRefusal>>;

macro_rules! field_kinds {
    ($($kind:ident => $file:ident),* $(,)?) => {
        /// Reads an answer as its field means it. What was not answered does not come here.
        pub(crate) fn accept(field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
            match &field.kind {
                $(FieldKind::$kind(kind) => $file::accept(&**kind, field, answer, place)),*
            }
        }
    };
}

field_kinds! {
    Info => info,
    Text => text,
    LongText => long_text,
    Whole => whole,
    Number => number,
    Measure => measure,
    Percent => percent,
    YesNo => yes_no,
    Check => check,
    Choose => choose,
    ChooseMany => choose_many,
    Date => date,
    Time => time,
    DateTime => date_time,
    Scan => scan,
    Photo => photo,
    File => file,
    Tick => tick,
    Sign => sign,
    Rows => rows,
    Warning => warning,
    Link => link,
    Counter => counter,
    Duration => duration,
    Money => money,
    Formula => formula,
    Reason => reason,
    Rank => rank,
    Rating => rating,
    Matrix => matrix,
    Month => month,
    Gps => gps,
    Mark => mark,
    Sketch => sketch,
    Video => video,
    Audio => audio,
    Gs1 => gs1,
    Serial => codes,
    Lot => codes,
    Material => codes,
    Asset => codes,
    Order => codes,
    Rfid => codes,
    Group => group,
    Shift => shift,
    Place => place,
    Person => person,
    Verify => verify,
    Gauge => gauge,
    Pick => pick,
    Signal => signal,
}

/// What a field is worth that is read from the world, at the beginning of a check; computed ones come later.
pub(crate) fn given(kind: &FieldKind, path: &str, asking: &Asking<'_>) -> Value {
    match kind {
        FieldKind::Signal(kind) => signal::given(kind, path, asking),
        _ => Value::Null,
    }
}

/// What a field that was shown is worth when nobody answered it: empty, and never ok.
pub(crate) fn unanswered(kind: &FieldKind) -> Value {
    match kind {
        FieldKind::Measure(kind) => measure::unanswered(kind),
        FieldKind::Check(_) => check::unanswered(),
        FieldKind::Gauge(_) => gauge::unanswered(),
        FieldKind::Signal(kind) => signal::unanswered(kind),
        _ => Value::Null,
    }
}

impl Place<'_> {
    fn refuse(&self, code: &str, en: &str, zh: &str) -> Vec<FieldRefusal> {
        vec![FieldRefusal::new(self.path, code, en, zh)]
    }

    fn takes_no_answer(&self) -> Vec<FieldRefusal> {
        self.refuse("unknown-field", "this takes no answer", "此处不能填写")
    }

    fn wrong_type(&self, expected_en: &str, expected_zh: &str) -> Vec<FieldRefusal> {
        self.refuse(
            "wrong-type",
            &format!("{expected_en} is expected here"),
            &format!("此处应为{expected_zh}"),
        )
    }
}
