//! `together`: branches side by side.
use super::join::{self, Join, Rest};
use super::{Block, StepOf, WayIn};
use crate::catalogue as c;
use crate::model::{Id, Step, Text};
use crate::read::ids::id_of;
use crate::read::keys::{Key, Kind, Shape, key, required};
use crate::read::{Entry, Reader, Report};
use crate::tree::NodeId;

/// `- together: sentence` with `branches: [{branch: sentence, steps}]`, `wait_for` and `rest`.
#[derive(Clone, Debug, PartialEq)]
pub struct Together {
    pub branches: Vec<Branch>,
    pub join: Join,
    pub rest: Rest,
}

/// One entry of `branches`.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    pub id: Id,
    pub title: Text,
    pub steps: Vec<Step>,
}

const BRANCH: &[Key] = &[
    required("branch", Shape::Sentence, "What this branch is for."),
    key(
        "id",
        Shape::Id,
        "Name of the branch; follows from the sentence when it is not written.",
    ),
    required("steps", Shape::Steps, "What is done in this branch."),
];

impl StepOf for Together {
    const KIND: Kind = Kind {
        word: "together",
        shape: Shape::Sentence,
        doc: "Branches that go on side by side.",
        keys: &[
            required("branches", Shape::Entries(BRANCH), "The branches."),
            join::WAIT_FOR,
            join::REST,
        ],
        example: "- together: Prepare the changeover\n  branches:\n    - branch: Tools\n      steps:\n        - form: Fetch the tools\n          fields:\n            - tick: All there\n    - branch: Material\n      steps:\n        - form: Fetch the material\n          fields:\n            - scan: Lot",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let mut branches: Vec<Branch> = Vec::new();
        match entry.keys.get("branches") {
            Some(node) => {
                for node in reader.entries(node, "branches") {
                    let Some(branch) = branch(reader, node) else { continue };
                    if branches.iter().any(|other| other.id == branch.id) {
                        let span = reader.head(node);
                        let report = Report::new(c::BRANCH_TWICE, span).arg("id", branch.id.as_str());
                        let column = span.start - crate::tree::Tree::line_start(reader.source, span.start);
                        let text = format!("\n{}id: {}_2", " ".repeat(column), branch.id);
                        let report = match reader.tree.node(node).flow {
                            true => report,
                            false => report.insert(span.end, span.end, text),
                        };
                        reader.push(report);
                    }
                    branches.push(branch);
                }
                if branches.len() == 1 {
                    let report = Report::new(c::ONE_BRANCH, reader.head(entry.value));
                    reader.push(report);
                }
            }
            None => {
                let example = "[{branch: One, steps: [{wait: 1 min}]}, {branch: Two, steps: [{wait: 1 min}]}]";
                reader.missing(&entry.keys, "branches", example, c::KEY_MISSING);
            }
        }
        let many = u32::try_from(branches.len()).unwrap_or(u32::MAX);
        let (join, rest) = join::read(reader, entry, many);
        Some(Together { branches, join, rest })
    }

    fn blocks(&self) -> Vec<Block<'_>> {
        self.branches
            .iter()
            .map(|branch| Block::new(WayIn::Beside, &branch.steps))
            .collect()
    }

    fn blocks_mut(&mut self) -> Vec<&mut Vec<Step>> {
        self.branches.iter_mut().map(|branch| &mut branch.steps).collect()
    }
}

fn branch(reader: &mut Reader<'_>, node: NodeId) -> Option<Branch> {
    let keys = reader.keys(node, &[BRANCH], "a branch")?;
    let Some(sentence) = keys.get("branch") else {
        reader.missing(&keys, "branch", "What it is for", c::KEY_MISSING);
        return None;
    };
    let title = reader.sentence(sentence, "branch");
    let id = match keys.get("id") {
        Some(node) => reader.id(node)?,
        None => id_of("branch", title.default.source()),
    };
    let steps = match keys.get("steps") {
        Some(node) => reader.steps(node, "steps"),
        None => {
            reader.missing(&keys, "steps", "[{wait: 1 min}]", c::KEY_MISSING);
            Vec::new()
        }
    };
    Some(Branch { id, title, steps })
}
