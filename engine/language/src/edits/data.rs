//! What a file says, without how it is written: what an edit means is done here, and compared with what was written.

use serde_json::Value as Json;

use crate::tree::{Content, NodeId, Style, Tree};

/// A node and where it comes from.
#[derive(Clone, Debug)]
pub(super) struct Data {
    /// The node of the file before the edit; `None` for what the edit brings.
    pub(super) origin: Option<NodeId>,
    pub(super) what: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Empty,
    Text {
        text: String,
        style: Style,
    },
    /// A value that the edit brings: as text, and with its type where only that tells them apart.
    New(Json),
    List(Vec<Data>),
    Map(Vec<(String, Data)>),
}

impl Data {
    pub(super) fn of(tree: &Tree, node: NodeId) -> Data {
        let what = match &tree.node(node).content {
            Content::Empty => What::Empty,
            Content::Text { text, style } => What::Text {
                text: text.to_string(),
                style: *style,
            },
            Content::List(entries) => What::List(entries.iter().map(|entry| Data::of(tree, *entry)).collect()),
            Content::Map(entries) => What::Map(
                entries
                    .iter()
                    .map(|(key, value)| (tree.scalar(*key).unwrap_or_default().to_owned(), Data::of(tree, *value)))
                    .collect(),
            ),
        };
        Data {
            origin: Some(node),
            what,
        }
    }

    /// What an edit brings.
    pub(super) fn new(value: &Json) -> Data {
        let what = match value {
            Json::Null => What::Empty,
            Json::Array(entries) => What::List(entries.iter().map(Data::new).collect()),
            Json::Object(members) => What::Map(
                members
                    .iter()
                    .map(|(key, value)| (key.clone(), Data::new(value)))
                    .collect(),
            ),
            other => What::New(other.clone()),
        };
        Data { origin: None, what }
    }

    /// Forgets where it comes from.
    pub(super) fn foreign(mut self) -> Data {
        self.origin = None;
        match &mut self.what {
            What::List(entries) => entries
                .iter_mut()
                .for_each(|entry| *entry = std::mem::take(entry).foreign()),
            What::Map(pairs) => pairs
                .iter_mut()
                .for_each(|(_, value)| *value = std::mem::take(value).foreign()),
            _ => {}
        }
        self
    }

    pub(super) fn at(&mut self, steps: &[usize]) -> Option<&mut Data> {
        let Some((first, rest)) = steps.split_first() else {
            return Some(self);
        };
        match &mut self.what {
            What::List(entries) => entries.get_mut(*first)?.at(rest),
            What::Map(pairs) => pairs.get_mut(*first)?.1.at(rest),
            _ => None,
        }
    }

    /// Takes out the entry or pair with this number.
    pub(super) fn take(&mut self, at: usize) -> Option<Data> {
        match &mut self.what {
            What::List(entries) => (at < entries.len()).then(|| entries.remove(at)),
            What::Map(pairs) => (at < pairs.len()).then(|| pairs.remove(at).1),
            _ => None,
        }
    }

    /// Puts an entry into a list, which may still be nothing.
    pub(super) fn put(&mut self, at: usize, entry: Data) -> Option<()> {
        if matches!(self.what, What::Empty) {
            self.what = What::List(Vec::new());
        }
        let What::List(entries) = &mut self.what else {
            return None;
        };
        let at = at.min(entries.len());
        entries.insert(at, entry);
        Some(())
    }

    /// Gives a mapping one more key.
    pub(super) fn add(&mut self, key: &str, value: Data) -> Option<()> {
        let What::Map(pairs) = &mut self.what else { return None };
        pairs.push((key.to_owned(), value));
        Some(())
    }

    /// Whether a file now says this. `pairs` gets the nodes before and after of what was there before.
    pub(super) fn is(&self, tree: &Tree, node: NodeId, pairs: &mut Vec<(NodeId, NodeId)>) -> bool {
        if let Some(origin) = self.origin {
            pairs.push((origin, node));
        }
        match (&self.what, &tree.node(node).content) {
            (What::Empty, Content::Empty) => true,
            (
                What::Text { text, style },
                Content::Text {
                    text: now,
                    style: as_now,
                },
            ) => {
                let same_type = (*style == Style::Plain) == (*as_now == Style::Plain) || is_text(text);
                **now == **text && same_type
            }
            (What::New(value), Content::Text { text, style }) => says(value, text, *style),
            (What::List(entries), Content::List(now)) => {
                entries.len() == now.len() && entries.iter().zip(now).all(|(entry, now)| entry.is(tree, *now, pairs))
            }
            (What::Map(wanted), Content::Map(now)) => {
                let same = |(key, value): &(String, Data)| {
                    let found = now.iter().find(|(name, _)| tree.scalar(*name) == Some(key));
                    found.is_some_and(|(_, now)| value.is(tree, *now, pairs))
                };
                wanted.len() == now.len() && wanted.iter().all(same)
            }
            _ => false,
        }
    }
}

impl Default for Data {
    fn default() -> Data {
        Data {
            origin: None,
            what: What::Empty,
        }
    }
}

/// Whether a text is a text also where anything may stand, without quotes.
pub(super) fn is_text(text: &str) -> bool {
    crate::read::plain_data(text).is_string()
}

/// Whether a written text is this value. A number may be written in quotes where only its digits count.
fn says(value: &Json, text: &str, style: Style) -> bool {
    match value {
        Json::String(wanted) => wanted == text && (style != Style::Plain || is_text(text)),
        other => style == Style::Plain && crate::read::plain_data(text) == *other,
    }
}
