//! What can be typed where the cursor stands.

mod formula;
mod things;
mod words;

pub(super) use formula::{members_at, names_of, type_words};

use super::Around;
use super::cursor::{self, Cursor, Typing};
use crate::diagnostic::Language;
use crate::keywords::{self, Keywords};
use crate::model::Span;
use crate::place::{PARTIES, Place};
use crate::read::keys::{Key, Kind, Shape};
use crate::{fields, steps};

/// What kind of thing is offered, for its sign in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// A word of the language.
    Word,
    /// A kind of step or field.
    Kind,
    /// A value of the language: `yes`, `20 min`.
    Value,
    /// A name in formulas.
    Name,
    /// A thing of the site, a table, another app.
    Thing,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    pub label: String,
    pub kind: CompletionKind,
    /// Bytes of the file that it takes the place of.
    pub replaced: Span,
    pub text: String,
    /// One line: what it is, its type and unit.
    pub detail: String,
    /// More lines, in Markdown.
    pub doc: String,
}

/// What fits at a byte of a file, in no particular order but that of the tables; the words are those of the file.
pub fn complete(source: &str, at: usize, around: Around<'_>, language: Language) -> Vec<Completion> {
    let Some(cursor) = cursor::at(source, at) else {
        return Vec::new();
    };
    let mut found = Found {
        cursor: &cursor,
        around,
        words: Keywords::of(source),
        language,
        out: Vec::new(),
    };
    match &cursor.typing {
        Typing::Key => found.keys(),
        Typing::Value(key) => found.values(key),
    }
    found.out
}

struct Found<'c> {
    cursor: &'c Cursor,
    around: Around<'c>,
    words: Keywords,
    language: Language,
    out: Vec<Completion>,
}

impl Found<'_> {
    fn push(&mut self, kind: CompletionKind, label: &str, text: String, detail: String, doc: String) {
        self.out.push(Completion {
            label: label.to_owned(),
            kind,
            replaced: self.cursor.word,
            text,
            detail,
            doc,
        });
    }

    /// Bytes from the first of `text` before the cursor.
    fn since(&self, text: &str) -> Span {
        Span {
            start: self.cursor.word.end - text.len(),
            end: self.cursor.word.end,
        }
    }

    fn keys(&mut self) {
        let there: Vec<String> = self.cursor.beside().iter().map(|(key, _)| key.clone()).collect();
        match self.cursor.place.clone() {
            Place::Step => self.kinds(steps::KINDS),
            Place::Field => self.kinds(fields::KINDS),
            Place::Keys { keys, kind, .. } => {
                if let Some(kind) = kind.filter(|_| there.is_empty()) {
                    self.kinds(std::slice::from_ref(kind));
                }
                for key in keys {
                    if !there.iter().any(|one| key.is(one)) {
                        self.key(key);
                    }
                }
                self.columns_to_save();
            }
            Place::WordOrKeys(keys) => keys.iter().for_each(|key| self.key(key)),
            Place::Value(Shape::Values) | Place::Free => {
                self.columns_to_save();
                self.inputs_of_called();
                self.answers();
            }
            Place::Value(_) => {
                let below = self.cursor.below();
                if let Some(key) = below.last().map(|key| (*key).to_owned()) {
                    self.values(&key);
                }
            }
        }
    }

    fn kinds(&mut self, kinds: &'static [Kind]) {
        let dash = if self.cursor.wants_dash { "- " } else { "" };
        for kind in kinds {
            let label = self.words.say(kind.word).to_owned();
            let doc = format!("```yaml\n{}\n```", self.words.in_yaml(kind.example));
            let text = format!("{dash}{label}: ");
            let detail = self.said(kind.doc);
            self.push(CompletionKind::Kind, &label, text, detail, doc);
        }
    }

    fn said(&self, doc: &'static str) -> String {
        self.words.in_message(crate::docs::in_language(doc, self.language))
    }

    fn key(&mut self, key: &'static Key) {
        let label = key.say(self.words);
        let entries = matches!(
            key.shape,
            Shape::Steps | Shape::Fields | Shape::Entries(_) | Shape::OneOfEntries(_)
        );
        let lists = entries && !self.cursor.flow;
        let text = match key.shape {
            _ if lists => format!("{label}:\n{}- ", " ".repeat(self.column() + 2)),
            Shape::Map(_) | Shape::Values | Shape::Data if !self.cursor.flow => {
                format!("{label}:\n{}", " ".repeat(self.column() + 2))
            }
            _ => format!("{label}: "),
        };
        self.push(CompletionKind::Word, label, text, self.said(key.doc), String::new());
    }

    /// The column of the word that is typed.
    fn column(&self) -> usize {
        self.cursor.word_column
    }

    fn values(&mut self, key: &str) {
        let of = self.cursor.place.clone();
        let before = self.cursor.before.clone();
        let formula = matches!(
            of,
            Place::Value(Shape::Condition | Shape::ConditionOrMap(_) | Shape::Formula | Shape::Formulas)
        ) || before.trim_start().starts_with('=');
        let in_braces = before.rfind('{').is_some_and(|open| !before[open..].contains('}'));
        if formula || in_braces {
            self.formula(in_braces);
            return;
        }
        match of {
            Place::Value(Shape::YesNo) => {
                for pair in keywords::YES_NO {
                    let word = self.words.pick(*pair);
                    self.push(
                        CompletionKind::Value,
                        word,
                        word.to_owned(),
                        String::new(),
                        String::new(),
                    );
                }
            }
            Place::Value(Shape::Duration) => self.examples(
                &["20 min", "1 h 30 min", "2 days"],
                &["20 分钟", "1 小时 30 分钟", "2 天"],
            ),
            Place::Value(Shape::Times) => self.examples(&["3 times"], &["3 次"]),
            Place::Value(Shape::Limits) => {
                self.examples(
                    &["24.95 to 25.05 mm", "at least 40 N", "at most 0.8 mm"],
                    &["24.95 到 25.05 mm", "至少 40 N", "最多 0.8 mm"],
                );
            }
            Place::Value(Shape::Party | Shape::Parties) if self.cursor.flow && self.cursor.typing == Typing::Key => {
                for word in PARTIES {
                    let word = self.words.say(word).to_owned();
                    self.push(
                        CompletionKind::Word,
                        &word,
                        format!("{word}: "),
                        String::new(),
                        String::new(),
                    );
                }
            }
            _ => {}
        }
        self.fixed(key);
        if keywords::is("not_by", key) || keywords::is("same_as", key) {
            self.forms();
        }
        if keywords::is("key", key) || keywords::is("sort", key) {
            self.columns_of_table();
        }
        if keywords::is("withdraw", key) {
            self.forms();
        }
        self.things(key);
    }
}
