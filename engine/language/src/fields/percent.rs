//! `percent`: 0 to 100.
use expression::Limits;
/// Answer: a number of percent.
#[derive(Clone, Debug, PartialEq)]
pub struct Percent {
    pub range: Limits,
}
