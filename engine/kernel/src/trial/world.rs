//! What is around a run in a test: the clock, timers, tables, holds, notices, called runs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use expression::{Scope, Value};
use language::model::{Id, Reply, ReplyResult, Site, Start};
use serde_json::{Map, Value as Json};

use super::coverage::Reached;
use super::{BEGIN, Failure};
use crate::accept::advance_noting;
use crate::limits::{TRIAL_EVENTS_MAX, TRIAL_RUNS_MAX};
use crate::{
    Actor, Ask, AskResult, Assignee, Clock, Effect, Ending, Event, EventKind, Fact, Program, Quality, Query, Reading,
    Record, Refusal, Request, RunState, StartCause, Timestamp, Zone, advance, next_start, select,
};

/// Stands for the site where tables are kept by the app that has them.
const SITE_TABLES: &str = "$site";
const ZONE: Zone = Zone {
    offset_s: 0,
    next: None,
};

/// Everything that one test touches.
pub(super) struct World {
    programs: Vec<Arc<Program>>,
    site: Arc<Site>,
    pub(super) now: Timestamp,
    /// The first is the run under test, the others were called.
    pub(super) runs: Vec<Rehearsed>,
    timers: BTreeSet<(Timestamp, usize, u32)>,
    pub(super) tables: BTreeMap<(Id, Id), BTreeMap<String, Record>>,
    /// What is on hold, and for which run.
    holds: BTreeSet<(String, usize)>,
    /// What the machines said last.
    pub(super) signals: BTreeMap<Id, Reading>,
    /// Asks that wait for an answer, by run and number, and when they have waited long enough.
    pub(super) asks: BTreeMap<(usize, u32), Ask>,
    ask_ends: BTreeSet<(Timestamp, usize, u32)>,
    /// Answers from outside that nobody has asked for yet, by step.
    replies: BTreeMap<Id, VecDeque<AskResult>>,
    /// How many numbers were taken, by series and period.
    counts: BTreeMap<(Id, String), u64>,
    /// The numbers themselves, in order.
    pub(super) numbers: Vec<String>,
    /// Steps that printed, names that were emitted, in order.
    pub(super) printed: Vec<Id>,
    pub(super) emitted: Vec<String>,
    pub(super) told: Vec<(Assignee, String)>,
    /// Of the run under test.
    pub(super) timeline: Vec<Fact>,
    /// What the app under test has come to.
    pub(super) reached: Reached,
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
    /// Everything that has happened to it, and what was told of it.
    journal: Vec<Event>,
    facts: Vec<Fact>,
}

/// Something that happens to a run.
pub(super) type Happening = (usize, Actor, EventKind);

impl World {
    pub(super) fn new(programs: &[Arc<Program>], site: &Arc<Site>) -> World {
        World {
            programs: programs.to_vec(),
            site: Arc::clone(site),
            now: BEGIN,
            runs: Vec::new(),
            timers: BTreeSet::new(),
            tables: BTreeMap::new(),
            holds: BTreeSet::new(),
            signals: BTreeMap::new(),
            asks: BTreeMap::new(),
            ask_ends: BTreeSet::new(),
            replies: BTreeMap::new(),
            counts: BTreeMap::new(),
            numbers: Vec::new(),
            printed: Vec::new(),
            emitted: Vec::new(),
            told: Vec::new(),
            timeline: Vec::new(),
            reached: Reached::default(),
            troubles: Vec::new(),
            events: 0,
        }
    }

