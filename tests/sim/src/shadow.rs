//! One run as a kernel of our own has it, and the rows that must be there for it.

use kernel::{Ask, Effect, EventKind, RunState, Status, TaskSpec};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use store::memory::Disk;
use store::rows::*;

/// What the limits of values and tokens add up to, generously.
const STATE_BYTES_MAX: usize = 4_000_000;

/// A run, followed from its first entry.
#[derive(Default)]
pub(crate) struct Shadow {
    pub(crate) state: RunState,
    /// Of the app, by which it goes on; 0 before its first entry.
    pub(crate) version: u32,
    /// A brake holds it back: what it could do it does later.
    pub(crate) is_held_back: bool,
    seq: u64,
    head: Hash,
    tasks: BTreeMap<u32, (u32, TaskSpec)>,
    timers: BTreeMap<u32, i64>,
    listeners: BTreeMap<u32, String>,
    asks: BTreeMap<u32, Ask>,
    pub(crate) holds: BTreeSet<String>,
}

impl Shadow {
    /// The next entry continues the chain.
    pub(crate) fn follow(&mut self, row: &JournalRow) -> Result<(), String> {
        let (run, seq) = (row.run, row.seq);
        let expected = self.seq + 1;
        let follows = journal_hash(&self.head, run, seq, row.at_ms, &row.body) == row.hash;
        self.seq = seq;
        self.head = row.hash;
        if seq != expected {
            return Err(format!("run {run}: entry {seq} came where {expected} was due"));
        }
        if !follows {
            return Err(format!("run {run}: entry {seq} does not follow the one before it"));
        }
        Ok(())
    }

    /// What an event itself takes away.
    pub(crate) fn before(&mut self, kind: &EventKind) {
        match kind {
            EventKind::TimerFired { timer } => drop(self.timers.remove(timer)),
            EventKind::Answered { ask, .. } => drop(self.asks.remove(ask)),
            EventKind::HoldReleased { target, .. } => drop(self.holds.remove(target)),
            EventKind::Held { of, .. } => {
                self.is_held_back = true;
                self.before(of);
            }
            EventKind::LetGo => self.is_held_back = false,
            _ => {}
        }
    }

    pub(crate) fn after(&mut self, effect: Effect) {
        match effect {
            Effect::OpenTask(spec) | Effect::UpdateTask(spec) => {
                let version = self.tasks.get(&spec.task).map_or(0, |(version, _)| *version);
                self.tasks.insert(spec.task, (version + 1, *spec));
            }
            Effect::CloseTask { task, .. } => drop(self.tasks.remove(&task)),
            Effect::SetTimer { timer, at } => drop(self.timers.insert(timer, at.0)),
            Effect::ClearTimer { timer } => drop(self.timers.remove(&timer)),
            Effect::Listen { wait, message } => drop(self.listeners.insert(wait, message)),
            Effect::Watch { wait, signal } => drop(self.listeners.insert(wait, format!("$signal {signal}"))),
            Effect::StopListening { wait } => drop(self.listeners.remove(&wait)),
            Effect::Ask(ask) => drop(self.asks.insert(ask.ask, *ask)),
            Effect::DropAsk { ask } => drop(self.asks.remove(&ask)),
            Effect::Hold { target, .. } => drop(self.holds.insert(target)),
            Effect::Release { target } => drop(self.holds.remove(&target)),
            _ => {}
        }
    }

    /// Every row of the run against what there must be.
    pub(crate) fn compare(&self, disk: &Disk, run: RunId) -> Vec<String> {
        let mut found = Vec::new();
        let Some(row) = disk.runs.get(&run) else {
            return vec!["it is not kept".to_owned()];
        };
        let bytes = self.state.to_bytes();
        if bytes.len() > STATE_BYTES_MAX {
            found.push(format!("its state has {} bytes", bytes.len()));
        }
        if row.state != bytes {
            let [kept, replayed] = [&row.state, &bytes].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            found.push(format!(
                "its journal leads to another state than is kept\n  kept     {kept}\n  replayed {replayed}"
            ));
        }
        if (row.seq, row.head) != (self.seq, self.head) {
            found.push(format!("it is at entry {}, its journal ends at {}", row.seq, self.seq));
        }
        // Dear, so not at every entry of a long run.
        if self.seq < 8 || self.seq.is_multiple_of(16) {
            match RunState::from_bytes(&bytes) {
                Ok(read) if read.to_bytes() == bytes => {}
                Ok(_) => found.push("its state is another one when it is read back".to_owned()),
                Err(problem) => found.push(format!("its state cannot be read back: {problem}")),
            }
        }
        self.compare_tasks(disk, run, &mut found);
        self.compare_waits(disk, run, &mut found);
        self.compare_holds(disk, run, &mut found);
        found
    }

    fn compare_tasks(&self, disk: &Disk, run: RunId, found: &mut Vec<String>) {
        let kept = disk.tasks.range((run, 0)..=(run, u32::MAX));
        let kept: BTreeMap<u32, &TaskRow> = kept.map(|((_, task), row)| (*task, &**row)).collect();
        if !kept.keys().eq(self.tasks.keys()) {
            let [kept, open] = [kept.keys().collect::<Vec<_>>(), self.tasks.keys().collect()];
            found.push(format!("tasks {kept:?} are in the lists, open are {open:?}"));
            return;
        }
        for (task, (version, spec)) in &self.tasks {
            let row = kept[task];
            let is_same = serde_json::to_vec(spec).is_ok_and(|bytes| bytes == row.spec);
            let late = (row.late, row.due_at_ms, row.reserved_by.as_ref());
            if !is_same
                || row.version != *version
                || late != (spec.late, spec.due_at.map(|at| at.0), spec.reserved_by.as_ref())
            {
                found.push(format!("task {task} is listed otherwise than it is"));
            }
        }
    }

