use std::collections::BTreeSet;
use std::path::Path as File;

use super::render::{PageLink, Rendered, render, slug};
use super::*;

/// Every page in every language, with the name of its file.
fn texts() -> Vec<(String, &'static str, &'static Rendered)> {
    RENDERED
        .iter()
        .flat_map(|page| {
            [
                (format!("{}.en.md", page.name), "en", &page.en),
                (format!("{}.zh.md", page.name), "zh", &page.zh),
            ]
        })
        .collect()
}

#[test]
fn every_page_of_the_folder_is_served() {
    let folder = File::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let served: BTreeSet<String> = texts().into_iter().map(|(file, ..)| file).collect();
    assert_eq!(files, served, "a page is two files and one line in PAGES");
}

#[test]
fn every_page_has_a_title_and_a_lead() {
    for (file, _, text) in texts() {
        assert!(!text.title.is_empty() && !text.lead.is_empty(), "{file}");
    }
}

#[test]
fn every_link_leads_somewhere() {
    let texts = texts();
    for (file, language, text) in &texts {
        for link in &text.links {
            let found = if let Some(anchor) = link.strip_prefix('#') {
                text.headings.iter().any(|heading| heading.anchor == anchor)
            } else if let Some(to) = PageLink::of(link) {
                let page = format!("{}.{}.md", to.page, to.language);
                to.language == *language
                    && texts.iter().any(|(name, _, other)| {
                        *name == page
                            && to
                                .anchor
                                .is_none_or(|anchor| other.headings.iter().any(|heading| heading.anchor == anchor))
                    })
            } else {
                is_served(link) || link.starts_with("https://")
            };
            assert!(found, "{file} links {link}, which is not there");
        }
    }
}

/// A page of the Terminal, or of the API.
fn is_served(link: &str) -> bool {
    let path = link.split(['?', '#']).next().unwrap_or(link);
    let of_api = |path: &str| crate::api::routes().iter().any(|route| route.path == path);
    crate::web::is_page(path) || path == "/docs" || path.strip_prefix("/api/v1").is_some_and(of_api)
}

#[test]
fn both_languages_have_the_same_parts() {
    for page in RENDERED.iter() {
        let levels = |text: &Rendered| text.headings.iter().map(|heading| heading.level).collect::<Vec<_>>();
        assert_eq!(levels(&page.en), levels(&page.zh), "{}", page.name);
    }
}

#[test]
fn headings_have_anchors_and_pages_link_each_other_in_their_language() {
    let text = "# Title\n\nLead with `code`.\n\n## Back up\n\n[there](operator.en.md#back-up) [here](#back-up-2)\n\n## Back up\n";
    let rendered = render(text, Language::En);
    assert_eq!(rendered.title, "Title");
    assert_eq!(rendered.lead, "Lead with code.");
    assert!(rendered.html.contains("<h2 id=\"back-up\">"), "{}", rendered.html);
    assert!(rendered.html.contains("<h2 id=\"back-up-2\">"), "{}", rendered.html);
    assert!(
        rendered.html.contains("href=\"/docs/operator?lang=en#back-up\""),
        "{}",
        rendered.html
    );
    assert_eq!(rendered.links, ["operator.en.md#back-up", "#back-up-2"]);
    assert_eq!(slug("第一步：登录 (20 min)"), "第一步登录-20-min");
}

#[test]
fn html_in_a_page_is_text_and_comments_are_left_out() {
    let rendered = render(
        "# T\n\n<script>alert(1)</script>\n\n<!-- not shown -->\n\na <b>b</b>\n\n```a\"b file.yaml\n<i>\n```\n",
        Language::En,
    );
    let html = rendered.html;
    assert!(
        !html.contains("<script") && !html.contains("<b>") && !html.contains("<i>"),
        "{html}"
    );
    assert!(html.contains("&lt;script&gt;") && !html.contains("not shown"), "{html}");
    assert!(html.contains("class=\"language-a&quot;b\""), "{html}");
}

#[test]
fn every_word_and_every_code_has_a_page_in_both_languages() {
    let words = shelves::WORDS.names();
    for known in ["app", "site", "form", "measure", "field-choose", "choose", "repeat"] {
        assert!(words.contains(&known), "{known} of {words:?}");
    }
    let codes = language::codes(Language::En);
    assert_eq!(shelves::ERRORS.names().len(), codes.len());
    for language in [Language::En, Language::Zh] {
        for name in &words {
            let page = shelves::WORDS.one(name, language).unwrap();
            assert!(page.contains("<pre") && page.contains("<h1>"), "{name}");
        }
        // One in ten: each is made anew.
        for (code, ..) in codes.iter().step_by(10) {
            let page = shelves::ERRORS.one(code, language).unwrap();
            assert!(page.matches("<pre").count() >= 2, "{code}");
            assert_eq!(shelves::ERRORS.one(&code.to_lowercase(), language), Some(page));
        }
        assert!(shelves::ERRORS.one("G9999", language).is_none());
    }
}

#[test]
fn words_and_codes_are_searched() {
    let found = shelves::WORDS.index("uncertainty", Language::En);
    assert!(
        found.contains("/docs/language/measure?") && !found.contains("/docs/language/wait?"),
        "{found}"
    );
    let found = shelves::WORDS.index("测量", Language::En);
    assert!(found.contains("/docs/language/measure?"));
    let nothing = shelves::ERRORS.index("<script>\"", Language::Zh);
    assert!(
        nothing.contains("&lt;script&gt;") && !nothing.contains("<script>"),
        "{nothing}"
    );
    let all = shelves::ERRORS.index("", Language::En);
    assert!(
        language::codes(Language::En)
            .iter()
            .all(|(code, ..)| all.contains(code))
    );
}
