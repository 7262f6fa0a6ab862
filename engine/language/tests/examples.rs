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
