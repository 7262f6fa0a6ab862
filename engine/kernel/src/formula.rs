//! Formulas and sentences with their names resolved, and the values they see.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use expression::{Context, DateTime, Formula, Scope, Template, Value};
use language::model::{Computed, Id, Party, Text};
use serde_json::Value as Json;

use crate::limits::{TOLD_CHARACTERS_MAX, TOLD_PARTS_MAX};
use crate::slots::{self, Binding, Slots};
use crate::state::RunState;

/// A formula and what its names lead to.
#[derive(Debug)]
pub(crate) struct BoundFormula {
    pub(crate) formula: Formula,
    pub(crate) names: Names,
    /// The dotted names it reads, for the timeline.
    pub(crate) paths: Vec<Vec<Arc<str>>>,
}

/// The names of one formula or sentence; few, so that they are searched one by one.
#[derive(Debug, Default)]
pub(crate) struct Names(pub(crate) Vec<(Arc<str>, Binding)>);

/// A sentence and what its names lead to.
#[derive(Debug)]
pub(crate) enum BoundSentence {
    Fixed(Arc<str>),
    Template { template: Template, names: Names },
}

/// A sentence in one or more languages; the first is the default.
#[derive(Debug)]
pub(crate) struct BoundText(pub(crate) Vec<(String, BoundSentence)>);

/// A value that is written out or computed.
#[derive(Debug)]
pub(crate) enum BoundComputed {
    Literal(Value),
    Formula(BoundFormula),
    Sentence(BoundSentence),
}

/// Who, with the names of a formula resolved.
#[derive(Debug)]
pub(crate) enum BoundParty {
    Fixed(crate::Assignee),
    /// The station where the run was started.
    Here,
    /// Whoever leads the person who started the run.
    Leader,
    Formula(BoundFormula),
    Several(Vec<BoundParty>),
}

/// The tag of a text that was written without a language (ISO 639-2 "undetermined").
const NO_LANGUAGE: &str = "und";

impl BoundParty {
    /// Whether both name the same, as they are written.
    pub(crate) fn is_same(&self, other: &BoundParty) -> bool {
        match (self, other) {
            (BoundParty::Fixed(one), BoundParty::Fixed(other)) => one == other,
            (BoundParty::Here, BoundParty::Here) => true,
            (BoundParty::Formula(one), BoundParty::Formula(other)) => one.formula.source() == other.formula.source(),
            _ => false,
        }
    }
}

impl BoundText {
    /// Whether both say the same, as they are written.
    pub(crate) fn is_same(&self, other: &BoundText) -> bool {
        let source = |sentence: &BoundSentence| match sentence {
            BoundSentence::Fixed(text) => text.to_string(),
            BoundSentence::Template { template, .. } => template.source().to_owned(),
        };
        let sources = |text: &BoundText| -> Vec<(String, String)> {
            let sentences = text.0.iter();
            sentences
                .map(|(tag, sentence)| (tag.clone(), source(sentence)))
                .collect()
        };
        sources(self) == sources(other)
    }

    pub(crate) fn fixed(text: &str) -> BoundText {
        BoundText(vec![(NO_LANGUAGE.into(), BoundSentence::Fixed(text.into()))])
    }
}

/// Resolves names at one place of an app: elements of the `for_each` steps around it come first, the innermost first.
pub(crate) struct Binder<'a> {
    pub(crate) slots: &'a Slots,
    pub(crate) elements: &'a [(Id, u32)],
    /// Takes down what is read.
    pub(crate) noted: Option<&'a RefCell<BTreeSet<u32>>>,
}

