//! Who starts when: turns in a closed loop (each client starts its next run when the last one is done) or an open one
//! (runs are due at a fixed rate, whether or not the server keeps up).

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::time::sleep_until;

use crate::limits::{COUNT_SECONDS_MAX, TIMER_GRAIN};

/// When a load ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    /// After so many turns.
    Count(u64),
    After(Duration),
}

/// One run to be made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turn {
    /// Unique within this process.
    pub number: u64,
    /// Latencies of what starts the run count from here. In an open loop that is the moment at which the run was due,
    /// so time spent waiting behind slow replies counts too (no coordinated omission).
    pub due: Instant,
}

enum Taken {
    Begin(Turn),
    /// Due later.
    Wait(Turn),
}

/// Hands out turns to all clients.
pub struct Pace {
    first: u64,
    taken: AtomicU64,
    begin: Instant,
    end: Instant,
    count_max: u64,
    interval: Option<Duration>,
}

impl Pace {
    /// Turns are numbered from `first`; `rate_per_s` makes it an open loop.
    pub fn new(first: u64, end: End, rate_per_s: Option<f64>) -> Pace {
        let begin = Instant::now();
        let (count_max, limit) = match end {
            End::Count(count) => (count, Duration::from_secs(COUNT_SECONDS_MAX)),
            End::After(time) => (u64::MAX, time),
        };
        Pace {
            first,
            taken: AtomicU64::new(0),
            begin,
            end: begin + limit,
            count_max,
            interval: rate_per_s.map(|rate| Duration::from_secs_f64(1.0 / rate)),
        }
    }

    /// The next turn, at its time; `None` when the load is over.
    pub async fn next(&self) -> Option<Turn> {
        match self.take(Instant::now())? {
            Taken::Begin(turn) => Some(turn),
            Taken::Wait(turn) => {
                sleep_until(turn.due.into()).await;
                let due = due_of_idle(turn.due, Instant::now());
                Some(Turn { due, ..turn })
            }
        }
    }

    fn take(&self, now: Instant) -> Option<Taken> {
        if now >= self.end {
            return None;
        }
        let place = self.taken.fetch_add(1, Ordering::Relaxed);
        if place >= self.count_max {
            return None;
        }
        let number = self.first + place;
        let Some(interval) = self.interval else {
            return Some(Taken::Begin(Turn { number, due: now }));
        };
        let due = self.begin + interval.mul_f64(place as f64);
        let turn = Turn { number, due };
        match due {
            due if due >= self.end => None,
            due if due <= now => Some(Taken::Begin(turn)),
            _ => Some(Taken::Wait(turn)),
        }
    }

    /// Numbers from here on were not used.
    pub fn unused_from(&self) -> u64 {
        self.first + self.taken.load(Ordering::Relaxed)
    }

    /// 0 to 1.
    pub fn progress(&self, done: u64) -> f64 {
        if self.count_max < u64::MAX {
            return done as f64 / self.count_max.max(1) as f64;
        }
        let whole = (self.end - self.begin).as_secs_f64();
        (self.begin.elapsed().as_secs_f64() / whole.max(f64::MIN_POSITIVE)).min(1.0)
    }
}

/// A client that had nothing to do is woken a little late by the runtime's own clock; that is not the server's delay.
fn due_of_idle(due: Instant, woken: Instant) -> Instant {
    if woken.saturating_duration_since(due) <= TIMER_GRAIN {
        woken
    } else {
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// The moment a turn is due, and whether it is to begin at once.
    fn taken(pace: &Pace, after: Duration) -> Option<(Duration, bool)> {
        let (turn, at_once) = match pace.take(pace.begin + after)? {
            Taken::Begin(turn) => (turn, true),
            Taken::Wait(turn) => (turn, false),
        };
        Some((turn.due - pace.begin, at_once))
    }

    #[test]
    fn a_count_is_never_exceeded() {
        let pace = Pace::new(7, End::Count(2), None);
        for number in [7, 8] {
            let now = Instant::now();
            let turn = pace.take(now);
            assert!(matches!(turn, Some(Taken::Begin(turn)) if turn == Turn { number, due: now }));
        }
        assert!(pace.take(Instant::now()).is_none());
    }

    #[test]
    fn an_open_loop_counts_from_when_a_run_was_due() {
        let pace = Pace::new(0, End::After(100 * MS), Some(100.0));
        assert_eq!(taken(&pace, Duration::ZERO), Some((Duration::ZERO, true)));
        // The server was slow: three runs fell due meanwhile.
        for due_ms in [10, 20, 30] {
            assert_eq!(taken(&pace, 35 * MS), Some((due_ms * MS, true)));
        }
        assert_eq!(taken(&pace, 35 * MS), Some((40 * MS, false)));
        assert_eq!(taken(&pace, 100 * MS), None);
    }

    #[test]
    fn only_the_clocks_own_grain_is_forgiven() {
        let due = Instant::now();
        assert_eq!(due_of_idle(due, due + MS), due + MS);
        assert_eq!(due_of_idle(due, due + 3 * MS), due);
    }
}
