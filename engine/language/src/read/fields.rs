//! Lists of fields: which kind each entry is, and what all kinds have in common.

use std::collections::BTreeMap;

use expression::Value;

use super::ids::id_of;
use super::keys::{Key, Keys, Kind, Shape, Slot, key, required, spelled};
use super::suggest::{clearly, nearest};
use super::{FieldReference, Meant, Reader, Report};
use crate::catalogue as c;
use crate::fields::{self, Asks, Written};
use crate::keywords;
use crate::limits;
use crate::model::{Computed, Field, Id, Objection};
use crate::tree::NodeId;

/// Keys that every field may have.
pub(crate) const COMMON: &[Key] = &[
    key(
        "id",
        Shape::Id,
        "Name of the answer in formulas and records; follows from the sentence when it is not written.",
    ),
    key(
        "optional",
        Shape::YesNo,
        "May be left empty. Without it the form cannot be sent before this is answered.",
    ),
    key(
        "show_if",
        Shape::Condition,
        "Shown, and asked, only when the condition is true.",
    ),
    key("hint", Shape::Sentence, "A line of help below the field."),
    key(
        "default",
        Shape::Value,
        "Shown at the beginning; counts as an answer only when it is touched.",
    ),
    key(
        "warn_if",
        Shape::ConditionOrMap(OBJECTION),
        "When true, the answer must be confirmed once more: a condition, or `{if: …, message: …}`.",
    ),
    key(
        "refuse_if",
        Shape::ConditionOrMap(OBJECTION),
        "When true, the answer is not taken: a condition, or `{if: …, message: …}`.",
    ),
    key(
        "from_last",
        Shape::YesNo,
        "Offers the last answer at the same station; it counts only when it is taken over by a tap.",
    ),
];

const OBJECTION: &[Key] = &[
    required("if", Shape::Condition, "When."),
    key("message", Shape::Sentence, "What is said then."),
];

/// One entry of `fields`, its keys sorted.
pub(crate) struct FieldEntry {
    pub(crate) word: &'static str,
    pub(crate) keys: Keys,
}

