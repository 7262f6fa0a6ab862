//! The reference of the language at `/docs/language`, and of what the checker says at `/docs/errors`: pages made of the
//! tables that read and check files. Nothing of them is written by hand.

use language::diagnostic::{Language, Severity};
use language::reference::{Chapter, Page, PageKey, reference};
use std::fmt::Write as _;
use std::sync::LazyLock;

use super::page::{around, pick};
use super::render::{escaped, tag_of};

/// A page of the language, or of an error, as text and HTML.
struct Entry {
    /// Part of the address.
    name: String,
    /// What a search looks through, in small letters.
    searched: String,
    /// Its line in the index.
    line: String,
    html: String,
    title: String,
}

/// A row of pages under one address, in both languages.
pub(super) struct Shelf {
    /// `/docs/language`
    path: &'static str,
    en: LazyLock<Vec<Entry>>,
    zh: LazyLock<Vec<Entry>>,
    /// One of them, without making the others.
    find: fn(&str, Language) -> Option<Entry>,
}

pub(super) static WORDS: Shelf = Shelf {
    path: "/docs/language",
    en: LazyLock::new(|| words(Language::En)),
    zh: LazyLock::new(|| words(Language::Zh)),
    find: |name, language| words(language).into_iter().find(|entry| entry.name == name),
};

pub(super) static ERRORS: Shelf = Shelf {
    path: "/docs/errors",
    en: LazyLock::new(|| errors(Language::En)),
    zh: LazyLock::new(|| errors(Language::Zh)),
    find: |name, language| {
        let codes = language::codes(language);
        let (code, severity, gist) = codes.into_iter().find(|(code, ..)| code.to_lowercase() == name)?;
        error(code, severity, &gist, language)
    },
};

impl Shelf {
    fn entries(&self, language: Language) -> &[Entry] {
        match language {
            Language::En => &self.en,
            Language::Zh => &self.zh,
        }
    }

    /// One page, by its name.
    pub(super) fn one(&self, name: &str, language: Language) -> Option<String> {
        let found = (self.find)(&name.to_lowercase(), language)?;
        let path = format!("{}/{}", self.path, found.name);
        Some(around(&found.title, &path, language, &found.html))
    }

    /// The index, or what of it has all words that are searched for.
    pub(super) fn index(&self, searched: &str, language: Language) -> String {
        let (title, lead) = match self.path {
            "/docs/language" => (
                pick(language, "Words of the language", "语言的词"),
                pick(
                    language,
                    "Every word of app and site files, as the checker knows it.",
                    "应用文件和现场文件的全部词，与检查器所知完全一致。",
                ),
            ),
            _ => (
                pick(language, "What the checker says", "检查器的提示"),
                pick(
                    language,
                    "Every code with its reason, a wrong and a right example.",
                    "每个代码的原因，以及错误和正确的例子。",
                ),
            ),
        };
        let tag = tag_of(language);
        let label = pick(language, "Search", "搜索");
        let mut body = format!(
            "<h1>{title}</h1>\n<p>{lead}</p>\n<form class=\"search\" action=\"{}\" role=\"search\"><input type=\"hidden\" name=\"lang\" value=\"{tag}\"><label>{label} <input type=\"search\" name=\"q\" value=\"{}\" maxlength=\"{SEARCH_CHARACTERS_MAX}\"></label> <button>{label}</button></form>\n",
            self.path,
            escaped(searched)
        );
        let wanted: String = searched
            .chars()
            .take(SEARCH_CHARACTERS_MAX)
            .collect::<String>()
            .to_lowercase();
        let wanted: Vec<&str> = wanted.split_whitespace().collect();
        let fits = |entry: &&Entry| wanted.iter().all(|word| entry.searched.contains(word));
        let found: Vec<&Entry> = self.entries(language).iter().filter(fits).collect();
        if found.is_empty() {
            let nothing = pick(language, "Nothing fits these words.", "没有符合的内容。");
            let _ = writeln!(body, "<p>{nothing}</p>");
        } else {
            body.push_str("<ul class=\"pages\">\n");
            for entry in found {
                let (path, name, title) = (self.path, &entry.name, escaped(&entry.title));
                let _ = writeln!(
                    body,
                    "<li><a href=\"{path}/{name}?lang={tag}\">{title}</a><p>{}</p></li>",
                    entry.line
                );
            }
            body.push_str("</ul>\n");
        }
        around(title, self.path, language, &body)
    }

    #[cfg(test)]
    pub(super) fn names(&self) -> Vec<&str> {
        self.en.iter().map(|entry| entry.name.as_str()).collect()
    }
}

/// Characters of a search that are looked at.
const SEARCH_CHARACTERS_MAX: usize = 100;

fn words(language: Language) -> Vec<Entry> {
    reference(language).iter().map(|page| word(page, language)).collect()
}

