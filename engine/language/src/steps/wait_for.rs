//! `wait_for`: a message.
use expression::Type;

use super::form::RUNG;
use super::{Block, StepOf, WayIn};
use crate::catalogue as c;
use crate::model::{Condition, Deadline, Step};
use crate::read::keys::{Kind, Shape, key};
use crate::read::{Entry, Locals, Reader, Report};

/// `- wait_for: message name` with `where`, `within`, `late`; its members are read as `step.member`.
/// With `otherwise`, the wait ends there when the deadline and its ladder have passed.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitFor {
    pub message: String,
    pub condition: Option<Condition>,
    pub deadline: Option<Deadline>,
    /// Steps when nothing came `within`; without them the wait goes on.
    pub otherwise: Option<Vec<Step>>,
}

impl StepOf for WaitFor {
    const KIND: Kind = Kind {
        word: "wait_for",
        shape: Shape::Word,
        doc: "Waits for a message from another app, the API or a machine.",
        keys: &[
            key("where", Shape::Condition, "Which message; its members are names here."),
            key("within", Shape::Duration, "How long it may take."),
            key(
                "late",
                Shape::Entries(RUNG),
                "What happens when `within` has passed: a ladder.",
            ),
            key(
                "otherwise",
                Shape::Steps,
                "What is done when nothing came; without it the wait goes on.",
            ),
        ],
        example: "- wait_for: press-ready\n  where: line = \"line-3\"\n  within: 30 min\n  otherwise:\n    - tell: team leader\n      message: The press does not answer",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let message = reader.words(entry.value, "wait_for")?;
        let locals = Locals {
            names: Vec::new(),
            open: true,
        };
        let condition = entry
            .keys
            .get("where")
            .map(|node| reader.with_locals(locals, |reader| reader.condition(node, "where")));
        let deadline = reader.deadline(&entry.keys);
        let otherwise = entry.keys.slot("otherwise").map(|slot| {
            if deadline.is_none() {
                let report = Report::new(c::OTHERWISE_WITHOUT_WITHIN, reader.span(slot.key));
                let report = match reader.entry_start(&entry.keys).1 {
                    Some((end, column)) => report.insert(end, end, format!("\n{}within: 30 min", " ".repeat(column))),
                    None => report,
                };
                reader.push(report);
            }
            reader.steps(slot.value, "otherwise")
        });
        Some(WaitFor {
            message,
            condition,
            deadline,
            otherwise,
        })
    }

    fn blocks(&self) -> Vec<Block<'_>> {
        self.otherwise
            .iter()
            .map(|steps| Block::new(WayIn::OneOf, steps))
            .collect()
    }

    fn blocks_mut(&mut self) -> Vec<&mut Vec<Step>> {
        self.otherwise.iter_mut().collect()
    }

    /// The members of a message are known only when it comes.
    fn members(&self) -> Option<Type> {
        Some(Type::Any)
    }
}
