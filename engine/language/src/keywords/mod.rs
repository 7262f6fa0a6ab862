//! The words of the language in English and Chinese: one table, one form in each, the same meaning.
//!
//! Files may be written with either, also mixed; readers work with the English form. A word of a list and the word
//! its entries begin with (`tables`, `table`) are one word in Chinese; no place knows both.
//!
//! Formulas keep the words of FEEL, `is ok` and `and` included, so that one formula has one text whoever reads it; one
//! in Chinese words (`轴径 合格 且 外观 合格`) is refused with the right one to be pasted. Units are values, and
//! understood in both languages (`20 min`, `20 分钟`).

mod feel;
mod said;
mod words;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Serialize;

use crate::limits;
use crate::read::suggest::nearest;

pub(crate) use feel::formula_in_feel;
use said::SAID_INSTEAD;
use words::LATER;
pub(crate) use words::{
    ANY, ANY_STEP, CHECKED, EVERY_DAY, GIVE, HERE, JOIN, LEADER, ONE_END, ORDERS, OUTCOMES, REST, RETRY, RULES,
    SERIES_PARTS, TIMES, TO, WEEKDAYS, WORDS, WORKING_TIME, YES_NO,
};

/// Whose words a file is written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Keywords {
    #[default]
    En,
    Zh,
}

/// English and Chinese of one word.
pub(crate) type Pair = (&'static str, &'static str);

static CHINESE: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| WORDS.iter().chain(LATER).copied().collect());
/// Every word of the language in both languages, with what it counts for [`Keywords::of`].
static COUNTED: LazyLock<BTreeMap<&str, i64>> = LazyLock::new(|| {
    let english = WORDS.iter().map(|pair| (pair.0, -1));
    english.chain(WORDS.iter().map(|pair| (pair.1, 1))).collect()
});

/// The Chinese form of an English word.
pub(crate) fn chinese(word: &str) -> Option<&'static str> {
    CHINESE.get(word).copied()
}

/// Whether a text is this word, in either language.
pub(crate) fn is(word: &str, text: &str) -> bool {
    word == text || (!text.is_ascii() && chinese(word) == Some(text))
}

/// The word of a list that a text is.
pub(crate) fn one_of(text: &str, words: &[&'static str]) -> Option<&'static str> {
    words.iter().copied().find(|word| is(word, text))
}

/// Whether a text is a word of the language in Chinese.
pub(crate) fn is_chinese_word(text: &str) -> bool {
    COUNTED.get(text) == Some(&1)
}

/// The English form of a word that this version does not have yet.
pub(crate) fn later(text: &str) -> Option<&'static str> {
    LATER.iter().find(|pair| pair.1 == text).map(|pair| pair.0)
}

/// The pair of a list that a text is, in either language.
pub(crate) fn literal(text: &str, pairs: &'static [Pair]) -> Option<Pair> {
    pairs.iter().copied().find(|pair| pair.0 == text || pair.1 == text)
}

/// The word that people mean who say it otherwise.
pub(crate) fn said_instead(text: &str, words: &[&'static str]) -> Option<&'static str> {
    let meant = |word: &&'static str| SAID_INSTEAD.iter().any(|pair| pair.1 == text && pair.0 == *word);
    words.iter().copied().find(meant)
}

/// Whether a text has Chinese characters in it.
pub(crate) fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c))
}

