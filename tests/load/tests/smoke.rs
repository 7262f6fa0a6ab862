//! The scenarios against the real server. `make test` builds it and names it in GEMBA_BIN.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

/// The report of a load test on a server of its own; `None`, said plainly, when no server was named.
fn report_of(scenario: &str, count: u64) -> Option<Value> {
    report_with(scenario, count, &[])
}

fn report_with(scenario: &str, count: u64, more: &[&str]) -> Option<Value> {
    let Some(gemba) = std::env::var_os("GEMBA_BIN").map(PathBuf::from) else {
        eprintln!("NOT TESTED: GEMBA_BIN is not set; `make test` sets it, or GEMBA_BIN=target/debug/gemba");
        return None;
    };
    let output = Command::new(env!("CARGO_BIN_EXE_gemba-load"))
        .args([
            scenario,
            "--clients",
            "4",
            "--warmup",
            "0",
            "--count",
            &count.to_string(),
            "--gemba",
        ])
        .arg(&gemba)
        .args(more)
        .output()
        .expect("gemba-load was built with this test");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "gemba-load ended with {}: {words}",
        output.status
    );
    let lines: Vec<&[u8]> = output.stdout.split_inclusive(|byte| *byte == b'\n').collect();
    assert_eq!(lines.len(), 1, "one line and no other");
    let report: Value = serde_json::from_slice(lines[0]).expect("the line is JSON");
    assert_eq!(report["count"], count, "{report}");
    assert_eq!(report["verified"], count, "{report}");
    assert_eq!(report["errors"], 0, "{report}");
    assert!(report["rss_peak_mb"].as_f64().is_some_and(|mb| mb > 1.0), "{report}");
    assert!(
        report["commits"].as_u64().is_some_and(|commits| commits > 0),
        "{report}"
    );
    Some(report)
}

#[test]
fn straight3_runs_are_finished_and_right() {
    if let Some(report) = report_of("straight3", 20) {
        assert_eq!(report["ms"]["start"]["count"], 20, "{report}");
    }
}

#[test]
fn straight10_runs_are_finished_and_right() {
    if let Some(report) = report_of("straight10", 20) {
        assert_eq!(report["ms"]["start"]["count"], 20, "{report}");
    }
}

#[test]
fn tasks_go_round() {
    if let Some(report) = report_of("task-roundtrip", 5) {
        assert_eq!(report["ms"]["complete_to_listed"]["count"], 5, "{report}");
        assert_eq!(report["ms"]["complete"]["count"], 10, "{report}");
    }
}

#[test]
fn all_listeners_hear_of_every_change_once() {
    if let Some(report) = report_with("sse", 5, &["--listeners", "20", "--rate", "50"]) {
        let listeners = &report["listeners"];
        assert_eq!(listeners["heard_by_all"], 5, "{report}");
        // A greeting, and for each run that it began and that its task was opened.
        assert_eq!(listeners["events"], 20 * (1 + 2 * 5), "{report}");
        assert_eq!(
            (&listeners["resets"], &listeners["gaps"]),
            (&0.into(), &0.into()),
            "{report}"
        );
        assert_eq!(report["ms"]["answered_to_all"]["count"], 5, "{report}");
    }
}

#[test]
fn a_server_that_does_not_start_is_a_failure() {
    let output = Command::new(env!("CARGO_BIN_EXE_gemba-load"))
        .args(["straight3", "--count", "1", "--gemba", "/bin/false"])
        .output()
        .expect("gemba-load was built with this test");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(words.contains("/bin/false ended with exit status: 1"), "{words}");
}
