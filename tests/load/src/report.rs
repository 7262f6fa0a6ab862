//! The one JSON line.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use crate::machine::Machine;
use crate::record::Latency;

/// All that a load measured. What could not be known is `null`.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub scenario: String,
    pub clients: u64,
    /// Runs due per second in an open loop; `null` in a closed one.
    pub rate_per_s: Option<f64>,
    pub warmup_seconds: u64,
    /// From the first request of the measured window to the last reply.
    pub seconds: f64,
    /// Runs that went from start to end as they should, in the window.
    pub count: u64,
    pub throughput_per_s: f64,
    /// Milliseconds by kind of operation.
    pub ms: BTreeMap<&'static str, Latency>,
    pub server_cpu_ms_per_run: Option<f64>,
    pub server_cpu_user_ms_per_run: Option<f64>,
    pub server_cpu_system_ms_per_run: Option<f64>,
    /// Share of one core, so 2 means two cores in full.
    pub server_cores_used: Option<f64>,
    pub client_cpu_ms_per_run: Option<f64>,
    /// Largest resident memory of the server since it began.
    pub rss_peak_mb: Option<f64>,
    /// Commits of the server's store in the window.
    pub commits: Option<u64>,
    pub server_written_kb_per_run: Option<f64>,
    /// What the followers of live events heard; `null` without any.
    pub listeners: Option<Listeners>,
    /// Runs whose timelines were compared afterwards.
    pub verified: u64,
    pub errors: u64,
    pub machine: Machine,
    /// How the server was built: `release` or `debug`.
    pub build: Option<&'static str>,
    pub client_build: &'static str,
}

/// Followers of live events.
#[derive(Clone, Debug, Serialize)]
pub struct Listeners {
    pub count: u64,
    /// Events that they read, each counted for each of them, greetings included.
    pub events: u64,
    /// Changes that all of them heard of.
    pub heard_by_all: u64,
    /// They were told to read again.
    pub resets: u64,
    /// They were told something twice or not at all.
    pub gaps: u64,
    /// Connections that ended.
    pub lost: u64,
    /// Resident memory of the server: before they came,
    pub rss_mb_before: Option<f64>,
    /// when all had come and nothing was done yet,
    pub rss_mb_open: Option<f64>,
    /// and after the load.
    pub rss_mb_after: Option<f64>,
    /// What they cost while nothing is done.
    pub kb_per_listener: Option<f64>,
    pub server_cpu_us_per_event: Option<f64>,
}

/// The folder of cargo's target folder that a program is in tells how it was built.
pub fn build_of(executable: &Path) -> Option<&'static str> {
    executable.ancestors().skip(1).find_map(|folder| {
        let name = folder.file_name()?;
        ["release", "debug"].into_iter().find(|known| name == *known)
    })
}

pub const CLIENT_BUILD: &str = if cfg!(debug_assertions) { "debug" } else { "release" };

/// Three decimals are more than is known.
pub fn rounded(number: f64) -> f64 {
    (number * 1_000.0).round() / 1_000.0
}
