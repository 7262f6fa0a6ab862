//! What can be typed where the cursor stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use expression::{Names, Type};

use super::cursor::{self, Cursor, Typing};
use super::{Around, names};
use crate::diagnostic::Language;
use crate::fields::FieldKind;
use crate::keywords::{self, Keywords, Pair};
use crate::model::{App, Id, Span, Step};
use crate::place::{PARTIES, Place};
use crate::read::keys::{Key, Kind, Shape};
use crate::read::tests::each_step;
use crate::steps::StepKind;
use crate::{fields, steps};

/// What kind of thing is offered, for its sign in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// A word of the language.
    Word,
    /// A kind of step or field.
    Kind,
    /// A value of the language: `yes`, `20 min`.
    Value,
    /// A name in formulas.
    Name,
    /// A thing of the site, a table, another app.
    Thing,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    pub label: String,
    pub kind: CompletionKind,
    /// Bytes of the file that it takes the place of.
    pub replaced: Span,
    pub text: String,
    /// One line: what it is, its type and unit.
    pub detail: String,
    /// More lines, in Markdown.
    pub doc: String,
}

/// Words of formulas that are said about a name.
const OF_FORMULAS: &[&str] = &[
    "is ok",
    "is not ok",
    "is undecided",
    "is empty",
    "is filled",
    "and",
    "or",
    "not(",
];

/// What fits at a byte of a file, in no particular order but that of the tables; the words are those of the file.
pub fn complete(source: &str, at: usize, around: Around<'_>, language: Language) -> Vec<Completion> {
    let Some(cursor) = cursor::at(source, at) else {
        return Vec::new();
    };
    let mut found = Found {
        cursor: &cursor,
        around,
        words: Keywords::of(source),
        language,
        out: Vec::new(),
    };
    match &cursor.typing {
        Typing::Key => found.keys(),
        Typing::Value(key) => found.values(key),
    }
    found.out
}

struct Found<'c> {
    cursor: &'c Cursor,
    around: Around<'c>,
    words: Keywords,
    language: Language,
    out: Vec<Completion>,
}

