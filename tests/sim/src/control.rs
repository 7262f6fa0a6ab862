//! When the next fault comes and whether the power is still on: what the disk, the world outside and the driver share.

use crate::chance::Chance;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

/// Shared by everything that can fail.
#[derive(Clone)]
pub struct Control {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    chance: Chance,
    /// How many of a thousand uses of the disk fail.
    failing_permille: usize,
    /// After so many more uses of the disk or the world outside the power goes.
    power_cut_in: Option<u64>,
    is_off: bool,
    /// The driver, to be told that the power went.
    driver: Option<Waker>,
    /// Why it went, for the story.
    went_at: Option<&'static str>,
    pub faults: u64,
    pub uses: u64,
    /// Everything that used the disk, in order, as one number.
    trace: u64,
    broken: Option<Broken>,
    /// How often what is broken was met.
    met: u64,
}

/// Something that is broken on purpose between the engine and its disk, to see that it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Broken {
    /// Earlier answers to idempotency keys are not found.
    ForgetsKeys,
    /// A commit is said to be on disk, and is not.
    LosesCommits,
    /// Timers that were cleared stay.
    KeepsTimers,
    /// Timers that were set are not kept.
    LosesTimers,
    /// Tasks that were closed stay in the lists.
    KeepsTasks,
    /// Who listens is not kept.
    LosesListeners,
    /// Asks are not kept.
    LosesAsks,
    /// That an ask has begun is not kept.
    ForgetsBeginnings,
    /// A released hold stays.
    KeepsHolds,
    /// Somebody is told twice.
    TellsTwice,
    /// Numbers are left out.
    SkipsNumbers,
    /// A record is written twice.
    WritesTwice,
    /// A message that has left stays in the outbox.
    KeepsOutbox,
    /// The state that is written is the one before.
    WritesOldStates,
}

/// What a use of the disk comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Fine,
    Fails,
    /// Only of commits: it is kept, and nobody hears so.
    Unheard,
    /// The power goes before it.
    PowerBefore,
    /// The power goes right after it, before anybody hears of it.
    PowerAfter,
}

impl Control {
    pub fn new(seed: u64) -> Control {
        Control {
            inner: Arc::new(Mutex::new(Inner {
                chance: Chance::new(seed, 0xd15c),
                failing_permille: 0,
                power_cut_in: None,
                is_off: false,
                driver: None,
                went_at: None,
                faults: 0,
                uses: 0,
                trace: 0,
                broken: None,
                met: 0,
            })),
        }
    }

    pub fn break_on_purpose(&self, broken: Option<Broken>) {
        self.inner().broken = broken;
    }

    /// Whether this is broken, this time: once in three.
    pub fn is_broken(&self, what: Broken) -> bool {
        let mut inner = self.inner();
        if inner.broken != Some(what) {
            return false;
        }
        inner.met += 1;
        inner.met.is_multiple_of(3)
    }

    pub fn broken(&self) -> Option<Broken> {
        self.inner().broken
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One use of the disk or of the world outside.
    pub fn fate(&self, what: &'static str) -> Fate {
        let mut inner = self.inner();
        inner.uses += 1;
        inner.note(crate::chance::number_of(what));
        if let Some(left) = &mut inner.power_cut_in {
            if *left == 0 {
                inner.power_cut_in = None;
                let after = inner.chance.percent(50);
                return if after { Fate::PowerAfter } else { Fate::PowerBefore };
            }
            *left -= 1;
        }
        let permille = inner.failing_permille;
        if permille > 0 && inner.chance.below(1_000) < permille {
            inner.faults += 1;
            return if inner.chance.percent(40) {
                Fate::Unheard
            } else {
                Fate::Fails
            };
        }
        Fate::Fine
    }

    /// How often a use lets others go first.
    pub fn patience(&self) -> usize {
        let mut inner = self.inner();
        if inner.chance.percent(20) {
            inner.chance.below(4)
        } else {
            0
        }
    }

    /// Adds to the number of all that was done.
    pub fn note(&self, what: u64) {
        self.inner().note(what);
    }

    pub fn trace(&self) -> u64 {
        self.inner().trace
    }

    pub fn fail(&self, permille: usize) {
        self.inner().failing_permille = permille;
    }

    pub fn is_failing(&self) -> bool {
        self.inner().failing_permille > 0
    }

    pub fn cut_power_in(&self, uses: Option<u64>) {
        self.inner().power_cut_in = uses;
    }

    /// The power goes: nothing that is in memory goes on.
    pub fn power_off(&self, at: &'static str) {
        let mut inner = self.inner();
        inner.is_off = true;
        inner.went_at = Some(at);
        if let Some(driver) = inner.driver.take() {
            driver.wake();
        }
    }

    pub fn is_off(&self) -> bool {
        self.inner().is_off
    }

    pub fn went_at(&self) -> &'static str {
        self.inner().went_at.unwrap_or("somewhere")
    }

    pub fn power_on(&self) {
        let mut inner = self.inner();
        inner.is_off = false;
        inner.power_cut_in = None;
    }

    pub fn watched_by(&self, driver: &Waker) {
        self.inner().driver = Some(driver.clone());
    }

    /// Uses of the disk and the outside, and how many of them failed.
    pub fn counts(&self) -> (u64, u64) {
        let inner = self.inner();
        (inner.uses, inner.faults)
    }
}

impl Inner {
    fn note(&mut self, what: u64) {
        self.trace = (self.trace.rotate_left(5) ^ what).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
