//! `write`: a value to a machine.

use expression::Value;
use language::model::{Id, Step};
use language::steps::Write;

use crate::asks::{self, Request};
use crate::formula::BoundComputed;
use crate::interpret::{Next, Run, Trouble};
use crate::program::Compiler;
use crate::slots::Declaring;

#[derive(Debug)]
pub(crate) struct Op {
    signal: Id,
    value: BoundComputed,
    within_ms: i64,
}

pub(super) fn declare(_kind: &Write, _step: &Step, _number: u32, _d: &mut Declaring) {}

pub(super) fn compile(kind: &Write, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let op = Op {
        signal: kind.signal.value.clone(),
        value: c.computed(&kind.value),
        within_ms: kind.within.as_ms(),
    };
    c.emit(super::Op::Write(op));
}

impl Op {
    /// What is empty or not measured is never written to a machine.
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let value = match run.compute(token, &self.value)? {
            Value::Judged(judged) => judged.value.clone(),
            value => value,
        };
        if matches!(value, Value::Null) {
            return Err(Trouble(format!("the value for {} is empty", self.signal)));
        }
        let request = Request::Write {
            signal: self.signal.clone(),
            value: value.to_json(),
        };
        asks::ask(run, token, self.within_ms, request)
    }
}
