//! What the checker knows about names and values before anything runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::syntax::TypeName;
use crate::{Context, Value};

/// Static type of a formula or a name.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Not known: nothing is said about it.
    Any,
    /// Always empty.
    Null,
    /// Yes or no.
    Bool,
    /// A number.
    Number,
    /// A number with this unit (UCUM code).
    Quantity(Arc<str>),
    /// Text.
    Text,
    /// Text that is one of these; a comparison with anything else is always false and is reported.
    OneOf(Vec<Arc<str>>),
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A day with a time of day.
    DateTime,
    /// Days and time.
    Duration,
    /// Years and months.
    YearMonths,
    /// Values of this type in an order.
    List(Box<Type>),
    /// Values by name; other names do not exist.
    Context(BTreeMap<Arc<str>, Type>),
    /// Measured or checked: computes as the inner type and has a verdict and details.
    Judged(Box<Type>, BTreeMap<Arc<str>, Type>),
    /// From a value of this type to another.
    Range(Box<Type>),
    /// Code that can be called.
    Function,
}

/// The names a formula may use, with their types.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// By name; a name may have several words or a minus sign, as in `batch size` and `order-no`.
    pub names: BTreeMap<Arc<str>, Type>,
}

impl Names {
    /// The names of these values, with the types that the values have.
    pub fn of(values: &Context) -> Names {
        Names {
            names: values
                .iter()
                .map(|(name, value)| (name.clone(), Type::of(value)))
                .collect(),
        }
    }

    /// Adds a name.
    pub fn with(mut self, name: impl Into<Arc<str>>, of: Type) -> Names {
        self.names.insert(name.into(), of);
        self
    }
}

impl Type {
    /// The type of a value. An empty value can become anything, so it is `Any`.
    pub fn of(value: &Value) -> Type {
        match value {
            Value::Null => Type::Any,
            Value::Bool(_) => Type::Bool,
            Value::Number(_) => Type::Number,
            Value::Quantity(quantity) => Type::Quantity(quantity.unit.clone()),
            Value::Text(_) => Type::Text,
            Value::Date(_) => Type::Date,
            Value::Time(_) => Type::Time,
            Value::DateTime(_) => Type::DateTime,
            Value::Duration(_) => Type::Duration,
            Value::YearMonths(_) => Type::YearMonths,
            Value::List(items) => {
                let mut types = items.iter().map(Type::of);
                let first = types.next().unwrap_or(Type::Any);
                Type::List(Box::new(types.fold(first, |all, next| all.or(next))))
            }
            Value::Context(entries) => Type::Context(of_entries(entries)),
            Value::Judged(judged) => Type::Judged(Box::new(Type::of(&judged.value)), of_entries(&judged.details)),
            Value::Range(range) => {
                let edge = range.start.value().or_else(|| range.end.value());
                Type::Range(Box::new(edge.map_or(Type::Any, Type::of)))
            }
            Value::Function(_) => Type::Function,
        }
    }

    /// The type of a value that a formula writes out: an empty one stays empty.
    pub(crate) fn of_constant(value: &Value) -> Type {
        match value {
            Value::Null => Type::Null,
            value => Type::of(value),
        }
    }

    /// The type that a function's parameter is declared with.
    pub(crate) fn named(name: &TypeName) -> Type {
        match name {
            TypeName::Any | TypeName::Unknown(_) | TypeName::Context(_) => Type::Any,
            TypeName::Null => Type::Null,
            TypeName::Number => Type::Number,
            TypeName::Text => Type::Text,
            TypeName::Bool => Type::Bool,
            TypeName::Date => Type::Date,
            TypeName::Time => Type::Time,
            TypeName::DateTime => Type::DateTime,
            TypeName::Duration => Type::Duration,
            TypeName::YearMonths => Type::YearMonths,
            TypeName::List(item) => Type::List(Box::new(Type::named(item))),
            TypeName::Range(edge) => Type::Range(Box::new(Type::named(edge))),
            TypeName::Function(..) => Type::Function,
        }
    }

    /// How many types it is made of, on top of so many; counting ends soon after a few hundred.
    pub(super) fn size(&self, so_far: usize) -> usize {
        let all = |entries: &BTreeMap<Arc<str>, Type>, so_far: usize| {
            entries.values().fold(
                so_far,
                |so_far, of| if so_far > 1_000 { so_far } else { of.size(so_far) },
            )
        };
        match self {
            Type::List(inner) | Type::Range(inner) => inner.size(so_far + 1),
            Type::Context(entries) => all(entries, so_far + 1),
            Type::Judged(inner, details) => all(details, inner.size(so_far + 1)),
            _ => so_far + 1,
        }
    }

    /// The type of something that is one or the other.
    pub(crate) fn or(self, other: Type) -> Type {
        match (self, other) {
            (one, other) if one == other => one,
            (Type::Null, other) => other,
            (one, Type::Null) => one,
            (Type::Text | Type::OneOf(_), Type::Text | Type::OneOf(_)) => Type::Text,
            (Type::List(one), Type::List(other)) => Type::List(Box::new(one.or(*other))),
            _ => Type::Any,
        }
    }

    /// What it computes as.
    pub(crate) fn plain(&self) -> &Type {
        match self {
            Type::Judged(inner, _) => inner.plain(),
            other => other,
        }
    }

    /// As a person would call it, in English and Chinese.
    pub fn words(&self) -> (String, String) {
        let fixed = |en: &str, zh: &str| (en.to_string(), zh.to_string());
        match self {
            Type::Any => fixed("a value", "值"),
            Type::Null => fixed("nothing", "空值"),
            Type::Bool => fixed("a yes or no", "是/否"),
            Type::Number => fixed("a number", "数字"),
            Type::Quantity(unit) => {
                let symbol = crate::units::symbol(unit);
                (format!("a number in {symbol}"), format!("以 {symbol} 为单位的数字"))
            }
            Type::Text | Type::OneOf(_) => fixed("a text", "文字"),
            Type::Date => fixed("a date", "日期"),
            Type::Time => fixed("a time of day", "时间"),
            Type::DateTime => fixed("a date with time", "日期时间"),
            Type::Duration => fixed("a duration", "时长"),
            Type::YearMonths => fixed("a duration in months", "以月计的时长"),
            Type::List(_) => fixed("a list", "列表"),
            Type::Context(_) => fixed("a group of values", "一组值"),
            Type::Judged(inner, _) => inner.words(),
            Type::Range(_) => fixed("a range", "范围"),
            Type::Function => fixed("a function", "函数"),
        }
    }
}

fn of_entries(entries: &Context) -> BTreeMap<Arc<str>, Type> {
    entries
        .iter()
        .map(|(name, value)| (name.clone(), Type::of(value)))
        .collect()
}