impl Reader<'_> {
    /// A list of fields, of a form, of `inputs` or of the columns of `rows`.
    pub(crate) fn fields(&mut self, node: NodeId, what: &str) -> Vec<Field> {
        let entries = self.entries(node, what);
        if entries.len() > limits::FIELDS_PER_FORM_MAX {
            let report = Report::new(c::TOO_MANY_FIELDS, self.head(entries[limits::FIELDS_PER_FORM_MAX]));
            self.push(report.arg("max", limits::FIELDS_PER_FORM_MAX.to_string()));
            return Vec::new();
        }
        let from = self.field_references.len();
        let found = entries.into_iter().filter_map(|entry| self.field(entry)).collect();
        let found = self.unique_fields(found);
        let told = |field: &&Field| field.kind.value_type().is_some();
        self.ids.extend(
            found
                .iter()
                .filter(told)
                .map(|field| (field.span.start, field.id.clone())),
        );
        self.settle_references(from, &found);
        self.in_circles(&found);
        found
    }

    /// Two fields of one form cannot have one id. What only tells something gets another one by itself.
    pub(crate) fn unique_fields(&mut self, mut found: Vec<Field>) -> Vec<Field> {
        let mut used: BTreeMap<Id, usize> = BTreeMap::new();
        for field in &mut found {
            let count = used.entry(field.id.clone()).or_insert(0);
            *count += 1;
            if *count == 1 {
                continue;
            }
            let other = Id::new(&format!("{}_{count}", field.id));
            if field.kind.asks() != Asks::Nobody {
                let span = crate::model::Span {
                    start: field.span.start,
                    end: self.line_end(field.span.start),
                };
                let column = span.start - crate::tree::Tree::line_start(self.source, span.start);
                let report = Report::new(c::FIELD_ID_TWICE, span).arg("id", field.id.as_str());
                let text = format!("\n{}id: {other}", " ".repeat(column));
                self.push(report.insert(span.end, span.end, text));
            }
            field.id = other;
        }
        found
    }

    /// The end of the line of a position.
    pub(crate) fn line_end(&self, at: usize) -> usize {
        self.source[at..]
            .find('\n')
            .map_or(self.source.len(), |newline| at + newline)
    }

    fn field(&mut self, node: NodeId) -> Option<Field> {
        let Some((kind, word)) = self.field_word(node) else {
            self.lost(node);
            return None;
        };
        self.speak_word(kind, word);
        let shown = self.tree.scalar(word.value).unwrap_or(kind.word).trim().to_owned();
        let (en, zh) = (format!("field '{shown}'"), format!("字段“{shown}”"));
        self.within_node(node, en, zh, |reader| {
            let words: Vec<&'static Key> = kind.keys.iter().chain(COMMON).collect();
            let keys = reader.keys_named(node, &words, &[word], &format!("a `{}` field", kind.word))?;
            let title = reader.sentence(word.value, kind.word);
            let id = match keys.get("id") {
                Some(node) => reader.id(node).unwrap_or_else(|| Id::new(kind.word)),
                None => id_of(kind.word, title.default.source()),
            };
            let optional = keys.get("optional").is_some_and(|node| reader.yes_no(node, "optional"));
            let show_if = keys.get("show_if").map(|node| reader.condition(node, "show_if"));
            let hint = keys.get("hint").map(|node| reader.sentence(node, "hint"));
            let warn_if = reader.objection(&keys, "warn_if");
            let refuse_if = reader.objection(&keys, "refuse_if");
            let from_last = keys
                .get("from_last")
                .is_some_and(|node| reader.yes_no(node, "from_last"));
            let default = keys.get("default");
            let entry = FieldEntry { word: kind.word, keys };
            let read = fields::read(reader, &entry)?;
            reader.fits_kind(&entry, &read, from_last);
            let default = default.map(|node| reader.default(node, &read));
            Some(Field {
                id,
                title,
                optional,
                show_if,
                hint,
                default,
                warn_if,
                refuse_if,
                from_last,
                kind: read,
                span: reader.span(node),
            })
        })
    }

    /// `warn_if` or `refuse_if`.
    fn objection(&mut self, keys: &Keys, word: &'static str) -> Option<Objection> {
        let slot = keys.slot(word)?;
        if self.tree.map(slot.value).is_none() {
            let condition = self.condition(slot.value, word);
            return Some(Objection {
                condition,
                message: None,
            });
        }
        let keys = self.keys(slot.value, &[OBJECTION], "an objection")?;
        let message = keys.get("message").map(|node| self.sentence(node, "message"));
        let Some(node) = keys.get("if") else {
            self.push(Report::new(c::REFUSED_ALWAYS, self.span(slot.key)).arg("what", word));
            return None;
        };
        // Here it decides nothing of the flow.
        let condition = self.condition(node, word);
        Some(Objection { condition, message })
    }

    /// Keys that every field may have and that this kind has no use for.
    fn fits_kind(&mut self, entry: &FieldEntry, kind: &fields::FieldKind, from_last: bool) {
        if kind.asks() != Asks::Person {
            let no_use: &[&'static str] = match kind.asks() {
                Asks::Nobody => &["default", "optional", "from_last", "warn_if", "refuse_if"],
                _ => &["default", "optional", "from_last"],
            };
            for word in no_use {
                if let Some(slot) = entry.keys.slot(word) {
                    let report = Report::new(c::NOT_ANSWERED_BY_ANYONE, self.span(slot.key));
                    self.push(report.arg("found", *word).arg("kind", entry.word));
                }
            }
        } else if let (true, Some(node)) = (from_last, entry.keys.get("from_last"))
            && matches!(entry.word, "tick" | "sign" | "warning" | "verify")
        {
            let report = Report::new(c::PROMISE_FROM_LAST, self.span(node));
            self.push(report.arg("kind", entry.word));
        }
    }

    /// Answers are kept for the next time by whole fields of a form: neither by column nor of what starts a run.
    pub(crate) fn none_from_last(&mut self, fields: &[Field]) {
        for field in fields.iter().filter(|field| field.from_last) {
            let report = Report::new(c::NOT_KEPT_FROM_LAST, field.span);
            self.push(report.arg("found", field.id.as_str()));
        }
    }

    /// Fields that others of the same form name (`picture: photo_of_it`), once all of them are known.
    fn settle_references(&mut self, from: usize, found: &[Field]) {
        for FieldReference {
            field,
            node,
            key,
            kinds,
            meant,
        } in self.field_references.split_off(from)
        {
            let span = self.span(node);
            match found.iter().find(|other| other.id == field) {
                Some(other) if kinds.contains(&other.kind.word()) => {}
                Some(_) if meant == Meant::PerhapsAField => {}
                Some(other) => {
                    let report = Report::new(c::OTHER_KIND_OF_FIELD, span)
                        .arg("what", key)
                        .arg("kinds", kinds.join("`, `"))
                        .arg("found", field.as_str())
                        .arg("is", other.kind.word());
                    self.push(report);
                }
                None if self.lost.contains(field.as_str()) => {}
                None => {
                    let fitting = || found.iter().filter(|other| kinds.contains(&other.kind.word()));
                    let near = nearest(field.as_str(), fitting().map(|other| other.id.as_str()));
                    if meant == Meant::PerhapsAField && clearly(field.as_str(), &near).is_none() {
                        continue;
                    }
                    let mut report = Report::new(c::NO_SUCH_FIELD_HERE, span)
                        .arg("what", key)
                        .arg("found", field.as_str());
                    if let Some(first) = near.first() {
                        report = report.replace(span, first.clone());
                    }
                    let others = fitting()
                        .map(|other| other.id.to_string())
                        .filter(|id| !near.contains(id));
                    let others: Vec<String> = others.collect();
                    self.push(report.expected(near).expected(others));
                }
            }
        }
    }

    /// Formulas of one form that are computed from one another.
    fn in_circles(&mut self, found: &[Field]) {
        let reads = |field: &Field| -> Vec<usize> {
            let formulas = field.kind.formulas().into_iter();
            let names: Vec<_> = formulas.flat_map(|formula| formula.references()).collect();
            let reads = |other: &Field| names.iter().any(|name| name.path.first() == Some(&other.id.0));
            let computed =
                |(_, other): &(usize, &Field)| matches!(other.kind, fields::FieldKind::Formula(_)) && reads(other);
            found
                .iter()
                .enumerate()
                .filter(computed)
                .map(|(index, _)| index)
                .collect()
        };
        let graph: Vec<Vec<usize>> = found.iter().map(reads).collect();
        for (index, field) in found.iter().enumerate() {
            let mut seen = vec![false; found.len()];
            let mut todo = graph[index].clone();
            while let Some(next) = todo.pop() {
                if !std::mem::replace(&mut seen[next], true) {
                    todo.extend(&graph[next]);
                }
            }
            if let (true, fields::FieldKind::Formula(formula)) = (seen[index], &field.kind) {
                self.push(Report::new(c::FORMULA_CIRCLE, formula.is.span).arg("found", field.id.as_str()));
            }
        }
    }

    /// A default as its field wants it: `no` is a boolean for `yes_no`, and text for `text`.
    fn default(&mut self, node: NodeId, kind: &fields::FieldKind) -> Computed {
        let template = self.tree.scalar(node).is_some_and(|text| text.contains(['{', '}']));
        if self.is_formula(node) || template || self.tree.scalar(node).is_none() {
            return self.computed(node, "default");
        }
        match kind.written() {
            Written::YesNo => Computed::Literal(Value::Bool(self.yes_no(node, "default"))),
            Written::Numbers => {
                let number = self.number(node, "default");
                Computed::Literal(number.map_or(Value::Null, Value::Number))
            }
            Written::Choice(from) => {
                let choices: Vec<&str> = from.iter().map(|choice| choice.default.source()).collect();
                let chosen = if choices.is_empty() {
                    None
                } else {
                    self.choice(node, "default", &choices)
                };
                Computed::Literal(chosen.map_or(Value::Null, Value::text))
            }
            Written::Checked => {
                let answer = self.word_of(node, "default", keywords::CHECKED);
                Computed::Literal(answer.map_or(Value::Null, Value::text))
            }
            Written::Texts | Written::Rows(_) | Written::Data => {
                Computed::Literal(Value::text(self.tree.scalar(node).unwrap_or_default()))
            }
        }
    }

    /// A field that is written as a mere text.
    fn field_as_text(&mut self, node: NodeId, text: &str) {
        if self.glued_colon(node, text, &|word| fields::kind(word).is_some()) {
            return;
        }
        let word = text.split_whitespace().next().unwrap_or_default();
        let span = self.span(node);
        let report = match fields::kind(word) {
            Some(_) => {
                let rest = text[word.len()..].trim();
                let sentence = if rest.is_empty() {
                    "say here what is asked"
                } else {
                    rest
                };
                let report = Report::new(c::FIELD_WITHOUT_SENTENCE, span).arg("word", word);
                report.replace(span, format!("{word}: {sentence}"))
            }
            None => {
                let report = Report::new(c::FIELD_WORD_MISSING, span).arg("found", text);
                let words: Vec<&'static str> = fields::words().collect();
                let report = report.expected(self.possible("", &[], &words));
                report.insert(span.start, span.start, "text: ")
            }
        };
        self.push(report);
    }

    /// Which field an entry is: its first word says so.
    fn field_word(&mut self, node: NodeId) -> Option<(&'static Kind, Slot)> {
        if let Some(text) = self.tree.scalar(node).map(str::to_owned)
            && !text.contains('：')
        {
            self.field_as_text(node, &text);
            return None;
        }
        let entries = self.mapping(node, "a field")?;
        let first = *entries.first()?;
        let known = entries.iter().find_map(|(key, value)| {
            let kind = self.tree.scalar(*key).and_then(fields::kind)?;
            Some((
                kind,
                Slot {
                    word: kind.word,
                    key: *key,
                    value: *value,
                },
            ))
        });
        let text = self.tree.scalar(first.0).unwrap_or_default().to_owned();
        let first_is_common = COMMON.iter().any(|key| keywords::is(key.word, &text));
        if let Some(found) = known.filter(|found| found.1.key == first.0 || first_is_common) {
            return Some(found);
        }
        if known.is_none() {
            let kind_of = |word: &str| fields::kind(word).or_else(|| synonym(word));
            if let Some(typed) = self.typed_entry(node, c::UNKNOWN_FIELD, &kind_of) {
                return Some(typed);
            }
        }
        let span = self.span(first.0);
        let plain = text
            .trim()
            .trim_start_matches('-')
            .trim()
            .to_lowercase()
            .replace([' ', '-'], "_");
        let words: Vec<&'static str> = fields::words().collect();
        let near = match fields::kind(&plain).or_else(|| synonym(&plain)) {
            Some(kind) => vec![kind.word],
            None => keywords::near(&plain, &words),
        };
        // A step among the fields is no slip of the finger.
        let near = if crate::steps::is_word(&text) { Vec::new() } else { near };
        let meant = near.first().and_then(|word| fields::kind(word));
        if meant.is_none() {
            if known.is_some() {
                return known;
            }
            if let Some(report) = self.later_word(&text, span) {
                self.push(report);
                return None;
            }
        }
        let mut report = Report::new(c::UNKNOWN_FIELD, span).arg("found", text.as_str());
        if let Some(kind) = meant {
            report = report.replace(span, spelled(kind.word, &text));
        }
        self.push(report.expected(self.possible(&text, &near, &words)));
        meant.map(|kind| {
            (
                kind,
                Slot {
                    word: kind.word,
                    key: first.0,
                    value: first.1,
                },
            )
        })
    }
}

