//! The apps of the repository are right.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use gemba_language as language;
use language::diagnostic::Severity;

#[test]
fn examples_are_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let site = language::read_site(&std::fs::read_to_string(format!("{folder}/site.yaml")).unwrap());
    for one in &site.diagnostics {
        println!("{one:?}");
    }
    let site = site.value.unwrap();
    for name in ["first-piece-inspection", "andon-call", "near-miss"] {
        let read = language::read_app(
            &std::fs::read_to_string(format!("{folder}/{name}.yaml")).unwrap(),
            Some(&site),
        );
        for one in &read.diagnostics {
            println!("{name} {one:?}");
        }
        assert!(
            read.diagnostics.iter().all(|one| one.severity != Severity::Error),
            "{name}"
        );
        assert!(read.value.is_some());
    }
}

/// The parts of a site file as the help shows them, put together, are a right one.
#[test]
fn the_site_of_the_help_is_right() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../designer-api/docs");
    let first = [
        "site",
        "areas",
        "shifts",
        "reasons",
        "tables",
        "signals",
        "connections",
        "工厂",
        "车间",
        "班次",
        "原因",
        "记录表",
        "信号",
        "连接",
    ];
    for language in ["en", "zh"] {
        let help = std::fs::read_to_string(format!("{folder}/site.{language}.md")).unwrap();
        let mut site = String::new();
        for block in help.split("\n\n").filter(|block| block.starts_with("    ")) {
            let word = block.trim_start().split(':').next().unwrap();
            if first.contains(&word) {
                let lines = block.lines().map(|line| line.strip_prefix("    ").unwrap());
                lines.for_each(|line| site.push_str(&format!("{line}\n")));
            }
        }
        let read = language::read_site(&site);
        assert!(read.diagnostics.is_empty(), "{site}\n{:#?}", read.diagnostics);
        let read = read.value.unwrap();
        assert!(
            read.shifts.len() == 2 && read.printers.len() == 1 && read.channels.len() == 2,
            "{read:#?}"
        );
    }
}