    fn compare_waits(&self, disk: &Disk, run: RunId, found: &mut Vec<String>) {
        let timers = disk.timers.range((run, 0)..=(run, u32::MAX));
        let timers: BTreeMap<u32, i64> = timers.map(|((_, timer), row)| (*timer, row.at_ms)).collect();
        // A timer that could not be fired is tried again later.
        let as_set = timers.len() == self.timers.len()
            && timers
                .iter()
                .all(|(timer, at)| self.timers.get(timer).is_some_and(|set| at >= set));
        if !as_set {
            found.push(format!("timers {timers:?} will ring, set are {:?}", self.timers));
        }
        let listeners = disk.listeners.range((run, 0)..=(run, u32::MAX));
        let listeners: BTreeMap<u32, String> = listeners.map(|((_, wait), row)| (*wait, row.message.clone())).collect();
        if listeners != self.listeners {
            found.push(format!(
                "it is known to listen to {listeners:?}, and listens to {:?}",
                self.listeners
            ));
        }
        let asks = disk.asks.range((run, 0)..=(run, u32::MAX));
        let asks: BTreeMap<u32, &str> = asks.map(|((_, ask), row)| (*ask, row.key.as_str())).collect();
        let open: BTreeMap<u32, String> = self
            .asks
            .iter()
            .map(|(ask, open)| (*ask, format!("{run}-{ask}-{}", open.attempt)))
            .collect();
        if asks.len() != open.len()
            || !asks
                .iter()
                .all(|(ask, key)| open.get(ask).is_some_and(|open| open == key))
        {
            found.push(format!("asks {asks:?} will be done, asked are {open:?}"));
        }
    }

    fn compare_holds(&self, disk: &Disk, run: RunId, found: &mut Vec<String>) {
        for target in &self.holds {
            if !disk.holds.contains_key(&(target.clone(), run)) {
                found.push(format!("it holds '{target}', and nobody knows"));
            }
        }
        let kept = disk.holds.keys().filter(|(_, holder)| *holder == run).count();
        if kept != self.holds.len() {
            found.push(format!("{kept} things are held by it, it knows of {:?}", self.holds));
        }
        if !self.has_ended() {
            let own: BTreeSet<String> = self.state.holds().iter().cloned().collect();
            if own != self.holds {
                found.push(format!(
                    "its state says it holds {own:?}, its effects say {:?}",
                    self.holds
                ));
            }
        }
    }

    pub(crate) fn has_ended(&self) -> bool {
        !matches!(self.state.status(), Status::Waiting | Status::Stopped)
    }

    /// A live run waits for something that will come, or that somebody sees; an ended one for nothing.
    pub(crate) fn looked_after(
        &self,
        disk: &Disk,
        run: RunId,
        called: &BTreeMap<(RunId, u32), RunId>,
        is_last: bool,
    ) -> Result<(), String> {
        // Dear, so not at every entry of a long run; at its end always.
        if self.seq > 6 && !self.seq.is_multiple_of(4) && !self.has_ended() && !is_last {
            return Ok(());
        }
        let row = disk.runs.get(&run).ok_or("it is not kept")?;
        let state: Json = serde_json::from_slice(&row.state).map_err(|problem| problem.to_string())?;
        if state["status"] != row.status.as_str() {
            return Err(format!("it is listed as {}, and is {}", row.status, state["status"]));
        }
        let keys = |part: &str| -> BTreeSet<u32> {
            let members = state.get(part).and_then(Json::as_object);
            members.map_or_else(BTreeSet::new, |members| {
                members.keys().filter_map(|key| key.parse().ok()).collect()
            })
        };
        let mut own = (keys("tasks"), keys("timers"), keys("listening"), keys("asks"));
        let mailboxes = state["mailboxes"].as_object().into_iter().flatten();
        let kept_under = mailboxes.filter_map(|(_, mailbox)| mailbox["wait"].as_u64());
        own.2.extend(kept_under.map(|wait| wait as u32));
        let rows = (
            self.tasks.keys().copied().collect(),
            self.timers.keys().copied().collect(),
            self.listeners.keys().copied().collect(),
            self.asks.keys().copied().collect(),
        );
        if own != rows {
            return Err(format!(
                "its state lists tasks, timers, waits and asks {own:?}, its effects were {rows:?}"
            ));
        }
        if self.has_ended() {
            let is_open = !own.0.is_empty() || !own.1.is_empty() || !own.2.is_empty() || !own.3.is_empty();
            if is_open || !keys("tokens").is_empty() || !keys("calls").is_empty() {
                return Err(format!("it has ended and left open {own:?}"));
            }
            return Ok(());
        }
        if state.get("asked").is_some_and(|asked| !asked.is_null()) {
            return Err("it was committed in the middle of a question to the store".to_owned());
        }
        if self.state.waiting_for().is_empty() {
            return Err("it waits for nothing".to_owned());
        }
        let tokens = state["tokens"]
            .as_object()
            .into_iter()
            .flat_map(|tokens| tokens.values());
        if !self.is_held_back && tokens.clone().any(|token| token["wait"] == "ready") {
            return Err("one of its tokens could go on, and does not".to_owned());
        }
        for call in keys("calls") {
            let Some(child) = called.get(&(run, call)).and_then(|child| disk.runs.get(child)) else {
                return Err(format!("it waits for call {call}, which was never started"));
            };
            if !matches!(child.status.as_str(), "waiting" | "stopped") {
                return Err(format!("it waits for run {}, which is {}", child.id, child.status));
            }
        }
        Ok(())
    }
}
