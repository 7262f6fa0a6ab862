//! `reasons:` trees that `reason` fields offer.

use super::named::{self, List};
use crate::catalogue as c;
use crate::limits;
use crate::model::{Reason, ReasonTree};
use crate::read::keys::{Key, Shape, key, required};
use crate::read::{Reader, Report};
use crate::tree::NodeId;

pub(super) const TREE: &[Key] = &[
    required("tree", Shape::Word, "What the tree is called."),
    key(
        "id",
        Shape::Id,
        "Name of the tree; follows from the words when it is not written.",
    ),
    required(
        "reasons",
        Shape::Tree,
        "The reasons, and those below them: `Machine: [Spindle, Coolant]`.",
    ),
];

const LIST: List = List {
    key: "reasons",
    word: "tree",
    keys: TREE,
    example: "Downtime",
};

pub(super) fn read(reader: &mut Reader<'_>, node: NodeId) -> Vec<ReasonTree> {
    named::each(reader, node, &LIST, |reader, named| {
        let node = named.need(reader, "reasons", "[Machine, Material, Other]")?;
        Some(ReasonTree {
            id: named.id.clone(),
            title: named.title.clone(),
            reasons: reader.reasons(node),
        })
    })
}

impl Reader<'_> {
    /// A tree of reasons: `[Other, {Machine: [Spindle, Coolant]}]`.
    pub(crate) fn reasons(&mut self, node: NodeId) -> Vec<Reason> {
        let mut count = 0;
        let reasons = self.reasons_below(node, 1, &mut count);
        if count > limits::REASONS_MAX {
            let max = limits::REASONS_MAX.to_string();
            let report = Report::new(c::TOO_MANY_OF_SITE, self.head(node)).arg("list", "reasons");
            self.push(report.arg("max", max));
        }
        reasons
    }

    fn reasons_below(&mut self, node: NodeId, level: usize, count: &mut usize) -> Vec<Reason> {
        if level > limits::REASON_LEVELS_MAX {
            let max = limits::REASON_LEVELS_MAX.to_string();
            self.push(Report::new(c::REASONS_TOO_DEEP, self.head(node)).arg("max", max));
            return Vec::new();
        }
        let mut found: Vec<Reason> = Vec::new();
        for entry in self.word_list(node, "reasons") {
            // `Machine: [Spindle]`, and several of them in one entry.
            let pairs: Vec<(NodeId, Option<NodeId>)> = match self.tree.map(entry) {
                Some(pairs) => pairs.iter().map(|(key, below)| (*key, Some(*below))).collect(),
                None => vec![(entry, None)],
            };
            for (name, below) in pairs {
                *count += 1;
                let Some(title) = self.words(name, "reasons") else {
                    continue;
                };
                let id = crate::id_text(&title);
                if found.iter().any(|other| crate::id_text(&other.title) == id) {
                    let report = Report::new(c::REASON_TWICE, self.span(name)).arg("found", title);
                    self.push(report);
                    continue;
                }
                let reasons = below.map(|below| self.reasons_below(below, level + 1, count));
                found.push(Reason {
                    title,
                    reasons: reasons.unwrap_or_default(),
                });
            }
        }
        found
    }
}
