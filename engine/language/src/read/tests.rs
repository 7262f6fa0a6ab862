//! `tests:` scripted runs in virtual time.

use serde_json::{Map, Value as Json};

use super::amounts::as_yes_no;
use super::ids::id_text;
use super::keys::{Key, Shape, key, required};
use super::suggest::nearest;
use super::{Reader, Report};
use crate::catalogue as c;
use crate::fields::{FieldKind, Written};
use crate::keywords;
use crate::model::{App, Expect, Field, Id, Step, Test, TestAction};
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
const EXPECT: &[Key] = &[
    key(
        "outcome",
        Shape::Word,
        "`finished`, `failed`, `cancelled`, `waiting`, or the sentence of a `finish` or `fail`.",
    ),
    key("held", Shape::Words, "Exactly what is on hold at the end."),
    key("told", Shape::Words, "Exactly who was told, in order."),
    key("open", Shape::Words, "Steps whose tasks are open at the end."),
    key("values", Shape::Values, "Values by name at the end."),
    key("records", Shape::Values, "Number of records by table."),
];

/// The keys of a test.
pub(crate) const TEST: &[Key] = &[
    required("test", Shape::Word, "What the test shows."),
    key("start", Shape::Data, "Inputs by id."),
    key(
        "answer",
        Shape::Data,
        "What people answer, in order: `- step: {field: answer}`; `pass` and `send` may stand between.",
    ),
    key("pass", Shape::Duration, "Time that passes."),
    key("send", Shape::Map(SEND), "A message that arrives."),
    key("expect", Shape::Map(EXPECT), "What must be true at the end."),
];

