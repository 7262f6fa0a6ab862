//! Conditions that are always true, or never: constants, a value compared with itself, and conditions that exclude
//! each other or leave nothing out.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::Check;
use super::operators::constant_order;
use crate::messages::Code;
use crate::syntax::{Asked, CompareOp, Kind, Node};
use crate::{Problem, Span, Value};

impl Check<'_> {
    /// Reports what is certain about a condition. A plain `true` or `false` is meant so.
    pub(super) fn condition(&mut self, node: &Node) {
        let before = self.problems.len();
        self.certain(node);
        // Where something else is wrong in the same place, that is the reason.
        let mut kept: Vec<Problem> = self.problems.drain(before..).collect();
        kept.retain(|found| {
            let inside = |other: &Problem| other.span.start >= found.span.start && other.span.end <= found.span.end;
            !self.problems.iter().any(inside)
        });
        self.problems.append(&mut kept);
    }

    fn certain(&mut self, node: &Node) {
        match &node.kind {
            Kind::Constant(_) => {}
            Kind::And(operands) => {
                operands.iter().for_each(|operand| self.certain(operand));
                if self.exclude_each_other(operands) {
                    self.problem(Code::AlwaysFalse, node.span, &[]);
                }
            }
            Kind::Or(operands) => {
                operands.iter().for_each(|operand| self.certain(operand));
                if self.leave_nothing_out(operands) {
                    self.problem(Code::AlwaysTrue, node.span, &[]);
                }
            }
            Kind::Compare(op, pair) if self.same_text(&pair.0, &pair.1) => {
                let holds = matches!(op, CompareOp::Equal | CompareOp::LessEqual | CompareOp::GreaterEqual);
                self.always(holds, node.span);
            }
            _ => {
                let fuel = self.fuel;
                let problems = self.problems.len();
                if let Some(Value::Bool(value)) = self.constant(node) {
                    self.problems.truncate(problems);
                    self.always(value, node.span);
                }
                self.fuel = fuel.min(self.fuel);
            }
        }
    }

    fn always(&mut self, value: bool, span: Span) {
        self.problem(if value { Code::AlwaysTrue } else { Code::AlwaysFalse }, span, &[]);
    }

    fn same_text(&self, a: &Node, b: &Node) -> bool {
        let is_path = |node: &Node| matches!(node.kind, Kind::Name(_) | Kind::Member(..));
        is_path(a) && is_path(b) && self.written(a.span) == self.written(b.span)
    }

    /// What an operand says about one value.
    fn claims<'n>(&self, node: &'n Node) -> Vec<(String, Claim<'n>)> {
        let path = |node: &Node| {
            matches!(node.kind, Kind::Name(_) | Kind::Member(..)).then(|| self.written(node.span).to_string())
        };
        match &node.kind {
            Kind::Compare(op, pair) => match (path(&pair.0), &pair.0.kind, path(&pair.1), &pair.1.kind) {
                (Some(path), _, _, Kind::Constant(value)) => vec![(path, Claim::Compared(*op, value))],
                (_, Kind::Constant(value), Some(path), _) => vec![(path, Claim::Compared(mirrored(*op), value))],
                _ => Vec::new(),
            },
            Kind::Between(three) => match (path(&three.0), &three.1.kind, &three.2.kind) {
                (Some(path), Kind::Constant(low), Kind::Constant(high)) => vec![
                    (path.clone(), Claim::Compared(CompareOp::GreaterEqual, low)),
                    (path, Claim::Compared(CompareOp::LessEqual, high)),
                ],
                _ => Vec::new(),
            },
            Kind::Is(operand, asked) => path(operand)
                .map(|path| (path, Claim::Is(*asked)))
                .into_iter()
                .collect(),
            _ => Vec::new(),
        }
    }

    fn exclude_each_other(&self, operands: &[Node]) -> bool {
        let mut by_path: BTreeMap<String, Vec<Claim<'_>>> = BTreeMap::new();
        for (path, claim) in operands.iter().flat_map(|operand| self.claims(operand)) {
            by_path.entry(path).or_default().push(claim);
        }
        by_path.values().any(|claims| pairs(claims).any(|(a, b)| a.excludes(b)))
    }

    /// For `or`: the opposites of two operands exclude each other, so one of the two always holds.
    fn leave_nothing_out(&self, operands: &[Node]) -> bool {
        let claims: Vec<(String, Claim<'_>)> = operands
            .iter()
            .filter_map(|operand| {
                let mut claims = self.claims(operand);
                (claims.len() == 1).then(|| claims.remove(0))
            })
            .collect();
        pairs(&claims).any(|((path, a), (other, b))| {
            path == other
                && match (a.opposite(), b.opposite()) {
                    (Some(a), Some(b)) => a.excludes(&b),
                    _ => false,
                }
        })
    }
}

