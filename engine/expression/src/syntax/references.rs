//! The names that a formula reads from outside.

use std::sync::Arc;

use super::ast::{Kind, Node};
use crate::Reference;

/// Names with their dotted paths, in the order of the text; what the formula itself binds is left out.
pub(crate) fn references(root: &Node) -> Vec<Reference> {
    let mut walk = Walk {
        bound: Vec::new(),
        found: Vec::new(),
    };
    walk.node(root);
    walk.found
}

struct Walk {
    bound: Vec<Arc<str>>,
    found: Vec<Reference>,
}

impl Walk {
    fn node(&mut self, node: &Node) {
        match &node.kind {
            Kind::Name(_) | Kind::Member(..) => self.path(node),
            Kind::For(over, body)
            | Kind::Quantified {
                over, condition: body, ..
            } => {
                let before = self.bound.len();
                for iteration in over {
                    iteration.domain.nodes().for_each(|node| self.node(node));
                    self.bound.push(iteration.name.clone());
                }
                if matches!(node.kind, Kind::For(..)) {
                    self.bound.push(Arc::from("partial"));
                }
                self.node(body);
                self.bound.truncate(before);
            }
            Kind::Context(entries) => {
                let before = self.bound.len();
                for (name, value) in entries {
                    self.node(value);
                    self.bound.push(name.clone());
                }
                self.bound.truncate(before);
            }
            Kind::Function(lambda) => {
                let before = self.bound.len();
                self.bound.extend(lambda.params.iter().map(|(name, _)| name.clone()));
                self.node(&lambda.body);
                self.bound.truncate(before);
            }
            Kind::Filter(pair) => {
                self.node(&pair.0);
                self.bound.push(Arc::from("item"));
                self.node(&pair.1);
                self.bound.pop();
            }
            other => other.children(&mut |child| self.node(child)),
        }
    }

    fn path(&mut self, node: &Node) {
        let mut members = Vec::new();
        let mut base = node;
        while let Kind::Member(inner, name, _) = &base.kind {
            members.push(name.clone());
            base = inner;
        }
        let Kind::Name(name) = &base.kind else {
            return self.node(base);
        };
        if self.bound.contains(name) {
            return;
        }
        let path = std::iter::once(name.clone()).chain(members.into_iter().rev()).collect();
        let reference = Reference { path, span: node.span };
        if !self.found.contains(&reference) {
            self.found.push(reference);
        }
    }
}
