//! Patches of the text: a scalar replaced, an entry put in, taken out, or carried elsewhere with its comments.

use serde_json::Value as Json;

use super::data::{Data, What};
use super::path::Place;
use super::{Asked, Entry, Refused, print};
use crate::diagnostic::Edit;
use crate::format::dash;
use crate::keywords;
use crate::place::Place as Of;
use crate::tree::{Content, Edited, NodeId, Style, Tree, plain_is_safe, plain_is_safe_in_block, quoted};
use crate::understood::Understood;

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

/// Lines of a file as bytes: an entry with what belongs to it.
#[derive(Clone, Copy, Debug)]
struct Lines {
    /// Beginning of its first line, a comment above it included.
    start: usize,
    /// Behind the line break of its last line, or the end of the file.
    end: usize,
    /// Where its dash or key begins.
    head: usize,
}

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

impl Patch<'_> {
    fn newline(&self) -> &'static str {
        if self.source.contains("\r\n") { "\r\n" } else { "\n" }
    }
    fn line_start(&self, at: usize) -> usize {
        Tree::line_start(self.source, at)
    }
    /// The end of the line of a position, in front of its line break.
    fn line_end(&self, at: usize) -> usize {
        let end = self.source[at..].find('\n').map_or(self.source.len(), |end| at + end);
        if self.source[..end].ends_with('\r') && end > at {
            end - 1
        } else {
            end
        }
    }
    fn next_line(&self, at: usize) -> usize {
        self.source[at..]
            .find('\n')
            .map_or(self.source.len(), |end| at + end + 1)
    }
    fn column(&self, at: usize) -> usize {
        at - self.line_start(at)
    }
    fn replace(&self, start: usize, end: usize, text: impl Into<String>) -> Edit {
        let text: String = text.into();
        let text = match self.newline() {
            "\n" => text,
            newline => text.replace('\n', newline),
        };
        Edit { start, end, text }
    }

    /// The last byte of a node that says something.
    fn end(&self, node: NodeId) -> usize {
        let span = self.tree.span(node);
        let text = &self.source[span.start..span.end];
        span.start + text.trim_end_matches(['\n', '\r', ' ']).len()
    }

    /// Sets a value that is there.
    fn set(&self, node: NodeId, place: &Place, value: &Json) -> Option<Vec<Edit>> {
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
    fn replace_value(&self, node: NodeId, place: &Place, value: &Json) -> Option<Vec<Edit>> {
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
    fn put_line(&self, at: usize, text: &str) -> Edit {
        let ends = at == 0 || self.source[..at].ends_with('\n');
        let text = if ends { format!("{text}\n") } else { format!("\n{text}") };
        self.replace(at, at, text)
    }

    /// The pair behind which a new key belongs: that of the last known key before it in the table; `id` comes right
    /// behind the word.
    fn place_of_key(&self, pairs: &[(NodeId, NodeId)], place: &Place) -> usize {
        if place.last == "id" {
            return 0;
        }
        let Of::Keys { keys, .. } = &place.around else {
            return pairs.len() - 1;
        };
        let rank = |word: &str| keys.iter().position(|key| keywords::is(key.word, word));
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

    /// The lines of a pair of a mapping in lines.
    fn lines_of_pair(&self, pairs: &[(NodeId, NodeId)], at: usize) -> Lines {
        let (key, value) = pairs[at];
        let head = self.tree.span(key).start;
        let end = self.end(value).max(self.tree.span(key).end);
        self.lines(head, end)
    }

    /// The lines of an entry of a list in lines.
    fn lines_of_entry(&self, list: NodeId, at: usize) -> Option<Lines> {
        let entries = self.tree.list(list)?;
        let from = match at.checked_sub(1) {
            Some(before) => self.end(entries[before]),
            None => self.tree.span(list).start,
        };
        let node = entries[at];
        let start = self.tree.span(node).start;
        // The end of what came before may lie in front of its own dash when it is empty.
        let head = dash(self.source, from, start.max(from)).or_else(|| {
            self.source[self.line_start(start)..start]
                .find('-')
                .map(|at| self.line_start(start) + at)
        })?;
        Some(self.lines(head, self.end(node).max(head + 1)))
    }

    /// The lines from `head` to `end`, with the comments that belong to them: those right above in the same column, and
    /// those right below that stand further right.
    fn lines(&self, head: usize, end: usize) -> Lines {
        let column = self.column(head);
        let own = self.line_start(head);
        let mut start = own;
        while start > 0 {
            let above = self.line_start(start - 1);
            let line = self.source[above..start].trim_end();
            let is_own = line.trim_start().starts_with('#') && line.len() - line.trim_start().len() == column;
            if !is_own {
                break;
            }
            start = above;
        }
        let mut last = self.next_line(end);
        let mut at = last;
        while at < self.source.len() {
            let line_end = self.next_line(at);
            let line = self.source[at..line_end].trim_end();
            let inner = line.len() - line.trim_start().len();
            if line.is_empty() {
                at = line_end;
                continue;
            }
            if !line.trim_start().starts_with('#') || inner <= column {
                break;
            }
            at = line_end;
            last = line_end;
        }
        Lines { start, end: last, head }
    }

    /// Puts a value into a list.
    fn insert(&self, list: &Place, at: usize, value: &Json) -> Option<Vec<Edit>> {
        if let Some(node) = list.node
            && self.tree.node(node).flow
            && !self.tree.list(node).is_some_and(<[NodeId]>::is_empty)
        {
            return self.insert_in_brackets(node, at, &print::in_brackets(value, self.quotes));
        }
        if list
            .node
            .is_none_or(|node| self.tree.list(node).is_none_or(<[NodeId]>::is_empty))
        {
            let whole = Json::Array(vec![value.clone()]);
            return match list.node {
                None => self.add_key(list, &whole),
                Some(node) => self.replace_value(node, list, &whole),
            };
        }
        let text = print::entry_lines(value, 0, self.quotes).join("\n");
        self.insert_lines(list.node?, at, &text)
    }

    fn insert_in_brackets(&self, list: NodeId, at: usize, text: &str) -> Option<Vec<Edit>> {
        let entries = self.tree.list(list)?;
        Some(vec![match entries.get(at) {
            Some(next) => {
                let start = self.tree.span(*next).start;
                self.replace(start, start, format!("{text}, "))
            }
            None => {
                let end = self.end(*entries.last()?);
                self.replace(end, end, format!(", {text}"))
            }
        }])
    }

    /// Puts an entry, written from column 0 on, into a list in lines.
    fn insert_lines(&self, list: NodeId, at: usize, text: &str) -> Option<Vec<Edit>> {
        let entries = self.tree.list(list)?;
        let near = self.lines_of_entry(list, at.min(entries.len() - 1))?;
        let column = self.column(near.head);
        let indented = dashed(text, column);
        // Entries with blank lines between all of them get one more.
        let all: Vec<Lines> = (0..entries.len())
            .map(|at| self.lines_of_entry(list, at))
            .collect::<Option<_>>()?;
        let apart = all.len() > 1 && all.windows(2).all(|pair| pair[0].end < pair[1].start);
        Some(vec![if at >= entries.len() {
            let blank = if apart { "\n" } else { "" };
            let ends = self.source[..near.end].ends_with('\n');
            let text = if ends {
                format!("{blank}{indented}\n")
            } else {
                format!("\n{blank}{indented}")
            };
            self.replace(near.end, near.end, text)
        } else {
            let blank = if apart { "\n" } else { "" };
            self.replace(near.start, near.start, format!("{indented}\n{blank}"))
        }])
    }

    /// Puts a piece of a file into a list.
    fn insert_text(&self, list: &Place, at: usize, text: &str, data: &Data) -> Option<Vec<Edit>> {
        let lines_stand = list
            .node
            .is_some_and(|node| !self.tree.node(node).flow && self.tree.list(node).is_some_and(|all| !all.is_empty()));
        if lines_stand {
            return self.insert_lines(list.node?, at, text.trim_end());
        }
        // Between brackets, or as the first of its list.
        if let Some(node) = list.node
            && self.tree.list(node).is_some_and(|all| !all.is_empty())
        {
            return self.insert_in_brackets(node, at, &print::in_brackets(&json(data), self.quotes));
        }
        match (list.key, list.node) {
            (Some(key), Some(node)) => {
                let key_end = self.tree.span(key).end;
                let colon = key_end + self.source[key_end..].find(':')? + 1;
                let column = self.column(self.tree.span(key).start) + print::LEVEL;
                let indented = dashed(text.trim_end(), column);
                let line_end = self.line_end(self.end(node).max(colon));
                Some(vec![
                    self.replace(colon, self.end(node).max(colon), ""),
                    self.replace(line_end, line_end, format!("\n{indented}")),
                ])
            }
            _ => {
                let map = list.parent?;
                let pairs = self.tree.map(map)?;
                if self.tree.node(map).flow {
                    return self.add_key(list, &Json::Array(vec![json(data)]));
                }
                let behind = self.place_of_key(pairs, list);
                let column = self.column(self.tree.span(pairs[0].0).start);
                let key = print::key_text(list.new_key.as_deref()?, self.quotes);
                let indented = dashed(text.trim_end(), column + print::LEVEL);
                let lines = self.lines_of_pair(pairs, behind);
                Some(vec![self.put_line(
                    lines.end,
                    &format!("{}{key}:\n{indented}", " ".repeat(column)),
                )])
            }
        }
    }

    /// Takes out an entry or pair.
    fn remove(&self, parent: NodeId, at: usize, node: NodeId) -> Option<Vec<Edit>> {
        let spans: Vec<(usize, usize)> = match &self.tree.node(parent).content {
            Content::List(entries) => entries
                .iter()
                .map(|entry| (self.tree.span(*entry).start, self.end(*entry)))
                .collect(),
            Content::Map(pairs) => {
                let span = |(key, value): &(NodeId, NodeId)| {
                    let key = self.tree.span(*key);
                    (key.start, self.end(*value).max(key.end))
                };
                pairs.iter().map(span).collect()
            }
            _ => return None,
        };
        if self.tree.node(parent).flow {
            let (start, end) = match (at.checked_sub(1).map(|before| spans[before]), spans.get(at + 1)) {
                (_, Some(next)) => (spans[at].0, next.0),
                (Some(before), None) => (before.1, spans[at].1),
                (None, None) => (spans[at].0, self.end(node).max(spans[at].1)),
            };
            return Some(vec![self.replace(start, end, "")]);
        }
        if spans.len() == 1 {
            return self.remove_last(parent, at);
        }
        let lines = match self.tree.list(parent) {
            Some(_) => self.lines_of_entry(parent, at)?,
            None => self.lines_of_pair(self.tree.map(parent)?, at),
        };
        if at == 0 && self.tree.map(parent).is_some() && self.column(lines.head) > 0 {
            // The first key of an entry stands behind its dash.
            let next = self.tree.span(self.tree.map(parent)?.get(1)?.0).start;
            return Some(vec![self.replace(lines.head, next, "")]);
        }
        Some(vec![self.cut(lines)])
    }

    /// Lines taken out; of two blank lines that would meet one goes too.
    fn cut(&self, lines: Lines) -> Edit {
        let above_blank = lines.start > 0 && {
            let above = self.line_start(lines.start - 1);
            self.source[above..lines.start].trim().is_empty()
        };
        let mut end = lines.end;
        if above_blank {
            let next = self.next_line(end);
            if end < self.source.len() && self.source[end..next].trim().is_empty() {
                end = next;
            }
        }
        self.replace(lines.start, end, "")
    }

    /// The only entry of a list leaves nothing but its brackets.
    fn remove_last(&self, parent: NodeId, at: usize) -> Option<Vec<Edit>> {
        let lines = match self.tree.list(parent) {
            Some(_) => self.lines_of_entry(parent, at)?,
            None => self.lines_of_pair(self.tree.map(parent)?, at),
        };
        let sign = if self.tree.list(parent).is_some() { " []" } else { " {}" };
        let before = self.source[..lines.start].trim_end();
        let colon = before.rfind(':')? + 1;
        // Nothing but comments between the key and the entry.
        let between = &self.source[colon..lines.start];
        let comments = between
            .lines()
            .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
        comments.then(|| vec![self.replace(colon, colon, sign), self.cut(lines)])
    }

    /// Takes an entry out of one list and puts it into another, with its comments.
    fn carry(&self, from: &Place, to: &Place, at: usize) -> Option<Vec<Edit>> {
        let (list, node) = (from.parent?, from.node?);
        let number = *from.steps.last()?;
        let data = Data::of(self.tree, node);
        let same_list = to.node == Some(list);
        // `at` counts the entries without this one.
        let at = if same_list && at >= number { at + 1 } else { at };
        if same_list && (at == number || at == number + 1) {
            return Some(Vec::new());
        }
        let mut edits = self.remove(list, number, node)?;
        if self.tree.node(list).flow {
            let raw = self.source[self.tree.span(node).start..self.end(node)].to_owned();
            let to_brackets = to
                .node
                .filter(|node| self.tree.node(*node).flow && !self.tree.list(*node).is_some_and(<[NodeId]>::is_empty));
            edits.extend(match to_brackets {
                Some(other) => self.insert_in_brackets(other, at, &raw)?,
                None => self.insert_text(to, at, &raw, &data)?,
            });
            return Some(edits);
        }
        let lines = self.lines_of_entry(list, number)?;
        let text = self.undashed(lines);
        edits.extend(self.insert_text(to, at, &text, &data)?);
        Some(edits)
    }

    /// The lines of an entry moved to the left, without its dash.
    fn undashed(&self, lines: Lines) -> String {
        let column = self.column(lines.head);
        let head_line = self.line_start(lines.head);
        let mut out = String::new();
        let mut at = lines.start;
        while at < lines.end {
            let next = self.next_line(at);
            let line = self.source[at..next].trim_end_matches(['\n', '\r']);
            if at == head_line {
                out.push_str(line[column + 1..].strip_prefix(' ').unwrap_or(&line[column + 1..]));
            } else {
                // Comments above stand in the column of the dash, everything else at least two further.
                let level = if at < head_line { column } else { column + print::LEVEL };
                let own = line.len() - line.trim_start_matches(' ').len();
                out.push_str(&line[own.min(level)..]);
            }
            out.push('\n');
            at = next;
        }
        out
    }
}

/// An entry, written from column 0 on, behind a dash in this column; comments above it stand in the same column.
fn dashed(text: &str, column: usize) -> String {
    let indent = " ".repeat(column);
    let mut out: Vec<String> = Vec::new();
    let mut behind = false;
    for line in text.split('\n') {
        if !behind && line.starts_with('#') {
            out.push(format!("{indent}{line}"));
        } else if !behind {
            behind = true;
            out.push(format!("{indent}- {line}"));
        } else if line.trim().is_empty() {
            out.push(String::new());
        } else {
            out.push(format!("{indent}  {line}"));
        }
    }
    out.join("\n")
}

/// An entry as JSON, for writing it between brackets.
fn json(data: &Data) -> Json {
    match &data.what {
        What::Empty => Json::Null,
        What::New(value) => value.clone(),
        What::Text {
            text,
            style: Style::Plain,
        } if plain_is_safe(text) || plain_is_safe_in_block(text) => crate::read::plain_data(text),
        What::Text { text, .. } => Json::String(text.clone()),
        What::List(entries) => entries.iter().map(json).collect(),
        What::Map(pairs) => Json::Object(pairs.iter().map(|(key, value)| (key.clone(), json(value))).collect()),
    }
}
