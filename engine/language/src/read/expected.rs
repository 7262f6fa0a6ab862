//! What a test begins with and what it expects: records, who was told, the timeline.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::amounts::as_yes_no;
use super::ids::id_text;
use super::keys::{Key, Shape, key};
use super::suggest::nearest;
use super::tests::{each_step, find_step};
use super::{Reader, Report};
use crate::catalogue as c;
use crate::keywords;
use crate::model::{App, Expect, ExpectedRecords, ExpectedTold, Id, Table, TimelineEntry};
use crate::rehearsed::TIMELINE;
use crate::steps::StepKind;
use crate::tree::{Content, NodeId, Style};

pub(super) const EXPECT: &[Key] = &[
    key(
        "outcome",
        Shape::Word,
        "`finished`, `failed`, `cancelled`, `waiting`, `stopped` (by trouble), or the sentence of a `finish` or `fail`.",
    ),
    key("held", Shape::Words, "Exactly what is on hold at the end."),
    key(
        "told",
        Shape::Data,
        "Exactly who was told, in order; `{team leader: the text}` says also what.",
    ),
    key("open", Shape::Words, "Steps whose tasks are open at the end."),
    key("values", Shape::Values, "Values by name at the end."),
    key(
        "records",
        Shape::Values,
        "By table how many records there are, the records themselves, or those of some keys.",
    ),
    key(
        "timeline",
        Shape::Data,
        "What the timeline tells, in this order: `step: opened`, `step: answered`, `held`.",
    ),
    key(
        "numbers",
        Shape::Words,
        "Exactly the numbers that were taken, in order.",
    ),
    key("printed", Shape::Words, "Exactly the steps that printed, in order."),
    key(
        "emitted",
        Shape::Words,
        "Exactly the names of what was emitted, in order.",
    ),
];

/// Columns of a record and their plain values.
type Columns = BTreeMap<Id, Json>;

