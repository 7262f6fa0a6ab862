//! Carries out what rows of the store ask for, after their commit, at least once each.
//!
//! A pump reads the rows of its lane in pages, in order, and keeps a window of those that wait or are under way. A row
//! that failed waits longer each time, with jitter, while the others go on. Each lane has a pump of its own, so a slow
//! one holds up nobody else.

use crate::clock::within;
use crate::engine::Shared;
use crate::{Clock, limits};
use kernel::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};

/// The rows of one lane, and what is done with each.
#[async_trait::async_trait]
pub(crate) trait Work: Send + Sync + 'static {
    type Row: Send + Sync + 'static;

    /// For the log.
    fn lane(&self) -> &str;
    /// Rows that are carried out at the same time.
    fn at_once_max(&self) -> usize;
    /// A row's idempotency key, for the log.
    fn key(row: &Self::Row) -> &str;
    /// Rows behind that number.
    async fn read(&self, after: u64) -> Result<Rows<Self::Row>, store::Error>;
    /// Returns when the row is gone from the store. An error is tried again later.
    /// `tries` counts those of this process, this one included.
    async fn carry_out(&self, id: u64, row: &Self::Row, tries: u32) -> Result<(), String>;
}

/// One part of what a lane holds.
pub(crate) struct Rows<R> {
    pub(crate) rows: Vec<(u64, R)>,
    /// How far the store was read, rows of others included.
    pub(crate) up_to: u64,
    pub(crate) more: bool,
}

/// Carries out the rows of one lane until the engine stops.
pub(crate) struct Pump<W> {
    pub(crate) shared: Arc<Shared>,
    pub(crate) work: Arc<W>,
    /// Changes when a commit has put rows into the lane.
    pub(crate) grew: watch::Receiver<()>,
    pub(crate) stop: watch::Receiver<bool>,
}

/// Rows that wait for their turn or are under way, and how far the lane was read.
struct Window<R> {
    /// By the moment of the next try, then by number.
    waiting: BTreeMap<(i64, u64), Outgoing<R>>,
    tasks: JoinSet<Result<(), String>>,
    /// What each task carries out; here, so that work that panics does not take its row along.
    under_way: HashMap<Id, Outgoing<R>>,
    read_up_to: u64,
    /// The lane may hold more than was read.
    more: bool,
    /// The lane could not be read; then it is tried again.
    read_again: Option<Timestamp>,
}

struct Outgoing<R> {
    id: u64,
    row: Arc<R>,
    tries: u32,
}

impl<R> Window<R> {
    fn rows(&self) -> usize {
        self.waiting.len() + self.under_way.len()
    }
}

impl<W: Work> Pump<W> {
    pub(crate) async fn run(mut self) {
        let mut window = Window {
            waiting: BTreeMap::new(),
            tasks: JoinSet::new(),
            under_way: HashMap::new(),
            read_up_to: 0,
            more: true,
            read_again: None,
        };
        loop {
            self.read(&mut window).await;
            self.begin(&mut window);
            let next_try = self.next_try(&window);
            // In this order, so that what happens follows from what came, not from chance; what has ended makes room, and
            // is bounded by the window.
            tokio::select! {
                biased;
                changed = self.stop.changed() => {
                    if changed.is_err() || *self.stop.borrow() {
                        break;
                    }
                }
                Some(ended) = window.tasks.join_next_with_id() => self.note(&mut window, ended),
                changed = self.grew.changed() => match changed {
                    Ok(()) => window.more = true,
                    // The writer has ended: nothing more can be dropped from the store.
                    Err(_) => break,
                },
                () = sleep(&*self.shared.clock, next_try) => {}
            }
        }
        self.finish(&mut window).await;
    }

    /// When something has to be tried again. A row that waits has to wait on while enough are under way.
    fn next_try(&self, window: &Window<W::Row>) -> Option<Timestamp> {
        let free = window.under_way.len() < self.work.at_once_max();
        let row = window.waiting.first_key_value().filter(|_| free);
        let row = row.map(|((at, _), _)| Timestamp(*at));
        [row, window.read_again].into_iter().flatten().min()
    }

