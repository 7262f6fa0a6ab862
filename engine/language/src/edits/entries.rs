//! Entries put in, taken out and carried elsewhere, with the comments that belong to them.

use serde_json::Value as Json;

use super::data::{Data, What};
use super::patch::Patch;
use super::path::Place;
use super::print;
use crate::diagnostic::Edit;
use crate::format::dash;
use crate::tree::{Content, NodeId, Style, plain_is_safe_in_block};

/// Lines of a file as bytes: an entry with what belongs to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines {
    /// Beginning of its first line, a comment above it included.
    pub(super) start: usize,
    /// Behind the line break of its last line, or the end of the file.
    pub(super) end: usize,
    /// Where its dash or key begins.
    pub(super) head: usize,
}

impl Patch<'_> {
    /// The lines of a pair of a mapping in lines.
    pub(super) fn lines_of_pair(&self, pairs: &[(NodeId, NodeId)], at: usize) -> Lines {
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
    pub(super) fn insert(&self, list: &Place, at: usize, value: &Json) -> Option<Vec<Edit>> {
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
    pub(super) fn insert_text(&self, list: &Place, at: usize, text: &str, data: &Data) -> Option<Vec<Edit>> {
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
    pub(super) fn remove(&self, parent: NodeId, at: usize, node: NodeId) -> Option<Vec<Edit>> {
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
    pub(super) fn carry(&self, from: &Place, to: &Place, at: usize) -> Option<Vec<Edit>> {
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
                let behind = &line[column + 1..];
                out.push_str(behind.strip_prefix(' ').unwrap_or(behind));
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
        } if plain_is_safe_in_block(text) => crate::read::plain_data(text),
        What::Text { text, .. } => Json::String(text.clone()),
        What::List(entries) => entries.iter().map(json).collect(),
        What::Map(pairs) => Json::Object(pairs.iter().map(|(key, value)| (key.clone(), json(value))).collect()),
    }
}
