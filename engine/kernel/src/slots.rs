//! Where values live: every name of an app that can hold a value has one slot, known when the app is compiled.
//!
//! A slot belongs to the innermost `for_each` around the step that fills it, or to the run: each element of a
//! `for_each` in work has a frame of its own for the slots inside.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use expression::{Context, Value};
use language::model::{App, Id, Step};

use crate::state::{RUN_FRAME, RunState};
use crate::steps;

/// The member of a step that lists all its rounds.
pub(crate) const ROUNDS: &str = "rounds";

/// The member of a step that says why it failed.
pub(crate) const ERROR: &str = "error";

/// One place for values.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    /// As people and callers see it: `shaft_diameter`, or `step.field` where that alone is not unique.
    pub(crate) name: Arc<str>,
    /// The `for_each` steps around it, the outermost first, by number in the program.
    pub(crate) around: Vec<u32>,
    /// Whether it shows among the values of a run that ended.
    pub(crate) listed: bool,
}

/// All slots of an app, and the names that lead to them.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    slots: Vec<Slot>,
    /// Names that are read without a dot: inputs, values of `set`, results of `find`, and fields that are unique.
    bare: BTreeMap<Arc<str>, Bare>,
    /// What is read as `step.member`.
    members: BTreeMap<Id, BTreeMap<Arc<str>, u32>>,
    /// Steps whose whole value is in one slot: a message, the end of a called run.
    whole: BTreeMap<Id, u32>,
    /// The current element of each `for_each`, by number.
    elements: BTreeMap<u32, u32>,
    /// Answers, messages and findings: the slots that are empty after their step was skipped, by its number.
    answers: Vec<(u32, u32)>,
}

/// What a slot is for, whatever its number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SlotKey {
    Shared(Id),
    Member(Id, Arc<str>),
    Whole(Id),
    /// Of the `for_each` of this number.
    Element(u32),
}

#[derive(Clone, Copy, Debug)]
enum Bare {
    /// Filled by `set`, by the start or by `find`: the same name is the same value everywhere.
    Shared(u32),
    Field(u32),
    /// Fields of several forms have this name; each is read through its step.
    Ambiguous,
}

/// What a name in a formula leads to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Binding {
    Slot(u32),
    /// What a step has got, as far as it is read: one value with members of its own, and members in slots.
    Step {
        whole: Option<u32>,
        members: Vec<(Arc<str>, u32)>,
    },
    /// `run.id`, `run.started_at`, …; and names of the run that are hidden where the formula stands: `run.order`.
    Run(Vec<(Arc<str>, Binding)>),
    /// No such name: it reads as empty. The language refuses these.
    Nothing,
}

/// Collects the slots while the steps of an app are walked.
pub(crate) struct Declaring {
    slots: Slots,
    around: Vec<u32>,
    /// How many loops are around.
    loops: u32,
    step: u32,
    next_step: u32,
}

/// A step that does others several times.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Loop {
    Repeat,
    /// By number.
    ForEach(u32),
}

impl Slots {
    pub(crate) fn of(app: &App) -> Slots {
        let mut declaring = Declaring {
            slots: Slots::default(),
            around: Vec::new(),
            loops: 0,
            step: 0,
            next_step: 0,
        };
        for input in &app.inputs {
            declaring.shared(&input.id);
        }
        declaring.steps(&app.steps);
        declaring.slots.name_ambiguous_fields();
        declaring.slots
    }

    pub(crate) fn get(&self, slot: u32) -> Option<&Slot> {
        self.slots.get(slot as usize)
    }

    /// All slots, by what they are for.
    pub(crate) fn keys(&self) -> Vec<(SlotKey, u32)> {
        let shared = self.bare.iter().filter_map(|(name, bare)| match bare {
            Bare::Shared(slot) => Some((SlotKey::Shared(Id(name.clone())), *slot)),
            Bare::Field(_) | Bare::Ambiguous => None,
        });
        let members = self.members.iter().flat_map(|(step, members)| {
            let members = members.iter();
            members.map(|(member, slot)| (SlotKey::Member(step.clone(), member.clone()), *slot))
        });
        let whole = self
            .whole
            .iter()
            .map(|(step, slot)| (SlotKey::Whole(step.clone()), *slot));
        let elements = self
            .elements
            .iter()
            .map(|(number, slot)| (SlotKey::Element(*number), *slot));
        shared.chain(members).chain(whole).chain(elements).collect()
    }

