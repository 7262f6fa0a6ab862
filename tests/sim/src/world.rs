//! One simulated plant: an engine on a computer that fails, the people and machines around it, and what becomes of it.

use crate::chance::Chance;
use crate::clock::SimClock;
use crate::control::Control;
use crate::disk::SimStore;
use crate::generate::{self, Source};
use crate::happenings;
use crate::machine::{Machine, Rest};
use crate::outside::{SimChannel, World as Outside};
use crate::panics;
use crate::requests::{Desk, Ledger, Request, short};
use crate::site::site;
use crate::watch::Watch;
use kernel::Timestamp;
use language::model::App;
use runtime::{Caller, Engine, Ids, Options, TaskView};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::memory::MemoryStore;
use store::rows::RunId;

/// 2026-09-30T08:00:00Z.
const MORNING: Timestamp = Timestamp(1_790_755_200_000);

/// All that decides what happens.
#[derive(Clone, Debug)]
pub struct Plan {
    pub seed: u64,
    /// Numbers of the happenings that take place.
    pub events: Vec<usize>,
    pub apps: Vec<Source>,
    /// Something is broken on purpose.
    pub broken: Option<crate::control::Broken>,
}

impl Plan {
    /// Apps are drawn when none are given.
    pub fn of(seed: u64, events: usize, given: &[String]) -> Plan {
        let apps = if given.is_empty() {
            let mut chance = Chance::new(seed, 1);
            let all = chance.between(1, 4) as usize;
            let site = site();
            let drawn = (0..all).map(|number| Source::Drawn(generate::draw(&mut chance, number, all, &site)));
            drawn.collect()
        } else {
            given.iter().cloned().map(Source::Written).collect()
        };
        Plan {
            seed,
            events: (0..events).collect(),
            apps,
            broken: None,
        }
    }
}

/// What became of it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The first things that were wrong; none is good.
    pub problems: Vec<String>,
    /// How many happenings took place before that.
    pub events: usize,
    pub entries: u64,
    pub commits: u64,
    pub crashes: u64,
    pub faults: u64,
    pub uses: u64,
    pub asked: u64,
    pub acknowledged: u64,
    pub refused: u64,
    pub unanswered: u64,
    pub runs: u64,
    pub ended: u64,
    /// The same for the same plan, every time.
    pub trace: u64,
    pub kinds: BTreeMap<&'static str, u64>,
    pub story: Vec<String>,
}

pub struct World {
    pub plan: Plan,
    pub control: Control,
    pub clock: SimClock,
    pub desk: Desk,
    /// Those with a key, and when they were sent.
    pub sent: Vec<(Request, Caller, i64)>,
    sent_names: std::collections::BTreeSet<String>,
    /// Messages that are still on their way.
    pub later: Vec<(Request, Caller)>,
    /// The power goes after so many tasks of the next settling.
    pub cut_in: Option<u64>,
    outside: Outside,
    machine: Option<Machine>,
    engine: Option<Engine>,
    models: BTreeMap<String, Arc<App>>,
    crashes: u64,
    /// The latest moment that the clock has shown.
    latest_ms: i64,
    story: Option<Vec<String>>,
}

/// Lets the plan happen. `tells` keeps the story of it.
pub fn run(plan: &Plan, tells: bool) -> Outcome {
    let _ = panics::take();
    let mut world = World::new(plan.clone(), tells);
    let mut done = 0;
    world.open();
    for source in plan.apps.clone() {
        world.publish(&source.text());
    }
    for number in &plan.events {
        if world.has_problem() {
            break;
        }
        happenings::happen(&mut world, *number);
        done += 1;
    }
    if !world.has_problem() {
        world.calm_down();
    }
    world.outcome(done)
}

impl World {
    fn new(plan: Plan, tells: bool) -> World {
        let control = Control::new(plan.seed);
        control.break_on_purpose(plan.broken);
        let disk = Arc::new(MemoryStore::default());
        let watch = Arc::new(Mutex::new(Watch::new(site())));
        let outside = Outside::new(plan.seed, &control, &watch, disk.clone());
        World {
            control,
            clock: SimClock::new(MORNING),
            desk: Desk {
                ledger: Arc::new(Mutex::new(Ledger::default())),
                watch,
                disk,
                tells,
            },
            sent: Vec::new(),
            sent_names: Default::default(),
            later: Vec::new(),
            cut_in: None,
            outside,
            machine: None,
            engine: None,
            models: BTreeMap::new(),
            crashes: 0,
            latest_ms: MORNING.0,
            story: tells.then(Vec::new),
            plan,
        }
    }

