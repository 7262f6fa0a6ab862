//! The hash chains of journals, as `verify` of every store walks them.

use crate::limits::FAULTS_MAX;
use crate::rows::*;
use std::collections::VecDeque;

/// What was found so far.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) report: VerifyReport,
    unlisted: u64,
}

impl Findings {
    pub(crate) fn fault(&mut self, fault: String) {
        if self.report.faults.len() < FAULTS_MAX {
            self.report.faults.push(fault);
        } else {
            self.unlisted += 1;
        }
    }

    pub(crate) fn report(mut self) -> VerifyReport {
        if self.unlisted > 0 {
            let more = format!("and {} more", self.unlisted);
            self.report.faults.push(more);
        }
        self.report
    }
}

/// A run as its row tells it.
pub(crate) struct Told {
    pub(crate) id: RunId,
    pub(crate) seq: u64,
    pub(crate) head: Hash,
}

/// The entries of one run so far.
pub(crate) struct Chain {
    pub(crate) run: RunId,
    seq: u64,
    head: Hash,
}

impl Chain {
    pub(crate) fn of(run: RunId) -> Self {
        Self {
            run,
            seq: 0,
            head: Hash::default(),
        }
    }

    pub(crate) fn follow(&mut self, row: &JournalRow, findings: &mut Findings) {
        findings.report.entries += 1;
        let (run, seq) = (row.run, row.seq);
        let missing = self.seq + 1..seq;
        if !missing.is_empty() {
            let (first, last) = (missing.start, missing.end - 1);
            findings.fault(match first == last {
                true => format!("run {run}: entry {first} is missing"),
                false => format!("run {run}: entries {first} to {last} are missing"),
            });
        }
        if journal_hash(&self.head, run, seq, row.at_ms, &row.body) != row.hash {
            findings.fault(format!(
                "run {run}: entry {seq} is not what was written, or does not follow the one before it"
            ));
        }
        self.seq = seq;
        self.head = row.hash;
    }

    pub(crate) fn end(&self, told: &Told, findings: &mut Findings) {
        let run = told.id;
        if self.seq != told.seq {
            findings.fault(format!(
                "run {run}: is at entry {}, but its last entry is {}",
                told.seq, self.seq
            ));
        } else if self.head != told.head {
            findings.fault(format!(
                "run {run}: its head is not the hash of its last entry, {}",
                self.seq
            ));
        }
    }
}

/// Holds a journal that was read to its end against its run, and says which runs before it have none.
pub(crate) fn settle(chain: Option<Chain>, told: &mut VecDeque<Told>, findings: &mut Findings) {
    let Some(chain) = chain else { return };
    while let Some(next) = told.pop_front_if(|told| told.id <= chain.run) {
        if next.id == chain.run {
            return chain.end(&next, findings);
        }
        Chain::of(next.id).end(&next, findings);
    }
    findings.fault(format!(
        "run {}: has {} journal entries but does not exist",
        chain.run, chain.seq
    ));
}
