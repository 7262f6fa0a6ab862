//! `wait_until`: a moment.

use expression::Value;
use language::model::Step;
use language::steps::WaitUntil;

use super::wait;
use crate::Timestamp;
use crate::formula::BoundFormula;
use crate::interpret::{Next, Run, Trouble};
use crate::program::Compiler;
use crate::slots::Declaring;

#[derive(Debug)]
pub(crate) struct Op {
    moment: BoundFormula,
}

pub(super) fn declare(_kind: &WaitUntil, _step: &Step, _number: u32, _d: &mut Declaring) {}

pub(super) fn compile(kind: &WaitUntil, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let moment = c.formula(&kind.moment.value);
    c.emit(super::Op::WaitUntil(Op { moment }));
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let value = run.evaluate(token, &self.moment)?;
        match self.at(run, &value) {
            Some(at) => wait::until(run, token, at),
            None => {
                let source = self.moment.formula.source();
                Err(Trouble(format!(
                    "{source} is not a date, a date and time, or a time of day"
                )))
            }
        }
    }

    /// A date is its first moment at the site; a time of day is the next one.
    fn at(&self, run: &Run<'_>, value: &Value) -> Option<Timestamp> {
        match value {
            Value::Judged(judged) => self.at(run, &judged.value),
            Value::Date(date) => Some(run.clock.start_of(*date)),
            Value::DateTime(moment) => run.clock.moment_of(moment),
            Value::Time(time) => run.clock.next(time),
            _ => None,
        }
    }
}
