//! The tree of a formula. Operators in a row are one node with many operands, so that no walk over the tree is
//! deeper than [`DEPTH_MAX`](crate::limits::DEPTH_MAX).

use std::sync::Arc;

use super::TypeName;
use crate::builtins::Builtin;
use crate::{Span, Value};

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
    /// Longest way down from here.
    pub(crate) height: u16,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Constant(Value),
    /// `@"…"` around something that is no date, time or duration: empty.
    BadMoment(Arc<str>),
    Name(Arc<str>),
    Negate(Box<Node>),
    /// Operators of one strength, left to right.
    Arith(Box<Node>, Vec<(ArithOp, Node)>),
    Compare(CompareOp, Box<(Node, Node)>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Between(Box<(Node, Node, Node)>),
    In(Box<Node>, Vec<Test>),
    InstanceOf(Box<Node>, Box<TypeName>),
    Is(Box<Node>, Asked),
    If(Box<(Node, Node, Node)>),
    For(Vec<Iteration>, Box<Node>),
    /// `some`, else `every`.
    Quantified {
        some: bool,
        over: Vec<Iteration>,
        condition: Box<Node>,
    },
    List(Vec<Node>),
    Context(Vec<(Arc<str>, Node)>),
    Range(Box<RangeNode>),
    /// `(< 10)` as a value.
    TestValue(CompareOp, Box<Node>),
    Member(Box<Node>, Arc<str>, Span),
    Filter(Box<(Node, Node)>),
    CallBuiltin(&'static Builtin, Vec<Arg>),
    Call(Box<Node>, Vec<Arg>),
    Function(Arc<Lambda>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArithOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

impl ArithOp {
    pub(crate) fn sign(self) -> &'static str {
        match self {
            ArithOp::Add => "+",
            ArithOp::Subtract => "-",
            ArithOp::Multiply => "*",
            ArithOp::Divide => "/",
            ArithOp::Power => "**",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CompareOp {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl CompareOp {
    pub(crate) fn sign(self) -> &'static str {
        match self {
            CompareOp::Equal => "=",
            CompareOp::NotEqual => "!=",
            CompareOp::Less => "<",
            CompareOp::LessEqual => "<=",
            CompareOp::Greater => ">",
            CompareOp::GreaterEqual => ">=",
        }
    }
}

/// The floor's own questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Ok,
    NotOk,
    Undecided,
    NotUndecided,
    Empty,
    Filled,
}

#[derive(Debug)]
pub(crate) enum Test {
    Compare(CompareOp, Node),
    /// Equal to it, or in it when it is a list or a range.
    Value(Node),
}

impl Test {
    pub(crate) fn node(&self) -> &Node {
        match self {
            Test::Compare(_, node) | Test::Value(node) => node,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Iteration {
    pub(crate) name: Arc<str>,
    pub(crate) domain: Domain,
}

#[derive(Debug)]
pub(crate) enum Domain {
    Of(Node),
    /// `1..10`
    Between(Node, Node),
}

impl Domain {
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Node> {
        let (first, second) = match self {
            Domain::Of(node) => (node, None),
            Domain::Between(from, to) => (from, Some(to)),
        };
        std::iter::once(first).chain(second)
    }
}

#[derive(Debug)]
pub(crate) struct RangeNode {
    pub(crate) start: Node,
    pub(crate) start_included: bool,
    pub(crate) end: Node,
    pub(crate) end_included: bool,
}

#[derive(Debug)]
pub(crate) struct Arg {
    pub(crate) name: Option<(Arc<str>, Span)>,
    pub(crate) value: Node,
}

#[derive(Debug)]
pub(crate) struct Lambda {
    pub(crate) params: Vec<(Arc<str>, Option<TypeName>)>,
    pub(crate) body: Node,
}

impl Kind {
    /// Calls `visit` with every node directly below.
    pub(crate) fn children<'a>(&'a self, visit: &mut dyn FnMut(&'a Node)) {
        match self {
            Kind::Constant(_) | Kind::BadMoment(_) | Kind::Name(_) => {}
            Kind::Negate(node) | Kind::InstanceOf(node, _) | Kind::Is(node, _) | Kind::TestValue(_, node) => {
                visit(node);
            }
            Kind::Member(node, ..) => visit(node),
            Kind::Arith(first, rest) => {
                visit(first);
                rest.iter().for_each(|(_, node)| visit(node));
            }
            Kind::Compare(_, pair) | Kind::Filter(pair) => {
                visit(&pair.0);
                visit(&pair.1);
            }
            Kind::And(nodes) | Kind::Or(nodes) | Kind::List(nodes) => nodes.iter().for_each(visit),
            Kind::Between(three) | Kind::If(three) => {
                visit(&three.0);
                visit(&three.1);
                visit(&three.2);
            }
            Kind::In(node, tests) => {
                visit(node);
                tests.iter().for_each(|test| visit(test.node()));
            }
            Kind::For(over, body)
            | Kind::Quantified {
                over, condition: body, ..
            } => {
                over.iter()
                    .flat_map(|iteration| iteration.domain.nodes())
                    .for_each(&mut *visit);
                visit(body);
            }
            Kind::Context(entries) => entries.iter().for_each(|(_, node)| visit(node)),
            Kind::Range(range) => {
                visit(&range.start);
                visit(&range.end);
            }
            Kind::CallBuiltin(_, args) => args.iter().for_each(|arg| visit(&arg.value)),
            Kind::Call(callee, args) => {
                visit(callee);
                args.iter().for_each(|arg| visit(&arg.value));
            }
            Kind::Function(lambda) => visit(&lambda.body),
        }
    }
}
