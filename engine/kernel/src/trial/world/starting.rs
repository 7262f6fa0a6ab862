//! How runs of a test begin: the one under test, and those that are called or started by a message.

use std::collections::VecDeque;
use std::sync::Arc;

use expression::{Scope, Value};
use language::model::{Id, Start};
use serde_json::{Map, Value as Json};

use super::{Happening, Rehearsed, World, ZONE, system};
use crate::limits::TRIAL_RUNS_MAX;
use crate::trial::Failure;
use crate::{Actor, EventKind, Program, Refusal, RunState, StartCause, Timestamp, next_start};

impl World {
    /// Starts the run under test.
    pub(in crate::trial) fn start(
        &mut self,
        inputs: Map<String, Json>,
        by: Actor,
        station: Option<Id>,
    ) -> Result<(), Refusal> {
        let Some(program) = self.programs.first().cloned() else {
            return Err(Refusal::OutOfPlace);
        };
        let started = self.add_run(program, None, StartCause::Button, inputs, station);
        self.happen((0, by, started))
    }

    /// Starts it as a message does: its members that are inputs fill them. Fails where the message is not for it.
    pub(in crate::trial) fn start_by_message(
        &mut self,
        name: &str,
        body: &Map<String, Json>,
    ) -> Result<Result<(), Refusal>, Failure> {
        let Some(program) = self.programs.first().cloned() else {
            return Ok(Err(Refusal::OutOfPlace));
        };
        if !self.starts(&program, name, body) {
            return Err(Failure::new(
                format!("the message '{name}' starts nothing: its `where` is not fulfilled"),
                format!("消息“{name}”没有启动运行：不满足 `where`"),
            ));
        }
        let inputs = inputs_of(&program, body);
        let cause = StartCause::Message { name: name.into() };
        let started = self.add_run(program, None, cause, inputs, None);
        Ok(self.happen((0, system("message"), started)))
    }

    /// Starts it at the next moment of one of its own starts.
    pub(in crate::trial) fn start_by_itself(&mut self, place: usize) -> Result<Result<(), Refusal>, Failure> {
        let Some(program) = self.programs.first().cloned() else {
            return Ok(Err(Refusal::OutOfPlace));
        };
        let start = program.app().starts.get(place);
        // The first moment of a test is one at which something may start.
        let before = Timestamp(self.now.0 - 1);
        let Some(at) = start.and_then(|start| next_start(&self.site, start, before, ZONE)) else {
            return Err(Failure::new(
                "this start never comes by the calendar of the site",
                "按现场日历，这种启动永远不会发生",
            ));
        };
        self.pass(at.0 - self.now.0);
        let started = self.add_run(program, None, StartCause::Schedule { at, missed: 0 }, Map::new(), None);
        Ok(self.happen((0, system("schedule"), started)))
    }

    pub(super) fn call(
        &mut self,
        number: usize,
        call: Option<u32>,
        app: &Id,
        inputs: Map<String, Json>,
        following: &mut VecDeque<Happening>,
    ) {
        let Some(program) = self.programs.iter().find(|program| program.app().id == *app).cloned() else {
            let en = format!("app '{app}' is called, but it is not among the apps of this check");
            return self.trouble(en, format!("调用了应用“{app}”，但它不在本次检查的应用中"));
        };
        if self.runs.len() >= TRIAL_RUNS_MAX {
            let en = format!("more than {TRIAL_RUNS_MAX} runs were called; this looks like a circle");
            return self.trouble(en, format!("调用的运行超过 {TRIAL_RUNS_MAX} 个，似乎存在循环"));
        }
        let caller = format!("run-{}", number + 1);
        let cause = StartCause::Call {
            run: caller.clone(),
            call: call.unwrap_or(0),
        };
        let started = self.add_run(program, call.map(|call| (number, call)), cause, inputs, None);
        following.push_back((self.runs.len() - 1, system(&caller), started));
    }

    /// A message to all runs of the test, and to the apps that start with it.
    pub(super) fn emitted(
        &mut self,
        from: usize,
        name: &str,
        body: &Map<String, Json>,
        following: &mut VecDeque<Happening>,
    ) {
        self.emitted.push(name.into());
        let by = format!("run-{}", from + 1);
        for (number, run) in self.runs.iter().enumerate() {
            if run.state.hears(name) {
                let arrived = EventKind::MessageArrived {
                    name: name.into(),
                    body: body.clone(),
                };
                following.push_back((number, system(&by), arrived));
            }
        }
        let started: Vec<Arc<Program>> = self
            .programs
            .iter()
            .filter(|program| self.starts(program, name, body))
            .cloned()
            .collect();
        for program in started {
            let inputs = inputs_of(&program, body);
            if self.runs.len() >= TRIAL_RUNS_MAX {
                let en = format!("more than {TRIAL_RUNS_MAX} runs were started; this looks like a circle");
                return self.trouble(en, format!("启动的运行超过 {TRIAL_RUNS_MAX} 个，似乎存在循环"));
            }
            let started = self.add_run(program, None, StartCause::Message { name: name.into() }, inputs, None);
            following.push_back((self.runs.len() - 1, system(&by), started));
        }
    }

    pub(super) fn starts(&self, program: &Program, name: &str, body: &Map<String, Json>) -> bool {
        program.app().starts.iter().any(|start| match start {
            Start::Message { name: own, condition } => {
                *own == name
                    && condition.as_ref().is_none_or(|condition| {
                        let outcome = condition.value.evaluate(&Members(body), &self.clock());
                        matches!(outcome.map(|outcome| outcome.value), Ok(Value::Bool(true)))
                    })
            }
            _ => false,
        })
    }

    pub(super) fn add_run(
        &mut self,
        program: Arc<Program>,
        waiting: Option<(usize, u32)>,
        cause: StartCause,
        inputs: Map<String, Json>,
        station: Option<Id>,
    ) -> EventKind {
        self.runs.push(Rehearsed {
            program,
            state: RunState::new(),
            ending: None,
            waiting,
            journal: Vec::new(),
            facts: Vec::new(),
        });
        EventKind::Started {
            run: format!("run-{}", self.runs.len()),
            cause,
            station,
            inputs,
            known: crate::Known::default(),
        }
    }
}

/// Members of a message that are inputs of the app.
fn inputs_of(program: &Program, body: &Map<String, Json>) -> Map<String, Json> {
    let inputs = program.app().inputs.iter();
    inputs
        .filter_map(|input| Some((input.id.to_string(), body.get(input.id.as_str())?.clone())))
        .collect()
}

/// A message's members by name; one that is not there is empty.
struct Members<'m>(&'m Map<String, Json>);

impl Scope for Members<'_> {
    fn get(&self, name: &str) -> Option<Value> {
        Some(self.0.get(name).map_or(Value::Null, Value::from_json))
    }
}
