//! A second reader of every file: `serde_yaml`. What the two read differently is refused.

use serde_yaml::Value;

use super::{Content, NodeId, Style, Tree};
use crate::catalogue as c;
use crate::read::{Report, Reports};

/// Compares the tree with what `serde_yaml` reads. The tree has passed all limits, so this is bounded too.
pub(super) fn compare(tree: &Tree, reports: &mut Reports) {
    match serde_yaml::from_str::<Value>(tree.text()) {
        Ok(value) => {
            if let Some(differs) = difference(tree, tree.root(), &value) {
                if let Some(report) = line_break_of_one_reader(tree) {
                    reports.push(report);
                    return;
                }
                reports.push(Report::new(c::READ_DIFFERENTLY, tree.span(differs)));
            }
        }
        Err(error) => {
            if let Some(report) = line_break_of_one_reader(tree) {
                reports.push(report);
                return;
            }
            let at = error
                .location()
                .map_or(0, |location| location.index().min(tree.text().len()));
            let at = tree.edited().to_source(at);
            let span = crate::model::Span { start: at, end: at };
            reports.push(Report::new(c::READ_DIFFERENTLY, span));
        }
    }
}

/// YAML 1.1 has line breaks that 1.2 has not; they cannot be seen, and come along when a text is pasted.
fn line_break_of_one_reader(tree: &Tree) -> Option<Report> {
    let at = tree.text().find(['\u{85}', '\u{2028}', '\u{2029}'])?;
    let length = tree.text()[at..].chars().next().map_or(0, char::len_utf8);
    let span = crate::model::Span {
        start: tree.edited().to_source(at),
        end: tree.edited().to_source(at + length),
    };
    Some(Report::new(c::READ_DIFFERENTLY, span).replace(span, " "))
}

/// The first node whose value is not the same. Depth is limited by `DEPTH_MAX`.
fn difference(tree: &Tree, node: NodeId, value: &Value) -> Option<NodeId> {
    match (&tree.node(node).content, value) {
        (Content::Empty, Value::Null) => None,
        (Content::Text { text, .. }, Value::String(other)) => (**text != **other).then_some(node),
        // Typed by YAML, text for us until the place says otherwise: the text must be what was typed.
        (
            Content::Text {
                style: Style::Plain, ..
            },
            Value::Number(_) | Value::Bool(_),
        ) => None,
        (Content::List(entries), Value::Sequence(others)) if entries.len() == others.len() => entries
            .iter()
            .zip(others)
            .find_map(|(entry, other)| difference(tree, *entry, other)),
        (Content::Map(entries), Value::Mapping(others)) if entries.len() == others.len() => entries
            .iter()
            .zip(others)
            .find_map(|((key, entry), (other_key, other))| {
                difference(tree, *key, other_key).or_else(|| difference(tree, *entry, other))
            }),
        _ => Some(node),
    }
}
