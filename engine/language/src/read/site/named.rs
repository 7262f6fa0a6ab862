//! Lists whose entries have a name and an id: shifts, signals, printers, …

use std::collections::BTreeSet;

use crate::catalogue as c;
use crate::model::{Id, Site};
use crate::read::ids::id_of;
use crate::read::keys::{Key, Keys};
use crate::read::suggest::nearest;
use crate::read::{Reader, Report};
use crate::tree::NodeId;

/// What the entries of a list are called.
pub(super) struct List {
    /// `shifts`
    pub(super) key: &'static str,
    /// `shift`
    pub(super) word: &'static str,
    pub(super) keys: &'static [Key],
    /// A name for an entry that has none.
    pub(super) example: &'static str,
}

/// One entry of a list, with its name understood.
pub(super) struct Named {
    pub(super) id: Id,
    pub(super) title: String,
    pub(super) keys: Keys,
}

/// The entries of a list, each read by `read`; those whose id is taken are reported and left out.
pub(super) fn each<T>(
    reader: &mut Reader<'_>,
    node: NodeId,
    list: &List,
    mut read: impl FnMut(&mut Reader<'_>, &Named) -> Option<T>,
) -> Vec<T> {
    let mut found = Vec::new();
    let mut used: BTreeSet<Id> = BTreeSet::new();
    for node in reader.entries(node, list.key) {
        let what = format!("an entry of `{}`", list.key);
        let Some(keys) = reader.keys(node, &[list.keys], &what) else {
            continue;
        };
        let Some(name) = keys.get(list.word) else {
            reader.missing(&keys, list.word, list.example, c::KEY_MISSING);
            continue;
        };
        let Some(title) = reader.words(name, list.word) else {
            continue;
        };
        let id = match keys.get("id") {
            Some(node) => reader.id(node).unwrap_or_else(|| Id::new(list.word)),
            None => id_of(list.word, &title),
        };
        if !used.insert(id.clone()) {
            let report = Report::new(c::OF_SITE_TWICE, reader.span(name)).arg("id", title);
            reader.push(report.arg("list", list.key));
            continue;
        }
        let word = crate::keywords::chinese(list.word).unwrap_or(list.word);
        let (en, zh) = (format!("{} '{title}'", list.word), format!("{word}“{title}”"));
        let named = Named { id, title, keys };
        found.extend(reader.within_node(node, en, zh, |reader| read(reader, &named)));
    }
    found
}

impl Named {
    /// The value of a key that must be there; reported when it is not.
    pub(super) fn need(&self, reader: &mut Reader<'_>, word: &str, example: &str) -> Option<NodeId> {
        let found = self.keys.get(word);
        if found.is_none() {
            reader.missing(&self.keys, word, example, c::KEY_MISSING);
        }
        found
    }

    /// `at`: a place of the same site.
    pub(super) fn at(&self, reader: &mut Reader<'_>, site: &Site) -> Option<Id> {
        let node = self.keys.get("at")?;
        reader.place_of(node, site)
    }

    /// `secret`: the name under which a secret is kept.
    pub(super) fn secret(&self, reader: &mut Reader<'_>) -> Option<String> {
        let node = self.keys.get("secret")?;
        let text = reader.words(node, "secret")?;
        if is_secret_name(&text) {
            return Some(text);
        }
        // The text may be the secret itself: it is not repeated.
        let span = reader.span(node);
        let mut report = Report::new(c::SECRET_NAME_EXPECTED, span);
        let name = text.to_uppercase().replace(['-', ' ', '.'], "_");
        if is_secret_name(&name) && text.len() <= 24 && !text.bytes().any(|byte| byte.is_ascii_digit()) {
            report = report.edits(reader.tree.replace_inside(node, 0, usize::MAX, &name));
        }
        reader.push(report);
        None
    }
}

/// The id of a thing of the site that is named by its words or its id. Where the site does not know it, or is not known
/// itself, it is the id that an entry of that name would get.
pub(crate) fn id_of_thing<'t>(word: &str, text: &str, known: impl IntoIterator<Item = (&'t Id, &'t str)>) -> Id {
    let id = crate::id_text(text);
    let fits =
        |(known, title): &(&Id, &str)| known.as_str() == text || known.as_str() == id || crate::id_text(title) == id;
    let found = known.into_iter().find(fits);
    found.map_or_else(|| id_of(word, text), |(id, _)| id.clone())
}

fn is_secret_name(text: &str) -> bool {
    let character = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    text.len() <= crate::limits::ID_CHARACTERS_MAX
        && text.bytes().all(character)
        && text.bytes().next().is_some_and(|first| first.is_ascii_uppercase())
}

/// One of several things with ids by its name or id.
pub(crate) fn one_of<'t, T>(
    reader: &mut Reader<'_>,
    node: NodeId,
    (what, entry): (&str, &'static c::Entry),
    known: &'t [T],
    name: impl Fn(&T) -> (&Id, &str),
) -> Option<&'t T> {
    let text = reader.words(node, what)?;
    let id = crate::id_text(&text);
    let fits = |one: &&T| {
        let (known, title) = name(one);
        known.as_str() == text || known.as_str() == id || crate::id_text(title) == id
    };
    if let Some(found) = known.iter().find(fits) {
        return Some(found);
    }
    let titles: Vec<&str> = known.iter().map(|one| name(one).1).collect();
    let near = nearest(&text, titles.iter().copied());
    let mut report = Report::new(entry, reader.span(node))
        .arg("found", text.as_str())
        .arg("what", what);
    if let Some(first) = near.first() {
        report = report.edits(reader.tree.replace_inside(node, 0, usize::MAX, first));
    }
    let others = titles.iter().filter(|title| !near.iter().any(|near| near == *title));
    let others: Vec<String> = others.map(|title| (*title).to_owned()).collect();
    reader.push(report.expected(near).expected(others));
    None
}
