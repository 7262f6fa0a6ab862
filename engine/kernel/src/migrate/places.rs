//! Operations by what they are in their step, so that they are found again in another version.

use std::collections::BTreeMap;

use language::model::Id;

use crate::program::{Around, Program};
use crate::steps::{Op, flow, repeat};
use crate::walk;

/// What an operation is in its step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Guard,
    Begin,
    Alone,
    NotAlone,
    Jump,
    Done,
    Undone,
    End,
    Round,
    Until,
    /// What the step itself does first.
    Own,
}

/// A part, and the how manyth of its kind in the step.
pub(super) type Key = (Part, u32);

/// Where the operations of a program are.
pub(super) struct Places {
    at: BTreeMap<(Id, Key), u32>,
    keys: Vec<Key>,
    starts: BTreeMap<Id, u32>,
}

impl Places {
    pub(super) fn of(program: &Program) -> Places {
        let mut places = Places {
            at: BTreeMap::new(),
            keys: Vec::new(),
            starts: BTreeMap::new(),
        };
        let mut counts: BTreeMap<(Id, Part), u32> = BTreeMap::new();
        for (at, placed) in program.ops() {
            let step = placed.step.clone().unwrap_or_else(|| Id::new(""));
            let part = part(&placed.op);
            let count = counts.entry((step.clone(), part)).or_default();
            let key = (part, *count);
            *count += 1;
            places.keys.push(key);
            places.starts.entry(step.clone()).or_insert(at);
            places.at.insert((step, key), at);
        }
        places
    }

    pub(super) fn key(&self, at: u32) -> Key {
        self.keys.get(at as usize).copied().unwrap_or((Part::End, u32::MAX))
    }

    pub(super) fn at(&self, step: &Id, key: Key) -> Option<u32> {
        self.at.get(&(step.clone(), key)).copied()
    }

    /// The first operation of a step, its condition included.
    pub(super) fn start(&self, step: &Id) -> Option<u32> {
        self.starts.get(step).copied()
    }

    /// What the step itself does first.
    pub(super) fn body(&self, step: &Id) -> Option<u32> {
        self.at(step, (Part::Own, 0))
    }
}

fn part(op: &Op) -> Part {
    match op {
        Op::Flow(op) => match op {
            flow::Op::Guard { .. } => Part::Guard,
            flow::Op::Begin { .. } => Part::Begin,
            flow::Op::Alone { .. } => Part::Alone,
            flow::Op::NotAlone => Part::NotAlone,
            flow::Op::Jump(_) => Part::Jump,
            flow::Op::Done { .. } => Part::Done,
            flow::Op::Undone => Part::Undone,
            flow::Op::End => Part::End,
        },
        Op::Repeat(repeat::Op::Round) => Part::Round,
        Op::Repeat(repeat::Op::Until { .. }) => Part::Until,
        _ => Part::Own,
    }
}

impl Around {
    pub(super) fn step(&self) -> &Id {
        match self {
            Around::Round(step) | Around::Alone(step, _) | Around::Apart(step, _) | Around::Undo(step) => step,
        }
    }
}

/// What a token was put into, and what it has gone into itself.
pub(super) fn split(around: &[Around]) -> (&[Around], &[Around]) {
    let gone_into = |around: &&Around| matches!(around, Around::Round(_) | Around::Alone(..));
    let own = around.iter().rev().take_while(gone_into);
    around.split_at(around.len() - own.count())
}

pub(super) fn step_of(program: &Program, at: u32) -> Id {
    let step = program.op(at).and_then(|placed| placed.step.clone());
    step.unwrap_or_else(|| Id::new(""))
}

/// The word that a step begins with.
pub(super) fn word(program: &Program, id: &Id) -> String {
    let mut word = String::new();
    walk::steps(&program.app().steps, &mut |step| {
        if step.id == *id {
            word = step.kind.word().to_owned();
        }
    });
    word
}

/// The numbers of all steps, as slots and frames name them.
pub(super) fn numbers(program: &Program) -> BTreeMap<Id, u32> {
    let mut numbers = BTreeMap::new();
    let mut next = 0;
    walk::steps(&program.app().steps, &mut |step| {
        numbers.insert(step.id.clone(), next);
        next += 1;
    });
    numbers
}
