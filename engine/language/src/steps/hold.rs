//! `hold`: blocks a line, station, lot or serial for every app.
use super::StepOf;
use crate::catalogue as c;
use crate::model::{Computed, Text};
use crate::read::keys::{Kind, Shape, required};
use crate::read::{Entry, Reader};

/// `- hold: line-3` with `why`.
#[derive(Clone, Debug, PartialEq)]
pub struct Hold {
    pub target: Computed,
    pub why: Text,
}

impl StepOf for Hold {
    const KIND: Kind = Kind {
        word: "hold",
        shape: Shape::Value,
        doc: "Blocks a line, station, lot or serial for every app until it is released.",
        keys: &[required(
            "why",
            Shape::Sentence,
            "The reason, shown wherever the hold stops someone.",
        )],
        example: "- hold: line-3\n  why: First piece of {order} is not released",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let target = reader.target(entry.value, "hold");
        let why = match entry.keys.get("why") {
            Some(node) => reader.sentence(node, "why"),
            None => {
                reader.missing(&entry.keys, "why", "The first piece is not released", c::KEY_MISSING);
                crate::read::no_text()
            }
        };
        Some(Hold { target, why })
    }
}