impl Reader<'_> {
    pub(super) fn expect(&mut self, node: NodeId, app: &App) -> Expect {
        let Some(keys) = self.keys(node, &[EXPECT], "expect") else {
            return Expect::default();
        };
        let mut expect = Expect::default();
        for word in EXPECT.iter().map(|key| key.word) {
            let Some(slot) = keys.slot(word) else { continue };
            let node = slot.value;
            expect.spans.insert(word.to_owned(), self.span(slot.key));
            match word {
                "outcome" => expect.outcome = self.outcome(node, app),
                "held" => expect.held = Some(self.said_words(node, word)),
                "numbers" => expect.numbers = Some(self.said_words(node, word)),
                "emitted" => expect.emitted = Some(self.said_words(node, word)),
                "told" => expect.told = Some(self.expected_told(node)),
                "open" => expect.open = Some(self.expected_steps(node, word, app)),
                "printed" => expect.printed = Some(self.expected_steps(node, word, app)),
                "timeline" => expect.timeline = self.expected_timeline(node, app),
                "values" => self.expected_values(node, &mut expect),
                _ => self.expected_records(node, app, &mut expect),
            }
        }
        expect
    }

    fn said_nodes(&self, node: NodeId) -> Vec<NodeId> {
        if self.tree.is_empty(node) {
            Vec::new()
        } else {
            self.one_or_more(node)
        }
    }

    fn said_words(&mut self, node: NodeId, word: &str) -> Vec<String> {
        let nodes = self.said_nodes(node);
        nodes.into_iter().filter_map(|node| self.words(node, word)).collect()
    }

    /// `[team leader, {inspector: "Come to {line}"}]`.
    fn expected_told(&mut self, node: NodeId) -> Vec<ExpectedTold> {
        let mut told = Vec::new();
        for node in self.said_nodes(node) {
            let Some(members) = self.tree.map(node).map(<[_]>::to_vec) else {
                told.extend(self.words(node, "told").map(|to| ExpectedTold { to, text: None }));
                continue;
            };
            for (key, value) in members {
                if let (Some(to), text) = (self.words(key, "told"), self.words(value, "told")) {
                    told.push(ExpectedTold { to, text });
                }
            }
        }
        told
    }

    fn expected_steps(&mut self, node: NodeId, word: &str, app: &App) -> Vec<Id> {
        let mut ids = Vec::new();
        for node in self.said_nodes(node) {
            let Some(name) = self.words(node, word) else { continue };
            match find_step(&app.steps, &Id::new(&id_text(&name))) {
                Some(step) => ids.push(step.id.clone()),
                None if self.lost.contains(&id_text(&name)) => {}
                None => self.unknown_step(node, &name, app),
            }
        }
        ids
    }

    /// `- step: opened`, or only `- held`.
    fn expected_timeline(&mut self, node: NodeId, app: &App) -> Vec<TimelineEntry> {
        let mut entries = Vec::new();
        for node in self.said_nodes(node) {
            let Some(members) = self.tree.map(node).map(<[_]>::to_vec) else {
                let what = self.timeline_word(node);
                entries.extend(what.map(|what| TimelineEntry { step: None, what }));
                continue;
            };
            for (key, value) in members {
                let step = self.expected_steps(key, "timeline", app).pop();
                for value in self.one_or_more(value) {
                    if let (Some(step), Some(what)) = (&step, self.timeline_word(value)) {
                        let step = Some(step.clone());
                        entries.push(TimelineEntry { step, what });
                    }
                }
            }
        }
        entries
    }

    fn timeline_word(&mut self, node: NodeId) -> Option<String> {
        let text = self.words(node, "timeline")?;
        let plain = text.to_lowercase().replace(['_', '-'], " ");
        if let Some((_, fact)) = TIMELINE.iter().find(|(word, _)| *word == plain) {
            return Some((*fact).to_owned());
        }
        let near = nearest(&plain, TIMELINE.iter().map(|(word, _)| *word));
        let span = self.span(node);
        let mut report = Report::new(c::UNKNOWN_TIMELINE_WORD, span).arg("found", text);
        if let Some(first) = near.first() {
            report = report.replace(span, first.clone());
        }
        let others = TIMELINE.iter().map(|(word, _)| (*word).to_owned());
        let others: Vec<String> = others.filter(|word| !near.contains(word)).collect();
        self.push(report.expected(near).expected(others));
        None
    }

    fn expected_values(&mut self, node: NodeId, expect: &mut Expect) {
        for (key, value) in self.mapping(node, "values").unwrap_or_default() {
            let name = self.tree.scalar(key).unwrap_or_default().to_owned();
            expect.spans.insert(format!("values.{name}"), self.span(key));
            expect.values.insert(name, self.data(value));
        }
    }

    /// Records that a test begins with.
    pub(super) fn given_records(&mut self, node: NodeId) -> BTreeMap<Id, Vec<Columns>> {
        let mut tables = BTreeMap::new();
        for (key, value) in self.mapping(node, "records").unwrap_or_default() {
            let Some((table, columns, unique)) = self.table_of_test(key) else {
                continue;
            };
            if columns.is_empty() {
                // A table of a site that is not known here.
                continue;
            }
            let mut records = Vec::new();
            for node in self.said_nodes(value) {
                let Some(record) = self.record_columns(node, &columns) else {
                    continue;
                };
                if record.contains_key(&unique) {
                    records.push(record);
                } else {
                    let report = Report::new(c::RECORD_WITHOUT_KEY, self.head(node)).arg("column", unique.as_str());
                    self.push(report);
                }
            }
            tables.insert(table, records);
        }
        tables
    }

    /// A table of the app, else of the site: its id, its columns, and the one that tells records apart.
    fn table_of_test(&mut self, node: NodeId) -> Option<(Id, Vec<Id>, Id)> {
        let name = id_text(self.tree.scalar(node).unwrap_or_default());
        let is_named = |table: &&Table| table.id.as_str() == name || id_text(table.title.default.source()) == name;
        let own = self.tables.iter().any(|table| is_named(&table));
        let of_site = self.site.and_then(|site| site.tables.iter().find(is_named));
        if let (false, Some(table)) = (own, of_site) {
            return Some((table.id.clone(), table.columns.clone(), table.key.clone()));
        }
        if let (None, Some((table, columns))) = (self.site, self.site_table_named(node)) {
            return Some((table.value, columns, Id::new("")));
        }
        let (named, columns) = self.table_named(node)?;
        let table = self.tables.iter().find(|table| table.id == named.value)?;
        Some((named.value, columns, table.key.clone()))
    }

    fn record_columns(&mut self, node: NodeId, columns: &[Id]) -> Option<Columns> {
        let mut record = Columns::new();
        for (key, value) in self.mapping(node, "records")? {
            if let Some(column) = self.column(key, columns) {
                record.insert(column, self.plain_answer(value));
            }
        }
        Some(record)
    }

    /// Plain data in which `yes` and `no` mean what they say.
    fn plain_answer(&self, node: NodeId) -> Json {
        match &self.tree.node(node).content {
            Content::Text {
                text,
                style: Style::Plain,
            } => as_yes_no(text.trim()).map_or_else(|| self.data(node), Json::Bool),
            _ => self.data(node),
        }
    }

    fn expected_records(&mut self, node: NodeId, _app: &App, expect: &mut Expect) {
        for (key, value) in self.mapping(node, "records").unwrap_or_default() {
            let Some((table, columns, _)) = self.table_of_test(key) else {
                continue;
            };
            let expected = match &self.tree.node(value).content {
                Content::List(entries) => {
                    let entries = entries.clone();
                    let records = entries
                        .into_iter()
                        .filter_map(|node| self.record_columns(node, &columns));
                    Some(ExpectedRecords::Exactly(records.collect()))
                }
                Content::Map(members) => Some(self.records_by_key(members.clone(), &columns)),
                _ => {
                    let text = self.tree.scalar(value).unwrap_or_default().trim().to_owned();
                    let count = text.parse::<u64>().ok().map(ExpectedRecords::Count);
                    if count.is_none() {
                        let report = Report::new(c::COUNT_EXPECTED, self.head(value)).arg("what", "records");
                        self.push(report.arg("found", text));
                    }
                    count
                }
            };
            let place = format!("records.{table}");
            expect.spans.insert(place, self.span(key));
            if let Some(expected) = expected {
                expect.records.insert(table, expected);
            }
        }
    }

    /// `{A1: {result: released}, A2: none}`.
    fn records_by_key(&mut self, members: Vec<(NodeId, NodeId)>, columns: &[Id]) -> ExpectedRecords {
        let mut records = BTreeMap::new();
        for (key, value) in members {
            let name = self.tree.scalar(key).unwrap_or_default().trim().to_owned();
            let none = self
                .tree
                .scalar(value)
                .is_some_and(|text| matches!(text.trim(), "none" | "无"));
            let expected = if none {
                None
            } else {
                self.record_columns(value, columns)
            };
            if none || expected.is_some() {
                records.insert(name, expected);
            }
        }
        ExpectedRecords::ByKey(records)
    }

    fn outcome(&mut self, node: NodeId, app: &App) -> Option<String> {
        let text = self.words(node, "outcome")?;
        let words = keywords::OUTCOMES.iter().map(|pair| self.keywords.pick(*pair));
        let mut known: Vec<String> = words.map(str::to_owned).collect();
        each_step(&app.steps, &mut |step| {
            if matches!(step.kind, StepKind::Finish(_) | StepKind::Fail(_)) {
                known.push(step.title.default.source().to_owned());
            }
        });
        // A sentence with values in it can become anything.
        if known[keywords::OUTCOMES.len()..].contains(&text) {
            return Some(text);
        }
        if let Some(pair) = keywords::literal(&text, keywords::OUTCOMES) {
            // Not where the other word would be the sentence of a `finish`.
            if !known[keywords::OUTCOMES.len()..]
                .iter()
                .any(|word| word == pair.0 || word == pair.1)
            {
                self.speak_pair(node, pair);
            }
            return Some(pair.0.to_owned());
        }
        if known.iter().any(|word| word.contains('{')) {
            return Some(text);
        }
        let near = nearest(&text, known.iter().map(String::as_str));
        let span = self.span(node);
        let mut report = Report::new(c::UNKNOWN_OUTCOME, span).arg("found", text.as_str());
        if let Some(first) = near.first() {
            report = report.replace(span, first.clone());
        }
        let others: Vec<String> = known.into_iter().filter(|word| !near.contains(word)).collect();
        self.push(report.expected(near).expected(others));
        None
    }
}