impl Found<'_> {
    fn push(&mut self, kind: CompletionKind, label: &str, text: String, detail: String, doc: String) {
        self.out.push(Completion {
            label: label.to_owned(),
            kind,
            replaced: self.cursor.word,
            text,
            detail,
            doc,
        });
    }

    /// Bytes from the first of `text` before the cursor.
    fn since(&self, text: &str) -> Span {
        Span {
            start: self.cursor.word.end - text.len(),
            end: self.cursor.word.end,
        }
    }

    fn keys(&mut self) {
        let there: Vec<String> = self.cursor.beside().iter().map(|(key, _)| key.clone()).collect();
        match self.cursor.place.clone() {
            Place::Step => self.kinds(steps::KINDS),
            Place::Field => self.kinds(fields::KINDS),
            Place::Keys { keys, kind, .. } => {
                if let Some(kind) = kind.filter(|_| there.is_empty()) {
                    self.kinds(std::slice::from_ref(kind));
                }
                for key in keys {
                    if !there.iter().any(|one| key.is(one)) {
                        self.key(key);
                    }
                }
                self.columns_to_save();
            }
            Place::WordOrKeys(keys) => keys.iter().for_each(|key| self.key(key)),
            Place::Value(Shape::Values) | Place::Free => {
                self.columns_to_save();
                self.inputs_of_called();
                self.answers();
            }
            Place::Value(_) => {
                let below = self.cursor.below();
                if let Some(key) = below.last().map(|key| (*key).to_owned()) {
                    self.values(&key);
                }
            }
        }
    }

    fn kinds(&mut self, kinds: &'static [Kind]) {
        let dash = if self.cursor.wants_dash { "- " } else { "" };
        for kind in kinds {
            let label = self.words.say(kind.word).to_owned();
            let doc = format!("```yaml\n{}\n```", self.words.in_yaml(kind.example));
            let text = format!("{dash}{label}: ");
            let detail = self.said(kind.doc);
            self.push(CompletionKind::Kind, &label, text, detail, doc);
        }
    }

    fn said(&self, doc: &'static str) -> String {
        self.words.in_message(crate::docs::in_language(doc, self.language))
    }

    fn key(&mut self, key: &'static Key) {
        let label = key.say(self.words);
        let entries = matches!(
            key.shape,
            Shape::Steps | Shape::Fields | Shape::Entries(_) | Shape::OneOfEntries(_)
        );
        let lists = entries && !self.cursor.flow;
        let text = match key.shape {
            _ if lists => format!("{label}:\n{}- ", " ".repeat(self.column() + 2)),
            Shape::Map(_) | Shape::Values | Shape::Data if !self.cursor.flow => {
                format!("{label}:\n{}", " ".repeat(self.column() + 2))
            }
            _ => format!("{label}: "),
        };
        self.push(CompletionKind::Word, label, text, self.said(key.doc), String::new());
    }

    /// The column of the word that is typed.
    fn column(&self) -> usize {
        self.cursor.word_column
    }

    fn values(&mut self, key: &str) {
        let of = self.cursor.place.clone();
        let before = self.cursor.before.clone();
        let formula = matches!(
            of,
            Place::Value(Shape::Condition | Shape::ConditionOrMap(_) | Shape::Formula | Shape::Formulas)
        ) || before.trim_start().starts_with('=');
        let in_braces = before.rfind('{').is_some_and(|open| !before[open..].contains('}'));
        if formula || in_braces {
            self.formula(in_braces);
            return;
        }
        match of {
            Place::Value(Shape::YesNo) => {
                for pair in keywords::YES_NO {
                    let word = self.words.pick(*pair);
                    self.push(
                        CompletionKind::Value,
                        word,
                        word.to_owned(),
                        String::new(),
                        String::new(),
                    );
                }
            }
            Place::Value(Shape::Duration) => self.examples(
                &["20 min", "1 h 30 min", "2 days"],
                &["20 分钟", "1 小时 30 分钟", "2 天"],
            ),
            Place::Value(Shape::Times) => self.examples(&["3 times"], &["3 次"]),
            Place::Value(Shape::Limits) => {
                self.examples(
                    &["24.95 to 25.05 mm", "at least 40 N", "at most 0.8 mm"],
                    &["24.95 到 25.05 mm", "至少 40 N", "最多 0.8 mm"],
                );
            }
            Place::Value(Shape::Party | Shape::Parties) if self.cursor.flow && self.cursor.typing == Typing::Key => {
                for word in PARTIES {
                    let word = self.words.say(word).to_owned();
                    self.push(
                        CompletionKind::Word,
                        &word,
                        format!("{word}: "),
                        String::new(),
                        String::new(),
                    );
                }
            }
            _ => {}
        }
        self.fixed(key);
        if keywords::is("not_by", key) {
            self.forms();
        }
        if keywords::is("key", key) || keywords::is("sort", key) {
            self.columns_of_table();
        }
        self.things(key);
    }

    /// Words of which there are only these, in the places that take them.
    fn fixed(&mut self, key: &str) {
        let beside: Vec<String> = self.cursor.beside().iter().map(|(word, _)| word.clone()).collect();
        let is = |word: &str| keywords::is(word, key);
        let stands = |word: &str| beside.iter().any(|one| keywords::is(word, one));
        let of_test = self.cursor.below().iter().any(|above| keywords::is("tests", above));
        let pairs: &[&[Pair]] = if is("default") && stands("check") {
            &[keywords::CHECKED]
        } else if is("default") && (stands("yes_no") || stands("tick")) {
            &[keywords::YES_NO]
        } else if is("wait_for") && stands("together") {
            &[keywords::JOIN]
        } else if is("days") {
            &[keywords::WEEKDAYS, keywords::EVERY_DAY]
        } else if is("rule") && stands("decide") {
            &[keywords::RULES]
        } else if is("outcome") && of_test {
            &[keywords::OUTCOMES]
        } else if of_test {
            self.answer(key);
            &[]
        } else {
            &[]
        };
        for pair in pairs.iter().copied().flatten() {
            self.word(self.words.pick(*pair));
        }
        let plain: &[&str] = if is("quality") {
            &["good", "uncertain", "bad"]
        } else if is("format") && stands("printer") {
            &["zpl", "pdf", "png"]
        } else if is("methods") && stands("connection") {
            &["GET", "POST", "PUT", "PATCH", "DELETE"]
        } else {
            &[]
        };
        plain.iter().for_each(|word| self.word(word));
    }

    fn word(&mut self, word: &str) {
        let (doc, detail) = (String::new(), String::new());
        self.push(CompletionKind::Value, word, word.to_owned(), detail, doc);
    }

    /// In the script of a test: what a field can be answered with, where these are words.
    fn answer(&mut self, field: &str) {
        let below: Vec<String> = self.cursor.below().iter().map(|key| (*key).to_owned()).collect();
        let Some(at) = below.iter().position(|key| keywords::is("answer", key)) else {
            return;
        };
        let (Some(app), Some(answered)) = (self.around.app, below.get(at + 1)) else {
            return;
        };
        let mut words: Vec<String> = Vec::new();
        let kinds = self.words;
        each_step(&app.steps, &mut |step| {
            let StepKind::Form(form) = &step.kind else { return };
            if step.id.as_str() != answered.as_str() {
                return;
            }
            let Some(found) = form.fields.iter().find(|one| one.id.as_str() == field) else {
                return;
            };
            let of_pairs = |pairs: &[Pair]| pairs.iter().map(|pair| kinds.pick(*pair).to_owned()).collect();
            words = match &found.kind {
                FieldKind::YesNo(_) | FieldKind::Tick(_) => of_pairs(keywords::YES_NO),
                FieldKind::Check(_) => of_pairs(keywords::CHECKED),
                _ => match step.kind.members() {
                    Some(Type::Context(members)) => match members.get(field) {
                        Some(Type::OneOf(choices)) => choices.iter().map(ToString::to_string).collect(),
                        _ => Vec::new(),
                    },
                    _ => Vec::new(),
                },
            };
        });
        for word in words {
            self.thing(&word, String::new());
        }
    }

    fn examples(&mut self, en: &[&str], zh: &[&str]) {
        let examples = if self.words == Keywords::Zh { zh } else { en };
        for example in examples {
            let replaced = self.since(&self.cursor.before.clone());
            self.push(
                CompletionKind::Value,
                example,
                (*example).to_owned(),
                String::new(),
                String::new(),
            );
            if let Some(last) = self.out.last_mut() {
                last.replaced = replaced;
            }
        }
    }

    /// Things of the site, tables and other apps.
    fn things(&mut self, key: &str) {
        let field = matches!(&self.cursor.place, Place::Value(Shape::Sentence)) && self.is_field();
        if field {
            return;
        }
        for kind in names::behind(key) {
            for (written, title, _) in names::things(*kind, self.around.site, self.around.app) {
                let detail = if title == written { String::new() } else { title };
                self.thing(&written, detail);
            }
            if *kind == names::Named::App {
                for beside in self.around.apps {
                    self.thing(beside.id.as_str(), beside.title.clone());
                }
            }
        }
    }

    fn is_field(&self) -> bool {
        let below = self.cursor.below();
        below.last().is_some_and(|key| {
            ["fields", "inputs", "columns"]
                .iter()
                .any(|word| keywords::is(word, key))
        })
    }

    fn thing(&mut self, written: &str, detail: String) {
        let replaced = self.since(&self.cursor.before.clone());
        let safe = match self.cursor.flow {
            true => crate::tree::plain_is_safe(written),
            false => crate::tree::plain_is_safe_in_block(written),
        };
        let text = if safe {
            written.to_owned()
        } else {
            crate::tree::quoted(written)
        };
        self.push(CompletionKind::Thing, written, text, detail, String::new());
        if let Some(last) = self.out.last_mut() {
            last.replaced = replaced;
        }
    }

    fn forms(&mut self) {
        let Some(app) = self.around.app else { return };
        let mut ids = Vec::new();
        each_step(&app.steps, &mut |step| {
            if step.kind.members().is_some() {
                ids.push((step.id.to_string(), step.title.default.source().to_owned()));
            }
        });
        for (id, title) in ids {
            self.thing(&id, title);
        }
    }

    /// The table that a step or table around names, with its columns.
    fn table(&self) -> Option<Vec<Id>> {
        let name = ["find", "save", "remove", "from", "table"]
            .iter()
            .find_map(|word| self.cursor.around(word))?;
        let name = name.trim_matches(['"', '\'']);
        let (_, id) = names::named(name, &[names::Named::Table], self.around.site, self.around.app)?;
        let own = self.around.app.map(|app| app.tables.iter()).into_iter().flatten();
        let of_site = self.around.site.map(|site| site.tables.iter()).into_iter().flatten();
        own.chain(of_site)
            .find(|table| table.id == id)
            .map(|table| table.columns.clone())
    }

    fn columns_of_table(&mut self) {
        for column in self.table().unwrap_or_default() {
            self.thing(column.as_str(), String::new());
        }
    }

    fn columns_to_save(&mut self) {
        let below = self.cursor.below();
        let of_values = below.last().is_some_and(|key| keywords::is("values", key));
        if !of_values {
            return;
        }
        let there: Vec<String> = self.cursor.beside().iter().map(|(key, _)| key.clone()).collect();
        for column in self.table().unwrap_or_default() {
            if !there.iter().any(|one| one == column.as_str()) {
                self.push(
                    CompletionKind::Name,
                    column.as_str(),
                    format!("{column}: "),
                    String::new(),
                    String::new(),
                );
            }
        }
    }

    fn inputs_of_called(&mut self) {
        let Some(app) = self
            .cursor
            .around("call")
            .map(|name| name.trim_matches(['"', '\'']).to_owned())
        else {
            return;
        };
        let called = self.around.apps.iter().find(|beside| beside.id.as_str() == app);
        for input in called.map(|called| called.inputs.clone()).unwrap_or_default() {
            self.push(
                CompletionKind::Name,
                input.as_str(),
                format!("{input}: "),
                String::new(),
                String::new(),
            );
        }
    }

    /// In the script of a test: the steps that are answered, and their fields.
    fn answers(&mut self) {
        let below: Vec<String> = self.cursor.below().iter().map(|key| (*key).to_owned()).collect();
        let Some(at) = below.iter().position(|key| keywords::is("answer", key)) else {
            return;
        };
        let Some(app) = self.around.app else { return };
        let mut found = Vec::new();
        each_step(&app.steps, &mut |step| {
            let Some(Type::Context(members)) = step.kind.members() else {
                return;
            };
            match below.get(at + 1) {
                None => found.push(step.id.to_string()),
                Some(answered) if answered == step.id.as_str() => found.extend(members.keys().map(ToString::to_string)),
                Some(_) => {}
            }
        });
        for name in found {
            self.push(
                CompletionKind::Name,
                &name,
                format!("{name}: "),
                String::new(),
                String::new(),
            );
        }
    }

    fn formula(&mut self, in_braces: bool) {
        let before = self.cursor.before.clone();
        let names = self.names();
        let path = path_before(&before);
        let replaced = Span {
            start: self.cursor.word.end - path.last().map_or(0, |word| word.len()),
            end: self.cursor.word.end,
        };
        let members = members_at(&names, &path[..path.len().saturating_sub(1)]);
        let first = path.len() < 2;
        for (name, of) in members {
            let detail = type_words(&of, self.language);
            self.push(CompletionKind::Name, &name, name.to_string(), detail, String::new());
            if let Some(last) = self.out.last_mut() {
                last.replaced = replaced;
            }
        }
        if first && !in_braces && !before.trim_end().is_empty() {
            for word in OF_FORMULAS {
                self.push(
                    CompletionKind::Value,
                    word,
                    (*word).to_owned(),
                    String::new(),
                    String::new(),
                );
                if let Some(last) = self.out.last_mut() {
                    last.replaced = replaced;
                }
            }
        }
    }

    /// Names that a formula may use here.
    fn names(&self) -> Names {
        let Some(app) = self.around.app else {
            return Names::default();
        };
        let mut names = names_of(app, self.cursor);
        if self.cursor.around("find").is_some() {
            let columns = self.table().unwrap_or_default();
            names
                .names
                .extend(columns.into_iter().map(|column| (column.0, Type::Any)));
        }
        names
    }
}

