//! Every code has an example that gets it, and one that does not.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use std::collections::BTreeSet;

use gemba_language::catalogue::{self, Frame, MISTAKE};
use gemba_language::diagnostic::{Diagnostic, Language};
use gemba_language::{codes, explain, line_and_column, render_human};

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

/// What a shortened example stands for.
fn large(code: &str) -> String {
    let many = |count: usize, one: &dyn Fn(usize) -> String| (1..=count).map(one).collect::<String>();
    match code {
        "G0101" => "a: b\n".repeat(1_000_000),
        "G0104" => "- ".repeat(10_000),
        "G0105" => format!("app: x\nsteps:\n{}", "- [1,2,3,4,5,6,7,8,9,0,1,2]\n".repeat(9_000)),
        "G0106" => format!("app: x\nsteps: [{}]\n", "1,".repeat(20_000)),
        "G0107" => many(1_001, &|key| format!("k{key}: 1\n")),
        "G0108" => format!("app: {}\n", "x".repeat(100_001)),
        "G0109" => format!("app: x\nsteps:\n{}", "- frm: x\n".repeat(201)),
        "G0224" => format!("app: x\nsteps:\n{}", "- wait: 1 min\n".repeat(2_001)),
        "G0225" => {
            let fields = many(501, &|field| format!("      - tick: Point {field}\n"));
            format!("app: x\nsteps:\n  - form: Ask\n    fields:\n{fields}")
        }
        "G0226" => {
            let columns = many(501, &|column| format!("c{column}, "));
            format!(
                "app: x\ntables:\n  - table: Parts\n    key: c1\n    columns: [{columns}]\nsteps:\n  - wait: 1 min\n"
            )
        }
        "G0227" => {
            let choices = many(1_001, &|choice| format!("part {choice}, "));
            format!("app: x\nsteps:\n  - form: Ask\n    fields:\n      - choose: Which\n        from: [{choices}]\n")
        }
        "G0519" => format!(
            "app: x\nsteps:\n  - finish: Done\n    if: {}1 = 1\n",
            "1 + ".repeat(24_000)
        ),
        "G1208" => {
            let shifts = many(101, &|shift| {
                format!("  - shift: S{shift}\n    from: \"06:00\"\n    to: \"14:00\"\n")
            });
            format!("site: x\ntime_zone: UTC\nshifts:\n{shifts}")
        }
        "G1011" => {
            let items = many(201, &|item| format!("      - text: Line {item}\n"));
            format!("app: x\nsteps:\n  - print: Label\n    content:\n{items}")
        }
        "G1103" => {
            let rows = many(501, &|row| format!("      - {{when: {row}, then: {row}}}\n"));
            format!("app: x\nsteps:\n  - decide: D\n    inputs: [1 + 1]\n    gives: d\n    rows:\n{rows}")
        }
        other => panic!("{other} needs a large example"),
    }
}

#[test]
fn wrong_examples_get_exactly_their_code_at_their_place_and_right_ones_get_nothing() {
    let mut failures = Vec::new();
    for entry in catalogue::all() {
        if entry.frame == Frame::Shortened {
            let found = entry.check(&large(entry.code));
            assert!(found.iter().any(|one| one.code == entry.code), "{}", entry.code);
        } else {
            let (wrong, at) = entry.wrong_file();
            assert!(entry.wrong.contains(MISTAKE), "{} does not say where", entry.code);
            let found = entry.check(&wrong);
            let exact = found.len() == 1
                && found[0].code == entry.code
                && found[0].severity == entry.severity
                && found[0].span.start == at;
            if !exact {
                let shown = found
                    .iter()
                    .map(|one| render_human(&wrong, "wrong.yaml", one, Language::En));
                failures.push(format!(
                    "{} alone at {:?} is not given by\n{wrong}\nbut\n{}",
                    entry.code,
                    line_and_column(&wrong, at),
                    shown.fold(String::new(), |all, one| all + &one)
                ));
            }
            let blank = |one: &Diagnostic| one.message.0.contains("{found}") || one.message.0.contains("{what}");
            assert!(
                !found.iter().any(blank),
                "{}: a word of the message is missing",
                entry.code
            );
        }
        let right = entry.right_file();
        for one in entry.check(&right) {
            let shown = render_human(&right, "right.yaml", &one, Language::En);
            failures.push(format!("{}: the right example gets\n{shown}", entry.code));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n----\n"));
}

#[test]
fn pages_of_codes() {
    for (code, severity, gist) in codes(Language::En) {
        for language in [Language::En, Language::Zh] {
            let page = explain(code, language).unwrap();
            assert_eq!((page.code, page.severity), (code, severity));
            let text = page.to_text(language);
            assert!(
                text.starts_with(code) && text.contains(page.right.lines().next().unwrap()),
                "{text}"
            );
            assert!(!text.contains(MISTAKE), "{text}");
            assert!(
                !page.gist.contains("{found}") && !page.gist.contains("{message}") && !page.gist.is_empty(),
                "{code}: {}",
                page.gist
            );
        }
        assert!(!gist.is_empty());
    }
    assert_eq!(codes(Language::Zh).len(), catalogue::all().len());
    assert!(explain("G9999", Language::En).is_none());
    insta::assert_snapshot!("page_en", explain("G0203", Language::En).unwrap().to_text(Language::En));
    insta::assert_snapshot!("page_zh", explain("G0601", Language::Zh).unwrap().to_text(Language::Zh));
}
