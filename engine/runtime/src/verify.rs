//! Whether what is kept is whole: every journal's hash chain, and every run's state replayed from its journal.

use crate::Error;
use crate::apps::Catalogue;
use crate::journal::Replay;
use store::AnyStore;
use store::rows::{Page, RunFilter, RunRow, VerifyReport};

const RUNS_AT_ONCE: u32 = 500;
const ENTRIES_AT_ONCE: u32 = 1_000;

/// What is being done and how far it is: `done` of `all` runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Hash chains are walked.
    Chains { done: u64, all: u64 },
    /// Journals are replayed.
    Replays { done: u64, all: u64 },
}

/// Walks every hash chain, then replays every journal and compares the state and the facts with what was kept.
/// Nobody may write meanwhile.
pub async fn verify(store: &AnyStore, progress: &(dyn Fn(Progress) + Send + Sync)) -> Result<VerifyReport, Error> {
    let mut report = store
        .verify(&|done, all| progress(Progress::Chains { done, all }))
        .await?;
    let catalogue = Catalogue::new(store.apps().await?)?;
    let mut done = 0;
    let mut page = Page {
        after: None,
        limit: RUNS_AT_ONCE,
    };
    loop {
        let runs = store.runs(&RunFilter::default(), &page).await?;
        for run in &runs {
            if let Err(fault) = replay_run(store, &catalogue, run).await? {
                report.faults.push(format!("run {}: {fault}", run.id));
            }
            done += 1;
            progress(Progress::Replays {
                done,
                all: report.runs.max(done),
            });
        }
        match runs.last() {
            Some(last) if runs.len() == RUNS_AT_ONCE as usize => page.after = Some(last.cursor()),
            _ => return Ok(report),
        }
    }
}

/// The outer error ends the verification, the inner one is a fault of this run.
async fn replay_run(store: &AnyStore, catalogue: &Catalogue, run: &RunRow) -> Result<Result<(), String>, Error> {
    let begun_with = kernel::RunState::from_bytes(&run.state)
        .ok()
        .and_then(|state| state.begun_with());
    let begun_with = begun_with.unwrap_or(run.app_version);
    let mut replay = match Replay::across(catalogue, &run.app, begun_with) {
        Ok(replay) => replay,
        Err(error) => return Ok(Err(format!("version {begun_with} of '{}': {error}", run.app))),
    };
    let mut after = 0;
    loop {
        let rows = store.journal(run.id, after, ENTRIES_AT_ONCE).await?;
        for row in &rows {
            if let Err(fault) = replay.play(row) {
                return Ok(Err(fault));
            }
            after = row.seq;
        }
        if rows.len() < ENTRIES_AT_ONCE as usize {
            break;
        }
    }
    if replay.state_bytes() != run.state {
        return Ok(Err(
            "its journal leads to another state than the one that is kept".to_owned()
        ));
    }
    Ok(Ok(()))
}
