//! `tests:` scripted runs in virtual time.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::amounts::as_yes_no;
use super::expected;
use super::ids::id_text;
use super::keys::{Key, Shape, key, required};
use super::site::one_of;
use super::suggest::nearest;
use super::{Reader, Report};
use crate::catalogue as c;
use crate::fields::{FieldKind, Written};
use crate::keywords;
use crate::model::{Answer, App, Field, Id, Reply, ReplyResult, Scripted, Step, Test, TestAction};
use crate::steps::StepKind;
use crate::tree::NodeId;

const SEND: &[Key] = &[
    required("message", Shape::Word, "Name of the message."),
    key(
        "with",
        Shape::Data,
        "Its members; they may also stand beside `message`.",
    ),
];
/// The keys of a test.
pub(crate) const TEST: &[Key] = &[
    required("test", Shape::Word, "What the test shows."),
    key(
        "start",
        Shape::Data,
        "Inputs by id; also `by`: who starts it, `at`: at which station; or what starts it instead of a person: \
         `message: name` with its members, `every: 2 h`, `shift: Early`, `at: \"06:00\"`, as the app's own `start` says.",
    ),
    key(
        "records",
        Shape::Data,
        "Records that are there at the beginning, by table: `first_pieces: [{serial_number: A1}]`.",
    ),
    key(
        "reply",
        Shape::Data,
        "What the world outside answers, by step: `ask_the_order_system: {status: 200, body: {…}}`.",
    ),
    key(
        "fail",
        Shape::Data,
        "Steps that get no answer from outside, and why: `ask_the_order_system: timeout`.",
    ),
    key(
        "answer",
        Shape::Data,
        "What people answer, in order: `- step: {field: answer}`; `pass`, `send`, `signal`, `reply`, `fail` and \
         `crash: yes` may stand between.",
    ),
    key("pass", Shape::Duration, "Time that passes."),
    key("send", Shape::Map(SEND), "A message that arrives."),
    key("expect", Shape::Map(expected::EXPECT), "What must be true at the end."),
];

/// Members of an answer that are no fields: who answers, where, with which button, and that it must be refused.
const SPECIAL: &[&str] = &["by", "signed_by", "at", "button", "refused", "warnings_seen"];
pub(super) const SPECIAL_AT_START: &[&str] = &["by", "at", "refused"];
/// What may stand between answers.
const BETWEEN: &[&str] = &["pass", "send", "signal", "reply", "fail", "crash"];
/// Steps that ask the world outside.
const ASKING: &[&str] = &["http", "publish", "write", "print", "run"];

