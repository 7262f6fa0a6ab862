//! `run`: a step of a plugin.

use language::model::{Id, Step};
use language::steps::Run as Kind;

use super::http::members;
use crate::asks::{self, Request};
use crate::formula::BoundComputed;
use crate::interpret::{Next, Run, Trouble};
use crate::program::Compiler;
use crate::slots::Declaring;

#[derive(Debug)]
pub(crate) struct Op {
    pub(crate) slot: Option<u32>,
    plugin: Id,
    step: Id,
    with: Vec<(Id, BoundComputed)>,
    within_ms: i64,
}

pub(super) fn declare(kind: &Kind, _step: &Step, _number: u32, d: &mut Declaring) {
    if let Some(name) = &kind.name {
        let slot = d.shared(name);
        d.answer(slot);
    }
}

pub(super) fn compile(kind: &Kind, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let op = Op {
        slot: kind.name.as_ref().and_then(|name| c.slots.shared(name)),
        plugin: kind.plugin.value.clone(),
        step: kind.step.clone(),
        with: kind
            .with
            .iter()
            .map(|(name, value)| (name.clone(), c.computed(value)))
            .collect(),
        within_ms: kind.within.as_ms(),
    };
    c.emit(super::Op::Run(op));
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let request = Request::Run {
            plugin: self.plugin.clone(),
            step: self.step.clone(),
            input: members(run, token, &self.with)?,
        };
        asks::ask(run, token, self.within_ms, request)
    }
}
