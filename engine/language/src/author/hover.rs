//! What a word means, and what a name in a formula is.

use super::complete::{members_at, names_of, type_words};
use super::cursor::{self, Typing};
use super::{Around, Thing, thing_at, uses};
use crate::diagnostic::Language;
use crate::keywords::Keywords;
use crate::model::Span;
use crate::place::Place;
use crate::read::keys::{Key, Kind};

/// Markdown about the word at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    pub span: Span,
    pub text: String,
}

/// What is said of the word at a byte, in the reader's language.
pub fn hover(source: &str, at: usize, around: Around<'_>, language: Language) -> Option<Hover> {
    let span = word_at(source, at)?;
    let cursor = cursor::at(source, span.end)?;
    let words = Keywords::of(source);
    let text = source.get(span.start..span.end)?;
    if cursor.typing == Typing::Key
        || source[span.end..].trim_start_matches(' ').starts_with([':', '：']) && cursor.before == text
    {
        let beside: Vec<&str> = cursor
            .beside()
            .iter()
            .map(|(key, _)| key.as_str())
            .chain([text])
            .collect();
        if let Place::Keys { keys, kind, .. } = cursor.place.known_by(&beside) {
            if let Some(kind) = kind.filter(|kind| crate::keywords::is(kind.word, text)) {
                let text = of_kind(kind, words, language);
                return Some(Hover { span, text });
            }
            if let Some(key) = keys.iter().find(|key| key.is(text)) {
                let text = of_key(key, words, language);
                return Some(Hover { span, text });
            }
        }
    }
    of_name(source, at, span, around, &cursor, language)
}

fn of_kind(kind: &Kind, words: Keywords, language: Language) -> String {
    let doc = words.in_message(crate::docs::in_language(kind.doc, language));
    let page = crate::reference::page_of(kind.word);
    format!(
        "**{}** — {doc}\n\n```yaml\n{}\n```\n\n`/docs/language/{page}`",
        words.say(kind.word),
        words.in_yaml(kind.example)
    )
}

fn of_key(key: &Key, words: Keywords, language: Language) -> String {
    let doc = words.in_message(crate::docs::in_language(key.doc, language));
    let shape = crate::reference::shape_words(key.shape, language);
    format!("**{}** — {doc}\n\n*{shape}*", key.say(words))
}

/// The word around a byte.
fn word_at(source: &str, at: usize) -> Option<Span> {
    let at = at.min(source.len());
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let (before, behind) = (source.get(..at)?, source.get(at..)?);
    let start = at
        - before
            .chars()
            .rev()
            .take_while(|c| is_word(*c))
            .map(char::len_utf8)
            .sum::<usize>();
    let end = at
        + behind
            .chars()
            .take_while(|c| is_word(*c))
            .map(char::len_utf8)
            .sum::<usize>();
    (start < end).then_some(Span { start, end })
}

/// A name in a formula, or a thing of the site.
fn of_name(
    source: &str,
    at: usize,
    span: Span,
    around: Around<'_>,
    cursor: &cursor::Cursor,
    language: Language,
) -> Option<Hover> {
    let all = uses(source, around.site);
    let found = thing_at(&all, at)?;
    let said = |en: &str, zh: &str| match language {
        Language::En => en.to_owned(),
        Language::Zh => zh.to_owned(),
    };
    let name = source.get(found.span.start..found.span.end)?;
    let typed = |path: &[&str], last: &str| {
        let app = around.app?;
        let names = names_of(app, cursor);
        let of = members_at(&names, path).remove(last)?;
        Some(type_words(&of, language))
    };
    let (what, of) = match &found.thing {
        Thing::Step(id) => (
            said("step", "步骤"),
            all_definition(source, &all, &found.thing).unwrap_or_else(|| id.to_string()),
        ),
        Thing::Field { form, id } => {
            let of = typed(&[], id.as_str())
                .filter(|of| !of.is_empty())
                .or_else(|| typed(&[form.as_str()], id.as_str()));
            (said("field", "填写项"), of.unwrap_or_default())
        }
        Thing::Input(id) => (said("input", "输入"), typed(&[], id.as_str()).unwrap_or_default()),
        Thing::Value(id) => (said("value", "值"), typed(&[], id.as_str()).unwrap_or_default()),
        Thing::Table(_) => (said("table", "记录表"), String::new()),
        Thing::Column { table, .. } => (said("column of", "列，所属"), table.to_string()),
        Thing::App(_) => (said("app", "应用"), String::new()),
        Thing::Site { id, .. } => (said("of the site:", "现场："), id.to_string()),
    };
    let sentence = all_definition(source, &all, &found.thing).filter(|sentence| sentence != name);
    let mut text = format!("**{name}** — {what} {of}").trim_end().to_owned();
    if let Some(sentence) = sentence {
        text.push_str(&format!("\n\n{sentence}"));
    }
    let span = if found.span.start <= span.start && span.end <= found.span.end {
        found.span
    } else {
        span
    };
    Some(Hover { span, text })
}

/// What is written where the thing is made.
fn all_definition(source: &str, all: &[super::Use], thing: &Thing) -> Option<String> {
    let made = all.iter().find(|one| one.is_definition && one.thing == *thing)?;
    source.get(made.span.start..made.span.end).map(str::to_owned)
}
