//! Lists of steps: which kind each entry is, and what all kinds have in common.

use super::ids::{id_of, id_text};
use super::keys::{Key, Keys, Kind, Shape, Slot, key, spelled};
use super::values::empty_template;
use super::{At, Reader, Report};
use crate::catalogue as c;
use crate::keywords;
use crate::limits;
use crate::model::{Id, Located, Step, Text};
use crate::steps;
use crate::tree::NodeId;

/// Keys that every step may have.
pub(crate) const COMMON: &[Key] = &[
    key(
        "id",
        Shape::Id,
        "Name of the step in formulas and records; follows from the sentence when it is not written.",
    ),
    key("if", Shape::Condition, "Do this step only when the condition is true."),
    key(
        "note",
        Shape::Word,
        "A remark for whoever reads this file; the floor does not see it.",
    ),
    key(
        "alone",
        Shape::Word,
        "Only one branch of the run at a time is in steps with the same name here; the others wait for their turn.",
    ),
    key(
        "retry",
        Shape::Word,
        "How often it is tried again when it fails in a way that may pass: `5 times, from 2 s, doubling, up to 5 min`.",
    ),
    key(
        "on_error",
        Shape::Steps,
        "What is done when the step has failed for good; `step.error` says why.",
    ),
    key(
        "undo",
        Shape::Steps,
        "What takes the step back when the run is cancelled or fails after it.",
    ),
];

/// One entry of `steps`, its keys sorted.
pub(crate) struct Entry {
    pub(crate) word: &'static str,
    /// What stands behind the step's word.
    pub(crate) value: NodeId,
    pub(crate) keys: Keys,
    pub(crate) id: Id,
    pub(crate) title: Text,
    /// The byte where the step begins tells it from all others.
    pub(crate) start: usize,
}

