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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_tables_say_is_said_in_chinese_too() {
        let pages = |language| crate::reference::reference(language);
        let (en, zh) = (pages(Language::En), pages(Language::Zh));
        let docs = |pages: &[crate::reference::Page]| {
            let keys = |page: &crate::reference::Page| {
                let own = page.keys.iter().chain(&page.common).map(|key| key.doc.clone());
                own.chain([page.doc.clone()]).collect::<Vec<_>>()
            };
            pages.iter().flat_map(keys).collect::<Vec<_>>()
        };
        let pairs: Vec<_> = docs(&en).into_iter().zip(docs(&zh)).collect();
        let missing: Vec<_> = pairs.iter().filter(|(_, zh)| zh.is_ascii()).map(|(en, _)| en).collect();
        assert!(missing.len() * 20 <= pairs.len(), "{missing:#?}");
    }
}
