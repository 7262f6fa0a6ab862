//! Runs kept in memory between two events, within limits: what was not touched lately falls out.
//!
//! Two generations: a run that is put goes to the young one; when that is full it becomes the old one, and what was
//! in the old one is forgotten. A run is taken out to be worked on and put back after its commit, so nothing
//! uncommitted is ever found here.

use std::collections::HashMap;
use store::rows::RunId;

pub(crate) struct Hot<T> {
    young: HashMap<RunId, (T, usize)>,
    old: HashMap<RunId, (T, usize)>,
    young_bytes: usize,
    entries_max: usize,
    bytes_max: usize,
}

impl<T> Hot<T> {
    /// Keeps at most `entries_max` entries and `bytes_max` bytes.
    pub(crate) fn new(entries_max: usize, bytes_max: usize) -> Hot<T> {
        Hot {
            young: HashMap::new(),
            old: HashMap::new(),
            young_bytes: 0,
            entries_max,
            bytes_max,
        }
    }

    pub(crate) fn contains(&self, run: &RunId) -> bool {
        self.young.contains_key(run) || self.old.contains_key(run)
    }

    pub(crate) fn take(&mut self, run: &RunId) -> Option<T> {
        if let Some((kept, bytes)) = self.young.remove(run) {
            self.young_bytes -= bytes;
            return Some(kept);
        }
        self.old.remove(run).map(|(kept, _)| kept)
    }

    /// Only for a run that is not here, because it was taken or is new.
    pub(crate) fn put(&mut self, run: RunId, kept: T, bytes: usize) {
        debug_assert!(!self.contains(&run), "a run has one state");
        if bytes > self.bytes_max / 2 {
            return;
        }
        let full = self.young.len() >= self.entries_max / 2 || self.young_bytes + bytes > self.bytes_max / 2;
        if full {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        self.young_bytes += bytes;
        self.young.insert(run, (kept, bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> RunId {
        RunId::from_u128(number)
    }

    #[test]
    fn stays_within_its_count_and_keeps_what_was_used_last() {
        let mut hot = Hot::new(10, 1_000_000);
        for number in 0..1_000 {
            hot.put(id(number), number, 1);
            assert!(hot.young.len() + hot.old.len() <= 10);
        }
        assert_eq!(hot.take(&id(999)), Some(999));
        assert_eq!(hot.take(&id(999)), None);
        assert_eq!(hot.take(&id(0)), None);
    }

    #[test]
    fn stays_within_its_bytes() {
        let mut hot = Hot::new(1_000, 100);
        for number in 0..100 {
            hot.put(id(number), number, 20);
            let bytes: usize = hot.young.values().chain(hot.old.values()).map(|kept| kept.1).sum();
            assert!(bytes <= 100);
        }
        hot.put(id(5_000), 0, 51);
        assert!(
            !hot.contains(&id(5_000)),
            "what alone would fill a generation is not kept"
        );
    }
}
