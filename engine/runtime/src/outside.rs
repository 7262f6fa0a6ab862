//! The world outside, as runs ask of it.

use kernel::{Ask, AskResult};

/// Does what runs ask of the world outside: requests, messages to brokers, values for machines, papers, plugin steps.
#[async_trait::async_trait]
pub trait Outside: Send + Sync + 'static {
    /// Called after the commit that asked, and again under the same `key` when the computer stopped before the answer was
    /// noted: whoever is asked drops what has a key that was seen. What takes longer than `ask.within_ms` is given up,
    /// and so is an answer that is larger than [`crate::limits::BODY_BYTES_MAX`].
    ///
    /// A failure goes to the flow with its kind, a stable word, and a sentence for people; `again` says that the same
    /// may succeed later.
    async fn ask(&self, ask: &Ask, key: &str) -> AskResult;
}

/// There is nothing outside: every ask fails with `no_host`.
pub struct Nothing;

#[async_trait::async_trait]
impl Outside for Nothing {
    async fn ask(&self, _: &Ask, _: &str) -> AskResult {
        AskResult::Failed {
            kind: "no_host".to_owned(),
            message: "this engine is not connected to anything outside".to_owned(),
            again: false,
        }
    }
}
