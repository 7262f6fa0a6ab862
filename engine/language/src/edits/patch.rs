//! Patches of the text: a scalar replaced, an entry put in, taken out, or carried elsewhere with its comments.

use serde_json::Value as Json;

use super::data::Data;
use super::path::Place;
use super::print;
use crate::diagnostic::Edit;
use crate::place::Place as Of;
use crate::tree::{Content, NodeId, Style, Tree, quoted};

/// Which texts are put in quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    WhereNeeded,
    Always,
}

/// A file that is patched.
pub(super) struct Patch<'f> {
    pub(super) tree: &'f Tree,
    pub(super) source: &'f str,
    pub(super) quotes: Quotes,
}

impl Patch<'_> {
    pub(super) fn newline(&self) -> &'static str {
        if self.source.contains("\r\n") { "\r\n" } else { "\n" }
    }
    pub(super) fn line_start(&self, at: usize) -> usize {
        Tree::line_start(self.source, at)
    }
    /// The end of the line of a position, in front of its line break.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let end = self.source[at..].find('\n').map_or(self.source.len(), |end| at + end);
        if self.source[..end].ends_with('\r') && end > at {
            end - 1
        } else {
            end
        }
    }
    pub(super) fn next_line(&self, at: usize) -> usize {
        self.source[at..]
            .find('\n')
            .map_or(self.source.len(), |end| at + end + 1)
    }
    pub(super) fn column(&self, at: usize) -> usize {
        at - self.line_start(at)
    }
    pub(super) fn replace(&self, start: usize, end: usize, text: impl Into<String>) -> Edit {
        let text: String = text.into();
        let text = match self.newline() {
            "\n" => text,
            newline => text.replace('\n', newline),
        };
        Edit { start, end, text }
    }

    /// The last byte of a node that says something.
    pub(super) fn end(&self, node: NodeId) -> usize {
        let span = self.tree.span(node);
        let text = &self.source[span.start..span.end];
        span.start + text.trim_end_matches(['\n', '\r', ' ']).len()
    }

    /// Sets a value that is there.
    pub(super) fn set(&self, node: NodeId, place: &Place, value: &Json) -> Option<Vec<Edit>> {
        match (&self.tree.node(node).content, value) {
            (Content::List(now), Json::Array(wanted)) => self.set_list(node, now, place, wanted),
            (Content::Map(now), Json::Object(wanted)) => self.set_map(node, now, place, wanted),
            _ => self.replace_value(node, place, value),
        }
    }

    fn set_list(&self, node: NodeId, now: &[NodeId], place: &Place, wanted: &[Json]) -> Option<Vec<Edit>> {
        let same = |node: &NodeId, value: &Json| Data::new(value).is(self.tree, *node, &mut Vec::new());
        let before = now
            .iter()
            .zip(wanted)
            .take_while(|(node, value)| same(node, value))
            .count();
        let most = now.len().min(wanted.len()) - before;
        let ends = now.iter().rev().zip(wanted.iter().rev());
        let after = ends.take(most).take_while(|(node, value)| same(node, value)).count();
        let (old, new) = (&now[before..now.len() - after], &wanted[before..wanted.len() - after]);
        let entry = |at: usize, node: NodeId| {
            let mut steps = place.steps.clone();
            steps.push(at);
            Place {
                node: Some(node),
                key: None,
                parent: place.node,
                steps,
                new_key: None,
                of: place.of.entry(),
                around: place.of.clone(),
                is_word: false,
                last: String::new(),
            }
        };
        let mut edits = Vec::new();
        if old.len() == new.len() {
            for (number, (node, value)) in old.iter().zip(new).enumerate() {
                edits.extend(self.set(*node, &entry(before + number, *node), value)?);
            }
            return Some(edits);
        }
        if old.is_empty() && new.len() == 1 && !now.is_empty() {
            return self.insert(place, before, &new[0]);
        }
        if new.is_empty() && old.len() == 1 && now.len() > 1 {
            return self.remove(node, before, old[0]);
        }
        self.replace_value(node, place, &Json::Array(wanted.to_vec()))
    }

    fn set_map(
        &self,
        node: NodeId,
        now: &[(NodeId, NodeId)],
        place: &Place,
        wanted: &serde_json::Map<String, Json>,
    ) -> Option<Vec<Edit>> {
        let mut edits = Vec::new();
        let name = |key: &NodeId| self.tree.scalar(*key).unwrap_or_default();
        let keys_stay = now.iter().all(|(key, _)| wanted.contains_key(name(key))) && now.len() == wanted.len();
        if !keys_stay {
            return self.replace_value(node, place, &Json::Object(wanted.clone()));
        }
        let beside: Vec<&str> = wanted.keys().map(String::as_str).collect();
        let around = place.of.known_by(&beside);
        for (number, (key, value)) in now.iter().enumerate() {
            let new = &wanted[name(key)];
            if Data::new(new).is(self.tree, *value, &mut Vec::new()) {
                continue;
            }
            let mut steps = place.steps.clone();
            steps.push(number);
            let member = Place {
                node: Some(*value),
                key: Some(*key),
                parent: Some(node),
                steps,
                new_key: None,
                of: around.behind(name(key), &beside),
                around: around.clone(),
                is_word: false,
                last: String::new(),
            };
            edits.extend(self.set(*value, &member, new)?);
        }
        Some(edits)
    }

    /// Writes a value anew.
    pub(super) fn replace_value(&self, node: NodeId, place: &Place, value: &Json) -> Option<Vec<Edit>> {
        let now = self.tree.node(node);
        let parent = place.parent.map(|parent| self.tree.node(parent));
        let in_brackets = parent.is_some_and(|parent| parent.flow);
        if in_brackets {
            let text = match value {
                Json::String(_) => self.restyled(node, value),
                other => print::in_brackets(other, self.quotes),
            };
            let text = match place.key {
                Some(key) if self.tree.is_empty(node) => {
                    let end = self.tree.span(key).end;
                    return Some(vec![self.replace(end, self.end(node).max(end), format!(": {text}"))]);
                }
                _ => text,
            };
            return Some(vec![self.replace(now.span.start, now.span.end, text)]);
        }
        let one_line = matches!(&now.content, Content::Text { style, .. } if !matches!(style, Style::Literal | Style::Folded))
            && !self.source[now.span.start..now.span.end].contains('\n')
            || now.flow;
        if let (true, Json::String(_) | Json::Number(_) | Json::Bool(_)) = (one_line, value) {
            return Some(vec![self.replace(
                now.span.start,
                now.span.end,
                self.restyled(node, value),
            )]);
        }
        if let (true, Json::Array(entries)) = (one_line, value)
            && entries.iter().all(|entry| !entry.is_object() && !entry.is_array())
        {
            let text = print::in_brackets(value, self.quotes);
            return Some(vec![self.replace(now.span.start, now.span.end, text)]);
        }
        match place.key {
            Some(key) => {
                let key_end = self.tree.span(key).end;
                let colon = key_end + self.source[key_end..].find(':')? + 1;
                let column = self.column(self.tree.span(key).start);
                let text = print::behind_key(value, column, self.quotes);
                let end = self.end(node).max(colon);
                // A comment on the line of the key stays there.
                let comment = self.source[end..self.line_end(end)].trim_start().starts_with('#');
                if comment && text.starts_with('\n') {
                    let line_end = self.line_end(end);
                    return Some(vec![
                        self.replace(colon, end, ""),
                        self.replace(line_end, line_end, text),
                    ]);
                }
                Some(vec![self.replace(colon, end, text)])
            }
            None => {
                // An entry of a list in lines.
                let column = self.column(now.span.start);
                let lines = print::entry_lines(value, column, self.quotes).join("\n");
                Some(vec![self.replace(now.span.start, self.end(node), lines.trim_start())])
            }
        }
    }

    /// A text in the quotes that stood there.
    fn restyled(&self, node: NodeId, value: &Json) -> String {
        let plain = print::scalar(value, self.tree.node(node).flow, self.quotes);
        let Json::String(text) = value else { return plain };
        let printable = text.chars().all(|c| !c.is_control());
        match self.tree.style(node) {
            Some(Style::DoubleQuoted) => quoted(text),
            Some(Style::SingleQuoted) if printable && !text.is_empty() => format!("'{}'", text.replace('\'', "''")),
            _ => plain,
        }
    }

    /// Adds a key to a mapping, where it belongs.
    pub(super) fn add_key(&self, place: &Place, value: &Json) -> Option<Vec<Edit>> {
        let (map, key) = (place.parent?, place.new_key.as_deref()?);
        let pairs = self.tree.map(map)?;
        let behind = self.place_of_key(pairs, place);
        let (after, after_value) = *pairs.get(behind)?;
        if self.tree.node(map).flow {
            let text = format!(
                ", {}: {}",
                print::key_text(key, self.quotes),
                print::in_brackets(value, self.quotes)
            );
            let end = self.end(after_value).max(self.tree.span(after).end);
            return Some(vec![self.replace(end, end, text)]);
        }
        let column = self.column(self.tree.span(pairs[0].0).start);
        let text = format!(
            "{}{}:{}",
            " ".repeat(column),
            print::key_text(key, self.quotes),
            print::behind_key(value, column, self.quotes)
        );
        let lines = self.lines_of_pair(pairs, behind);
        Some(vec![self.put_line(lines.end, &text)])
    }

    /// Lines put in at the beginning of a line, or behind the last.
    pub(super) fn put_line(&self, at: usize, text: &str) -> Edit {
        let ends = at == 0 || self.source[..at].ends_with('\n');
        let text = if ends { format!("{text}\n") } else { format!("\n{text}") };
        self.replace(at, at, text)
    }

    /// The pair behind which a new key belongs: that of the last known key before it in the table; `id` comes right
    /// behind the word.
    pub(super) fn place_of_key(&self, pairs: &[(NodeId, NodeId)], place: &Place) -> usize {
        if place.last == "id" {
            return 0;
        }
        let Of::Keys { keys, .. } = &place.around else {
            return pairs.len() - 1;
        };
        let rank = |word: &str| keys.iter().position(|key| key.is(word));
        let Some(own) = rank(&place.last) else {
            return pairs.len() - 1;
        };
        let ranks: Vec<Option<usize>> = pairs
            .iter()
            .map(|(key, _)| self.tree.scalar(*key).and_then(rank))
            .collect();
        let before = ranks.iter().rposition(|rank| rank.is_some_and(|rank| rank < own));
        before.unwrap_or(0)
    }
}
