//! `if`: two ways.
use super::{Block, StepOf, WayIn};
use crate::model::{Condition, Step};
use crate::read::keys::{Kind, Shape, key, required};
use crate::read::{Entry, Reader};

/// `- if: CONDITION` with `steps` and `otherwise`.
#[derive(Clone, Debug, PartialEq)]
pub struct If {
    pub condition: Condition,
    pub steps: Vec<Step>,
    pub otherwise: Vec<Step>,
}

impl StepOf for If {
    const KIND: Kind = Kind {
        word: "if",
        shape: Shape::Condition,
        doc: "Two ways: `steps` when the condition is true, else `otherwise`.",
        keys: &[
            required("steps", Shape::Steps, "What is done when the condition is true."),
            key(
                "otherwise",
                Shape::Steps,
                "What is done when it is false, empty or undecided.",
            ),
        ],
        example: "- if: surface is not ok\n  steps:\n    - tell: team leader\n      message: Surface defect",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let condition = reader.condition(entry.value, "if");
        let steps = reader.steps_of(entry, "steps");
        let otherwise = reader.steps_if_any(&entry.keys, "otherwise");
        Some(If {
            condition,
            steps,
            otherwise,
        })
    }

    fn blocks(&self) -> Vec<Block<'_>> {
        vec![
            Block::new(WayIn::OneOf, &self.steps),
            Block::new(WayIn::OneOf, &self.otherwise),
        ]
    }

    fn blocks_mut(&mut self) -> Vec<&mut Vec<Step>> {
        vec![&mut self.steps, &mut self.otherwise]
    }
}
