//! `tell`: notifies a role, person or station.

use language::model::{Id, Step};
use language::steps::Tell;

use crate::formula::{BoundParty, BoundText};
use crate::interpret::{Next, Run, Trouble};
use crate::program::Compiler;
use crate::slots::Declaring;
use crate::{Effect, FactKind};

#[derive(Debug)]
pub(crate) struct Op {
    step: Id,
    to: Vec<BoundParty>,
    message: BoundText,
}

pub(super) fn declare(_kind: &Tell, _step: &Step, _number: u32, _d: &mut Declaring) {}

pub(super) fn compile(kind: &Tell, step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let op = Op {
        step: step.id.clone(),
        to: c.parties(&kind.to),
        message: c.text(&kind.message),
    };
    c.emit(super::Op::Tell(op));
}

impl Op {
    /// A computed party that names nobody is told in the timeline; the run goes on, as nothing depends on it.
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let text = run.text(token, &self.message);
        for party in &self.to {
            match run.parties(token, party) {
                Ok(parties) => {
                    for to in parties {
                        run.fact(
                            token,
                            FactKind::Told {
                                to: to.clone(),
                                text: text.clone(),
                            },
                        );
                        run.effect(Effect::Tell {
                            to,
                            text: text.clone(),
                            step: self.step.clone(),
                        });
                    }
                }
                Err(Trouble(message)) => run.fact(token, FactKind::NobodyTold { message }),
            }
        }
        Ok(Next::On)
    }
}
