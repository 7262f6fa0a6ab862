//! Names of several words, or with signs inside (`batch size`, `order-no`): only what is declared, the longest first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::lexer::{Spanned, Token, is_word_part, is_word_start, tokens};
use crate::{Names, Type};

/// Names that are more than one word, by their first word.
#[derive(Default)]
pub(super) struct LongNames {
    by_first: BTreeMap<String, Vec<LongName>>,
    seen: BTreeSet<Arc<str>>,
}

struct LongName {
    name: Arc<str>,
    parts: Vec<Part>,
}

#[derive(PartialEq)]
struct Part {
    text: String,
    glued: bool,
}

impl LongNames {
    pub(super) fn of(names: &Names) -> LongNames {
        let mut long = LongNames::default();
        for (name, of) in &names.names {
            long.add(name);
            long.add_members(of);
        }
        for property in ["time offset", "start included", "end included"] {
            long.add(&Arc::from(property));
        }
        long
    }

    fn add_members(&mut self, of: &Type) {
        match of {
            Type::Context(entries) => self.add_entries(entries),
            Type::Judged(inner, details) => {
                self.add_members(inner);
                self.add_entries(details);
            }
            Type::List(inner) | Type::Range(inner) => self.add_members(inner),
            _ => {}
        }
    }

    fn add_entries(&mut self, entries: &BTreeMap<Arc<str>, Type>) {
        for (name, of) in entries {
            self.add(name);
            self.add_members(of);
        }
    }

    pub(super) fn add(&mut self, name: &Arc<str>) {
        let one_word = name.starts_with(is_word_start) && name.chars().all(is_word_part);
        if one_word || name.is_empty() || !self.seen.insert(name.clone()) {
            return;
        }
        let (found, _) = tokens(name);
        let mut parts: Vec<Part> = found
            .iter()
            .filter(|token| token.token != Token::End)
            .map(|token| Part {
                text: name[token.span.start..token.span.end].to_string(),
                glued: token.glued,
            })
            .collect();
        let Some(first) = parts.first_mut() else {
            return;
        };
        first.glued = false;
        let entry = self.by_first.entry(first.text.clone()).or_default();
        entry.push(LongName {
            name: name.clone(),
            parts,
        });
        entry.sort_by_key(|name| std::cmp::Reverse(name.parts.len()));
    }

    /// The longest declared name that begins at this token, and the tokens that it takes.
    pub(super) fn find(&self, source: &str, tokens: &[Spanned]) -> Option<(Arc<str>, usize)> {
        let text = |token: &Spanned| &source[token.span.start..token.span.end];
        let candidates = self.by_first.get(text(tokens.first()?))?;
        let fits = |name: &&LongName| {
            name.parts.len() <= tokens.len()
                && name.parts.iter().zip(tokens).skip(1).all(|(part, token)| {
                    part.glued == token.glued && token.token != Token::End && part.text == text(token)
                })
        };
        candidates
            .iter()
            .find(fits)
            .map(|name| (name.name.clone(), name.parts.len()))
    }
}