/// Words of other tools for the same thing.
fn synonym(word: &str) -> Option<&'static Kind> {
    let ours = match word {
        "string" | "input" | "question" | "str" => "text",
        "textarea" | "multiline" | "paragraph" => "long_text",
        "integer" | "int" | "count" => "whole",
        "decimal" | "float" | "numeric" => "number",
        "measurement" | "reading" => "measure",
        "bool" | "boolean" | "switch" | "toggle" | "yes/no" => "yes_no",
        "inspect" | "pass_fail" | "passfail" => "check",
        "select" | "dropdown" | "radio" | "option" | "choice" | "enum" => "choose",
        "multiselect" | "multi_select" | "checkboxes" | "select_multiple" => "choose_many",
        "datetime" | "timestamp" => "date_time",
        "barcode" | "qr" | "qrcode" | "qr_code" => "scan",
        "picture" | "image" | "camera" => "photo",
        "attachment" | "upload" | "document" => "file",
        "checkbox" | "confirm" | "acknowledge" => "tick",
        "signature" => "sign",
        "table" | "grid" | "subform" => "rows",
        "note" | "instruction" | "label" | "message" => "info",
        "url" | "href" | "hyperlink" => "link",
        "stepper" | "tally" => "counter",
        "timespan" | "interval" => "duration",
        "currency" | "price" | "amount" => "money",
        "calculate" | "calculated" | "computed" => "formula",
        "cascade" | "reason_tree" => "reason",
        "ranking" => "rank",
        "stars" | "score" => "rating",
        "likert" => "matrix",
        "geopoint" | "geolocation" | "gps_location" => "gps",
        "annotate" | "markup" => "mark",
        "drawing" | "draw" => "sketch",
        "recording" | "voice" => "audio",
        "batch" | "lot_number" => "lot",
        "part_number" | "item_number" => "material",
        "equipment" => "asset",
        "work_order" | "job" => "order",
        "nfc" => "rfid",
        "user" | "employee" | "worker" => "person",
        "location" => "place",
        "lookup" | "record" | "select_record" => "pick",
        "instrument" | "measuring_device" => "gauge",
        "second_person" | "witness_check" => "verify",
        "sensor" | "machine_signal" | "tag" => "signal",
        "repeat_group" | "section" => "group",
        _ => return None,
    };
    fields::kind(ours)
}
