//! `repeat`: until a condition, at most n times, otherwise …

use language::model::Step;
use language::steps::Repeat;

use crate::FactKind;
use crate::formula::BoundFormula;
use crate::interpret::{Next, Run, Trouble};
use crate::program::{Compiler, Label};
use crate::slots::{Declaring, Loop};

#[derive(Debug)]
pub(crate) enum Op {
    Enter,
    /// Begins a round. Until a step is come to again, its answers are those of the latest round in which it was done.
    Round,
    /// Asks `until` at the end of a round.
    Until {
        condition: BoundFormula,
        at_most: u32,
        again: Label,
        otherwise: Label,
        end: Label,
        /// What `otherwise` has filled in an earlier round of a loop around this one.
        skipped: Vec<u32>,
    },
}

pub(super) fn declare(kind: &Repeat, _step: &Step, _number: u32, d: &mut Declaring) {
    d.inside(Loop::Repeat, |d| d.steps(&kind.steps));
    d.steps(&kind.otherwise);
}

pub(super) fn compile(kind: &Repeat, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let (again, otherwise, end) = (c.label(), c.label(), c.label());
    c.emit(super::Op::Repeat(Op::Enter));
    c.place(again);
    c.in_rounds(|c| {
        c.emit(super::Op::Repeat(Op::Round));
        c.inside_repeat(|c| c.steps(&kind.steps));
        let condition = c.formula(&kind.until.value);
        let skipped = c.answers_of(&[], &kind.otherwise);
        c.emit(super::Op::Repeat(Op::Until {
            condition,
            at_most: kind.at_most.max(1),
            again,
            otherwise,
            end,
            skipped,
        }));
    });
    c.place(otherwise);
    c.steps(&kind.otherwise);
    c.place(end);
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, number: u32) -> Result<Next, Trouble> {
        match self {
            Op::Enter => {
                if let Some(token) = run.state.tokens.get_mut(&number) {
                    token.rounds.push(0);
                }
                Ok(Next::On)
            }
            Op::Round => {
                if let Some(round) = run
                    .state
                    .tokens
                    .get_mut(&number)
                    .and_then(|token| token.rounds.last_mut())
                {
                    *round += 1;
                }
                run.fact(number, FactKind::RoundStarted);
                Ok(Next::On)
            }
            Op::Until {
                condition,
                at_most,
                again,
                otherwise,
                end,
                skipped,
            } => {
                let done = run.decide(number, condition, ["end", "again"])?;
                let used_up = run.round(number) >= *at_most;
                if !done && !used_up {
                    return Ok(Next::To(*again));
                }
                if !done {
                    run.fact(number, FactKind::RoundsUsedUp);
                } else {
                    run.skipped(number, skipped);
                }
                if let Some(token) = run.state.tokens.get_mut(&number) {
                    token.rounds.pop();
                }
                Ok(Next::To(if done { *end } else { *otherwise }))
            }
        }
    }
}