fn word(page: &Page, language: Language) -> Entry {
    let chapter = match page.chapter {
        Chapter::File => pick(language, "A file", "文件"),
        Chapter::Step => pick(language, "A step", "步骤"),
        Chapter::Field => pick(language, "A field", "填写项"),
    };
    let mut html = format!(
        "<h1><code>{}</code></h1>\n<p>{chapter} · <code lang=\"{}\">{}</code></p>\n<p>{}</p>\n",
        escaped(&page.word),
        pick(language, "zh", "en"),
        escaped(&page.other_word),
        coded(&page.doc)
    );
    if !page.shape.is_empty() {
        let behind = pick(language, "Behind the word:", "词的后面：");
        let _ = writeln!(html, "<p>{behind} {}</p>", coded(&page.shape));
    }
    let example = pick(language, "Example", "例子");
    let _ = writeln!(
        html,
        "<h2 id=\"example\">{example}</h2>\n<pre tabindex=\"0\"><code class=\"language-yaml\">{}</code></pre>",
        escaped(&page.example)
    );
    let own = pick(language, "Its keys", "各项");
    keys(&mut html, "keys", own, &page.keys, language);
    let common = match page.chapter {
        Chapter::Field => pick(language, "Keys of every field", "每个填写项都可以有"),
        _ => pick(language, "Keys of every step", "每个步骤都可以有"),
    };
    keys(&mut html, "common", common, &page.common, language);
    let mut searched = format!("{} {} {} {}", page.name, page.word, page.other_word, page.doc);
    for key in &page.keys {
        let _ = write!(searched, " {} {} {}", key.word, key.other_word, key.doc);
    }
    Entry {
        name: page.name.clone(),
        searched: searched.to_lowercase(),
        line: format!("{chapter}: {}", coded(&page.doc)),
        html,
        title: page.word.clone(),
    }
}

fn keys(html: &mut String, id: &str, title: &str, all: &[PageKey], language: Language) {
    if all.is_empty() {
        return;
    }
    let (key, what, shape) = (
        pick(language, "Key", "项"),
        pick(language, "What it does", "作用"),
        pick(language, "What stands there", "写什么"),
    );
    let _ = writeln!(
        html,
        "<h2 id=\"{id}\">{title}</h2>\n<div class=\"table\" tabindex=\"0\"><table><thead><tr><th>{key}</th><th>{what}</th><th>{shape}</th></tr></thead><tbody>"
    );
    rows(html, all, 0, language);
    html.push_str("</tbody></table></div>\n");
}

/// Keys inside keys: deeper ones are on the pages of what they are in.
const KEYS_SHOWN_DEEP: usize = 3;

fn rows(html: &mut String, all: &[PageKey], deep: usize, language: Language) {
    for key in all {
        let needed = pick(language, "must be there", "必须有");
        let needed = if key.required {
            format!(" <em>{needed}</em>")
        } else {
            String::new()
        };
        let _ = writeln!(
            html,
            "<tr><td>{}<code>{}</code>{needed}</td><td>{}</td><td>{}</td></tr>",
            "↳ ".repeat(deep),
            escaped(&key.word),
            coded(&key.doc),
            coded(&key.shape)
        );
        if deep < KEYS_SHOWN_DEEP {
            rows(html, &key.inside, deep + 1, language);
        }
    }
}

fn errors(language: Language) -> Vec<Entry> {
    let codes = language::codes(language);
    codes
        .into_iter()
        .filter_map(|(code, severity, gist)| error(code, severity, &gist, language))
        .collect()
}

fn error(code: &str, severity: Severity, gist: &str, language: Language) -> Option<Entry> {
    let page = language::explain(code, language)?;
    let kind = match severity {
        Severity::Error => pick(language, "error: the file is refused", "错误：文件会被拒绝"),
        Severity::Warning => pick(language, "warning", "警告"),
        Severity::Notice => pick(language, "notice: `gemba fmt` repairs it", "提示：`gemba fmt` 会修正"),
    };
    let mut html = format!(
        "<h1>{code}</h1>\n<p><strong>{}</strong></p>\n<p>{}</p>\n",
        coded(gist),
        coded(kind)
    );
    if let Some(why) = &page.why {
        let title = pick(language, "Why", "原因");
        let _ = writeln!(html, "<h2 id=\"why\">{title}</h2>\n<p>{}</p>", coded(why));
    }
    let mut part = |id: &str, title: &str, text: &str| {
        if !text.is_empty() {
            let _ = writeln!(
                html,
                "<h2 id=\"{id}\">{title}</h2>\n<pre tabindex=\"0\"><code>{}</code></pre>",
                escaped(text.trim_end())
            );
        }
    };
    part("wrong", pick(language, "Wrong", "错误的写法"), &page.wrong);
    part("said", pick(language, "What is said of it", "会得到的提示"), &page.said);
    part("right", pick(language, "Right", "正确的写法"), &page.right);
    Some(Entry {
        name: code.to_owned(),
        searched: format!(
            "{code} {gist} {} {} {}",
            page.why.as_deref().unwrap_or_default(),
            page.wrong,
            page.right
        )
        .to_lowercase(),
        line: coded(gist),
        html,
        title: code.to_owned(),
    })
}

/// Text as HTML, with what stands between backticks as code.
fn coded(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(index, part)| match index % 2 {
        1 => format!("<code>{}</code>", escaped(part)),
        _ => escaped(part),
    });
    parts.collect()
}
