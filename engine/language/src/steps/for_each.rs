//! `for_each`: over a list, one by one or several at once.
use crate::model::{Id, Located, Step};
use expression::Formula;

/// `- for_each: sentence` with `in: = list`, `as: part`, `at_once: n`, `steps`.
#[derive(Clone, Debug, PartialEq)]
pub struct ForEach {
    pub list: Located<Formula>,
    /// Name of the current element inside `steps`; `item` when not written.
    pub item: Id,
    /// 1 is one by one.
    pub at_once: u32,
    pub steps: Vec<Step>,
}