#[derive(Clone, Copy)]
enum Claim<'n> {
    Compared(CompareOp, &'n Value),
    Is(Asked),
}

impl Claim<'_> {
    fn opposite(self) -> Option<Self> {
        Some(match self {
            Claim::Compared(op, value) => {
                let op = match op {
                    CompareOp::Equal => CompareOp::NotEqual,
                    CompareOp::NotEqual => CompareOp::Equal,
                    CompareOp::Less => CompareOp::GreaterEqual,
                    CompareOp::LessEqual => CompareOp::Greater,
                    CompareOp::Greater => CompareOp::LessEqual,
                    CompareOp::GreaterEqual => CompareOp::Less,
                };
                Claim::Compared(op, value)
            }
            // Not ok is not the opposite of ok: there are undecided and undefined.
            Claim::Is(Asked::Ok | Asked::NotOk) => return None,
            Claim::Is(Asked::Empty) => Claim::Is(Asked::Filled),
            Claim::Is(Asked::Filled) => Claim::Is(Asked::Empty),
            Claim::Is(Asked::Undecided) => Claim::Is(Asked::NotUndecided),
            Claim::Is(Asked::NotUndecided) => Claim::Is(Asked::Undecided),
        })
    }

    /// No value makes both true.
    fn excludes(&self, other: &Self) -> bool {
        match (self, other) {
            (Claim::Is(a), Claim::Is(b)) => {
                let pair = |one, two| (*a, *b) == (one, two) || (*b, *a) == (one, two);
                pair(Asked::Ok, Asked::NotOk)
                    || pair(Asked::Ok, Asked::Undecided)
                    || pair(Asked::NotOk, Asked::Undecided)
                    || pair(Asked::Empty, Asked::Filled)
                    || pair(Asked::Undecided, Asked::NotUndecided)
            }
            (Claim::Compared(a, x), Claim::Compared(b, y)) => {
                constant_order(x, y).is_some_and(|order| excludes(*a, *b, order))
            }
            _ => false,
        }
    }
}

/// `v a x` and `v b y` cannot both hold when x stands to y like that.
fn excludes(a: CompareOp, b: CompareOp, x_to_y: Ordering) -> bool {
    use CompareOp::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
    // Whether an operator bounds its value from above or below, and whether with the bound itself.
    let upper = |op| match op {
        Less => Some(false),
        LessEqual | Equal => Some(true),
        _ => None,
    };
    let lower = |op| match op {
        Greater => Some(false),
        GreaterEqual | Equal => Some(true),
        _ => None,
    };
    let gap = |upper: Option<bool>, lower: Option<bool>, order: Ordering| match (upper, lower) {
        (Some(with_upper), Some(with_lower)) => order.is_lt() || order.is_eq() && !(with_upper && with_lower),
        _ => false,
    };
    match (a, b) {
        (Equal, NotEqual) | (NotEqual, Equal) => x_to_y.is_eq(),
        _ => gap(upper(a), lower(b), x_to_y) || gap(upper(b), lower(a), x_to_y.reverse()),
    }
}

fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessEqual => CompareOp::GreaterEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterEqual => CompareOp::LessEqual,
        same => same,
    }
}

fn pairs<T>(items: &[T]) -> impl Iterator<Item = (&T, &T)> {
    items
        .iter()
        .enumerate()
        .flat_map(|(at, a)| items[at + 1..].iter().map(move |b| (a, b)))
}
