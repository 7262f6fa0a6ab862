//! How many bytes wait for the writer: a bounded number of requests is not enough when each may be large.

use crate::{Error, limits};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes of all requests that were taken and not yet answered.
pub(crate) type Waiting = Arc<AtomicUsize>;

/// The share of one request; given back when it is dropped.
pub(crate) struct Load {
    waiting: Waiting,
    pub(crate) bytes: usize,
}

impl Load {
    /// `Busy` when too much is waiting. A single request always fits an idle engine.
    pub(crate) fn take(waiting: &Waiting, bytes: usize) -> Result<Load, Error> {
        let before = waiting.fetch_add(bytes, Ordering::AcqRel);
        let load = Load {
            waiting: waiting.clone(),
            bytes,
        };
        if before > 0 && before + bytes > limits::QUEUE_BYTES_MAX {
            return Err(Error::Busy);
        }
        Ok(load)
    }

    /// Of the engine's own requests.
    pub(crate) fn none() -> Load {
        Load {
            waiting: Waiting::default(),
            bytes: 0,
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.waiting.fetch_sub(self.bytes, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_is_refused_and_what_is_done_makes_room() {
        let waiting = Waiting::default();
        let first = Load::take(&waiting, limits::QUEUE_BYTES_MAX).unwrap();
        assert!(matches!(Load::take(&waiting, 1), Err(Error::Busy)));
        drop(first);
        let small = Load::take(&waiting, 1).unwrap();
        assert!(Load::take(&waiting, limits::QUEUE_BYTES_MAX).is_err());
        drop(small);
        assert_eq!(waiting.load(Ordering::Acquire), 0);
    }
}
