//! What is bounded, in one place.

use std::time::Duration;

/// Clients at once; each keeps one connection.
pub const CLIENTS_MAX: u64 = 4096;
/// Connections that follow live events.
pub const LISTENERS_MAX: u64 = 10_000;
/// Of these, connections that are being opened at the same time.
pub const LISTENERS_OPENED_AT_ONCE: usize = 64;
/// Bytes of one line of events.
pub const LISTENER_LINE_BYTES_MAX: usize = 1 << 20;
/// How long after the load all listeners may take to hear of all that was done.
pub const HEARD_BY_ALL_TIMEOUT: Duration = Duration::from_secs(10);
/// Open files beside connections.
pub const FILES_BESIDE_CONNECTIONS: u64 = 256;
/// Length of a measured window or of a warm-up.
pub const SECONDS_MAX: u64 = 86_400;
/// Longest time for a measurement by `--count`.
pub const COUNT_SECONDS_MAX: u64 = 3_600;
/// Runs started per second, asked for with `--rate`.
pub const RATE_PER_S_MAX: f64 = 1_000_000.0;
/// A load test with more failures than this ends early: the server is down, or the test is wrong.
pub const FAILURES_MAX: u64 = 1_000;
/// Different failures told on standard error.
pub const FAILURE_TEXTS_MAX: usize = 10;
/// Characters of a server's reply quoted in a failure.
pub const QUOTED_CHARACTERS_MAX: usize = 400;
/// Runs whose timeline is read and compared after the measurement.
pub const SAMPLES_MAX: usize = 100;

pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// One request with its reply.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a task may take to appear in the list before that is a failure.
pub const LISTED_TIMEOUT: Duration = Duration::from_secs(10);
/// Between two looks at a task list that does not show the task yet.
pub const LISTED_PAUSE: Duration = Duration::from_millis(1);
/// Longer latencies are recorded as this: an hour.
pub const LATENCY_US_MAX: u64 = 3_600_000_000;
/// Bytes of one reply.
pub const REPLY_BYTES_MAX: usize = 4 << 20;

/// From starting our own server until it takes requests.
pub const SERVER_START_TIMEOUT: Duration = Duration::from_secs(60);
pub const SERVER_START_PAUSE: Duration = Duration::from_millis(20);
/// From asking our own server to stop until it is killed.
pub const SERVER_STOP_TIMEOUT: Duration = Duration::from_secs(20);
/// Last bytes of our own server's log, told when it does not start.
pub const SERVER_LOG_QUOTED_BYTES_MAX: usize = 4_000;

/// The clock of the async runtime wakes at whole milliseconds, so an idle client may start this much late by no
/// fault of the server. Anything later counts as the server's (see `pace`).
pub const TIMER_GRAIN: Duration = Duration::from_millis(2);
