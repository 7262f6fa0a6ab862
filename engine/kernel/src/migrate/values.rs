//! Values by name: where they were, where they are, and whether they are still what is read by that name.

use std::collections::BTreeMap;

use expression::{Type, Value};
use language::model::{Field, Id};
use language::names;
use serde_json::{Map, Value as Json};

use super::places::numbers;
use super::{Mapper, WhyNot};
use crate::formula::told_short;
use crate::program::Program;
use crate::slots::{self, ROUNDS, SlotKey};
use crate::state::{Frame, RUN_FRAME, RunState};
use crate::walk;

impl Mapper<'_> {
    /// All frames with the values that have a name in the new program; the others go to `left`.
    pub(super) fn frames(&mut self, state: &RunState, left: &mut Map<String, Json>) -> BTreeMap<u32, Frame> {
        let (old_numbers, new_numbers) = (numbers(self.old), numbers(self.new));
        let by_number: BTreeMap<u32, Id> = old_numbers.iter().map(|(id, number)| (*number, id.clone())).collect();
        let renumbered = |number: &u32| new_numbers.get(&self.plan.step(by_number.get(number)?)).copied();
        let mut frames = BTreeMap::new();
        for (number, frame) in &state.frames {
            let of = match &frame.of {
                None => None,
                Some(of) => {
                    let found = renumbered(of);
                    if found.is_none() {
                        let step = by_number.get(of).cloned().unwrap_or_else(|| Id::new(""));
                        self.why.push(WhyNot::StepGone { step });
                    }
                    found
                }
            };
            frames.insert(
                *number,
                Frame {
                    outer: frame.outer,
                    of,
                    kept: frame.kept,
                    values: BTreeMap::new(),
                },
            );
        }
        let types = types(self.new);
        let new_keys: BTreeMap<SlotKey, u32> = self.new.slots.keys().into_iter().collect();
        for (key, slot) in self.old.slots.keys() {
            let renamed = self.renamed(&key, &by_number, &new_numbers);
            let Some(new_slot) = renamed.as_ref().and_then(|key| new_keys.get(key)) else {
                self.left_behind(state, slot, left);
                continue;
            };
            let around = |program: &Program, slot: u32| program.slots.get(slot).map(|slot| slot.around.clone());
            let was = around(self.old, slot).unwrap_or_default();
            let was: Vec<Option<u32>> = was.iter().map(renumbered).collect();
            let is: Vec<Option<u32>> = around(self.new, *new_slot)
                .unwrap_or_default()
                .into_iter()
                .map(Some)
                .collect();
            let same = was == is;
            let wanted = renamed.as_ref().and_then(|key| types.get(key));
            for (number, frame) in &mut frames {
                let direct = state.frames.get(number).and_then(|known| known.values.get(&slot));
                let native = frame.of == is.last().copied().flatten() && (frame.of.is_some() || *number == RUN_FRAME);
                let value = match (frame.kept || same, native) {
                    (true, _) => direct,
                    (false, true) => slots::read(state, &self.old.slots, *number, slot),
                    (false, false) => {
                        if direct.is_some() {
                            self.left_behind(state, slot, left);
                        }
                        None
                    }
                };
                let Some(value) = value else { continue };
                match wanted.filter(|wanted| !fits(value, wanted)) {
                    None => drop(frame.values.insert(*new_slot, value.clone())),
                    Some(wanted) => self.differs(slot, value, wanted, left),
                }
            }
        }
        frames
    }

    fn differs(&mut self, slot: u32, value: &Value, wanted: &Type, left: &mut Map<String, Json>) {
        let name = self
            .old
            .slots
            .get(slot)
            .map(|slot| slot.name.to_string())
            .unwrap_or_default();
        if self.plan.leave.contains(&name) {
            left.insert(name, told_short(value));
            return;
        }
        self.why.push(WhyNot::ValueDiffers {
            name,
            is: type_word(value).to_owned(),
            wanted: wanted_word(wanted),
        });
    }

    /// A value that people know by a name is told; what only the engine knew is not missed.
    fn left_behind(&self, state: &RunState, slot: u32, left: &mut Map<String, Json>) {
        let Some(known) = self.old.slots.get(slot).filter(|known| known.listed) else {
            return;
        };
        let values = state.frames.values().filter_map(|frame| frame.values.get(&slot));
        let told: Vec<Json> = values
            .filter(|value| !matches!(value, Value::Null))
            .map(told_short)
            .collect();
        let told = match <[Json; 1]>::try_from(told) {
            Ok([one]) => one,
            Err(none) if none.is_empty() => return,
            Err(several) => Json::Array(several),
        };
        left.insert(known.name.to_string(), told);
    }

    fn renamed(
        &self,
        key: &SlotKey,
        by_number: &BTreeMap<u32, Id>,
        new_numbers: &BTreeMap<Id, u32>,
    ) -> Option<SlotKey> {
        Some(match key {
            SlotKey::Shared(name) => SlotKey::Shared(name.clone()),
            SlotKey::Member(step, member) => SlotKey::Member(self.plan.step(step), member.clone()),
            SlotKey::Whole(step) => SlotKey::Whole(self.plan.step(step)),
            SlotKey::Element(number) => {
                let step = self.plan.step(by_number.get(number)?);
                SlotKey::Element(*new_numbers.get(&step)?)
            }
        })
    }
}

