//! The reference is made of the tables: every page has an example that is right.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use gemba_language::diagnostic::{Language, Severity};
use gemba_language::reference::{Chapter, reference};
use gemba_language::{read_app, read_site};

#[test]
fn every_page_is_there_in_both_languages() {
    let (en, zh) = (reference(Language::En), reference(Language::Zh));
    let names =
        |pages: &[gemba_language::reference::Page]| pages.iter().map(|page| page.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&en), names(&zh));
    let mut once = names(&en);
    once.sort();
    once.dedup();
    assert_eq!(once.len(), en.len());
    for (one, other) in en.iter().zip(&zh) {
        assert_eq!((&one.word, &one.other_word), (&other.other_word, &other.word));
        assert!(!one.word.contains(' ') && !other.word.is_ascii(), "{}", other.word);
    }
}

#[test]
fn examples_are_understood_in_both_languages() {
    for language in [Language::En, Language::Zh] {
        for page in reference(language) {
            let indented = |by: usize| {
                let lines = page.example.lines().map(|line| format!("{}{line}\n", " ".repeat(by)));
                lines.collect::<String>()
            };
            let found = match page.chapter {
                Chapter::File if page.name == "site" => read_site(&page.example).diagnostics,
                Chapter::File => read_app(&page.example, None).diagnostics,
                Chapter::Step => read_app(&format!("app: Example\nsteps:\n{}", indented(2)), None).diagnostics,
                Chapter::Field => {
                    let app = format!("app: Example\nsteps:\n  - form: Ask\n    fields:\n{}", indented(6));
                    read_app(&app, None).diagnostics
                }
            };
            // What an example refers to (tables, other steps, lists) is not in it; how it is written must be right.
            let structure = |code: &str| code < "G0300";
            let wrong: Vec<_> = found
                .iter()
                .filter(|one| one.severity == Severity::Error && structure(one.code))
                .map(|one| (one.code, &one.message.0))
                .collect();
            assert!(wrong.is_empty(), "{} {wrong:?}\n{}", page.name, page.example);
        }
    }
}
