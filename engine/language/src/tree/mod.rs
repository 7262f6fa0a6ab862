//! The located tree: YAML as an arena of nodes, each with its bytes in the file.
//!
//! An arena instead of boxes, so that no depth of the input can overflow the stack when the tree is dropped.
//! What `gemba` does not want in YAML (anchors, tags, merge keys, several documents) is refused here; what people
//! type by habit (tabs, full-width punctuation) is understood here. Meaning begins in `read`.

mod build;
mod edited;
mod languages;
mod mend;
mod punctuation;
mod scalar;
mod second_reader;
mod syntax;

pub(crate) use edited::Edited;
pub(crate) use languages::with_quotes;
pub(crate) use scalar::{plain_is_safe, plain_is_safe_in_block, quoted};
pub(crate) use syntax::Judge;

use crate::diagnostic::Edit;
use crate::model::Span;
use crate::read::Reports;

/// A node of a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NodeId(u32);

/// How a text was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
}

#[derive(Debug)]
pub(crate) enum Content {
    /// Nothing was written, or `null` or `~`.
    Empty,
    Text {
        text: Box<str>,
        style: Style,
    },
    List(Vec<NodeId>),
    Map(Vec<(NodeId, NodeId)>),
}

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) content: Content,
    /// Bytes in the file as it was given.
    pub(crate) span: Span,
    /// Bytes in the text that was parsed, after repairs.
    pub(crate) parsed: Span,
    /// Written with brackets or braces; a text that stands inside some.
    pub(crate) flow: bool,
}

#[derive(Debug)]
pub(crate) struct Tree {
    /// The file with its repairs, the text that was parsed.
    edited: Edited,
    nodes: Vec<Node>,
    root: NodeId,
}

/// Reads a file into a tree. `None` when there is nothing to go on with; the reason is in `reports` then.
/// `judge` says how many mistakes a reader finds in a tree; it chooses between several ways to mend a mistake of YAML.
pub(crate) fn load(source: &str, reports: &mut Reports, judge: Judge<'_>) -> Option<Tree> {
    let tree = syntax::load(source, reports, judge)?;
    if !reports.any_error() {
        second_reader::compare(&tree, reports);
    }
    Some(tree)
}

impl Tree {
    pub(crate) fn root(&self) -> NodeId {
        self.root
    }
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }
    pub(crate) fn span(&self, id: NodeId) -> Span {
        self.node(id).span
    }
    /// The text that was parsed: the file after its repairs.
    pub(crate) fn text(&self) -> &str {
        self.edited.text()
    }
    pub(crate) fn edited(&self) -> &Edited {
        &self.edited
    }
    pub(crate) fn scalar(&self, id: NodeId) -> Option<&str> {
        match &self.node(id).content {
            Content::Text { text, .. } => Some(text),
            _ => None,
        }
    }
    pub(crate) fn style(&self, id: NodeId) -> Option<Style> {
        match &self.node(id).content {
            Content::Text { style, .. } => Some(*style),
            _ => None,
        }
    }
    pub(crate) fn list(&self, id: NodeId) -> Option<&[NodeId]> {
        match &self.node(id).content {
            Content::List(entries) => Some(entries),
            _ => None,
        }
    }
    pub(crate) fn map(&self, id: NodeId) -> Option<&[(NodeId, NodeId)]> {
        match &self.node(id).content {
            Content::Map(entries) => Some(entries),
            _ => None,
        }
    }
    /// What stands behind a key. Nodes are in the order of the file, so that it is the next one.
    pub(crate) fn value_of(&self, key: NodeId) -> Option<NodeId> {
        let next = NodeId(key.0 + 1);
        (next.0 as usize).lt(&self.nodes.len()).then_some(next)
    }
    pub(crate) fn is_empty(&self, id: NodeId) -> bool {
        matches!(self.node(id).content, Content::Empty)
    }
    /// Where bytes of a text's value stand in the file.
    pub(crate) fn span_inside(&self, id: NodeId, start: usize, end: usize) -> Span {
        let node = self.node(id);
        let Content::Text { text, style } = &node.content else {
            return node.span;
        };
        let raw = &self.edited.text()[node.parsed.start..node.parsed.end];
        let place = scalar::positions(raw, text, *style);
        let at = |offset: usize| {
            let inside = place.get(offset).copied().unwrap_or(raw.len());
            self.edited.to_source(node.parsed.start + inside)
        };
        Span {
            start: at(start),
            end: at(end.max(start)).max(at(start)),
        }
    }
    /// Replaces bytes of a text's value: in place where that is safe, else by writing the whole text anew in quotes.
    pub(crate) fn replace_inside(&self, id: NodeId, start: usize, end: usize, by: &str) -> Vec<Edit> {
        let node = self.node(id);
        let Content::Text { text, style } = &node.content else {
            return Vec::new();
        };
        let end = end.min(text.len());
        let (Some(before), Some(after)) = (text.get(..start), text.get(end..)) else {
            return Vec::new();
        };
        let whole = format!("{before}{by}{after}");
        let one_line = !self.text()[node.parsed.start..node.parsed.end].contains('\n');
        let in_place = match style {
            Style::Plain if node.flow => one_line && scalar::plain_is_safe(&whole),
            Style::Plain => one_line && scalar::plain_is_safe_in_block(&whole),
            Style::DoubleQuoted => one_line && !whole.contains(['"', '\\', '\n']),
            Style::SingleQuoted => one_line && !whole.contains(['\'', '\n']),
            Style::Literal | Style::Folded => false,
        };
        if in_place {
            let span = self.span_inside(id, start, end);
            return vec![Edit {
                start: span.start,
                end: span.end,
                text: by.to_owned(),
            }];
        }
        if matches!(style, Style::Literal | Style::Folded) {
            return Vec::new();
        }
        vec![Edit {
            start: node.span.start,
            end: node.span.end,
            text: quoted(&whole),
        }]
    }
    /// Byte of the first character of the line of a source position, and the spaces before its first word.
    pub(crate) fn line_start(source: &str, at: usize) -> usize {
        source[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }
}
