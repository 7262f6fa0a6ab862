//! `scan`: any barcode.
/// Answer: the text of the code.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// Regular expression that the whole code must match.
    pub pattern: Option<String>,
}
