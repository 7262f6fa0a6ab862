//! What is outside in a test: machines that say something, systems that answer.

use std::collections::VecDeque;

use language::model::{Id, Reply, ReplyResult};
use serde_json::Value as Json;

use super::{Happening, World, system};
use crate::{Ask, AskResult, EventKind, Quality, Reading, Refusal, Request, Timestamp};

impl World {
    /// A machine says something: a value, or `{value: …, quality: bad}`. Whoever waits for it hears it.
    pub(in crate::trial) fn tell_signal(&mut self, signal: &Id, said: &Json) {
        let member = |name: &str| said.as_object().and_then(|members| members.get(name));
        let quality = match member("quality").and_then(Json::as_str) {
            Some("bad") => Quality::Bad,
            Some("uncertain") => Quality::Uncertain,
            _ => Quality::Good,
        };
        let reading = Reading {
            value: member("value").unwrap_or(said).clone(),
            quality,
            at: self.now,
        };
        self.signals.insert(signal.clone(), reading.clone());
        for number in 0..self.runs.len() {
            let read = EventKind::SignalRead {
                signal: signal.clone(),
                reading: reading.clone(),
            };
            // A run that does not wait for it, or for another value, has nothing to do with it.
            let _ = self.happen((number, system("signal"), read));
        }
    }

    /// What the test has an answer for is answered. Else what only goes out has arrived, and what brings something back
    /// is waited for, until a later line of the test answers it or its time is up.
    pub(super) fn asked(&mut self, number: usize, ask: Ask, following: &mut VecDeque<Happening>) {
        if let Request::Print { .. } = &ask.request {
            self.printed.push(ask.step.clone());
        }
        let prepared = self.replies.get_mut(&ask.step).and_then(VecDeque::pop_front);
        let goes_out = matches!(
            ask.request,
            Request::Publish { .. } | Request::Write { .. } | Request::Print { .. }
        );
        let result = match prepared {
            Some(result) => result,
            None if goes_out => AskResult::Done { value: Json::Null },
            None => {
                let until = Timestamp(self.now.0.saturating_add(ask.within_ms));
                self.ask_ends.insert((until, number, ask.ask));
                self.asks.insert((number, ask.ask), ask);
                return;
            }
        };
        following.push_back((number, system("outside"), EventKind::Answered { ask: ask.ask, result }));
    }

    /// What the world outside answers to a step: now when it is asked already, else when it will be.
    pub(in crate::trial) fn reply(&mut self, reply: &Reply) -> Result<(), Refusal> {
        let result = result_of(&reply.result);
        let open = self.asks.iter().find(|(_, ask)| ask.step == reply.step);
        let Some((&(number, ask), _)) = open else {
            self.replies.entry(reply.step.clone()).or_default().push_back(result);
            return Ok(());
        };
        self.asks.remove(&(number, ask));
        self.happen((number, system("outside"), EventKind::Answered { ask, result }))
    }
}

/// What a test says about an answer from outside, as the outside says it. What may go well later is tried again.
pub(super) fn result_of(result: &ReplyResult) -> AskResult {
    match result {
        ReplyResult::Done(value) => AskResult::Done { value: value.clone() },
        ReplyResult::Failed(kind) => AskResult::Failed {
            kind: kind.clone(),
            message: kind.replace('_', " "),
            again: matches!(kind.as_str(), "timeout" | "unreachable"),
        },
    }
}
