//! Another name for a thing, wherever it is named. Whether the files still say the same is for the caller to see:
//! reading them again must give no new mistake.

use super::names::Named;
use super::uses::{SiteKind, Thing, collect};
use crate::diagnostic::Edit;
use crate::keywords::Keywords;
use crate::model::Site;
use crate::read::ids::is_id;
use crate::tree::Tree;

/// What changes in one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Renamed {
    /// In order, without overlap.
    pub edits: Vec<Edit>,
}

/// Whether a thing can be called so: apps and things of an app have ids, things of the site words.
pub fn can_be_called(thing: &Thing, name: &str) -> bool {
    match thing {
        Thing::Site { kind, .. } if kind.is_words() => !name.trim().is_empty() && !name.contains('\n'),
        Thing::Site { .. } => !name.trim().is_empty() && !name.contains(char::is_whitespace),
        _ => is_id(name),
    }
}

impl SiteKind {
    /// Whether it is named by words, of which the id is made; equipment is named by what stands on its sign.
    fn is_words(self) -> bool {
        self.0 != Named::Equipment
    }
}

/// Gives a thing another name in one file. A step, field or table that is named by its sentence keeps the sentence,
/// and gets `id:`.
pub fn rename(source: &str, site: Option<&Site>, thing: &Thing, name: &str) -> Renamed {
    let Some(uses) = collect(source, site) else {
        return Renamed { edits: Vec::new() };
    };
    let mut edits = Vec::new();
    for one in uses.found.iter().filter(|one| one.thing == *thing) {
        let by_sentence = one
            .entry
            .filter(|_| one.is_definition && !is_written_id(&uses.tree, one.node));
        match by_sentence {
            Some(entry) => edits.extend(id_line(source, &uses.tree, entry, name)),
            None => edits.extend(uses.tree.replace_inside(one.node, one.inside.0, one.inside.1, name)),
        }
    }
    edits.sort_by_key(|edit| (edit.start, edit.end));
    edits.dedup();
    Renamed { edits }
}

/// Whether a text stands behind `id:`.
fn is_written_id(tree: &Tree, node: crate::tree::NodeId) -> bool {
    let before = &tree.text()[..tree.node(node).parsed.start];
    let before = before.trim_end().trim_end_matches([':', '：']).trim_end();
    ["id", "代号"].iter().any(|word| {
        before
            .strip_suffix(word)
            .is_some_and(|rest| rest.ends_with([' ', '\n', '{', ',', '-']) || rest.is_empty())
    })
}

/// `id:` below the sentence of an entry.
fn id_line(source: &str, tree: &Tree, entry: crate::tree::NodeId, name: &str) -> Option<Edit> {
    let (key, value) = tree.map(entry)?.first().copied()?;
    let word = Keywords::of(source).say("id").to_owned();
    if tree.node(entry).flow {
        let end = tree.span(value).end;
        return Some(Edit {
            start: end,
            end,
            text: format!(", {word}: {name}"),
        });
    }
    let start = tree.span(key).start;
    let column = start - Tree::line_start(source, start);
    let from = tree.span(value).end.max(start);
    let from = if source[..from].ends_with('\n') { from - 1 } else { from };
    let end = source[from..].find('\n').map_or(source.len(), |at| from + at);
    Some(Edit {
        start: end,
        end,
        text: format!("\n{}{word}: {name}", " ".repeat(column)),
    })
}
