//! Types as `instance of` and function parameters name them.

use std::sync::Arc;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TypeName {
    Any,
    Null,
    Number,
    Text,
    Bool,
    Date,
    Time,
    DateTime,
    Duration,
    YearMonths,
    List(Box<TypeName>),
    Range(Box<TypeName>),
    Context(Vec<(Arc<str>, TypeName)>),
    Function(Vec<TypeName>, Box<TypeName>),
    Unknown(Arc<str>),
}

/// The types without parts, longest names first.
pub(super) const SIMPLE: &[(&[&str], TypeName)] = &[
    (&["days", "and", "time", "duration"], TypeName::Duration),
    (&["years", "and", "months", "duration"], TypeName::YearMonths),
    (&["date", "and", "time"], TypeName::DateTime),
    (&["Any"], TypeName::Any),
    (&["Null"], TypeName::Null),
    (&["number"], TypeName::Number),
    (&["string"], TypeName::Text),
    (&["boolean"], TypeName::Bool),
    (&["date"], TypeName::Date),
    (&["time"], TypeName::Time),
];
