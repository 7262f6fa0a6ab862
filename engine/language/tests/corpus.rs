//! Wrong apps as people write them: each gets its code at its line, and most are mended by the offered fix.
//!
//! A file says what it expects in its first line: `# expect: G0203 at 7:9   # fix: valid`. `# site: yes` in the second
//! line checks it against the site of the corpus. `and others` behind the place says that something as bad follows
//! from the mistake.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use std::fmt::Write;
use std::fs;

use gemba_language::diagnostic::{Diagnostic, Language, Severity};
use gemba_language::model::Site;
use gemba_language::{Read, apply_fixes, line_and_column, read_app, read_site, render_human};

use gemba_language::catalogue::EXAMPLE_SITE as SITE;

struct Wrong {
    name: String,
    source: String,
    code: String,
    line: usize,
    column: usize,
    mended: bool,
    /// Nothing as bad is said beside it.
    alone: bool,
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
    let (expect, alone) = match expect.trim().strip_suffix(" and others") {
        Some(expect) => (expect, false),
        None => (expect.trim(), true),
    };
    let (code, at) = expect.split_once(" at ").unwrap();
    let (line, column) = at.trim().split_once(':').unwrap();
    Wrong {
        name: name.to_owned(),
        source: source.to_owned(),
        code: code.to_owned(),
        line: line.parse().unwrap(),
        column: column.parse().unwrap(),
        mended: fix.trim() == "valid",
        alone,
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

/// A file whose mistake is an error is right again when it is read; one that is only warned of, when that is gone.
fn is_mended(
    wrong: &Wrong,
    before: &Read<gemba_language::model::App>,
    after: &Read<gemba_language::model::App>,
) -> bool {
    let was_refused = before.value.is_none();
    after.value.is_some() && (was_refused || after.diagnostics.iter().all(|one| one.code != wrong.code))
}

#[test]
fn wrong_apps_get_their_code_at_their_place() {
    let site = read_site(SITE).value.unwrap();
    let mut failures = String::new();
    let corpus = corpus();
    assert!(corpus.len() >= 400, "{}", corpus.len());
    let mut at_their_line = 0;
    for wrong in &corpus {
        let site = wrong.with_site.then_some(&site);
        let found = check(&wrong.source, site);
        let place = |one: &Diagnostic| line_and_column(&wrong.source, one.span.start);
        let hit = found
            .diagnostics
            .iter()
            .find(|one| one.code == wrong.code && place(one) == (wrong.line, wrong.column));
        let worst = found.diagnostics.iter().map(|one| one.severity).min();
        let alone = found
            .diagnostics
            .iter()
            .filter(|one| Some(one.severity) == worst)
            .count()
            == 1;
        let is_worst = hit.is_some_and(|hit| Some(hit.severity) == worst);
        let refused = found.value.is_none() == (worst == Some(Severity::Error));
        // What a person reads first is the first of the worst.
        let first = found.diagnostics.iter().find(|one| Some(one.severity) == worst);
        at_their_line += usize::from(first.is_some_and(|one| place(one).0 == wrong.line));
        let alone = alone && is_worst || worst == Some(Severity::Notice);
        if hit.is_none() || wrong.alone && !(alone && is_worst) || !refused {
            let shown = all_shown(&wrong.source, &found.diagnostics);
            let _ = writeln!(
                failures,
                "== {}: {} at {}:{} alone\n{shown}",
                wrong.name, wrong.code, wrong.line, wrong.column
            );
        }
    }
    println!(
        "{at_their_line} of {} wrong apps are pointed at in the right line",
        corpus.len()
    );
    assert!(failures.is_empty(), "{failures}");
    assert!(100 * at_their_line >= 97 * corpus.len(), "{at_their_line}");
}

#[test]
fn offered_fixes_mend_most_wrong_apps() {
    let site = read_site(SITE).value.unwrap();
    let mut mended = 0;
    let mut failures = String::new();
    let mut changes = String::new();
    let corpus = corpus();
    for wrong in &corpus {
        let site = wrong.with_site.then_some(&site);
        let fixed = mend(&wrong.source, site);
        let again = check(&fixed, site);
        let valid = is_mended(wrong, &check(&wrong.source, site), &again);
        mended += usize::from(valid);
        if valid != wrong.mended {
            let shown = all_shown(&fixed, &again.diagnostics);
            let _ = writeln!(
                failures,
                "== {}: valid after its fix: {valid}\n{fixed}\n{shown}",
                wrong.name
            );
        }
        changes.push_str(&changed(wrong, &fixed));
    }
    let share = 100 * mended / corpus.len();
    println!(
        "{mended} of {} wrong apps are valid after their offered fixes: {share} %",
        corpus.len()
    );
    assert!(failures.is_empty(), "{failures}");
    assert!(share >= 85, "{share} %");
    // Whether the meaning is the one that was meant is for people to see.
    insta::assert_snapshot!("what_the_fixes_change", changes);
}

/// The lines that the fixes take away and bring.
fn changed(wrong: &Wrong, fixed: &str) -> String {
    let mut out = format!("{} {}\n", wrong.code, wrong.name);
    let (before, after): (Vec<&str>, Vec<&str>) = (wrong.source.lines().collect(), fixed.lines().collect());
    let same = before
        .iter()
        .zip(&after)
        .take_while(|(one, other)| one == other)
        .count();
    let rest = before.len().min(after.len()) - same;
    let ends = before.iter().rev().zip(after.iter().rev());
    let same_end = ends.take(rest).take_while(|(one, other)| one == other).count();
    let shown = |lines: &[&str], sign: char, out: &mut String| {
        for line in lines.iter().take(6) {
            let _ = writeln!(out, "  {sign} {}", line.trim_end());
        }
    };
    shown(&before[same..before.len() - same_end], '-', &mut out);
    shown(&after[same..after.len() - same_end], '+', &mut out);
    out
}
