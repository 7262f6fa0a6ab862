//! All words of the language, wherever they stand.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::keys::{Key, Shape};
use crate::keywords;

static WORDS: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let mut words = BTreeSet::new();
    let kinds = crate::steps::KINDS.iter().chain(crate::fields::KINDS);
    for kind in kinds {
        words.insert(kind.word);
        collect(kind.keys, &mut words);
    }
    for keys in [
        super::app::APP,
        super::site::SITE,
        super::steps::COMMON,
        super::fields::COMMON,
    ] {
        collect(keys, &mut words);
    }
    words
});

fn collect(keys: &'static [Key], words: &mut BTreeSet<&'static str>) {
    for key in keys {
        words.insert(key.word);
        match key.shape {
            Shape::Entries(keys) | Shape::Map(keys) | Shape::WordsOrEntries(keys) => collect(keys, words),
            Shape::OneOfEntries(kinds) => kinds.iter().for_each(|keys| collect(keys, words)),
            _ => {}
        }
    }
}

/// Every English word with a meaning somewhere in an app or site file.
#[cfg(test)]
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    WORDS.iter().copied()
}

/// Whether a word has a meaning somewhere in an app or site file, in English or Chinese.
pub(crate) fn is_keyword(word: &str) -> bool {
    WORDS.contains(word) || keywords::is_chinese_word(word)
}