impl Reader<'_> {
    /// A list of steps.
    pub(crate) fn steps(&mut self, node: NodeId, what: &str) -> Vec<Step> {
        let entries = self.entries(node, what);
        entries.into_iter().filter_map(|entry| self.step(entry)).collect()
    }

    /// The steps under a key that must be there.
    pub(crate) fn steps_of(&mut self, entry: &Entry, word: &'static str) -> Vec<Step> {
        match entry.keys.get(word) {
            Some(node) => self.steps(node, word),
            None => {
                self.missing(&entry.keys, word, "[{wait: 1 min}]", c::KEY_MISSING);
                Vec::new()
            }
        }
    }

    /// The steps under a key that may be left out.
    pub(crate) fn steps_if_any(&mut self, keys: &Keys, word: &'static str) -> Vec<Step> {
        keys.get(word).map(|node| self.steps(node, word)).unwrap_or_default()
    }

    fn step(&mut self, node: NodeId) -> Option<Step> {
        self.step_count += 1;
        let number = self.step_count;
        if number > limits::STEPS_MAX {
            if number == limits::STEPS_MAX + 1 {
                let report = Report::new(c::TOO_MANY_STEPS, self.head(node));
                self.push(report.arg("max", limits::STEPS_MAX.to_string()));
            }
            return None;
        }
        let (en, zh) = (format!("step {number}"), format!("第 {number} 步"));
        let (kind, word) = match self.within(en, zh, |reader| reader.step_word(node)) {
            Some(found) => {
                self.speak_word(found.0, found.1);
                found
            }
            None => {
                self.lost(node);
                return None;
            }
        };
        let first = self
            .tree
            .map(word.value)
            .and_then(|texts| texts.first())
            .map(|(_, text)| *text);
        let written = self.tree.scalar(first.unwrap_or(word.value));
        let sentence = written.unwrap_or_default().trim().to_owned();
        let shown = match (sentence.as_str(), kind.shape) {
            ("", _) => kind.word.to_owned(),
            (sentence, Shape::Sentence) => sentence.to_owned(),
            (sentence, _) => format!("{} {sentence}", kind.word),
        };
        let en = format!("step {number} '{shown}'");
        let zh = format!("第 {number} 步“{shown}”");
        self.within_node(node, en, zh, |reader| {
            let start = reader.span(node).start;
            reader.at(At::Before(start), |reader| {
                reader.known_step(node, kind, word, &sentence)
            })
        })
    }

    /// The word that an entry begins with, where it was written as it should be.
    pub(super) fn speak_word(&mut self, kind: &'static Kind, word: Slot) {
        if self
            .tree
            .scalar(word.key)
            .is_some_and(|text| keywords::is(kind.word, text))
        {
            self.speak(word.key, kind.word);
        }
    }

    fn known_step(&mut self, node: NodeId, kind: &'static Kind, word: Slot, sentence: &str) -> Option<Step> {
        let common = COMMON.iter().filter(|key| key.word != kind.word);
        let words: Vec<&'static Key> = kind.keys.iter().chain(common).collect();
        let what = format!("a `{}` step", kind.word);
        let keys = self.keys_named(node, &words, &[word], &what)?;
        let title = self.step_title(kind, word.value);
        let id = match keys.get("id") {
            Some(node) => self.id(node).unwrap_or_else(|| Id::new(kind.word)),
            None => step_id(kind, &title, sentence),
        };
        let condition = match kind.word {
            "if" => None,
            _ => keys.get("if").map(|node| self.condition(node, "if")),
        };
        let note = keys.get("note").and_then(|node| self.words(node, "note"));
        let alone = keys.slot("alone").and_then(|slot| {
            let value = Id::new(&id_text(&self.words(slot.value, "alone")?));
            let span = self.span(slot.key);
            Some(Located { value, span })
        });
        let span = self.span(node);
        let entry = Entry {
            word: kind.word,
            value: word.value,
            keys,
            id,
            title,
            start: span.start,
        };
        let read = steps::read(self, &entry)?;
        let (retry, on_error, undo) = self.failing(&entry);
        Some(Step {
            id: entry.id,
            title: entry.title,
            condition,
            note,
            alone,
            retry,
            on_error,
            undo,
            kind: read,
            span,
        })
    }

    /// Which step an entry is. Usually its first word says so.
    fn step_word(&mut self, node: NodeId) -> Option<(&'static Kind, Slot)> {
        if let Some(text) = self.tree.scalar(node) {
            let text = text.to_owned();
            let word = text.split_whitespace().next().unwrap_or_default().to_owned();
            if let Some(kind) = steps::kind(&word) {
                let span = self.span(node);
                let rest = text[word.len()..].trim();
                let sentence = if rest.is_empty() { "say here what is done" } else { rest };
                let report = Report::new(c::STEP_WITHOUT_SENTENCE, span).arg("word", kind.word);
                self.push(report.replace(span, format!("{word}: {sentence}")));
                return None;
            }
            if self.glued_colon(node, &text, &|word| steps::kind(word).is_some()) {
                return None;
            }
            if !text.contains('：') {
                let span = self.span(node);
                let column = span.start - crate::tree::Tree::line_start(self.source, span.start);
                let mut report = Report::new(c::STEP_WORD_MISSING, self.head(node)).arg("found", text);
                if !self.source[span.start..span.end].contains('\n') {
                    let fields = format!("\n{0}fields:\n{0}  - tick: Done", " ".repeat(column));
                    report = report
                        .insert(span.start, span.start, "form: ")
                        .insert(span.end, span.end, fields);
                }
                let words: Vec<&'static str> = steps::words().collect();
                self.push(report.expected(self.possible("", &[], &words)));
                return None;
            }
        }
        let entries = self.mapping(node, "a step")?;
        let slot = |kind: &'static Kind, (key, value): (NodeId, NodeId)| {
            (
                kind,
                Slot {
                    word: kind.word,
                    key,
                    value,
                },
            )
        };
        let of = |reader: &Self, pair: (NodeId, NodeId)| {
            reader
                .tree
                .scalar(pair.0)
                .and_then(steps::kind)
                .map(|kind| slot(kind, pair))
        };
        let first = *entries.first()?;
        let found: Vec<(&'static Kind, Slot)> = entries.iter().filter_map(|pair| of(self, *pair)).collect();
        if let Some((kind, word)) = found.first().copied() {
            let is_first = word.key == first.0;
            // `if` beside another step's word is a condition on that step.
            if kind.word == "if" && is_first {
                let own = |slot: &Slot| kind.keys.iter().any(|key| key.word == slot.word);
                let other = found.iter().skip(1).find(|(_, slot)| !own(slot));
                let is_steps = |key: NodeId| self.tree.scalar(key).is_some_and(|text| keywords::is("steps", text));
                let has_steps = entries.iter().any(|(key, _)| is_steps(*key));
                return Some(match other {
                    Some(other) if !has_steps || other.0.keys.iter().any(|key| key.word == "steps") => *other,
                    _ => (kind, word),
                });
            }
            let common = self
                .tree
                .scalar(first.0)
                .is_some_and(|text| COMMON.iter().any(|key| keywords::is(key.word, text)));
            if is_first || common {
                return Some((kind, word));
            }
        }
        if found.is_empty()
            && let Some(typed) = self.typed_entry(node, c::UNKNOWN_STEP, &steps::kind)
        {
            return Some(typed);
        }
        self.misspelled_step(first, &found, slot)
    }

    fn misspelled_step(
        &mut self,
        first: (NodeId, NodeId),
        found: &[(&'static Kind, Slot)],
        slot: impl Fn(&'static Kind, (NodeId, NodeId)) -> (&'static Kind, Slot),
    ) -> Option<(&'static Kind, Slot)> {
        let text = self.tree.scalar(first.0).unwrap_or_default().to_owned();
        let span = self.span(first.0);
        let plain = text
            .trim()
            .trim_start_matches('-')
            .trim()
            .to_lowercase()
            .replace([' ', '-'], "_");
        let words: Vec<&'static str> = steps::words().collect();
        let near = match steps::kind(&plain) {
            Some(kind) => vec![kind.word],
            None => keywords::near(&plain, &words),
        };
        let meant = near.first().and_then(|word| steps::kind(word));
        if meant.is_none() {
            if let Some(other) = found.first() {
                return Some(*other);
            }
            if let Some(report) = self.later_word(&text, span) {
                self.push(report);
                return None;
            }
        }
        if crate::fields::kind(&text).is_some() && meant.is_none() {
            let report = Report::new(c::FIELD_AS_STEP, span).arg("found", text.as_str());
            let edits = self.form_around(first);
            self.push(report.edits(edits));
            return None;
        }
        let mut report = Report::new(c::UNKNOWN_STEP, span).arg("found", text.as_str());
        if let Some(kind) = meant {
            report = report.replace(span, spelled(kind.word, &text));
        }
        self.push(report.expected(self.possible(&text, &near, &words)));
        meant.map(|kind| slot(kind, first))
    }

    /// A form that asks the field which stands where a step should.
    fn form_around(&self, (key, value): (NodeId, NodeId)) -> Vec<crate::diagnostic::Edit> {
        let start = self.span(key).start;
        let line = crate::tree::Tree::line_start(self.source, start);
        let indent = " ".repeat(start - line);
        let sentence = self
            .tree
            .scalar(value)
            .filter(|text| crate::tree::plain_is_safe(text))
            .unwrap_or("Answer this");
        let text = format!("form: {sentence}\n{indent}fields:\n{indent}  - ");
        let text = self.keywords.in_yaml(&text);
        let mut edits = vec![crate::diagnostic::Edit {
            start,
            end: start,
            text,
        }];
        // The further lines of the field move along.
        let mut at = self.line_end(start) + 1;
        while at < self.source.len() {
            let line = &self.source[at..self.line_end(at)];
            let column = line.len() - line.trim_start().len();
            if !line.trim().is_empty() {
                if column < indent.len() {
                    break;
                }
                edits.push(crate::diagnostic::Edit {
                    start: at,
                    end: at,
                    text: "    ".to_owned(),
                });
            }
            at += line.len() + 1;
        }
        edits
    }

    /// `form:Look` has no space behind its colon, so YAML takes it for a text.
    pub(super) fn glued_colon(&mut self, node: NodeId, text: &str, known: &dyn Fn(&str) -> bool) -> bool {
        let Some((word, rest)) = text.split_once(':') else {
            return false;
        };
        if !known(word) || rest.is_empty() {
            return false;
        }
        let at = self.tree.span_inside(node, word.len(), word.len() + 1);
        let span = crate::model::Span {
            start: self.span(node).start,
            end: at.start,
        };
        self.push(
            Report::new(c::SPACE_AFTER_COLON, span)
                .arg("found", word)
                .fix(at.end, at.end, " "),
        );
        true
    }

    /// `- title: Scan` with `type: form` says with two keys what one says here, as other tools have it.
    pub(super) fn typed_entry(
        &mut self,
        node: NodeId,
        entry: &'static c::Entry,
        kind_of: &dyn Fn(&str) -> Option<&'static Kind>,
    ) -> Option<(&'static Kind, Slot)> {
        let entries = self.tree.map(node)?;
        let find = |words: &[&str]| {
            let named = |(key, _): &&(NodeId, NodeId)| self.tree.scalar(*key).is_some_and(|word| words.contains(&word));
            entries.iter().find(named).copied()
        };
        let (type_key, type_value) = find(&["type", "kind", "类型", "种类"])?;
        let (title_key, title) = find(&["title", "name", "label", "question", "标题", "名称", "名字", "问题"])?;
        let kind = kind_of(self.tree.scalar(type_value)?.trim())?;
        let (type_span, title_span) = (self.span(type_key), self.span(title_key));
        let found = self.tree.scalar(type_key).unwrap_or_default();
        let word = self.keywords.say(kind.word);
        let mut report = Report::new(entry, type_span).arg("found", found).expected([word]);
        let line = crate::tree::Tree::line_start(self.source, type_span.start);
        let alone = self.source[line..type_span.start].trim().is_empty();
        if alone && !self.tree.node(node).flow {
            let end = (self.line_end(type_span.start) + 1).min(self.source.len());
            report = report.replace(title_span, word).fix(line, end, "");
        } else if !self.tree.node(node).flow && title_span.start > type_span.end {
            // The title takes the place of the type.
            let title_line = crate::tree::Tree::line_start(self.source, title_span.start);
            if title_line > type_span.end {
                report = report.fix(type_span.start, title_span.end, word);
            }
        }
        self.push(report);
        self.ignored.insert(type_key);
        Some((
            kind,
            Slot {
                word: kind.word,
                key: title_key,
                value: title,
            },
        ))
    }

    /// The sentence of a step as people see it. Steps whose value is no sentence get their word in front.
    fn step_title(&mut self, kind: &'static Kind, value: NodeId) -> Text {
        if let Shape::Sentence = kind.shape {
            return self.sentence(value, kind.word);
        }
        let text = match self.tree.list(value) {
            Some(entries) => {
                let words: Vec<&str> = entries.iter().filter_map(|entry| self.tree.scalar(*entry)).collect();
                words.join(", ")
            }
            None => {
                // `{person: wang}` shows as the person.
                let inner = self
                    .tree
                    .map(value)
                    .and_then(|entries| entries.first())
                    .map_or(value, |(_, inner)| *inner);
                self.tree.scalar(inner).unwrap_or_default().to_owned()
            }
        };
        let text = plain(kind, &text);
        let formula = matches!(kind.shape, Shape::Condition) || text.trim_start().starts_with('=');
        let text = format!("{} {}", kind.word, text.trim());
        let text = if formula {
            text.replace('{', "{{").replace('}', "}}")
        } else {
            text
        };
        let names = expression::Names::default();
        let default = expression::Template::parse(&text, &names).unwrap_or_else(|_| empty_template());
        Text {
            default,
            by_language: Default::default(),
        }
    }
}

/// The words of the language in a duration or a party in English, so that a step keeps its id whichever are written.
fn plain(kind: &'static Kind, text: &str) -> String {
    let (english, chinese) = keywords::WORKING_TIME;
    match kind.shape {
        Shape::Duration => text.replace(chinese, english),
        Shape::Parties => {
            let said = |one: &'_ str| {
                keywords::literal(one, keywords::HERE).map_or_else(|| one.to_owned(), |pair| pair.0.to_owned())
            };
            text.split(", ").map(said).collect::<Vec<_>>().join(", ")
        }
        _ => text.to_owned(),
    }
}

/// Steps that say a sentence take their id from it; the others have their word in front, because what follows it
/// (a line, a duration) is said by several steps.
fn step_id(kind: &'static Kind, title: &Text, sentence: &str) -> Id {
    let sentence = &plain(kind, sentence);
    match kind.shape {
        Shape::Sentence => id_of(kind.word, title.default.source()),
        _ if matches!(kind.word, "wait_for" | "call" | "find") => id_of(kind.word, sentence),
        _ => id_of(kind.word, &format!("{} {sentence}", kind.word)),
    }
}
