//! `find`: records of a table.
use crate::model::{Condition, Id, Located};

/// `- find: Table title` with `where`, `sort`, `at_most`, `as`. Inside `where` the table's columns come first,
/// then the app's own names.
#[derive(Clone, Debug, PartialEq)]
pub struct Find {
    pub table: Located<Id>,
    pub condition: Option<Condition>,
    /// Column and whether the largest comes first.
    pub sort: Option<(Id, Order)>,
    pub at_most: u32,
    /// Name under which the list of records is read; the step's id when not written.
    pub name: Id,
}

/// `sort: column` or `sort: column, newest first`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    SmallestFirst,
    LargestFirst,
}
