//! `wait_for`: a message.
use crate::model::{Condition, Deadline};

/// `- wait_for: message name` with `where`, `within`, `late`; its members are read as `step.member`.
/// With `otherwise`, the wait ends there when the deadline and its ladder have passed.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitFor {
    pub message: String,
    pub condition: Option<Condition>,
    pub deadline: Option<Deadline>,
    /// Steps when nothing came `within`; without them the wait goes on.
    pub otherwise: Option<Vec<crate::model::Step>>,
}
