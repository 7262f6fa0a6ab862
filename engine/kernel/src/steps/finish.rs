//! `finish`: ends the run with an outcome.

use language::model::Step;
use language::steps::Finish;

use crate::Status;
use crate::formula::BoundText;
use crate::interpret::{Next, Run, Trouble};
use crate::program::Compiler;
use crate::slots::Declaring;

#[derive(Debug)]
pub(crate) struct Op {
    outcome: BoundText,
}

pub(super) fn declare(_kind: &Finish, _step: &Step, _number: u32, _d: &mut Declaring) {}

pub(super) fn compile(_kind: &Finish, step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let op = Op {
        outcome: c.text(&step.title),
    };
    c.emit(super::Op::Finish(op));
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let outcome = run.text(token, &self.outcome);
        run.end(Status::Finished, Some(outcome));
        Ok(Next::Gone)
    }
}
