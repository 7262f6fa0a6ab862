//! `tell`: notifies a role, person or station.
use super::StepOf;
use crate::catalogue as c;
use crate::model::{Party, Text};
use crate::read::keys::{Kind, Shape, required};
use crate::read::{Entry, Reader};

/// `- tell: team leader` with `message`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tell {
    pub to: Vec<Party>,
    pub message: Text,
}

impl StepOf for Tell {
    const KIND: Kind = Kind {
        word: "tell",
        shape: Shape::Parties,
        doc: "Notifies a role, a station or a person, and goes on at once.",
        keys: &[required("message", Shape::Sentence, "What they are told.")],
        example: "- tell: team leader\n  message: The first piece of {order} is not right",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let to = reader.parties(entry.value, "tell");
        let message = match entry.keys.get("message") {
            Some(node) => reader.sentence(node, "message"),
            None => {
                reader.missing(&entry.keys, "message", "Please come", c::KEY_MISSING);
                crate::read::no_text()
            }
        };
        Some(Tell { to, message })
    }
}
