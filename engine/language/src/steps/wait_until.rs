//! `wait_until`: a moment.
use expression::Formula;

use super::StepOf;
use crate::model::Located;
use crate::read::keys::{Kind, Shape};
use crate::read::{Entry, Reader};

/// `- wait_until: = due_at`; a date, a date and time, or a time of day (the next one). A past moment does not wait.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitUntil {
    pub moment: Located<Formula>,
}

impl StepOf for WaitUntil {
    const KIND: Kind = Kind {
        word: "wait_until",
        shape: Shape::Value,
        doc: "Waits until a moment: a date, a date and time, or the next time of day.",
        keys: &[],
        example: "- wait_until: 06:00",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        Some(WaitUntil {
            moment: reader.moment(entry.value),
        })
    }
}
