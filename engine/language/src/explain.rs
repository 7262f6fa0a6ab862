//! What a code means: a message in words, why it matters, one wrong and one right example, and what is said of the
//! wrong one. All of it comes from [`crate::catalogue`].

use std::fmt::Write;

use crate::catalogue::{self, Entry, Frame};
use crate::diagnostic::{Diagnostic, Language, Severity};
use crate::format::respell;
use crate::keywords::Keywords;
use crate::render::{render_human, severity_word};

/// A code in the words of one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// `G0123`
    pub code: &'static str,
    pub severity: Severity,
    /// The message, with … where it names something of the file.
    pub gist: String,
    /// Why it matters on the floor.
    pub why: Option<String>,
    /// A file that gets the code; a beginning of it where it would be too large to print.
    pub wrong: String,
    /// What is said of it; empty where it would be too large to print.
    pub said: String,
    /// The same file, right.
    pub right: String,
}

/// What a code such as `G0203` means; `None` when there is no such code.
pub fn explain(code: &str, language: Language) -> Option<Explanation> {
    let entry = catalogue::find(code)?;
    let (wrong, _) = entry.wrong_file();
    let wrong = in_words_of(entry, wrong, language);
    let found = match entry.frame {
        Frame::Shortened => Vec::new(),
        _ => entry.check(&wrong),
    };
    let hit = found.iter().find(|one| one.code == entry.code);
    let (why, file) = match language {
        Language::En => (entry.why_en, "wrong.yaml"),
        Language::Zh => (entry.why_zh, "错误.yaml"),
    };
    let said = hit.map(|one| render_human(&wrong, file, one, language));
    Some(Explanation {
        code: entry.code,
        severity: entry.severity,
        gist: gist_of(entry, hit, language),
        why: (!why.is_empty()).then(|| keywords(language).in_message(why)),
        said: said.unwrap_or_default(),
        right: in_words_of(entry, entry.right_file(), language),
        wrong,
    })
}

/// Every code with its severity and gist, in order.
pub fn codes(language: Language) -> Vec<(&'static str, Severity, String)> {
    let one = |entry: &Entry| {
        let only_words_of_the_place = entry.en.starts_with("{message}");
        let found = if only_words_of_the_place {
            entry.check(&entry.wrong_file().0)
        } else {
            Vec::new()
        };
        let hit = found.iter().find(|one| one.code == entry.code);
        (entry.code, entry.severity, gist_of(entry, hit, language))
    };
    catalogue::all().into_iter().map(one).collect()
}

/// Chinese readers get the examples with Chinese words.
fn keywords(language: Language) -> Keywords {
    match language {
        Language::En => Keywords::En,
        Language::Zh => Keywords::Zh,
    }
}

/// An example with the words of the reader, if it still gets the same code then.
fn in_words_of(entry: &Entry, example: String, language: Language) -> String {
    if language == Language::En || matches!(entry.frame, Frame::Shortened | Frame::Folder | Frame::NewVersion) {
        return example;
    }
    let respelled = respell(&example, Keywords::Zh);
    let codes = |source: &str| entry.check(source).iter().map(|one| one.code).collect::<Vec<_>>();
    if codes(&respelled) == codes(&example) {
        respelled
    } else {
        example
    }
}

fn gist_of(entry: &Entry, hit: Option<&Diagnostic>, language: Language) -> String {
    let (template, said) = match language {
        Language::En => (entry.en, hit.map(|one| &one.message.0)),
        Language::Zh => (entry.zh, hit.map(|one| &one.message.1)),
    };
    if let Some(said) = said.filter(|_| template == "{message}") {
        return said.clone();
    }
    let mut gist = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once('{') {
        gist.push_str(before);
        gist.push('…');
        rest = behind.split_once('}').map_or("", |(_, after)| after);
    }
    gist.push_str(rest);
    keywords(language).in_message(&gist)
}

impl Explanation {
    /// The page of the code for a terminal.
    pub fn to_text(&self, language: Language) -> String {
        let (wrong, right, said, why) = match language {
            Language::En => ("Wrong", "Right", "What is said of it", "Why"),
            Language::Zh => ("错误的写法", "正确的写法", "会得到的提示", "原因"),
        };
        let mut out = format!(
            "{} ({})\n{}\n",
            self.code,
            severity_word(self.severity, language),
            self.gist
        );
        if let Some(reason) = &self.why {
            let _ = write!(out, "\n{why}\n  {reason}\n");
        }
        let mut part = |title: &str, text: &str| {
            let _ = write!(out, "\n{title}\n");
            for line in text.trim_end().lines() {
                let _ = writeln!(out, "  {line}");
            }
        };
        part(wrong, &self.wrong);
        if !self.said.is_empty() {
            part(said, &self.said);
        }
        part(right, &self.right);
        let page = match language {
            Language::En => "Page of a server",
            Language::Zh => "服务器上的页面",
        };
        part(page, &format!("/docs/errors/{}", self.code));
        out
    }
}
