//! What a formula computes with.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Verdict;

/// Decimal numbers, 28 significant digits; never binary floats.
pub type Number = rust_decimal::Decimal;

/// Named values in a stable order.
pub type Context = BTreeMap<Arc<str>, Value>;

/// A value of the formula language. Cheap to clone.
///
/// `Serialize`/`Deserialize` is the exact, typed form kept in run states (a date stays a date);
/// [`Value::from_json`] and [`Value::to_json`] are the plain form that people and other systems see.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Number(Number),
    /// A number with its unit of measure (UCUM code).
    Quantity(Arc<Quantity>),
    Text(Arc<str>),
    Date(Date),
    Time(Arc<Time>),
    DateTime(Arc<DateTime>),
    /// Days and time.
    Duration(Duration),
    YearMonths(YearMonths),
    List(Arc<Vec<Value>>),
    Context(Arc<Context>),
    /// An answer that was measured or checked: it computes as its `value`, and `is ok` asks its verdict.
    Judged(Arc<Judged>),
    // ranges and functions: see the expression crate's own variants
}

/// A number with a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    pub number: Number,
    pub unit: Arc<str>,
}

/// A measured or checked answer with its verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// What formulas compute with; `Null` when nothing was measured.
    pub value: Value,
    pub verdict: Verdict,
    /// Reached with a dot: `shaft_diameter.samples`, `shaft_diameter.limits`.
    pub details: Context,
}

// Stand-ins until the temporal module lands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date;
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time;
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateTime;
/// Nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration(pub i128);
/// Months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct YearMonths(pub i64);

impl Value {
    /// The plain form that people and other systems see; dates and durations are ISO 8601 text.
    pub fn to_json(&self) -> serde_json::Value {
        todo!()
    }
    /// Numbers become decimals through their shortest text; text stays text.
    pub fn from_json(_json: &serde_json::Value) -> Value {
        todo!()
    }
    pub fn text(text: impl Into<Arc<str>>) -> Value {
        Value::Text(text.into())
    }
    /// The same as shown to a person inside a sentence.
    pub fn display(&self) -> String {
        todo!()
    }
    pub fn is_empty(&self) -> bool {
        todo!()
    }
}

impl serde::Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, _s: S) -> Result<S::Ok, S::Error> {
        todo!()
    }
}
impl<'de> serde::Deserialize<'de> for Value {
    fn deserialize<D: serde::Deserializer<'de>>(_d: D) -> Result<Self, D::Error> {
        todo!()
    }
}
impl Date {
    /// ISO 8601 `2026-09-30`; `None` when it is no date of the calendar.
    pub fn parse(_text: &str) -> Option<Date> {
        todo!()
    }
}
impl Time {
    pub fn parse(_text: &str) -> Option<Time> {
        todo!()
    }
}
impl DateTime {
    pub fn parse(_text: &str) -> Option<DateTime> {
        todo!()
    }
    /// Milliseconds since 1970-01-01T00:00Z, in UTC or shown at `offset_s` seconds east of it.
    pub fn from_unix_ms(_ms: i64, _offset_s: i32) -> DateTime {
        todo!()
    }
    /// `None` for a local time without offset or zone.
    pub fn unix_ms(&self) -> Option<i64> {
        todo!()
    }
}
impl Duration {
    /// ISO 8601 (`PT20M`) or as people write it (`20 min`, `3 h`, `2 days`, `1 h 30 min`).
    pub fn parse(_text: &str) -> Option<Duration> {
        todo!()
    }
    pub fn from_ms(_ms: i64) -> Duration {
        todo!()
    }
    pub fn as_ms(&self) -> i64 {
        todo!()
    }
}
