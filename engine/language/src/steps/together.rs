//! `together`: branches side by side.
use crate::model::{Id, Step, Text};

/// `- together: sentence` with `branches: [{branch: sentence, steps}]` and `wait_for`.
#[derive(Clone, Debug, PartialEq)]
pub struct Together {
    pub branches: Vec<Branch>,
    pub join: Join,
}

/// One entry of `branches`.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    pub id: Id,
    pub title: Text,
    pub steps: Vec<Step>,
}

/// `wait_for: all | first | n`; the rest is withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    All,
    First,
    Count(u32),
}
