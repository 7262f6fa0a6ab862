//! `yes_no`: yes or no.
/// Answer: true or false.
#[derive(Clone, Debug, PartialEq)]
pub struct YesNo {}
