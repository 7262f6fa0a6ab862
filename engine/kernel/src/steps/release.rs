//! `release`: frees what this run holds.

use language::model::Step;
use language::steps::Release;

use super::hold;
use crate::formula::BoundComputed;
use crate::interpret::{Next, Run, Trouble};
use crate::program::Compiler;
use crate::slots::Declaring;
use crate::{Effect, FactKind};

#[derive(Debug)]
pub(crate) struct Op {
    target: BoundComputed,
}

pub(super) fn declare(_kind: &Release, _step: &Step, _number: u32, _d: &mut Declaring) {}

pub(super) fn compile(kind: &Release, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let op = Op {
        target: c.computed(&kind.target),
    };
    c.emit(super::Op::Release(op));
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let target = hold::target(run, token, &self.target)?;
        let Some(place) = run.state.holds.iter().position(|held| *held == target) else {
            run.fact(token, FactKind::Skipped);
            return Ok(Next::On);
        };
        run.state.holds.remove(place);
        run.fact(token, FactKind::Released { target: target.clone() });
        run.effect(Effect::Release { target });
        Ok(Next::On)
    }
}
