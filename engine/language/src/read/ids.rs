//! Ids from sentences.

use crate::limits;
use crate::model::Id;

/// Words of the formula language; an id that is one of them gets the word of its entry in front.
const RESERVED: &[&str] = &[
    "and",
    "between",
    "contains",
    "else",
    "empty",
    "every",
    "external",
    "false",
    "filled",
    "for",
    "function",
    "if",
    "in",
    "instance",
    "is",
    "item",
    "not",
    "null",
    "of",
    "ok",
    "or",
    "partial",
    "return",
    "run",
    "satisfies",
    "some",
    "then",
    "true",
    "undecided",
];

/// Lower case words joined by `_`, in any script: `Shaft diameter` gives `shaft_diameter`, `轴径` gives `轴径`.
/// Empty when the sentence has no letter or digit.
pub fn id_text(sentence: &str) -> String {
    let mut id = String::with_capacity(sentence.len());
    let mut characters = 0;
    let mut gap = false;
    let mut word_end = 0;
    for character in sentence.chars() {
        if matches!(character, '\'' | '’') {
            continue;
        }
        if !(character.is_alphanumeric() || is_mark(character)) {
            if !gap {
                word_end = id.len();
            }
            gap = !id.is_empty();
            continue;
        }
        if characters >= limits::ID_CHARACTERS_MAX {
            // Cut at a word where there is one, else right here.
            if !gap && word_end > 0 {
                id.truncate(word_end);
            }
            break;
        }
        if gap {
            id.push('_');
            characters += 1;
            gap = false;
        }
        for lower in character.to_lowercase() {
            id.push(lower);
            characters += 1;
        }
    }
    id
}

/// Combining marks belong to the letter before them.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{0300}'..='\u{036F}' | '\u{0900}'..='\u{0DFF}' | '\u{0E31}'..='\u{0E4E}')
}

/// The id of an entry that says `word: sentence`.
pub(crate) fn id_of(word: &str, sentence: &str) -> Id {
    let id = id_text(sentence);
    let digit_first = id.chars().next().is_none_or(|first| !first.is_alphabetic());
    if id.is_empty() {
        return Id::new(word);
    }
    if digit_first || RESERVED.contains(&id.as_str()) {
        return Id::new(&format!("{word}_{id}"));
    }
    Id::new(&id)
}

/// Whether it is a word of the formula language.
pub(crate) fn is_reserved(text: &str) -> bool {
    RESERVED.contains(&text)
}

/// Whether an `id:` can be used in formulas.
pub fn is_id(text: &str) -> bool {
    !RESERVED.contains(&text)
        && text.chars().next().is_some_and(char::is_alphabetic)
        && text.chars().all(|c| c.is_alphanumeric() || c == '_' || is_mark(c))
        && text.chars().count() <= limits::ID_CHARACTERS_MAX
        && text.chars().all(|c| !c.is_uppercase())
}
