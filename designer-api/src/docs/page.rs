//! A page around what its Markdown says.

use language::diagnostic::Language;
use pulldown_cmark::HeadingLevel;
use std::fmt::Write as _;

use super::render::{Heading, Rendered, escaped, tag_of};

/// A page in both languages.
pub(super) struct Page {
    pub(super) name: &'static str,
    pub(super) en: Rendered,
    pub(super) zh: Rendered,
}

impl Page {
    pub(super) fn in_language(&self, language: Language) -> &Rendered {
        match language {
            Language::En => &self.en,
            Language::Zh => &self.zh,
        }
    }

    pub(super) fn whole(&self, language: Language) -> String {
        let text = self.in_language(language);
        let parts: Vec<&Heading> = text
            .headings
            .iter()
            .filter(|heading| heading.level == HeadingLevel::H2)
            .collect();
        let mut body = text.html.clone();
        // Behind the title and what it is about.
        let at = body.find("<h2").unwrap_or(body.len());
        body.insert_str(at, &contents(&parts, language));
        around(&text.title, &format!("/docs/{}", self.name), language, &body)
    }
}

/// A page of so many parts is long enough for a list of them.
const CONTENTS_FROM: usize = 3;

fn contents(parts: &[&Heading], language: Language) -> String {
    if parts.len() < CONTENTS_FROM {
        return String::new();
    }
    let label = pick(language, "On this page", "本页内容");
    let mut list = format!("<nav class=\"contents\" aria-label=\"{label}\"><ol>");
    for Heading { text, anchor, .. } in parts {
        // Writing to a string cannot fail.
        let _ = write!(list, "<li><a href=\"#{}\">{}</a></li>", escaped(anchor), escaped(text));
    }
    list.push_str("</ol></nav>\n");
    list
}

/// The list of all pages.
pub(super) fn list(pages: &[Page], language: Language) -> String {
    let title = pick(language, "Help", "帮助");
    let mut body = format!("<h1>{title}</h1>\n<ul class=\"pages\">\n");
    for page in pages {
        let text = page.in_language(language);
        let (name, tag) = (page.name, tag_of(language));
        let (title, lead) = (escaped(&text.title), escaped(&text.lead));
        let _ = writeln!(
            body,
            "<li><a href=\"/docs/{name}?lang={tag}\">{title}</a><p>{lead}</p></li>"
        );
    }
    let tag = tag_of(language);
    for (path, title, lead) in [
        (
            "language",
            pick(language, "Words of the language", "语言的词"),
            pick(
                language,
                "Every word with its keys and an example.",
                "每个词的各项和例子。",
            ),
        ),
        (
            "errors",
            pick(language, "What the checker says", "检查器的提示"),
            pick(
                language,
                "Every code with its reason, wrong and right.",
                "每个代码的原因和正误例子。",
            ),
        ),
    ] {
        let _ = writeln!(
            body,
            "<li><a href=\"/docs/{path}?lang={tag}\">{title}</a><p>{lead}</p></li>"
        );
    }
    body.push_str("</ul>\n");
    around(title, "/docs", language, &body)
}

pub(super) fn missing(language: Language) -> String {
    let title = pick(language, "There is no such page", "没有此页");
    let list = pick(language, "All pages of help", "全部帮助");
    let tag = tag_of(language);
    let body = format!("<h1>{title}</h1>\n<p><a href=\"/docs?lang={tag}\">{list}</a></p>\n");
    around(title, "/docs", language, &body)
}

/// `path` is that of the page, for the link to the other language.
pub(super) fn around(title: &str, path: &str, language: Language, body: &str) -> String {
    let (tag, other_tag, other, other_name) = match language {
        Language::En => ("en", "zh", "zh-CN", "中文"),
        Language::Zh => ("zh-CN", "en", "en", "English"),
    };
    let own_tag = tag_of(language);
    let (terminal, help) = (
        pick(language, "To the work", "返回工作"),
        pick(language, "Help", "帮助"),
    );
    let skip = pick(language, "Skip to the content", "跳到内容");
    let title = escaped(title);
    format!(
        r##"<!doctype html>
<html lang="{tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · Gemba</title>
<link rel="stylesheet" href="/docs/docs.css">
</head>
<body>
<a class="skip" href="#content">{skip}</a>
<header><nav aria-label="Gemba"><a href="/">{terminal}</a><a href="/docs?lang={own_tag}">{help}</a><a href="{path}?lang={other_tag}" lang="{other}" hreflang="{other}">{other_name}</a></nav></header>
<main id="content" tabindex="-1">
{body}</main>
</body>
</html>
"##
    )
}

pub(super) fn pick(language: Language, en: &'static str, zh: &'static str) -> &'static str {
    match language {
        Language::En => en,
        Language::Zh => zh,
    }
}
