//! What may stand where: from the root of a file down its keys, by the tables that the readers use.

use crate::keywords::{self, Keywords};
use crate::read::app::APP;
use crate::read::keys::{Key, Kind, Shape};
use crate::read::site::SITE;
use crate::read::{field_common, step_common};
use crate::{fields, steps};

/// A place of a file, as far as the tables tell it.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// A mapping with these keys; of a step or field with its kind.
    Keys {
        keys: Vec<&'static Key>,
        kind: Option<&'static Kind>,
    },
    /// A mapping or a mere word: the entries of `stations: [st-1, {station: st-2}]`.
    WordOrKeys(&'static [Key]),
    /// An entry of `steps` whose word is not known yet.
    Step,
    /// An entry of `fields` whose word is not known yet.
    Field,
    /// A value of this shape.
    Value(Shape),
    /// Plain data, and the values below `values`, `with` and the like.
    Free,
}

/// Who can be named by what they are: `{role: operator}`.
pub(crate) const PARTIES: &[&str] = &["role", "person", "station", "channel"];

impl Place {
    /// The whole file.
    pub(crate) fn root(is_site: bool) -> Place {
        let keys = if is_site { SITE } else { APP };
        Place::Keys {
            keys: keys.iter().collect(),
            kind: None,
        }
    }

    /// Behind a key of this place. `beside` are the keys that stand in the same mapping.
    pub(crate) fn behind(&self, key: &str, beside: &[&str]) -> Place {
        match self.known_by(beside) {
            Place::Keys { kind: Some(kind), .. } if keywords::is(kind.word, key) => Place::of(kind.shape),
            Place::Keys { keys, .. } => {
                let found = keys.iter().find(|known| known.is(key));
                found.map_or(Place::Free, |known| Place::of(known.shape))
            }
            Place::WordOrKeys(keys) => {
                let found = keys.iter().find(|known| known.is(key));
                found.map_or(Place::Free, |known| Place::of(known.shape))
            }
            Place::Value(Shape::Steps) => Place::Step.behind(key, beside),
            Place::Value(Shape::Fields) => Place::Field.behind(key, beside),
            // `{en: …, zh: …}`
            Place::Value(Shape::Sentence) => Place::Value(Shape::Sentence),
            // `{role: …}`
            Place::Value(Shape::Party | Shape::Parties) => Place::Value(Shape::Word),
            Place::Value(Shape::Values) => Place::Value(Shape::Value),
            Place::Value(Shape::Tree) => Place::Value(Shape::Tree),
            // `refuse_if: {if: …, message: …}`
            Place::Value(Shape::ConditionOrMap(keys)) => Place::keys(keys).behind(key, beside),
            // One entry without its dash.
            Place::Value(Shape::Entries(_) | Shape::WordsOrEntries(_) | Shape::OneOfEntries(_)) => match self.entry() {
                Place::Value(_) => Place::Free,
                entry => entry.behind(key, beside),
            },
            _ => Place::Free,
        }
    }

    /// An entry of the list that stands here.
    pub(crate) fn entry(&self) -> Place {
        let Place::Value(shape) = self else {
            return Place::Free;
        };
        match shape {
            Shape::Steps => Place::Step,
            Shape::Fields => Place::Field,
            Shape::Entries(keys) => Place::keys(keys),
            Shape::WordsOrEntries(keys) => Place::WordOrKeys(keys),
            Shape::OneOfEntries(kinds) => {
                let mut all: Vec<&'static Key> = Vec::new();
                for key in kinds.iter().flat_map(|keys| keys.iter()) {
                    if all.iter().all(|known| known.word != key.word) {
                        all.push(key);
                    }
                }
                Place::Keys { keys: all, kind: None }
            }
            Shape::Parties => Place::Value(Shape::Party),
            Shape::Words => Place::Value(Shape::Word),
            Shape::Sentences => Place::Value(Shape::Sentence),
            Shape::Formulas => Place::Value(Shape::Condition),
            Shape::Values => Place::Value(Shape::Values),
            Shape::Tree => Place::Value(Shape::Tree),
            _ => Place::Free,
        }
    }

    /// The same place once the keys that stand in it are known: which step, which field.
    pub(crate) fn known_by(&self, beside: &[&str]) -> Place {
        let (kinds, common): (&'static [Kind], _) = match self {
            Place::Step => (steps::KINDS, step_common()),
            Place::Field => (fields::KINDS, field_common()),
            other => return other.clone(),
        };
        let is_common = |word: &str| common.iter().any(|key| keywords::is(key.word, word));
        let kind_of = |word: &&str| kinds.iter().find(|kind| keywords::is(kind.word, word));
        // `if` beside the word of another step is a condition on that step.
        let mut found = beside.iter().filter_map(kind_of);
        let first = found.next();
        let kind = match first {
            Some(kind) if is_common(kind.word) => {
                let own = |other: &&'static Kind| kind.keys.iter().all(|key| key.word != other.word);
                found.find(own).or(first)
            }
            other => other,
        };
        let Some(kind) = kind else { return self.clone() };
        let common = common.iter().filter(|key| key.word != kind.word);
        Place::Keys {
            keys: kind.keys.iter().chain(common).collect(),
            kind: Some(kind),
        }
    }

    /// A word that may be a key here, in English, and as a file with these words has it.
    pub(crate) fn word(&self, text: &str, words: Keywords) -> Option<(&'static str, &'static str)> {
        let said = |key: &'static Key| (key.word, key.say(words));
        let plain = |word: &'static str| {
            (
                word,
                keywords::chinese(word)
                    .filter(|_| words == Keywords::Zh)
                    .unwrap_or(word),
            )
        };
        match self {
            Place::Keys { keys, kind, .. } => {
                let own = kind.map(|kind| kind.word).filter(|word| keywords::is(word, text));
                own.map(plain)
                    .or_else(|| keys.iter().find(|key| key.is(text)).map(|key| said(key)))
            }
            Place::WordOrKeys(keys) => keys.iter().find(|key| key.is(text)).map(said),
            Place::Value(Shape::Party | Shape::Parties) => {
                let found = PARTIES.iter().copied().find(|word| keywords::is(word, text));
                found.map(plain)
            }
            _ => None,
        }
    }

    fn keys(keys: &'static [Key]) -> Place {
        Place::Keys {
            keys: keys.iter().collect(),
            kind: None,
        }
    }

    fn of(shape: Shape) -> Place {
        match shape {
            Shape::Map(keys) => Place::keys(keys),
            Shape::Data => Place::Free,
            other => Place::Value(other),
        }
    }
}
