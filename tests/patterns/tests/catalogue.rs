//! Plays every pattern, and holds the page of the help equal to what came out.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use std::fs;
use std::path::Path;

mod people;

use gemba_patterns::{CATALOGUES, DONE_BY, Played, RESOURCE, Support, listed, page, play};
use language::diagnostic::Language;

#[test]
fn every_pattern_does_what_it_says_and_the_page_tells_it() {
    let mut played: Vec<Vec<Played>> = CATALOGUES
        .iter()
        .map(|catalogue| play(catalogue).unwrap_or_else(|wrong| panic!("{}:\n{wrong}", catalogue.folder)))
        .collect();
    let shown = people::shown();
    played.push(listed(&RESOURCE, &shown).unwrap_or_else(|wrong| panic!("{}:\n{wrong}", RESOURCE.folder)));
    let catalogues = || CATALOGUES.iter().chain([&RESOURCE]);
    for (catalogue, played) in catalogues().zip(&played) {
        let full = played.iter().filter(|one| one.header.support == Support::Full).count();
        let (prefix, bar) = (catalogue.prefix, catalogue.full_at_least);
        assert!(
            full >= bar,
            "{full} of {prefix} are fully supported, {bar} are promised"
        );
    }
    let all: Vec<_> = catalogues().zip(played.iter().map(Vec::as_slice)).collect();
    for (language, tag) in [(Language::En, "en"), (Language::Zh, "zh")] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../designer-api/docs/patterns.{tag}.md"));
        let made = page(&all, language);
        if std::env::var_os("UPDATE_PATTERNS").is_some() {
            fs::write(&path, &made).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == made, "{} is not what the tests say; {DONE_BY}", path.display());
    }
}
