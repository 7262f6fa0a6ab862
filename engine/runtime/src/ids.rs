//! Ids of runs: UUIDs of version 7, in order of start.

use kernel::Timestamp;
use std::sync::{Mutex, PoisonError};
use store::rows::RunId;

/// Where the bits of an id come from that are not its moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ids {
    /// By chance: nobody guesses them.
    #[default]
    Random,
    /// By counting from here: whoever does the same at the same moments gets the same ids. For rehearsals.
    Counted(u64),
}

/// The writer's own.
pub(crate) struct Source {
    next: Mutex<Next>,
}

enum Next {
    Random(uuid::ContextV7),
    Counted(u64),
}

impl Source {
    pub(crate) fn of(ids: Ids) -> Source {
        Source {
            next: Mutex::new(match ids {
                Ids::Random => Next::Random(uuid::ContextV7::new()),
                Ids::Counted(from) => Next::Counted(from),
            }),
        }
    }

    pub(crate) fn new_id(&self, at: Timestamp) -> RunId {
        let ms = at.0.max(0).unsigned_abs();
        // A poisoned counter still counts.
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *next {
            Next::Random(context) => {
                let nanoseconds = (ms % 1_000) as u32 * 1_000_000;
                RunId::new_v7(uuid::Timestamp::from_unix(&*context, ms / 1_000, nanoseconds))
            }
            Next::Counted(number) => {
                *number += 1;
                let mut bits = [0; 10];
                bits[2..].copy_from_slice(&number.to_be_bytes());
                // The two bits of the variant take the place of the count's highest ones, which are never used.
                uuid::Builder::from_unix_timestamp_millis(ms, &bits).into_uuid()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_ids_are_told_beforehand_and_sort_by_moment_then_by_number() {
        let ids = |from| {
            let source = Source::of(Ids::Counted(from));
            [5, 5, 6].map(|ms| source.new_id(Timestamp(ms)))
        };
        assert_eq!(ids(7), ids(7));
        assert!(ids(7).is_sorted() && ids(7)[0] != ids(7)[1]);
        assert!(ids(7).iter().all(|id| id.get_version_num() == 7));
        assert_eq!(ids(7)[1], ids(8)[0]);
    }
}
