//! What the tables say of words, in the reader's language.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::diagnostic::Language;

mod zh;

static CHINESE: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| zh::SAID.iter().copied().collect());

/// A line of the tables in this language; in English while nobody has said it in Chinese.
pub(crate) fn in_language(doc: &'static str, language: Language) -> &'static str {
    match language {
        Language::En => doc,
        Language::Zh => CHINESE.get(doc).copied().unwrap_or(doc),
    }
}