    pub fn tell(&mut self, told: impl FnOnce() -> String) {
        if let Some(story) = &mut self.story {
            story.push(told());
        }
    }

    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.desk.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_problem(&self) -> bool {
        if let Some(panic) = panics::take() {
            self.watch().problem(format!("a panic: {panic}"));
        }
        !self.watch().problems.is_empty()
    }

    pub fn note_time(&mut self) {
        self.latest_ms = self.latest_ms.max(self.now());
    }

    /// A request that was sent before, as long as its key is kept.
    pub fn sent_before(&mut self, chance: &mut Chance) -> Option<(Request, Caller)> {
        let now = self.now();
        self.latest_ms = self.latest_ms.max(now);
        let (request, caller, at) = chance.pick(&self.sent)?.clone();
        // It is done at another moment than it is sent: the clock may have been set meanwhile.
        const LEEWAY_MS: i64 = 24 * 3_600_000;
        let is_kept = self.latest_ms - at < runtime::limits::ANSWERS_KEPT_MS - LEEWAY_MS;
        is_kept.then_some((request, caller))
    }

    pub fn now(&self) -> i64 {
        use runtime::Clock;
        self.clock.now().0
    }

    // --- the engine

    /// Starts the engine on what is committed; its disk is good until it is open.
    fn open(&mut self) {
        self.control.power_on();
        let failing = self.control.is_failing();
        self.control.fail(0);
        let disk = Arc::new(MemoryStore::of(self.desk.disk.committed().clone()));
        self.desk.disk = disk.clone();
        self.outside.moves_to(disk.clone());
        let store = SimStore {
            inner: disk,
            control: self.control.clone(),
            watch: self.desk.watch.clone(),
        };
        let options = Options {
            store: Arc::new(store),
            site: (*site()).clone(),
            clock: Arc::new(self.clock.clone()),
            channels: vec![Arc::new(SimChannel(self.outside.clone()))],
            outside: Arc::new(self.outside.clone()),
            ids: Ids::Counted(self.crashes << 32),
        };
        let machine = Machine::new(&self.control);
        match machine.finish(Engine::open(options)) {
            Some(Ok(engine)) => self.engine = Some(engine),
            Some(Err(error)) => self.watch().problem(format!("the engine does not open: {error}")),
            None => {}
        }
        self.machine = Some(machine);
        self.settle_now();
        if failing {
            self.control.fail(20);
        }
    }

    /// Everything in memory is gone; what was committed is there.
    fn crash(&mut self) {
        self.crashes += 1;
        let at = self.control.went_at();
        self.tell(|| format!("THE POWER GOES at {at}; the engine starts again on what was committed"));
        self.cut_in = None;
        self.engine = None;
        self.machine = None;
        self.outside.hang_up();
        let disk = self.desk.disk.clone();
        self.watch().look_at_all(&disk.committed());
        self.open();
    }

    /// Until everything waits; when the power goes meanwhile, the engine is started again.
    pub fn settle(&mut self) {
        let cut_in = self.cut_in.take();
        let Some(machine) = &self.machine else { return };
        let rest = match cut_in {
            Some(tasks) => machine.go_and_cut(tasks),
            None => machine.settle(),
        };
        if let Some(story) = &mut self.story {
            story.append(&mut self.desk.ledger().heard);
        }
        if rest == Rest::PowerCut {
            self.crash();
        }
    }

    fn settle_now(&mut self) {
        if let Some(machine) = &self.machine
            && machine.settle() == Rest::PowerCut
        {
            self.crash();
        }
    }

    pub fn ask(&mut self, request: Request, caller: Caller) {
        let (Some(engine), Some(machine)) = (self.engine.clone(), &self.machine) else {
            return;
        };
        let desk = self.desk.clone();
        if let Some(story) = &mut self.story {
            let who = caller.person.as_deref().unwrap_or("a program");
            let key = if caller.key.is_some() { ", with a key" } else { "" };
            story.push(format!("{who} ({}{key}) {}", caller.name, request.told()));
        }
        if caller.key.is_some() && self.sent_names.insert(caller.name.clone()) {
            let now = self.now();
            self.latest_ms = self.latest_ms.max(now);
            self.sent.push((request.clone(), caller.clone(), now));
        }
        machine.spawn(desk.ask(engine, request, caller));
    }

