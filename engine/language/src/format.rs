//! One canonical layout for every file: two spaces a level, lists moved in below their key, one space behind colons,
//! dashes and commas, one blank line at most. What was understood by a notice (tabs, full-width punctuation, a missing
//! dash, `step` for `steps`) is written as it should be.
//!
//! Keys stay in the order in which they were written, quotes stay as they are, ids are never touched, and lines are
//! never joined or split: so comments keep their places, and a change of one line stays a change of one line.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Edit, Severity};
use crate::keywords::{self, Keywords};
use crate::read::{Reports, Spoken};
use crate::render::apply_fixes;
use crate::tree::{self, Content, Edited, NodeId, Style, Tree};

/// Columns of one level.
const LEVEL: usize = 2;

/// One canonical layout; comments kept. Files with errors are returned as they were (`None`).
/// Takes apps and site files.
pub fn format(source: &str) -> Option<String> {
    lay_out(&mend(source)?)
}

/// The same, with the words of one language. Only words change, never a comment or a value.
pub fn format_in(source: &str, keywords: Keywords) -> Option<String> {
    lay_out(&respell(&mend(source)?, keywords))
}

/// What was understood by a notice, written as it should be.
fn mend(source: &str) -> Option<String> {
    let diagnostics = check(source);
    if diagnostics.iter().any(|one| one.severity == Severity::Error) {
        return None;
    }
    let notices: Vec<Diagnostic> = diagnostics
        .into_iter()
        .filter(|one| one.severity == Severity::Notice)
        .collect();
    let mut mended = apply_fixes(source, &notices);
    // A fix that overlapped another one is offered again.
    for _ in 0..crate::limits::SYNTAX_REPAIRS_MAX {
        let more: Vec<Diagnostic> = check(&mended)
            .into_iter()
            .filter(|one| one.severity == Severity::Notice && !one.fix.is_empty())
            .collect();
        if more.is_empty() {
            break;
        }
        mended = apply_fixes(&mended, &more);
    }
    Some(mended.replace("\r\n", "\n"))
}

fn lay_out(mended: &str) -> Option<String> {
    let before = parse(mended)?;
    let laid_out = Layout::new(&before).run();
    let same = parse(&laid_out).is_some_and(|after| same_values(&before, before.root(), &after, after.root()));
    Some(if same { laid_out } else { mended.to_owned() })
}

/// A right file with the words of one language. Each word is changed where it stands; nothing else is.
pub(crate) fn respell(source: &str, keywords: Keywords) -> String {
    let Some((tree, spoken)) = crate::spoken(source, is_site(source)) else {
        return source.to_owned();
    };
    let mut edits: BTreeMap<usize, Edit> = BTreeMap::new();
    for word in &spoken {
        let wanted = keywords.pick(word.pair);
        let written = tree.scalar(word.node).and_then(|text| text.get(word.start..word.end));
        if written == Some(wanted) {
            continue;
        }
        for edit in tree.replace_inside(word.node, word.start, word.end, wanted) {
            edits.insert(edit.start, edit);
        }
    }
    let respelled = Edited::new(source, edits.into_values().collect()).text().to_owned();
    // The same words must be understood in the same order.
    let same = crate::spoken(&respelled, is_site(&respelled)).is_some_and(|(_, after)| {
        let words = |spoken: &[Spoken]| spoken.iter().map(|word| word.pair).collect::<Vec<_>>();
        words(&after) == words(&spoken)
    });
    if same { respelled } else { source.to_owned() }
}

fn check(source: &str) -> Vec<Diagnostic> {
    if is_site(source) {
        crate::read_site(source).diagnostics
    } else {
        crate::read_app(source, None).diagnostics
    }
}

pub(crate) fn is_site(source: &str) -> bool {
    let first_word = |line: &str| {
        line.split([':', '：'])
            .next()
            .is_some_and(|word| keywords::is("site", word))
    };
    source
        .lines()
        .any(|line| line.contains([':', '：']) && first_word(line))
}

fn parse(text: &str) -> Option<Tree> {
    let mut reports = Reports::default();
    tree::load(text, &mut reports, &|_| 0).filter(|_| !reports.any_error())
}

