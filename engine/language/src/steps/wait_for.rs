//! `wait_for`: a message, or a signal of the site that comes to a value.
use expression::Type;

use super::form::RUNG;
use super::{Block, StepOf, WayIn};
use crate::catalogue as c;
use crate::model::{Condition, Deadline, Id, Step};
use crate::read::ids::id_text;
use crate::read::keys::{Kind, Shape, key};
use crate::read::site::one_of;
use crate::read::{Entry, Locals, Reader, Report};

/// `- wait_for: message name` with `where`, `within`, `late`; its members are read as `step.member`.
/// With `otherwise`, the wait ends there when the deadline and its ladder have passed.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitFor {
    /// Empty when it waits for a signal.
    pub message: String,
    /// The signal that is waited for; `value`, `quality` and `at` are names of its `where`.
    pub signal: Option<Id>,
    pub condition: Option<Condition>,
    pub deadline: Option<Deadline>,
    /// Steps when nothing came `within`; without them the wait goes on.
    pub otherwise: Option<Vec<Step>>,
    /// A message counts also when it came earlier in the run, before this step was come to.
    pub also_earlier: bool,
}

impl StepOf for WaitFor {
    const KIND: Kind = Kind {
        word: "wait_for",
        shape: Shape::Word,
        doc: "Waits for a message from another app, the API or a machine.",
        keys: &[
            key(
                "where",
                Shape::Condition,
                "Which message; its members are names here, and `run.order` is the run's own `order`.",
            ),
            key(
                "signal",
                Shape::Word,
                "A signal of the site instead of a message; its `value` and `quality` are names of `where`.",
            ),
            key(
                "within",
                Shape::Duration,
                "How long it may take; a formula is worked out when the waiting begins.",
            ),
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
            key(
                "also_earlier",
                Shape::YesNo,
                "`yes`: a message counts also when it came earlier in this run, before anyone waited for it.",
            ),
        ],
        example: "- wait_for: press-ready\n  where: line = \"line-3\"\n  within: 30 min\n  otherwise:\n    - tell: team leader\n      message: The press does not answer",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let message = reader.words(entry.value, "wait_for")?;
        let signal = entry.keys.get("signal");
        let locals = match signal {
            None => Locals {
                names: Vec::new(),
                open: true,
            },
            Some(_) => Locals {
                names: [("value", Type::Any), ("quality", Type::Text), ("at", Type::Any)]
                    .map(|(name, of)| (name.to_owned(), of))
                    .to_vec(),
                open: false,
            },
        };
        let waits_for_signal = signal.is_some();
        let signal = match (signal, reader.site) {
            (None, _) => None,
            (Some(node), None) => reader.words(node, "signal").map(|name| Id::new(&id_text(&name))),
            (Some(node), Some(site)) => {
                let what = ("signal", c::UNKNOWN_SIGNAL);
                Some(
                    one_of(reader, node, what, &site.signals, |one| (&one.id, &one.title))?
                        .id
                        .clone(),
                )
            }
        };
        if waits_for_signal && entry.keys.get("where").is_none() {
            let (span, place) = reader.entry_start(&entry.keys);
            let mut report = Report::new(c::SIGNAL_WITHOUT_WHERE, span);
            if let Some((end, column)) = place {
                report = report.insert(end, end, format!("\n{}where: value = 0", " ".repeat(column)));
            }
            reader.push(report);
        }
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
        let also_earlier = match entry.keys.slot("also_earlier") {
            Some(slot) => {
                if waits_for_signal {
                    let report = Report::new(c::SIGNAL_HAS_NO_EARLIER, reader.span(slot.key));
                    reader.push(report);
                }
                reader.yes_no(slot.value, "also_earlier") && !waits_for_signal
            }
            None => false,
        };
        Some(WaitFor {
            message: if signal.is_some() { String::new() } else { message },
            signal,
            condition,
            deadline,
            otherwise,
            also_earlier,
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
