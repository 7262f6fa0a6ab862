//! Rehearsal of an app's `tests:` in virtual time, with tables, holds and people in memory.
//!
//! Every test begins on Monday 2026-01-05 at 08:00 (UTC, which is also the site's time here) with empty tables. Time
//! moves only by `pass`. Each answer is given by the person that `by` or `signed_by` names, else by a person of its
//! own, `tester of <step>`, so that two pairs of eyes are two people unless the test says otherwise. Where `by` names a
//! role, the task must be offered to it.
//!
//! `crash` does what a power failure does: what is kept of each run is read back from its bytes, and its journal, played
//! again from the beginning, must give the same state and the same facts.

mod coverage;
mod expected;
mod known;
mod script;
mod world;

use std::sync::Arc;

use language::model::{App, Site, Span, Test};

pub use coverage::{Coverage, Point};

use crate::{Fact, Program, Timestamp};
use world::World;

/// The moment at which every test begins.
pub const BEGIN: Timestamp = Timestamp(1_767_600_000_000);

/// What came out of one test.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub title: String,
    /// Where the test stands in the app's file.
    pub span: Span,
    /// Empty when everything was as expected.
    pub failures: Vec<Failure>,
    /// The timeline, for a person who wants to see why.
    pub timeline: Vec<Fact>,
}

/// A plain sentence: what was expected, what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub en: String,
    pub zh: String,
    /// The line of the test that was not fulfilled.
    pub span: Option<Span>,
}

impl Failure {
    pub(crate) fn new(en: impl Into<String>, zh: impl Into<String>) -> Failure {
        Failure {
            en: en.into(),
            zh: zh.into(),
            span: None,
        }
    }

    pub(crate) fn at(mut self, span: Option<Span>) -> Failure {
        self.span = self.span.or(span);
        self
    }
}

/// All tests of one app, played.
#[derive(Clone, Debug, PartialEq)]
pub struct Rehearsal {
    pub reports: Vec<Report>,
    /// What all of them together have come to.
    pub coverage: Coverage,
}

/// Runs all tests of an app at its site. `others` are the apps that it may call.
pub fn rehearse(app: &Arc<App>, others: &[Arc<App>], site: &Arc<Site>) -> Rehearsal {
    let programs: Vec<Arc<Program>> = std::iter::once(app)
        .chain(others)
        .map(|app| Arc::new(Program::compile(app.clone(), site)))
        .collect();
    let mut reached = coverage::Reached::default();
    let mut reports = Vec::with_capacity(app.tests.len());
    for test in &app.tests {
        reports.push(run_test(test, &programs, site, &mut reached));
    }
    let coverage = match programs.first() {
        Some(program) => coverage::measure(program, &reached),
        None => Coverage::default(),
    };
    Rehearsal { reports, coverage }
}

/// The same without what was covered.
pub fn run_tests(app: &Arc<App>, others: &[Arc<App>], site: &Arc<Site>) -> Vec<Report> {
    rehearse(app, others, site).reports
}

fn run_test(test: &Test, programs: &[Arc<Program>], site: &Arc<Site>, reached: &mut coverage::Reached) -> Report {
    let mut world = World::new(programs, site);
    let mut failures = script::play(test, &mut world);
    // A test that could not be played to its end says nothing about the end.
    if failures.is_empty() {
        failures = expected::compare(&test.expect, &world);
    }
    reached.add(world.reached);
    Report {
        title: test.title.clone(),
        span: test.span,
        failures,
        timeline: world.timeline,
    }
}
