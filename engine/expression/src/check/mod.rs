//! What can be said about a formula before it runs: unknown names, types and units that do not fit, conditions that
//! are always true or never. [`Type::Any`] silences: nothing is said about what is not known.

mod calls;
mod conditions;
mod fold;
mod names;
mod operators;
mod types;

use std::collections::BTreeSet;
use std::sync::Arc;

pub(crate) use names::declared_as;
pub use types::{Names, Type};

use crate::limits::{FUEL_STEPS_MAX, PROBLEMS_MAX};
use crate::messages::{Code, quoted};
use crate::syntax::ast::Iteration;
use crate::syntax::{Asked, Domain, Kind, Lambda, Node, Test, TypeName};
use crate::{Problem, Span};

/// What can be said about a formula.
pub(crate) struct Checked {
    /// The type of the result.
    pub(crate) of: Type,
    /// What is wrong, in the order of the text.
    pub(crate) problems: Vec<Problem>,
    /// Where names stand that are members of a filter's item.
    pub(crate) of_items: BTreeSet<usize>,
}

pub(crate) fn check(source: &str, root: &Node, names: &Names) -> Checked {
    let mut check = Check {
        source,
        names,
        locals: Vec::new(),
        problems: Vec::new(),
        fuel: FUEL_STEPS_MAX,
        of_items: BTreeSet::new(),
    };
    let of = check.node(root);
    if of == Type::Bool {
        check.condition(root);
    }
    if of == Type::Function {
        check.problem(Code::FunctionAsValue, root.span, &[]);
    }
    let mut problems = check.problems;
    problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
    problems.dedup_by(|a, b| a.span == b.span && a.code == b.code);
    problems.truncate(PROBLEMS_MAX);
    Checked {
        of,
        problems,
        of_items: check.of_items,
    }
}

/// A type with more parts is not looked into.
const TYPE_PARTS_MAX: usize = 500;

enum Local {
    Named(Arc<str>, Type),
    /// Inside a filter: `item`, and its members by their own names.
    Item(Type),
}

struct Check<'a> {
    source: &'a str,
    names: &'a Names,
    locals: Vec<Local>,
    problems: Vec<Problem>,
    /// Left for working out parts that do not depend on any name.
    fuel: u32,
    /// First bytes of names that are members of a filter's item.
    of_items: BTreeSet<usize>,
}