    async fn read(&self, window: &mut Window<W::Row>) {
        window.read_again = None;
        while window.more && window.rows() < limits::PUMP_WINDOW_MAX {
            match self.work.read(window.read_up_to).await {
                Ok(read) => {
                    window.more = read.more;
                    window.read_up_to = read.up_to;
                    for (id, row) in read.rows {
                        let row = Arc::new(row);
                        window.waiting.insert((i64::MIN, id), Outgoing { id, row, tries: 0 });
                    }
                }
                Err(store::Error::Closed) => window.more = false,
                Err(failure) => {
                    tracing::error!(lane = self.work.lane(), %failure, "what must leave cannot be read");
                    let again = self.shared.clock.now().0 + limits::PUMP_RETRY_FIRST_MS;
                    window.read_again = Some(Timestamp(again));
                    return;
                }
            }
        }
    }

    fn begin(&self, window: &mut Window<W::Row>) {
        let now = self.shared.clock.now().0;
        while window.under_way.len() < self.work.at_once_max() {
            let Some(first) = window.waiting.first_entry().filter(|first| first.key().0 <= now) else {
                return;
            };
            let mut outgoing = first.remove();
            outgoing.tries += 1;
            let (work, id, row, tries) = (self.work.clone(), outgoing.id, outgoing.row.clone(), outgoing.tries);
            let task = window.tasks.spawn(async move { work.carry_out(id, &row, tries).await });
            window.under_way.insert(task.id(), outgoing);
        }
    }

    fn note(&self, window: &mut Window<W::Row>, ended: Result<(Id, Result<(), String>), JoinError>) {
        let (task, result) = match ended {
            Ok(ended) => ended,
            Err(problem) => (problem.id(), Err(problem.to_string())),
        };
        let Some(outgoing) = window.under_way.remove(&task) else {
            return;
        };
        if let Err(problem) = result {
            let Outgoing { id, row, tries } = &outgoing;
            let (lane, key) = (self.work.lane(), W::key(row));
            tracing::warn!(lane, key, tries, %problem, "a delivery failed");
            let again = self.shared.clock.now().0 + pause_ms(*id, *tries);
            window.waiting.insert((again, *id), outgoing);
        }
    }

    /// What is under way may still arrive; what waits stays in the store.
    async fn finish(&self, window: &mut Window<W::Row>) {
        let rest = async {
            while let Some(ended) = window.tasks.join_next_with_id().await {
                self.note(window, ended);
            }
        };
        let limit = Duration::from_millis(limits::STOP_DELIVERIES_MS);
        if within(&*self.shared.clock, limit, rest).await.is_none() {
            let lane = self.work.lane();
            tracing::warn!(lane, "what is under way is left for the next start");
        }
    }
}

/// For ever when there is nothing to wait for.
async fn sleep(clock: &dyn Clock, until: Option<Timestamp>) {
    match until {
        Some(at) => clock.sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// Doubles with each try up to the longest; up to a quarter is taken off, differently for each row, so that what
/// failed together is not tried together.
fn pause_ms(row: u64, tries: u32) -> i64 {
    let doublings = tries.saturating_sub(1).min(20);
    let pause = (limits::PUMP_RETRY_FIRST_MS << doublings).min(limits::PUMP_RETRY_LONGEST_MS);
    // Spreads neighbouring numbers over the whole range (Fibonacci hashing).
    let spread = (row ^ u64::from(tries)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
    pause - (spread as i64) % (pause / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_longest_and_differ_between_rows() {
        for tries in 1..100 {
            for row in 0..50 {
                let pause = pause_ms(row, tries);
                let full = (limits::PUMP_RETRY_FIRST_MS << (tries - 1).min(20)).min(limits::PUMP_RETRY_LONGEST_MS);
                assert!(pause <= full && pause > full * 3 / 4 - 1, "{row} {tries} {pause}");
            }
        }
        let pauses: std::collections::BTreeSet<i64> = (0..50).map(|row| pause_ms(row, 5)).collect();
        assert!(pauses.len() > 40);
    }
}
