//! What an edit means, and that it is written.

use super::data::{Data, What};
use super::patch::{Patch, Quotes};
use super::path::Place;
use super::{Asked, Entry, Refused};
use crate::tree::Edited;
use crate::understood::Understood;

impl Asked<'_> {
    /// What the edit means for the contents of the file.
    pub(super) fn apply(&self, data: &mut Data) -> Result<(), Refused> {
        let lost = || Refused::NotAlone;
        match self {
            Asked::Set { place, value } => match &place.new_key {
                Some(key) => {
                    let around = data.at(&place.steps).ok_or_else(lost)?;
                    around.add(key, Data::new(value)).ok_or_else(lost)
                }
                None => {
                    let old = data.at(&place.steps).ok_or_else(lost)?;
                    old.what = Data::new(value).what;
                    Ok(())
                }
            },
            Asked::Insert { list, at, entry } => {
                let entry = match entry {
                    Entry::Value(value) => Data::new(value),
                    Entry::Piece(piece) => piece_of(piece)?.1,
                };
                put(data, list, *at, entry)
            }
            Asked::Move { from, to, at } => {
                let (number, above) = from.steps.split_last().ok_or_else(lost)?;
                let entry = data.at(above).and_then(|list| list.take(*number)).ok_or_else(lost)?;
                put(data, &after_removal(to, from), *at, entry)
            }
            Asked::Remove { place } => {
                let (number, above) = place.steps.split_last().ok_or_else(lost)?;
                data.at(above).and_then(|list| list.take(*number)).ok_or_else(lost)?;
                Ok(())
            }
        }
    }

    /// The file with the edit written into it; `None` when there is nothing to do.
    pub(super) fn write(&self, file: &Understood, source: &str, quotes: Quotes) -> Result<Option<String>, Refused> {
        let patch = Patch {
            tree: &file.tree,
            source,
            quotes,
        };
        let edits = match self {
            Asked::Set { place, value } => match place.node {
                None => patch.add_key(place, value),
                Some(node) => {
                    let now = Data::new(value);
                    if now.is(&file.tree, node, &mut Vec::new()) {
                        return Ok(None);
                    }
                    patch.set(node, place, value)
                }
            },
            Asked::Insert { list, at, entry } => match entry {
                Entry::Value(value) => patch.insert(list, *at, value),
                Entry::Piece(piece) => {
                    let (text, data) = piece_of(piece)?;
                    patch.insert_text(list, *at, &text, &data)
                }
            },
            Asked::Move { from, to, at } => patch.carry(from, to, *at),
            Asked::Remove { place } => {
                let node = place.node.ok_or(Refused::NotAlone)?;
                let parent = place.parent.ok_or(Refused::NotAlone)?;
                let at = place.steps.last().copied().unwrap_or_default();
                patch.remove(parent, at, node)
            }
        };
        let edits = edits.ok_or(Refused::NotAlone)?;
        Ok(Some(Edited::new(source, edits).text().to_owned()))
    }
}

fn put(data: &mut Data, list: &Place, at: usize, entry: Data) -> Result<(), Refused> {
    let place = data.at(&list.steps).ok_or(Refused::NotAlone)?;
    let done = match &list.new_key {
        Some(key) => place.add(
            key,
            Data {
                origin: None,
                what: What::List(vec![entry]),
            },
        ),
        None => place.put(at, entry),
    };
    done.ok_or(Refused::NotAlone)
}

/// Numbers of a place once an entry before it has gone.
fn after_removal(to: &Place, from: &Place) -> Place {
    let mut to = to.clone();
    if let Some((number, above)) = from.steps.split_last()
        && to.steps.len() > above.len()
        && to.steps.starts_with(above)
        && to.steps[above.len()] > *number
    {
        to.steps[above.len()] -= 1;
    }
    to
}

/// A piece of a file: one entry, with or without its dash, moved to the left.
fn piece_of(piece: &str) -> Result<(String, Data), Refused> {
    let text = piece.replace("\r\n", "\n");
    let mut lines: Vec<&str> = text.trim_end().lines().collect();
    while lines.first().is_some_and(|line| line.trim().is_empty()) {
        lines.remove(0);
    }
    let first = lines.iter().find(|line| !line.trim_start().starts_with('#'));
    let first = *first.ok_or(Refused::Piece)?;
    let column = first.len() - first.trim_start().len();
    let dashed = first.trim_start().starts_with("- ");
    let mut out = String::new();
    for line in lines {
        let own = line.len() - line.trim_start().len();
        let line = &line[own.min(column)..];
        let line = match (dashed, line.strip_prefix("- "), line.strip_prefix("  ")) {
            (true, Some(rest), _) if line.starts_with("- ") => rest,
            (true, _, Some(rest)) => rest,
            _ => line,
        };
        out.push_str(line.trim_end());
        out.push('\n');
    }
    let mut reports = crate::read::Reports::default();
    let tree = crate::tree::load(&out, &mut reports, &|_| 0).ok_or(Refused::Piece)?;
    if reports.any_error() || tree.text() != out {
        return Err(Refused::Piece);
    }
    let data = Data::of(&tree, tree.root()).foreign();
    Ok((out, data))
}
