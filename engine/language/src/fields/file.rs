//! `file`.
/// Answer: the id of an uploaded blob, or a list of them.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    pub at_most: u32,
}
