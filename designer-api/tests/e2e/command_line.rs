//! What `gemba` prints and how it exits, command by command.

use std::fs;
use std::path::Path;

use crate::support::{FIRST_PIECE, Place, SITE, gemba};

/// Exit code, standard output and standard error of a command in a folder, as one text.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> String {
    let output = gemba().current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    let code = output.status.code().unwrap();
    format!(
        "$ gemba {}\n{out}{}[{code}]",
        arguments.join(" "),
        err.replace('\u{1b}', "ESC")
    )
}

fn with_examples() -> Place {
    Place::new(&[("first-piece-inspection.yaml", FIRST_PIECE), ("site.yaml", SITE)])
}

#[test]
fn right_apps_check_and_test_clean() {
    let place = with_examples();
    insta::assert_snapshot!(run(place.path(), &["check", "apps"]));
    insta::assert_snapshot!(run(place.path(), &["check", "apps", "--lang", "zh"]));
    insta::assert_snapshot!(run(place.path(), &["test", "apps"]));
    insta::assert_snapshot!(run(place.path(), &["check", "apps", "--format", "json"]));
}

#[test]
fn wrong_apps_are_told_with_line_and_fix() {
    let place = with_examples();
    let path = place.apps().join("first-piece-inspection.yaml");
    fs::write(&path, FIRST_PIECE.replace("to: operator", "to: operater")).unwrap();
    insta::assert_snapshot!(run(place.path(), &["check", "apps"]));
    insta::assert_snapshot!(run(place.path(), &["check", "apps", "--lang", "zh"]));
    insta::assert_snapshot!(run(place.path(), &["test", "apps"]));
    fs::write(&path, FIRST_PIECE.replace("outcome: Stopped", "outcome: waiting")).unwrap();
    let said = run(place.path(), &["test", "apps"]);
    assert!(said.ends_with("[1]"), "{said}");
    assert!(said.contains("FAILED Three wrong pieces stop the line"), "{said}");
    assert!(said.contains("6 tests: 5 passed, 1 failed"), "{said}");
}

#[test]
fn twins_are_told() {
    let place = with_examples();
    fs::write(place.apps().join("second.yaml"), FIRST_PIECE).unwrap();
    let said = run(place.path(), &["check", "apps"]);
    assert!(said.contains("has the same id as") && said.ends_with("[1]"), "{said}");
}

#[test]
fn formatting_changes_only_what_must_change() {
    let place = with_examples();
    let path = place.apps().join("first-piece-inspection.yaml");
    let crooked = FIRST_PIECE.replace("  - hold: line-3\n    why:", "  -   hold:   line-3\n      why:");
    assert_ne!(crooked, FIRST_PIECE);
    let formatted = {
        run(place.path(), &["fmt", "apps"]);
        fs::read_to_string(&path).unwrap()
    };
    fs::write(&path, &crooked).unwrap();
    insta::assert_snapshot!(run(place.path(), &["fmt", "--check", "apps"]));
    assert_eq!(fs::read_to_string(&path).unwrap(), crooked);
    insta::assert_snapshot!(run(place.path(), &["fmt", "apps"]));
    assert_eq!(fs::read_to_string(&path).unwrap(), formatted);
    assert!(run(place.path(), &["fmt", "--check", "apps"]).ends_with("[0]"));
    assert!(formatted.contains("# four eyes"), "a comment was lost");
}

