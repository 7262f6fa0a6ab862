//! `repeat`: until a condition, at most n times, otherwise …
use crate::model::{Condition, Step};

/// Steps are done, then `until` is asked; after `at_most` rounds without it, `otherwise`.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeat {
    pub until: Condition,
    pub at_most: u32,
    pub steps: Vec<Step>,
    pub otherwise: Vec<Step>,
}