/// Words of the list that were probably meant, nearest first: Chinese ones for what is written in Chinese.
pub(crate) fn near(written: &str, words: &[&'static str]) -> Vec<&'static str> {
    let mut near: Vec<&'static str> = said_instead(written, words).into_iter().collect();
    if !is_chinese(written) {
        for found in nearest(written, words.iter().copied()) {
            let word = words.iter().copied().find(|word| *word == found);
            near.extend(word.filter(|word| !near.contains(word)));
        }
        return near;
    }
    let forms = words.iter().filter_map(|word| chinese(word));
    for form in nearest(written, forms) {
        let word = words.iter().copied().find(|word| chinese(word) == Some(form.as_str()));
        near.extend(word.filter(|word| !near.contains(word)));
    }
    near
}

/// The pairs of a closed list that were probably meant, nearest first, in whatever language they were written.
pub(crate) fn near_pairs(written: &str, pairs: &'static [Pair]) -> Vec<Pair> {
    let said = |pair: &&Pair| {
        SAID_INSTEAD
            .iter()
            .any(|(word, said)| *said == written && *word == pair.0)
    };
    let mut near: Vec<Pair> = pairs.iter().filter(said).copied().collect();
    let forms = pairs.iter().flat_map(|pair| [pair.0, pair.1]);
    for form in nearest(written, forms) {
        let pair = pairs.iter().copied().find(|pair| pair.0 == form || pair.1 == form);
        near.extend(pair.filter(|pair| !near.contains(pair)));
    }
    near
}

impl Keywords {
    /// Whose words a file has: those that most of its lines begin with.
    pub(crate) fn of(source: &str) -> Keywords {
        if source.len() > limits::FILE_BYTES_MAX {
            return Keywords::En;
        }
        let mut balance = 0_i64;
        for line in source.lines() {
            let text = line.trim_start_matches([' ', '\t', '\u{3000}', '-', '\u{feff}']);
            let word = text.split([':', '：', ' ']).next().unwrap_or_default();
            balance += COUNTED.get(word).copied().unwrap_or(0);
        }
        if balance > 0 { Keywords::Zh } else { Keywords::En }
    }

    /// A word in this language.
    pub(crate) fn say(self, word: &str) -> &str {
        match self {
            Keywords::En => word,
            Keywords::Zh => chinese(word).unwrap_or(word),
        }
    }

    pub(crate) fn pick(self, pair: Pair) -> &'static str {
        match self {
            Keywords::En => pair.0,
            Keywords::Zh => pair.1,
        }
    }

    /// The words between backticks of a message, in this language: `until`, `app:`.
    pub(crate) fn in_message(self, message: &str) -> String {
        if self == Keywords::En {
            return message.to_owned();
        }
        let part = |(index, part): (usize, &str)| {
            let word = part.strip_suffix(':').unwrap_or(part);
            match chinese(word).filter(|_| index % 2 == 1) {
                Some(word) if part.ends_with(':') => format!("{word}:"),
                Some(word) => word.to_owned(),
                None => part.to_owned(),
            }
        };
        let parts: Vec<String> = message.split('`').enumerate().map(part).collect();
        parts.join("`")
    }

    /// A piece of a file with its keys in this language.
    pub(crate) fn in_yaml(self, text: &str) -> String {
        if self == Keywords::En {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            let mut at = 0;
            while let Some(first) = line[at..].chars().next() {
                let word = &line[at..][..line[at..].find(|c: char| !is_letter(c)).unwrap_or(line.len() - at)];
                let before = &line[..at];
                let begins = before.trim_matches([' ', '-']).is_empty() || before.trim_end().ends_with(['{', ',']);
                let behind = &line[at + word.len()..];
                let ends = behind.starts_with(": ") || behind.trim_end() == ":";
                out.push_str(if begins && ends { self.say(word) } else { word });
                if word.is_empty() {
                    out.push(first);
                }
                at += word.len().max(if word.is_empty() { first.len_utf8() } else { 0 });
            }
        }
        out
    }
}

fn is_letter(character: char) -> bool {
    character.is_ascii_lowercase() || character == '_'
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::read::keys::{Key, Shape};
    use crate::{fields, read, steps};

    /// Words that may stand side by side.
    fn places() -> Vec<(&'static str, Vec<&'static str>)> {
        let words = |keys: &[&'static [Key]]| keys.iter().flat_map(|keys| keys.iter()).map(|key| key.word).collect();
        let mut found: Vec<(&'static str, Vec<&'static str>)> = vec![
            ("app", words(&[read::app::APP])),
            ("site", words(&[read::site::SITE])),
            ("who", vec!["role", "person", "station", "channel"]),
        ];
        for (kinds, common) in [
            (steps::KINDS, read::step_common()),
            (fields::KINDS, read::field_common()),
        ] {
            for kind in kinds {
                let mut all: Vec<&'static str> = words(&[kind.keys, common]);
                // The word itself, and those of the others, which a forgotten dash brings in.
                all.extend(kinds.iter().map(|kind| kind.word));
                found.push((kind.word, all));
                inner(kind.keys, &mut found);
            }
        }
        inner(read::app::APP, &mut found);
        inner(read::site::SITE, &mut found);
        found
    }

    fn inner(keys: &'static [Key], found: &mut Vec<(&'static str, Vec<&'static str>)>) {
        for key in keys {
            let lists: Vec<&'static [Key]> = match key.shape {
                Shape::Entries(keys) | Shape::Map(keys) | Shape::WordsOrEntries(keys) => vec![keys],
                Shape::OneOfEntries(kinds) => kinds.to_vec(),
                _ => Vec::new(),
            };
            for keys in lists {
                found.push((key.word, keys.iter().map(|key| key.word).collect()));
                inner(keys, found);
            }
        }
    }

    #[test]
    fn every_word_has_one_chinese_form() {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for (word, form) in WORDS {
            assert!(seen.insert(word, form).is_none(), "{word} twice");
            assert!(
                is_chinese(form) && form.chars().all(|c| !c.is_ascii() && c.is_alphabetic()),
                "{form}"
            );
        }
        for word in read::words::all() {
            assert!(seen.contains_key(word), "{word} has no Chinese form");
        }
    }

    #[test]
    fn words_that_stand_side_by_side_differ_in_chinese() {
        for (place, words) in places() {
            let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
            for word in words {
                let other = seen.insert(chinese(word).unwrap_or_default(), word);
                assert!(other.is_none_or(|other| other == word), "{place}: {word} and {other:?}");
            }
        }
    }

    #[test]
    fn what_is_said_instead_is_no_word_of_the_same_place() {
        for (word, said) in SAID_INSTEAD {
            // Where it is a word itself, that word is meant; it must not be so everywhere.
            let places = places();
            let mut places = places.iter().filter(|(_, words)| words.contains(word)).peekable();
            assert!(
                places.peek().is_none() || places.any(|(_, words)| one_of(said, words).is_none()),
                "{said} is a word wherever {word} is one"
            );
        }
    }

    #[test]
    fn words_of_pieces_and_messages() {
        let zh = Keywords::Zh;
        assert_eq!(
            zh.in_yaml("\n  steps:\n    - form: to: do\n      fields: [{wait: 1 min, note: a b: c}]"),
            "\n  步骤:\n    - 表单: to: do\n      填写项: [{等待: 1 min, 备注: a b: c}]"
        );
        assert_eq!(zh.in_yaml("- text: x"), "- 文字: x");
        assert_eq!(
            zh.in_message("`until` is missing, until `{found}` `app:`"),
            "`直到` is missing, until `{found}` `应用:`"
        );
        assert_eq!(Keywords::En.in_yaml("steps:"), "steps:");
    }

    #[test]
    fn a_file_has_the_words_that_most_of_its_lines_begin_with() {
        assert_eq!(
            Keywords::of("应用: x\n步骤：\n  - 等待: 1 min\n    note: y\n"),
            Keywords::Zh
        );
        assert_eq!(Keywords::of("app: 应用\nsteps:\n  - wait: 1 min\n"), Keywords::En);
        assert_eq!(Keywords::of(""), Keywords::En);
    }
}
