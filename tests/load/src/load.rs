//! One load test from start to end.

use std::io::{IsTerminal, stderr};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use tokio::task::JoinSet;

use crate::client::{Client, Target, TargetError};
use crate::failure::Failure;
use crate::following::{self, Following};
use crate::limits::{FAILURES_MAX, FILES_BESIDE_CONNECTIONS};
use crate::machine::Machine;
use crate::metrics;
use crate::options::Options;
use crate::own_server::{OwnServer, ServerError};
use crate::pace::{End, Pace};
use crate::process::{self, Cpu};
use crate::record::Record;
use crate::report::{CLIENT_BUILD, Listeners, Report, build_of, rounded};
use crate::scenarios::{Scenario, Turned, by_name};

/// Name of the server's counter of commits.
const COMMITS: &str = "gemba_commits_total";

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("there is no scenario '{0}'")]
    Scenario(String),
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error("failed to publish the app {app}: {source}")]
    Publish { app: &'static str, source: Failure },
    #[error("failed to follow live events: {0}")]
    Following(Failure),
    #[error("there is no process {0} on this machine")]
    NoProcess(u32),
    #[error("a client ended without its result: {0}")]
    Client(#[from] tokio::task::JoinError),
}

/// A report together with the first failures in words.
pub struct Outcome {
    pub report: Report,
    pub failures: Vec<String>,
}

/// Puts the load on the server that `options` names, or on one of its own.
pub async fn load(options: &Options) -> Result<Outcome, LoadError> {
    let machine = |data: Option<&Path>| Machine::look(data);
    // Before our own server starts: it gets what we have.
    process::open_many_files(options.clients + options.listeners() as u64 + FILES_BESIDE_CONNECTIONS);
    let Some(url) = &options.server else {
        // Looked at before our own server adds to it.
        let load_before = machine(None).load_average_before;
        let server = OwnServer::start(options.gemba.as_deref(), options.data.as_deref()).await?;
        let facts = Machine {
            load_average_before: load_before,
            ..machine(Some(&server.data))
        };
        let measured = measure(options, server.target.clone(), Some(server.pid), facts).await;
        let stopped = server.stop().await;
        let mut outcome = measured?;
        if let Err(error) = stopped {
            outcome.report.errors += 1;
            outcome.failures.push(error.to_string());
        }
        return Ok(outcome);
    };
    let token = options.token.as_deref().unwrap_or_default();
    let target = Arc::new(Target::new(url, token)?);
    measure(options, target, options.server_pid, machine(None)).await
}

async fn measure(
    options: &Options,
    target: Arc<Target>,
    server_pid: Option<u32>,
    machine: Machine,
) -> Result<Outcome, LoadError> {
    let scenario = by_name(&options.scenario).ok_or_else(|| LoadError::Scenario(options.scenario.clone()))?;
    let mut control = Client::new(target.clone(), 0);
    publish(scenario, &mut control).await?;

    let mut crew = Crew {
        scenario,
        load: format!("load-{:016x}", crate::unique()),
        clients: (1..=options.clients)
            .map(|n| Client::new(target.clone(), n as usize))
            .collect(),
        next_turn: 0,
    };
    if options.warmup > 0 {
        let end = End::After(Duration::from_secs(options.warmup));
        let warm = crew.work("warm-up", Pace::new(0, end, options.rate())).await?;
        if warm.record.failed_count() > 0 {
            eprintln!("gemba-load: {} failures during the warm-up", warm.record.failed_count());
            warm.record.failures().iter().for_each(|text| eprintln!("  {text}"));
        }
    }

    let audience = Audience::open(options, &target, server_pid).await?;
    let before = Usage::read(&mut control, server_pid).await?;
    let pace = Pace::new(crew.next_turn, options.end(), options.rate());
    let window = crew.work(&options.scenario, pace).await?;
    let heard = match &audience {
        Some(audience) => Some(audience.following.outcome(window.record.all_made()).await),
        None => None,
    };
    let after = Usage::read(&mut control, server_pid).await?;
    let verified = verify(scenario, &mut control, &window.record).await;

    let listeners = audience.zip(heard).map(|(audience, heard)| {
        note_heard(&window.record, &heard);
        audience.figures(&heard, &before, &after, server_pid)
    });
    let mut failures = window.record.failures();
    let mut errors = window.record.failed_count();
    if window.record.done_count() == 0 && errors == 0 {
        failures.push("not one run was finished in the time given".to_owned());
        errors = 1;
    }
    let report = Report {
        listeners,
        verified,
        errors,
        build: server_pid.and_then(process::executable).as_deref().and_then(build_of),
        machine,
        ..figures(options, &window, &before, &after)
    };
    Ok(Outcome { report, failures })
}

async fn publish(scenario: &dyn Scenario, control: &mut Client) -> Result<(), LoadError> {
    for app in scenario.apps() {
        control
            .put_yaml(&format!("/api/v1/apps/{}", app.id), app.yaml)
            .await
            .map_err(|source| LoadError::Publish { app: app.id, source })?;
    }
    Ok(())
}

/// Compares the sampled runs; what is wrong counts as a failure of the load. Gives back how many were right.
async fn verify(scenario: &dyn Scenario, control: &mut Client, record: &Record) -> u64 {
    let mut right = 0;
    for sample in record.samples() {
        match scenario.verify(control, &sample).await {
            Ok(()) => right += 1,
            Err(failure) => record.failed(&failure),
        }
    }
    right
}

/// The clients, kept with their open connections from the warm-up to the measurement.
struct Crew {
    scenario: &'static dyn Scenario,
    load: String,
    clients: Vec<Client>,
    next_turn: u64,
}

struct Window {
    record: Arc<Record>,
    elapsed: Duration,
}

impl Crew {
    /// All clients work until the pace ends and what they began is done.
    async fn work(&mut self, name: &str, pace: Pace) -> Result<Window, LoadError> {
        let record = Arc::new(Record::default());
        let pace = Arc::new(pace);
        let began = Instant::now();
        let bar = tokio::spawn(show_progress(name.to_owned(), pace.clone(), record.clone()));
        let mut at_work = JoinSet::new();
        for mut client in self.clients.drain(..) {
            let (pace, record) = (pace.clone(), record.clone());
            let (scenario, load) = (self.scenario, self.load.clone());
            at_work.spawn(async move {
                take_turns(scenario, &load, &mut client, &pace, &record).await;
                client
            });
        }
        while let Some(client) = at_work.join_next().await {
            self.clients.push(client?);
        }
        let elapsed = began.elapsed();
        bar.abort();
        self.next_turn = pace.unused_from();
        Ok(Window { record, elapsed })
    }
}

async fn take_turns(scenario: &dyn Scenario, load: &str, client: &mut Client, pace: &Pace, record: &Record) {
    while record.failed_count() < FAILURES_MAX {
        let Some(turn) = pace.next().await else {
            return;
        };
        let number = turn.number;
        match scenario.make(client, &Turned { turn, load }, record).await {
            Ok(run) => record.done(crate::record::Sample { turn: number, run }),
            Err(failure) => record.failed(&failure),
        }
    }
}

/// Until it is aborted.
async fn show_progress(name: String, pace: Arc<Pace>, record: Arc<Record>) {
    if !stderr().is_terminal() {
        return;
    }
    const PARTS: u64 = 1_000;
    let style = ProgressStyle::with_template("{prefix} {wide_bar} {msg}").expect("the template is well formed");
    let bar = ProgressBar::new(PARTS).with_style(style).with_prefix(name);
    let mut tick = tokio::time::interval(Duration::from_millis(200));
    loop {
        tick.tick().await;
        let (done, failed) = (record.done_count(), record.failed_count());
        bar.set_position((pace.progress(done) * PARTS as f64) as u64);
        bar.set_message(match failed {
            0 => format!("{done} runs"),
            failed => format!("{done} runs, {failed} failures"),
        });
    }
}

/// Followers of live events, and what the server took before and when they were there.
struct Audience {
    following: Following,
    count: usize,
    rss_before_kb: Option<u64>,
    rss_open_kb: Option<u64>,
}

impl Audience {
    async fn open(options: &Options, target: &Arc<Target>, pid: Option<u32>) -> Result<Option<Audience>, LoadError> {
        let count = options.listeners();
        if count == 0 {
            return Ok(None);
        }
        let rss_before_kb = pid.and_then(process::rss_kb);
        let following = Following::open(target, count).await.map_err(LoadError::Following)?;
        Ok(Some(Audience {
            following,
            count,
            rss_before_kb,
            rss_open_kb: pid.and_then(process::rss_kb),
        }))
    }

    fn figures(&self, heard: &following::Outcome, before: &Usage, after: &Usage, pid: Option<u32>) -> Listeners {
        let mb = |kb: Option<u64>| kb.map(|kb| rounded(kb as f64 / 1_024.0));
        let grown = self
            .rss_open_kb
            .zip(self.rss_before_kb)
            .map(|(open, before)| open as f64 - before as f64);
        let cpu = after
            .server
            .zip(before.server)
            .map(|(after, before)| after.since(before));
        let per_event =
            |cpu: Cpu| (heard.events > 0).then(|| rounded(cpu.total_ms() as f64 * 1_000.0 / heard.events as f64));
        Listeners {
            count: self.count as u64,
            events: heard.events,
            heard_by_all: heard.heard.len() as u64,
            resets: heard.resets,
            gaps: heard.gaps,
            lost: heard.lost,
            rss_mb_before: mb(self.rss_before_kb),
            rss_mb_open: mb(self.rss_open_kb),
            rss_mb_after: mb(pid.and_then(process::rss_kb)),
            kb_per_listener: grown.map(|kb| rounded(kb / self.count as f64)),
            server_cpu_us_per_event: cpu.and_then(per_event),
        }
    }
}

/// Latencies of hearing; what was not heard, or not once, is a failure of the load.
fn note_heard(record: &Record, heard: &following::Outcome) {
    for (made, last) in &heard.heard {
        record.latency("sent_to_all", last.saturating_duration_since(made.sent));
        record.latency("answered_to_all", last.saturating_duration_since(made.answered));
    }
    let faults = [
        (heard.unheard, "changes were not heard of by all listeners"),
        (heard.gaps, "times a listener was told something twice or not at all"),
        (heard.lost, "listeners lost their connection"),
    ];
    for (count, what) in faults {
        if count > 0 {
            record.failed(&Failure::Wrong(format!("{count} {what}")));
        }
    }
}

/// What server and client have used so far.
struct Usage {
    server: Option<Cpu>,
    server_rss_peak_kb: Option<u64>,
    server_written_bytes: Option<u64>,
    client: Option<Cpu>,
    commits: Option<f64>,
}

impl Usage {
    async fn read(control: &mut Client, server_pid: Option<u32>) -> Result<Usage, LoadError> {
        // A server without metrics can be measured all the same.
        let metrics = control.get("/api/v1/metrics").await.ok();
        let commits = metrics.and_then(|reply| metrics::sum_of(std::str::from_utf8(&reply.body).ok()?, COMMITS));
        let server = match server_pid {
            Some(pid) => Some(process::cpu(pid).ok_or(LoadError::NoProcess(pid))?),
            None => None,
        };
        Ok(Usage {
            server,
            server_rss_peak_kb: server_pid.and_then(process::rss_peak_kb),
            server_written_bytes: server_pid.and_then(process::written_bytes),
            client: process::cpu(std::process::id()),
            commits,
        })
    }
}

fn figures(options: &Options, window: &Window, before: &Usage, after: &Usage) -> Report {
    let count = window.record.done_count();
    let seconds = window.elapsed.as_secs_f64();
    let per_run = |whole: f64| (count > 0).then(|| rounded(whole / count as f64));
    let used = |before: Option<Cpu>, after: Option<Cpu>| Some(after?.since(before?));
    let server = used(before.server, after.server);
    let client = used(before.client, after.client);
    let written = after
        .server_written_bytes
        .zip(before.server_written_bytes)
        .map(|(after, before)| after - before);
    Report {
        scenario: options.scenario.clone(),
        clients: options.clients,
        rate_per_s: options.rate(),
        warmup_seconds: options.warmup,
        seconds: rounded(seconds),
        count,
        throughput_per_s: rounded(count as f64 / seconds),
        ms: window.record.latencies(),
        server_cpu_ms_per_run: server.and_then(|cpu| per_run(cpu.total_ms() as f64)),
        server_cpu_user_ms_per_run: server.and_then(|cpu| per_run(cpu.user_ms as f64)),
        server_cpu_system_ms_per_run: server.and_then(|cpu| per_run(cpu.system_ms as f64)),
        server_cores_used: server.map(|cpu| rounded(cpu.total_ms() as f64 / 1_000.0 / seconds)),
        client_cpu_ms_per_run: client.and_then(|cpu| per_run(cpu.total_ms() as f64)),
        rss_peak_mb: after.server_rss_peak_kb.map(|kb| rounded(kb as f64 / 1_024.0)),
        commits: after
            .commits
            .zip(before.commits)
            .map(|(after, before)| (after - before) as u64),
        server_written_kb_per_run: written.and_then(|bytes| per_run(bytes as f64 / 1_024.0)),
        listeners: None,
        verified: 0,
        errors: 0,
        machine: Machine::look(None),
        build: None,
        client_build: CLIENT_BUILD,
    }
}
