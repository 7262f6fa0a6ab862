//! Evaluation: a walk over the tree with three budgets (work, size, depth).
//!
//! Whatever is wrong with values gives `Null` and a note; only a limit of [`crate::limits`] stops an evaluation.

mod arith;
mod calls;
pub(crate) mod compare;
mod forms;
mod function;
mod members;
mod notes;

use std::sync::Arc;

pub(crate) use arith::{compute as arith_compute, exp};
pub(crate) use calls::{kinds_of, type_kinds};
pub use function::Function;
pub(crate) use function::FunctionKind;

use crate::builtins;
use crate::limits::{CALL_DEPTH_MAX, CELLS_MAX, EVALUATION_DEPTH_MAX, FUEL_STEPS_MAX, TEXT_BYTES_MAX, VALUE_DEPTH_MAX};
use crate::messages::Code;
use crate::syntax::{Kind, Node};
use crate::{Host, Problem, Scope, Span, Value};

/// A limit was reached.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stop {
    limit: Limit,
    span: Span,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Limit {
    Fuel,
    Cells,
    Text,
    Calls,
    Depth,
}

impl Stop {
    pub(crate) fn problem(&self) -> Problem {
        let max = |max: u64| max.to_string();
        match self.limit {
            Limit::Fuel => Problem::new(Code::TakesTooLong, self.span, &[&max(FUEL_STEPS_MAX.into())]),
            Limit::Cells => {
                let words = [max(CELLS_MAX.into()), max(VALUE_DEPTH_MAX.into())];
                Problem::new(Code::ResultTooLarge, self.span, &[&words[0], &words[1]])
            }
            Limit::Text => Problem::new(Code::TextTooLong, self.span, &[&max(TEXT_BYTES_MAX as u64)]),
            Limit::Calls => Problem::new(Code::CallsTooDeep, self.span, &[&max(CALL_DEPTH_MAX.into())]),
            Limit::Depth => Problem::new(Code::CallsTooDeep, self.span, &[&max(EVALUATION_DEPTH_MAX.into())]),
        }
    }
}

pub(crate) type Evaluated<T = Value> = Result<T, Box<Stop>>;

/// What the formula itself binds.
#[derive(Clone, Debug)]
pub(crate) enum Local {
    Named(Arc<str>, Value),
    /// Inside a filter: `item`, and its members by their own names.
    Item(Value),
}

pub(crate) struct Evaluation<'a> {
    source: &'a str,
    scope: &'a dyn Scope,
    pub(crate) host: &'a dyn Host,
    locals: Vec<Local>,
    fuel: u32,
    cells: u32,
    depth: u16,
    calls: u16,
    /// What is being worked on, for the position of problems.
    pub(crate) here: Span,
    /// The function of the language that was called last.
    function: &'static str,
    pub(crate) notes: Vec<Problem>,
    pub(crate) patterns: builtins::Patterns,
}

impl<'a> Evaluation<'a> {
    pub(crate) fn new(source: &'a str, scope: &'a dyn Scope, host: &'a dyn Host) -> Evaluation<'a> {
        Evaluation {
            source,
            scope,
            host,
            locals: Vec::new(),
            fuel: FUEL_STEPS_MAX,
            cells: CELLS_MAX,
            depth: 0,
            calls: 0,
            here: Span::default(),
            function: "",
            notes: Vec::new(),
            patterns: builtins::Patterns::default(),
        }
    }

    /// With less work left than a whole evaluation may do.
    pub(crate) fn with_fuel(mut self, steps: u32) -> Evaluation<'a> {
        self.fuel = steps.min(FUEL_STEPS_MAX);
        self
    }

    pub(crate) fn fuel_left(&self) -> u32 {
        self.fuel
    }

    pub(crate) fn eval(&mut self, node: &Node) -> Evaluated {
        self.spend(1)?;
        match &node.kind {
            Kind::Constant(value) => return Ok(value.clone()),
            Kind::Name(name) => return Ok(self.name(name, node.span)),
            _ => {}
        }
        if self.depth >= EVALUATION_DEPTH_MAX {
            return Err(Box::new(Stop {
                limit: Limit::Depth,
                span: node.span,
            }));
        }
        self.depth += 1;
        let result = self.eval_inner(node);
        self.depth -= 1;
        result
    }

