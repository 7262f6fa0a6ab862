//! The only source of time.

use crate::limits;
use async_trait::async_trait;
use kernel::Timestamp;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// The only source of time.
#[async_trait]
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Timestamp;

    /// Returns when `now` has reached `at`. May return early; who waits looks again.
    async fn sleep_until(&self, at: Timestamp) {
        let missing_ms = at.0.saturating_sub(self.now().0).clamp(0, limits::CLOCK_SLEEP_MS_MAX);
        tokio::time::sleep(Duration::from_millis(missing_ms.unsigned_abs())).await;
    }

    /// Returns when so much time has passed, whatever the clock was set to meanwhile: for patience, not for moments.
    async fn pause(&self, length: Duration) {
        tokio::time::sleep(length).await;
    }
}

/// What comes of `work`, or `None` when it took longer than `limit`.
pub(crate) async fn within<T>(clock: &dyn Clock, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        done = work => Some(done),
        () = clock.pause(limit) => None,
    }
}

/// The computer's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let ms = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
        };
        Timestamp(ms)
    }
}

/// A clock that stands still until someone moves it: for rehearsals and tests in virtual time.
pub struct ManualClock {
    now: watch::Sender<i64>,
}

impl ManualClock {
    pub fn new(at: Timestamp) -> ManualClock {
        ManualClock {
            now: watch::Sender::new(at.0),
        }
    }
    /// Moves the clock on, or back when `ms` is negative.
    pub fn advance_ms(&self, ms: i64) {
        self.now.send_modify(|now| *now = now.saturating_add(ms));
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(*self.now.borrow())
    }
    async fn sleep_until(&self, at: Timestamp) {
        let mut now = self.now.subscribe();
        // The sender lives in `self`, so waiting cannot fail.
        let _ = now.wait_for(|now| *now >= at.0).await;
    }
}
