//! `repeat`: until a condition, at most n times, otherwise …
use super::{Block, StepOf, WayIn};
use crate::catalogue as c;
use crate::limits;
use crate::model::{Condition, Step};
use crate::read::keys::{Kind, Shape, key, required};
use crate::read::{At, Entry, Reader};

/// Steps are done, then `until` is asked; after `at_most` rounds without it, `otherwise`.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeat {
    pub until: Condition,
    pub at_most: u32,
    pub steps: Vec<Step>,
    pub otherwise: Vec<Step>,
}

impl StepOf for Repeat {
    const KIND: Kind = Kind {
        word: "repeat",
        shape: Shape::Sentence,
        doc: "Does its steps again until the condition is true, at most so many times.",
        keys: &[
            required(
                "until",
                Shape::Condition,
                "Asked after every round; the loop ends when it is true.",
            ),
            required("at_most", Shape::Times, "How many rounds at most."),
            required("steps", Shape::Steps, "What is done in every round."),
            key(
                "otherwise",
                Shape::Steps,
                "What is done when the last round has ended without `until`.",
            ),
        ],
        example: "- repeat: Measure until it is right\n  until: shaft_diameter is ok\n  at_most: 3 times\n  steps:\n    - form: Measure\n      fields:\n        - measure: Shaft diameter\n          limits: 24.95 to 25.05 mm\n  otherwise:\n    - fail: Not right after three rounds",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let keys = &entry.keys;
        let until = match keys.get("until") {
            Some(node) => reader.at(At::After(entry.start), |reader| reader.condition(node, "until")),
            None => {
                let example = reader.likely_until(entry);
                reader.missing(keys, "until", &example, c::REPEAT_WITHOUT_UNTIL);
                reader.no_formula(entry)
            }
        };
        let at_most = match keys.get("at_most") {
            Some(node) => reader.count(node, "at_most", 1, limits::ROUNDS_MAX),
            None => {
                reader.missing(keys, "at_most", "3 times", c::REPEAT_WITHOUT_AT_MOST);
                1
            }
        };
        let steps = reader.steps_of(entry, "steps");
        let otherwise = reader.steps_if_any(keys, "otherwise");
        Some(Repeat {
            until,
            at_most,
            steps,
            otherwise,
        })
    }

    fn blocks(&self) -> Vec<Block<'_>> {
        vec![
            Block::new(WayIn::Rounds, &self.steps),
            Block::new(WayIn::AfterRounds, &self.otherwise),
        ]
    }

    fn blocks_mut(&mut self) -> Vec<&mut Vec<Step>> {
        vec![&mut self.steps, &mut self.otherwise]
    }
}
