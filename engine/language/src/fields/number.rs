//! `number`: a decimal number.
use expression::Limits;
/// Answer: a number, refused outside `min`/`max` (these are typing guards, not verdicts).
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    pub range: Limits,
    pub decimals_max: Option<u32>,
    pub unit: Option<String>,
}