    /// Records that are there before the start.
    pub(super) fn begin_with(&mut self, records: &BTreeMap<Id, Vec<BTreeMap<Id, Json>>>) {
        let Some(app) = self.programs.first().map(|program| program.app().clone()) else {
            return;
        };
        for (table, given) in records {
            // What the app calls its own comes before what the site has.
            let own = app.tables.iter().find(|known| known.id == *table);
            let of_site = || self.site.tables.iter().find(|known| known.id == *table);
            let (owner, known) = match (own, of_site()) {
                (Some(known), _) => (app.id.clone(), known),
                (None, Some(known)) => (Id::new(SITE_TABLES), known),
                (None, None) => continue,
            };
            let kept = self.tables.entry((owner, table.clone())).or_default();
            for columns in given {
                let record: Record = columns
                    .iter()
                    .map(|(column, value)| (column.clone(), Value::from_json(value)))
                    .collect();
                let key = record.get(&known.key).map(Value::display).unwrap_or_default();
                kept.insert(key, record);
            }
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

    /// Of a table of the app under test, else of the site, by key.
    pub(super) fn records(&self, table: &Id) -> BTreeMap<String, Record> {
        let app = self.programs.first().map(|program| program.app());
        let own = app.filter(|app| app.tables.iter().any(|known| known.id == *table));
        let owner = own.map_or_else(|| Id::new(SITE_TABLES), |app| app.id.clone());
        let records = self.tables.get(&(owner, table.clone()));
        records.cloned().unwrap_or_default()
    }

    /// A machine says something: a value, or `{value: …, quality: bad}`. Whoever waits for it hears it.
    pub(super) fn tell_signal(&mut self, signal: &Id, said: &Json) {
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

    /// Starts the run under test.
    pub(super) fn start(&mut self, inputs: Map<String, Json>, by: Actor, station: Option<Id>) -> Result<(), Refusal> {
        let Some(program) = self.programs.first().cloned() else {
            return Err(Refusal::OutOfPlace);
        };
        let started = self.add_run(program, None, StartCause::Button, inputs, station);
        self.happen((0, by, started))
    }

    /// Starts it as a message does: its members that are inputs fill them. Fails where the message is not for it.
    pub(super) fn start_by_message(
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
    pub(super) fn start_by_itself(&mut self, place: usize) -> Result<Result<(), Refusal>, Failure> {
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

    fn add_run(
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

    /// Lets an event happen, and everything that follows from it at the same moment. Only the first can be refused.
    pub(super) fn happen(&mut self, first: Happening) -> Result<(), Refusal> {
        let mut following = VecDeque::new();
        let first = self.knowing(first);
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
        let mut trace = Vec::new();
        let done = advance_noting(&run.program, &mut run.state, &event, Some(&mut trace))?;
        run.journal.push(event);
        run.facts.extend(done.facts.iter().cloned());
        let under_test = self.programs.first().map(|program| &program.app().id);
        if under_test == Some(&run.program.app().id) {
            self.reached.note(&trace, &done.facts);
        }
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
            Effect::Listen { .. } | Effect::StopListening { .. } => {}
            Effect::Watch { signal, .. } => {
                // What the machine has said already counts.
                if let Some(reading) = self.signals.get(&signal).cloned() {
                    let read = EventKind::SignalRead { signal, reading };
                    following.push_back((number, system("signal"), read));
                }
            }
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
            Effect::Save {
                table,
                of_site,
                key,
                record,
            } => {
                let owner = match of_site {
                    true => Some(Id::new(SITE_TABLES)),
                    false => self.app_of(number),
                };
                if let Some(app) = owner {
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
                let number_taken = self.take_number(&series);
                let numbered = EventKind::Numbered {
                    query,
                    number: number_taken,
                };
                following.push_front((number, system("store"), numbered));
            }
            Effect::Ask(ask) => self.asked(number, *ask, following),
            Effect::DropAsk { ask } => drop(self.asks.remove(&(number, ask))),
            Effect::Emit { name, body } => self.emitted(number, &name, &body, following),
            Effect::Hold { target, .. } => drop(self.holds.insert((target, number))),
            Effect::Release { target } => drop(self.holds.remove(&(target, number))),
            Effect::StartRun { call, app, inputs } => self.call(number, call, &app, inputs, following),
            Effect::Tell { to, text, .. } => self.told.push((to, text)),
            Effect::End(ending) => self.ended(number, ending, following),
        }
    }

    /// What the test has an answer for is answered. Else what only goes out has arrived, and what brings something back
    /// is waited for, until a later line of the test answers it or its time is up.
    fn asked(&mut self, number: usize, ask: Ask, following: &mut VecDeque<Happening>) {
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
    pub(super) fn reply(&mut self, reply: &Reply) -> Result<(), Refusal> {
        let result = result_of(&reply.result);
        let open = self.asks.iter().find(|(_, ask)| ask.step == reply.step);
        let Some((&(number, ask), _)) = open else {
            self.replies.entry(reply.step.clone()).or_default().push_back(result);
            return Ok(());
        };
        self.asks.remove(&(number, ask));
        self.happen((number, system("outside"), EventKind::Answered { ask, result }))
    }

    /// A message to all runs of the test, and to the apps that start with it.
    fn emitted(&mut self, from: usize, name: &str, body: &Map<String, Json>, following: &mut VecDeque<Happening>) {
        self.emitted.push(name.into());
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
            let inputs = inputs_of(&program, body);
            if self.runs.len() >= TRIAL_RUNS_MAX {
                let en = format!("more than {TRIAL_RUNS_MAX} runs were started; this looks like a circle");
                return self.trouble(en, format!("启动的运行超过 {TRIAL_RUNS_MAX} 个，似乎存在循环"));
            }
            let started = self.add_run(program, None, StartCause::Message { name: name.into() }, inputs, None);
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

    /// The next number of a series of the site; of one that the site does not know, by its name.
    fn take_number(&mut self, series: &Id) -> String {
        let known = self.site.numbers.iter().find(|known| known.id == *series).cloned();
        let day = self.clock().moment().date();
        let period = known.as_ref().map(|known| known.period(day)).unwrap_or_default();
        let count = self.counts.entry((series.clone(), period)).or_default();
        *count += 1;
        let number = known.map_or_else(|| format!("{series}-{count:04}"), |known| known.number(day, *count));
        self.numbers.push(number.clone());
        number
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
        let started = self.add_run(program, call.map(|call| (number, call)), cause, inputs, None);
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

    /// Lets time pass; timers fire in the order of their moments, and asks end that have waited long enough.
    pub(super) fn pass(&mut self, ms: i64) {
        let until = Timestamp(self.now.0.saturating_add(ms.max(0)));
        loop {
            let timer = self.timers.first().copied().filter(|(at, ..)| *at <= until);
            let end = self.ask_ends.first().copied().filter(|(at, ..)| *at <= until);
            if self.events >= TRIAL_EVENTS_MAX {
                break;
            }
            match (timer, end) {
                (Some(first), end) if end.is_none_or(|end| first <= end) => {
                    let (at, number, timer) = first;
                    self.timers.remove(&first);
                    self.now = self.now.max(at);
                    // A timer that is not set any more has nothing to say.
                    let _ = self.happen((number, system("timer"), EventKind::TimerFired { timer }));
                }
                (_, Some(end)) => {
                    let (at, number, ask) = end;
                    self.ask_ends.remove(&end);
                    self.now = self.now.max(at);
                    if self.asks.remove(&(number, ask)).is_some() {
                        let result = result_of(&ReplyResult::Failed("timeout".into()));
                        let _ = self.happen((number, system("outside"), EventKind::Answered { ask, result }));
                    }
                }
                _ => break,
            }
        }
        self.now = until;
    }

    /// Everything that is kept is read back from its bytes, and every journal is played again.
    pub(super) fn crash(&mut self) -> Result<(), Failure> {
        for run in &mut self.runs {
            let kept = run.state.to_bytes();
            let app = run.program.app().id.clone();
            let wrong = |en: String, zh: String| Err(Failure::new(en, zh));
            let mut replayed = RunState::new();
            let mut facts = Vec::new();
            for event in &run.journal {
                match advance(&run.program, &mut replayed, event) {
                    Ok(done) => facts.extend(done.facts),
                    Err(refusal) => {
                        let en = format!("app '{app}': the journal refuses what has happened: {refusal}");
                        return wrong(en, format!("应用“{app}”：重放日志时拒绝了已发生的事件：{refusal}"));
                    }
                }
            }
            if replayed.to_bytes() != kept || facts != run.facts {
                let en = format!("app '{app}': the journal, played again, gives another state");
                return wrong(en, format!("应用“{app}”：重放日志得到不同的状态"));
            }
            match RunState::from_bytes(&kept) {
                Ok(state) => run.state = state,
                Err(error) => {
                    let en = format!("app '{app}': what is kept cannot be read back: {error}");
                    return wrong(en, format!("应用“{app}”：无法读回保存的状态：{error}"));
                }
            }
        }
        Ok(())
    }

    fn trouble(&mut self, en: String, zh: String) {
        self.troubles.push(Failure::new(en, zh));
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

/// What a test says about an answer from outside, as the outside says it. What may go well later is tried again.
fn result_of(result: &ReplyResult) -> AskResult {
    match result {
        ReplyResult::Done(value) => AskResult::Done { value: value.clone() },
        ReplyResult::Failed(kind) => AskResult::Failed {
            kind: kind.clone(),
            message: kind.replace('_', " "),
            again: matches!(kind.as_str(), "timeout" | "unreachable"),
        },
    }
}

pub(super) fn system(via: &str) -> Actor {
    Actor {
        person: None,
        via: via.into(),
        confirmed: None,
    }
}

/// `team leader` and `team_leader` are the same name: a sentence and its id.
pub(super) fn fold(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}
