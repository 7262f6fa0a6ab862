//! `wait`: a duration, of the clock or of working time.
use expression::Formula;

use super::StepOf;
use crate::model::{Located, Stretch};
use crate::read::keys::{Kind, Shape};
use crate::read::{Entry, Reader, Wants};

/// `- wait: 10 min`, `- wait: 2 h working time` or `- wait: = cooling_time`.
#[derive(Clone, Debug, PartialEq)]
pub enum Wait {
    For(Stretch),
    Formula(Located<Formula>),
}

impl StepOf for Wait {
    const KIND: Kind = Kind {
        word: "wait",
        shape: Shape::Duration,
        doc: "Waits for a time by the clock, or of working time.",
        keys: &[],
        example: "- wait: 10 min",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        if reader.is_formula(entry.value) {
            return Some(Wait::Formula(reader.formula(entry.value, "wait", Wants::Duration)));
        }
        Some(Wait::For(reader.stretch(entry.value, "wait")))
    }
}
