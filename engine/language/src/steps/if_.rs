//! `if`: two ways.
use crate::model::{Condition, Step};

/// `- if: CONDITION` with `steps` and `otherwise`.
#[derive(Clone, Debug, PartialEq)]
pub struct If {
    pub condition: Condition,
    pub steps: Vec<Step>,
    pub otherwise: Vec<Step>,
}
