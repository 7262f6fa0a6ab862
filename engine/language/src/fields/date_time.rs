//! `date_time`.
/// Answer: ISO 8601 date and time; without an offset it is the site's.
#[derive(Clone, Debug, PartialEq)]
pub struct DateTime {}