/// Whether two trees say the same.
fn same_values(one: &Tree, a: NodeId, other: &Tree, b: NodeId) -> bool {
    match (&one.node(a).content, &other.node(b).content) {
        (Content::Empty, Content::Empty) => true,
        (Content::Text { text: a, style: of_a }, Content::Text { text: b, style: of_b }) => a == b && of_a == of_b,
        (Content::List(a), Content::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_values(one, *a, other, *b))
        }
        (Content::Map(a), Content::Map(b)) => {
            let same = |((ka, va), (kb, vb)): (&(NodeId, NodeId), &(NodeId, NodeId))| {
                same_values(one, *ka, other, *kb) && same_values(one, *va, other, *vb)
            };
            a.len() == b.len() && a.iter().zip(b).all(same)
        }
        _ => false,
    }
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug)]
enum Plan {
    /// Its first character goes to this column.
    Column(usize),
    /// It is part of a block text: moved by so many columns, and otherwise as it is.
    Text { from: usize, to: usize },
    /// It is part of brackets over several lines: moved with the line where they begin.
    Along(usize),
}

struct Layout<'t> {
    tree: &'t Tree,
    text: &'t str,
    /// First byte of every line.
    starts: Vec<usize>,
    plans: BTreeMap<usize, Plan>,
    /// Inside lines.
    edits: Vec<Edit>,
}

