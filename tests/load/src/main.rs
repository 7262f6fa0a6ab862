//! `gemba-load`: see `--help` and README.md.

use std::process::ExitCode;

use clap::Parser;
use gemba_load::{Options, load};

/// A shell's way of telling "ended by Ctrl-C".
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let options = Options::parse();
    // One thread: a second one would take the core that the server works on.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("gemba-load: failed to start: {error}");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(async {
        tokio::select! {
            code = run(&options) => code,
            // Dropping the load stops its own server.
            () = interrupted() => ExitCode::from(INTERRUPTED),
        }
    })
}

async fn run(options: &Options) -> ExitCode {
    let outcome = match load(options).await {
        Ok(outcome) => outcome,
        Err(error) => {
            eprintln!("gemba-load: {error}");
            return ExitCode::FAILURE;
        }
    };
    match serde_json::to_string(&outcome.report) {
        Ok(line) => println!("{line}"),
        Err(error) => {
            eprintln!("gemba-load: failed to write the report: {error}");
            return ExitCode::FAILURE;
        }
    }
    if outcome.report.errors == 0 {
        return ExitCode::SUCCESS;
    }
    eprintln!("gemba-load: {} errors, the first of them:", outcome.report.errors);
    outcome.failures.iter().for_each(|text| eprintln!("  {text}"));
    ExitCode::FAILURE
}

/// Ctrl-C, or being asked to end.
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut ended) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = ended.recv() => {}
    }
}
