//! `for_each`: over a list, one by one or several at once.
use expression::{Formula, Names, Type};

use super::{Block, StepOf, WayIn};
use crate::catalogue as c;
use crate::limits;
use crate::model::{Id, Located, Step};
use crate::read::keys::{Kind, Shape, key, required};
use crate::read::{Entry, Reader, Wants};

/// `- for_each: sentence` with `in: = list`, `as: part`, `at_once: n`, `steps`.
#[derive(Clone, Debug, PartialEq)]
pub struct ForEach {
    pub list: Located<Formula>,
    /// Name of the current element inside `steps`; `item` when not written.
    pub item: Id,
    /// 1 is one by one.
    pub at_once: u32,
    pub steps: Vec<Step>,
}

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
        let steps = reader.steps_of(entry, "steps");
        Some(ForEach {
            list,
            item,
            at_once,
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

impl ForEach {
    /// The type of one element.
    pub(crate) fn item_type(&self, names: &Names) -> Type {
        match self.list.value.check(names).0 {
            Type::List(element) => *element,
            _ => Type::Any,
        }
    }
}