impl<'t> Layout<'t> {
    fn new(tree: &'t Tree) -> Layout<'t> {
        let text = tree.text();
        let starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Layout {
            tree,
            text,
            starts,
            plans: BTreeMap::new(),
            edits: Vec::new(),
        }
    }

    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at) - 1
    }
    fn line_text(&self, line: usize) -> &'t str {
        let end = self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        &self.text[self.starts[line]..end.max(self.starts[line])]
    }
    fn indent(&self, line: usize) -> usize {
        let text = self.line_text(line);
        text.len() - text.trim_start_matches(' ').len()
    }
    /// Whether nothing but space stands in front of a byte in its line.
    fn is_first(&self, at: usize) -> bool {
        let line = self.line(at);
        self.text[self.starts[line]..at].bytes().all(|byte| byte == b' ')
    }

    fn run(mut self) -> String {
        let root = self.tree.root();
        if !self.tree.node(root).flow {
            self.node(root, 0, 0);
        }
        let inline = Edited::new(self.text, std::mem::take(&mut self.edits));
        self.write(inline.text())
    }

    /// Plans a node whose first character belongs in `column`; `from` is the byte behind what came before it.
    fn node(&mut self, id: NodeId, column: usize, from: usize) {
        let node = self.tree.node(id);
        match &node.content {
            Content::Map(entries) if !node.flow => {
                let mut from = from;
                for (key, value) in entries {
                    self.place(self.tree.node(*key).parsed.start, column);
                    let key_end = self.tree.node(*key).parsed.end;
                    self.value(*value, column, key_end);
                    from = self.tree.node(*value).parsed.end.max(key_end);
                }
                let _ = from;
            }
            Content::List(entries) if !node.flow => {
                let mut from = from;
                for entry in entries {
                    let start = self.tree.node(*entry).parsed.start;
                    let Some(dash) = self.dash(from, start) else { return };
                    self.place(dash, column);
                    let space = self.text[dash + 1..].bytes().take_while(|byte| *byte == b' ').count();
                    let next = dash + 1 + space;
                    let same_line = self.text[next..]
                        .bytes()
                        .next()
                        .is_some_and(|byte| !matches!(byte, b'\n' | b'#'));
                    if space > 1 && same_line {
                        self.edits.push(Edit {
                            start: dash + 1,
                            end: next,
                            text: " ".to_owned(),
                        });
                    }
                    self.node(*entry, column + LEVEL, dash + 1);
                    from = self.tree.node(*entry).parsed.end.max(dash + 1);
                }
            }
            _ => {
                self.place(node.parsed.start, column);
                self.inside(id, column);
            }
        }
    }

    /// Plans the value behind a key that stands in `column`.
    fn value(&mut self, id: NodeId, column: usize, key_end: usize) {
        let node = self.tree.node(id);
        let inline = !matches!(node.content, Content::Empty)
            && self.line(node.parsed.start) == self.line(key_end)
            && self.text[key_end..node.parsed.start].starts_with(':');
        if inline {
            let gap = &self.text[key_end + 1..node.parsed.start];
            if gap != " " && gap.bytes().all(|byte| matches!(byte, b' ' | b'\t')) && !gap.is_empty() {
                self.edits.push(Edit {
                    start: key_end + 1,
                    end: node.parsed.start,
                    text: " ".to_owned(),
                });
            }
            self.inside(id, column);
            return;
        }
        if let Content::Text {
            style: Style::Literal | Style::Folded,
            ..
        } = node.content
        {
            self.block_text(id, column, key_end);
            return;
        }
        self.node(id, column + LEVEL, key_end + 1);
    }

    fn dash(&self, from: usize, to: usize) -> Option<usize> {
        dash(self.text, from, to)
    }

    fn place(&mut self, at: usize, column: usize) {
        if self.is_first(at) {
            let line = self.line(at);
            self.plans.insert(line, Plan::Column(column));
        }
    }

    /// Further lines of a text or of brackets that begin in a line of `column`.
    fn inside(&mut self, id: NodeId, column: usize) {
        let node = self.tree.node(id);
        let (first, last) = (
            self.line(node.parsed.start),
            self.line(node.parsed.end.saturating_sub(1)),
        );
        match &node.content {
            Content::Text {
                style: Style::Literal | Style::Folded,
                ..
            } => {}
            Content::Text { .. } => {
                for line in first + 1..=last {
                    self.plans.insert(line, Plan::Column(column + LEVEL));
                }
            }
            Content::List(_) | Content::Map(_) if node.flow => {
                self.brackets(id);
                for line in first + 1..=last {
                    self.plans.insert(line, Plan::Along(first));
                }
            }
            _ => {}
        }
    }

    /// `|` and `>`: all lines are moved together.
    fn block_text(&mut self, id: NodeId, column: usize, key_end: usize) {
        let node = self.tree.node(id);
        let header_line = self.line(key_end);
        let header = self.line_text(header_line);
        let behind = &header[(key_end - self.starts[header_line]).min(header.len())..];
        let sign = behind.find(['|', '>']).map_or("", |at| &behind[at..]);
        let counted = sign[1.min(sign.len())..]
            .chars()
            .take_while(|c| !c.is_whitespace())
            .any(|c| c.is_ascii_digit());
        let last = self.line(node.parsed.end.saturating_sub(1)).max(header_line);
        let lines = header_line + 1..=last;
        let shown = lines.clone().find(|line| !self.line_text(*line).trim().is_empty());
        let Some(shown) = shown else { return };
        // The key of a list entry stands behind its dash; columns are those of the key.
        let key_column = self.text[self.starts[header_line]..key_end].len();
        let old_key = key_column
            - self.text[..key_end]
                .chars()
                .rev()
                .take_while(|c| !matches!(c, ' ' | '\n'))
                .count();
        let (from, to) = if counted {
            (old_key, column)
        } else {
            (self.indent(shown), column + LEVEL)
        };
        // What stands further left ends the text: a comment, or nothing at all.
        let least = if counted { old_key + 1 } else { from };
        let inside = |line: &usize| self.line_text(*line).trim().is_empty() || self.indent(*line) >= least;
        let lines: Vec<usize> = lines.take_while(inside).collect();
        for line in lines {
            self.plans.insert(line, Plan::Text { from, to });
        }
    }

    /// One space behind commas and colons between brackets of one line, none inside the brackets.
    fn brackets(&mut self, id: NodeId) {
        let node = self.tree.node(id);
        let (open, close) = (node.parsed.start + 1, node.parsed.end.saturating_sub(1));
        let mut spans: Vec<(usize, usize)> = Vec::new();
        let mut children = Vec::new();
        match &node.content {
            Content::List(entries) => {
                for entry in entries {
                    let span = self.tree.node(*entry).parsed;
                    spans.push((span.start, span.end));
                    children.push(*entry);
                }
            }
            Content::Map(entries) => {
                for (key, value) in entries {
                    let (key, value_span) = (self.tree.node(*key).parsed, self.tree.node(*value).parsed);
                    let end = if self.tree.is_empty(*value) {
                        key.end.max(value_span.end)
                    } else {
                        value_span.end
                    };
                    spans.push((key.start, end));
                    if !self.tree.is_empty(*value) {
                        self.gap(key.end, value_span.start, ":", ": ");
                    }
                    children.push(*value);
                }
            }
            _ => return,
        }
        if let (Some(first), Some(last)) = (spans.first().copied(), spans.last().copied()) {
            self.gap(open, first.0, "", "");
            self.gap(last.1, close, "", "");
        }
        for pair in spans.windows(2) {
            self.gap(pair[0].1, pair[1].0, ",", ", ");
        }
        for child in children {
            if self.tree.node(child).flow {
                self.brackets(child);
            }
        }
    }

    /// Writes what stands between two parts as `by` when it is nothing but `sign` and spaces.
    fn gap(&mut self, start: usize, end: usize, sign: &str, by: &str) {
        let Some(gap) = self.text.get(start..end) else { return };
        if gap != by && !gap.contains('\n') && gap.trim() == sign {
            self.edits.push(Edit {
                start,
                end,
                text: by.to_owned(),
            });
        }
    }

    /// Columns that lines had and get, for comments to follow.
    fn write(&self, text: &str) -> String {
        let lines: Vec<&str> = text.split('\n').collect();
        let old = |line: usize| self.indent(line);
        let new = |line: usize| match self.plans.get(&line) {
            Some(Plan::Column(column)) => *column,
            Some(Plan::Text { from, to }) => (old(line) + to).saturating_sub(*from),
            Some(Plan::Along(owner)) => {
                let owner_new = match self.plans.get(owner) {
                    Some(Plan::Column(column)) => *column,
                    _ => old(*owner),
                };
                (old(line) + owner_new).saturating_sub(old(*owner))
            }
            None => old(line),
        };
        let is_comment = |line: usize| !self.plans.contains_key(&line) && lines[line].trim_start().starts_with('#');
        let is_content = |line: usize| !lines[line].trim().is_empty() && !is_comment(line);
        let next_content = next_after(lines.len(), &is_content);
        let mut out = String::with_capacity(text.len() + 64);
        let mut blank = true;
        let mut above: Vec<(usize, usize)> = Vec::new();
        for line in 0..lines.len() {
            let in_text = matches!(self.plans.get(&line), Some(Plan::Text { .. }));
            let trimmed = lines[line].trim_start_matches(' ');
            let trimmed = if in_text { trimmed } else { trimmed.trim_end() };
            if trimmed.is_empty() && !in_text {
                // Blank lines inside quotes are part of the text.
                let quoted = self.plans.contains_key(&line);
                if !blank || quoted {
                    out.push('\n');
                }
                blank = true;
                continue;
            }
            blank = false;
            let column = if is_comment(line) {
                let next = next_content[line].map(|next| (old(next), new(next)));
                comment_column(old(line), next, &above)
            } else {
                while above.last().is_some_and(|last| last.0 >= old(line)) {
                    above.pop();
                }
                above.push((old(line), new(line)));
                new(line)
            };
            if !trimmed.is_empty() {
                out.extend(std::iter::repeat_n(' ', column));
            }
            out.push_str(trimmed);
            out.push('\n');
        }
        let end = out.trim_end_matches('\n').len();
        let kept_end =
            matches!(self.plans.iter().next_back(), Some((line, Plan::Text { .. })) if *line + 2 >= lines.len());
        if !kept_end {
            out.truncate(end);
            out.push('\n');
        } else if out.ends_with("\n\n") && text.ends_with('\n') {
            out.pop();
        }
        out
    }
}