impl Reader<'_> {
    pub(crate) fn read_tests(&mut self, node: NodeId, app: &App) -> Vec<Test> {
        let entries = self.entries(node, "tests");
        entries.into_iter().filter_map(|entry| self.test(entry, app)).collect()
    }

    fn test(&mut self, node: NodeId, app: &App) -> Option<Test> {
        let keys = self.keys(node, &[TEST], "a test")?;
        let Some(title) = keys.get("test") else {
            self.missing(&keys, "test", "It works", c::KEY_MISSING);
            return None;
        };
        let title = self.words(title, "test")?;
        let (en, zh) = (format!("test '{title}'"), format!("测试“{title}”"));
        self.within_node(node, en, zh, |reader| {
            let start = keys.get("start").map(|node| {
                let how = reader.how_started(node, app);
                let answers = reader.start_answers(node, how.as_ref(), app);
                (answers, how.unwrap_or_default())
            });
            let (start, how) = start.unwrap_or_default();
            let records = keys.get("records").map(|node| reader.given_records(node));
            let mut script = Vec::new();
            for word in ["reply", "fail"] {
                if let Some(node) = keys.get(word) {
                    script.extend(reader.between(word, node, app));
                }
            }
            let before_start = script.len();
            let mut parts: Vec<(usize, Vec<Scripted>)> = Vec::new();
            for word in ["answer", "pass", "send"] {
                if let Some(slot) = keys.slot(word) {
                    parts.push((reader.span(slot.key).start, reader.script(word, slot.value, app)));
                }
            }
            // What is written first happens first.
            parts.sort_by_key(|part| part.0);
            script.extend(parts.into_iter().flat_map(|part| part.1));
            let expect = keys
                .get("expect")
                .map(|node| reader.expect(node, app))
                .unwrap_or_default();
            Some(Test {
                title,
                start,
                how,
                records: records.unwrap_or_default(),
                script,
                before_start,
                expect,
                span: reader.span(node),
            })
        })
    }

    fn script(&mut self, word: &'static str, node: NodeId, app: &App) -> Vec<Scripted> {
        if word != "answer" {
            return self.between(word, node, app);
        }
        let entries = match self.tree.map(node) {
            // `answer: {step: {…}}`: a missing dash, or several steps without dashes.
            Some([_]) | None => self.entries(node, "answer"),
            Some(_) => vec![node],
        };
        entries
            .into_iter()
            .flat_map(|entry| self.answer_entry(entry, app))
            .collect()
    }

    /// What happens between the answers.
    fn between(&mut self, word: &'static str, node: NodeId, app: &App) -> Vec<Scripted> {
        let actions = match word {
            "pass" => vec![TestAction::Pass(self.duration(node, "pass"))],
            "send" => self.send(node, app).into_iter().collect(),
            "signal" => self.signal_readings(node).into_iter().collect(),
            "crash" if self.yes_no(node, "crash") => vec![TestAction::Crash],
            "reply" | "fail" => return self.replies(word, node, app),
            _ => Vec::new(),
        };
        let span = self.span(node);
        let scripted = |action| Scripted { action, span };
        actions.into_iter().map(scripted).collect()
    }

    fn answer_entry(&mut self, node: NodeId, app: &App) -> Vec<Scripted> {
        let mut actions = Vec::new();
        for (key, value) in self.mapping(node, "an answer").unwrap_or_default() {
            let Some(name) = self.tree.scalar(key).map(str::to_owned) else {
                continue;
            };
            let step = find_step(&app.steps, &Id::new(&id_text(&name)));
            let word = keywords::one_of(&name, BETWEEN).filter(|_| step.is_none());
            if let Some(word) = word {
                self.speak(key, word);
            }
            match (step, word) {
                (Some(step), _) => actions.extend(self.answer(key, value, step)),
                (None, Some(word)) => actions.extend(self.between(word, value, app)),
                (None, None) if self.lost.contains(&id_text(&name)) => {}
                (None, None) => self.unknown_step(key, &name, app),
            }
        }
        actions
    }

    fn answer(&mut self, key: NodeId, value: NodeId, step: &Step) -> Option<Scripted> {
        let StepKind::Form(form) = &step.kind else {
            let report = Report::new(c::ANSWER_TO_NO_FORM, self.span(key)).arg("found", step.id.as_str());
            self.push(report);
            return None;
        };
        let answer = self.answers(value, &form.fields, step.id.as_str(), SPECIAL);
        Some(Scripted {
            action: TestAction::Answer {
                step: step.id.clone(),
                answer: Box::new(answer),
            },
            span: self.span(key),
        })
    }

    /// `signal: {spindle_speed: 0}`.
    fn signal_readings(&mut self, node: NodeId) -> Option<TestAction> {
        let mut readings = BTreeMap::new();
        for (key, value) in self.mapping(node, "signal")? {
            let signal = match self.site {
                Some(site) => {
                    let what = ("signal", c::UNKNOWN_SIGNAL);
                    one_of(self, key, what, &site.signals, |one| (&one.id, &one.title)).map(|one| one.id.clone())
                }
                None => self.words(key, "signal").map(|name| Id::new(&id_text(&name))),
            };
            readings.extend(signal.map(|signal| (signal, self.data(value))));
        }
        Some(TestAction::Signal { readings })
    }

    /// `reply: {step: data}` and `fail: {step: why}`; a list answers one time after the other.
    fn replies(&mut self, word: &str, node: NodeId, app: &App) -> Vec<Scripted> {
        let mut found = Vec::new();
        for (key, value) in self.mapping(node, word).unwrap_or_default() {
            let name = self.tree.scalar(key).unwrap_or_default().to_owned();
            let span = self.span(key);
            let step = match find_step(&app.steps, &Id::new(&id_text(&name))) {
                Some(step) if ASKING.contains(&step.kind.word()) => step,
                None if self.lost.contains(&id_text(&name)) => continue,
                _ => {
                    self.reply_to_nothing(key, &name, app);
                    continue;
                }
            };
            let each = match word {
                "fail" => self.one_or_more(value),
                // A list is also what a step may be answered; a list of mappings is one answer after the other.
                _ => match self.tree.list(value) {
                    Some(entries) if entries.iter().all(|entry| self.tree.map(*entry).is_some()) => entries.to_vec(),
                    _ => vec![value],
                },
            };
            for node in each {
                let result = match word {
                    "fail" => self.words(node, "fail").map(|why| ReplyResult::Failed(id_text(&why))),
                    _ => Some(ReplyResult::Done(self.data(node))),
                };
                let step = step.id.clone();
                let reply = result.map(|result| TestAction::Reply(Reply { step, result }));
                found.extend(reply.map(|action| Scripted { action, span }));
            }
        }
        found
    }

    fn reply_to_nothing(&mut self, node: NodeId, name: &str, app: &App) {
        let mut asking = Vec::new();
        each_step(&app.steps, &mut |step| {
            if ASKING.contains(&step.kind.word()) {
                asking.push(step.id.to_string());
            }
        });
        let near = nearest(name, asking.iter().map(String::as_str));
        let span = self.span(node);
        let mut report = Report::new(c::REPLY_TO_NOTHING, span).arg("found", name);
        if let Some(first) = near.first() {
            report = report.replace(span, first.clone());
        }
        let others: Vec<String> = asking.into_iter().filter(|step| !near.contains(step)).collect();
        self.push(report.expected(near).expected(others));
    }

    pub(super) fn unknown_step(&mut self, node: NodeId, name: &str, app: &App) {
        let mut forms = Vec::new();
        each_step(&app.steps, &mut |step| {
            if matches!(step.kind, StepKind::Form(_)) {
                forms.push(step.id.to_string());
            }
        });
        let near = nearest(name, forms.iter().map(String::as_str));
        let span = self.span(node);
        let mut report = Report::new(c::UNKNOWN_TEST_STEP, span).arg("found", name);
        if let Some(first) = near.first() {
            report = report.replace(span, first.clone());
        }
        let others: Vec<String> = forms.into_iter().filter(|form| !near.contains(form)).collect();
        self.push(report.expected(near).expected(others));
    }

    /// Answers to fields, each read as its field wants it, and how they are given.
    pub(super) fn answers(&mut self, node: NodeId, fields: &[Field], of: &str, special: &[&'static str]) -> Answer {
        let mut found = Answer::default();
        if self.tree.is_empty(node) {
            return found;
        }
        for (key, value) in self.mapping(node, "answers").unwrap_or_default() {
            let Some(name) = self.tree.scalar(key).map(str::to_owned) else {
                continue;
            };
            let id = id_text(&name);
            let field = fields
                .iter()
                .find(|field| field.id.as_str() == name || field.id.as_str() == id);
            match (field, keywords::one_of(&name, special)) {
                (Some(field), _) => {
                    let answer = self.answer_value(value, &field.kind);
                    found.answers.insert(field.id.to_string(), answer);
                }
                (None, Some(word)) => {
                    self.speak(key, word);
                    self.said(word, value, fields, of, &mut found);
                }
                (None, None) if self.lost.contains(&id) => {}
                // A message may have members that are no inputs.
                (None, None) if special.contains(&"message") && self.says(node, "message") => {}
                (None, None) => self.unknown_field(key, &name, fields, of),
            }
        }
        found
    }

    fn says(&self, node: NodeId, word: &str) -> bool {
        let entries = self.tree.map(node).unwrap_or_default();
        entries
            .iter()
            .any(|(key, _)| self.tree.scalar(*key).is_some_and(|name| keywords::is(word, name)))
    }

    /// What an answer says beside its fields.
    fn said(&mut self, word: &str, node: NodeId, fields: &[Field], of: &str, found: &mut Answer) {
        match word {
            // What starts the run is read before.
            "message" | "every" | "shift" | "before_end" => {}
            "at" if self.is_time(node) => {}
            "by" => found.by = self.words(node, word),
            "signed_by" => found.by = found.by.take().or_else(|| self.words(node, word)),
            "at" => found.at = self.words(node, word),
            "button" => found.button = self.words(node, word).map(|text| Id::new(&id_text(&text))),
            "warnings_seen" => {
                let nodes = self.one_or_more(node);
                found.warnings_seen = nodes.into_iter().filter_map(|node| self.words(node, word)).collect();
            }
            _ => found.refused = Some(self.refusals(node, fields, of)),
        }
    }

    /// `refused: {field: code}`, or the code of the whole.
    fn refusals(&mut self, node: NodeId, fields: &[Field], of: &str) -> BTreeMap<String, String> {
        if self.tree.map(node).is_none() {
            let code = self.words(node, "refused");
            return code.map(|code| (String::new(), code)).into_iter().collect();
        }
        let mut codes = BTreeMap::new();
        for (key, value) in self.mapping(node, "refused").unwrap_or_default() {
            let name = self.tree.scalar(key).unwrap_or_default().trim().to_owned();
            let field = name.split(['[', '.']).next().unwrap_or_default();
            let id = id_text(field);
            if !fields.iter().any(|known| known.id.as_str() == id) && !self.lost.contains(&id) {
                self.unknown_field(key, field, fields, of);
            }
            if let Some(code) = self.words(value, "refused") {
                codes.insert(name, code);
            }
        }
        codes
    }

    fn unknown_field(&mut self, node: NodeId, name: &str, fields: &[Field], of: &str) {
        let ids = fields.iter().map(|field| field.id.as_str());
        let near = nearest(name, ids.clone());
        let span = self.span(node);
        let mut report = Report::new(c::UNKNOWN_TEST_FIELD, span)
            .arg("found", name)
            .arg("in", of);
        if let Some(first) = near.first() {
            report = report.replace(span, first.clone());
        }
        let others: Vec<&str> = ids.filter(|id| !near.iter().any(|near| near == id)).collect();
        self.push(report.expected(near.clone()).expected(others));
    }

    /// An answer as its field takes it: what a number field gets is a number, what a text field gets is text.
    fn answer_value(&mut self, node: NodeId, kind: &FieldKind) -> Json {
        match kind.written() {
            Written::Numbers => self.numbers(node),
            Written::YesNo => {
                self.speak_yes_no(node);
                let said = self.tree.scalar(node).and_then(|text| as_yes_no(text.trim()));
                said.map_or_else(|| self.data(node), Json::Bool)
            }
            Written::Checked => {
                let text = self.tree.scalar(node).unwrap_or_default().trim();
                match keywords::literal(text, keywords::CHECKED) {
                    Some(pair) => {
                        self.speak_pair(node, pair);
                        Json::String(pair.0.to_owned())
                    }
                    None => self.texts(node),
                }
            }
            Written::Rows(columns) => {
                let rows_written = self.tree.list(node).unwrap_or_default().to_vec();
                let mut found = Vec::with_capacity(rows_written.len());
                for entry in rows_written {
                    let mut row = Map::new();
                    for (key, value) in self.tree.map(entry).unwrap_or_default().to_vec() {
                        let name = self.tree.scalar(key).unwrap_or_default().to_owned();
                        let column = columns.iter().find(|column| column.id.as_str() == name);
                        let value = match column {
                            Some(column) => self.answer_value(value, &column.kind),
                            None => self.data(value),
                        };
                        row.insert(name, value);
                    }
                    found.push(Json::Object(row));
                }
                Json::Array(found)
            }
            Written::Data => self.data(node),
            Written::Texts | Written::Choice(_) => self.texts(node),
        }
    }

    fn numbers(&self, node: NodeId) -> Json {
        if let Some(entries) = self.tree.list(node) {
            return entries.iter().map(|entry| self.numbers(*entry)).collect();
        }
        let text = self.tree.scalar(node).unwrap_or_default().trim();
        match text.parse::<expression::Number>() {
            Ok(number) => {
                let plain = number.normalize().to_string();
                serde_json::from_str(&plain).unwrap_or_else(|_| Json::String(text.to_owned()))
            }
            Err(_) => self.data(node),
        }
    }

    fn texts(&self, node: NodeId) -> Json {
        match (self.tree.list(node), self.tree.scalar(node)) {
            (Some(entries), _) => entries.iter().map(|entry| self.texts(*entry)).collect(),
            (None, Some(text)) => Json::String(text.to_owned()),
            (None, None) => self.data(node),
        }
    }

    fn send(&mut self, node: NodeId, app: &App) -> Option<TestAction> {
        let entries = self.mapping(node, "send")?;
        let mut name = None;
        let mut body = Map::new();
        for (key, value) in entries {
            let Some(member) = self.tree.scalar(key).map(str::to_owned) else {
                continue;
            };
            match keywords::one_of(&member, &["message", "with"]) {
                Some("message") => {
                    self.speak(key, "message");
                    name = self.words(value, "message");
                    if let Some(name) = &name {
                        crate::check::messages::sent(self, value, name, app);
                    }
                }
                Some("with") if self.tree.map(value).is_some() => {
                    self.speak(key, "with");
                    if let Json::Object(members) = self.data(value) {
                        body.extend(members);
                    }
                }
                _ => {
                    body.insert(member, self.data(value));
                }
            }
        }
        if name.is_none() {
            let report = Report::new(c::SEND_WITHOUT_NAME, self.head(node));
            self.push(report);
        }
        Some(TestAction::Send { name: name?, body })
    }
}

/// A step of the app by its id, wherever it is.
pub(crate) fn find_step<'a>(steps: &'a [Step], id: &Id) -> Option<&'a Step> {
    steps.iter().find_map(|step| {
        if step.id == *id {
            return Some(step);
        }
        step.blocks().into_iter().find_map(|block| find_step(block.steps, id))
    })
}

/// Every step, from top to bottom.
pub(crate) fn each_step<'a>(steps: &'a [Step], visit: &mut impl FnMut(&'a Step)) {
    for step in steps {
        visit(step);
        for block in step.blocks() {
            each_step(block.steps, visit);
        }
    }
}
