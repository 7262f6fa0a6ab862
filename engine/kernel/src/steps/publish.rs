//! `publish`: a message to a broker.

use language::model::{Id, Step};
use language::steps::Publish;

use super::http::members;
use crate::asks::{self, Request};
use crate::formula::{BoundComputed, BoundSentence};
use crate::interpret::{Next, Run, Trouble};
use crate::program::Compiler;
use crate::slots::Declaring;

#[derive(Debug)]
pub(crate) struct Op {
    connection: Id,
    topic: BoundSentence,
    with: Vec<(Id, BoundComputed)>,
    within_ms: i64,
}

pub(super) fn declare(_kind: &Publish, _step: &Step, _number: u32, _d: &mut Declaring) {}

pub(super) fn compile(kind: &Publish, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let op = Op {
        connection: kind.connection.value.clone(),
        topic: c.binder().sentence(&kind.topic),
        with: kind
            .with
            .iter()
            .map(|(name, value)| (name.clone(), c.computed(value)))
            .collect(),
        within_ms: kind.within.as_ms(),
    };
    c.emit(super::Op::Publish(op));
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let topic = run.sentence(token, &self.topic).to_string();
        // MQTT 5.0, 4.7.1: wildcards are for those who listen.
        if topic.contains(['+', '#', '\0']) || topic.is_empty() {
            return Err(Trouble(format!(
                "\"{topic}\" is no topic: +, # and nothing at all are not allowed"
            )));
        }
        let body = members(run, token, &self.with)?;
        let request = Request::Publish {
            connection: self.connection.clone(),
            topic,
            body,
        };
        asks::ask(run, token, self.within_ms, request)
    }
}
