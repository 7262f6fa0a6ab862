//! `info`: tells, asks nothing.
/// Its title is what is shown; it has no answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Info {}
