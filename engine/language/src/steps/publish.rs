//! `publish`: a message to a broker.
use expression::{Duration, Template};

use super::StepOf;
use crate::model::{Computed, Id, Located};
use crate::read::keys::{Kind, Shape, key, required};
use crate::read::{Entry, Reader};

/// `- publish: topic` with `connection`, `with` and `within`; goes on when the broker has taken it.
#[derive(Clone, Debug, PartialEq)]
pub struct Publish {
    pub topic: Template,
    pub connection: Located<Id>,
    /// Members of the JSON body.
    pub with: Vec<(Id, Computed)>,
    pub within: Duration,
}

impl StepOf for Publish {
    const KIND: Kind = Kind {
        word: "publish",
        shape: Shape::Word,
        doc: "Sends a message to a broker (MQTT), and goes on when the broker has taken it.",
        keys: &[
            required("connection", Shape::Word, "A connection of the site to a broker."),
            key("with", Shape::Values, "The members of the message, as JSON."),
            key(
                "within",
                Shape::Duration,
                "How long the broker may take; 30 s when it is not written.",
            ),
        ],
        example: "- publish: line3/released\n  connection: plant_broker\n  with:\n    run_id: = run.id",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        reader.words(entry.value, "publish")?;
        let topic = reader.template(entry.value)?;
        let connection = reader.connection(&entry.keys, "plant_broker")?;
        let with = entry
            .keys
            .get("with")
            .map(|node| reader.members(node, "with"))
            .unwrap_or_default();
        let within = reader.answer_within(&entry.keys);
        Some(Publish {
            topic,
            connection,
            with,
            within,
        })
    }
}
