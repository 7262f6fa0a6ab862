//! `withdraw`: takes back other steps of this run, wherever they are being done.

use language::model::{Id, Step};
use language::steps::Withdraw;

use crate::interpret::{Next, Run, Trouble};
use crate::program::Compiler;
use crate::slots::Declaring;

#[derive(Debug)]
pub(crate) struct Op {
    steps: Vec<Id>,
}

pub(super) fn declare(_kind: &Withdraw, _step: &Step, _number: u32, _d: &mut Declaring) {}

pub(super) fn compile(kind: &Withdraw, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let steps = kind.steps.iter().map(|step| step.value.clone()).collect();
    c.emit(super::Op::Withdraw(Op { steps }));
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        for step in &self.steps {
            run.take_back(token, step);
        }
        Ok(Next::On)
    }
}
