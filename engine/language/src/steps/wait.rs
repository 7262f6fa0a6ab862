//! `wait`: a duration of the clock.
use crate::model::Located;
use expression::{Duration, Formula};

/// `- wait: 10 min` or `- wait: = cooling_time`.
#[derive(Clone, Debug, PartialEq)]
pub enum Wait {
    For(Duration),
    Formula(Located<Formula>),
}
