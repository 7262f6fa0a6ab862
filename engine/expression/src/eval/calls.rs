//! Calls: values are bound to parameters and held against what the parameters take.

use std::sync::Arc;

use super::{Evaluated, Evaluation, Function, FunctionKind, Limit, Local};
use crate::builtins::{Args, Builtin, Form, Kinds, PARAMS_MAX};
use crate::check::Type;
use crate::limits::CALL_DEPTH_MAX;
use crate::messages::{Code, quoted};
use crate::syntax::{Arg, Kind, Lambda, Node, TypeName};
use crate::value::Bound;
use crate::{Span, Value};

/// A value for a call, with its name when it was given by name.
struct Given {
    name: Option<Arc<str>>,
    value: Value,
    span: Span,
}

impl Evaluation<'_> {
    pub(super) fn call_builtin(&mut self, builtin: &'static Builtin, args: &[Arg], span: Span) -> Evaluated {
        let given = self.given(args)?;
        self.here = span;
        self.run_builtin(builtin, given, span)
    }

    fn given(&mut self, args: &[Arg]) -> Evaluated<Vec<Given>> {
        let mut given = Vec::with_capacity(args.len());
        for arg in args {
            let value = self.eval(&arg.value)?;
            given.push(Given {
                name: arg.name.as_ref().map(|(name, _)| name.clone()),
                value,
                span: arg.value.span,
            });
        }
        Ok(given)
    }

    fn run_builtin(&mut self, builtin: &'static Builtin, given: Vec<Given>, span: Span) -> Evaluated {
        // Of several forms the first that takes the values; if none does, the first of that many values says why.
        let mut misfit: Option<(&Form, usize)> = None;
        let mut chosen = None;
        for form in builtin.forms {
            let Some(order) = places(form, &given) else {
                continue;
            };
            match misfits(form, &order, &given) {
                None => {
                    chosen = Some((form, order));
                    break;
                }
                Some(place) => misfit = misfit.or(Some((form, place))),
            }
        }
        let Some((form, order)) = chosen else {
            match misfit {
                Some((form, place)) => self.note_misfit(builtin, form, place, &given),
                None => self.note_count(builtin, &given, span),
            }
            return Ok(Value::Null);
        };
        let args = bind(form, &order, given);
        self.spend(1)?;
        self.here = span;
        self.function = builtin.name;
        (builtin.run)(self, args)
    }

    fn note_misfit(&mut self, builtin: &Builtin, form: &Form, place: usize, given: &[Given]) {
        let order = places(form, given).unwrap_or([usize::MAX; PARAMS_MAX]);
        let param = &form.params[place.min(form.params.len() - 1)];
        let value = if form.rest {
            given.get(place)
        } else {
            given.get(order[place])
        };
        if let Some(given) = value {
            self.note_argument(builtin.name, param.name, param.kinds.words(), &given.value, given.span);
        }
    }

    fn note_count(&mut self, builtin: &'static Builtin, given: &[Given], span: Span) {
        let unknown = given.iter().filter_map(|given| given.name.as_deref()).find(|name| {
            !builtin
                .forms
                .iter()
                .any(|form| form.params.iter().any(|param| param.name == *name))
        });
        match unknown {
            Some(name) => self.note(Code::UnknownArgument, span, &[builtin.name, name]),
            None => self.note(
                Code::ArgumentCount,
                span,
                &[builtin.name, &builtin.usage(), &given.len().to_string()],
            ),
        }
    }

    pub(super) fn call(&mut self, callee: &Node, args: &[Arg], span: Span) -> Evaluated {
        if let Kind::Name(name) = &callee.kind
            && !self.is_bound(name)
        {
            self.note(Code::UnknownFunction, callee.span, &[name]);
            // Values are still worked out, so that a limit in them is met alike.
            self.given(args)?;
            return Ok(Value::Null);
        }
        let function = self.eval(callee)?;
        let given = self.given(args)?;
        let Value::Function(function) = function.plain() else {
            let written = quoted(self.source.get(callee.span.start..callee.span.end).unwrap_or(""));
            self.note(Code::NotAFunction, callee.span, &[&written]);
            return Ok(Value::Null);
        };
        match &function.0 {
            FunctionKind::Builtin(builtin) => self.run_builtin(builtin, given, span),
            FunctionKind::Written { lambda, captured } => {
                let Some(values) = self.by_params(lambda, given, span) else {
                    return Ok(Value::Null);
                };
                self.apply_written(lambda, captured, values, span)
            }
        }
    }

    fn is_bound(&self, name: &str) -> bool {
        let in_locals = self.locals.iter().any(|local| match local {
            Local::Named(bound, _) => **bound == *name,
            Local::Item(item) => {
                matches!(item.plain(), Value::Context(entries) if entries.contains_key(name))
            }
        });
        in_locals || self.scope.get(name).is_some()
    }

    fn by_params(&mut self, lambda: &Lambda, given: Vec<Given>, span: Span) -> Option<Vec<Value>> {
        let wrong_count = given.len() != lambda.params.len();
        let mut values: Vec<Option<Value>> = vec![None; lambda.params.len()];
        for (place, given) in given.into_iter().enumerate() {
            let place = match &given.name {
                Some(name) => lambda.params.iter().position(|(param, _)| param == name),
                None => (place < values.len()).then_some(place),
            };
            match place.map(|place| &mut values[place]) {
                Some(slot @ None) => *slot = Some(given.value),
                _ => {
                    self.note(Code::NotAFunction, span, &["this"]);
                    return None;
                }
            }
        }
        if wrong_count {
            let wanted = format!("{} values", lambda.params.len());
            let got = values.iter().flatten().count().to_string();
            self.note(Code::ArgumentCount, span, &["the function", &wanted, &got]);
            return None;
        }
        values.into_iter().collect()
    }

    /// Calls a function value with that many values.
    pub(crate) fn apply(&mut self, function: &Function, values: &[Value]) -> Evaluated {
        let span = self.here;
        match &function.0 {
            FunctionKind::Builtin(builtin) => {
                let given = values
                    .iter()
                    .map(|value| Given {
                        name: None,
                        value: value.clone(),
                        span,
                    })
                    .collect();
                self.run_builtin(builtin, given, span)
            }
            FunctionKind::Written { lambda, captured } => self.apply_written(lambda, captured, values.to_vec(), span),
        }
    }

    fn apply_written(&mut self, lambda: &Lambda, captured: &[Local], values: Vec<Value>, span: Span) -> Evaluated {
        self.here = span;
        if self.calls >= CALL_DEPTH_MAX {
            return Err(self.stop(Limit::Calls));
        }
        self.spend(1 + captured.len() as u32)?;
        let mut locals = captured.to_vec();
        for ((name, of), value) in lambda.params.iter().zip(values) {
            let value = match of {
                Some(of) if !conforms(&value, of) => Value::Null,
                _ => value,
            };
            locals.push(Local::Named(name.clone(), value));
        }
        let outer = std::mem::replace(&mut self.locals, locals);
        self.calls += 1;
        let result = self.eval(&lambda.body);
        self.calls -= 1;
        self.locals = outer;
        self.here = span;
        result
    }

    pub(super) fn instance_of(&mut self, operand: &Node, of: &TypeName) -> Evaluated {
        let value = self.eval(operand)?;
        if let TypeName::Unknown(name) = of {
            self.note(Code::UnknownType, operand.span, &[name]);
            return Ok(Value::Null);
        }
        let value = value.plain();
        Ok(Value::Bool(match of {
            TypeName::Null => matches!(value, Value::Null),
            _ => !matches!(value, Value::Null) && conforms(value, of),
        }))
    }
}

