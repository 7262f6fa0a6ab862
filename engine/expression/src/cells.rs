//! What a test of a decision table fits, as far as it can be read off without computing anything.

use crate::syntax::ast::{CompareOp, Kind, Node, RangeNode, Test};
use crate::{Bound, Formula, Value};

/// One alternative of a test: `"A"`, `!= "A"`, `> 2 mm`, `[0.5..2]`.
#[derive(Clone, Debug, PartialEq)]
pub enum Fits {
    Equal(Value),
    NotEqual(Value),
    Between(Bound, Bound),
}

/// A test of one value against constants: it holds when one of the alternatives does, or, when it is the opposite, when
/// none does.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub opposite: bool,
    pub any_of: Vec<Fits>,
}

impl Formula {
    /// What `x in (…)` and `not(x in (…))` test for; `None` for any other formula, and when something other than a
    /// constant stands in the test.
    pub fn cell(&self) -> Option<Cell> {
        let (node, opposite) = match &self.root().kind {
            Kind::CallBuiltin(function, args) if function.name == "not" && args.len() == 1 => (&args[0].value, true),
            _ => (self.root(), false),
        };
        let Kind::In(_, tests) = &node.kind else { return None };
        let mut any_of = Vec::new();
        for test in tests {
            match test {
                Test::Compare(op, node) => any_of.push(compared(*op, constant(node)?)),
                Test::Value(node) => value(node, &mut any_of)?,
            }
        }
        Some(Cell { opposite, any_of })
    }

    /// Whether it only reads a name or a member of one.
    pub fn is_path(&self) -> bool {
        let mut node = self.root();
        while let Kind::Member(inner, ..) = &node.kind {
            node = inner;
        }
        matches!(node.kind, Kind::Name(_))
    }
}

/// What stands without a sign: a constant, a range, a test in brackets, a list of any of them.
fn value(node: &Node, any_of: &mut Vec<Fits>) -> Option<()> {
    match &node.kind {
        Kind::Range(range) => any_of.push(between(range)?),
        Kind::TestValue(op, node) => any_of.push(compared(*op, constant(node)?)),
        Kind::List(items) => {
            for item in items {
                value(item, any_of)?;
            }
        }
        _ => any_of.push(Fits::Equal(constant(node)?)),
    }
    Some(())
}

fn between(range: &RangeNode) -> Option<Fits> {
    let bound = |node: &Node, included: bool| {
        let value = constant(node)?;
        Some(if included {
            Bound::Included(value)
        } else {
            Bound::Excluded(value)
        })
    };
    Some(Fits::Between(
        bound(&range.start, range.start_included)?,
        bound(&range.end, range.end_included)?,
    ))
}

fn compared(op: CompareOp, value: Value) -> Fits {
    match op {
        CompareOp::Equal => Fits::Equal(value),
        CompareOp::NotEqual => Fits::NotEqual(value),
        CompareOp::Less => Fits::Between(Bound::Open, Bound::Excluded(value)),
        CompareOp::LessEqual => Fits::Between(Bound::Open, Bound::Included(value)),
        CompareOp::Greater => Fits::Between(Bound::Excluded(value), Bound::Open),
        CompareOp::GreaterEqual => Fits::Between(Bound::Included(value), Bound::Open),
    }
}

/// A value that is written out; one that is empty says nothing that could be held against others.
fn constant(node: &Node) -> Option<Value> {
    match &node.kind {
        Kind::Constant(Value::Null) => None,
        Kind::Constant(value) => Some(value.clone()),
        Kind::Negate(inner) => match constant(inner)? {
            Value::Number(number) => Some(Value::Number(-number)),
            Value::Quantity(quantity) => Some(Value::quantity(-quantity.number, quantity.unit.clone())),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Cell, Fits};
    use crate::{Bound, Formula, Names, Value};

    fn cell(source: &str) -> Option<Cell> {
        Formula::parse(source, &Names::default()).expect("it parses").cell()
    }

    #[test]
    fn tests_against_constants_are_read_off() {
        let number = |number: i64| Value::from(number);
        let cases = [
            (
                "(x) in (\"A\", \"B\")",
                false,
                vec![Fits::Equal("A".into()), Fits::Equal("B".into())],
            ),
            (
                "(x) in ([\"A\", \"B\"])",
                false,
                vec![Fits::Equal("A".into()), Fits::Equal("B".into())],
            ),
            ("not((x) in (\"A\"))", true, vec![Fits::Equal("A".into())]),
            ("(x) in (!= \"A\")", false, vec![Fits::NotEqual("A".into())]),
            ("(x) in (true)", false, vec![Fits::Equal(true.into())]),
            (
                "(x) in (> -2)",
                false,
                vec![Fits::Between(Bound::Excluded(number(-2)), Bound::Open)],
            ),
            (
                "(x) in ([1..5))",
                false,
                vec![Fits::Between(Bound::Included(number(1)), Bound::Excluded(number(5)))],
            ),
            (
                "(x) in (]1..5], >= 9)",
                false,
                vec![
                    Fits::Between(Bound::Excluded(number(1)), Bound::Included(number(5))),
                    Fits::Between(Bound::Included(number(9)), Bound::Open),
                ],
            ),
        ];
        for (source, opposite, any_of) in cases {
            assert_eq!(cell(source), Some(Cell { opposite, any_of }), "{source}");
        }
        for source in [
            "(x) in (y)",
            "(x) in (> y + 1)",
            "x > 5",
            "(x) in (null)",
            "x in ([1..y])",
        ] {
            assert_eq!(cell(source), None, "{source}");
        }
    }

    #[test]
    fn names_and_their_members_are_paths() {
        for (source, is_path) in [
            ("x", true),
            ("(x.y.z)", true),
            ("x + 1", false),
            ("count(x)", false),
            ("x[1].y", false),
        ] {
            assert_eq!(
                Formula::parse(source, &Names::default()).expect("it parses").is_path(),
                is_path,
                "{source}"
            );
        }
    }
}
