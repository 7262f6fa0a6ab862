//! The proof of an edit: the patched text is read again and must say what was wanted, and nothing else may have changed.

use std::collections::BTreeMap;

use super::data::Data;
use super::patch::{Patch, Quotes};
use super::{Asked, path};
use crate::model::Id;
use crate::place::Place as Of;
use crate::tree::{Edited, NodeId};
use crate::understood::{Understood, understand};

/// The written text, with `id:` where an id would have moved, when it says what is wanted and nothing else.
pub(super) fn settle(
    source: &str,
    before: &Understood,
    wanted: &Data,
    written: String,
    asked: &Asked<'_>,
) -> Option<String> {
    let mut wanted = wanted.clone();
    let mut written = written;
    // Writing one id may free or take that of another, so a few times; each time at least one more is written.
    loop {
        let after = understand(&written).filter(|after| after.tidy)?;
        let mut pairs = Vec::new();
        if !wanted.is(&after.tree, after.tree.root(), &mut pairs) {
            return None;
        }
        let moved = moved_ids(before, &after, &pairs, asked);
        let Some((origin, node, id)) = moved.into_iter().next() else {
            debug_assert!(source.is_empty() || !written.is_empty());
            return Some(written);
        };
        let word = after.keywords.say("id").to_owned();
        let has_id = keys(&after, node).iter().any(|key| crate::keywords::is("id", key));
        if has_id {
            return None;
        }
        written = with_id(&written, &after, node, &word, &id)?;
        let entry = find(&mut wanted, origin)?;
        entry.add(&word, Data::new(&serde_json::Value::String(id.to_string())))?;
    }
}

fn keys(file: &Understood, node: NodeId) -> Vec<String> {
    let pairs = file.tree.map(node).unwrap_or_default();
    let names = pairs.iter().filter_map(|(key, _)| file.tree.scalar(*key));
    names.map(str::to_owned).collect()
}

/// Entries that got another id without being asked to, with the id they had.
fn moved_ids(
    before: &Understood,
    after: &Understood,
    pairs: &[(NodeId, NodeId)],
    asked: &Asked<'_>,
) -> Vec<(NodeId, NodeId, Id)> {
    // An entry begins where its first key does, so that the mapping is meant, not what is in it.
    let entries: BTreeMap<NodeId, NodeId> = pairs.iter().copied().collect();
    let mut moved = Vec::new();
    for (origin, node) in entries {
        if before.tree.map(origin).is_none() {
            continue;
        }
        let (start, now) = (before.tree.span(origin).start, after.tree.span(node).start);
        let (Some(id), Some(id_now)) = (before.ids.get(&start), after.ids.get(&now)) else {
            continue;
        };
        if id != id_now && !asked.sets_id_of(origin) {
            moved.push((origin, node, id.clone()));
        }
    }
    moved
}

impl Asked<'_> {
    /// Whether the edit is about the id of this entry.
    fn sets_id_of(&self, entry: NodeId) -> bool {
        match self {
            Asked::Set { place, .. } | Asked::Remove { place } => place.last == "id" && place.parent == Some(entry),
            _ => false,
        }
    }
}

pub(crate) fn with_id(written: &str, after: &Understood, node: NodeId, word: &str, id: &Id) -> Option<String> {
    let place = path::Place {
        node: None,
        key: None,
        parent: Some(node),
        steps: Vec::new(),
        new_key: Some(word.to_owned()),
        of: Of::Free,
        around: Of::Free,
        is_word: false,
        last: "id".to_owned(),
    };
    let patch = Patch {
        tree: &after.tree,
        source: written,
        quotes: Quotes::WhereNeeded,
    };
    let edits = patch.add_key(&place, &serde_json::Value::String(id.to_string()))?;
    Some(Edited::new(written, edits).text().to_owned())
}

fn find(data: &mut Data, origin: NodeId) -> Option<&mut Data> {
    if data.origin == Some(origin) {
        return Some(data);
    }
    match &mut data.what {
        super::data::What::List(entries) => entries.iter_mut().find_map(|entry| find(entry, origin)),
        super::data::What::Map(pairs) => pairs.iter_mut().find_map(|(_, value)| find(value, origin)),
        _ => None,
    }
}
