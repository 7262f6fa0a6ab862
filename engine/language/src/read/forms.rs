//! What several kinds of steps and fields share: deadlines, named values, choices, names of steps.

use expression::Formula;

use super::ids::id_text;
use super::keys::Keys;
use super::values::nothing;
use super::{Entry, FieldEntry, Reader, Report, Wants};
use crate::catalogue as c;
use crate::keywords;
use crate::limits;
use crate::model::{Computed, Deadline, Id, LateRung, Located, Stretch, Text, Within};
use crate::steps::{self, RUNG};
use crate::tree::NodeId;

impl Reader<'_> {
    /// `within` and `late`.
    pub(crate) fn deadline(&mut self, keys: &Keys) -> Option<Deadline> {
        let within = keys.get("within").map(|node| match self.is_formula(node) {
            true => Within::Formula(self.formula(node, "within", Wants::Duration)),
            false => Within::For(self.stretch(node, "within")),
        });
        let late = keys.slot("late");
        if let (None, Some(late)) = (&within, late) {
            let report = Report::new(c::LATE_WITHOUT_WITHIN, self.span(late.key));
            let report = match self.entry_start(keys).1 {
                Some((end, column)) => report.insert(end, end, format!("\n{}within: 20 min", " ".repeat(column))),
                None => report,
            };
            self.push(report);
        }
        let mut rungs: Vec<LateRung> = Vec::new();
        let mut above = None;
        if let Some(late) = late {
            for node in self.entries(late.value, "late") {
                let Some(rung) = self.rung(node) else { continue };
                if rungs.last().is_some_and(|last| is_later(last.after, rung.after)) {
                    let report = Report::new(c::LATE_OUT_OF_ORDER, self.head(node));
                    let spans = above.map(|above| (self.span(above), self.span(node)));
                    let report = match spans.filter(|(above, here)| above.end <= here.start) {
                        // The two change places.
                        Some((above, here)) => {
                            let (first, second) =
                                (&self.source[above.start..above.end], &self.source[here.start..here.end]);
                            report.replace(above, second).replace(here, first)
                        }
                        None => report,
                    };
                    self.push(report);
                }
                above = Some(node);
                rungs.push(rung);
            }
        }
        Some(Deadline {
            within: within?,
            late: rungs,
        })
    }

    fn rung(&mut self, node: NodeId) -> Option<LateRung> {
        let keys = self.keys(node, &[RUNG], "a step of `late`")?;
        let after = match keys.get("after") {
            Some(node) => self.stretch(node, "after"),
            None => {
                self.missing(&keys, "after", "0 min", c::KEY_MISSING);
                Stretch::OfClock(expression::Duration(0))
            }
        };
        let tell = keys
            .get("tell")
            .map(|node| self.parties(node, "tell"))
            .unwrap_or_default();
        let move_to = keys.get("move_to").and_then(|node| self.asked_party(node, "move_to"));
        let message = keys.get("message").map(|node| self.sentence(node, "message"));
        if keys.get("tell").is_none() && keys.get("move_to").is_none() {
            self.missing(&keys, "tell", "team leader", c::LATE_WITHOUT_TELL);
        }
        Some(LateRung {
            after,
            tell,
            move_to,
            message,
        })
    }

    /// Ids of steps, as `not_by` and `same_as` name them, or `any step`. Whether they exist is checked when all steps are
    /// known.
    pub(crate) fn step_names(&mut self, node: NodeId, what: &str) -> Vec<Id> {
        let nodes = self.one_or_more(node);
        let mut found = Vec::new();
        for node in nodes {
            let written = self.tree.scalar(node).unwrap_or_default().trim().to_owned();
            if let Some(pair) = keywords::literal(&written, keywords::ANY_STEP) {
                self.speak_pair(node, pair);
                found.push(Id::new(steps::ANY_STEP));
            } else if let Some(text) = self.words(node, what) {
                let id = Id::new(&id_text(&text));
                self.step_references.push((id.clone(), node, self.at, self.place()));
                found.push(id);
            }
        }
        found
    }

    /// `{name: value}` pairs that do not see each other.
    pub(crate) fn values(&mut self, node: NodeId, what: &str) -> Vec<(Id, Computed)> {
        let mut found = Vec::new();
        for (key, value) in self.mapping(node, what).unwrap_or_default() {
            let id = self.id(key);
            let computed = self.computed(value, what);
            found.extend(id.map(|id| (id, computed)));
        }
        found
    }

    /// `{name: value}` pairs for another system, which names things as it likes.
    pub(crate) fn members(&mut self, node: NodeId, what: &str) -> Vec<(Id, Computed)> {
        let entries = self.mapping(node, what).unwrap_or_default();
        let member = |(key, value): (NodeId, NodeId)| {
            let name = Id::new(self.tree.scalar(key)?);
            Some((name, self.computed(value, what)))
        };
        entries.into_iter().filter_map(member).collect()
    }

    /// `{name: value}` pairs of which later ones see earlier ones.
    pub(crate) fn values_in_order(&mut self, node: NodeId) -> Vec<(Id, Computed)> {
        let mut found: Vec<(Id, Computed)> = Vec::new();
        let entries = match self.tree.list(node) {
            // A list of single pairs says the same with dashes.
            Some(list) => {
                let maps: Vec<NodeId> = list.to_vec();
                maps.into_iter()
                    .flat_map(|map| self.mapping(map, "values").unwrap_or_default())
                    .collect()
            }
            None => self.mapping(node, "values").unwrap_or_default(),
        };
        let before = self.earlier.len();
        for (key, value) in entries {
            let id = self.id(key);
            let computed = self.computed(value, "values");
            if let Some(id) = id {
                self.earlier.push(id.to_string());
                found.push((id, computed));
            }
        }
        self.earlier.truncate(before);
        found
    }

    /// What can be chosen: sentences, at least two, each once.
    pub(crate) fn choices(&mut self, entry: &FieldEntry) -> Vec<Text> {
        let Some(node) = entry.keys.get("from") else {
            self.missing(&entry.keys, "from", "[first, second]", c::CHOOSE_WITHOUT_FROM);
            return Vec::new();
        };
        let found = self.sentences_once(node, "from");
        if self.tree.list(node).is_some_and(|nodes| nodes.len() == 1) {
            self.push(Report::new(c::ONE_CHOICE, self.span(node)));
        }
        found
    }

    /// A list of sentences, each of which is there only once.
    pub(crate) fn sentences_once(&mut self, node: NodeId, what: &str) -> Vec<Text> {
        let nodes = self.word_list(node, what);
        if nodes.len() > limits::CHOICES_MAX {
            let report = Report::new(c::TOO_MANY_CHOICES, self.head(node)).arg("max", limits::CHOICES_MAX.to_string());
            self.push(report);
            return Vec::new();
        }
        let mut found: Vec<Text> = Vec::new();
        for (position, node) in nodes.iter().enumerate() {
            let choice = self.sentence(*node, what);
            let twice = found
                .iter()
                .any(|other| other.default.source() == choice.default.source());
            if twice && !choice.default.source().is_empty() {
                let span = self.span(*node);
                let report = Report::new(c::CHOICE_TWICE, span).arg("found", choice.default.source());
                let before = self.span(nodes[position - 1]).end;
                self.push(report.fix(before, span.end, ""));
                continue;
            }
            found.push(choice);
        }
        found
    }

    /// A date, a time of day, or `= formula`.
    pub(crate) fn moment(&mut self, node: NodeId) -> Located<Formula> {
        if self.is_formula(node) {
            return self.formula(node, "wait_until", Wants::Moment);
        }
        let text = self.tree.scalar(node).unwrap_or_default().trim().to_owned();
        let span = self.span(node);
        let literal = if expression::Date::parse(&text).is_some() {
            Some("date")
        } else if expression::DateTime::parse(&text).is_some() {
            Some("date and time")
        } else if expression::Time::parse(&text).is_some() {
            Some("time")
        } else if expression::Time::parse(&format!("{text}:00")).is_some() {
            let source = format!("time(\"{text}:00\")");
            return Located {
                value: Formula::parse(&source, &Default::default()).unwrap_or_else(|_| nothing()),
                span,
            };
        } else {
            None
        };
        match literal {
            Some(function) => {
                let source = format!("{function}(\"{text}\")");
                Located {
                    value: Formula::parse(&source, &Default::default()).unwrap_or_else(|_| nothing()),
                    span,
                }
            }
            None => {
                let report = Report::new(c::MOMENT_EXPECTED, self.head(node)).arg("found", text.as_str());
                let report = report.expected(["06:00", "2026-10-01", "= due_at"]);
                let report = if let Some(time) = super::spelled_out::time_meant(&text) {
                    report.replace(span, time)
                } else if super::ids::is_id(&text) {
                    report.edits(self.tree.replace_inside(node, 0, 0, "= "))
                } else {
                    report
                };
                self.push(report);
                Located { value: nothing(), span }
            }
        }
    }

    /// Stands where a formula is missing.
    pub(crate) fn no_formula(&self, entry: &Entry) -> Located<Formula> {
        Located {
            value: nothing(),
            span: self.span(entry.value),
        }
    }

    /// What a loop is probably repeated for: a measured or checked field inside it that is ok.
    pub(crate) fn likely_until(&self, entry: &Entry) -> String {
        let mut todo: Vec<NodeId> = entry.keys.get("steps").into_iter().collect();
        while let Some(node) = todo.pop() {
            if let Some(entries) = self.tree.list(node) {
                todo.extend(entries.iter().rev());
            }
            for (key, value) in self.tree.map(node).unwrap_or_default().iter().rev() {
                let is = |word: &str| self.tree.scalar(*key).is_some_and(|text| keywords::is(word, text));
                let judged = is("measure") || is("check");
                if let (true, Some(text)) = (judged, self.tree.scalar(*value)) {
                    let id = id_text(text);
                    let written = self.tree.map(node).and_then(|entries| {
                        let (_, id) = entries
                            .iter()
                            .find(|(key, _)| self.tree.scalar(*key).is_some_and(|text| keywords::is("id", text)))?;
                        self.tree.scalar(*id).map(str::to_owned)
                    });
                    return format!("{} is ok", written.unwrap_or(id));
                }
                todo.push(*value);
            }
        }
        "true".to_owned()
    }
}

/// Whether one surely comes after the other: of the clock and of work cannot be compared without a calendar.
fn is_later(one: Stretch, other: Stretch) -> bool {
    match (one, other) {
        (Stretch::OfClock(one), Stretch::OfClock(other)) | (Stretch::OfWork(one), Stretch::OfWork(other)) => {
            one > other
        }
        (Stretch::OfClock(_), Stretch::OfWork(_)) | (Stretch::OfWork(_), Stretch::OfClock(_)) => false,
    }
}
