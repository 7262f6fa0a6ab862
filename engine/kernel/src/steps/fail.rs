//! `fail`: ends the run as failed.

use language::model::Step;
use language::steps::Fail;

use crate::Status;
use crate::formula::BoundText;
use crate::interpret::{Next, Run, Trouble};
use crate::program::Compiler;
use crate::slots::Declaring;

#[derive(Debug)]
pub(crate) struct Op {
    outcome: BoundText,
    why: Option<BoundText>,
}

pub(super) fn declare(_kind: &Fail, _step: &Step, _number: u32, _d: &mut Declaring) {}

pub(super) fn compile(kind: &Fail, step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let op = Op {
        outcome: c.text(&step.title),
        why: kind.why.as_ref().map(|why| c.text(why)),
    };
    c.emit(super::Op::Fail(op));
}

impl Op {
    /// The outcome is the step's sentence, and why, when that is said.
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let mut outcome = run.text(token, &self.outcome);
        if let Some(why) = &self.why {
            outcome = format!("{outcome}: {}", run.text(token, why));
        }
        run.end(Status::Failed, Some(outcome));
        Ok(Next::Gone)
    }
}
