//! What the clients of one load saw: latencies by kind of operation, failures, and runs to look at afterwards.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::failure::Failure;
use crate::limits::{FAILURE_TEXTS_MAX, LATENCY_US_MAX, SAMPLES_MAX};

/// A finished run to be compared with what it should have been.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The number of the turn that made it.
    pub turn: u64,
    pub run: String,
}

/// A change that was made, for who measures when others hear of it.
#[derive(Clone, Debug)]
pub struct Made {
    /// The run that was started.
    pub run: String,
    /// When its request was sent. It was on disk after this,
    pub sent: Instant,
    /// and before this: when the reply was read.
    pub answered: Instant,
}

/// Shared by all clients. They live on one thread, so its lock is never contended.
#[derive(Default)]
pub struct Record {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// Microseconds, three significant digits.
    latencies: BTreeMap<&'static str, Histogram<u64>>,
    done: u64,
    failed: u64,
    failures: Vec<String>,
    samples: Vec<Sample>,
    made: Vec<Made>,
}

/// Latencies of one kind of operation, in milliseconds.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Latency {
    pub count: u64,
    pub p50: f64,
    pub p90: f64,
    pub p99: f64,
    pub max: f64,
}

impl Record {
    pub fn latency(&self, kind: &'static str, taken: Duration) {
        let us = u64::try_from(taken.as_micros()).unwrap_or(u64::MAX);
        self.lock()
            .latencies
            .entry(kind)
            .or_insert_with(|| {
                Histogram::new_with_bounds(1, LATENCY_US_MAX, 3).expect("the bounds are in order, the digits few")
            })
            .saturating_record(us.max(1));
    }

    /// One whole turn is done. A fair share of all runs is kept for the look afterwards (algorithm R, Vitter 1985).
    pub fn done(&self, sample: Sample) {
        let mut inner = self.lock();
        inner.done += 1;
        if inner.samples.len() < SAMPLES_MAX {
            inner.samples.push(sample);
            return;
        }
        let place = scattered(sample.turn) % inner.done;
        if let Some(kept) = usize::try_from(place)
            .ok()
            .and_then(|place| inner.samples.get_mut(place))
        {
            *kept = sample;
        }
    }

    pub fn made(&self, made: Made) {
        self.lock().made.push(made);
    }

    pub fn all_made(&self) -> Vec<Made> {
        self.lock().made.clone()
    }

    pub fn failed(&self, failure: &Failure) {
        let mut inner = self.lock();
        inner.failed += 1;
        let text = failure.to_string();
        if inner.failures.len() < FAILURE_TEXTS_MAX && !inner.failures.contains(&text) {
            inner.failures.push(text);
        }
    }

    pub fn done_count(&self) -> u64 {
        self.lock().done
    }

    pub fn failed_count(&self) -> u64 {
        self.lock().failed
    }

    /// The first different failures.
    pub fn failures(&self) -> Vec<String> {
        self.lock().failures.clone()
    }

    pub fn samples(&self) -> Vec<Sample> {
        self.lock().samples.clone()
    }

    pub fn latencies(&self) -> BTreeMap<&'static str, Latency> {
        let inner = self.lock();
        inner
            .latencies
            .iter()
            .map(|(kind, latencies)| (*kind, Latency::of(latencies)))
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Latency {
    fn of(us: &Histogram<u64>) -> Latency {
        let ms = |us: u64| us as f64 / 1000.0;
        Latency {
            count: us.len(),
            p50: ms(us.value_at_quantile(0.50)),
            p90: ms(us.value_at_quantile(0.90)),
            p99: ms(us.value_at_quantile(0.99)),
            max: ms(us.max()),
        }
    }
}

/// SplitMix64: spreads consecutive numbers evenly, the same ones each time.
fn scattered(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(turn: u64) -> Sample {
        Sample {
            turn,
            run: turn.to_string(),
        }
    }

    #[test]
    fn samples_come_from_the_whole_time() {
        let record = Record::default();
        (0..100_000).for_each(|turn| record.done(sample(turn)));
        let samples = record.samples();
        assert_eq!(samples.len(), SAMPLES_MAX);
        let late = samples.iter().filter(|s| s.turn >= 50_000).count();
        assert!((30..=70).contains(&late), "{late} of 100 from the second half");
    }

    #[test]
    fn percentiles_are_told_in_milliseconds() {
        let record = Record::default();
        (1..=1000).for_each(|ms| record.latency("start", Duration::from_millis(ms)));
        let start = &record.latencies()["start"];
        assert_eq!(start.count, 1000);
        for (told, right) in [(start.p50, 500.0), (start.p99, 990.0), (start.max, 1000.0)] {
            assert!((told - right).abs() / right < 0.002, "{told} for {right}");
        }
    }

    #[test]
    fn the_same_failure_is_told_once_and_counted_each_time() {
        let record = Record::default();
        for _ in 0..3 {
            record.failed(&Failure::Wrong("no".to_owned()));
        }
        assert_eq!(record.failed_count(), 3);
        assert_eq!(record.failures(), ["no"]);
    }
}
