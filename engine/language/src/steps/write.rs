//! `write`: a value to a machine.
use expression::Duration;

use super::StepOf;
use crate::catalogue as c;
use crate::model::{Computed, Id, Located};
use crate::read::keys::{Kind, Shape, key, required};
use crate::read::site::id_of_thing;
use crate::read::{Entry, Reader};

/// `- write: signal` with `value` and `within`; goes on when the value has been written.
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    pub signal: Located<Id>,
    pub value: Computed,
    pub within: Duration,
}

impl StepOf for Write {
    const KIND: Kind = Kind {
        word: "write",
        shape: Shape::Word,
        doc: "Writes a value to a machine: a signal of the site that may be written.",
        keys: &[
            required("value", Shape::Value, "What is written."),
            key(
                "within",
                Shape::Duration,
                "How long it may take; 30 s when it is not written.",
            ),
        ],
        example: "- write: spindle_speed\n  value: = 1200",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let signal = reader.words(entry.value, "write")?;
        let known = reader.site.map(|site| site.signals.as_slice()).unwrap_or_default();
        let known = known.iter().map(|one| (&one.id, one.title.as_str()));
        let signal = Located {
            value: id_of_thing("signal", &signal, known),
            span: reader.span(entry.value),
        };
        let value = match entry.keys.get("value") {
            Some(node) => reader.computed(node, "value"),
            None => {
                reader.missing(&entry.keys, "value", "= 1200", c::KEY_MISSING);
                Computed::Literal(expression::Value::Null)
            }
        };
        let within = reader.answer_within(&entry.keys);
        Some(Write { signal, value, within })
    }
}
