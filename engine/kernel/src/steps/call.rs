//! `call`: another app, waiting for it or not.

use std::sync::Arc;

use expression::{Context, Value};
use language::model::{Id, Step};
use language::steps::{Call, Waiting};

use crate::formula::BoundComputed;
use crate::interpret::{Next, Run, Trouble};
use crate::program::Compiler;
use crate::slots::{Declaring, ROUNDS};
use crate::state::{self, Wait};
use crate::{Effect, Ending, FactKind, Refusal};

#[derive(Debug)]
pub(crate) struct Op {
    app: Id,
    with: Vec<(Id, BoundComputed)>,
    waiting: Waiting,
    slot: u32,
    rounds: Option<u32>,
}

pub(super) fn declare(_kind: &Call, step: &Step, _number: u32, d: &mut Declaring) {
    // A caller's own caller does not see it: values would be passed up in layers without an end.
    d.whole(&step.id, false);
    d.rounds(&step.id);
}

pub(super) fn compile(kind: &Call, step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let op = Op {
        app: kind.app.value.clone(),
        with: kind
            .with
            .iter()
            .map(|(input, value)| (input.clone(), c.computed(value)))
            .collect(),
        waiting: kind.waiting,
        slot: c.slots.whole(&step.id).expect("the call was declared with its step"),
        rounds: c.slots.member(&step.id, ROUNDS),
    };
    c.emit(super::Op::Call(op));
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let mut inputs = serde_json::Map::new();
        for (input, computed) in &self.with {
            inputs.insert(input.to_string(), run.compute(token, computed)?.to_json());
        }
        let waiting = self.waiting == Waiting::ForItsEnd;
        run.fact(
            token,
            FactKind::RunCalled {
                app: self.app.clone(),
                waiting,
            },
        );
        let call = waiting.then(|| run.number());
        run.effect(Effect::StartRun {
            call,
            app: self.app.clone(),
            inputs,
        });
        let Some(call) = call else { return Ok(Next::On) };
        let step = run.step_of(token).unwrap_or_else(|| Id::new(""));
        run.state.calls.insert(
            call,
            state::Call {
                token,
                step,
                app: self.app.clone(),
            },
        );
        Ok(Next::Wait(Wait::Call(call)))
    }
}

/// A called run has ended: read as `step.outcome`, `step.status`, `step.run` and `step.values.name`.
pub(crate) fn ended(run: &mut Run<'_>, call: u32, called: &str, ending: &Ending) -> Result<(), Refusal> {
    let Some(waiting) = run.state.calls.remove(&call) else {
        return Err(Refusal::OutOfPlace);
    };
    let token = waiting.token;
    let kind = FactKind::CallEnded {
        run: called.into(),
        outcome: ending.outcome.clone(),
    };
    run.fact(token, kind);
    let op = run.state.tokens.get(&token).and_then(|token| run.program.op(token.at));
    if let Some(super::Op::Call(op)) = op.map(|placed| &placed.op) {
        let status = serde_json::json!(ending.status);
        let values = ending
            .values
            .iter()
            .map(|(name, value)| (Arc::from(name.as_str()), value.clone()));
        let mut result = Context::new();
        result.insert(
            "outcome".into(),
            ending.outcome.as_deref().map_or(Value::Null, Value::text),
        );
        result.insert("status".into(), Value::from_json(&status));
        result.insert("run".into(), Value::text(called));
        result.insert("values".into(), Value::Context(Arc::new(values.collect())));
        let result = Value::Context(Arc::new(result));
        if let Err(Trouble(message)) = run.room_for(&result) {
            run.incident(token, format!("{message}; trying again calls the app again"));
            return Ok(());
        }
        if let Some(rounds) = op.rounds {
            run.add_round(token, rounds, result.clone());
        }
        run.write(token, op.slot, result);
    }
    run.resume(token);
    Ok(())
}
