//! Rehearsal of an app's `tests:` in virtual time, with tables, holds and people in memory.
//!
//! Every test begins on Monday 2026-01-05 at 08:00 (UTC, which is also the site's time here) with empty tables. Time
//! moves only by `pass`. Each answer is given by the person that `by` or `signed_by` names, else by a person of its
//! own, `tester of <step>`, so that two pairs of eyes are two people unless the test says otherwise.

mod expected;
mod script;
mod world;

use std::sync::Arc;

use language::model::{App, Site, Test};

use crate::{Fact, Program, Timestamp};
use world::World;

/// The moment at which every test begins.
pub const BEGIN: Timestamp = Timestamp(1_767_600_000_000);

/// What came out of one test.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Report {
    pub title: String,
    /// Empty when everything was as expected; else plain sentences: what was expected, what happened.
    pub failures: Vec<String>,
    /// The same in Chinese, in the same order.
    pub failures_zh: Vec<String>,
    /// The timeline, for a person who wants to see why.
    pub timeline: Vec<Fact>,
}

/// What went wrong, in English and Chinese.
pub(crate) type Failure = (String, String);

/// Runs all tests of an app at its site. `others` are the apps that it may call.
pub fn run_tests(app: &Arc<App>, others: &[Arc<App>], site: &Arc<Site>) -> Vec<Report> {
    let programs: Vec<Arc<Program>> = std::iter::once(app)
        .chain(others)
        .map(|app| Arc::new(Program::compile(app.clone(), site)))
        .collect();
    app.tests.iter().map(|test| run_test(test, &programs)).collect()
}

fn run_test(test: &Test, programs: &[Arc<Program>]) -> Report {
    let mut world = World::new(programs);
    let mut failures = script::play(test, &mut world);
    // A test that could not be played to its end says nothing about the end.
    if failures.is_empty() {
        failures = expected::compare(&test.expect, &world);
    }
    let (failures, failures_zh) = failures.into_iter().unzip();
    Report {
        title: test.title.clone(),
        failures,
        failures_zh,
        timeline: world.timeline,
    }
}
