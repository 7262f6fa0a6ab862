//! What the checker knows about names and values before anything runs.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Static type of a formula or a name.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    Any,
    Null,
    Bool,
    Number,
    /// A number with this unit.
    Quantity(Arc<str>),
    Text,
    /// Text that is one of these; a comparison with anything else is always false and is reported.
    OneOf(Vec<Arc<str>>),
    Date,
    Time,
    DateTime,
    Duration,
    YearMonths,
    List(Box<Type>),
    Context(BTreeMap<Arc<str>, Type>),
    /// Measured or checked: computes as the inner type and has a verdict and details.
    Judged(Box<Type>, BTreeMap<Arc<str>, Type>),
    Range(Box<Type>),
    Function,
}

/// The names a formula may use, with their types.
#[derive(Clone, Debug, Default)]
pub struct Names {
    pub names: BTreeMap<Arc<str>, Type>,
}