/// Members of an answer that are no fields: who answers, who signs, whether the task is sent with the accept button.
const SPECIAL: &[&str] = &["by", "signed_by", "at"];

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
            let start = keys
                .get("start")
                .map(|node| reader.answers(node, &app.inputs, "inputs", &[]));
            let start = start
                .unwrap_or_default()
                .into_iter()
                .map(|(name, value)| (Id::new(&name), value))
                .collect();
            let mut script: Vec<(usize, Vec<TestAction>)> = Vec::new();
            for word in ["answer", "pass", "send"] {
                if let Some(slot) = keys.slot(word) {
                    script.push((reader.span(slot.key).start, reader.script(word, slot.value, app)));
                }
            }
            // What is written first happens first.
            script.sort_by_key(|part| part.0);
            let script = script.into_iter().flat_map(|part| part.1).collect();
            let expect = keys
                .get("expect")
                .map(|node| reader.expect(node, app))
                .unwrap_or_default();
            Some(Test {
                title,
                start,
                script,
                expect,
                span: reader.span(node),
            })
        })
    }

    fn script(&mut self, word: &str, node: NodeId, app: &App) -> Vec<TestAction> {
        match word {
            "pass" => vec![TestAction::Pass(self.duration(node, "pass"))],
            "send" => self.send(node, app).into_iter().collect(),
            _ => {
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
        }
    }

    fn answer_entry(&mut self, node: NodeId, app: &App) -> Vec<TestAction> {
        let mut actions = Vec::new();
        for (key, value) in self.mapping(node, "an answer").unwrap_or_default() {
            let Some(name) = self.tree.scalar(key).map(str::to_owned) else {
                continue;
            };
            let step = find_step(&app.steps, &Id::new(&id_text(&name)));
            let word = keywords::one_of(&name, &["pass", "send"]).filter(|_| step.is_none());
            if let Some(word) = word {
                self.speak(key, word);
            }
            match (step, word.unwrap_or_default()) {
                (Some(step), _) => actions.extend(self.answer(key, value, step)),
                (None, "pass") => actions.push(TestAction::Pass(self.duration(value, "pass"))),
                (None, "send") => actions.extend(self.send(value, app)),
                (None, _) if self.lost.contains(&id_text(&name)) => {}
                (None, _) => self.unknown_step(key, &name, app),
            }
        }
        actions
    }

    fn answer(&mut self, key: NodeId, value: NodeId, step: &Step) -> Option<TestAction> {
        let StepKind::Form(form) = &step.kind else {
            let report = Report::new(c::ANSWER_TO_NO_FORM, self.span(key)).arg("found", step.id.as_str());
            self.push(report);
            return None;
        };
        let answers = self.answers(value, &form.fields, step.id.as_str(), SPECIAL);
        Some(TestAction::Answer {
            step: step.id.clone(),
            answers,
            span: self.span(key),
        })
    }

    fn unknown_step(&mut self, node: NodeId, name: &str, app: &App) {
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

    /// Answers to fields, each read as its field wants it.
    fn answers(&mut self, node: NodeId, fields: &[Field], of: &str, special: &[&'static str]) -> Map<String, Json> {
        let mut found = Map::new();
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
            match field {
                Some(field) => {
                    let answer = self.answer_value(value, &field.kind);
                    found.insert(field.id.to_string(), answer);
                }
                None if keywords::one_of(&name, special).is_some() => {
                    let word = keywords::one_of(&name, special).unwrap_or_default();
                    self.speak(key, word);
                    let said = self.tree.scalar(value).unwrap_or_default().to_owned();
                    found.insert(word.to_owned(), Json::String(said));
                }
                None if self.lost.contains(&id) => {}
                None => {
                    let ids = fields.iter().map(|field| field.id.as_str());
                    let near = nearest(&name, ids.clone());
                    let span = self.span(key);
                    let mut report = Report::new(c::UNKNOWN_TEST_FIELD, span)
                        .arg("found", name)
                        .arg("in", of);
                    if let Some(first) = near.first() {
                        report = report.replace(span, first.clone());
                    }
                    let others: Vec<&str> = ids.filter(|id| !near.iter().any(|near| near == id)).collect();
                    self.push(report.expected(near.clone()).expected(others));
                }
            }
        }
        found
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

    fn expect(&mut self, node: NodeId, app: &App) -> Expect {
        let Some(keys) = self.keys(node, &[EXPECT], "expect") else {
            return Expect::default();
        };
        let outcome = keys.get("outcome").and_then(|node| self.outcome(node, app));
        let list = |reader: &mut Self, word: &str| {
            let node = keys.get(word)?;
            let nodes = if reader.tree.is_empty(node) {
                Vec::new()
            } else {
                reader.one_or_more(node)
            };
            Some(
                nodes
                    .into_iter()
                    .filter_map(|node| reader.words(node, "expect"))
                    .collect::<Vec<String>>(),
            )
        };
        let held = list(self, "held");
        let told = list(self, "told");
        let mut open = None;
        if let Some(node) = keys.get("open") {
            let mut ids = Vec::new();
            for node in self.one_or_more(node) {
                let Some(name) = self.words(node, "open") else { continue };
                match find_step(&app.steps, &Id::new(&id_text(&name))) {
                    Some(step) => ids.push(step.id.clone()),
                    None if self.lost.contains(&id_text(&name)) => {}
                    None => self.unknown_step(node, &name, app),
                }
            }
            open = Some(ids);
        }
        let mut expect = Expect {
            outcome,
            held,
            told,
            open,
            ..Expect::default()
        };
        if let Some(node) = keys.get("values") {
            for (key, value) in self.mapping(node, "values").unwrap_or_default() {
                let name = self.tree.scalar(key).unwrap_or_default().to_owned();
                expect.values.insert(name, self.data(value));
            }
        }
        if let Some(node) = keys.get("records") {
            for (key, value) in self.mapping(node, "records").unwrap_or_default() {
                let table = self.table_named(key);
                let text = self.tree.scalar(value).unwrap_or_default().trim().to_owned();
                match (table, text.parse::<u64>()) {
                    (Some((table, _)), Ok(count)) => {
                        expect.records.insert(table.value, count);
                    }
                    (None, _) => {}
                    (_, Err(_)) => {
                        let report = Report::new(c::COUNT_EXPECTED, self.head(value)).arg("what", "records");
                        self.push(report.arg("found", text));
                    }
                }
            }
        }
        expect
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
        if known[4..].contains(&text) {
            return Some(text);
        }
        if let Some(pair) = keywords::literal(&text, keywords::OUTCOMES) {
            // Not where the other word would be the sentence of a `finish`.
            if !known[4..].iter().any(|word| word == pair.0 || word == pair.1) {
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