/// The names at the innermost step that the cursor is in.
pub(super) fn names_of(app: &App, cursor: &Cursor) -> Names {
    let mut here: Option<Id> = None;
    each_step(&app.steps, &mut |step: &Step| {
        let word = step.kind.word();
        let said = cursor.around(word).map(|text| text.trim_matches(['"', '\'']));
        if said.is_some_and(|said| said == step.title.default.source()) {
            here = Some(step.id.clone());
        }
    });
    let none = Id::new("");
    let mut names = crate::names::names_at(app, here.as_ref().unwrap_or(&none));
    // The element of a loop is known inside it only.
    each_step(&app.steps, &mut |step| {
        if let StepKind::ForEach(_) = &step.kind
            && cursor
                .around("for_each")
                .is_some_and(|said| said == step.title.default.source())
        {
            for block in step.kind.blocks() {
                if let Some((item, of)) = block.item {
                    names.names.entry(item.0).or_insert(of);
                }
            }
        }
    });
    names
}

/// The dotted name in front of the cursor: `capability.cp` is `capability` and `cp`.
fn path_before(before: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let length: usize = before
        .chars()
        .rev()
        .take_while(|c| is_part(*c))
        .map(char::len_utf8)
        .sum();
    before[before.len() - length..].split('.').collect()
}

