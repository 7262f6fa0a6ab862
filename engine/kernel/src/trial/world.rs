//! What is around a run in a test: the clock, timers, tables, holds, notices, called runs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use expression::{Scope, Value};
use language::model::{Id, Start};
use serde_json::{Map, Value as Json};

use super::{BEGIN, Failure};
use crate::limits::{TRIAL_EVENTS_MAX, TRIAL_RUNS_MAX};
use crate::{
    Actor, Ask, AskResult, Assignee, Clock, Effect, Ending, Event, EventKind, Fact, Program, Query, Record, Refusal,
    Request, RunState, StartCause, Timestamp, Zone, advance, select,
};

const ZONE: Zone = Zone {
    offset_s: 0,
    next: None,
};

/// Everything that one test touches.
pub(super) struct World {
    programs: Vec<Arc<Program>>,
    pub(super) now: Timestamp,
    /// The first is the run under test, the others were called.
    pub(super) runs: Vec<Rehearsed>,
    timers: BTreeSet<(Timestamp, usize, u32)>,
    tables: BTreeMap<(Id, Id), BTreeMap<String, Record>>,
    /// What is on hold, and for which run.
    holds: BTreeSet<(String, usize)>,
    /// Asks that wait for an answer, by run and number.
    pub(super) asks: BTreeMap<(usize, u32), Ask>,
    /// The last number taken, by series.
    numbers: BTreeMap<Id, u32>,
    pub(super) told: Vec<Assignee>,
    /// Of the run under test.
    pub(super) timeline: Vec<Fact>,
    /// What could not be carried out.
    pub(super) troubles: Vec<Failure>,
    events: u32,
}

/// One run of a test.
pub(super) struct Rehearsed {
    pub(super) program: Arc<Program>,
    pub(super) state: RunState,
    pub(super) ending: Option<Ending>,
    /// The run and the call that wait for this one.
    waiting: Option<(usize, u32)>,
}

/// Something that happens to a run.
type Happening = (usize, Actor, EventKind);

impl World {
    pub(super) fn new(programs: &[Arc<Program>]) -> World {
        World {
            programs: programs.to_vec(),
            now: BEGIN,
            runs: Vec::new(),
            timers: BTreeSet::new(),
            tables: BTreeMap::new(),
            holds: BTreeSet::new(),
            asks: BTreeMap::new(),
            numbers: BTreeMap::new(),
            told: Vec::new(),
            timeline: Vec::new(),
            troubles: Vec::new(),
            events: 0,
        }
    }

    pub(super) fn clock(&self) -> Clock {
        Clock {
            at: self.now,
            zone: ZONE,
        }
    }

    pub(super) fn held(&self) -> Vec<String> {
        let targets: BTreeSet<&String> = self.holds.iter().map(|(target, _)| target).collect();
        targets.into_iter().cloned().collect()
    }

    pub(super) fn records(&self, table: &Id) -> usize {
        let Some(app) = self.programs.first().map(|program| program.app().id.clone()) else {
            return 0;
        };
        self.tables.get(&(app, table.clone())).map_or(0, BTreeMap::len)
    }

    /// Starts the run under test.
    pub(super) fn start(&mut self, inputs: Map<String, Json>, by: Actor) -> Result<(), Refusal> {
        let Some(program) = self.programs.first().cloned() else {
            return Err(Refusal::OutOfPlace);
        };
        let started = self.add_run(program, None, StartCause::Button, inputs);
        self.happen((0, by, started))
    }

    fn add_run(
        &mut self,
        program: Arc<Program>,
        waiting: Option<(usize, u32)>,
        cause: StartCause,
        inputs: Map<String, Json>,
    ) -> EventKind {
        self.runs.push(Rehearsed {
            program,
            state: RunState::new(),
            ending: None,
            waiting,
        });
        EventKind::Started {
            run: format!("run-{}", self.runs.len()),
            cause,
            station: None,
            inputs,
            known: crate::Known::default(),
        }
    }