    /// Publishes while everything else waits: a source is read on another thread, whose pace nobody knows.
    fn publish(&mut self, source: &str) {
        self.settle();
        let (Some(engine), Some(machine)) = (self.engine.clone(), &self.machine) else {
            return;
        };
        let published = machine.finish(async { engine.publish(source, &Caller::trusted("author", None)).await });
        drop(engine);
        match published {
            None => self.crash(),
            Some(Ok(published)) => {
                let read = language::read_app(source, Some(&site()));
                if let Some(app) = read.value {
                    self.models.insert(published.app.id.clone(), Arc::new(app));
                }
                self.tell(|| format!("version {} of {} is published", published.app.version, published.app.id));
            }
            Some(Err(runtime::Error::App(diagnostics))) => {
                self.watch()
                    .problem(format!("an app that was accepted is refused: {diagnostics:?}"));
            }
            Some(Err(error)) => self.tell(|| format!("an app could not be published: {error}")),
        }
    }

    /// Another version of an app: one entry shorter, or the same in other words.
    pub fn publish_again(&mut self, chance: &mut Chance) {
        let Some(source) = chance.pick(&self.plan.apps).cloned() else {
            return;
        };
        let mut text = source.text();
        if let Source::Drawn(draft) = source
            && chance.percent(60)
        {
            let smaller = draft.smaller();
            let shorter = chance.pick(&smaller).filter(|draft| draft.is_right(&site()));
            text = shorter.map_or(text, |draft| draft.text());
        }
        let source = format!("{text}# {}\n", chance.below(1_000));
        self.publish(&source);
    }

    // --- what can be seen

    pub fn apps(&self) -> Vec<String> {
        self.models.keys().cloned().collect()
    }

    /// As it is in this version.
    pub fn model_of(&self, app: &str, version: u32) -> Option<Arc<App>> {
        let disk = self.desk.disk.clone();
        let program = self.watch().program(&disk.committed(), app, version)?;
        Some(program.app().clone())
    }

    pub fn model(&self, app: &str) -> Option<Arc<App>> {
        self.models.get(app).cloned()
    }

    /// Somebody looks at the list of tasks.
    pub fn look(&mut self, _chance: &mut Chance) {
        let disk = self.desk.disk.committed();
        let open = disk.tasks.values().rev().take(30);
        let seen: Vec<TaskView> = open.filter_map(|row| view(row)).collect();
        drop(disk);
        self.desk.ledger().seen.extend(seen);
    }

    /// A task that is open now.
    pub fn open_task(&self, chance: &mut Chance) -> Option<TaskView> {
        if chance.percent(15) {
            return None;
        }
        let disk = self.desk.disk.committed();
        let all = disk.tasks.len();
        let row = disk.tasks.values().nth(chance.below(all))?.clone();
        drop(disk);
        let view = view(&row)?;
        self.desk.ledger().seen.push(view.clone());
        Some(view)
    }

    pub fn some_run(&self, chance: &mut Chance) -> Option<RunId> {
        let ledger = self.desk.ledger();
        chance.pick(&ledger.runs).copied()
    }

    pub fn stopped_run(&self, chance: &mut Chance) -> Option<RunId> {
        let disk = self.desk.disk.committed();
        let stopped = disk.runs.values().rev().take(200).filter(|row| row.status == "stopped");
        let stopped: Vec<RunId> = stopped.map(|row| row.id).collect();
        chance.pick(&stopped).copied()
    }

    pub fn live_run(&self, chance: &mut Chance) -> Option<RunId> {
        let disk = self.desk.disk.committed();
        let live = disk
            .runs
            .values()
            .rev()
            .take(200)
            .filter(|row| row.ended_at_ms.is_none());
        let live: Vec<RunId> = live.map(|row| row.id).collect();
        chance.pick(&live).copied()
    }

