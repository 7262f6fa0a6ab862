//! A clock that stands still until the simulation moves it, and wakes who sleeps in one order.
//!
//! It has two faces: what it shows, which jumps both ways as computers' clocks do, and how much time has really passed,
//! by which patience is measured.

use async_trait::async_trait;
use kernel::Timestamp;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

#[derive(Clone)]
pub struct SimClock {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    shown_ms: i64,
    passed_ms: i64,
    next: u64,
    /// By moment, then in order of their coming.
    shown: BTreeMap<(i64, u64), Waker>,
    passed: BTreeMap<(i64, u64), Waker>,
}

#[derive(Clone, Copy, PartialEq)]
enum Face {
    Shown,
    Passed,
}

impl SimClock {
    pub fn new(at: Timestamp) -> SimClock {
        SimClock {
            inner: Arc::new(Mutex::new(Inner {
                shown_ms: at.0,
                passed_ms: 0,
                next: 0,
                shown: BTreeMap::new(),
                passed: BTreeMap::new(),
            })),
        }
    }

    /// Time passes: both faces move.
    pub fn pass(&self, ms: i64) {
        let mut inner = self.inner();
        inner.shown_ms += ms;
        inner.passed_ms += ms;
        inner.wake();
    }

    /// Somebody sets the clock, forwards or back.
    pub fn set_by(&self, ms: i64) {
        let mut inner = self.inner();
        inner.shown_ms += ms;
        inner.wake();
    }

    fn sleep(&self, face: Face, at_ms: i64) -> Sleep {
        let clock = self.clone();
        Sleep {
            clock,
            face,
            at_ms,
            number: None,
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn face(&mut self, face: Face) -> (i64, &mut BTreeMap<(i64, u64), Waker>) {
        match face {
            Face::Shown => (self.shown_ms, &mut self.shown),
            Face::Passed => (self.passed_ms, &mut self.passed),
        }
    }

    fn wake(&mut self) {
        for face in [Face::Shown, Face::Passed] {
            let (now, sleepers) = self.face(face);
            let later = sleepers.split_off(&(now + 1, 0));
            let due = std::mem::replace(sleepers, later);
            due.into_values().for_each(Waker::wake);
        }
    }
}

struct Sleep {
    clock: SimClock,
    face: Face,
    at_ms: i64,
    number: Option<u64>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let clock = self.clock.clone();
        let mut inner = clock.inner();
        let number = *self.number.get_or_insert_with(|| {
            inner.next += 1;
            inner.next
        });
        let (now, sleepers) = inner.face(self.face);
        if now >= self.at_ms {
            return Poll::Ready(());
        }
        sleepers.insert((self.at_ms, number), context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            let key = (self.at_ms, number);
            self.clock.inner().face(self.face).1.remove(&key);
        }
    }
}

#[async_trait]
impl runtime::Clock for SimClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.inner().shown_ms)
    }

    async fn sleep_until(&self, at: Timestamp) {
        self.sleep(Face::Shown, at.0).await;
    }

    async fn pause(&self, length: Duration) {
        let length_ms = i64::try_from(length.as_millis()).unwrap_or(i64::MAX / 4);
        let until = self.inner().passed_ms.saturating_add(length_ms);
        self.sleep(Face::Passed, until).await;
    }
}
