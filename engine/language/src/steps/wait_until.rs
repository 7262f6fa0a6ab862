//! `wait_until`: a moment.
use crate::model::Located;
use expression::Formula;

/// `- wait_until: = due_at`; a date, a date and time, or a time of day (the next one). A past moment does not wait.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitUntil {
    pub moment: Located<Formula>,
}
