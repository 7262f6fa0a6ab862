//! `emit`: a message to other runs, webhooks and brokers.
use super::StepOf;
use crate::model::{Computed, Id};
use crate::read::keys::{Kind, Shape, key};
use crate::read::{Entry, Reader};

/// `- emit: message name` with `with`, its members; goes on at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Emit {
    pub message: String,
    pub with: Vec<(Id, Computed)>,
}

impl StepOf for Emit {
    const KIND: Kind = Kind {
        word: "emit",
        shape: Shape::Word,
        doc: "Sends a message to the runs that wait for it and to the apps that start with it, and to whoever listens outside.",
        keys: &[key("with", Shape::Values, "The members of the message.")],
        example: "- emit: first-piece-released\n  with:\n    run_id: = run.id",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let message = reader.words(entry.value, "emit")?;
        let with = entry
            .keys
            .get("with")
            .map(|node| reader.values(node, "with"))
            .unwrap_or_default();
        Some(Emit { message, with })
    }
}
