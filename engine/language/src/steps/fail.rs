//! `fail`: ends the run as failed.
use super::StepOf;
use crate::model::Text;
use crate::read::keys::{Kind, Shape, key};
use crate::read::{Entry, Reader};

/// `- fail: Broken` with an optional `why`.
#[derive(Clone, Debug, PartialEq)]
pub struct Fail {
    pub why: Option<Text>,
}

impl StepOf for Fail {
    const KIND: Kind = Kind {
        word: "fail",
        shape: Shape::Sentence,
        doc: "Ends the run as failed; the sentence is the outcome.",
        keys: &[key("why", Shape::Sentence, "The reason, for whoever looks into it.")],
        example: "- fail: Gauge broken\n  why: The gauge {gauge} does not answer",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let why = entry.keys.get("why").map(|node| reader.sentence(node, "why"));
        Some(Fail { why })
    }
}
