//! `wait`: a duration, of the clock or of working time.

use expression::Value;
use language::model::{Step, Stretch};
use language::steps::Wait;

use crate::formula::BoundFormula;
use crate::interpret::{Next, Run, Trouble};
use crate::limits::WAIT_MS_MAX;
use crate::program::Compiler;
use crate::slots::Declaring;
use crate::state::{self, Purpose};
use crate::{FactKind, Timestamp, working_time};

#[derive(Debug)]
pub(crate) enum Op {
    For(i64),
    Working(i64),
    Formula(BoundFormula),
}

pub(super) fn declare(_kind: &Wait, _step: &Step, _number: u32, _d: &mut Declaring) {}

pub(super) fn compile(kind: &Wait, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let op = match kind {
        Wait::For(Stretch::OfClock(duration)) => Op::For(duration.as_ms()),
        Wait::For(Stretch::OfWork(duration)) => Op::Working(duration.as_ms()),
        Wait::Formula(formula) => Op::Formula(c.formula(&formula.value)),
    };
    c.emit(super::Op::Wait(op));
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let ms = match self {
            Op::For(ms) => *ms,
            Op::Working(ms) => {
                let at = working_time::after(run.program.site(), &run.clock, run.clock.at, *ms)?;
                return until(run, token, at);
            }
            Op::Formula(formula) => match run.evaluate(token, formula)? {
                Value::Duration(duration) => duration.as_ms(),
                _ => return Err(Trouble(format!("{} is not a duration", formula.formula.source()))),
            },
        };
        until(run, token, Timestamp(run.clock.at.0.saturating_add(ms)))
    }
}

/// Waits until a moment; one that has passed is no wait.
pub(super) fn until(run: &mut Run<'_>, token: u32, at: Timestamp) -> Result<Next, Trouble> {
    if at <= run.clock.at {
        return Ok(Next::On);
    }
    if at.0.saturating_sub(run.clock.at.0) > WAIT_MS_MAX {
        return Err(Trouble("this would wait for more than ten years".into()));
    }
    let timer = run.set_timer(token, at, Purpose::Wait(token));
    run.fact(
        token,
        FactKind::Waiting {
            until: Some(at),
            message: None,
        },
    );
    Ok(Next::Wait(state::Wait::Timer(timer)))
}
