//! The outline of a file: its steps with their fields, its tables and tests; of a site its things.

use crate::model::Span;
use crate::place::Place;
use crate::read::Reports;
use crate::tree::{NodeId, Tree};

/// An entry of the outline.
#[derive(Clone, Debug, PartialEq)]
pub struct Symbol {
    /// Its sentence.
    pub name: String,
    /// Its word, as it is written.
    pub word: String,
    pub span: Span,
    /// Where the sentence stands.
    pub name_span: Span,
    pub is_step: bool,
    pub inside: Vec<Symbol>,
}

/// The outline, from top to bottom; empty when the file cannot be parsed at all.
pub fn symbols(source: &str) -> Vec<Symbol> {
    let Some(tree) = crate::tree::load(source, &mut Reports::default(), &|_| 0) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    walk(
        &tree,
        tree.root(),
        &Place::root(crate::format::is_site(source)),
        &mut out,
    );
    out
}

fn walk(tree: &Tree, node: NodeId, place: &Place, out: &mut Vec<Symbol>) {
    if let Some(entries) = tree.list(node) {
        let of = place.entry();
        for entry in entries {
            let Some(pairs) = tree.map(*entry) else { continue };
            let shown = matches!(
                of,
                Place::Step | Place::Field | Place::Keys { .. } | Place::WordOrKeys(_)
            );
            let first = pairs.first().filter(|_| shown);
            let named = first.and_then(|(key, value)| {
                let text = tree.scalar(*value).or_else(|| {
                    let (_, first) = tree.map(*value)?.first()?;
                    tree.scalar(*first)
                })?;
                Some((tree.scalar(*key)?, text, *value))
            });
            match named {
                Some((word, name, value)) => {
                    let mut inside = Vec::new();
                    walk(tree, *entry, &of, &mut inside);
                    out.push(Symbol {
                        name: name.trim().to_owned(),
                        word: word.to_owned(),
                        span: tree.span(*entry),
                        name_span: tree.span(value),
                        is_step: matches!(of, Place::Step),
                        inside,
                    });
                }
                None => walk(tree, *entry, &of, out),
            }
        }
        return;
    }
    let Some(pairs) = tree.map(node) else { return };
    let keys: Vec<&str> = pairs.iter().filter_map(|(key, _)| tree.scalar(*key)).collect();
    let around = place.known_by(&keys);
    for (key, value) in pairs {
        if tree.list(*value).is_some() || tree.map(*value).is_some() {
            let behind = around.behind(tree.scalar(*key).unwrap_or_default(), &keys);
            if !matches!(behind, Place::Free) {
                walk(tree, *value, &behind, out);
            }
        }
    }
}
