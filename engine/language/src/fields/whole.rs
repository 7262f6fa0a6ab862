//! `whole`: a whole number.
use expression::{Limits, Number};
/// Answer: a whole number, refused outside `min`/`max` (these are typing guards, not verdicts).
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    pub range: Limits,
    pub unit: Option<String>,
    pub target: Option<Number>,
}
