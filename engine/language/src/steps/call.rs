//! `call`: another app, waiting for it or not.
use crate::model::{Computed, Id, Located};

/// `- call: app-id` with `with: {input: value}`, `wait: yes|no`; the called run's end is read as `step.outcome` and
/// its values as `step.values.name`.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub app: Located<Id>,
    pub with: Vec<(Id, Computed)>,
    pub waiting: Waiting,
}

/// Whether the caller goes on at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    ForItsEnd,
    Not,
}
