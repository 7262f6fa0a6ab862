//! Every code has an example that gets it, and one that does not.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use std::collections::BTreeSet;

use gemba_language::catalogue;
use gemba_language::diagnostic::{Diagnostic, Language};
use gemba_language::{read_app, read_site, render_human};

fn diagnostics(source: &str) -> Vec<Diagnostic> {
    if source.starts_with("site:") && !source.contains("\nsteps:") {
        let mut found = read_site(source).diagnostics;
        found.extend(
            read_app(source, None)
                .diagnostics
                .into_iter()
                .filter(|one| one.code == "G0202"),
        );
        return found;
    }
    read_app(source, None).diagnostics
}

#[test]
fn codes_are_unique_and_of_one_form() {
    let mut seen = BTreeSet::new();
    for entry in catalogue::all() {
        assert!(seen.insert(entry.code), "{} twice", entry.code);
        assert!(entry.code.len() == 5 && entry.code.starts_with('G'), "{}", entry.code);
        assert!(!entry.en.is_empty() && !entry.zh.is_empty(), "{}", entry.code);
        assert_eq!(entry.why_en.is_empty(), entry.why_zh.is_empty(), "{}", entry.code);
    }
}

#[test]
fn messages_have_the_same_words_in_both_languages() {
    let words = |text: &str| {
        let parts: BTreeSet<String> = text
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(word, _)| word.to_owned())
            .filter(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
            .collect();
        parts
    };
    for entry in catalogue::all() {
        assert_eq!(words(entry.en), words(entry.zh), "{}", entry.code);
    }
}

#[test]
fn wrong_examples_get_their_code_and_right_ones_do_not() {
    let mut failures = Vec::new();
    for entry in catalogue::all() {
        if entry.wrong.is_empty() {
            continue;
        }
        let wrong = entry.whole(entry.wrong);
        let found = diagnostics(&wrong);
        let hit = found.iter().find(|one| one.code == entry.code);
        if hit.is_none_or(|one| one.severity != entry.severity) {
            let shown: Vec<String> = found
                .iter()
                .map(|one| render_human(&wrong, "wrong.yaml", one, Language::En))
                .collect();
            failures.push(format!(
                "{} is not given by\n{wrong}\nbut\n{}",
                entry.code,
                shown.join("\n")
            ));
        }
        if let Some(one) = hit
            && (one.message.0.contains("{found}") || one.message.0.contains("{what}"))
        {
            failures.push(format!(
                "{}: a word of the message is missing: {}",
                entry.code, one.message.0
            ));
        }
        let right = entry.whole(entry.right);
        if diagnostics(&right).iter().any(|one| one.code == entry.code) {
            failures.push(format!("{} is given by the right example\n{right}", entry.code));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n----\n"));
}
