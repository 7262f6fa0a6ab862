//! `time`.
/// Answer: ISO 8601 time of day.
#[derive(Clone, Debug, PartialEq)]
pub struct Time {}
