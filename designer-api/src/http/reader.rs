//! In which language the caller wants to be spoken to.

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, header, request::Parts};
use language::diagnostic::Language;
use std::convert::Infallible;

/// The reader's language, from `Accept-Language`; English when it names neither English nor Chinese.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reader(pub(crate) Language);

impl Reader {
    pub(crate) fn of(headers: &HeaderMap) -> Reader {
        let wanted = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        Reader(preferred(wanted))
    }

    /// The reader's text of a pair of English and Chinese.
    pub(crate) fn pick<'a, T: ?Sized + ToOwned>(self, pair: (&'a T, &'a T)) -> &'a T {
        match self.0 {
            Language::En => pair.0,
            Language::Zh => pair.1,
        }
    }

    /// The reader's text of texts by language tag; the first is the default.
    pub(crate) fn among(self, texts: &[(String, String)]) -> &str {
        let first = || texts.first().map(|(_, text)| text.as_str());
        self.own(texts).or_else(first).unwrap_or("")
    }

    /// The one in the reader's language, when there is one.
    pub(crate) fn own(self, texts: &[(String, String)]) -> Option<&str> {
        let own = texts.iter().find(|(tag, _)| tag.split('-').next() == Some(self.tag()));
        own.map(|(_, text)| text.as_str())
    }

    pub(crate) fn tag(self) -> &'static str {
        match self.0 {
            Language::En => "en",
            Language::Zh => "zh",
        }
    }
}

/// RFC 9110, 12.5.4: the highest quality wins, the first among equals.
fn preferred(accept_language: &str) -> Language {
    let mut best = (Language::En, 0.0_f32);
    for range in accept_language.split(',').take(20) {
        let mut parts = range.split(';');
        let tag = parts.next().unwrap_or("").trim().to_ascii_lowercase();
        let quality = parts
            .find_map(|part| part.trim().strip_prefix("q="))
            .map_or(1.0, |q| q.parse().unwrap_or(0.0));
        let language = match tag.split('-').next() {
            Some("en") => Language::En,
            Some("zh") => Language::Zh,
            _ => continue,
        };
        if quality > best.1 {
            best = (language, quality);
        }
    }
    best.0
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Reader, Infallible> {
        Ok(Reader::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_that_is_wanted_most() {
        assert_eq!(preferred(""), Language::En);
        assert_eq!(preferred("zh-CN,zh;q=0.9,en;q=0.8"), Language::Zh);
        assert_eq!(preferred("de, en;q=0.5, zh;q=0.7"), Language::Zh);
        assert_eq!(preferred("en-GB, zh"), Language::En);
        assert_eq!(preferred("zh;q=0"), Language::En);
        assert_eq!(preferred("fr"), Language::En);
    }

    #[test]
    fn a_text_in_the_readers_language_or_the_first() {
        let texts = [("en".into(), "Measure".into()), ("zh-CN".into(), "测量".into())];
        assert_eq!(Reader(Language::Zh).among(&texts), "测量");
        assert_eq!(Reader(Language::Zh).among(&texts[..1]), "Measure");
        assert_eq!(Reader(Language::En).among(&[]), "");
        assert_eq!(Reader(Language::Zh).own(&texts), Some("测量"));
        assert_eq!(Reader(Language::Zh).own(&texts[..1]), None);
    }
}