impl Check<'_> {
    fn problem(&mut self, code: Code, span: Span, words: &[&str]) {
        self.push(Problem::new(code, span, words));
    }

    fn push(&mut self, problem: Problem) {
        // More are never shown; a formula of 8 KB could have thousands.
        if self.problems.len() < PROBLEMS_MAX * 4 {
            self.problems.push(problem);
        }
    }

    fn written(&self, span: Span) -> &str {
        self.source.get(span.start..span.end).unwrap_or("")
    }

    fn wrong_type(&mut self, wanted: &Type, found: &Type, span: Span) {
        let words = [wanted.words(), found.words()];
        self.push(Problem::bilingual(Code::WrongType, span, &words));
    }

    fn node(&mut self, node: &Node) -> Type {
        if let Some(of) = self.folded(node) {
            return of;
        }
        match &node.kind {
            Kind::Constant(value) => Type::of_constant(value),
            Kind::BadMoment(text) => {
                self.problem(Code::BadMoment, node.span, &[text]);
                Type::Any
            }
            Kind::Name(name) => self.name(name, node.span),
            Kind::Member(base, name, span) => {
                let base = self.node(base);
                self.member(&base, name, *span)
            }
            Kind::Negate(operand) => self.negate(operand),
            Kind::Arith(first, rest) => self.arith(first, rest),
            Kind::Compare(op, pair) => {
                self.compare(*op, &pair.0, &pair.1, node.span);
                Type::Bool
            }
            Kind::Between(three) => {
                self.between(&three.0, &three.1, &three.2);
                Type::Bool
            }
            Kind::And(operands) | Kind::Or(operands) => {
                operands.iter().for_each(|operand| self.boolean(operand));
                Type::Bool
            }
            Kind::In(operand, tests) => {
                self.tests(operand, tests);
                Type::Bool
            }
            Kind::InstanceOf(operand, of) => {
                self.node(operand);
                self.type_name(of, node.span);
                Type::Bool
            }
            Kind::Is(operand, asked) => {
                self.asked(operand, *asked);
                Type::Bool
            }
            Kind::If(three) => self.if_then(&three.0, &three.1, &three.2),
            Kind::For(over, body) => self.for_return(over, body),
            Kind::Quantified { over, condition, .. } => {
                let before = self.locals.len();
                self.bind(over);
                self.boolean(condition);
                self.condition(condition);
                self.locals.truncate(before);
                Type::Bool
            }
            Kind::List(items) => {
                let types: Vec<Type> = items.iter().map(|item| self.node(item)).collect();
                Type::List(Box::new(types.into_iter().reduce(Type::or).unwrap_or(Type::Any)))
            }
            Kind::Context(entries) => self.context(entries),
            Kind::Range(range) => {
                let start = self.node(&range.start);
                let end = self.node(&range.end);
                self.comparable("..", &start, &end, node.span, None);
                Type::Range(Box::new(start.plain().clone().or(end.plain().clone())))
            }
            Kind::TestValue(_, edge) => Type::Range(Box::new(self.node(edge).plain().clone())),
            Kind::Filter(pair) => self.filter(&pair.0, &pair.1),
            Kind::CallBuiltin(builtin, args) => self.builtin(builtin, args, node.span),
            Kind::Call(callee, args) => {
                self.callee(callee);
                args.iter().for_each(|arg| drop(self.node(&arg.value)));
                Type::Any
            }
            Kind::Function(lambda) => self.lambda(lambda),
        }
    }

    /// Here a yes or no is needed.
    fn boolean(&mut self, node: &Node) {
        let of = self.node(node);
        if !matches!(of.plain(), Type::Bool | Type::Any | Type::Null) {
            let words = [of.words()];
            self.push(Problem::bilingual(Code::NotACondition, node.span, &words));
        }
    }

    fn if_then(&mut self, condition: &Node, then: &Node, otherwise: &Node) -> Type {
        self.boolean(condition);
        self.condition(condition);
        let then = self.node(then);
        then.or(self.node(otherwise))
    }

    fn for_return(&mut self, over: &[Iteration], body: &Node) -> Type {
        let before = self.locals.len();
        self.bind(over);
        self.locals
            .push(Local::Named(Arc::from("partial"), Type::List(Box::new(Type::Any))));
        let of = self.node(body);
        self.locals.truncate(before);
        Type::List(Box::new(of))
    }

    fn bind(&mut self, over: &[Iteration]) {
        for iteration in over {
            let of = match &iteration.domain {
                Domain::Of(node) => {
                    let of = self.node(node);
                    match of.plain() {
                        Type::List(item) | Type::Range(item) => (**item).clone(),
                        Type::Any | Type::Null => Type::Any,
                        other => other.clone(),
                    }
                }
                Domain::Between(from, to) => {
                    let from_type = self.node(from);
                    let to_type = self.node(to);
                    let steps = |of: &Type| matches!(of.plain(), Type::Number | Type::Date | Type::Any | Type::Null);
                    for (of, node) in [(&from_type, from), (&to_type, to)] {
                        if !steps(of) {
                            self.wrong_type(&Type::Number, of, node.span);
                        }
                    }
                    from_type.plain().clone()
                }
            };
            self.locals.push(Local::Named(iteration.name.clone(), of));
        }
    }

    fn context(&mut self, entries: &[(Arc<str>, Node)]) -> Type {
        let before = self.locals.len();
        let mut types = std::collections::BTreeMap::new();
        for (name, node) in entries {
            let of = self.node(node);
            self.locals.push(Local::Named(name.clone(), of.clone()));
            types.insert(name.clone(), of);
        }
        self.locals.truncate(before);
        let of = Type::Context(types);
        // Entries that repeat earlier ones double with each step.
        if of.size(0) > TYPE_PARTS_MAX { Type::Any } else { of }
    }

    fn filter(&mut self, base: &Node, filter: &Node) -> Type {
        let base_type = self.node(base);
        let item = match base_type.plain() {
            Type::List(item) => (**item).clone(),
            Type::Any | Type::Null => Type::Any,
            _ => base_type.clone(),
        };
        self.locals.push(Local::Item(item.clone()));
        let of = self.node(filter);
        if of == Type::Bool {
            self.condition(filter);
        }
        self.locals.pop();
        match of.plain() {
            Type::Bool => Type::List(Box::new(item)),
            Type::Number => item,
            Type::Any | Type::Null => Type::Any,
            other => {
                let words = [other.words()];
                self.push(Problem::bilingual(Code::NotACondition, filter.span, &words));
                Type::Any
            }
        }
    }

    fn tests(&mut self, operand: &Node, tests: &[Test]) {
        let value = self.node(operand);
        for test in tests {
            let of = self.node(test.node());
            match test {
                Test::Compare(op, node) => self.compare_types(*op, (&value, operand), (&of, node), node.span),
                Test::Value(node) => self.test_value(&value, operand, &of, node),
            }
        }
    }

    fn asked(&mut self, operand: &Node, asked: Asked) {
        let of = self.node(operand);
        let asks_verdict = matches!(asked, Asked::Ok | Asked::NotOk | Asked::Undecided | Asked::NotUndecided);
        if !asks_verdict || matches!(of, Type::Judged(..) | Type::Any | Type::Null) {
            return;
        }
        let written = quoted(self.written(operand.span));
        let judged = self.names.names.iter().filter(|(_, of)| matches!(of, Type::Judged(..)));
        let judged: Vec<&str> = judged.map(|(name, _)| &**name).collect();
        let mut problem = Problem::new(Code::NoVerdict, operand.span, &[&written]);
        problem.expected = crate::problem::nearest(self.written(operand.span), judged.iter().copied());
        problem
            .expected
            .extend(judged.iter().take(5).map(|name| (*name).to_string()));
        let mut seen = std::collections::BTreeSet::new();
        problem.expected.retain(|name| seen.insert(name.clone()));
        self.push(problem);
    }

    fn lambda(&mut self, lambda: &Lambda) -> Type {
        let before = self.locals.len();
        for (name, of) in &lambda.params {
            let of = of.as_ref().map_or(Type::Any, Type::named);
            self.locals.push(Local::Named(name.clone(), of));
        }
        self.node(&lambda.body);
        self.locals.truncate(before);
        Type::Function
    }

    fn type_name(&mut self, of: &TypeName, span: Span) {
        const KNOWN: [&str; 14] = [
            "Any",
            "Null",
            "number",
            "string",
            "boolean",
            "date",
            "time",
            "date and time",
            "days and time duration",
            "years and months duration",
            "list",
            "range",
            "context",
            "function",
        ];
        match of {
            TypeName::Unknown(name) => {
                let near = crate::problem::nearest(name, KNOWN);
                let expected = if near.is_empty() {
                    KNOWN.map(str::to_string).to_vec()
                } else {
                    near
                };
                self.push(Problem::new(Code::UnknownType, span, &[name]).expected(expected));
            }
            TypeName::List(inner) | TypeName::Range(inner) => self.type_name(inner, span),
            TypeName::Context(entries) => entries.iter().for_each(|(_, of)| self.type_name(of, span)),
            TypeName::Function(params, result) => {
                params.iter().for_each(|of| self.type_name(of, span));
                self.type_name(result, span);
            }
            _ => {}
        }
    }
}