    /// Where a run waits.
    pub fn places(&self, run: RunId) -> Vec<kernel::repair::Place> {
        let disk = self.desk.disk.clone();
        self.watch().places(&disk.committed(), run)
    }

    pub fn held(&self) -> Vec<(String, RunId)> {
        self.desk.disk.committed().holds.keys().cloned().collect()
    }

    pub fn outside_answers(&mut self, which: usize) {
        if self.outside.answer_one(which) {
            self.tell(|| "somebody outside answers at last".to_owned());
        }
    }

    // --- the end

    /// All troubles end, everybody answers, time passes: then nothing is left undone, and everything is as it was said.
    fn calm_down(&mut self) {
        self.control.fail(0);
        self.control.cut_power_in(None);
        self.cut_in = None;
        self.settle();
        self.outside.be_kind();
        self.tell(|| "all troubles end, everybody outside answers at once, and time passes".to_owned());
        for _ in 0..12 {
            self.clock.pass(6 * 60_000);
            self.settle_now();
        }
        self.look_for_the_undone();
        let disk = self.desk.disk.clone();
        self.watch().look_at_all(&disk.committed());
        let said: Vec<String> = self.desk.ledger().done().cloned().collect();
        self.look_for_the_lost(&said);
        if let Some(machine) = &self.machine {
            use store::Store;
            let report = machine.finish(disk.verify(&|_, _| {}));
            for fault in report.into_iter().flatten().flat_map(|report| report.faults) {
                self.watch().problem(fault);
            }
        }
    }

    fn look_for_the_undone(&mut self) {
        let now = self.now();
        let disk = self.desk.disk.clone();
        let disk = disk.committed();
        let mut found = Vec::new();
        for row in disk.timers.values().filter(|row| row.at_ms <= now) {
            found.push(format!(
                "timer {} of {} is due since {} ms and does not ring",
                row.timer,
                short(row.run),
                now - row.at_ms
            ));
        }
        for row in disk.asks.values() {
            found.push(format!(
                "ask {} waits in lane {} and nobody cares for it",
                row.key, row.lane
            ));
        }
        for row in disk.outbox.values() {
            found.push(format!("message {} stays in the outbox", row.key));
        }
        if let Some(first) = found.first() {
            self.watch().problem(first.clone());
        }
    }

    /// What was acknowledged is in the journals, to the end.
    fn look_for_the_lost(&mut self, said: &[String]) {
        let disk = self.desk.disk.clone();
        let disk = disk.committed();
        let mut kept = std::collections::BTreeSet::new();
        for row in disk.journal.values() {
            let Ok(body) = serde_json::from_slice::<serde_json::Value>(&row.body) else {
                continue;
            };
            if let Some(via) = body["event"]["by"]["via"].as_str() {
                kept.insert(via.to_owned());
            }
        }
        for name in said {
            if self.watch().has_moved(name) && !kept.contains(name) {
                self.watch()
                    .problem(format!("what '{name}' did was acknowledged and is lost"));
            }
        }
    }

    fn outcome(mut self, events: usize) -> Outcome {
        self.engine = None;
        self.machine = None;
        let (uses, faults) = self.control.counts();
        let runs = self.desk.disk.committed().runs.len() as u64;
        let live = self
            .desk
            .disk
            .committed()
            .runs
            .values()
            .filter(|row| row.ended_at_ms.is_none())
            .count() as u64;
        let ledger = std::mem::take(&mut *self.desk.ledger());
        let watch = self.desk.watch.lock().unwrap_or_else(PoisonError::into_inner);
        Outcome {
            problems: watch.problems.clone(),
            events,
            entries: watch.entries,
            commits: watch.commits,
            crashes: self.crashes,
            faults,
            uses,
            asked: self.outside.asked(),
            acknowledged: ledger.acknowledged,
            refused: ledger.refused,
            unanswered: ledger.unanswered,
            runs,
            ended: runs - live,
            trace: self.control.trace(),
            kinds: watch.kinds.clone(),
            story: self.story.unwrap_or_default(),
        }
    }
}

fn view(row: &store::rows::TaskRow) -> Option<TaskView> {
    Some(TaskView {
        run: row.run,
        task: row.task,
        version: row.version,
        app: row.app.clone(),
        app_version: row.app_version,
        spec: serde_json::from_slice(&row.spec).ok()?,
    })
}
