//! What was committed last, for [`crate::Changes`]: the writer adds each commit at the end, and old ones fall off.

use crate::changes::{Change, Entry};
use crate::limits;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// The writer's end. When it is dropped, readers see that nothing more comes.
pub(crate) struct Feed {
    kept: Arc<Kept>,
    grew: watch::Sender<()>,
}

/// What readers look at.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) epoch: u64,
    ring: Mutex<Ring>,
}

#[derive(Debug, Default)]
struct Ring {
    /// Without gaps: each begins where the one before ends, and the last one ends at `newest`.
    entries: VecDeque<Arc<Entry>>,
    changes: usize,
    bytes: usize,
    /// Number of the newest change; the first one is 1.
    newest: u64,
}

/// What comes after a number.
pub(crate) enum After {
    Nothing,
    /// Holds the next change, perhaps not as its first.
    Entry(Arc<Entry>),
    /// The next change is not kept any more; this is the newest.
    Gone(u64),
}

impl Feed {
    pub(crate) fn new() -> Feed {
        let kept = Kept {
            // The half of a UUID that is random.
            epoch: uuid::Uuid::now_v7().as_u64_pair().1,
            ring: Mutex::default(),
        };
        let (grew, _) = watch::channel(());
        Feed {
            kept: Arc::new(kept),
            grew,
        }
    }

    pub(crate) fn kept(&self) -> Arc<Kept> {
        self.kept.clone()
    }

    pub(crate) fn grew(&self) -> watch::Receiver<()> {
        self.grew.subscribe()
    }

    /// Adds what one commit changed, and wakes who waits for it.
    pub(crate) fn add(&self, changes: Vec<Change>) {
        if changes.is_empty() {
            return;
        }
        self.kept.ring().add(changes);
        self.grew.send_replace(());
    }

    /// Something may have been committed that nobody can tell: every reader is told to read again.
    pub(crate) fn forget(&self) {
        self.kept.ring().forget();
        self.grew.send_replace(());
    }
}

impl Kept {
    pub(crate) fn newest(&self) -> u64 {
        self.ring().newest
    }

    pub(crate) fn after(&self, number: u64) -> After {
        let ring = self.ring();
        if number == ring.newest {
            return After::Nothing;
        }
        let next = number + 1;
        let place = ring.entries.partition_point(|entry| entry.end() <= next);
        match ring.entries.get(place) {
            Some(entry) if entry.first <= next => After::Entry(entry.clone()),
            _ => After::Gone(ring.newest),
        }
    }