/// What the new program reads by its names, as far as it is said.
fn types(program: &Program) -> BTreeMap<SlotKey, Type> {
    let app = program.app();
    let mut types = BTreeMap::new();
    let everywhere = names::names_at(app, &Id::new(""));
    for (name, kind) in everywhere.names {
        types.insert(SlotKey::Shared(Id(name)), kind);
    }
    for input in &app.inputs {
        types.extend(
            input
                .kind
                .value_type()
                .map(|kind| (SlotKey::Shared(input.id.clone()), kind)),
        );
    }
    walk::steps(&app.steps, &mut |step| {
        let language::steps::StepKind::Form(form) = &step.kind else {
            return;
        };
        for field in &form.fields {
            let key = SlotKey::Member(step.id.clone(), field.id.0.clone());
            types.extend(field.kind.value_type().map(|kind| (key, kind)));
        }
    });
    types
}

/// Whether a value can be read as this. A unit counts, the verdict does not: what was not judged is not decidable, as
/// everywhere.
fn fits(value: &Value, wanted: &Type) -> bool {
    match (value, wanted) {
        (Value::Null, _) | (_, Type::Any) => true,
        (Value::Judged(judged), wanted) => fits(&judged.value, wanted),
        (value, Type::Judged(inner, _)) => fits(value, inner),
        (Value::Bool(_), Type::Bool)
        | (Value::Number(_), Type::Number)
        | (Value::Text(_), Type::Text | Type::OneOf(_))
        | (Value::Date(_), Type::Date)
        | (Value::Time(_), Type::Time)
        | (Value::DateTime(_), Type::DateTime)
        | (Value::Duration(_), Type::Duration)
        | (Value::YearMonths(_), Type::YearMonths)
        | (Value::Range(_), Type::Range(_)) => true,
        (Value::Quantity(quantity), Type::Quantity(unit)) => quantity.unit == *unit,
        (Value::List(items), Type::List(item)) => items.iter().all(|value| fits(value, item)),
        (Value::Context(members), Type::Context(wanted)) => wanted
            .iter()
            .all(|(name, kind)| members.get(name).is_none_or(|value| fits(value, kind))),
        _ => false,
    }
}

fn type_word(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) => "yes or no",
        Value::Number(_) => "a number",
        Value::Quantity(_) => "a number with a unit",
        Value::Text(_) => "text",
        Value::Date(_) => "a date",
        Value::Time(_) => "a time",
        Value::DateTime(_) => "a date and time",
        Value::Duration(_) | Value::YearMonths(_) => "a duration",
        Value::List(_) => "a list",
        Value::Judged(judged) => type_word(&judged.value),
        Value::Context(_) | Value::Range(_) | Value::Function(_) => "several values",
    }
}

fn wanted_word(wanted: &Type) -> String {
    let word = match wanted {
        Type::Any | Type::Null | Type::Context(_) | Type::Range(_) | Type::Function => "something else",
        Type::Bool => "yes or no",
        Type::Number => "a number",
        Type::Quantity(unit) => return format!("a number in {unit}"),
        Type::Text | Type::OneOf(_) => "text",
        Type::Date => "a date",
        Type::Time => "a time",
        Type::DateTime => "a date and time",
        Type::Duration | Type::YearMonths => "a duration",
        Type::List(_) => "a list",
        Type::Judged(inner, _) => return wanted_word(inner),
    };
    word.to_owned()
}

/// Whether what was typed for one field means the same for another.
pub(crate) fn same_answer(one: &Field, other: &Field) -> bool {
    fn plain(kind: &Type) -> Type {
        match kind {
            Type::OneOf(_) => Type::Text,
            Type::List(item) => Type::List(Box::new(plain(item))),
            // Columns are looked at one by one.
            Type::Context(_) => Type::Any,
            Type::Judged(inner, _) => plain(inner),
            other => other.clone(),
        }
    }
    let kind = |field: &Field| field.kind.value_type().as_ref().map(plain);
    kind(one) == kind(other) && same_answers(one.kind.below(), other.kind.below())
}

/// Of the fields that both have.
pub(crate) fn same_answers(some: &[Field], others: &[Field]) -> bool {
    some.iter().all(|one| {
        let known = others.iter().find(|other| other.id == one.id);
        known.is_none_or(|other| same_answer(one, other))
    })
}

/// Who answered a form, in the order in which they did, as far as the run's values tell.
pub(super) fn people_of(program: &Program, state: &RunState, step: &Id) -> Vec<String> {
    let mut people: Vec<String> = Vec::new();
    let mut add = |value: Option<&Value>| {
        if let Some(Value::Text(person)) = value
            && !people.iter().any(|known| **known == **person)
        {
            people.push(person.to_string());
        }
    };
    if let Some(slot) = program.slots.member(step, ROUNDS) {
        let rounds = state.frames.values().filter_map(|frame| frame.values.get(&slot));
        for rounds in rounds {
            let Value::List(rounds) = rounds else { continue };
            for round in rounds.iter() {
                if let Value::Context(members) = round {
                    add(members.get("answered_by"));
                }
            }
        }
    }
    if let Some(slot) = program.slots.member(step, "answered_by") {
        state.frames.values().for_each(|frame| add(frame.values.get(&slot)));
    }
    people
}
