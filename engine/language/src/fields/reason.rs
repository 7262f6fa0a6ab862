//! `reason`: one leaf of a tree of reasons.
use expression::Type;
use serde_json::{Map, Value as Json, json};

use super::{Describe, FieldOf};
use crate::catalogue as c;
use crate::limits;
use crate::model::{Id, Text};
use crate::read::keys::{Kind, Shape, required};
use crate::read::{FieldEntry, Reader, Report};
use crate::tree::NodeId;

/// Answer: the texts from the root to a leaf. Value: the same, joined by ` / `.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// The tree of the site that it comes from; `None` when it is written here.
    pub from: Option<Id>,
    /// Empty when the site is not known.
    pub tree: Vec<Branch>,
}

/// A reason, and what it is divided into; without that it is a leaf, which can be chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    pub text: Text,
    pub below: Vec<Branch>,
}

/// Between the texts of a way through the tree.
pub const WAY_SEPARATOR: &str = " / ";

impl FieldOf for Reason {
    const KIND: Kind = Kind {
        word: "reason",
        shape: Shape::Sentence,
        doc: "A reason, found by going down a tree: machine, then spindle.",
        keys: &[required(
            "from",
            Shape::Data,
            "A tree of the site by its name, or the tree itself: `[Machine: [Spindle, Coolant], Other]`.",
        )],
        example: "- reason: Why did it stop\n  from:\n    - Machine: [Spindle, Coolant]\n    - Other",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let Some(node) = entry.keys.get("from") else {
            reader.missing(&entry.keys, "from", "[Machine, Material, Other]", c::CHOOSE_WITHOUT_FROM);
            return Some(Reason {
                from: None,
                tree: Vec::new(),
            });
        };
        if reader.tree.scalar(node).is_some() {
            // One tree with a single word is no tree: a list is missing.
            let tree = reader.branches(node);
            return Some(Reason { from: None, tree });
        }
        let tree = reader.branches(node);
        Some(Reason { from: None, tree })
    }

    fn value_type(&self) -> Option<Type> {
        Some(match self.tree.is_empty() {
            true => Type::Text,
            false => Type::OneOf(self.ways().into_iter().map(Into::into).collect()),
        })
    }

    fn sentences(&self) -> Vec<&Text> {
        let mut found = Vec::new();
        each(&self.tree, &mut |branch| found.push(&branch.text));
        found
    }

    fn answer(&self) -> Option<Json> {
        let step = json!({"type": "string", "maxLength": limits::TEXT_ANSWER_CHARACTERS_DEFAULT});
        Some(json!({"type": "array", "items": step, "minItems": 1, "maxItems": limits::REASON_LEVELS_MAX}))
    }

    fn described(&self, with: &dyn Describe) -> Json {
        json!({"from_tree": self.from, "tree": branches(&self.tree, with)})
    }
}

impl Reason {
    /// Every leaf as its value reads.
    pub fn ways(&self) -> Vec<String> {
        fn walk(branches: &[Branch], before: &str, found: &mut Vec<String>) {
            for branch in branches {
                let way = match before.is_empty() {
                    true => branch.text.default.source().to_owned(),
                    false => format!("{before}{WAY_SEPARATOR}{}", branch.text.default.source()),
                };
                match branch.below.is_empty() {
                    true => found.push(way),
                    false => walk(&branch.below, &way, found),
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.tree, "", &mut found);
        found
    }
}

fn each<'t>(branches: &'t [Branch], visit: &mut impl FnMut(&'t Branch)) {
    for branch in branches {
        visit(branch);
        each(&branch.below, visit);
    }
}

fn branches(tree: &[Branch], with: &dyn Describe) -> Json {
    tree.iter()
        .map(|branch| {
            let mut members = Map::new();
            members.insert("text".to_owned(), with.text(&branch.text));
            if !branch.below.is_empty() {
                members.insert("below".to_owned(), branches(&branch.below, with));
            }
            Json::Object(members)
        })
        .collect()
}

impl Reader<'_> {
    /// A tree as it is written: texts, and `text: [what is below]`.
    pub(crate) fn branches(&mut self, node: NodeId) -> Vec<Branch> {
        let before = self.reports.len();
        let tree = self.level(node, 1);
        let mut count = 0;
        each(&tree, &mut |_| count += 1);
        if count > limits::REASONS_MAX {
            let report = Report::new(c::TOO_MANY_CHOICES, self.head(node)).arg("max", limits::REASONS_MAX.to_string());
            self.push(report);
            return Vec::new();
        }
        if tree.is_empty() && self.reports.len() == before {
            self.push(Report::new(c::TREE_EMPTY, self.span(node)));
        }
        tree
    }

    fn level(&mut self, node: NodeId, depth: usize) -> Vec<Branch> {
        if depth > limits::REASON_LEVELS_MAX {
            let report = Report::new(c::TREE_TOO_DEEP, self.head(node));
            self.push(report.arg("max", limits::REASON_LEVELS_MAX.to_string()));
            return Vec::new();
        }
        // `Machine: [...]` below another one may also stand without a dash.
        let pairs = self.tree.map(node).map(<[_]>::to_vec);
        let mut found: Vec<(NodeId, Branch)> = Vec::new();
        if let Some(pairs) = pairs {
            for (key, value) in pairs {
                found.extend(self.branch(key, Some(value), depth));
            }
        } else {
            for entry in self.word_list(node, "from") {
                match self.tree.map(entry).map(<[_]>::to_vec).as_deref() {
                    // `{en: …, zh: …}` is one text in two languages.
                    Some(pairs) if !self.is_text_by_language(entry) => {
                        for (key, value) in pairs {
                            found.extend(self.branch(*key, Some(*value), depth));
                        }
                    }
                    _ => found.extend(self.branch(entry, None, depth)),
                }
            }
        }
        let mut branches: Vec<Branch> = Vec::with_capacity(found.len());
        for (node, branch) in found {
            let source = branch.text.default.source();
            if branches.iter().any(|other| other.text.default.source() == source) && !source.is_empty() {
                self.push(Report::new(c::CHOICE_TWICE, self.span(node)).arg("found", source));
                continue;
            }
            branches.push(branch);
        }
        branches
    }

    fn branch(&mut self, name: NodeId, below: Option<NodeId>, depth: usize) -> Option<(NodeId, Branch)> {
        let text = self.sentence(name, "from");
        let below = match below {
            None => Vec::new(),
            Some(node) if self.tree.is_empty(node) => {
                let report = Report::new(c::TREE_BRANCH_EMPTY, self.span(name));
                self.push(report.arg("found", text.default.source()));
                return None;
            }
            Some(node) => self.level(node, depth + 1),
        };
        Some((name, Branch { text, below }))
    }

    fn is_text_by_language(&self, node: NodeId) -> bool {
        let pairs = self.tree.map(node).unwrap_or_default();
        let tag = |key: &NodeId| self.tree.scalar(*key).is_some_and(|tag| tag.len() == 2 && tag.is_ascii());
        pairs.iter().all(|(key, value)| tag(key) && self.tree.scalar(*value).is_some())
    }
}
