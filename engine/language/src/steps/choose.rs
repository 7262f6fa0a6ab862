//! `choose`: several ways, the first that fits.
use super::{Block, StepOf, WayIn};
use crate::catalogue as c;
use crate::model::{Condition, Step};
use crate::read::keys::{Key, Kind, Shape, key, required};
use crate::read::{Entry, Reader, Report};

/// `- choose: sentence` with `ways: [{when, steps}]` and `otherwise`.
#[derive(Clone, Debug, PartialEq)]
pub struct Choose {
    pub ways: Vec<Way>,
    pub otherwise: Vec<Step>,
}

/// One entry of `ways`.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    pub when: Condition,
    pub steps: Vec<Step>,
}

const WAY: &[Key] = &[
    required(
        "when",
        Shape::Condition,
        "This way is taken when the condition is true and no way above it was.",
    ),
    required("steps", Shape::Steps, "What is done on this way."),
];

impl StepOf for Choose {
    const KIND: Kind = Kind {
        word: "choose",
        shape: Shape::Sentence,
        doc: "Several ways: the first whose condition is true is taken, else `otherwise`.",
        keys: &[
            required(
                "ways",
                Shape::Entries(WAY),
                "The ways, in the order in which they are tried.",
            ),
            key("otherwise", Shape::Steps, "What is done when no way fits."),
        ],
        example: "- choose: What to do with the part\n  ways:\n    - when: defect = \"scratch\"\n      steps:\n        - tell: rework\n          message: Polish it\n  otherwise:\n    - finish: Scrapped",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let mut ways = Vec::new();
        match entry.keys.get("ways") {
            Some(node) => {
                for node in reader.entries(node, "ways") {
                    ways.extend(way(reader, node));
                }
            }
            None => reader.missing(
                &entry.keys,
                "ways",
                "[{when: true, steps: [{wait: 1 min}]}]",
                c::KEY_MISSING,
            ),
        }
        let otherwise = reader.steps_if_any(&entry.keys, "otherwise");
        Some(Choose { ways, otherwise })
    }

    fn blocks(&self) -> Vec<Block<'_>> {
        let ways = self.ways.iter().map(|way| Block::new(WayIn::OneOf, &way.steps));
        ways.chain([Block::new(WayIn::OneOf, &self.otherwise)]).collect()
    }

    fn blocks_mut(&mut self) -> Vec<&mut Vec<Step>> {
        self.ways
            .iter_mut()
            .map(|way| &mut way.steps)
            .chain([&mut self.otherwise])
            .collect()
    }
}

fn way(reader: &mut Reader<'_>, node: crate::tree::NodeId) -> Option<Way> {
    let keys = reader.keys(node, &[WAY], "a way")?;
    let when = match keys.get("when") {
        Some(node) => reader.condition(node, "when"),
        None => {
            let report = Report::new(c::WAY_WITHOUT_CONDITION, reader.head(node));
            reader.push(report);
            return None;
        }
    };
    let steps = match keys.get("steps") {
        Some(node) => reader.steps(node, "steps"),
        None => {
            reader.missing(&keys, "steps", "[{wait: 1 min}]", c::KEY_MISSING);
            Vec::new()
        }
    };
    Some(Way { when, steps })
}
