//! What this process did, counted without locks.

use crate::Metrics;
use kernel::AskResult;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// The kinds of requests, as metrics name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Publish,
    Start,
    Claim,
    GiveBack,
    Handle,
    SaveDraft,
    Complete,
    Send,
    Cancel,
    Retry,
    Repair,
    MigrateRuns,
    Restart,
    Brake,
    LetGo,
    ReleaseHold,
    PutSiteRecord,
    DropSiteRecord,
    SendAgain,
    DropUndelivered,
    PutAppFile,
    PutToken,
    TellSignal,
    /// The engine's own: readings into the store.
    WriteSignals,
    /// The engine's own: rows of the outbox that have left.
    Delivered,
    /// The engine's own: rows of the outbox that are tried no longer.
    GiveUp,
    /// The engine's own: what cannot be known after a crash, begins.
    BeginAsk,
    /// The engine's own: answers of who was asked.
    Answered,
    /// The engine's own: a run that a brake held goes on.
    LetRunGo,
}

impl Kind {
    pub(crate) const ALL: [Kind; 29] = [
        Kind::Publish,
        Kind::Start,
        Kind::Claim,
        Kind::GiveBack,
        Kind::Handle,
        Kind::SaveDraft,
        Kind::Complete,
        Kind::Send,
        Kind::Cancel,
        Kind::Retry,
        Kind::Repair,
        Kind::MigrateRuns,
        Kind::Restart,
        Kind::Brake,
        Kind::LetGo,
        Kind::ReleaseHold,
        Kind::PutSiteRecord,
        Kind::DropSiteRecord,
        Kind::SendAgain,
        Kind::DropUndelivered,
        Kind::PutAppFile,
        Kind::PutToken,
        Kind::TellSignal,
        Kind::WriteSignals,
        Kind::Delivered,
        Kind::GiveUp,
        Kind::BeginAsk,
        Kind::Answered,
        Kind::LetRunGo,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Publish => "publish",
            Kind::Start => "start",
            Kind::Claim => "claim",
            Kind::GiveBack => "give_back",
            Kind::Handle => "handle",
            Kind::SaveDraft => "save_draft",
            Kind::Complete => "complete",
            Kind::Send => "send",
            Kind::Cancel => "cancel",
            Kind::Retry => "retry",
            Kind::Repair => "repair",
            Kind::MigrateRuns => "migrate_runs",
            Kind::Restart => "restart",
            Kind::Brake => "brake",
            Kind::LetGo => "let_go",
            Kind::LetRunGo => "let_run_go",
            Kind::ReleaseHold => "release_hold",
            Kind::PutSiteRecord => "put_site_record",
            Kind::DropSiteRecord => "drop_site_record",
            Kind::SendAgain => "send_again",
            Kind::DropUndelivered => "drop_undelivered",
            Kind::PutAppFile => "put_app_file",
            Kind::PutToken => "put_token",
            Kind::TellSignal => "tell_signal",
            Kind::WriteSignals => "write_signals",
            Kind::Delivered => "delivered",
            Kind::GiveUp => "give_up",
            Kind::BeginAsk => "begin_ask",
            Kind::Answered => "answered",
        }
    }
}

#[derive(Default)]
pub(crate) struct Counters {
    done: [AtomicU64; Kind::ALL.len()],
    refused: [AtomicU64; Kind::ALL.len()],
    commits: AtomicU64,
    commit_us: AtomicU64,
    batched: AtomicU64,
    timers_fired: AtomicU64,
    outbox_delivered: AtomicU64,
    outbox_failed: AtomicU64,
    asks_done: AtomicU64,
    asks_failed: AtomicU64,
}

impl Counters {
    pub(crate) fn done(&self, kind: Kind) {
        self.done[kind as usize].fetch_add(1, Relaxed);
    }
    pub(crate) fn refused(&self, kind: Kind) {
        self.refused[kind as usize].fetch_add(1, Relaxed);
    }
    /// `requests` shared one commit, which took `took`.
    pub(crate) fn committed(&self, requests: usize, took: Duration) {
        self.commits.fetch_add(1, Relaxed);
        self.batched.fetch_add(requests as u64, Relaxed);
        self.commit_us
            .fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Relaxed);
    }
    pub(crate) fn timers_fired(&self, count: u64) {
        self.timers_fired.fetch_add(count, Relaxed);
    }
    pub(crate) fn delivered(&self) {
        self.outbox_delivered.fetch_add(1, Relaxed);
    }
    pub(crate) fn delivery_failed(&self) {
        self.outbox_failed.fetch_add(1, Relaxed);
    }

    pub(crate) fn asked(&self, result: &AskResult) {
        let count = match result {
            AskResult::Done { .. } => &self.asks_done,
            AskResult::Failed { .. } => &self.asks_failed,
        };
        count.fetch_add(1, Relaxed);
    }

    pub(crate) fn read(&self, kept: store::rows::Counts, queue_length: u64) -> Metrics {
        let requests = Kind::ALL
            .into_iter()
            .filter(|kind| {
                !matches!(
                    kind,
                    Kind::Delivered | Kind::GiveUp | Kind::BeginAsk | Kind::Answered | Kind::LetRunGo
                )
            })
            .map(|kind| {
                let index = kind as usize;
                let (done, refused) = (&self.done[index], &self.refused[index]);
                (kind.name().to_owned(), done.load(Relaxed), refused.load(Relaxed))
            })
            .collect();
        Metrics {
            kept,
            requests,
            commits: self.commits.load(Relaxed),
            commit_seconds_sum: self.commit_us.load(Relaxed) as f64 / 1e6,
            batched: self.batched.load(Relaxed),
            queue_length,
            timers_fired: self.timers_fired.load(Relaxed),
            outbox_delivered: self.outbox_delivered.load(Relaxed),
            outbox_failed: self.outbox_failed.load(Relaxed),
            asks_done: self.asks_done.load(Relaxed),
            asks_failed: self.asks_failed.load(Relaxed),
            brakes: 0,
            runs_held: 0,
        }
    }
}
