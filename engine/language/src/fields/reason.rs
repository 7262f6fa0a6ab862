//! `reason`: one leaf of a tree of reasons.
use expression::Type;
use serde_json::{Map, Value as Json, json};

use super::{Describe, FieldOf};
use crate::catalogue as c;
use crate::limits;
use crate::model::{Id, Reason as Branch, ReasonTree};
use crate::read::ids::id_text;
use crate::read::keys::{Kind, Shape, required};
use crate::read::suggest::nearest;
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

/// Between the texts of a way through the tree.
pub const WAY_SEPARATOR: &str = " / ";

impl FieldOf for Reason {
    const KIND: Kind = Kind {
        word: "reason",
        shape: Shape::Sentence,
        doc: "A reason, found by going down a tree: machine, then spindle.",
        keys: &[required(
            "from",
            Shape::Tree,
            "A tree of the site by its name, or the tree itself: `[Machine: [Spindle, Coolant], Other]`.",
        )],
        example: "- reason: Why did it stop\n  from:\n    - Machine: [Spindle, Coolant]\n    - Other",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let Some(node) = entry.keys.get("from") else {
            reader.missing(
                &entry.keys,
                "from",
                "[Machine, Material, Other]",
                c::CHOOSE_WITHOUT_FROM,
            );
            return Some(Reason {
                from: None,
                tree: Vec::new(),
            });
        };
        if reader.tree.scalar(node).is_some() {
            let (from, tree) = reader.reason_tree_named(node);
            return Some(Reason { from, tree });
        }
        let tree = reader.reasons(node);
        Some(Reason { from: None, tree })
    }

    fn value_type(&self) -> Option<Type> {
        Some(match self.tree.is_empty() {
            true => Type::Text,
            false => Type::OneOf(self.ways().into_iter().map(Into::into).collect()),
        })
    }

    fn answer(&self) -> Option<Json> {
        let step = json!({"type": "string", "maxLength": limits::TEXT_ANSWER_CHARACTERS_DEFAULT});
        Some(json!({"type": "array", "items": step, "minItems": 1, "maxItems": limits::REASON_LEVELS_MAX}))
    }

    fn described(&self, _with: &dyn Describe) -> Json {
        json!({"from_tree": self.from, "tree": branches(&self.tree)})
    }
}

impl Reason {
    /// Every leaf as its value reads.
    pub fn ways(&self) -> Vec<String> {
        fn walk(branches: &[Branch], before: &str, found: &mut Vec<String>) {
            for branch in branches {
                let way = match before.is_empty() {
                    true => branch.title.clone(),
                    false => format!("{before}{WAY_SEPARATOR}{}", branch.title),
                };
                match branch.reasons.is_empty() {
                    true => found.push(way),
                    false => walk(&branch.reasons, &way, found),
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.tree, "", &mut found);
        found
    }
}

fn branches(tree: &[Branch]) -> Json {
    tree.iter()
        .map(|branch| {
            let mut members = Map::new();
            members.insert("text".to_owned(), json!({"default": branch.title}));
            if !branch.reasons.is_empty() {
                members.insert("below".to_owned(), branches(&branch.reasons));
            }
            Json::Object(members)
        })
        .collect()
}

impl Reader<'_> {
    /// A tree of the site by its name. Without a site nothing is known of it.
    fn reason_tree_named(&mut self, node: NodeId) -> (Option<Id>, Vec<Branch>) {
        let Some(name) = self.words(node, "from") else {
            return (None, Vec::new());
        };
        let id = Id::new(&id_text(&name));
        let Some(site) = self.site else {
            return (Some(id), Vec::new());
        };
        let fits = |tree: &&ReasonTree| tree.id == id || id_text(&tree.title) == id.as_str();
        if let Some(tree) = site.reasons.iter().find(fits) {
            return (Some(tree.id.clone()), tree.reasons.clone());
        }
        let near = nearest(&name, site.reasons.iter().map(|tree| tree.title.as_str()));
        let span = self.span(node);
        let mut report = Report::new(c::UNKNOWN_TREE, span).arg("found", name.as_str());
        if let Some(first) = near.first() {
            report = report.replace(span, first.clone());
        }
        let titles = site.reasons.iter().map(|tree| tree.title.clone());
        let others: Vec<String> = titles.filter(|title| !near.contains(title)).collect();
        self.push(report.expected(near).expected(others));
        (None, Vec::new())
    }
}