    /// Lets an event happen, and everything that follows from it at the same moment. Only the first can be refused.
    pub(super) fn happen(&mut self, first: Happening) -> Result<(), Refusal> {
        let mut following = VecDeque::new();
        self.happen_once(first, &mut following)?;
        while let Some(next) = following.pop_front() {
            let what = next.0;
            if self.events >= TRIAL_EVENTS_MAX {
                self.trouble(
                    format!("stopped after {TRIAL_EVENTS_MAX} events; this looks like a circle"),
                    format!("已发生 {TRIAL_EVENTS_MAX} 个事件后停止，似乎存在循环"),
                );
                break;
            }
            match self.happen_once(next, &mut following) {
                // A message that is not for this run is for another one.
                Ok(()) | Err(Refusal::NotForThisRun) => {}
                Err(refusal) => {
                    let app = self
                        .runs
                        .get(what)
                        .map(|run| run.program.app().id.to_string())
                        .unwrap_or_default();
                    let why = super::script::explain(&refusal);
                    self.trouble(
                        format!("app '{app}' refused what happened: {}", why.0),
                        format!("应用“{app}”拒绝：{}", why.1),
                    );
                }
            }
        }
        Ok(())
    }

    fn happen_once(
        &mut self,
        (number, by, kind): Happening,
        following: &mut VecDeque<Happening>,
    ) -> Result<(), Refusal> {
        self.events += 1;
        let event = Event {
            at: self.now,
            zone: ZONE,
            by,
            kind,
        };
        let Some(run) = self.runs.get_mut(number) else {
            return Err(Refusal::OutOfPlace);
        };
        let done = advance(&run.program, &mut run.state, &event)?;
        if number == 0 {
            self.timeline.extend(done.facts);
        }
        for effect in done.effects {
            self.carry_out(number, effect, following);
        }
        Ok(())
    }

    fn carry_out(&mut self, number: usize, effect: Effect, following: &mut VecDeque<Happening>) {
        match effect {
            // Tasks, waits for messages and what has been cleared are read from the run's own state.
            Effect::OpenTask(_) | Effect::UpdateTask(_) | Effect::CloseTask { .. } => {}
            Effect::Listen { .. } | Effect::Watch { .. } | Effect::StopListening { .. } => {}
            Effect::SetTimer { timer, at } => drop(self.timers.insert((at, number, timer))),
            Effect::ClearTimer { timer } => self.timers.retain(|(_, run, known)| (*run, *known) != (number, timer)),
            Effect::Find(query) => {
                let records = self.find(number, &query);
                following.push_front((
                    number,
                    system("store"),
                    EventKind::Found {
                        query: query.query,
                        records,
                    },
                ));
            }
            Effect::Save { table, key, record } => {
                if let Some(app) = self.app_of(number) {
                    let records = self.tables.entry((app, table)).or_default();
                    records.insert(key, record);
                }
            }
            Effect::Remove { table, key } => {
                if let Some(app) = self.app_of(number)
                    && let Some(records) = self.tables.get_mut(&(app, table))
                {
                    records.remove(&key);
                }
            }
            Effect::Number { query, series } => {
                let last = self.numbers.entry(series.clone()).or_default();
                *last += 1;
                let taken = format!("{series}-{last:04}");
                following.push_front((number, system("store"), EventKind::Numbered { query, number: taken }));
            }
            Effect::Ask(ask) => self.asked(number, *ask, following),
            Effect::DropAsk { ask } => drop(self.asks.remove(&(number, ask))),
            Effect::Emit { name, body } => self.emitted(number, &name, &body, following),
            Effect::Hold { target, .. } => drop(self.holds.insert((target, number))),
            Effect::Release { target } => drop(self.holds.remove(&(target, number))),
            Effect::StartRun { call, app, inputs } => self.call(number, call, &app, inputs, following),
            Effect::Tell { to, .. } => self.told.push(to),
            Effect::End(ending) => self.ended(number, ending, following),
        }
    }

