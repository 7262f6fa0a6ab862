//! What apps say of one another.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use gemba_language::diagnostic::Diagnostic;
use gemba_language::{Together, apply_fixes, line_and_column, read_app};

fn check(sources: &[&str]) -> Vec<Vec<Diagnostic>> {
    let read: Vec<_> = sources.iter().map(|source| read_app(source, None)).collect();
    let apps: Vec<_> = sources
        .iter()
        .zip(&read)
        .map(|(source, read)| {
            (
                *source,
                read.value.as_ref().unwrap_or_else(|| panic!("{:#?}", read.diagnostics)),
            )
        })
        .collect();
    let together = Together::of(apps.iter().map(|(_, app)| *app));
    apps.iter().map(|(source, app)| together.check(source, app)).collect()
}

const REWORK: &str = "app: Rework\ninputs:\n  - scan: Part\n  - text: Reason\n    optional: yes\n  - info: Wear gloves\nsteps:\n  - wait: 1 min\n";

#[test]
fn calls_of_apps_that_are_there_with_what_they_ask_for_are_right() {
    let found = check(&[
        "app: Check\nsteps:\n  - call: rework\n    with:\n      part: = run.id\n      reason: scratched\n",
        REWORK,
    ]);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(Vec::is_empty), "{found:?}");
}

#[test]
fn what_a_call_gets_wrong_is_said_in_its_line_and_mended() {
    let source = "应用: 检查\n步骤:\n  - 调用: rewrk\n    传入:\n      part: = run.id\n";
    let found = check(&[source, REWORK]);
    assert_eq!(found[0].len(), 1);
    assert_eq!(
        (found[0][0].code, line_and_column(source, found[0][0].span.start)),
        ("G0801", (3, 9))
    );
    let source = apply_fixes(source, &found[0]).replace("part:", "prt:");
    let found = check(&[&source, REWORK]);
    let places: Vec<_> = found[0]
        .iter()
        .map(|one| (one.code, line_and_column(&source, one.span.start).0))
        .collect();
    assert_eq!(places, [("G0803", 3), ("G0802", 5)]);
    let fixed = apply_fixes(&source, &found[0]);
    assert!(check(&[&fixed, REWORK])[0].is_empty(), "{fixed}");
}

#[test]
fn calls_in_a_circle() {
    let app = |name: &str, calls: &str, rest: &str| format!("app: {name}\nsteps:\n  - call: {calls}\n{rest}");
    let circle = |rest: &str| {
        let sources = [app("A", "b", ""), app("B", "c", rest), app("C", "a", "")];
        let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
        check(&sources).into_iter().map(|found| found.len()).collect::<Vec<_>>()
    };
    assert_eq!(circle(""), [1, 1, 1]);
    assert_eq!(circle("    wait: no\n"), [0, 0, 0]);
    assert_eq!(circle("    if: run.id = \"1\"\n"), [0, 0, 0]);
}

#[test]
fn messages_that_nobody_sends() {
    let waits = |name: &str, tests: &str| {
        format!(
            "app: Pack\nsteps:\n  - wait_for: {name}\n    within: 30 min\n    late:\n      - after: 0 min\n        tell: team leader\n{tests}"
        )
    };
    let emits = "app: First\nsteps:\n  - emit: first-piece-released\n";
    let starts = "app: Start\nstart:\n  - message: first-piece-relesed\nsteps:\n  - wait: 1 min\n";
    let sends =
        "tests:\n  - test: It comes\n    send: {message: machine-ready}\n    expect:\n      outcome: finished\n";
    let other = "tests:\n  - test: It does not come\n    pass: 40 min\n";
    for (app, expected) in [
        (waits("first-piece-released", other), None),
        (waits("first-pieces-released", other), Some((3, true))),
        (waits("first-pieces-released", ""), Some((3, true))),
        // What a machine sends is known by a test that sends it; without tests nothing is known.
        (waits("machine-ready", sends), None),
        (waits("machine-ready", ""), None),
        (waits("machine-ready", other), Some((3, false))),
        (starts.to_owned(), Some((3, true))),
        (starts.replace("relesed", "released"), None),
        (starts.replace("first-piece-relesed", "shift-begins"), None),
    ] {
        let found = &check(&[&app, emits])[0];
        let places: Vec<_> = found
            .iter()
            .map(|one| {
                assert_eq!(one.code, "G0807");
                (line_and_column(&app, one.span.start).0, !one.fix.is_empty())
            })
            .collect();
        assert_eq!(places, expected.into_iter().collect::<Vec<_>>(), "{app}");
        if expected.is_some_and(|(_, mends)| mends) {
            let mended = apply_fixes(&app, found);
            assert!(check(&[&mended, emits])[0].is_empty(), "{mended}");
        }
    }
}
