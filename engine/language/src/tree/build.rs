//! Events of the YAML parser to an arena.

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle, options};

use super::{Content, Edited, Node, NodeId, Style, Tree};
use crate::catalogue as c;
use crate::limits;
use crate::model::Span;
use crate::read::{Report, Reports};

/// A mistake of YAML itself, at a byte of the parsed text.
pub(super) struct SyntaxError {
    pub(super) kind: ErrorKind,
    pub(super) at: usize,
}

/// Why there is no tree.
pub(super) enum Stop {
    Syntax(SyntaxError),
    /// A limit; the report is complete.
    Limit(Box<Report>),
}

enum Open {
    List(NodeId, Vec<NodeId>),
    Map(NodeId, Vec<(NodeId, NodeId)>, Option<NodeId>),
}

struct Builder<'e> {
    edited: &'e Edited,
    nodes: Vec<Node>,
    open: Vec<Open>,
    root: Option<NodeId>,
    documents: usize,
    /// Things of YAML that Gemba does not take.
    refused: Vec<Report>,
}

/// Builds the tree; what is refused on the way is reported only when the whole text could be parsed.
pub(super) fn build(edited: Edited, reports: &mut Reports) -> Result<Tree, (Stop, Edited)> {
    let outcome = run(&edited);
    match outcome {
        Ok((nodes, root, refused)) => {
            for report in refused {
                reports.push(report);
            }
            Ok(Tree { edited, nodes, root })
        }
        Err(stop) => Err((stop, edited)),
    }
}

type Built = (Vec<Node>, NodeId, Vec<Report>);

fn run(edited: &Edited) -> Result<Built, Stop> {
    let options = options! {
        emit_comments: false,
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        flow_nesting_limit: limits::DEPTH_MAX,
        block_nesting_limit: limits::DEPTH_MAX,
    };
    let mut builder = Builder {
        edited,
        nodes: Vec::new(),
        open: Vec::new(),
        root: None,
        documents: 0,
        refused: Vec::new(),
    };
    for next in Parser::new_from_str_with_options(edited.text(), options) {
        let (event, span) = next.map_err(|error| builder.stop(&error))?;
        let range = span.byte_range().unwrap_or(0..0);
        let tag = span.tag_span().and_then(|tag| tag.byte_range());
        builder.take(
            event,
            Span {
                start: range.start,
                end: range.end,
            },
        )?;
        if let Some(tag) = tag {
            builder.refuse(
                c::TAG,
                Span {
                    start: tag.start,
                    end: tag.end,
                },
            );
        }
    }
    match builder.root {
        Some(root) => Ok((builder.nodes, root, builder.refused)),
        None => {
            let span = Span { start: 0, end: 0 };
            Err(Stop::Limit(Box::new(Report::new(c::EMPTY_FILE, span))))
        }
    }
}

