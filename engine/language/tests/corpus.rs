//! Wrong apps as people write them: each gets its code at its line, and most are mended by the offered fix.
//!
//! A file says what it expects in its first line: `# expect: G0203 at 7:9   # fix: valid`. `# site: yes` in the second
//! line checks it against the site of the corpus.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use std::fmt::Write;
use std::fs;

use gemba_language::diagnostic::{Diagnostic, Language, Severity};
use gemba_language::model::Site;
use gemba_language::{Read, apply_fixes, line_and_column, read_app, read_site, render_human};

const SITE: &str = "site: Plant\ntime_zone: Asia/Shanghai\nareas:\n  - area: machining\n    lines:\n      - line: line-3\n        stations: [qc-1, qc-2]\nroles: [operator, inspector, team leader]\n";

struct Wrong {
    name: String,
    source: String,
    code: String,
    line: usize,
    column: usize,
    mended: bool,
    with_site: bool,
}

fn corpus() -> Vec<Wrong> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wrong");
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    names
        .into_iter()
        .map(|path| {
            read(
                &fs::read_to_string(&path).unwrap(),
                path.file_stem().unwrap().to_str().unwrap(),
            )
        })
        .collect()
}

fn read(source: &str, name: &str) -> Wrong {
    let head = source
        .lines()
        .next()
        .unwrap()
        .strip_prefix("# expect: ")
        .expect("a file says what it expects");
    let (expect, fix) = head
        .split_once("# fix: ")
        .expect("a file says whether its fix mends it");
    let (code, at) = expect.trim().split_once(" at ").unwrap();
    let (line, column) = at.trim().split_once(':').unwrap();
    Wrong {
        name: name.to_owned(),
        source: source.to_owned(),
        code: code.to_owned(),
        line: line.parse().unwrap(),
        column: column.parse().unwrap(),
        mended: fix.trim() == "valid",
        with_site: source.lines().nth(1) == Some("# site: yes"),
    }
}

fn check(source: &str, site: Option<&Site>) -> Read<gemba_language::model::App> {
    read_app(source, site)
}

fn all_shown(source: &str, diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().fold(String::new(), |mut out, one| {
        let _ = writeln!(out, "{}", render_human(source, "app.yaml", one, Language::En));
        out
    })
}

/// Applies fixes as a person would: check, apply, check again.
fn mend(source: &str, site: Option<&Site>) -> String {
    let mut text = source.to_owned();
    for _ in 0..3 {
        let found = check(&text, site).diagnostics;
        let fixed = apply_fixes(&text, &found);
        if fixed == text {
            break;
        }
        text = fixed;
    }
    text
}

#[test]
fn wrong_apps_get_their_code_at_their_place() {
    let site = read_site(SITE).value.unwrap();
    let mut failures = String::new();
    let corpus = corpus();
    assert!(corpus.len() >= 90, "{}", corpus.len());
    for wrong in &corpus {
        let site = wrong.with_site.then_some(&site);
        let found = check(&wrong.source, site);
        let hit = found.diagnostics.iter().find(|one| {
            one.code == wrong.code && line_and_column(&wrong.source, one.span.start) == (wrong.line, wrong.column)
        });
        let only = found
            .diagnostics
            .iter()
            .filter(|one| one.severity == Severity::Error)
            .count()
            == 1;
        if hit.is_none() || !only || found.value.is_some() {
            let shown = all_shown(&wrong.source, &found.diagnostics);
            let _ = writeln!(
                failures,
                "== {}: {} at {}:{} alone\n{shown}",
                wrong.name, wrong.code, wrong.line, wrong.column
            );
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn offered_fixes_mend_most_wrong_apps() {
    let site = read_site(SITE).value.unwrap();
    let mut mended = 0;
    let mut failures = String::new();
    let corpus = corpus();
    for wrong in &corpus {
        let site = wrong.with_site.then_some(&site);
        let fixed = mend(&wrong.source, site);
        let again = check(&fixed, site);
        let valid = again.value.is_some();
        mended += usize::from(valid);
        if valid != wrong.mended {
            let shown = all_shown(&fixed, &again.diagnostics);
            let _ = writeln!(
                failures,
                "== {}: valid after its fix: {valid}\n{fixed}\n{shown}",
                wrong.name
            );
        }
    }
    let share = 100 * mended / corpus.len();
    println!(
        "{mended} of {} wrong apps are valid after their offered fixes: {share} %",
        corpus.len()
    );
    assert!(failures.is_empty(), "{failures}");
    assert!(share >= 80, "{share} %");
}
