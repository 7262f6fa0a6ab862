//! `date`.
/// Answer: ISO 8601 date.
#[derive(Clone, Debug, PartialEq)]
pub struct Date {}
