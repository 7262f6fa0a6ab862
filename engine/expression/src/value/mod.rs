//! What a formula computes with.

mod display;
mod json;
mod range;
mod serial;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use range::Shape;
pub use range::{Bound, Range};

use crate::Verdict;
use crate::eval::Function;
pub use crate::temporal::{Date, DateTime, Duration, Time, YearMonths, Zone};

/// Decimal numbers, 28 significant digits; never binary floats.
pub type Number = rust_decimal::Decimal;

/// Named values in a stable order.
pub type Context = BTreeMap<Arc<str>, Value>;

/// A value of the formula language. Cheap to clone.
///
/// `Serialize`/`Deserialize` is the exact, typed form kept in run states (a date stays a date);
/// [`Value::from_json`] and [`Value::to_json`] are the plain form that people and other systems see.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Empty: not answered, not known.
    #[default]
    Null,
    /// Yes or no.
    Bool(bool),
    /// A decimal number.
    Number(Number),
    /// A number with its unit of measure (UCUM code).
    Quantity(Arc<Quantity>),
    /// Text.
    Text(Arc<str>),
    /// A day.
    Date(Date),
    /// A time of day.
    Time(Arc<Time>),
    /// A day with a time of day.
    DateTime(Arc<DateTime>),
    /// Days and time.
    Duration(Duration),
    /// Years and months.
    YearMonths(YearMonths),
    /// Values in an order.
    List(Arc<Vec<Value>>),
    /// Values by name.
    Context(Arc<Context>),
    /// An answer that was measured or checked: it computes as its `value`, and `is ok` asks its verdict.
    Judged(Arc<Judged>),
    /// From here to there: `[1..10]`, or a test such as `(< 10)`.
    Range(Arc<Range>),
    /// Code that can be called. It lives only while a formula is evaluated: it is stored as `Null`.
    Function(Arc<Function>),
}

/// A number with a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// How many.
    pub number: Number,
    /// Of what: a code of [`crate::units`].
    pub unit: Arc<str>,
}

/// A measured or checked answer with its verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// What formulas compute with; `Null` when nothing was measured.
    pub value: Value,
    /// What was found.
    pub verdict: Verdict,
    /// Reached with a dot: `shaft_diameter.samples`, `shaft_diameter.limits`.
    pub details: Context,
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<Arc<str>>) -> Value {
        Value::Text(text.into())
    }

    /// A number with its unit.
    pub fn quantity(number: Number, unit: impl Into<Arc<str>>) -> Value {
        Value::Quantity(Arc::new(Quantity {
            number,
            unit: unit.into(),
        }))
    }

    /// A list.
    pub fn list(items: Vec<Value>) -> Value {
        Value::List(Arc::new(items))
    }

    /// A context.
    pub fn context(entries: Context) -> Value {
        Value::Context(Arc::new(entries))
    }

    /// Nothing there: `Null`, text of blanks only, a list or context without entries, or a judged value that is empty.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Null => true,
            Value::Text(text) => text.trim().is_empty(),
            Value::List(items) => items.is_empty(),
            Value::Context(entries) => entries.is_empty(),
            Value::Judged(judged) => judged.value.is_empty(),
            _ => false,
        }
    }

    /// What formulas compute with: a judged answer counts as its value.
    pub fn plain(&self) -> &Value {
        let mut value = self;
        while let Value::Judged(judged) = value {
            value = &judged.value;
        }
        value
    }

    /// The verdict of a measured or checked answer, `None` for everything else.
    pub fn verdict(&self) -> Option<Verdict> {
        match self {
            Value::Judged(judged) => Some(judged.verdict),
            _ => None,
        }
    }

    /// Holds other values, so that it can be deep.
    pub(crate) fn is_container(&self) -> bool {
        matches!(
            self,
            Value::List(_) | Value::Context(_) | Value::Judged(_) | Value::Function(_)
        )
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

impl From<Number> for Value {
    fn from(value: Number) -> Value {
        Value::Number(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Number(Number::from(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::Text(Arc::from(value))
    }
}
