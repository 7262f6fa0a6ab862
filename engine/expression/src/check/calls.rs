//! Calls of the language's functions: how many values, which, and what comes out.

use std::sync::Arc;

use super::{Check, Type};
use crate::builtins::{Builtin, Form, Gives, Kinds};
use crate::eval::type_kinds;
use crate::messages::Code;
use crate::problem::nearest;
use crate::syntax::{Arg, Kind};
use crate::{Problem, Span, Value};

impl Check<'_> {
    pub(super) fn builtin(&mut self, builtin: &'static Builtin, args: &[Arg], span: Span) -> Type {
        let types: Vec<Type> = args.iter().map(|arg| self.node(&arg.value)).collect();
        if builtin.name == "not"
            && let [arg] = args
        {
            self.condition(&arg.value);
        }
        self.pattern(builtin, args);
        let mut misfit: Option<(&Form, usize, usize)> = None;
        for form in builtin.forms {
            let Some(order) = order(form, args) else { continue };
            match self.misfit(form, &order, args, &types) {
                None => return gives(form, &order, args, &types),
                Some((param, arg)) => misfit = misfit.or(Some((form, param, arg))),
            }
        }
        match misfit {
            Some((form, place, arg)) => {
                let param = &form.params[place];
                let same = |text: &str| (text.to_string(), text.to_string());
                let words = [
                    same(builtin.name),
                    param.kinds.words(),
                    same(param.name),
                    types[arg].words(),
                ];
                self.push(Problem::bilingual(Code::ArgumentType, args[arg].value.span, &words));
                form_gives(form)
            }
            None => {
                self.wrong_count(builtin, args, span);
                builtin.forms.first().map_or(Type::Any, form_gives)
            }
        }
    }

    fn wrong_count(&mut self, builtin: &'static Builtin, args: &[Arg], span: Span) {
        let params = || {
            builtin
                .forms
                .iter()
                .flat_map(|form| form.params.iter().map(|param| param.name))
        };
        let unknown = args
            .iter()
            .filter_map(|arg| arg.name.as_ref())
            .find(|(name, _)| !params().any(|p| p == &**name));
        if let Some((name, at)) = unknown {
            let mut near = nearest(name, params());
            let fix = near.first().cloned();
            near.extend(params().map(str::to_string));
            let mut seen = std::collections::BTreeSet::new();
            near.retain(|name| seen.insert(name.clone()));
            let mut problem = Problem::new(Code::UnknownArgument, *at, &[builtin.name, name]).expected(near);
            problem.fix = fix;
            return self.push(problem);
        }
        let usage = builtin.usage();
        let words = [builtin.name, &usage, &args.len().to_string()];
        let forms = builtin
            .forms
            .iter()
            .map(|form| format!("{}{}", builtin.name, form.usage()));
        self.push(Problem::new(Code::ArgumentCount, span, &words).expected(forms));
    }

    /// The first parameter that its value does not suit, and that value.
    fn misfit(&self, form: &Form, order: &[usize], args: &[Arg], types: &[Type]) -> Option<(usize, usize)> {
        order.iter().enumerate().find_map(|(arg, &place)| {
            let kinds = form.params[place].kinds;
            (!suits(kinds, &types[arg], &args[arg])).then_some((place, arg))
        })
    }

    /// A pattern that is written out can be tried.
    fn pattern(&mut self, builtin: &Builtin, args: &[Arg]) {
        if !["matches", "replace", "split"].contains(&builtin.name) {
            return;
        }
        let text = |arg: &Arg| match &arg.value.kind {
            Kind::Constant(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let by_name = |names: &[&str], place: usize| {
            let named = args
                .iter()
                .find(|arg| arg.name.as_ref().is_some_and(|(name, _)| names.contains(&&**name)));
            named.or_else(|| args.get(place).filter(|arg| arg.name.is_none()))
        };
        let Some(arg) = by_name(&["pattern", "delimiter"], 1) else {
            return;
        };
        let flags_place = if builtin.name == "replace" { 3 } else { 2 };
        let flags: Option<Arc<str>> = match by_name(&["flags"], flags_place) {
            Some(flags) => text(flags),
            None => Some(Arc::from("")),
        };
        if let (Some(pattern), Some(flags)) = (text(arg), flags)
            && !crate::builtins::is_pattern(&pattern, &flags)
        {
            let written = crate::messages::quoted(&pattern);
            self.problem(Code::BadPattern, arg.value.span, &[&written]);
        }
    }
}

/// For each value the parameter that it is for; `None` when the form does not take them.
fn order(form: &Form, args: &[Arg]) -> Option<Vec<usize>> {
    let last = form.params.len().checked_sub(1);
    let by_name = args.iter().any(|arg| arg.name.is_some());
    let order: Option<Vec<usize>> = args
        .iter()
        .enumerate()
        .map(|(at, arg)| match (&arg.name, form.rest) {
            (Some((name, _)), false) => form.params.iter().position(|param| param.name == &**name),
            (Some(_), true) => None,
            (None, _) if by_name => None,
            (None, true) => last.map(|last| at.min(last)),
            (None, false) => (at < form.params.len()).then_some(at),
        })
        .collect();
    let order = order?;
    let missing = form
        .params
        .iter()
        .enumerate()
        .any(|(place, param)| !param.optional && !order.contains(&place));
    let doubled = !form.rest && (1..order.len()).any(|at| order[..at].contains(&order[at]));
    (!missing && !doubled).then_some(order)
}

fn suits(kinds: Kinds, of: &Type, arg: &Arg) -> bool {
    match of.plain() {
        Type::Any | Type::Null => true,
        own if kinds.has(type_kinds(own)) => true,
        // A filter that finds one item stands for the item.
        Type::List(item) => matches!(arg.value.kind, Kind::Filter(_)) && suits(kinds, item, arg),
        // An item stands for a list of it.
        _ => kinds.has(Kinds::LIST),
    }
}

fn gives(form: &Form, order: &[usize], args: &[Arg], types: &[Type]) -> Type {
    let given = |place: usize| {
        order
            .iter()
            .position(|&at| at == place)
            .map(|arg| types[arg].plain().clone())
    };
    let item = |of: Type| match of {
        Type::List(item) => item.plain().clone(),
        other => other,
    };
    match form.gives {
        Gives::Same(place) => match given(place) {
            Some(Type::List(item)) => Type::List(item),
            // A single value stood for a list of it.
            Some(of) if form.params[place].kinds == Kinds::LIST && of != Type::Any => Type::List(Box::new(of)),
            Some(of) => of,
            None => Type::Any,
        },
        Gives::ItemOf(_) if form.rest && args.len() > 1 => types
            .iter()
            .map(|of| of.plain().clone())
            .reduce(Type::or)
            .unwrap_or(Type::Any),
        Gives::ItemOf(place) => given(place).map_or(Type::Any, item),
        _ => form_gives(form),
    }
}

/// The result as far as it does not depend on the values.
fn form_gives(form: &Form) -> Type {
    let list = |of: Type| Type::List(Box::new(of));
    match form.gives {
        Gives::Any | Gives::Same(_) | Gives::ItemOf(_) | Gives::Context => Type::Any,
        Gives::Bool => Type::Bool,
        Gives::Number => Type::Number,
        Gives::Text => Type::Text,
        Gives::Date => Type::Date,
        Gives::Time => Type::Time,
        Gives::DateTime => Type::DateTime,
        Gives::YearMonths => Type::YearMonths,
        Gives::Texts => list(Type::Text),
        Gives::Numbers => list(Type::Number),
        Gives::Contexts => list(Type::Any),
        Gives::Range => Type::Range(Box::new(Type::Any)),
    }
}
