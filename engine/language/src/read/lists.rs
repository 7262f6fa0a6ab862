//! Lists and mappings, and what people write instead of them.

use super::{Reader, Report};
use crate::catalogue as c;
use crate::diagnostic::Edit;
use crate::tree::{Content, NodeId};

impl Reader<'_> {
    /// The pairs of a mapping; reports what is none.
    pub(crate) fn mapping(&mut self, node: NodeId, what: &str) -> Option<Vec<(NodeId, NodeId)>> {
        if let Some(entries) = self.tree.map(node) {
            return Some(entries.to_vec());
        }
        let span = self.head(node);
        let report = match self.tree.scalar(node) {
            // `word：text`: the colon of a Chinese keyboard.
            Some(text) if text.contains('：') => {
                let at = text.find('：').unwrap_or_default();
                let edits = self.tree.replace_inside(node, at, at + '：'.len_utf8(), ": ");
                let colon = self.tree.span_inside(node, at, at + '：'.len_utf8());
                let edit = Edit {
                    start: colon.start,
                    end: colon.end,
                    text: ": ".to_owned(),
                };
                let edits = if edits.len() == 1 && edits[0].text == ": " {
                    edits
                } else {
                    vec![edit]
                };
                Report::new(c::WIDE_COLON, colon).edits(edits)
            }
            _ => Report::new(c::MAPPING_EXPECTED, span).arg("what", what),
        };
        self.push(report);
        None
    }

    /// The entries of a list of mappings. One entry without its dash is understood.
    pub(crate) fn entries(&mut self, node: NodeId, what: &str) -> Vec<NodeId> {
        match &self.tree.node(node).content {
            Content::List(entries) => {
                let entries = entries.clone();
                if entries.is_empty() {
                    self.push(Report::new(c::LIST_EMPTY, self.span(node)).arg("what", what));
                }
                entries
                    .into_iter()
                    .filter(|entry| !self.empty_entry(*entry, what))
                    .collect()
            }
            Content::Map(_) => {
                let edits = self.dash_edits(node);
                let span = self.head(node);
                self.push(Report::new(c::DASH_MISSING, span).arg("what", what).edits(edits));
                vec![node]
            }
            Content::Empty => {
                let span = self.span(node);
                let mut report = Report::new(c::LIST_EMPTY, span).arg("what", what);
                let line = crate::tree::Tree::line_start(self.source, span.start);
                let text = &self.source[line..span.start];
                let column = text.len() - text.trim_start_matches([' ', '-']).len();
                let indent = " ".repeat(column + 2);
                let example = match what {
                    "steps" => format!(
                        "\n{indent}- form: What happened?\n{indent}  fields:\n{indent}    - text: What did you see?"
                    ),
                    "fields" => format!("\n{indent}- text: What did you see?"),
                    _ => String::new(),
                };
                if !example.is_empty() && span.start == span.end {
                    let end = self.line_end(span.end);
                    report = report.insert(end, end, example);
                }
                self.push(report);
                Vec::new()
            }
            Content::Text { .. } => {
                let text = self.tree.scalar(node).unwrap_or_default().to_owned();
                let report = Report::new(c::LIST_EXPECTED, self.head(node))
                    .arg("what", what)
                    .arg("found", text);
                self.push(report);
                self.lost(node);
                Vec::new()
            }
        }
    }

    /// A dash with nothing behind it.
    fn empty_entry(&mut self, entry: NodeId, what: &str) -> bool {
        if !self.tree.is_empty(entry) {
            return false;
        }
        let at = self.span(entry).start;
        let line = crate::tree::Tree::line_start(self.source, at);
        let end = self.source[line..]
            .find('\n')
            .map_or(self.source.len(), |end| line + end + 1);
        let alone = self.source[line..end].trim() == "-";
        let report = Report::new(c::ENTRY_EMPTY, self.span(entry)).arg("what", what);
        self.push(if alone { report.fix(line, end, "") } else { report });
        true
    }

    /// Puts a dash before a mapping and moves its lines to the right.
    fn dash_edits(&self, node: NodeId) -> Vec<Edit> {
        let span = self.span(node);
        if self.tree.node(node).flow {
            return vec![
                Edit {
                    start: span.start,
                    end: span.start,
                    text: "[".to_owned(),
                },
                Edit {
                    start: span.end,
                    end: span.end,
                    text: "]".to_owned(),
                },
            ];
        }
        let mut edits = vec![Edit {
            start: span.start,
            end: span.start,
            text: "- ".to_owned(),
        }];
        let mut at = span.start;
        while let Some(newline) = self.source[at..span.end].find('\n') {
            at += newline + 1;
            let line = self.source[at..].split('\n').next().unwrap_or_default();
            if at < span.end && !line.trim().is_empty() {
                edits.push(Edit {
                    start: at,
                    end: at,
                    text: "  ".to_owned(),
                });
            }
        }
        edits
    }

    /// One word or a list of words.
    pub(crate) fn one_or_more(&self, node: NodeId) -> Vec<NodeId> {
        match &self.tree.node(node).content {
            Content::List(entries) => entries.clone(),
            _ => vec![node],
        }
    }

    /// A list of words; several words with commas between them are understood with a fix.
    pub(crate) fn word_list(&mut self, node: NodeId, what: &str) -> Vec<NodeId> {
        match &self.tree.node(node).content {
            Content::List(entries) => entries.clone(),
            Content::Text { text, .. } => {
                let parts: Vec<&str> = text.split([',', '，', '、', ';', '/', '|']).map(str::trim).collect();
                let span = self.span(node);
                let report = Report::new(c::LIST_EXPECTED, span)
                    .arg("what", what)
                    .arg("found", &**text);
                let fits = parts.iter().all(|part| crate::tree::plain_is_safe(part));
                let report = if fits {
                    report.replace(span, format!("[{}]", parts.join(", ")))
                } else {
                    report
                };
                self.push(report);
                Vec::new()
            }
            _ => self.entries(node, what),
        }
    }
}
