//! What a condition demands in any case, so that a store can look records up instead of trying each.

use std::sync::Arc;

use crate::syntax::{CompareOp, Kind, Node};
use crate::{Formula, Names};

impl Formula {
    /// Names that must equal something for the condition to be true: `line` and `"l1"` in `line = "l1" and n > 3`.
    /// Only what is joined by `and` counts; anything else demands nothing by itself. Both sides of `a = b` are listed.
    pub fn demanded_equalities(&self) -> Vec<(Arc<str>, Formula)> {
        let mut found = Vec::new();
        self.demand(self.root(), &mut found);
        found
    }

    fn demand(&self, node: &Node, found: &mut Vec<(Arc<str>, Formula)>) {
        match &node.kind {
            Kind::And(all) => all.iter().for_each(|part| self.demand(part, found)),
            Kind::Compare(CompareOp::Equal, sides) => {
                let (left, right) = &**sides;
                for (name, value) in [(left, right), (right, left)] {
                    if let Kind::Name(name) = &name.kind
                        && let Some(value) = self.part(value)
                    {
                        found.push((name.clone(), value));
                    }
                }
            }
            _ => {}
        }
    }

    /// A part of the formula as one of its own; `None` where it reads names of several words.
    fn part(&self, node: &Node) -> Option<Formula> {
        let text = self.source().get(node.span.start..node.span.end)?;
        Formula::parse(text, &Names::default()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_joined_by_and_is_demanded() {
        let cases: [(&str, &[&str]); 12] = [
            ("line = \"l1\"", &["line=\"l1\""]),
            ("line = \"l1\" and n = 3 and order > x", &["line=\"l1\"", "n=3"]),
            ("(line = \"l1\" and n = 3) and true", &["line=\"l1\"", "n=3"]),
            ("line = wanted", &["line=wanted", "wanted=line"]),
            (
                "line = \"a and n = 1\" and n = 1 + 1",
                &["line=\"a and n = 1\"", "n=1 + 1"],
            ),
            ("line = \"l1\" or n = 3", &[]),
            ("line = \"l1\" and (n = 3 or n = 4)", &["line=\"l1\""]),
            ("if line = \"l1\" then true else n = 3", &[]),
            ("n between 1 and 3", &[]),
            ("not(line = \"l1\")", &[]),
            ("line != \"l1\" and n >= 3", &[]),
            ("some x in list satisfies x = 1 and n = 2", &[]),
        ];
        for (condition, expected) in cases {
            let formula = Formula::parse(condition, &Names::default()).expect("the condition parses");
            let found = formula.demanded_equalities();
            let found: Vec<String> = found
                .iter()
                .map(|(name, value)| format!("{name}={}", value.source()))
                .collect();
            assert_eq!(found, expected, "{condition}");
        }
    }
}