/// For every line the next one that says something.
fn next_after(count: usize, is_content: &dyn Fn(usize) -> bool) -> Vec<Option<usize>> {
    let mut found = vec![None; count];
    let mut next = None;
    for line in (0..count).rev() {
        found[line] = next;
        if is_content(line) {
            next = Some(line);
        }
    }
    found
}

/// A comment belongs to the line below it, unless it is moved in further than that: then it ends the block above.
fn comment_column(old: usize, next: Option<(usize, usize)>, above: &[(usize, usize)]) -> usize {
    let (next_old, next_new) = next.unwrap_or((0, 0));
    if old <= next_old && next.is_some() {
        return next_new;
    }
    if next.is_none() && old == 0 {
        return 0;
    }
    let owner = above.iter().rev().find(|line| line.0 <= old).map_or(0, |line| line.1);
    owner.max(next_new)
}

/// The dash of an entry, between the end of what came before it and its own beginning.
pub(crate) fn dash(text: &str, from: usize, to: usize) -> Option<usize> {
    let mut at = from;
    for line in text.get(from..to)?.split_inclusive('\n') {
        let blank = line.len() - line.trim_start().len();
        let shown = &line[blank..];
        let comment = shown.starts_with('#') || line.trim().is_empty();
        if !comment {
            let dash = line.find('-').map(|dash| at + dash);
            let before_comment = line
                .find(" #")
                .is_none_or(|hash| dash.is_some_and(|dash| dash < at + hash));
            if dash.is_some() && before_comment {
                return dash;
            }
        }
        at += line.len();
    }
    None
}