impl Binder<'_> {
    pub(crate) fn bind(&self, path: &[Arc<str>]) -> Option<(Arc<str>, Binding)> {
        let (name, rest) = path.split_first()?;
        let local = self.elements.iter().rev().find(|(id, _)| id.0 == *name);
        let binding = match local {
            Some((_, slot)) => Binding::Slot(*slot),
            None => self.slots.bind(name, rest.first()),
        };
        let binding = match (binding, rest.first()) {
            (Binding::Run(_), Some(hidden)) if !OF_RUN.contains(&&**hidden) => {
                Binding::Run(self.bind(rest).into_iter().collect())
            }
            (binding, _) => binding,
        };
        if let Some(noted) = self.noted {
            noted.borrow_mut().extend(binding.slots());
        }
        Some((name.clone(), binding))
    }

    pub(crate) fn names<'p>(&self, paths: impl Iterator<Item = &'p [Arc<str>]>) -> Names {
        let mut names: Vec<(Arc<str>, Binding)> = Vec::new();
        for (name, binding) in paths.filter_map(|path| self.bind(path)) {
            match names.iter_mut().find(|(known, _)| *known == name) {
                None => names.push((name, binding)),
                Some((_, known)) => known.widen(binding),
            }
        }
        Names(names)
    }

    pub(crate) fn formula(&self, formula: &Formula) -> BoundFormula {
        let paths: Vec<_> = formula
            .references()
            .into_iter()
            .map(|reference| reference.path)
            .collect();
        let names = self.names(paths.iter().map(Vec::as_slice));
        BoundFormula {
            formula: formula.clone(),
            names,
            paths,
        }
    }

    pub(crate) fn sentence(&self, template: &Template) -> BoundSentence {
        if !template.source().contains(['{', '}']) {
            return BoundSentence::Fixed(template.source().into());
        }
        let paths: Vec<_> = template
            .references()
            .into_iter()
            .map(|reference| reference.path)
            .collect();
        BoundSentence::Template {
            template: template.clone(),
            names: self.names(paths.iter().map(Vec::as_slice)),
        }
    }

    pub(crate) fn text(&self, text: &Text) -> BoundText {
        if text.by_language.is_empty() {
            return BoundText(vec![(NO_LANGUAGE.into(), self.sentence(&text.default))]);
        }
        let mut all: Vec<_> = text.by_language.iter().collect();
        // Stable: the default first, the others by tag.
        all.sort_by_key(|(_, template)| **template != text.default);
        BoundText(
            all.into_iter()
                .map(|(tag, template)| (tag.clone(), self.sentence(template)))
                .collect(),
        )
    }

    pub(crate) fn computed(&self, computed: &Computed) -> BoundComputed {
        match computed {
            Computed::Literal(value) => BoundComputed::Literal(value.clone()),
            Computed::Formula(formula) => BoundComputed::Formula(self.formula(&formula.value)),
            Computed::Text(template) => BoundComputed::Sentence(self.sentence(template)),
        }
    }

    pub(crate) fn party(&self, party: &Party) -> BoundParty {
        use crate::Assignee;
        match party {
            Party::Role(role) => BoundParty::Fixed(Assignee::Role(role.to_string())),
            Party::Person(person) => BoundParty::Fixed(Assignee::Person(person.clone())),
            Party::Station(station) => BoundParty::Fixed(Assignee::Station(station.to_string())),
            Party::Channel(channel) => BoundParty::Fixed(Assignee::Channel(channel.to_string())),
            Party::Here => BoundParty::Here,
            Party::Leader => BoundParty::Leader,
            Party::Several(parties) => BoundParty::Several(parties.iter().map(|party| self.party(party)).collect()),
            Party::Formula(formula) => BoundParty::Formula(self.formula(&formula.value)),
        }
    }
}

impl Binding {
    fn slots(&self) -> Vec<u32> {
        match self {
            Binding::Slot(slot) => vec![*slot],
            Binding::Step { whole, members } => whole
                .iter()
                .copied()
                .chain(members.iter().map(|(_, slot)| *slot))
                .collect(),
            Binding::Run(hidden) => hidden.iter().flat_map(|(_, binding)| binding.slots()).collect(),
            Binding::Nothing => Vec::new(),
        }
    }

    /// The same name is read in a second way: `step.a` and `step.rounds`.
    fn widen(&mut self, other: Binding) {
        let (whole, members) = match (&*self, other) {
            (
                Binding::Step { whole, members },
                Binding::Step {
                    whole: other_whole,
                    members: more,
                },
            ) => {
                let mut members = members.clone();
                members.extend(
                    more.into_iter()
                        .filter(|member| !members.contains(member))
                        .collect::<Vec<_>>(),
                );
                (whole.or(other_whole), members)
            }
            (
                Binding::Slot(slot),
                Binding::Step {
                    whole: Some(whole),
                    members,
                },
            ) if *slot == whole => (Some(whole), members),
            (Binding::Nothing, other) => {
                *self = other;
                return;
            }
            (Binding::Run(hidden), Binding::Run(more)) => {
                let mut hidden = hidden.clone();
                for (name, binding) in more {
                    match hidden.iter_mut().find(|(known, _)| *known == name) {
                        None => hidden.push((name, binding)),
                        Some((_, known)) => known.widen(binding),
                    }
                }
                *self = Binding::Run(hidden);
                return;
            }
            _ => return,
        };
        *self = Binding::Step { whole, members };
    }
}

