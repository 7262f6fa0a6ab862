//! `choose`: several ways, the first that fits.
use crate::model::{Condition, Step};

/// `- choose: sentence` with `ways: [{when, steps}]` and `otherwise`.
#[derive(Clone, Debug, PartialEq)]
pub struct Choose {
    pub ways: Vec<Way>,
    pub otherwise: Vec<Step>,
}

/// One entry of `ways`.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    pub when: Condition,
    pub steps: Vec<Step>,
}
