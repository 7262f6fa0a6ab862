//! How a dozen mistakes look to a person, in both languages.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use std::fs;

use gemba_language::diagnostic::{Diagnostic, Language, Severity};
use gemba_language::{apply_fixes, read_app, render_human, to_json};

const SHOWN: &[&str] = &[
    "typo-in-fields",
    "two-steps-in-one-entry",
    "unclosed-bracket",
    "line-too-far-left",
    "colon-in-sentence",
    "duplicate-key",
    "repeat-without-until",
    "limits-swapped",
    "unit-not-that-of-the-limits",
    "unknown-name-in-sentence",
    "read-before-asked",
    "chinese-unknown-name",
    "choices-with-chinese-commas",
];

fn wrong(name: &str) -> (String, Vec<Diagnostic>) {
    let folder = format!("{}/tests/wrong", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let path = paths
        .into_iter()
        .find(|path| {
            let stem = path.file_stem().unwrap().to_str().unwrap();
            stem.split_once('-').is_some_and(|(_, rest)| rest == name)
        })
        .unwrap_or_else(|| panic!("no wrong app {name}"));
    let source = fs::read_to_string(path).unwrap();
    let found = read_app(&source, None).diagnostics;
    (source, found)
}

#[test]
fn mistakes_as_people_see_them() {
    for language in [Language::En, Language::Zh] {
        let mut shown = String::new();
        for name in SHOWN {
            let (source, found) = wrong(name);
            for one in &found {
                shown.push_str(&render_human(&source, "app.yaml", one, language));
            }
            shown.push('\n');
        }
        insta::assert_snapshot!(format!("{language:?}"), shown);
    }
}

#[test]
fn a_mistake_as_programs_see_it() {
    let (source, found) = wrong("chinese-unknown-name");
    insta::assert_json_snapshot!(to_json(&source, &found[0], Language::Zh));
}

#[test]
fn carets_stand_below_wide_characters() {
    let source = "app: 例\nsteps:\n  - form: 看\n    提示: x\n    fields:\n      - tick: 好\n";
    let found = read_app(source, None).diagnostics;
    let shown = render_human(source, "app.yaml", &found[0], Language::Zh);
    // Each of the two characters takes two columns.
    assert!(shown.contains("\n4 |     提示: x\n  |     ^^^^\n"), "{shown}");
}

#[test]
fn long_lines_are_shown_around_the_mistake() {
    let source = format!(
        "app: x\nsteps:\n  - finish: Done\n    if: run.id = \"{}\" or nothing = 1\n",
        "x".repeat(5_000)
    );
    let found = read_app(&source, None).diagnostics;
    let shown = render_human(&source, "app.yaml", &found[0], Language::En);
    assert!(shown.lines().all(|line| line.chars().count() < 250), "{shown}");
    assert!(shown.contains("nothing"), "{shown}");
}

#[test]
fn fixes_that_overlap_are_not_mixed() {
    let edit = |start, end, text: &str| gemba_language::diagnostic::Edit {
        start,
        end,
        text: text.to_owned(),
    };
    let one = |fix| Diagnostic {
        code: "G0203",
        severity: Severity::Error,
        span: Default::default(),
        place: Default::default(),
        message: Default::default(),
        expected: Vec::new(),
        why: None,
        fix,
    };
    let first = one(vec![edit(0, 2, "AB")]);
    let overlapping = one(vec![edit(1, 3, "xx"), edit(4, 4, "!")]);
    let beside = one(vec![edit(3, 3, "-")]);
    assert_eq!(apply_fixes("abcdef", &[first, overlapping, beside]), "ABc-def");
}
