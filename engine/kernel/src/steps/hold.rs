//! `hold`: blocks a line, station, lot or serial for every app.

use language::model::Step;
use language::steps::Hold;

use crate::formula::{BoundComputed, BoundText};
use crate::interpret::{Next, Run, Trouble};
use crate::limits::{HOLD_TARGET_CHARACTERS_MAX, HOLDS_MAX};
use crate::program::Compiler;
use crate::slots::Declaring;
use crate::{Effect, FactKind};

#[derive(Debug)]
pub(crate) struct Op {
    target: BoundComputed,
    why: BoundText,
}

pub(super) fn declare(_kind: &Hold, _step: &Step, _number: u32, _d: &mut Declaring) {}

pub(super) fn compile(kind: &Hold, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let op = Op {
        target: c.computed(&kind.target),
        why: c.text(&kind.why),
    };
    c.emit(super::Op::Hold(op));
}

impl Op {
    /// Holding again what the run holds already tells the new reason and changes nothing else.
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let target = target(run, token, &self.target)?;
        if !run.state.holds.contains(&target) {
            if run.state.holds.len() >= HOLDS_MAX {
                return Err(Trouble(format!("this run holds {HOLDS_MAX} things already")));
            }
            run.state.holds.push(target.clone());
        }
        let why = run.text(token, &self.why);
        run.fact(
            token,
            FactKind::Held {
                target: target.clone(),
                why: why.clone(),
            },
        );
        run.effect(Effect::Hold { target, why });
        Ok(Next::On)
    }
}

/// What is held or released, as text.
pub(super) fn target(run: &Run<'_>, token: u32, computed: &BoundComputed) -> Result<String, Trouble> {
    let value = run.compute(token, computed)?;
    let Some(target) = super::save::key_text(&value) else {
        return Err(Trouble("what is to be held or released is empty".into()));
    };
    if target.chars().count() > HOLD_TARGET_CHARACTERS_MAX {
        let max = HOLD_TARGET_CHARACTERS_MAX;
        return Err(Trouble(format!(
            "what is to be held or released has more than {max} characters"
        )));
    }
    Ok(target)
}
