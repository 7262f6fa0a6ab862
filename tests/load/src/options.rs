//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use clap::builder::{PossibleValue, PossibleValuesParser};

use crate::limits::{CLIENTS_MAX, LISTENERS_MAX, RATE_PER_S_MAX, SECONDS_MAX};
use crate::pace::End;
use crate::scenarios::SCENARIOS;

/// Puts load on a Gemba server over HTTP and prints one JSON line that says what it cost.
///
/// Without --server it starts its own on a fresh folder of a real disk, and stops it afterwards. Each client keeps one
/// connection and makes one run after the other; with --rate, runs fall due at a fixed rate instead. Ends with 1 when
/// anything went wrong: a refused request, a run that is not as it should be, a server that did not start.
#[derive(Clone, Debug, Parser)]
#[command(name = "gemba-load", version, max_term_width = 100)]
pub struct Options {
    #[arg(value_parser = PossibleValuesParser::new(
        SCENARIOS.iter().map(|(name, about, _)| PossibleValue::new(name).help(about))
    ))]
    pub scenario: String,

    /// Clients at once.
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u64).range(1..=CLIENTS_MAX))]
    pub clients: u64,

    /// Stop after so many runs.
    #[arg(long, value_name = "RUNS", conflicts_with = "seconds", value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,

    /// Stop after so long [default: 10, unless --count is given].
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u64).range(1..=SECONDS_MAX))]
    pub seconds: Option<u64>,

    /// The same load before, not measured, for so many seconds.
    #[arg(long, value_name = "S", default_value_t = 2, value_parser = clap::value_parser!(u64).range(0..=SECONDS_MAX))]
    pub warmup: u64,

    /// Open loop: so many runs fall due per second, whether or not the server keeps up. Latencies count from when a run
    /// was due [default: 10 for sse, else a closed loop].
    #[arg(long, value_name = "RUNS_PER_S", value_parser = rate)]
    pub rate: Option<f64>,

    /// So many connections follow live events meanwhile [default: 1000 for sse, else none].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=LISTENERS_MAX))]
    pub listeners: Option<u64>,

    /// Use this server: http://HOST:PORT. For task-roundtrip its site needs the role 'operator'.
    #[arg(long, value_name = "URL", requires = "token", conflicts_with_all = ["gemba", "data"])]
    pub server: Option<String>,

    /// A token of that server.
    #[arg(long, value_name = "TOKEN", env = "GEMBA_TOKEN", hide_env_values = true)]
    pub token: Option<String>,

    /// Process id of that server, when it runs on this machine: tells its CPU and memory.
    #[arg(long, value_name = "PID", requires = "server")]
    pub server_pid: Option<u32>,

    /// The server to start [default: gemba beside this program, else target/release/gemba, else target/debug/gemba].
    #[arg(long, value_name = "PATH")]
    pub gemba: Option<PathBuf>,

    /// Data folder of the server to start; it stays. Without it, a fresh one in the build's target folder, removed at the
    /// end.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// When no end is given.
const SECONDS_DEFAULT: u64 = 10;

/// How many pages a large works has open.
const SSE_LISTENERS_DEFAULT: u64 = 1_000;
/// Runs started per second: a large works, three shifts.
const SSE_RATE_DEFAULT_PER_S: f64 = 10.0;

impl Options {
    pub fn listeners(&self) -> usize {
        let default = if self.is_sse() { SSE_LISTENERS_DEFAULT } else { 0 };
        usize::try_from(self.listeners.unwrap_or(default)).expect("the command line takes no more than fits")
    }

    pub fn rate(&self) -> Option<f64> {
        let default = self.is_sse().then_some(SSE_RATE_DEFAULT_PER_S);
        self.rate.or(default)
    }

    fn is_sse(&self) -> bool {
        self.scenario == "sse"
    }

    pub fn end(&self) -> End {
        match self.count {
            Some(count) => End::Count(count),
            None => End::After(Duration::from_secs(self.seconds.unwrap_or(SECONDS_DEFAULT))),
        }
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate <= RATE_PER_S_MAX => Ok(rate),
        _ => Err(format!("runs per second, more than 0 and at most {RATE_PER_S_MAX}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Options::command().debug_assert();
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let parsed = |line: &str| Options::try_parse_from(line.split(' '));
        assert_eq!(
            parsed("gemba-load straight3").map(|o| o.end()).ok(),
            Some(End::After(Duration::from_secs(10)))
        );
        for wrong in [
            "gemba-load",
            "gemba-load straight4",
            "gemba-load straight3 --clients 0",
            "gemba-load straight3 --count 1 --seconds 1",
            "gemba-load straight3 --rate 0",
            "gemba-load straight3 --rate NaN",
            "gemba-load straight3 --server-pid 1",
        ] {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
    }
}