    fn eval_inner(&mut self, node: &Node) -> Evaluated {
        match &node.kind {
            Kind::Constant(value) => Ok(value.clone()),
            Kind::Name(name) => Ok(self.name(name, node.span)),
            Kind::BadMoment(text) => {
                self.note(Code::BadMoment, node.span, &[text]);
                Ok(Value::Null)
            }
            Kind::Negate(operand) => self.negate(operand, node.span),
            Kind::Arith(first, rest) => self.arith(first, rest),
            Kind::Compare(op, pair) => self.comparison(*op, &pair.0, &pair.1, node.span),
            Kind::And(operands) => self.junction(operands, false),
            Kind::Or(operands) => self.junction(operands, true),
            Kind::Between(three) => self.between(&three.0, &three.1, &three.2, node.span),
            Kind::In(operand, tests) => self.is_in(operand, tests, node.span),
            Kind::InstanceOf(operand, of) => self.instance_of(operand, of),
            Kind::Is(operand, asked) => self.asked(operand, *asked),
            Kind::If(three) => self.if_then(&three.0, &three.1, &three.2),
            Kind::For(over, body) => self.for_return(over, body, node.span),
            Kind::Quantified { some, over, condition } => self.quantified(*some, over, condition, node.span),
            Kind::List(items) => self.list(items, node.span),
            Kind::Context(entries) => self.context(entries, node.span),
            Kind::Range(range) => self.range(range, node.span),
            Kind::TestValue(op, edge) => self.test_value(*op, edge),
            Kind::Member(base, name, span) => self.member(base, name, *span),
            Kind::Filter(pair) => self.filter(&pair.0, &pair.1, node.span),
            Kind::CallBuiltin(builtin, args) => self.call_builtin(builtin, args, node.span),
            Kind::Call(callee, args) => self.call(callee, args, node.span),
            Kind::Function(lambda) => self.lambda(lambda, node.span),
        }
    }

    fn name(&mut self, name: &Arc<str>, span: Span) -> Value {
        for local in self.locals.iter().rev() {
            match local {
                Local::Named(bound, value) if bound == name => return value.clone(),
                Local::Named(..) => {}
                Local::Item(item) => {
                    if let Value::Context(entries) = item.plain()
                        && let Some(value) = entries.get(name)
                    {
                        return value.clone();
                    }
                    if &**name == "item" {
                        return item.clone();
                    }
                }
            }
        }
        if let Some(value) = self.scope.get(name) {
            return value;
        }
        if let Some(builtin) = builtins::find(name) {
            return Value::Function(Arc::new(Function(FunctionKind::Builtin(builtin))));
        }
        // Inside a filter an item may simply lack the member.
        if !self.locals.iter().any(|local| matches!(local, Local::Item(_))) {
            self.note(Code::UnknownName, span, &[name]);
        }
        Value::Null
    }

    // Budgets.

    pub(crate) fn spend(&mut self, steps: u32) -> Evaluated<()> {
        match self.fuel.checked_sub(steps) {
            Some(left) => {
                self.fuel = left;
                Ok(())
            }
            None => Err(self.stop(Limit::Fuel)),
        }
    }

    /// Room for so many new values.
    pub(crate) fn grow(&mut self, cells: usize) -> Evaluated<()> {
        let left = u32::try_from(cells)
            .ok()
            .and_then(|cells| self.cells.checked_sub(cells));
        match left {
            Some(left) => {
                self.cells = left;
                Ok(())
            }
            None => Err(self.stop(Limit::Cells)),
        }
    }

    /// A value that becomes part of a new one. Walking it keeps values shallow and, because one and the same part can
    /// be shared many times, their written size small.
    pub(crate) fn nest(&mut self, value: &Value) -> Evaluated<()> {
        if value.is_container() {
            self.walk(value, 1)
        } else {
            self.grow(1)
        }
    }

    fn walk(&mut self, value: &Value, depth: u16) -> Evaluated<()> {
        self.grow(1)?;
        if depth >= VALUE_DEPTH_MAX {
            return Err(self.stop(Limit::Cells));
        }
        match value {
            Value::List(items) => items.iter().try_for_each(|item| self.walk_part(item, depth)),
            Value::Context(entries) => entries.values().try_for_each(|item| self.walk_part(item, depth)),
            Value::Judged(judged) => {
                self.walk_part(&judged.value, depth)?;
                judged.details.values().try_for_each(|item| self.walk_part(item, depth))
            }
            Value::Function(function) => function.captured().try_for_each(|item| self.walk_part(item, depth)),
            _ => Ok(()),
        }
    }

    fn walk_part(&mut self, value: &Value, depth: u16) -> Evaluated<()> {
        if value.is_container() {
            self.walk(value, depth + 1)
        } else {
            self.grow(1)
        }
    }

    /// A text that the formula built.
    pub(crate) fn built_text(&mut self, text: String) -> Evaluated {
        self.text_room(text.len())?;
        Ok(Value::Text(Arc::from(text)))
    }

    /// Asked before a text of that size is built.
    pub(crate) fn text_room(&mut self, bytes: usize) -> Evaluated<()> {
        if bytes > TEXT_BYTES_MAX {
            return Err(self.stop(Limit::Text));
        }
        self.grow(1 + bytes / 16)
    }

    pub(crate) fn stop(&self, limit: Limit) -> Box<Stop> {
        Box::new(Stop { limit, span: self.here })
    }
}
