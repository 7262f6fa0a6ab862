//! `number`: the next number of a gap-free series.

use expression::Value;
use language::model::{Id, Step};
use language::steps::Number;

use crate::interpret::{Next, Run, Trouble};
use crate::program::Compiler;
use crate::slots::Declaring;
use crate::state::{Asked, Wait};
use crate::{Effect, FactKind, Refusal};

#[derive(Debug)]
pub(crate) struct Op {
    series: Id,
    slot: u32,
}

pub(super) fn declare(kind: &Number, _step: &Step, _number: u32, d: &mut Declaring) {
    let slot = d.shared(&kind.name);
    d.answer(slot);
}

pub(super) fn compile(kind: &Number, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let op = Op {
        series: kind.series.value.clone(),
        slot: c.slots.shared(&kind.name).expect("the name was declared with its step"),
    };
    c.emit(super::Op::Number(op));
}

impl Op {
    /// Room for the number is made sure of before it is taken: a number that was taken is never left out.
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let site = run.program.site();
        // Without a site nothing is known of its series.
        if !site.title.is_empty() && !site.numbers.iter().any(|series| series.id == self.series) {
            return Err(Trouble(format!(
                "the site has no series of numbers called '{}'",
                self.series
            )));
        }
        run.room_for(&Value::text("-".repeat(NUMBER_CHARACTERS)))?;
        let query = run.number();
        run.state.asked = Some(Asked {
            query,
            token,
            operations: run.operations,
        });
        run.effect(Effect::Number {
            query,
            series: self.series.clone(),
        });
        Ok(Next::Wait(Wait::Query(query)))
    }
}

/// About what a number takes.
const NUMBER_CHARACTERS: usize = 100;

/// The number has been taken.
pub(crate) fn taken(run: &mut Run<'_>, query: u32, number: &str) -> Result<(), Refusal> {
    let Some(asked) = run.state.asked.take_if(|asked| asked.query == query) else {
        return Err(Refusal::OutOfPlace);
    };
    run.operations = asked.operations;
    let op = run
        .state
        .tokens
        .get(&asked.token)
        .and_then(|token| run.program.op(token.at));
    if let Some(super::Op::Number(op)) = op.map(|placed| &placed.op) {
        run.fact(
            asked.token,
            FactKind::NumberTaken {
                series: op.series.clone(),
                number: number.into(),
            },
        );
        run.write(asked.token, op.slot, Value::text(number));
    }
    run.resume(asked.token);
    Ok(())
}
