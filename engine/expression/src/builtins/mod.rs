//! The functions of the language: one table, one file per theme.
//!
//! A function is called only with values that its parameters take; everything else becomes `Null` with a note before
//! it gets here.

mod context;
mod convert;
mod kinds;
mod list;
mod math;
mod moments;
mod numbers;
mod pattern;
mod range;
mod text;

use std::sync::Arc;

pub(crate) use kinds::Kinds;
pub(crate) use pattern::{Patterns, is_pattern};

use crate::eval::{Evaluated, Evaluation, Function};
use crate::{Context, Number, Value};

/// Parameters that a form can have.
pub(crate) const PARAMS_MAX: usize = 4;
/// Words that a function's name can have.
pub(crate) const WORDS_MAX: usize = 4;

pub(crate) struct Builtin {
    pub(crate) name: &'static str,
    pub(crate) forms: &'static [Form],
    pub(crate) run: fn(&mut Evaluation<'_>, Args) -> Evaluated,
}

/// One way to call a function.
pub(crate) struct Form {
    pub(crate) params: &'static [Param],
    /// The last parameter takes all further values, as a list.
    pub(crate) rest: bool,
    pub(crate) gives: Gives,
}

pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) kinds: Kinds,
    pub(crate) optional: bool,
}

/// The type of the result, for the checker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gives {
    Any,
    Bool,
    Number,
    Text,
    Date,
    Time,
    DateTime,
    YearMonths,
    Context,
    Texts,
    Numbers,
    Contexts,
    Range,
    /// The type of that parameter.
    Same(usize),
    /// The type of the items of that parameter.
    ItemOf(usize),
}

impl std::fmt::Debug for Builtin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Builtin {
    /// How many values it takes, in words.
    pub(crate) fn usage(&self) -> String {
        let forms: Vec<String> = self.forms.iter().map(Form::usage).collect();
        forms.join(" / ")
    }
}

impl Form {
    pub(crate) fn usage(&self) -> String {
        let params = self.params.iter().map(|param| {
            if param.optional {
                format!("[{}]", param.name)
            } else {
                param.name.to_string()
            }
        });
        let list = params.collect::<Vec<_>>().join(", ");
        if self.rest {
            format!("({list}, …)")
        } else {
            format!("({list})")
        }
    }
}

const fn param(name: &'static str, kinds: Kinds) -> Param {
    Param {
        name,
        kinds,
        optional: false,
    }
}

const fn optional(name: &'static str, kinds: Kinds) -> Param {
    Param {
        name,
        kinds,
        optional: true,
    }
}

const fn form(params: &'static [Param], gives: Gives) -> Form {
    Form {
        params,
        rest: false,
        gives,
    }
}

const fn rest(params: &'static [Param], gives: Gives) -> Form {
    Form {
        params,
        rest: true,
        gives,
    }
}

/// The function of that name.
pub(crate) fn find(name: &str) -> Option<&'static Builtin> {
    // Themes are few and their tables short; this happens when a formula is read, and for names that are not known.
    TABLES
        .iter()
        .find_map(|table| table.iter().find(|builtin| builtin.name == name))
}

/// All functions, by theme.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    TABLES.iter().flat_map(|table| table.iter().map(|builtin| builtin.name))
}

const TABLES: &[&[Builtin]] = &[
    numbers::TABLE,
    math::TABLE,
    text::TABLE,
    pattern::TABLE,
    list::TABLE,
    context::TABLE,
    convert::TABLE,
    moments::TABLE,
    range::TABLE,
];

/// The values of a call, by parameter; an optional one that was not given is `Null`.
#[derive(Default)]
pub(crate) struct Args {
    values: [Value; PARAMS_MAX],
}

impl Args {
    pub(crate) fn set(&mut self, place: usize, value: Value) {
        self.values[place] = value;
    }

    fn get(&self, place: usize) -> &Value {
        &self.values[place]
    }

    fn take(&mut self, place: usize) -> Value {
        std::mem::take(&mut self.values[place])
    }

    fn number(&self, place: usize) -> Option<Number> {
        match self.get(place) {
            Value::Number(number) => Some(*number),
            Value::Quantity(quantity) => Some(quantity.number),
            _ => None,
        }
    }

    fn text(&self, place: usize) -> &str {
        match self.get(place) {
            Value::Text(text) => text,
            _ => "",
        }
    }

    fn list(&self, place: usize) -> &[Value] {
        match self.get(place) {
            Value::List(items) => items,
            _ => &[],
        }
    }

    fn context(&self, place: usize) -> Arc<Context> {
        match self.get(place) {
            Value::Context(entries) => entries.clone(),
            _ => Arc::default(),
        }
    }

    fn function(&self, place: usize) -> Option<Arc<Function>> {
        match self.get(place) {
            Value::Function(function) => Some(function.clone()),
            _ => None,
        }
    }
}
