//! `set`: computes values.

use expression::Value;
use language::model::{Id, Step};
use language::steps::Set;
use serde_json::{Map, Value as Json};

use crate::FactKind;
use crate::formula::{BoundComputed, told};
use crate::interpret::{Next, Run, Trouble};
use crate::program::Compiler;
use crate::slots::Declaring;

#[derive(Debug)]
pub(crate) struct Op {
    values: Vec<(Id, u32, BoundComputed)>,
}

pub(super) fn declare(kind: &Set, _step: &Step, _number: u32, d: &mut Declaring) {
    for (name, _) in &kind.values {
        d.shared(name);
    }
}

pub(super) fn compile(kind: &Set, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let values = kind.values.iter().map(|(name, computed)| {
        let slot = c.slots.shared(name).expect("the name was declared with its step");
        (name.clone(), slot, c.computed(computed))
    });
    let values = values.collect();
    c.emit(super::Op::Set(Op { values }));
}

impl Op {
    /// In order, later values see earlier ones; all of them or none, so that trying again does not count twice.
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let mut before: Vec<(u32, Option<Value>)> = Vec::with_capacity(self.values.len());
        let mut values = Map::new();
        for (name, slot, computed) in &self.values {
            let value = run
                .compute(token, computed)
                .and_then(|value| run.room_for(&value).map(|()| value));
            match value {
                Ok(value) => {
                    values.insert(name.to_string(), told(&value));
                    before.push((*slot, run.write(token, *slot, value)));
                }
                Err(trouble) => {
                    undo(run, token, before);
                    return Err(trouble);
                }
            }
        }
        run.fact(
            token,
            FactKind::ValuesSet {
                values: Json::Object(values),
            },
        );
        Ok(Next::On)
    }
}

fn undo(run: &mut Run<'_>, token: u32, before: Vec<(u32, Option<Value>)>) {
    for (slot, value) in before.into_iter().rev() {
        match value {
            Some(value) => drop(run.write(token, slot, value)),
            None => drop(run.erase(token, slot)),
        }
    }
}
