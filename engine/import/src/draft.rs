//! An app in the making: what the readers of sheets put together, and what is written as YAML and checked in the end.

use crate::limits;
use crate::report::Place;

/// A sentence in one or several languages; braces in it are those of a template already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    /// Language tags with texts; one without a tag stands alone.
    pub(crate) texts: Vec<(String, String)>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) title: Words,
    pub(crate) id: Option<String>,
    pub(crate) about: Option<Words>,
    /// Written above everything.
    pub(crate) comments: Vec<String>,
    pub(crate) forms: Vec<Form>,
}

#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) title: Words,
    /// What the others call it.
    pub(crate) id: Option<String>,
    pub(crate) comments: Vec<String>,
    pub(crate) keys: Vec<Key>,
    /// The form of this draft, by position, that another person must have answered.
    pub(crate) not_by: Option<usize>,
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) word: &'static str,
    pub(crate) title: Words,
    /// As wished; made a right one that nothing else has before it is written.
    pub(crate) id: Option<String>,
    pub(crate) keys: Vec<Key>,
    pub(crate) comments: Vec<String>,
    /// Fields inside, and the word they stand under.
    pub(crate) inside: Option<(&'static str, Vec<Field>)>,
    pub(crate) place: Place,
    /// What the sheet says there, for the report.
    pub(crate) source: String,
}

/// One line below an entry.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) word: &'static str,
    pub(crate) value: Value,
    /// The expression it was translated from: when the checker refuses the translation, this stays as a comment.
    pub(crate) translated_from: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Yes, a number, limits, a name: written as it is.
    Bare(String),
    /// A formula or a text that may need quotes.
    Text(String),
    Words(Words),
    List(Vec<Words>),
    /// The form's measured and checked fields, any of them not ok.
    AnyNotOk,
    /// A condition with what is said when it is fulfilled.
    Said {
        condition: String,
        message: Words,
    },
}

impl Words {
    /// A plain text: its braces are no templates.
    pub(crate) fn plain(text: &str) -> Words {
        Words {
            texts: vec![(String::new(), escaped(&one_line(text)))],
        }
    }
    pub(crate) fn first(&self) -> &str {
        self.texts.first().map_or("", |(_, text)| text.as_str())
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.texts.iter().all(|(_, text)| text.is_empty())
    }
    /// With every brace as a brace.
    pub(crate) fn without_values(&self) -> Words {
        let plain = |text: &str| escaped(&text.replace("{{", "{").replace("}}", "}"));
        Words {
            texts: self
                .texts
                .iter()
                .map(|(tag, text)| (tag.clone(), plain(text)))
                .collect(),
        }
    }
}

impl Key {
    pub(crate) fn bare(word: &'static str, value: impl Into<String>) -> Key {
        Key::new(word, Value::Bare(value.into()))
    }
    pub(crate) fn new(word: &'static str, value: Value) -> Key {
        Key {
            word,
            value,
            translated_from: None,
        }
    }
}

impl Field {
    pub(crate) fn new(word: &'static str, title: Words, place: Place, source: &str) -> Field {
        Field {
            word,
            title,
            id: None,
            keys: Vec::new(),
            comments: Vec::new(),
            inside: None,
            place,
            source: source.to_owned(),
        }
    }
    pub(crate) fn with(mut self, key: Key) -> Field {
        self.keys.push(key);
        self
    }
    /// Adds to its hint, or begins one.
    pub(crate) fn hint(&mut self, text: &str) {
        let text = one_line(text);
        if text.is_empty() {
            return;
        }
        for key in &mut self.keys {
            if let ("hint", Value::Words(words)) = (key.word, &mut key.value) {
                for (_, old) in &mut words.texts {
                    *old = shortened(&format!("{old}; {}", escaped(&text)));
                }
                return;
            }
        }
        let words = Words::plain(&shortened(&text));
        self.keys.push(Key::new("hint", Value::Words(words)));
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= limits::HINT_CHARACTERS_MAX {
        return text.to_owned();
    }
    let cut: String = text.chars().take(limits::HINT_CHARACTERS_MAX - 1).collect();
    // Half of a doubled brace would be one brace.
    let braces = cut.chars().rev().take_while(|c| matches!(c, '{' | '}')).count();
    let kept = cut.len() - if braces % 2 == 1 { 1 } else { 0 };
    format!("{}…", &cut[..kept])
}

/// Runs of blanks and line breaks as one space.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A brace shows a value in a sentence; two stand for one.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

/// Fields with an answer, those inside others included.
pub(crate) fn count(fields: &[Field]) -> usize {
    let inside = |field: &Field| field.inside.as_ref().map_or(0, |(_, fields)| count(fields));
    let own = |field: &Field| usize::from(field.word != "info");
    fields.iter().map(|field| own(field) + inside(field)).sum()
}
