//! `for_each`: over a list, one by one or several at once.
use expression::{Formula, Names, Type};

use super::join::{self, Join, Rest};
use super::{Block, StepOf, WayIn};
use crate::catalogue as c;
use crate::limits;
use crate::model::{Condition, Id, Located, Step};
use crate::read::keys::{Key, Kind, Shape, key, required};
use crate::read::{At, Entry, Locals, Reader, Wants};
use crate::tree::NodeId;

/// `- for_each: sentence` with `in: = list`, `as: part`, `at_once: n`, `steps`, `wait_for`, `rest` and `more`.
#[derive(Clone, Debug, PartialEq)]
pub struct ForEach {
    pub list: Located<Formula>,
    /// Name of the current element inside `steps`; `item` when not written.
    pub item: Id,
    /// 1 is one by one.
    pub at_once: u32,
    pub join: Join,
    pub rest: Rest,
    pub more: Option<More>,
    pub steps: Vec<Step>,
}

/// Elements that come by message while others are in work.
#[derive(Clone, Debug, PartialEq)]
pub struct More {
    pub message: String,
    /// Which messages, also of those that say that no more come.
    pub condition: Option<Condition>,
    /// The element, from the members of the message; without it, all of them.
    pub value: Option<Located<Formula>>,
    /// After this message no more come; without it, they may come as long as one is in work.
    pub until: Option<String>,
}

const MORE: &[Key] = &[
    required("message", Shape::Word, "The message that brings one more element."),
    key(
        "where",
        Shape::Condition,
        "Which message; its members are names here, and `run.order` is the run's own `order`.",
    ),
    key(
        "value",
        Shape::Formula,
        "The element, from the members of the message; all of them when it is not written.",
    ),
    key(
        "until",
        Shape::Word,
        "The message after which no more come; without it, more may come as long as one is in work.",
    ),
];

/// What the current element is called when nothing else is said.
const ITEM: &str = "item";

impl StepOf for ForEach {
    const KIND: Kind = Kind {
        word: "for_each",
        shape: Shape::Sentence,
        doc: "Does its steps for every element of a list, one by one or several at once.",
        keys: &[
            required("in", Shape::Formula, "The list."),
            key(
                "as",
                Shape::Id,
                "Name of the current element; `item` when it is not written.",
            ),
            key(
                "at_once",
                Shape::Count,
                "How many elements at the same time; 1 when it is not written.",
            ),
            join::WAIT_FOR,
            join::REST,
            key("more", Shape::Map(MORE), "Elements that come while others are in work."),
            required("steps", Shape::Steps, "What is done for each."),
        ],
        example: "- for_each: Check every part\n  in: = parts\n  as: part\n  steps:\n    - form: Check {part}\n      fields:\n        - check: Surface",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let list = match entry.keys.get("in") {
            Some(node) => reader.formula(node, "in", Wants::List),
            None => {
                // `for_each: = parts`: the list stands where the sentence belongs.
                let written = reader.tree.scalar(entry.value).unwrap_or_default().trim().to_owned();
                let list = if written.starts_with('=') {
                    written.as_str()
                } else {
                    "= []"
                };
                reader.missing(&entry.keys, "in", list, c::KEY_MISSING);
                reader.no_formula(entry)
            }
        };
        let item = entry
            .keys
            .get("as")
            // The word of the formulas for it is what it is called anyway.
            .filter(|node| reader.tree.scalar(*node).map(str::trim) != Some(ITEM))
            .and_then(|node| reader.id(node))
            .unwrap_or_else(|| Id::new(ITEM));
        let at_once = match entry.keys.get("at_once") {
            Some(node) => reader.count(node, "at_once", 1, limits::AT_ONCE_MAX),
            None => 1,
        };
        let (join, rest) = join::read(reader, entry, limits::ELEMENTS_MAX);
        let more = entry.keys.get("more").and_then(|node| more(reader, entry, node));
        let steps = reader.steps_of(entry, "steps");
        Some(ForEach {
            list,
            item,
            at_once,
            join,
            rest,
            more,
            steps,
        })
    }

    fn blocks(&self) -> Vec<Block<'_>> {
        vec![Block {
            item: Some((self.item.clone(), Type::Any)),
            ..Block::new(WayIn::Rounds, &self.steps)
        }]
    }

    fn blocks_mut(&mut self) -> Vec<&mut Vec<Step>> {
        vec![&mut self.steps]
    }
}

fn more(reader: &mut Reader<'_>, entry: &Entry, node: NodeId) -> Option<More> {
    let keys = reader.keys(node, &[MORE], "`more`")?;
    let Some(message) = keys.get("message") else {
        reader.missing(&keys, "message", "pallet-arrived", c::KEY_MISSING);
        return None;
    };
    let message = reader.words(message, "message")?;
    let members = || Locals {
        names: Vec::new(),
        open: true,
    };
    let condition = keys.get("where").map(|node| {
        let read = |reader: &mut Reader<'_>| reader.condition(node, "where");
        reader.at(At::After(entry.start), |reader| reader.with_locals(members(), read))
    });
    let value = keys.get("value").map(|node| {
        let read = |reader: &mut Reader<'_>| reader.formula(node, "value", Wants::Anything);
        reader.at(At::After(entry.start), |reader| reader.with_locals(members(), read))
    });
    let until = keys.get("until").and_then(|node| reader.words(node, "until"));
    Some(More {
        message,
        condition,
        value,
        until,
    })
}

impl ForEach {
    /// The type of one element.
    pub(crate) fn item_type(&self, names: &Names) -> Type {
        // What a message brings is known only when it comes.
        if self.more.is_some() {
            return Type::Any;
        }
        match self.list.value.check(names).0 {
            Type::List(element) => *element,
            _ => Type::Any,
        }
    }
}
