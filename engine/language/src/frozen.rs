//! Ids written back where a sentence was changed: records and formulas go by ids, so that a better sentence must not
//! give a column another name.

use std::collections::{BTreeMap, BTreeSet};

use crate::edits::with_id;
use crate::keywords;
use crate::model::Id;
use crate::place::Place;
use crate::tree::NodeId;
use crate::understood::{Understood, understand};

/// A step, field or table of a file.
struct Entry {
    node: NodeId,
    /// Number of the entry that it is in.
    parent: Option<usize>,
    /// The keys on the way from there.
    list: String,
    word: String,
    id: Id,
    /// `id:` is written.
    explicit: bool,
}

/// The file with `id:` for every step, field and table whose sentence is another than in `earlier`, where it is plain
/// which one it was: between the same neighbours and of the same kind. `None` when one of the two cannot be read.
pub fn freeze_ids(source: &str, earlier: &str) -> Option<String> {
    let before = understand(earlier)?;
    let mut text = source.to_owned();
    // Every id that is written changes the file, and with it where the others stand.
    for _ in 0..crate::limits::STEPS_MAX {
        let now = understand(&text).filter(|now| now.tidy)?;
        let Some((node, id)) = first_renamed(&before, &now) else {
            return Some(text);
        };
        let word = now.keywords.say("id").to_owned();
        text = with_id(&text, &now, node, &word, &id)?;
    }
    Some(text)
}

fn first_renamed(before: &Understood, now: &Understood) -> Option<(NodeId, Id)> {
    let (old, new) = (entries(before), entries(now));
    let mut matched: BTreeMap<usize, usize> = BTreeMap::new();
    let mut groups: BTreeMap<(Option<usize>, &str), Vec<usize>> = BTreeMap::new();
    for (number, entry) in new.iter().enumerate() {
        groups.entry((entry.parent, &entry.list)).or_default().push(number);
    }
    let known = |entries: &[Entry]| entries.iter().map(|entry| entry.id.clone()).collect::<BTreeSet<Id>>();
    let (old_ids, new_ids) = (known(&old), known(&new));
    let mut renamed = Vec::new();
    // Parents come before what is in them.
    for ((parent, list), members) in groups {
        let old_parent = match parent {
            None => None,
            Some(parent) => match matched.get(&parent) {
                Some(old_parent) => Some(*old_parent),
                None => continue,
            },
        };
        let others: Vec<usize> = (0..old.len())
            .filter(|number| old[*number].parent == old_parent && old[*number].list == list)
            .collect();
        let same = |number: &usize| others.iter().copied().find(|other| old[*other].id == new[*number].id);
        let pairs: Vec<(usize, Option<usize>)> = members.iter().map(|number| (*number, same(number))).collect();
        matched.extend(pairs.iter().filter_map(|(number, other)| Some((*number, (*other)?))));
        for (mine, theirs) in gaps(&pairs, &others) {
            let free = |number: &&usize| !new[**number].explicit && !old_ids.contains(&new[**number].id);
            let gone = |number: &&usize| !new_ids.contains(&old[**number].id);
            let mine: Vec<usize> = mine.iter().filter(free).copied().collect();
            let theirs: Vec<usize> = theirs.iter().filter(gone).copied().collect();
            let alike =
                mine.len() == theirs.len() && mine.iter().zip(&theirs).all(|(a, b)| new[*a].word == old[*b].word);
            if alike {
                renamed.extend(mine.iter().copied().zip(theirs.iter().copied()));
                matched.extend(mine.into_iter().zip(theirs));
            }
        }
    }
    let (number, other) = renamed.into_iter().min()?;
    Some((new[number].node, old[other].id.clone()))
}

/// Runs of entries without a match, with those of the earlier file between the same neighbours.
fn gaps(pairs: &[(usize, Option<usize>)], others: &[usize]) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut out = Vec::new();
    let mut run: Vec<usize> = Vec::new();
    let mut before = None;
    let end = [(usize::MAX, None)];
    for (number, other) in pairs.iter().chain(&end) {
        if other.is_none() && *number != usize::MAX {
            run.push(*number);
            continue;
        }
        let place = |other: usize| others.iter().position(|one| *one == other);
        let from = before.and_then(place).map_or(0, |at| at + 1);
        let to = other.and_then(place).unwrap_or(others.len());
        if !run.is_empty() && from <= to {
            out.push((std::mem::take(&mut run), others[from..to].to_vec()));
        }
        run.clear();
        before = *other;
    }
    out
}

/// All of them, each behind the one that it is in.
fn entries(file: &Understood) -> Vec<Entry> {
    let mut found = Vec::new();
    let root = file.tree.root();
    walk(file, root, &Place::root(file.is_site), None, "", &mut found);
    found
}

fn walk(file: &Understood, node: NodeId, place: &Place, parent: Option<usize>, list: &str, found: &mut Vec<Entry>) {
    let tree = &file.tree;
    if let Some(members) = tree.list(node) {
        for member in members {
            walk(file, *member, &place.entry(), parent, list, found);
        }
        return;
    }
    let Some(pairs) = tree.map(node) else { return };
    let keys: Vec<&str> = pairs.iter().filter_map(|(key, _)| tree.scalar(*key)).collect();
    let around = place.known_by(&keys);
    let (mut parent, mut list) = (parent, list.to_owned());
    if let Some(id) = file.ids.get(&tree.span(node).start)
        && node != tree.root()
    {
        let word = match &around {
            Place::Keys { kind: Some(kind), .. } => kind.word.to_owned(),
            _ => keys.first().copied().unwrap_or_default().to_owned(),
        };
        found.push(Entry {
            node,
            parent,
            list: std::mem::take(&mut list),
            word,
            id: id.clone(),
            explicit: keys.iter().any(|key| keywords::is("id", key)),
        });
        parent = Some(found.len() - 1);
    }
    for (key, value) in pairs {
        let key = tree.scalar(*key).unwrap_or_default();
        let behind = around.behind(key, &keys);
        let word = around.word(key, file.keywords).map(|(word, _)| word);
        let list = format!("{list}/{}", word.unwrap_or(key));
        walk(file, *value, &behind, parent, &list, found);
    }
}