    pub(crate) fn shared(&self, name: &Id) -> Option<u32> {
        match self.bare.get(&name.0) {
            Some(Bare::Shared(slot)) => Some(*slot),
            _ => None,
        }
    }

    pub(crate) fn member(&self, step: &Id, member: &str) -> Option<u32> {
        self.members.get(step)?.get(member).copied()
    }

    pub(crate) fn whole(&self, step: &Id) -> Option<u32> {
        self.whole.get(step).copied()
    }

    pub(crate) fn element(&self, for_each: u32) -> Option<u32> {
        self.elements.get(&for_each).copied()
    }

    /// What the steps with these numbers leave behind when they are done, and take away when they are skipped.
    pub(crate) fn answers(&self, steps: Range<u32>) -> Vec<u32> {
        self.answers
            .iter()
            .filter(|(step, _)| steps.contains(step))
            .map(|(_, slot)| *slot)
            .collect()
    }

    /// What the first part of a dotted name leads to; `next` is the part behind the dot.
    pub(crate) fn bind(&self, name: &Arc<str>, next: Option<&Arc<str>>) -> Binding {
        if &**name == "run" {
            return Binding::Run(Vec::new());
        }
        match self.bare.get(name) {
            Some(Bare::Shared(slot) | Bare::Field(slot)) => return Binding::Slot(*slot),
            Some(Bare::Ambiguous) | None => {}
        }
        let step = Id(name.clone());
        let whole = self.whole(&step);
        let members = match (self.members.get(&step), next) {
            (None, _) => Vec::new(),
            (Some(all), Some(next)) => all
                .get_key_value(next)
                .map(|(name, slot)| (name.clone(), *slot))
                .into_iter()
                .collect(),
            (Some(all), None) => all.iter().map(|(name, slot)| (name.clone(), *slot)).collect(),
        };
        match (whole, members.is_empty()) {
            (Some(slot), true) => Binding::Slot(slot),
            (None, true) => Binding::Nothing,
            (whole, false) => Binding::Step { whole, members },
        }
    }

    /// Slots whose value is listed, with their names.
    pub(crate) fn listed(&self) -> impl Iterator<Item = (u32, &Slot)> {
        (0..).zip(&self.slots).filter(|(_, slot)| slot.listed)
    }

    fn name_ambiguous_fields(&mut self) {
        for (step, members) in &self.members {
            for (member, slot) in members {
                let unique = matches!(self.bare.get(member), Some(Bare::Field(own)) if own == slot);
                if let Some(slot) = self.slots.get_mut(*slot as usize)
                    && !unique
                {
                    slot.name = format!("{step}.{member}").into();
                }
            }
        }
    }
}

