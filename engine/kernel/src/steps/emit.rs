//! `emit`: a message to other runs and to whoever listens outside.

use language::model::{Id, Step};
use language::steps::Emit;
use serde_json::{Map, Value as Json};

use crate::formula::{BoundComputed, told_short};
use crate::interpret::{Next, Run, Trouble};
use crate::limits::{MESSAGE_BYTES_MAX, NESTING_MAX};
use crate::program::Compiler;
use crate::slots::Declaring;
use crate::state::{nesting, weight_bytes};
use crate::{Effect, FactKind};

#[derive(Debug)]
pub(crate) struct Op {
    message: String,
    with: Vec<(Id, BoundComputed)>,
}

pub(super) fn declare(_kind: &Emit, _step: &Step, _number: u32, _d: &mut Declaring) {}

pub(super) fn compile(kind: &Emit, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let op = Op {
        message: kind.message.clone(),
        with: kind
            .with
            .iter()
            .map(|(name, value)| (name.clone(), c.computed(value)))
            .collect(),
    };
    c.emit(super::Op::Emit(op));
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let mut body = Map::new();
        let mut told = Map::new();
        let mut size_bytes = 0;
        for (name, computed) in &self.with {
            let value = run.compute(token, computed)?;
            size_bytes += name.as_str().len() as u64 + weight_bytes(&value);
            if nesting(&value) > NESTING_MAX {
                return Err(Trouble(format!(
                    "'{name}' holds lists in lists more than {NESTING_MAX} deep"
                )));
            }
            told.insert(name.to_string(), told_short(&value));
            body.insert(name.to_string(), value.to_json());
        }
        if size_bytes > MESSAGE_BYTES_MAX {
            let max = MESSAGE_BYTES_MAX / 1000;
            return Err(Trouble(format!("the members of the message are more than {max} kB")));
        }
        run.fact(
            token,
            FactKind::Emitted {
                name: self.message.clone(),
                body: Json::Object(told),
            },
        );
        run.effect(Effect::Emit {
            name: self.message.clone(),
            body,
        });
        Ok(Next::On)
    }
}
