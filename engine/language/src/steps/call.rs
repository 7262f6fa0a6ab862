//! `call`: another app, waiting for it or not.
use std::collections::BTreeMap;

use expression::Type;

use super::StepOf;
use crate::model::{Computed, Id, Located};
use crate::read::keys::{Kind, Shape, key};
use crate::read::{Entry, Reader};

/// `- call: app-id` with `with: {input: value}`, `wait: yes|no`; the called run's end is read as `step.outcome` and
/// its values as `step.values.name`.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub app: Located<Id>,
    pub with: Vec<(Id, Computed)>,
    pub waiting: Waiting,
}

/// Whether the caller goes on at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    ForItsEnd,
    Not,
}

impl StepOf for Call {
    const KIND: Kind = Kind {
        word: "call",
        shape: Shape::Word,
        doc: "Starts another app, and waits for its end unless `wait: no` is written.",
        keys: &[
            key("with", Shape::Values, "Inputs of the called app."),
            key(
                "wait",
                Shape::YesNo,
                "`no` goes on at once; `yes` (or nothing) waits for the end of the called run.",
            ),
        ],
        example: "- call: rework\n  with:\n    part: = serial_number",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let app = reader.words(entry.value, "call")?;
        let app = Located {
            value: Id::new(&app),
            span: reader.span(entry.value),
        };
        let with = entry
            .keys
            .get("with")
            .map(|node| reader.values(node, "with"))
            .unwrap_or_default();
        let waiting = match entry.keys.get("wait") {
            Some(node) if !reader.yes_no(node, "wait") => Waiting::Not,
            _ => Waiting::ForItsEnd,
        };
        Some(Call { app, with, waiting })
    }

    fn members(&self) -> Option<Type> {
        match self.waiting {
            Waiting::Not => None,
            Waiting::ForItsEnd => {
                let members = BTreeMap::from([("outcome".into(), Type::Text), ("values".into(), Type::Any)]);
                Some(Type::Context(members))
            }
        }
    }
}