/// For each parameter the value that is given for it, `usize::MAX` for none; `None` when they do not match.
fn places(form: &Form, given: &[Given]) -> Option<[usize; PARAMS_MAX]> {
    let mut order = [usize::MAX; PARAMS_MAX];
    if given.iter().any(|given| given.name.is_some()) {
        for (at, given) in given.iter().enumerate() {
            let name = given.name.as_deref()?;
            let place = form.params.iter().position(|param| param.name == name)?;
            if form.rest || order[place] != usize::MAX {
                return None;
            }
            order[place] = at;
        }
    } else if form.rest {
        return (given.len() >= form.params.len()).then_some(order);
    } else {
        if given.len() > form.params.len() {
            return None;
        }
        for (at, place) in order.iter_mut().enumerate().take(given.len()) {
            *place = at;
        }
    }
    let missing = form
        .params
        .iter()
        .zip(order)
        .any(|(param, at)| at == usize::MAX && !param.optional);
    (!missing).then_some(order)
}

/// The first value that its parameter does not take.
fn misfits(form: &Form, order: &[usize; PARAMS_MAX], given: &[Given]) -> Option<usize> {
    if form.rest {
        let last = form.params.len() - 1;
        return given
            .iter()
            .enumerate()
            .position(|(at, given)| !takes(form.params[at.min(last)].kinds, &given.value));
    }
    let fits = |place: usize| {
        let at = order[place];
        at == usize::MAX || takes(form.params[place].kinds, &given[at].value)
    };
    (0..form.params.len()).find(|&place| !fits(place))
}

fn takes(kinds: Kinds, value: &Value) -> bool {
    let value = value.plain();
    let own = kinds_of(value);
    if kinds.has(own) {
        return true;
    }
    match value {
        Value::Null => false,
        // A list of one item stands for the item, and an item for a list of it.
        Value::List(items) if items.len() == 1 => kinds.has(kinds_of(items[0].plain())),
        _ => kinds.has(Kinds::LIST),
    }
}

