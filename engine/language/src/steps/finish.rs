//! `finish`: ends the run with an outcome.
use super::StepOf;
use crate::read::keys::{Kind, Shape};
use crate::read::{Entry, Reader};

/// `- finish: Stopped`; the sentence is the outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Finish {}

impl StepOf for Finish {
    const KIND: Kind = Kind {
        word: "finish",
        shape: Shape::Sentence,
        doc: "Ends the run; the sentence is the outcome.",
        keys: &[],
        example: "- finish: Stopped\n  if: what_now = \"Stop the line\"",
    };

    fn read(_reader: &mut Reader<'_>, _entry: &Entry) -> Option<Self> {
        Some(Finish {})
    }
}
