//! Ranges and the tests that look like them.

use super::Value;

/// One end of a range.
#[derive(Clone, Debug, PartialEq)]
pub enum Bound {
    /// No end on this side.
    Open,
    /// Up to and with this value.
    Included(Value),
    /// Up to this value, without it.
    Excluded(Value),
}

/// What was written, because `(= 10)` and `[10..10]` hold the same values but are not the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Interval,
    Equal,
    NotEqual,
}

/// From one value to another: `[1..10]`, `(0..1]`, or a test: `(< 10)`, `(= 10)`, `(!= 10)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// Lower end.
    pub start: Bound,
    /// Upper end.
    pub end: Bound,
    pub(crate) shape: Shape,
}

impl Range {
    /// A range between two ends.
    pub fn new(start: Bound, end: Bound) -> Range {
        Range {
            start,
            end,
            shape: Shape::Interval,
        }
    }

    pub(crate) fn equal(value: Value, shape: Shape) -> Range {
        Range {
            start: Bound::Included(value.clone()),
            end: Bound::Included(value),
            shape,
        }
    }
}

impl Bound {
    /// The value at this end.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Bound::Open => None,
            Bound::Included(value) | Bound::Excluded(value) => Some(value),
        }
    }

    /// Whether the value at this end belongs to the range.
    pub fn is_included(&self) -> bool {
        matches!(self, Bound::Included(_))
    }
}
