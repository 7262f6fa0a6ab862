//! `tick`: a promise that something was done.
/// Answer: true; false is refused unless optional.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {}