/// What a formula sees of a run.
pub(crate) struct View<'a> {
    pub(crate) state: &'a RunState,
    pub(crate) slots: &'a Slots,
    pub(crate) frame: u32,
    pub(crate) names: &'a Names,
    /// Members that come before all names: those of a message.
    pub(crate) first: Option<&'a Context>,
}

impl Scope for View<'_> {
    fn get(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.first.and_then(|first| first.get(name)) {
            return Some(value.clone());
        }
        let (_, binding) = self.names.0.iter().find(|(known, _)| **known == *name)?;
        Some(read(self.state, self.slots, self.frame, binding))
    }
}

/// The value that a name leads to; empty when nothing is there yet.
pub(crate) fn read(state: &RunState, slots: &Slots, frame: u32, binding: &Binding) -> Value {
    match binding {
        Binding::Slot(slot) => slots::read(state, slots, frame, *slot).cloned().unwrap_or(Value::Null),
        Binding::Step { whole, members } => slots::gather(state, slots, frame, *whole, members),
        Binding::Run(hidden) => {
            let mut about = about_run(state);
            for (name, binding) in hidden {
                about.insert(name.clone(), read(state, slots, frame, binding));
            }
            Value::Context(Arc::new(about))
        }
        Binding::Nothing => Value::Null,
    }
}

/// What the run says of itself.
const OF_RUN: [&str; 4] = ["id", "started_at", "started_by", "station"];

/// `run.id`, `run.started_at`, `run.started_by`, `run.station`.
fn about_run(state: &RunState) -> Context {
    let text = |text: &str| Value::Text(text.into());
    let mut about = Context::new();
    if let Some(header) = &state.header {
        let started_at = DateTime::from_unix_ms(header.at.0, header.offset_s);
        about.insert("id".into(), text(&header.run));
        about.insert("started_at".into(), Value::DateTime(Arc::new(started_at)));
        about.insert("started_by".into(), header.by.as_deref().map_or(Value::Null, text));
        about.insert(
            "station".into(),
            header
                .station
                .as_ref()
                .map_or(Value::Null, |id| Value::Text(id.0.clone())),
        );
    }
    about
}

/// A value for the timeline: plain, but a measured or checked one shows its verdict.
pub(crate) fn told(value: &Value) -> Json {
    match value {
        Value::Judged(judged) => serde_json::json!({ "value": judged.value.to_json(), "verdict": judged.verdict }),
        value => value.to_json(),
    }
}

/// The same, cut where it is long: what a condition has read is there to be seen, not to be kept.
pub(crate) fn told_short(value: &Value) -> Json {
    fn plain(value: &Value, parts: &mut usize) -> Json {
        if *parts == 0 {
            return Json::String("…".into());
        }
        *parts -= 1;
        match value {
            Value::Text(text) if text.len() > TOLD_CHARACTERS_MAX => {
                Json::String(text.chars().take(TOLD_CHARACTERS_MAX).chain(['…']).collect())
            }
            Value::List(items) => {
                let shown = items.len().min(*parts + 1);
                Json::Array(items.iter().take(shown).map(|item| plain(item, parts)).collect())
            }
            Value::Context(entries) => {
                let shown = entries.len().min(*parts + 1);
                let entries = entries.iter().take(shown);
                Json::Object(
                    entries
                        .map(|(name, value)| (name.to_string(), plain(value, parts)))
                        .collect(),
                )
            }
            value => value.to_json(),
        }
    }
    let mut parts = TOLD_PARTS_MAX;
    match value {
        Value::Judged(judged) => {
            serde_json::json!({ "value": plain(&judged.value, &mut parts), "verdict": judged.verdict })
        }
        value => plain(value, &mut parts),
    }
}

/// Follows a dotted name into a value.
pub(crate) fn follow(value: Value, path: &[Arc<str>]) -> Value {
    path.iter().fold(value, |value, part| match &value {
        Value::Context(entries) => entries.get(part).cloned().unwrap_or(Value::Null),
        Value::Judged(judged) => match (judged.details.get(part), &judged.value) {
            (Some(detail), _) => detail.clone(),
            (None, Value::Context(entries)) => entries.get(part).cloned().unwrap_or(Value::Null),
            (None, _) => Value::Null,
        },
        _ => Value::Null,
    })
}
