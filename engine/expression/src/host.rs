//! What a formula may ask of the world: values by name, and the clock it is given.

use crate::{Context, DateTime, Value};

/// Looks values up by name, one at a time, so that nothing is copied that is not used.
pub trait Scope {
    /// `None` when there is no such name here; an unanswered field is `Some(Value::Null)`.
    fn get(&self, name: &str) -> Option<Value>;
}

impl Scope for Context {
    fn get(&self, name: &str) -> Option<Value> {
        Context::get(self, name).cloned()
    }
}

/// The clock and the zones; in a run both come from the event, so that a replay sees the same.
pub trait Host {
    /// The moment at which the event happened, at the site's offset.
    fn now(&self) -> DateTime;
    /// Seconds east of UTC of `zone` (IANA name) at that moment in UTC; `None` when the zone is unknown.
    fn offset_s(&self, zone: &str, at_unix_s: i64) -> Option<i32>;
}
