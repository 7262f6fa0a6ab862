//! Stable paths to nodes.

use crate::place::Place as Of;
use crate::read::ids::id_text;
use crate::read::keys::Shape;
use crate::tree::{NodeId, Tree};
use crate::understood::Understood;

use super::Refused;

/// One step on the way down: the number of an entry of a list, or of a pair of a mapping.
pub(super) type Steps = Vec<usize>;

/// What a path leads to.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// `None` when only the last key is not there yet.
    pub(super) node: Option<NodeId>,
    /// The key of it, where it stands behind one that is there.
    pub(super) key: Option<NodeId>,
    /// The list or mapping that it is in.
    pub(super) parent: Option<NodeId>,
    /// Numbers from the root; for what is not there yet those of its mapping.
    pub(super) steps: Steps,
    /// The key that is not there yet, as it will be written.
    pub(super) new_key: Option<String>,
    /// What may stand there.
    pub(super) of: Of,
    /// What may stand in the mapping around it.
    pub(super) around: Of,
    /// It is the word that says what its entry is.
    pub(super) is_word: bool,
    /// The last part of the path, as the English word where it is one.
    pub(super) last: String,
}

/// Follows a path from the top of the file.
pub(super) fn find(file: &Understood, source: &str, path: &str) -> Result<Place, Refused> {
    let tree = &file.tree;
    let mut place = Place {
        node: Some(tree.root()),
        key: None,
        parent: None,
        steps: Vec::new(),
        new_key: None,
        of: Of::root(file.is_site),
        around: Of::Free,
        is_word: false,
        last: String::new(),
    };
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let part = part.replace("~1", "/").replace("~0", "~");
        let missing = || Refused::NoSuchPlace {
            path: path.to_owned(),
            part: part.clone(),
        };
        let node = place.node.ok_or_else(missing)?;
        place = if tree.list(node).is_some() {
            entry(file, &place, node, &part).ok_or_else(missing)?
        } else if tree.map(node).is_some() {
            member(tree, &place, node, &part, file)
        } else {
            return Err(missing());
        };
        debug_assert!(place.node.is_none_or(|node| tree.span(node).end <= source.len()));
    }
    Ok(place)
}

fn keys(tree: &Tree, node: NodeId) -> Vec<&str> {
    let pairs = tree.map(node).unwrap_or_default();
    pairs.iter().filter_map(|(key, _)| tree.scalar(*key)).collect()
}

fn member(tree: &Tree, above: &Place, node: NodeId, part: &str, file: &Understood) -> Place {
    let beside = keys(tree, node);
    let around = above.of.known_by(&beside);
    let known = around.word(part, file.keywords);
    let word = known.map(|(word, _)| word);
    let is_word = |text: &str| around.word(text, file.keywords).map(|(word, _)| word) == word;
    let same = |text: &str| text == part || word.is_some() && is_word(text);
    let pairs = tree.map(node).unwrap_or_default();
    let found = pairs.iter().position(|(key, _)| tree.scalar(*key).is_some_and(same));
    let mut steps = above.steps.clone();
    steps.extend(found);
    let is_word = match (&around, word) {
        (Of::Keys { kind: Some(kind), .. }, Some(word)) => kind.word == word,
        (Of::Keys { keys, .. }, Some(word)) => keys
            .iter()
            .any(|key| key.required && key.word == word && keys[0].word == word),
        _ => false,
    };
    let new_key = || known.map_or(part, |(_, said)| said).to_owned();
    Place {
        node: found.map(|at| pairs[at].1),
        key: found.map(|at| pairs[at].0),
        parent: Some(node),
        steps,
        new_key: found.is_none().then(new_key),
        of: around.behind(part, &beside),
        around,
        is_word,
        last: word.unwrap_or(part).to_owned(),
    }
}

fn entry(file: &Understood, above: &Place, node: NodeId, part: &str) -> Option<Place> {
    let tree = &file.tree;
    let entries = tree.list(node)?;
    let of = above.of.entry();
    let place = |at: usize, entry: NodeId| {
        let mut steps = above.steps.clone();
        steps.push(at);
        Place {
            node: Some(entry),
            key: None,
            parent: Some(node),
            steps,
            new_key: None,
            of: of.clone(),
            around: above.of.clone(),
            is_word: false,
            last: part.to_owned(),
        }
    };
    let by = |fits: &dyn Fn(NodeId) -> bool| {
        let found = entries.iter().position(|entry| fits(*entry))?;
        Some(place(found, entries[found]))
    };
    let has_id = |entry: NodeId| {
        let id = file.id_at(tree.span(entry).start);
        id.is_some_and(|id| id.as_str() == part)
    };
    let is_called = |entry: NodeId| sentence(tree, entry).is_some_and(|text| text == part || id_text(text) == part);
    // What is only digits is a number: of `[13, 0]`, `0` is the 13.
    let at = part.parse::<usize>().ok();
    by(&has_id)
        .or_else(|| inside(file, above, part))
        .or_else(|| at.and_then(|at| Some(place(at, *entries.get(at)?))))
        .or_else(|| by(&is_called))
}

/// A step inside the steps of others, by its id.
fn inside(file: &Understood, above: &Place, part: &str) -> Option<Place> {
    let Of::Value(Shape::Steps) = above.of else { return None };
    let tree = &file.tree;
    let mut todo = vec![above.clone()];
    while let Some(place) = todo.pop() {
        let node = place.node?;
        let steps_here = matches!(place.of, Of::Value(Shape::Steps));
        if let Some(entries) = tree.list(node) {
            for (at, entry) in entries.iter().enumerate() {
                let mut steps = place.steps.clone();
                steps.push(at);
                let found = Place {
                    node: Some(*entry),
                    key: None,
                    parent: Some(node),
                    steps,
                    new_key: None,
                    of: place.of.entry(),
                    around: place.of.clone(),
                    is_word: false,
                    last: part.to_owned(),
                };
                let id = file.id_at(tree.span(*entry).start);
                if steps_here && id.is_some_and(|id| id.as_str() == part) {
                    return Some(found);
                }
                todo.push(found);
            }
        }
        for (key, _) in tree.map(node).unwrap_or_default() {
            let member = member(tree, &place, node, tree.scalar(*key).unwrap_or_default(), file);
            // Fields have no steps in them.
            if !matches!(member.of, Of::Value(Shape::Fields)) && member.node.is_some() {
                todo.push(member);
            }
        }
    }
    None
}

/// What stands behind the first word of an entry, or the entry itself.
pub(super) fn sentence(tree: &Tree, entry: NodeId) -> Option<&str> {
    match tree.map(entry) {
        Some(pairs) => pairs.first().and_then(|(_, value)| tree.scalar(*value)),
        None => tree.scalar(entry),
    }
}
