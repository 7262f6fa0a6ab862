//! `remove`: deletes a record by its key.

use language::model::{Id, Step};
use language::steps::Remove;

use super::save::key_text;
use crate::formula::BoundComputed;
use crate::interpret::{Next, Run, Trouble};
use crate::limits::KEY_CHARACTERS_MAX;
use crate::program::Compiler;
use crate::slots::Declaring;
use crate::{Effect, FactKind};

#[derive(Debug)]
pub(crate) struct Op {
    table: Id,
    key: BoundComputed,
}

pub(super) fn declare(_kind: &Remove, _step: &Step, _number: u32, _d: &mut Declaring) {}

pub(super) fn compile(kind: &Remove, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let op = Op {
        table: kind.table.value.clone(),
        key: c.computed(&kind.key),
    };
    c.emit(super::Op::Remove(op));
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let value = run.compute(token, &self.key)?;
        let Some(key) = key_text(&value).filter(|key| key.chars().count() <= KEY_CHARACTERS_MAX) else {
            return Err(Trouble(format!(
                "the key of the record of '{}' that is to be removed is empty or has more than {KEY_CHARACTERS_MAX} characters",
                self.table
            )));
        };
        run.fact(
            token,
            FactKind::Removed {
                table: self.table.clone(),
                key: key.clone(),
            },
        );
        run.effect(Effect::Remove {
            table: self.table.clone(),
            key,
        });
        Ok(Next::On)
    }
}