    // Nothing is left half done, so a poisoned lock holds a whole ring.
    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ring {
    fn add(&mut self, changes: Vec<Change>) {
        let bytes = changes.iter().map(bytes_of).sum();
        let entry = Entry {
            first: self.newest + 1,
            changes,
            bytes,
        };
        self.newest += entry.changes.len() as u64;
        self.changes += entry.changes.len();
        self.bytes += entry.bytes;
        self.entries.push_back(Arc::new(entry));
        while self.changes > limits::CHANGES_KEPT_MAX || self.bytes > limits::CHANGES_KEPT_BYTES_MAX {
            let Some(oldest) = self.entries.pop_front() else {
                return;
            };
            self.changes -= oldest.changes.len();
            self.bytes -= oldest.bytes;
        }
    }

    /// As if one change had come and was too large to be kept.
    fn forget(&mut self) {
        *self = Ring {
            newest: self.newest + 1,
            ..Ring::default()
        };
    }
}

impl Entry {
    /// Number of the change after the last one.
    fn end(&self) -> u64 {
        self.first + self.changes.len() as u64
    }
}

/// About what it takes in memory.
fn bytes_of(change: &Change) -> usize {
    let texts = match change {
        Change::Task { app, station, to, .. }
        | Change::Draft { app, station, to, .. }
        | Change::Notice { app, station, to, .. } => app.len() + length(station) + length_of(to),
        Change::Run { app, station, .. } => app.len() + length(station),
        Change::Hold {
            target, app, station, ..
        } => target.len() + app.len() + length(station),
        Change::App { app, .. } => app.len(),
    };
    size_of::<Change>() + texts
}

fn length(text: &Option<String>) -> usize {
    text.as_ref().map_or(0, String::len)
}

fn length_of(to: &kernel::Assignee) -> usize {
    match to {
        kernel::Assignee::Role(id)
        | kernel::Assignee::Person(id)
        | kernel::Assignee::Station(id)
        | kernel::Assignee::Channel(id) => id.len(),
        kernel::Assignee::Everyone => 0,
        kernel::Assignee::Several(each) => each.iter().map(length_of).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::{Changes, News, Position};

    fn apps(count: usize) -> Vec<Change> {
        let change = Change::App {
            app: "a".to_owned(),
            version: 1,
        };
        vec![change; count]
    }

    fn after(feed: &Feed, number: u64) -> Changes {
        let epoch = feed.kept.epoch;
        Changes::after(feed.kept(), feed.grew(), Position { epoch, number })
    }

    /// The numbers of what is read next; `None` for a reset.
    fn read(changes: &mut Changes) -> Option<Vec<u64>> {
        match changes.try_next().unwrap() {
            News::Commit(commit) => Some(commit.whole().skip(commit.seen()).map(|(at, _)| at.number).collect()),
            News::Reset => None,
        }
    }

    #[test]
    fn a_reader_goes_on_where_it_was_also_in_the_middle_of_a_commit() {
        let feed = Feed::new();
        feed.add(apps(3));
        feed.add(Vec::new());
        feed.add(apps(1));
        let mut from_start = after(&feed, 0);
        assert_eq!(read(&mut from_start), Some(vec![1, 2, 3]));
        assert_eq!(read(&mut from_start), Some(vec![4]));
        assert!(from_start.try_next().is_none());
        assert_eq!(read(&mut after(&feed, 2)), Some(vec![3]));
        assert_eq!(read(&mut after(&feed, 3)), Some(vec![4]));
        assert!(after(&feed, 4).try_next().is_none());
    }

    #[test]
    fn what_is_not_kept_or_not_known_is_a_reset_and_then_it_goes_on() {
        let feed = Feed::new();
        feed.add(apps(1));
        feed.add(apps(limits::CHANGES_KEPT_MAX - 1));
        let mut slow = after(&feed, 0);
        assert!(
            after(&feed, 0)
                .try_next()
                .is_some_and(|news| matches!(news, News::Commit(_)))
        );
        feed.add(apps(1));
        let newest = limits::CHANGES_KEPT_MAX as u64 + 1;
        assert_eq!(read(&mut slow), None);
        assert_eq!(slow.position().number, newest);
        // The first commit has fallen off, the second has not.
        assert_eq!(read(&mut after(&feed, 1)).map(|numbers| numbers[0]), Some(2));
        assert_eq!(read(&mut after(&feed, newest + 1)), None);
        let epoch = feed.kept.epoch ^ 1;
        let mut older = Changes::after(feed.kept(), feed.grew(), Position { epoch, number: 1 });
        assert_eq!(read(&mut older), None);
        feed.add(apps(1));
        assert_eq!(read(&mut slow), Some(vec![newest + 1]));
        assert_eq!(read(&mut older), Some(vec![newest + 1]));
    }

    #[test]
    fn a_commit_larger_than_what_may_be_kept_is_a_reset_for_all() {
        let feed = Feed::new();
        let mut reader = after(&feed, 0);
        feed.add(apps(limits::CHANGES_KEPT_MAX + 1));
        assert_eq!(read(&mut reader), None);
        assert!(reader.try_next().is_none());
        let long = Change::App {
            app: "a".repeat(limits::CHANGES_KEPT_BYTES_MAX),
            version: 1,
        };
        feed.add(vec![long]);
        assert_eq!(read(&mut reader), None);
        feed.add(apps(1));
        assert_eq!(read(&mut reader), Some(vec![limits::CHANGES_KEPT_MAX as u64 + 3]));
    }

    #[test]
    fn after_what_nobody_can_tell_all_read_again() {
        let feed = Feed::new();
        let mut reader = after(&feed, 0);
        feed.add(apps(2));
        feed.forget();
        assert_eq!(read(&mut reader), None);
        assert_eq!(read(&mut after(&feed, 2)), None);
        assert!(reader.try_next().is_none());
        feed.add(apps(1));
        assert_eq!(read(&mut reader), Some(vec![4]));
    }

    #[tokio::test]
    async fn readers_are_woken_and_told_of_the_end() {
        let feed = Feed::new();
        let mut reader = Changes::new(feed.kept(), feed.grew());
        let waiting = tokio::spawn(async move {
            let mut told = Vec::new();
            while let Some(News::Commit(commit)) = reader.next().await {
                told.push(commit.changes().len());
            }
            told
        });
        tokio::task::yield_now().await;
        feed.add(apps(2));
        tokio::task::yield_now().await;
        feed.add(apps(1));
        drop(feed);
        assert_eq!(waiting.await.unwrap(), [2, 1]);
    }
}
