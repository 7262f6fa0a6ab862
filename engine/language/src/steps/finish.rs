//! `finish`: ends the run with an outcome.
/// `- finish: Stopped`; the sentence is the outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Finish {}