impl Declaring {
    pub(crate) fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            let number = self.next_step;
            self.next_step += 1;
            let outer = std::mem::replace(&mut self.step, number);
            steps::declare(step, number, self);
            if !step.on_error.is_empty() {
                let slot = self.member(&step.id, &ERROR.into(), false);
                self.answer(slot);
            }
            self.step = outer;
            self.steps(&step.on_error);
            self.steps(&step.undo);
        }
    }

    /// Steps inside a loop. What is filled inside a `for_each` belongs to its elements.
    pub(crate) fn inside(&mut self, inner: Loop, declare: impl FnOnce(&mut Declaring)) {
        self.loops += 1;
        if let Loop::ForEach(number) = inner {
            self.around.push(number);
        }
        declare(self);
        if let Loop::ForEach(_) = inner {
            self.around.pop();
        }
        self.loops -= 1;
    }

    /// The current element of the `for_each` that is being declared.
    pub(crate) fn element(&mut self, number: u32, name: &Id) {
        let slot = self.slot(name.0.clone(), false);
        self.slots.elements.insert(number, slot);
    }

    /// All rounds of a step that is inside a loop: one list for the whole run.
    pub(crate) fn rounds(&mut self, step: &Id) {
        if self.loops > 0 && self.slots.member(step, ROUNDS).is_none() {
            let slot = self.member(step, &ROUNDS.into(), false);
            if let Some(slot) = self.slots.slots.get_mut(slot as usize) {
                slot.around.clear();
            }
        }
    }

    /// The slot is empty after its step was skipped.
    pub(crate) fn answer(&mut self, slot: u32) {
        self.slots.answers.push((self.step, slot));
    }

    /// A name that is the same value wherever it is written; it lives where all its writers can reach it.
    pub(crate) fn shared(&mut self, name: &Id) -> u32 {
        if let Some(Bare::Shared(slot)) = self.slots.bare.get(&name.0).copied() {
            if let Some(known) = self.slots.slots.get_mut(slot as usize) {
                let common = known
                    .around
                    .iter()
                    .zip(&self.around)
                    .take_while(|(a, b)| a == b)
                    .count();
                known.around.truncate(common);
            }
            return slot;
        }
        let slot = self.slot(name.0.clone(), true);
        self.slots.bare.insert(name.0.clone(), Bare::Shared(slot));
        slot
    }

    /// A field of a form: read by its own name where that is unique, and always as `step.field`.
    pub(crate) fn field(&mut self, step: &Id, field: &Id) {
        let slot = self.member(step, &field.0, true);
        self.answer(slot);
        let bare = match self.slots.bare.get(&field.0) {
            None => Bare::Field(slot),
            Some(Bare::Field(known)) if *known == slot => Bare::Field(slot),
            Some(Bare::Field(_) | Bare::Ambiguous) => Bare::Ambiguous,
            Some(shared @ Bare::Shared(_)) => *shared,
        };
        self.slots.bare.insert(field.0.clone(), bare);
    }

    /// What is read as `step.member` only.
    pub(crate) fn member(&mut self, step: &Id, member: &Arc<str>, listed: bool) -> u32 {
        if let Some(slot) = self.slots.member(step, member) {
            return slot;
        }
        let slot = self.slot(member.clone(), listed);
        self.slots
            .members
            .entry(step.clone())
            .or_default()
            .insert(member.clone(), slot);
        slot
    }

    /// A step whose value is one: `step.member` reads inside of it.
    pub(crate) fn whole(&mut self, step: &Id, listed: bool) -> u32 {
        let slot = self.slot(step.0.clone(), listed);
        self.answer(slot);
        self.slots.whole.insert(step.clone(), slot);
        slot
    }

    /// A slot that only its owner knows, such as the element of a `for_each`.
    pub(crate) fn slot(&mut self, name: Arc<str>, listed: bool) -> u32 {
        let number = u32::try_from(self.slots.slots.len()).expect("an app has fewer than 2^32 names");
        self.slots.slots.push(Slot {
            name,
            around: self.around.clone(),
            listed,
        });
        number
    }
}

/// Reads a slot as it is seen from a frame; from outside the `for_each` to which it belongs there is nothing to see.
pub(crate) fn read<'a>(state: &'a RunState, slots: &Slots, frame: u32, slot: u32) -> Option<&'a Value> {
    let home = home(state, slots, frame, slot);
    state.frames.get(&home)?.values.get(&slot)
}

/// The frame to which a slot belongs, seen from another one: its own `for_each`'s, or the nearest around it.
pub(crate) fn home(state: &RunState, slots: &Slots, frame: u32, slot: u32) -> u32 {
    let Some(around) = slots.get(slot).map(|slot| &slot.around) else {
        return frame;
    };
    let mut number = frame;
    while let Some(here) = state.frames.get(&number) {
        if here.kept {
            // What belonged to an element is gone but for this.
            if here.values.contains_key(&slot) || !around.is_empty() {
                break;
            }
            number = RUN_FRAME;
            continue;
        }
        match (here.of, here.outer) {
            (Some(of), Some(outer)) if !around.contains(&of) => number = outer,
            _ => break,
        }
    }
    number
}

/// What a step has got, as one value.
pub(crate) fn gather(
    state: &RunState,
    slots: &Slots,
    frame: u32,
    whole: Option<u32>,
    members: &[(Arc<str>, u32)],
) -> Value {
    let mut values = match whole.and_then(|slot| read(state, slots, frame, slot)) {
        Some(Value::Context(values)) => (**values).clone(),
        _ => Context::new(),
    };
    for (name, slot) in members {
        let value = read(state, slots, frame, *slot).cloned();
        values.insert(name.clone(), value.unwrap_or(Value::Null));
    }
    Value::Context(Arc::new(values))
}
