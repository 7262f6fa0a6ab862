//! A small world around one run: what is open, set and listened to, checked after every event.
#![allow(dead_code, unreachable_pub)]

pub mod build;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gemba_kernel::rewind::{Entered, Target, advance_before, advance_telling};
use gemba_kernel::{
    Actor, Advance, Ask, Effect, Event, EventKind, Fact, FactKind, Plan, Program, Record, Refusal, Repair, RunState,
    StartCause, Status, TaskSpec, Timestamp, WhyNot, Zone, advance, migrate, select,
};
use serde_json::{Map, Value as Json};

pub const BEGIN: Timestamp = Timestamp(1_767_600_000_000);

pub fn object(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

pub struct World {
    pub program: Arc<Program>,
    pub state: RunState,
    pub now: Timestamp,
    pub zone: Zone,
    pub tasks: BTreeMap<u32, TaskSpec>,
    pub timers: BTreeMap<u32, Timestamp>,
    pub listening: BTreeMap<u32, String>,
    pub calls: BTreeSet<u32>,
    pub asks: BTreeMap<u32, Ask>,
    pub emitted: Vec<(String, serde_json::Map<String, serde_json::Value>)>,
    series: BTreeMap<String, u32>,
    pub held: BTreeSet<String>,
    pub tables: BTreeMap<String, BTreeMap<String, Record>>,
    pub told: Vec<String>,
    pub facts: Vec<Fact>,
    pub effects: Vec<Effect>,
    pub ended: bool,
    /// Every event that was accepted, and what it did.
    pub journal: Vec<(Event, Advance)>,
    numbers: BTreeSet<u32>,
}

impl World {
    pub fn new(program: Arc<Program>) -> World {
        World {
            program,
            state: RunState::new(),
            now: BEGIN,
            zone: Zone {
                offset_s: 8 * 3600,
                next: None,
            },
            tasks: BTreeMap::new(),
            timers: BTreeMap::new(),
            listening: BTreeMap::new(),
            asks: BTreeMap::new(),
            emitted: Vec::new(),
            series: BTreeMap::new(),
            calls: BTreeSet::new(),
            held: BTreeSet::new(),
            tables: BTreeMap::new(),
            told: Vec::new(),
            facts: Vec::new(),
            effects: Vec::new(),
            ended: false,
            journal: Vec::new(),
            numbers: BTreeSet::new(),
        }
    }

    pub fn start(&mut self, inputs: Json) -> Result<(), Refusal> {
        let inputs = object(inputs);
        self.happen(
            "starter",
            EventKind::Started {
                run: "r1".into(),
                cause: StartCause::Api,
                station: None,
                inputs,
                known: Default::default(),
            },
        )
    }

    pub fn complete(&mut self, person: &str, step: &str, answers: Json) -> Result<(), Refusal> {
        let task = self.task(step);
        self.happen(person, EventKind::completed(task, object(answers)))
    }

    pub fn send(&mut self, name: &str, body: Json) -> Result<(), Refusal> {
        self.happen(
            "",
            EventKind::MessageArrived {
                name: name.into(),
                body: object(body),
            },
        )
    }

    pub fn task(&self, step: &str) -> u32 {
        let open = self.tasks.iter().find(|(_, task)| task.step.as_str() == step);
        *open
            .unwrap_or_else(|| panic!("{step} is not open, but {:?}", self.open()))
            .0
    }

    pub fn open(&self) -> Vec<String> {
        self.tasks.values().map(|task| task.step.to_string()).collect()
    }

    /// Fires every timer until then, in order.
    pub fn pass_min(&mut self, minutes: i64) {
        let until = Timestamp(self.now.0 + minutes * 60_000);
        while let Some((timer, at)) = self
            .timers
            .iter()
            .map(|(timer, at)| (*timer, *at))
            .min_by_key(|(_, at)| *at)
        {
            if at > until {
                break;
            }
            self.now = self.now.max(at);
            self.happen("", EventKind::TimerFired { timer })
                .expect("a timer that is set fires");
        }
        self.now = until;
    }

    /// One event, and the answers to the queries that it leads to. An empty person is nobody.
    pub fn happen(&mut self, person: &str, kind: EventKind) -> Result<(), Refusal> {
        let person = (!person.is_empty()).then(|| person.to_string());
        let mut next = Some(Event {
            at: self.now,
            zone: self.zone,
            by: Actor {
                person,
                via: "test".into(),
                confirmed: None,
            },
            kind,
        });
        while let Some(event) = next.take() {
            next = self.happen_once(event)?;
        }
        Ok(())
    }

    /// Carries out what follows of an event that did not come through [`World::happen`].
    pub fn outside(&mut self, effect: &Effect) {
        // What goes on, or comes back, keeps its number.
        let number = match effect {
            Effect::OpenTask(spec) => Some(spec.task),
            Effect::Listen { wait, .. } => Some(*wait),
            Effect::SetTimer { timer, .. } => Some(*timer),
            _ => None,
        };
        if let Some(number) = number {
            self.numbers.remove(&number);
        }
        let asked = self.carry_out(effect);
        assert!(asked.is_none(), "{effect:?} wants an answer");
    }

    /// To go over to the very same version changes nothing, and can be taken back.
    fn to_itself(&self, event: &Event) {
        let has_ended = matches!(
            self.state.status(),
            Status::Finished | Status::Failed | Status::Cancelled
        );
        let before = self.state.to_bytes();
        let mut state = RunState::from_bytes(&before).expect("stored states are read back");
        let migrated = |from_version, to_version| Event {
            kind: EventKind::Migrated {
                from_version,
                to_version,
                plan: Plan::default(),
                drafts: BTreeMap::new(),
                migration: None,
            },
            ..event.clone()
        };
        match migrate(&self.program, &self.program, &mut state, &migrated(1, 2)) {
            Ok(_) => {}
            Err(Refusal::RunEnded) if has_ended => return,
            // A query waits for its answer in the same transaction.
            Err(Refusal::OutOfPlace) => return,
            Err(Refusal::CannotMigrate { why }) if why == [WhyNot::OnItsWayBack] => return,
            Err(refusal) => panic!("a run cannot go over to its own version: {refusal}"),
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut plain: Json = serde_json::from_slice(&state.to_bytes()).expect("a state is JSON");
        let kept = plain.as_object_mut().and_then(|members| members.remove("former"));
        let mut expected: Json = serde_json::from_slice(&before).expect("a state is JSON");
        for json in [&mut plain, &mut expected] {
            if let Some(header) = json["header"].as_object_mut() {
                header.remove("begun_with");
            }
        }
        assert_eq!(plain, expected, "going over to the same version changes the run");
        if kept.is_none() {
            assert!(before.len() > 400_000, "nothing was done that cannot be taken back");
            return;
        }
        assert_eq!(state.former_version(), Some(1));
        let undone = Event {
            kind: EventKind::MigrationUndone { to_version: 1 },
            ..event.clone()
        };
        advance(&self.program, &mut state, &undone).expect("nothing has happened since");
        assert_eq!(
            text(&state.to_bytes()),
            text(&before),
            "what was taken back is not as it was"
        );
    }

    fn happen_once(&mut self, event: Event) -> Result<Option<Event>, Refusal> {
        let before = self.state.to_bytes();
        let kept = serde_json::to_string(&event).expect("events are JSON");
        let read: Event = serde_json::from_str(&kept).expect("a kept event is read back");
        assert_eq!(read, event, "an event changes in the journal");
        // The run is moved as it is and, beside it, as it comes back from the store: both must do the same.
        let mut stored = RunState::from_bytes(&before).expect("stored states are read back");
        assert_eq!(stored.to_bytes(), before, "storing changes a state");
        let done = advance(&self.program, &mut self.state, &event);
        let again = advance(&self.program, &mut stored, &event);
        assert_eq!(
            stored.to_bytes(),
            self.state.to_bytes(),
            "a stored state goes on differently"
        );
        match (&done, &again) {
            (Ok(done), Ok(again)) => assert_eq!(done, again, "a stored state does something else"),
            (Err(done), Err(again)) => assert_eq!(done, again),
            _ => panic!("a stored state accepts something else: {done:?}, {again:?}"),
        }
        let done = match done {
            Ok(done) => done,
            Err(refusal) => {
                assert_eq!(self.state.to_bytes(), before, "a refused event changed the state");
                return Err(refusal);
            }
        };
        match &event.kind {
            EventKind::TimerFired { timer } => drop(self.timers.remove(timer)),
            EventKind::Answered { ask, .. } => drop(self.asks.remove(ask)),
            EventKind::HoldReleased { target, .. } => drop(self.held.remove(target)),
            _ => {}
        }
        self.to_itself(&event);
        let mut next = None;
        let count = done.effects.len();
        for (place, effect) in done.effects.iter().enumerate() {
            assert!(!self.ended, "{effect:?} comes after the end");
            if matches!(effect, Effect::Find(_) | Effect::Number { .. } | Effect::End(_)) {
                assert_eq!(place + 1, count, "{effect:?} is the last effect");
            }
            if let Some(kind) = self.carry_out(effect) {
                next = Some(Event {
                    kind,
                    by: Actor {
                        person: None,
                        via: "store".into(),
                        confirmed: None,
                    },
                    ..event.clone()
                });
            }
        }
        self.facts.extend(done.facts.iter().cloned());
        self.effects.extend(done.effects.iter().cloned());
        self.journal.push((event, done));
        self.check();
        Ok(next)
    }

    fn new_number(&mut self, number: u32) {
        assert!(self.numbers.insert(number), "number {number} is used twice");
    }

    fn carry_out(&mut self, effect: &Effect) -> Option<EventKind> {
        match effect {
            Effect::OpenTask(spec) => {
                self.new_number(spec.task);
                self.tasks.insert(spec.task, (**spec).clone());
            }
            Effect::UpdateTask(spec) => {
                assert!(
                    self.tasks.insert(spec.task, (**spec).clone()).is_some(),
                    "only an open task is updated"
                );
            }
            Effect::CloseTask { task, .. } => {
                assert!(self.tasks.remove(task).is_some(), "only an open task is closed");
            }
            Effect::GiveOut { task, .. } => {
                assert!(self.tasks.contains_key(task), "only an open task is given out");
            }
            Effect::SetTimer { timer, at } => {
                self.new_number(*timer);
                self.timers.insert(*timer, *at);
            }
            Effect::ClearTimer { timer } => {
                assert!(self.timers.remove(timer).is_some(), "only a set timer is cleared");
            }
            Effect::Listen { wait, message } => {
                self.new_number(*wait);
                self.listening.insert(*wait, message.clone());
            }
            Effect::Watch { .. } => {}
            Effect::StopListening { wait } => {
                assert!(
                    self.listening.remove(wait).is_some(),
                    "only what listens stops listening"
                );
            }
            Effect::Find(query) => {
                self.new_number(query.query);
                let table = self.tables.entry(query.table.to_string()).or_default();
                let records = select(query, table.values().cloned().collect());
                return Some(EventKind::Found {
                    query: query.query,
                    records,
                });
            }
            Effect::Save { table, key, record, .. } => {
                self.tables
                    .entry(table.to_string())
                    .or_default()
                    .insert(key.clone(), record.clone());
            }
            Effect::Remove { table, key } => {
                if let Some(records) = self.tables.get_mut(table.as_str()) {
                    records.remove(key);
                }
            }
            Effect::Number { query, series } => {
                self.new_number(*query);
                let last = self.series.entry(series.to_string()).or_default();
                *last += 1;
                return Some(EventKind::Numbered {
                    query: *query,
                    number: format!("{series}-{last}"),
                });
            }
            Effect::Ask(ask) => {
                self.new_number(ask.ask);
                self.asks.insert(ask.ask, (**ask).clone());
            }
            Effect::DropAsk { ask } => {
                assert!(self.asks.remove(ask).is_some(), "only an open ask is dropped");
            }
            Effect::Emit { name, body } => self.emitted.push((name.clone(), body.clone())),
            Effect::Hold { target, .. } => drop(self.held.insert(target.clone())),
            Effect::Release { target } => {
                assert!(self.held.remove(target), "only what is held is released");
            }
            Effect::StartRun { call, .. } => {
                if let Some(call) = call {
                    self.new_number(*call);
                    self.calls.insert(*call);
                }
            }
            Effect::Tell { to, .. } => self.told.push(format!("{to:?}")),
            Effect::End(_) => self.ended = true,
        }
        None
    }

    /// What the run says of itself agrees with what it has let the world do.
    fn check(&self) {
        let tasks: BTreeMap<u32, TaskSpec> = self.state.tasks().map(|task| (task.task, task.clone())).collect();
        assert_eq!(tasks, self.tasks, "the state knows other tasks than the world");
        let held: BTreeSet<String> = self.state.holds().iter().cloned().collect();
        assert_eq!(held, self.held, "the state holds something else than the world");
        let ended = matches!(
            self.state.status(),
            Status::Finished | Status::Failed | Status::Cancelled
        );
        assert_eq!(ended, self.ended);
        if !ended {
            let asked = String::from_utf8(self.state.to_bytes()).is_ok_and(|state| state.contains("\"asked\":"));
            assert!(
                asked || !self.state.waiting_for().is_empty(),
                "a run waits for nothing that is listed"
            );
        }
        if ended {
            assert!(self.tasks.is_empty(), "a run ended with open tasks");
            assert!(self.timers.is_empty(), "a run ended with timers");
            assert!(self.listening.is_empty(), "a run ended while listening");
            assert!(self.asks.is_empty(), "a run ended with open asks");
            assert!(self.state.waiting_for().is_empty(), "a run ended and waits");
        }
    }

    /// Plays the accepted events again from the beginning: the same state, effects and facts must come out.
    /// As a journal would keep it.
    pub fn record(&self) -> Vec<gemba_kernel::Recorded> {
        let entries = self.journal.iter();
        entries
            .map(|(event, done)| gemba_kernel::Recorded {
                event: event.clone(),
                facts: done.facts.clone(),
            })
            .collect()
    }

    pub fn replay(&self) {
        let mut state = RunState::new();
        for (event, done) in &self.journal {
            let again = advance(&self.program, &mut state, event).expect("an accepted event is accepted again");
            assert_eq!(&again, done, "a replay does something else");
        }
        assert_eq!(
            state.to_bytes(),
            self.state.to_bytes(),
            "a replay ends in another state"
        );
    }

    /// What the last event did, short: facts and effects as lines.
    pub fn last(&self) -> String {
        let Some((event, done)) = self.journal.last() else {
            return String::new();
        };
        let mut lines = vec![format!("event   {}", line(&event.kind))];
        lines.extend(done.facts.iter().map(|fact| format!("fact    {}", fact_line(fact))));
        lines.extend(
            done.effects
                .iter()
                .map(|effect| format!("effect  {}", effect_line(effect))),
        );
        lines.push(format!("status  {:?}", self.state.status()));
        lines.extend(
            self.state
                .waiting_for()
                .iter()
                .map(|waiting| format!("waits   {}", line(waiting))),
        );
        lines.push(format!(
            "state   {}",
            String::from_utf8(self.state.to_bytes()).expect("JSON is UTF-8")
        ));
        lines.join("\n")
    }
}

fn line(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("it is plain data")
}

fn fact_line(fact: &Fact) -> String {
    let step = fact.step.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{step}#{} {}", fact.round, line(&fact.kind))
}

fn effect_line(effect: &Effect) -> String {
    match effect {
        Effect::OpenTask(spec) => format!("OpenTask {}", line(spec)),
        Effect::UpdateTask(spec) => format!("UpdateTask {}", line(spec)),
        Effect::End(ending) => format!("End {}", line(ending)),
        other => format!("{other:?}"),
    }
}

pub fn has_fact(world: &World, test: impl Fn(&FactKind) -> bool) -> bool {
    world.facts.iter().any(|fact| test(&fact.kind))
}

/// Every step that was entered: the number of the event from 1, and where in it.
pub fn entered(world: &World) -> Vec<(u64, Entered)> {
    let mut state = RunState::new();
    let mut all = Vec::new();
    for (seq, (event, _)) in (1..).zip(&world.journal) {
        if let EventKind::Repaired { repair, .. } = &event.kind
            && let Repair::Rewind(target) = &**repair
        {
            all.retain(|(known, entered): &(u64, Entered)| (*known, entered.op) < (target.seq, target.op));
        }
        let (_, steps) = advance_telling(&world.program, &mut state, event).expect("it was accepted");
        all.extend(steps.into_iter().map(|step| (seq, step)));
    }
    all
}

pub fn target(world: &World, seq: u64, entered: &Entered) -> Repair {
    let mut state = RunState::new();
    for (event, _) in &world.journal[..seq as usize - 1] {
        advance(&world.program, &mut state, event).expect("it was accepted");
    }
    let (event, _) = &world.journal[seq as usize - 1];
    advance_before(&world.program, &mut state, event, entered.op).expect("it was accepted");
    Repair::Rewind(Box::new(Target {
        seq,
        op: entered.op,
        step: entered.step.clone(),
        state,
    }))
}

/// An app that the language accepts.
pub fn world(yaml: &str) -> World {
    world_at(&Default::default(), yaml)
}

/// The same at a site.
pub fn world_at(site: &language::model::Site, yaml: &str) -> World {
    let read = language::read_app(yaml, None);
    let app = read.value.unwrap_or_else(|| panic!("{:#?}", read.diagnostics));
    World::new(Arc::new(Program::compile(Arc::new(app), &Arc::new(site.clone()))))
}

pub const FIRST_PIECE: &str = r#"
app: First-piece inspection
inputs:
  - scan: Work order
    id: order
tables:
  - table: First pieces
    key: serial_number
    columns: [serial_number, order, shaft_diameter, result, released_by]
steps:
  - hold: line-3
    why: First piece of {order} is not released
  - repeat: Measure until it is right
    until: shaft_diameter is ok and surface is ok
    at_most: 3 times
    steps:
      - form: Measure the first piece
        to: operator
        within: 20 min
        late:
          - after: 0 min
            tell: team leader
          - after: 15 min
            move_to: quality engineer
        fields:
          - scan: Serial number
          - measure: Shaft diameter
            limits: 24.95 to 25.05 mm
            samples: 3
          - check: Surface
          - photo: Surface defect
            show_if: surface is not ok
            optional: yes
    otherwise:
      - form: Decide with the setter
        to: quality engineer
        fields:
          - choose: What now
            from: [Adjust again, Stop the line]
      - finish: Stopped
        if: what_now = "Stop the line"
  - form: Release for series
    to: inspector
    not_by: measure_the_first_piece
    show: [shaft_diameter]
    sign: released for series
  - save: First pieces
    values:
      result: = "released"
      released_by: = release_for_series.signed_by
  - release: line-3
"#;
