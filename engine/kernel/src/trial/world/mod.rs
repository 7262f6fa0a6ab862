//! What is around the runs of a test, and how what happens to them goes round. What is kept is in `tables`, how runs
//! begin in `starting`, systems and machines in `outside`, timers and crashes in `time`.

mod outside;
mod starting;
mod tables;
mod time;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use language::model::{Id, Site};

use self::tables::SITE_TABLES;
use super::coverage::Reached;
use super::{BEGIN, Failure};
use crate::accept::advance_noting;
use crate::limits::TRIAL_EVENTS_MAX;
use crate::{
    Actor, Ask, AskResult, Assignee, Clock, Effect, Ending, Event, EventKind, Fact, Program, Reading, Record, Refusal,
    RunState, Timestamp, Zone,
};

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
            // Nobody is known here who could be chosen: the task stays offered.
            Effect::OpenTask(_) | Effect::UpdateTask(_) | Effect::CloseTask { .. } | Effect::GiveOut { .. } => {}
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

    fn app_of(&self, number: usize) -> Option<Id> {
        self.runs.get(number).map(|run| run.program.app().id.clone())
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

    fn trouble(&mut self, en: String, zh: String) {
        self.troubles.push(Failure::new(en, zh));
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
