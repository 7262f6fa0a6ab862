//! Texts, numbers, durations, formulas: what stands behind a colon.

use std::collections::BTreeMap;

use expression::{Formula, Names, Number, Template, Value};

use super::{Obligation, Reader, Report, Wants, Written};
use crate::catalogue as c;
use crate::keywords;
use crate::model::{Computed, Condition, Id, Located, Text};
use crate::tree::{Content, NodeId, Style, quoted};

/// Language tags that a text may be written in: two letters, and a region if wanted (`zh`, `pt-BR`).
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts
        .next()
        .is_some_and(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_lowercase()));
    language && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

impl Reader<'_> {
    /// Plain words; numbers and yes/no stay as they were typed.
    pub(crate) fn words(&mut self, node: NodeId, what: &str) -> Option<String> {
        match &self.tree.node(node).content {
            Content::Text { text, style } => {
                let text = text.trim();
                let text = match style {
                    Style::Plain => self.without_wide_quotes(node, text),
                    _ => text.to_owned(),
                };
                if text.is_empty() {
                    self.push(Report::new(c::TEXT_MISSING, self.span(node)).arg("what", what));
                    return None;
                }
                Some(text)
            }
            Content::Empty => {
                let report = Report::new(c::TEXT_MISSING, self.value_span(node)).arg("what", what);
                self.push(report);
                None
            }
            Content::List(_) | Content::Map(_) => {
                let report = Report::new(c::TEXT_EXPECTED, self.head(node)).arg("what", what);
                let report = match self.brace_as_text(node) {
                    Some(text) => report.replace(self.span(node), quoted(&text)),
                    None => report,
                };
                self.push(report);
                None
            }
        }
    }

    /// `“text”` in full-width quotes means the text between them.
    fn without_wide_quotes(&mut self, node: NodeId, text: &str) -> String {
        let inner = text
            .strip_prefix(['“', '”', '„'])
            .and_then(|rest| rest.strip_suffix(['“', '”']));
        match inner {
            Some(inner) if !inner.contains(['“', '”']) => {
                let span = self.span(node);
                self.push(
                    Report::new(c::WIDE_QUOTES, span)
                        .arg("found", text)
                        .replace(span, quoted(inner)),
                );
                inner.to_owned()
            }
            _ => text.to_owned(),
        }
    }

    /// `{order}` without quotes is a mapping for YAML, but a sentence with a value for people.
    fn brace_as_text(&self, node: NodeId) -> Option<String> {
        let entries = self.tree.map(node)?;
        let flow = self.tree.node(node).flow;
        let [(key, value)] = entries else { return None };
        let name = self.tree.scalar(*key)?;
        (flow && self.tree.is_empty(*value)).then(|| format!("{{{name}}}"))
    }

    /// Where a value is missing: behind the key.
    pub(crate) fn value_span(&self, node: NodeId) -> crate::model::Span {
        self.span(node)
    }

    /// The first line of a node.
    pub(crate) fn head(&self, node: NodeId) -> crate::model::Span {
        let span = self.span(node);
        let end = self.source[span.start..span.end]
            .find('\n')
            .map_or(span.end, |at| span.start + at);
        crate::model::Span { start: span.start, end }
    }

    /// A sentence, possibly in several languages.
    pub(crate) fn sentence(&mut self, node: NodeId, what: &str) -> Text {
        if self.tree.map(node).is_none() || self.brace_as_text(node).is_some() {
            self.comment_in_text(node);
            let default = self.words(node, what).and_then(|_| self.template(node));
            return Text {
                default: default.unwrap_or_else(empty_template),
                by_language: BTreeMap::new(),
            };
        }
        let mut default = None;
        let mut by_language = BTreeMap::new();
        for (key, value) in self.tree.map(node).unwrap_or_default().to_vec() {
            let Some(tag) = self.tree.scalar(key).map(str::to_owned) else {
                continue;
            };
            if !is_language(&tag) {
                let report = Report::new(c::UNKNOWN_LANGUAGE, self.span(key)).arg("found", tag.as_str());
                let whole = self.span(node);
                let better = self
                    .source
                    .get(whole.start..whole.end)
                    .and_then(crate::tree::with_quotes);
                if let Some(better) = better {
                    // A comma inside of a text: what is behind it is no language.
                    self.push(report.replace(whole, better));
                    return super::no_text();
                }
                self.push(report.expected(["en", "zh"]));
                continue;
            }
            if self.words(value, what).is_none() {
                continue;
            }
            if let Some(template) = self.template(value) {
                default.get_or_insert_with(|| template.clone());
                by_language.insert(tag, template);
            }
        }
        if default.is_none() && !self.reports.any_error() {
            self.push(Report::new(c::TEXT_MISSING, self.head(node)).arg("what", what));
        }
        Text {
            default: default.unwrap_or_else(empty_template),
            by_language,
        }
    }

    /// `Press #3 is down` without quotes ends before the #. A real comment has a space behind the sign.
    fn comment_in_text(&mut self, node: NodeId) {
        let span = self.span(node);
        if self.tree.style(node) != Some(Style::Plain) || self.tree.node(node).flow {
            return;
        }
        let end = self.line_end(span.end);
        let rest = &self.source[span.end..end];
        let comment = rest.trim_start();
        let glued = comment
            .strip_prefix('#')
            .is_some_and(|text| text.starts_with(|c: char| c.is_alphanumeric()));
        if glued && comment.len() < rest.len() {
            let at = end - comment.len();
            let whole = self.source[span.start..end].trim_end();
            let comment_span = crate::model::Span { start: at, end };
            let report = Report::new(c::COMMENT_IN_TEXT, comment_span);
            self.push(report.fix(span.start, span.start + whole.len(), quoted(whole)));
        }
    }

    /// Text with values in it. The node is known to be a text.
    pub(crate) fn template(&mut self, node: NodeId) -> Option<Template> {
        let whole = self.tree.scalar(node)?.to_owned();
        let trimmed = whole.trim();
        let offset = whole.len() - whole.trim_start().len();
        let text = self.plain_inner(node, trimmed);
        match Template::parse(text, &Names::default()) {
            Ok(template) => {
                if text.contains('{') {
                    self.oblige(Written::Template(template.clone()), node, offset, Wants::Anything);
                }
                Some(template)
            }
            Err(problems) => {
                for problem in &problems {
                    self.problem(problem, node, offset);
                }
                None
            }
        }
    }

    fn plain_inner<'t>(&self, node: NodeId, text: &'t str) -> &'t str {
        if self.tree.style(node) != Some(Style::Plain) {
            return text;
        }
        text.strip_prefix(['“', '”', '„'])
            .and_then(|rest| rest.strip_suffix(['“', '”']))
            .filter(|inner| !inner.contains(['“', '”']))
            .unwrap_or(text)
    }

    fn oblige(&mut self, written: Written, node: NodeId, offset: usize, wants: Wants) {
        let obligation = Obligation {
            written,
            node,
            offset,
            wants,
            at: self.at,
            locals: self.locals.clone(),
            earlier: self.earlier.clone(),
            place: self.place(),
        };
        self.obligations.push(obligation);
    }

    /// A condition that was put together from what is written at a node: names and types are told there as a whole.
    pub(crate) fn also_check(&mut self, condition: &Condition, node: NodeId, wants: Wants) {
        let obligation = Obligation {
            written: Written::Joined(condition.value.clone()),
            node,
            offset: 0,
            wants,
            at: self.at,
            locals: self.locals.clone(),
            earlier: self.earlier.clone(),
            place: self.place(),
        };
        self.obligations.push(obligation);
    }

    fn formula_text(&mut self, node: NodeId, text: &str, offset: usize, wants: Wants) -> Condition {
        let start = offset + (text.len() - text.trim_start().len());
        let text = text.trim();
        let span = self.tree.span_inside(node, start, start + text.len());
        match Formula::parse(text, &Names::default()) {
            Ok(formula) => {
                self.oblige(Written::Formula(formula.clone()), node, start, wants);
                Located { value: formula, span }
            }
            Err(problems) => {
                if let Some(feel) = keywords::formula_in_feel(text)
                    && Formula::parse(&feel, &Names::default()).is_ok()
                {
                    let report = Report::new(c::FORMULA_OTHER_LANGUAGE, span)
                        .arg_in(
                            "message",
                            format!("formulas are written in the words of FEEL: `{feel}`"),
                            format!("公式要用 FEEL 的词来写：`{feel}`"),
                        )
                        .edits(self.tree.replace_inside(node, start, start + text.len(), &feel));
                    self.push(report);
                    return Located { value: nothing(), span };
                }
                for problem in &problems {
                    self.problem(problem, node, start);
                }
                Located { value: nothing(), span }
            }
        }
    }

    /// A condition: a formula without `=`.
    pub(crate) fn condition(&mut self, node: NodeId, what: &str) -> Condition {
        let Some(text) = self.formula_source(node, what) else {
            return Located {
                value: nothing(),
                span: self.span(node),
            };
        };
        let wants = match what {
            "if" | "when" | "until" => Wants::Decision,
            _ => Wants::Condition,
        };
        let trimmed = text.trim_start();
        if let Some(rest) = trimmed.strip_prefix('=') {
            let equals = text.len() - trimmed.len();
            let start = text.len() - rest.trim_start().len();
            let span = self.tree.span_inside(node, equals, equals + 1);
            let report = Report::new(c::EQUALS_BEFORE_CONDITION, span).arg("what", what);
            self.push(report.edits(self.tree.replace_inside(node, equals, start, "")));
            return self.formula_text(node, &text[start..], start, wants);
        }
        self.formula_text(node, &text, 0, wants)
    }

    fn formula_source(&mut self, node: NodeId, what: &str) -> Option<String> {
        match &self.tree.node(node).content {
            Content::Text { text, .. } => Some(text.to_string()),
            Content::Empty => {
                self.push(Report::new(c::FORMULA_MISSING, self.span(node)).arg("what", what));
                None
            }
            Content::List(_) | Content::Map(_) => {
                self.push(Report::new(c::FORMULA_EXPECTED, self.head(node)).arg("what", what));
                None
            }
        }
    }

    /// `= formula`.
    pub(crate) fn formula(&mut self, node: NodeId, what: &str, wants: Wants) -> Located<Formula> {
        let Some(text) = self.formula_source(node, what) else {
            return Located {
                value: nothing(),
                span: self.span(node),
            };
        };
        let trimmed = text.trim_start();
        match trimmed.strip_prefix('=') {
            Some(rest) => {
                let offset = text.len() - rest.len();
                self.formula_text(node, rest, offset, wants)
            }
            None => {
                let span = self.span(node);
                let report = Report::new(c::EQUALS_MISSING, span)
                    .arg("what", what)
                    .arg("found", trimmed);
                self.push(report.edits(self.tree.replace_inside(node, 0, 0, "= ")));
                self.formula_text(node, &text, 0, wants)
            }
        }
    }

    /// Formulas that need no `=` because nothing else makes sense there (`show`).
    pub(crate) fn bare_formula(&mut self, node: NodeId, what: &str, wants: Wants) -> Located<Formula> {
        let Some(text) = self.formula_source(node, what) else {
            return Located {
                value: nothing(),
                span: self.span(node),
            };
        };
        let rest = text.trim_start().strip_prefix('=').unwrap_or(&text);
        let offset = text.len() - rest.len();
        self.formula_text(node, rest, offset, wants)
    }

    /// Whether a value is `= formula`.
    pub(crate) fn is_formula(&self, node: NodeId) -> bool {
        self.tree
            .scalar(node)
            .is_some_and(|text| text.trim_start().starts_with('='))
    }

    /// A value, a sentence with values in it, or `= formula`.
    pub(crate) fn computed(&mut self, node: NodeId, what: &str) -> Computed {
        if self.is_formula(node) {
            return Computed::Formula(self.formula(node, what, Wants::Anything));
        }
        match self.tree.scalar(node) {
            Some(text) if text.contains(['{', '}']) => {
                Computed::Text(self.template(node).unwrap_or_else(empty_template))
            }
            None if self.tree.is_empty(node) && self.span(node).start == self.span(node).end => {
                self.push(Report::new(c::VALUE_MISSING, self.span(node)).arg("what", what));
                Computed::Literal(Value::Null)
            }
            None if self.brace_as_text(node).is_some() => {
                // Reported with its fix: quotes around it.
                self.words(node, what);
                Computed::Literal(Value::Null)
            }
            _ => Computed::Literal(Value::from_json(&self.data(node))),
        }
    }

    /// Plain data: numbers and true/false as YAML 1.2 has them, but only as far as nothing gets lost: leading zeros,
    /// `1e3`, `12:30` and `1.10` stay text.
    pub(crate) fn data(&self, node: NodeId) -> serde_json::Value {
        match &self.tree.node(node).content {
            Content::Empty => serde_json::Value::Null,
            Content::Text {
                text,
                style: Style::Plain,
            } => plain_data(text),
            Content::Text { text, .. } => serde_json::Value::String(text.to_string()),
            Content::List(entries) => entries.iter().map(|entry| self.data(*entry)).collect(),
            Content::Map(entries) => {
                let member = |(key, value): &(NodeId, NodeId)| {
                    (self.tree.scalar(*key).unwrap_or_default().to_owned(), self.data(*value))
                };
                serde_json::Value::Object(entries.iter().map(member).collect())
            }
        }
    }

    /// An id as it is written.
    pub(crate) fn id(&mut self, node: NodeId) -> Option<Id> {
        let text = self.words(node, "id")?;
        if super::ids::is_id(&text) {
            return Some(Id::new(&text));
        }
        let span = self.span(node);
        let better = super::ids::id_of("id", &text);
        let entry = if super::ids::is_reserved(&text) {
            c::ID_RESERVED
        } else {
            c::ID_NOT_POSSIBLE
        };
        // Whoever reads it by this name is not to blame.
        self.lost.insert(text.clone());
        self.push(
            Report::new(entry, span)
                .arg("found", text)
                .replace(span, better.as_str()),
        );
        Some(better)
    }
}

/// The value of a plain scalar in a place that takes anything.
pub(crate) fn plain_data(text: &str) -> serde_json::Value {
    match text {
        "true" => return serde_json::Value::Bool(true),
        "false" => return serde_json::Value::Bool(false),
        _ => {}
    }
    match text.parse::<Number>() {
        // What would be written back as something else is text: 007, 1.10, 1e3, 1_000.
        Ok(number) if number.normalize().to_string() == text => {
            serde_json::from_str(text).unwrap_or_else(|_| serde_json::Value::String(text.to_owned()))
        }
        _ => serde_json::Value::String(text.to_owned()),
    }
}

/// Stands where a formula could not be read.
pub(crate) fn nothing() -> Formula {
    Formula::parse("null", &Names::default()).expect("null is a formula")
}

pub(crate) fn empty_template() -> Template {
    Template::parse("", &Names::default()).expect("an empty text is a sentence")
}