    /// What only goes out has arrived; what brings something back is for the test to answer.
    fn asked(&mut self, number: usize, ask: Ask, following: &mut VecDeque<Happening>) {
        match &ask.request {
            Request::Publish { .. } | Request::Write { .. } | Request::Print { .. } => {
                let result = AskResult::Done { value: Json::Null };
                following.push_back((number, system("outside"), EventKind::Answered { ask: ask.ask, result }));
            }
            Request::Http { .. } | Request::Run { .. } => drop(self.asks.insert((number, ask.ask), ask)),
        }
    }

    /// A message to all runs of the test, and to the apps that start with it.
    fn emitted(&mut self, from: usize, name: &str, body: &Map<String, Json>, following: &mut VecDeque<Happening>) {
        let by = format!("run-{}", from + 1);
        for (number, run) in self.runs.iter().enumerate() {
            if run.state.listening.values().any(|listening| listening.message == name) {
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
            if self.runs.len() >= TRIAL_RUNS_MAX {
                let en = format!("more than {TRIAL_RUNS_MAX} runs were started; this looks like a circle");
                return self.trouble(en, format!("启动的运行超过 {TRIAL_RUNS_MAX} 个，似乎存在循环"));
            }
            let started = self.add_run(program, None, StartCause::Message { name: name.into() }, body.clone());
            following.push_back((self.runs.len() - 1, system(&by), started));
        }
    }

    fn starts(&self, program: &Program, name: &str, body: &Map<String, Json>) -> bool {
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

    fn app_of(&self, number: usize) -> Option<Id> {
        self.runs.get(number).map(|run| run.program.app().id.clone())
    }

    fn find(&self, number: usize, query: &Query) -> Vec<Record> {
        let table = self
            .app_of(number)
            .and_then(|app| self.tables.get(&(app, query.table.clone())));
        select(
            query,
            table
                .map(|records| records.values().cloned().collect())
                .unwrap_or_default(),
        )
    }

    fn call(
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
        let started = self.add_run(program, call.map(|call| (number, call)), cause, inputs);
        following.push_back((self.runs.len() - 1, system(&caller), started));
    }

    fn ended(&mut self, number: usize, ending: Ending, following: &mut VecDeque<Happening>) {
        let Some(run) = self.runs.get_mut(number) else { return };
        run.ending = Some(ending.clone());
        if let Some((caller, call)) = run.waiting.take() {
            let id = format!("run-{}", number + 1);
            let by = system(&id);
            let waits = self.runs.get(caller).is_some_and(|caller| caller.ending.is_none());
            if waits {
                following.push_back((caller, by, EventKind::CallEnded { call, run: id, ending }));
            }
        }
    }

    /// Lets time pass; timers fire in the order of their moments.
    pub(super) fn pass(&mut self, ms: i64) {
        let until = Timestamp(self.now.0.saturating_add(ms.max(0)));
        while let Some((at, number, timer)) = self.timers.first().copied().filter(|(at, ..)| *at <= until) {
            self.timers.remove(&(at, number, timer));
            if self.events >= TRIAL_EVENTS_MAX {
                break;
            }
            self.now = self.now.max(at);
            // A timer that is not set any more has nothing to say.
            let _ = self.happen((number, system("timer"), EventKind::TimerFired { timer }));
        }
        self.now = until;
    }

    fn trouble(&mut self, en: String, zh: String) {
        self.troubles.push((en, zh));
    }
}

/// A message's members by name; one that is not there is empty.
struct Members<'m>(&'m Map<String, Json>);

impl Scope for Members<'_> {
    fn get(&self, name: &str) -> Option<Value> {
        Some(self.0.get(name).map_or(Value::Null, Value::from_json))
    }
}

pub(super) fn system(via: &str) -> Actor {
    Actor {
        person: None,
        via: via.into(),
        confirmed: None,
    }
}