impl Builder<'_> {
    fn source(&self, span: Span) -> Span {
        Span {
            start: self.edited.to_source(span.start),
            end: self.edited.to_source(span.end),
        }
    }
    fn refuse(&mut self, entry: &'static c::Entry, span: Span) {
        let found = self.edited.text().get(span.start..span.end).unwrap_or("").to_owned();
        let mut report = Report::new(entry, self.source(span)).arg("found", found.as_str());
        if std::ptr::eq(entry, c::ANCHOR) || std::ptr::eq(entry, c::TAG) || std::ptr::eq(entry, c::ALIAS) {
            report = self.without_sign(report, span, &found);
        }
        if self.refused.len() < limits::DIAGNOSTICS_MAX {
            self.refused.push(report);
        }
    }
    /// A text that begins with the sign is put in quotes; a sign alone, or one that only says a type, is taken away.
    fn without_sign(&self, report: Report, span: Span, found: &str) -> Report {
        let text = self.edited.text();
        let line_end = text[span.end..].find('\n').map_or(text.len(), |end| span.end + end);
        let line = &text[span.start..line_end];
        let value = line.split(" #").next().unwrap_or_default().trim_end();
        let rest = value[found.len().min(value.len())..].trim();
        let in_brackets = text[..span.start].trim_end().ends_with(['[', '{', ',']);
        if rest.is_empty() && found.starts_with('*') || in_brackets {
            return report;
        }
        if rest.is_empty() || found.starts_with("!!") || rest.starts_with(['[', '{', '"', '\'']) {
            let end = span.end + (line.len() - found.len()) - line[found.len()..].trim_start().len();
            let span = self.source(Span { start: span.start, end });
            return report.replace(span, "");
        }
        let span = self.source(Span {
            start: span.start,
            end: span.start + value.len(),
        });
        report.replace(span, super::quoted(value))
    }
    fn stop(&self, error: &ScanError) -> Stop {
        let at = error.marker().byte_offset().unwrap_or(0).min(self.edited.text().len());
        if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
            return self.limit(c::TOO_DEEP, at, limits::DEPTH_MAX);
        }
        Stop::Syntax(SyntaxError {
            kind: error.kind().clone(),
            at,
        })
    }
    fn limit(&self, entry: &'static c::Entry, at: usize, max: usize) -> Stop {
        let span = self.source(Span { start: at, end: at });
        Stop::Limit(Box::new(Report::new(entry, span).arg("max", max.to_string())))
    }
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Stop> {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents == 2 {
                    let end = (span.start + 3).min(self.edited.text().len()).max(span.start);
                    self.refuse(c::SEVERAL_DOCUMENTS, Span { start: span.start, end });
                }
                Ok(())
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.refuse(c::ALIAS, span);
                let text = self.edited.text().get(span.start..span.end).unwrap_or("").into();
                self.add(
                    Content::Text {
                        text,
                        style: Style::Plain,
                    },
                    span,
                    false,
                )
                .map(|_| ())
            }
            Event::Anchor(..) => {
                self.refuse(c::ANCHOR, span);
                Ok(())
            }
            Event::Scalar(text, style, ..) => {
                if text.len() > limits::TEXT_BYTES_MAX {
                    return Err(self.limit(c::TEXT_TOO_LONG, span.start, limits::TEXT_BYTES_MAX));
                }
                let empty = style == ScalarStyle::Plain && matches!(&*text, "~" | "null" | "");
                let content = if empty {
                    Content::Empty
                } else {
                    Content::Text {
                        text: text.into(),
                        style: style_of(style),
                    }
                };
                self.add(content, span, false).map(|_| ())
            }
            Event::SequenceStart(style, ..) => {
                let flow = style == StructureStyle::Flow;
                let id = self.add(Content::List(Vec::new()), span, flow)?;
                self.open.push(Open::List(id, Vec::new()));
                self.depth(span)
            }
            Event::MappingStart(style, ..) => {
                let flow = style == StructureStyle::Flow;
                let id = self.add(Content::Map(Vec::new()), span, flow)?;
                self.open.push(Open::Map(id, Vec::new(), None));
                self.depth(span)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.close(span);
                Ok(())
            }
            _ => Ok(()),
        }
    }
    fn depth(&self, span: Span) -> Result<(), Stop> {
        if self.open.len() > limits::DEPTH_MAX {
            return Err(self.limit(c::TOO_DEEP, span.start, limits::DEPTH_MAX));
        }
        Ok(())
    }
    fn add(&mut self, content: Content, parsed: Span, flow: bool) -> Result<NodeId, Stop> {
        if self.nodes.len() >= limits::NODES_MAX {
            return Err(self.limit(c::TOO_MANY_NODES, parsed.start, limits::NODES_MAX));
        }
        let id = NodeId(u32::try_from(self.nodes.len()).expect("NODES_MAX fits in 32 bits"));
        let span = self.source(parsed);
        let inside = |open: &Open| {
            let (Open::List(id, _) | Open::Map(id, ..)) = open;
            self.nodes[id.0 as usize].flow
        };
        let is_text = matches!(content, Content::Text { .. } | Content::Empty);
        let flow = if is_text {
            self.open.last().is_some_and(inside)
        } else {
            flow
        };
        self.nodes.push(Node {
            content,
            span,
            parsed,
            flow,
        });
        match self.open.last_mut() {
            None => {
                // A second document is refused, and not read.
                if self.root.is_none() {
                    self.root = Some(id);
                }
            }
            Some(Open::List(_, entries)) => {
                entries.push(id);
                if entries.len() > limits::ENTRIES_PER_LIST_MAX {
                    let max = limits::ENTRIES_PER_LIST_MAX;
                    return Err(self.limit(c::LIST_TOO_LONG, parsed.start, max));
                }
            }
            Some(Open::Map(_, entries, key)) => match key.take() {
                None => *key = Some(id),
                Some(key) => {
                    entries.push((key, id));
                    if entries.len() > limits::KEYS_PER_MAP_MAX {
                        let max = limits::KEYS_PER_MAP_MAX;
                        return Err(self.limit(c::MAP_TOO_LONG, parsed.start, max));
                    }
                }
            },
        }
        Ok(id)
    }
    fn close(&mut self, end: Span) {
        let Some(open) = self.open.pop() else { return };
        let (id, content, last) = match open {
            Open::List(id, entries) => {
                let last = entries.last().copied();
                (id, Content::List(entries), last)
            }
            Open::Map(id, entries, _) => {
                self.keys(&entries);
                let last = entries.last().map(|(_, value)| *value);
                (id, Content::Map(entries), last)
            }
        };
        let node = id.0 as usize;
        // A block ends where its last entry does, not where the next one begins.
        let end = match last {
            Some(last) if !self.nodes[node].flow => self.nodes[last.0 as usize].parsed.end,
            _ => end.end,
        };
        let parsed = Span {
            start: self.nodes[node].parsed.start,
            end,
        };
        self.nodes[node].content = content;
        self.nodes[node].parsed = parsed;
        self.nodes[node].span = self.source(parsed);
    }
    /// Keys must be texts, each once, and no merge key.
    fn keys(&mut self, entries: &[(NodeId, NodeId)]) {
        let mut first = std::collections::BTreeMap::new();
        let mut found = Vec::new();
        for (key, _) in entries {
            let node = &self.nodes[key.0 as usize];
            let span = node.parsed;
            match &node.content {
                Content::Text { text, style } => {
                    if &**text == "<<" && *style == Style::Plain {
                        found.push((c::MERGE_KEY, span, None));
                    } else if let Some(earlier) = first.get(text) {
                        if found.len() + self.refused.len() > limits::DIAGNOSTICS_MAX {
                            continue;
                        }
                        found.push((c::DUPLICATE_KEY, span, Some(*earlier)));
                    } else {
                        first.insert(text.clone(), span);
                    }
                }
                _ => found.push((c::KEY_IS_NO_WORD, span, None)),
            }
        }
        for (entry, span, earlier) in found {
            self.refuse(entry, span);
            if let (Some(earlier), Some(report)) = (earlier, self.refused.last_mut()) {
                let line = 1 + self.edited.text()[..earlier.start].matches('\n').count();
                report.set_arg("line", line.to_string());
            }
        }
    }
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}
