//! Markdown to HTML: anchors for headings, links between pages, wide tables that scroll by themselves.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use std::collections::BTreeSet;

use language::diagnostic::Language;

/// What a page's Markdown says.
#[derive(Debug)]
pub(super) struct Rendered {
    /// The first heading.
    pub(super) title: String,
    /// The first paragraph, as text.
    pub(super) lead: String,
    pub(super) html: String,
    /// Below the title.
    pub(super) headings: Vec<Heading>,
    /// As they are written.
    #[cfg_attr(not(test), expect(dead_code, reason = "what the tests follow"))]
    pub(super) links: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) level: HeadingLevel,
    pub(super) text: String,
    pub(super) anchor: String,
}

pub(super) fn render(markdown: &str, language: Language) -> Rendered {
    let mut events: Vec<Event<'_>> = Parser::new_ext(markdown, Options::ENABLE_TABLES).collect();
    let headings = anchored(&mut events);
    let links = links_rewritten(&mut events, language);
    let lead = first_paragraph(&events);
    let mut out = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut out, events.into_iter().flat_map(shown));
    let mut headings = headings.into_iter();
    Rendered {
        title: headings.next().map(|title| title.text).unwrap_or_default(),
        lead,
        html: out,
        headings: headings.collect(),
        links,
    }
}

/// HTML is no part of these pages: a comment is for who writes them, the rest is shown as it stands. What is wider than
/// the page is scrolled by itself, by keys too.
fn shown(event: Event<'_>) -> Vec<Event<'_>> {
    let markup = |text: String| Event::Html(CowStr::from(text));
    match event {
        Event::Html(text) | Event::InlineHtml(text) if text.trim_start().starts_with("<!--") => Vec::new(),
        Event::Html(text) | Event::InlineHtml(text) => vec![Event::Text(text)],
        Event::Start(Tag::Table(columns)) => {
            let around = markup("<div class=\"table\" tabindex=\"0\">".to_owned());
            vec![around, Event::Start(Tag::Table(columns))]
        }
        Event::End(TagEnd::Table) => vec![event, markup("</div>\n".to_owned())],
        Event::Start(Tag::CodeBlock(kind)) => {
            let language = match &kind {
                // What stands behind the language is the file that a test writes.
                CodeBlockKind::Fenced(info) => escaped(info.split(' ').next().unwrap_or(info)),
                CodeBlockKind::Indented => String::new(),
            };
            vec![markup(format!(
                "<pre tabindex=\"0\"><code class=\"language-{language}\">"
            ))]
        }
        Event::End(TagEnd::CodeBlock) => vec![markup("</code></pre>\n".to_owned())],
        other => vec![other],
    }
}

/// Text as HTML has it, between tags and in attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// Gives every heading the anchor that its text makes, twice the same text a number.
fn anchored(events: &mut [Event<'_>]) -> Vec<Heading> {
    let mut found = Vec::new();
    let mut taken = BTreeSet::new();
    let mut at = 0;
    while at < events.len() {
        if let Event::Start(Tag::Heading { level, .. }) = events[at] {
            let text = text_until(&events[at..], |event| matches!(event, Event::End(TagEnd::Heading(_))));
            let mut anchor = slug(&text);
            let plain = anchor.clone();
            let mut number = 1;
            while !taken.insert(anchor.clone()) {
                number += 1;
                anchor = format!("{plain}-{number}");
            }
            if let Event::Start(Tag::Heading { id, .. }) = &mut events[at] {
                *id = Some(CowStr::from(anchor.clone()));
            }
            found.push(Heading { level, text, anchor });
        }
        at += 1;
    }
    found
}

/// As GitHub makes them: small letters, spaces to dashes, other marks left out.
pub(super) fn slug(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            ' ' | '-' => Some('-'),
            c if c.is_alphanumeric() || c == '_' => Some(c.to_ascii_lowercase()),
            _ => None,
        })
        .collect()
}

/// `operator.en.md#backup` is the page `operator` in this language.
fn links_rewritten(events: &mut [Event<'_>], language: Language) -> Vec<String> {
    let mut links = Vec::new();
    for event in events {
        let Event::Start(Tag::Link { dest_url, .. }) = event else {
            continue;
        };
        links.push(dest_url.to_string());
        if let Some(link) = PageLink::of(dest_url) {
            let tag = tag_of(language);
            let anchor = link.anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
            *dest_url = CowStr::from(format!("/docs/{}?lang={tag}{anchor}", link.page));
        }
    }
    links
}

/// A link from one page to another, or to a heading of it.
pub(super) struct PageLink<'a> {
    pub(super) page: &'a str,
    #[cfg_attr(not(test), expect(dead_code, reason = "a page links pages of its own language"))]
    pub(super) language: &'a str,
    pub(super) anchor: Option<&'a str>,
}

impl<'a> PageLink<'a> {
    pub(super) fn of(link: &'a str) -> Option<PageLink<'a>> {
        let (file, anchor) = match link.split_once('#') {
            Some((file, anchor)) => (file, Some(anchor)),
            None => (link, None),
        };
        let (page, language) = file.strip_suffix(".md")?.rsplit_once('.')?;
        Some(PageLink { page, language, anchor })
    }
}

pub(super) fn tag_of(language: Language) -> &'static str {
    match language {
        Language::En => "en",
        Language::Zh => "zh",
    }
}

fn first_paragraph(events: &[Event<'_>]) -> String {
    let start = events
        .iter()
        .position(|event| matches!(event, Event::Start(Tag::Paragraph)));
    start.map_or_else(String::new, |start| {
        text_until(&events[start..], |event| matches!(event, Event::End(TagEnd::Paragraph)))
    })
}

fn text_until(events: &[Event<'_>], is_end: impl Fn(&Event<'_>) -> bool) -> String {
    let mut text = String::new();
    for event in events.iter().take_while(|event| !is_end(event)) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    text
}
