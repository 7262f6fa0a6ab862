//! Live events: what was committed, told to every page that listens, as server-sent events (WHATWG HTML, section 9.2).
//!
//! Each listener reads the engine's ring of changes at its own pace and is kept as a position in it; what it is sent is
//! written once and shared by all. Nothing is queued for anybody: who falls behind the ring is told to read again.

mod frames;
mod listener;
mod pass;
mod place;

use runtime::Position;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use store::rows::RunId;
use tokio::sync::watch;

use crate::limits;
use frames::Frames;
pub(crate) use listener::Listener;
pub(crate) use pass::Pass;
pub(crate) use place::Place;
use place::Places;

/// What all listeners share.
pub(crate) struct Events {
    frames: Frames,
    places: Arc<Places>,
    resets: AtomicU64,
    stop: watch::Sender<bool>,
}

/// What a listener wants to be told.
pub(crate) struct Wish {
    /// Where it was before; `None` for what comes from now on. The inner one is `None` when that cannot be read, and so
    /// is of no engine.
    pub(crate) after: Option<Option<Position>>,
    /// Only what belongs to this run.
    pub(crate) run: Option<RunId>,
}

impl Events {
    pub(crate) fn new(listeners_max: usize) -> Events {
        Events {
            frames: Frames::default(),
            places: Arc::new(Places::new(listeners_max)),
            resets: AtomicU64::new(0),
            stop: watch::Sender::new(false),
        }
    }

    /// A place for one more listener; how many there are when all are taken.
    pub(crate) fn place(&self, pass: &Pass) -> Result<Place, usize> {
        self.places.take(pass.browser())
    }

    /// Ends all listeners: a stopping server waits for what is being answered, and they have no end of their own.
    pub(crate) fn end(&self) {
        self.stop.send_replace(true);
    }

    pub(crate) fn listeners(&self) -> usize {
        self.places.taken()
    }

    /// How often a listener was told to read again.
    pub(crate) fn resets(&self) -> u64 {
        self.resets.load(Relaxed)
    }

    fn count_reset(&self) {
        self.resets.fetch_add(1, Relaxed);
    }

    /// How long a listener rests after it has looked at something: the more there are, the longer, so that telling them all
    /// leaves most of the machine to the work that they are told of.
    fn rest(&self) -> Duration {
        let listeners = u32::try_from(self.listeners()).unwrap_or(u32::MAX);
        limits::EVENTS_REST_PER_LISTENER.saturating_mul(listeners)
    }
}
