//! What several kinds need: a condition beside a step, jumps, and the end of a branch or of the run.

use language::model::Id;

use crate::formula::BoundFormula;
use crate::interpret::{Next, Run, Trouble};
use crate::program::Label;
use crate::{FactKind, Status};

#[derive(Debug)]
pub(crate) enum Op {
    /// `if:` beside a step's own word: without it the step is skipped.
    Guard {
        condition: BoundFormula,
        end: Label,
        /// What the step has left in an earlier round: a skipped step has no answers.
        skipped: Vec<u32>,
    },
    Jump(Label),
    /// A step begins that only one branch at a time is in.
    Alone {
        name: Id,
    },
    /// The innermost of these is over.
    NotAlone,
    /// A step with `retry` or `on_error` begins: nothing has failed yet, and `on_error` has left nothing.
    Begin {
        handler: u32,
        skipped: Vec<u32>,
    },
    /// A step with `undo` is done.
    Done {
        undo: u32,
    },
    /// The end of an `undo`.
    Undone,
    /// A branch, an element or the run has come to its end.
    End,
}

/// One of several ways: where its condition does not hold, on to what comes otherwise.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) condition: BoundFormula,
    /// As the timeline calls it.
    pub(crate) name: String,
    pub(crate) otherwise: Label,
    /// What the other ways have left in an earlier round: steps on a way that is not gone have no answers.
    pub(crate) skipped: Vec<u32>,
    /// What this way has left, when it is not gone.
    pub(crate) own: Vec<u32>,
}

impl Way {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let fits = run.decide(token, &self.condition, [&self.name, "otherwise"])?;
        run.skipped(token, if fits { &self.skipped } else { &self.own });
        Ok(if fits { Next::On } else { Next::To(self.otherwise) })
    }
}

impl Op {
    pub(crate) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        match self {
            Op::Guard {
                condition,
                end,
                skipped,
            } => {
                if run.decide(token, condition, ["do", "skip"])? {
                    return Ok(Next::On);
                }
                run.skipped(token, skipped);
                run.fact(token, FactKind::Skipped);
                Ok(Next::To(*end))
            }
            Op::Jump(label) => Ok(Next::To(*label)),
            Op::Alone { name } => Ok(run.want_alone(token, name)),
            Op::NotAlone => {
                if let Some(token) = run.state.tokens.get_mut(&token) {
                    token.alone.pop();
                }
                Ok(Next::On)
            }
            Op::Begin { handler, skipped } => {
                if let Some(token) = run.state.tokens.get_mut(&token) {
                    token.tries.remove(handler);
                }
                run.skipped(token, skipped);
                Ok(Next::On)
            }
            Op::Done { undo } => run.remember_undo(token, *undo),
            // Whoever has left something behind has not come to its end before that has.
            Op::Undone | Op::End => {
                if let Some(wait) = run.any_rest(token) {
                    return Ok(Next::Wait(wait));
                }
                match self {
                    Op::Undone => run.undone(token),
                    _ => end(run, token),
                }
                Ok(Next::Gone)
            }
        }
    }
}

fn end(run: &mut Run<'_>, token: u32) {
    let group = run.state.tokens.get(&token).and_then(|token| token.group);
    let op = group
        .and_then(|group| run.op_of_group(group))
        .and_then(|at| run.program.op(at));
    match (group, op.map(|placed| &placed.op)) {
        (Some(group), Some(super::Op::Together(op))) => op.branch_ended(run, group, token),
        (Some(group), Some(super::Op::ForEach(op))) => op.element_ended(run, group, token),
        _ => run.end(Status::Finished, None),
    }
}