/// Members of a dotted name; all names for none.
pub(super) fn members_at(names: &Names, path: &[&str]) -> BTreeMap<Arc<str>, Type> {
    let Some((first, rest)) = path.split_first() else {
        return names.names.clone();
    };
    let mut of = names.names.get(*first).cloned().unwrap_or(Type::Any);
    for part in rest {
        of = members(&of).remove(*part).unwrap_or(Type::Any);
    }
    members(&of)
}

fn members(of: &Type) -> BTreeMap<Arc<str>, Type> {
    match of {
        Type::Context(members) => members.clone(),
        Type::Judged(_, details) => details.clone(),
        Type::List(inner) => members(inner)
            .into_iter()
            .map(|(name, of)| (name, Type::List(Box::new(of))))
            .collect(),
        _ => BTreeMap::new(),
    }
}

/// A type in words, with its unit.
pub(super) fn type_words(of: &Type, language: Language) -> String {
    let pick = |en: &str, zh: &str| match language {
        Language::En => en.to_owned(),
        Language::Zh => zh.to_owned(),
    };
    match of {
        Type::Any | Type::Null => String::new(),
        Type::Bool => pick("yes or no", "是或否"),
        Type::Number => pick("number", "数字"),
        Type::Quantity(unit) => format!("{} ({unit})", pick("number", "数字")),
        Type::Text => pick("text", "文字"),
        Type::OneOf(choices) => {
            let shown: Vec<&str> = choices.iter().take(6).map(|choice| &**choice).collect();
            format!("{} {}", pick("one of", "其中之一："), shown.join(", "))
        }
        Type::Date => pick("date", "日期"),
        Type::Time => pick("time of day", "时间"),
        Type::DateTime => pick("date and time", "日期和时间"),
        Type::Duration => pick("length of time", "时长"),
        Type::YearMonths => pick("months", "月数"),
        Type::List(inner) => {
            let inner = type_words(inner, language);
            format!("{} {inner}", pick("list of", "列表：")).trim_end().to_owned()
        }
        Type::Context(_) => pick("group of values", "一组值"),
        Type::Judged(inner, _) => format!("{}, {}", type_words(inner, language), pick("with a verdict", "带判定")),
        Type::Range(_) => pick("range", "范围"),
        Type::Function => pick("function", "函数"),
    }
}