#[test]
fn a_new_app_checks_and_tests_clean() {
    let place = Place::new(&[]);
    insta::assert_snapshot!(run(place.path(), &["new", "app", "Bore check: line 3"]));
    insta::assert_snapshot!(run(place.path(), &["new", "app", "Bore check: line 3"]));
    assert!(run(place.path(), &["check", "bore-check-line-3.yaml"]).ends_with("[0]"));
    assert!(run(place.path(), &["test", "bore-check-line-3.yaml"]).ends_with("[0]"));
    assert!(run(place.path(), &["fmt", "--check", "bore-check-line-3.yaml"]).ends_with("[0]"));
    // With a site its roles are used, and another script's names are as good.
    fs::write(
        place.apps().join("site.yaml"),
        SITE.replace("- operator\n", "- 操作工\n"),
    )
    .unwrap();
    let said = run(place.path(), &["new", "app", "首件检验", "--folder", "apps"]);
    assert!(said.ends_with("[0]"), "{said}");
    assert!(
        fs::read_to_string(place.apps().join("首件检验.yaml"))
            .unwrap()
            .contains("to: 操作工")
    );
    let said = run(place.path(), &["check", "apps"]);
    assert!(said.ends_with("[0]"), "{said}");
    let said = run(place.path(), &["test", "apps"]);
    assert!(said.ends_with("[0]"), "{said}");
    assert!(run(place.path(), &["new", "app", ""]).ends_with("[2]"));
}

#[test]
fn the_schemas_accept_the_examples() {
    for (of, example) in [("app", FIRST_PIECE), ("site", SITE)] {
        let output = gemba().args(["schema", of]).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        let schema = serde_json::from_slice(&output.stdout).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let example = serde_yaml::from_str(example).unwrap();
        let faults: Vec<String> = validator.iter_errors(&example).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{of}: {faults:#?}");
        assert!(!validator.is_valid(&serde_json::json!({of: "x", "stepps": []})));
    }
}

#[test]
fn verify_finds_a_changed_journal() {
    let place = with_examples();
    let server = place.start();
    for order in 0..20 {
        let start = serde_json::json!({"app": "first_piece_inspection", "inputs": {"order": order.to_string()}});
        server.client().post("/runs", &start).with(201);
    }
    server.stop();
    let said = run(place.path(), &["verify", "data"]);
    assert!(
        said.contains("20 runs, ") && said.contains("nothing is wrong") && said.ends_with("[0]"),
        "{said}"
    );
    // One letter of one entry, where the order's number is.
    let database = place.data().join("gemba.db");
    let mut bytes = fs::read(&database).unwrap();
    let needle = b"\"inputs\":{\"order\":\"7\"}";
    let places: Vec<usize> = bytes
        .windows(needle.len())
        .enumerate()
        .filter(|(_, w)| w == needle)
        .map(|(at, _)| at)
        .collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at + needle.len() - 3] = b'8';
    }
    fs::write(&database, bytes).unwrap();
    let said = run(place.path(), &["verify", "data"]);
    assert!(said.ends_with("[1]"), "{said}");
    assert!(said.contains("fault"), "{said}");
    assert!(run(place.path(), &["verify", "nothing-here"]).ends_with("[2]"));
    assert!(!place.path().join("nothing-here").exists());
}

#[test]
fn wrong_usage_exits_with_2() {
    let place = Place::new(&[]);
    for arguments in [
        &["check", "missing.yaml"][..],
        &["check", "apps"],
        &["test", "missing.yaml"],
        &["fmt", "missing.yaml"],
        &["serve", "missing", "--data", "data"],
        &["serve", "token", "--data", "data"],
        &["serve", "--listen", "nonsense"],
        &["chek"],
        &["check"],
        &[],
    ] {
        let said = run(place.path(), arguments);
        assert!(said.ends_with("[2]"), "{said}");
    }
    insta::assert_snapshot!(run(place.path(), &["chek", "apps"]));
    insta::assert_snapshot!(run(place.path(), &["check", "missing.yaml"]));
    assert!(!place.data().exists());
}

#[test]
fn help_says_what_there_is() {
    let place = Place::new(&[]);
    insta::assert_snapshot!(run(place.path(), &["--help"]));
    insta::assert_snapshot!(run(place.path(), &["serve", "--help"]));
    assert_eq!(
        run(place.path(), &["--version"]),
        format!("$ gemba --version\ngemba {}\n[0]", env!("CARGO_PKG_VERSION"))
    );
}