fn fitted(kinds: Kinds, value: Value) -> Value {
    if kinds.has(Kinds::JUDGED) {
        return value;
    }
    let value = match value {
        Value::Judged(judged) => judged.value.plain().clone(),
        value => value,
    };
    if kinds.has(kinds_of(&value)) {
        return value;
    }
    match &value {
        Value::List(items) if items.len() == 1 => items[0].plain().clone(),
        _ => Value::list(vec![value]),
    }
}

fn bind(form: &Form, order: &[usize; PARAMS_MAX], given: Vec<Given>) -> Args {
    let mut args = Args::default();
    let mut values: Vec<Value> = given.into_iter().map(|given| given.value).collect();
    if form.rest {
        // The last parameter takes all the rest, as a list.
        let last = form.params.len() - 1;
        let rest = values.split_off(last);
        for (place, value) in values.into_iter().enumerate() {
            args.set(place, fitted(form.params[place].kinds, value));
        }
        args.set(last, Value::list(rest));
        return args;
    }
    for (place, param) in form.params.iter().enumerate() {
        if let Some(value) = values.get_mut(order[place]) {
            args.set(place, fitted(param.kinds, std::mem::take(value)));
        }
    }
    args
}

pub(crate) fn kinds_of(value: &Value) -> Kinds {
    match value {
        Value::Null => Kinds::NULL,
        Value::Bool(_) => Kinds::BOOL,
        Value::Number(_) => Kinds::NUMBER,
        Value::Quantity(_) => Kinds::QUANTITY,
        Value::Text(_) => Kinds::TEXT,
        Value::Date(_) => Kinds::DATE,
        Value::Time(_) => Kinds::TIME,
        Value::DateTime(_) => Kinds::DATE_TIME,
        Value::Duration(_) => Kinds::DURATION,
        Value::YearMonths(_) => Kinds::YEAR_MONTHS,
        Value::List(_) => Kinds::LIST,
        Value::Context(_) => Kinds::CONTEXT,
        Value::Judged(judged) => kinds_of(&judged.value),
        Value::Range(_) => Kinds::RANGE,
        Value::Function(_) => Kinds::FUNCTION,
    }
}

/// Whether a value belongs to a type; an empty value inside of another belongs to every type.
pub(crate) fn conforms(value: &Value, of: &TypeName) -> bool {
    match (value.plain(), of) {
        (_, TypeName::Any) | (Value::Null, _) => true,
        (Value::Number(_) | Value::Quantity(_), TypeName::Number)
        | (Value::Text(_), TypeName::Text)
        | (Value::Bool(_), TypeName::Bool)
        | (Value::Date(_), TypeName::Date)
        | (Value::Time(_), TypeName::Time)
        | (Value::DateTime(_), TypeName::DateTime)
        | (Value::Duration(_), TypeName::Duration)
        | (Value::YearMonths(_), TypeName::YearMonths) => true,
        (Value::List(items), TypeName::List(inner)) => items.iter().all(|item| conforms(item, inner)),
        (Value::Range(range), TypeName::Range(inner)) => {
            let fits = |bound: &Bound| bound.value().is_none_or(|value| conforms(value, inner));
            fits(&range.start) && fits(&range.end)
        }
        (Value::Context(entries), TypeName::Context(wanted)) => wanted
            .iter()
            .all(|(name, of)| entries.get(name).is_some_and(|value| conforms(value, of))),
        (Value::Function(function), TypeName::Function(params, _)) => {
            params.is_empty() || function.arity().is_none_or(|arity| arity == params.len())
        }
        _ => false,
    }
}

/// Whether a type of the checker can be what a parameter takes.
pub(crate) fn type_kinds(of: &Type) -> Kinds {
    match of {
        Type::Any => Kinds::ANY,
        Type::Null => Kinds::NULL,
        Type::Bool => Kinds::BOOL,
        Type::Number => Kinds::NUMBER,
        Type::Quantity(_) => Kinds::QUANTITY,
        Type::Text | Type::OneOf(_) => Kinds::TEXT,
        Type::Date => Kinds::DATE,
        Type::Time => Kinds::TIME,
        Type::DateTime => Kinds::DATE_TIME,
        Type::Duration => Kinds::DURATION,
        Type::YearMonths => Kinds::YEAR_MONTHS,
        Type::List(_) => Kinds::LIST,
        Type::Context(_) => Kinds::CONTEXT,
        Type::Judged(inner, _) => type_kinds(inner),
        Type::Range(_) => Kinds::RANGE,
        Type::Function => Kinds::FUNCTION,
    }
}
