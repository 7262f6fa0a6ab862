//! Looks at every commit before anybody hears of it: plays its journal entries through a kernel of its own, and holds
//! every row against what that kernel says there must be.

use crate::shadow::Shadow;
use kernel::{Effect, Event, EventKind, Fact, FactKind, Program, RunState, Status};
use language::model::Site;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::memory::Disk;
use store::rows::*;

/// Runs that a request names as having been moved by it begin with this.
pub const TABLET: &str = "tablet ";

/// What is known of all that was committed.
pub struct Watch {
    site: Arc<Site>,
    programs: BTreeMap<(String, u32), Arc<Program>>,
    shadows: BTreeMap<RunId, Shadow>,
    /// Called runs by the call that waits for them.
    called: BTreeMap<(RunId, u32), RunId>,
    /// What each request moved: request, run, kind of event. A request moves a run once.
    moved: BTreeSet<(String, RunId, &'static str)>,
    /// Which requests moved anything.
    seen: BTreeSet<String>,
    /// Apps that a request started.
    started: BTreeSet<(String, String)>,
    /// By series and period: the last number that a run was given.
    numbers: BTreeMap<String, u64>,
    /// How often each record was put since there was none.
    puts: BTreeMap<(String, String, String), u32>,
    /// Messages that were ever to leave, and whether it was heard that they need not any more.
    leaving: BTreeMap<String, bool>,
    pub problems: Vec<String>,
    pub entries: u64,
    pub commits: u64,
    pub kinds: BTreeMap<&'static str, u64>,
    digest: u64,
}

/// A journal entry as it was written.
#[derive(serde::Deserialize)]
struct Stored {
    event: Option<Event>,
    facts: Option<Json>,
    release: Option<Release>,
}

#[derive(serde::Deserialize)]
struct Release {
    target: String,
}

/// What the entries of one commit must have led to.
#[derive(Default)]
struct Due {
    notices: Vec<(RunId, String)>,
    records: Vec<(RunId, String, String)>,
    removed: Vec<(String, String, String)>,
    ended: Vec<RunId>,
}

impl Watch {
    pub fn new(site: Arc<Site>) -> Watch {
        Watch {
            site,
            programs: BTreeMap::new(),
            shadows: BTreeMap::new(),
            called: BTreeMap::new(),
            moved: BTreeSet::new(),
            seen: BTreeSet::new(),
            started: BTreeSet::new(),
            numbers: BTreeMap::new(),
            puts: BTreeMap::new(),
            leaving: BTreeMap::new(),
            problems: Vec::new(),
            entries: 0,
            commits: 0,
            kinds: BTreeMap::new(),
            digest: 0,
        }
    }

    /// One number of all that was committed so far.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// Whether this request has moved a run.
    pub fn has_moved(&self, request: &str) -> bool {
        self.seen.contains(request)
    }

    pub fn problem(&mut self, problem: String) {
        self.problems.push(problem);
    }

    pub fn program(&mut self, disk: &Disk, app: &str, version: u32) -> Option<Arc<Program>> {
        let key = (app.to_owned(), version);
        if let Some(program) = self.programs.get(&key) {
            return Some(program.clone());
        }
        let row = disk.apps.get(&key)?;
        let app = language::read_app(&row.source, Some(&self.site)).value?;
        let program = Arc::new(Program::compile(Arc::new(app), &self.site));
        self.programs.insert(key, program.clone());
        Some(program)
    }

    fn known_program(&mut self, disk: &Disk, app: &str, version: u32) -> Result<Arc<Program>, String> {
        let program = self.program(disk, app, version);
        program.ok_or_else(|| format!("version {version} of {app} is not there"))
    }

    /// Where a run waits, as its own journal says.
    pub fn places(&mut self, disk: &Disk, run: RunId) -> Vec<kernel::repair::Place> {
        let Some((app, version)) = disk.runs.get(&run).map(|row| (row.app.clone(), row.app_version)) else {
            return Vec::new();
        };
        let program = self.program(disk, &app, version);
        match (program, self.shadows.get(&run)) {
            (Some(program), Some(shadow)) => kernel::repair::places(&program, &shadow.state),
            _ => Vec::new(),
        }
    }

    /// Whether somebody may hand this message over: it was committed, and nobody has heard that it has left.
    pub fn may_leave(&self, key: &str) -> bool {
        self.leaving.get(key) == Some(&false)
    }

    /// A commit is about to land; when somebody `hears` of it, what has left does not leave again.
    pub fn landing(&mut self, disk: &Disk, writes: &[Write], hears: bool) {
        for write in writes {
            match write {
                Write::PutOutbox(row) => drop(self.leaving.insert(row.key.clone(), false)),
                Write::DropOutbox { id } if hears => {
                    if let Some(row) = disk.outbox.get(id) {
                        self.leaving.insert(row.key.clone(), true);
                    }
                }
                _ => {}
            }
        }
    }

    /// A commit has landed; `writes` are its own, in order.
    pub fn committed(&mut self, disk: &Disk, writes: Vec<Write>) {
        self.commits += 1;
        let mut due = Due::default();
        let mut touched = BTreeSet::new();
        for write in &writes {
            match write {
                Write::InsertRun(row) => {
                    touched.insert(row.id);
                    if let Some((parent, Some(call))) = row.parent
                        && let Some(other) = self.called.insert((parent, call), row.id)
                    {
                        let id = row.id;
                        self.problem(format!("call {call} of run {parent} started both {other} and {id}"));
                    }
                }
                Write::UpdateRun { row, .. } => drop(touched.insert(row.id)),
                Write::Journal(row) => {
                    touched.insert(row.run);
                    self.entry(disk, row, &mut due);
                }
                Write::PutTimer(row) if row.run.get_version_num() == 8 => {}
                Write::PutTask(row) => drop(touched.insert(row.run)),
                Write::PutTimer(TimerRow { run, .. })
                | Write::DropTimer { run, .. }
                | Write::PutListener(ListenerRow { run, .. })
                | Write::DropListener { run, .. }
                | Write::DropTask { run, .. }
                | Write::DropAsk { run, .. }
                | Write::PutDraft(DraftRow { run, .. })
                | Write::DropHold { run, .. }
                | Write::PutHold(HoldRow { run, .. })
                    if run.get_version_num() == 7 =>
                {
                    touched.insert(*run);
                }
                Write::PutAsk(row) => drop(touched.insert(row.run)),
                _ => {}
            }
        }
        self.settle(disk, &writes, &due);
        for run in touched {
            self.look_at(disk, run, false);
        }
        for run in due.ended {
            self.look_at_parent(disk, run);
        }
    }

    fn entry(&mut self, disk: &Disk, row: &JournalRow, due: &mut Due) {
        self.entries += 1;
        self.digest =
            (self.digest.rotate_left(7)) ^ u64::from_be_bytes(row.hash[..8].try_into().expect("a hash has 32 bytes"));
        let stored: Stored = match serde_json::from_slice(&row.body) {
            Ok(stored) => stored,
            Err(problem) => return self.problem(format!("entry {} of {} cannot be read: {problem}", row.seq, row.run)),
        };
        let mut shadow = self.shadows.remove(&row.run).unwrap_or_default();
        if let Err(problem) = shadow.follow(row) {
            self.problem(problem);
        }
        if let Some(release) = stored.release {
            shadow.holds.remove(&release.target);
        }
        if let Some(event) = stored.event {
            let told = stored.facts.unwrap_or_default();
            if let Err(problem) = self.play(disk, row, &mut shadow, &event, &told, due) {
                self.problem(format!("run {}, entry {}: {problem}", row.run, row.seq));
            }
        }
        self.shadows.insert(row.run, shadow);
    }

    fn play(
        &mut self,
        disk: &Disk,
        row: &JournalRow,
        shadow: &mut Shadow,
        event: &Event,
        told: &Json,
        due: &mut Due,
    ) -> Result<(), String> {
        let run = disk.runs.get(&row.run).ok_or("there is no such run")?;
        if shadow.version == 0 {
            shadow.version = run.app_version;
        }
        let program = self.known_program(disk, &run.app, shadow.version)?;
        self.note_request(row.run, &run.app, event)?;
        shadow.before(&event.kind);
        let advance = match &event.kind {
            EventKind::Migrated { to_version, .. } => {
                shadow.version = *to_version;
                let new = self.known_program(disk, &run.app, *to_version)?;
                kernel::migrate(&program, &new, &mut shadow.state, event)
            }
            EventKind::MigrationUndone { to_version } => {
                shadow.version = *to_version;
                kernel::advance(&program, &mut shadow.state, event)
            }
            _ => kernel::advance(&program, &mut shadow.state, event),
        };
        let advance = advance.map_err(|refusal| format!("the kernel refuses what was kept: {refusal}"))?;
        let facts = serde_json::to_value(&advance.facts).map_err(|problem| problem.to_string())?;
        if facts != *told {
            return Err(format!("replay tells {facts}, kept is {told}"));
        }
        within_limits(&shadow.state, &advance.facts)?;
        if let EventKind::Numbered { number, .. } = &event.kind {
            self.number(number)?;
        }
        for effect in advance.effects {
            let app = &run.app;
            match &effect {
                Effect::Tell { text, .. } => due.notices.push((row.run, text.clone())),
                Effect::Save {
                    of_site, table, key, ..
                } => {
                    let owner = if *of_site { String::new() } else { app.clone() };
                    due.records.push((row.run, table.to_string(), key.clone()));
                    if !*of_site {
                        *self.puts.entry((owner, table.to_string(), key.clone())).or_default() += 1;
                    }
                }
                Effect::Remove { table, key } => {
                    let key = (app.clone(), table.to_string(), key.clone());
                    self.puts.remove(&key);
                    due.removed.push(key);
                }
                Effect::End(_) => due.ended.push(row.run),
                _ => {}
            }
            shadow.after(effect);
        }
        Ok(())
    }

    /// What a request does, it does once.
    fn note_request(&mut self, run: RunId, app: &str, event: &Event) -> Result<(), String> {
        let kind = kind_of(&event.kind);
        *self.kinds.entry(kind).or_default() += 1;
        let via = &event.by.via;
        if !via.starts_with(TABLET) {
            return Ok(());
        }
        self.seen.insert(via.clone());
        // One request may find several times, and take several numbers.
        if matches!(kind, "found" | "numbered") {
            return Ok(());
        }
        if !self.moved.insert((via.clone(), run, kind)) {
            return Err(format!("the request of '{via}' was done twice ({kind})"));
        }
        if kind == "started" && !self.started.insert((via.clone(), app.to_owned())) {
            return Err(format!("the request of '{via}' started two runs of {app}"));
        }
        Ok(())
    }

    /// Numbers of a series come one after the other, whoever is given them.
    fn number(&mut self, number: &str) -> Result<(), String> {
        let digits = number.len() - number.bytes().rev().take_while(u8::is_ascii_digit).count();
        let (series, digits) = number.split_at(digits);
        let given: u64 = digits
            .parse()
            .map_err(|_| format!("'{number}' is no number of a series"))?;
        let last = self.numbers.entry(series.to_owned()).or_default();
        if given != *last + 1 {
            return Err(format!("number {number} came after {series}{last}"));
        }
        *last = given;
        Ok(())
    }

    /// What is written only once, and has no row of its own to be compared with.
    fn settle(&mut self, disk: &Disk, writes: &[Write], due: &Due) {
        let told = writes.iter().filter_map(|write| match write {
            Write::PutNotice(row) => Some((row.run, row.text.clone())),
            _ => None,
        });
        let told: Vec<_> = told.collect();
        if told != due.notices {
            self.problem(format!("told was {told:?}, to be told was {:?}", due.notices));
        }
        let put = writes.iter().filter_map(|write| match write {
            Write::PutRecord(row) if !row.run.is_nil() => Some((row.run, row.table.clone(), row.key.clone())),
            _ => None,
        });
        let put: Vec<_> = put.collect();
        if put != due.records {
            self.problem(format!("records put were {put:?}, to be put were {:?}", due.records));
        }
        for write in writes {
            let Write::PutRecord(row) = write else { continue };
            let key = (row.app.clone(), row.table.clone(), row.key.clone());
            let (Some(expected), Some(kept)) = (self.puts.get(&key), disk.records.get(&key)) else {
                continue;
            };
            if kept.version != *expected {
                let version = kept.version;
                self.problem(format!(
                    "record {key:?} was put {expected} times, and is at version {version}"
                ));
            }
        }
        for key in &due.removed {
            if disk.records.contains_key(key) != self.puts.contains_key(key) {
                self.problem(format!(
                    "record {key:?} is there though it was removed, or the other way round"
                ));
            }
        }
    }

    /// Everything of one run.
    fn look_at(&mut self, disk: &Disk, run: RunId, is_last: bool) {
        let Some(shadow) = self.shadows.get(&run) else {
            return self.problem(format!("run {run} has rows and no journal"));
        };
        let mut found = shadow.compare(disk, run);
        if let Err(problem) = shadow.looked_after(disk, run, &self.called, is_last) {
            found.push(problem);
        }
        for problem in found {
            self.problem(format!("run {run}: {problem}"));
        }
    }

    /// Who called a run that has ended knows so.
    fn look_at_parent(&mut self, disk: &Disk, run: RunId) {
        let parent = disk.runs.get(&run).and_then(|row| row.parent);
        if let Some((parent, Some(_))) = parent {
            self.look_at(disk, parent, true);
        }
    }

    /// Looks at everything that there is: nothing is kept that belongs to nobody.
    pub fn look_at_all(&mut self, disk: &Disk) {
        let runs: Vec<RunId> = disk.runs.keys().copied().collect();
        for run in &runs {
            self.look_at(disk, *run, true);
        }
        if runs.len() != self.shadows.len() {
            self.problem(format!(
                "{} runs are kept, {} were begun",
                runs.len(),
                self.shadows.len()
            ));
        }
        let parts = (disk.tasks.keys().chain(disk.timers.keys()).chain(disk.listeners.keys()))
            .chain(disk.asks.keys())
            .chain(disk.drafts.keys());
        let mut lost: BTreeSet<RunId> = parts.map(|(run, _)| *run).collect();
        lost.extend(disk.holds.keys().map(|(_, run)| *run));
        lost.retain(|run| run.get_version_num() == 7 && !disk.runs.contains_key(run));
        for run in lost {
            self.problem(format!("rows are kept of run {run}, which is not"));
        }
        for (run, task) in disk.drafts.keys() {
            if !disk.tasks.contains_key(&(*run, *task)) {
                self.problem(format!("a draft is kept of task {task} of run {run}, which is closed"));
            }
        }
        for ((series, period), last) in &disk.series {
            let given: u64 = self
                .numbers
                .iter()
                .filter(|(name, _)| belongs(name, series, period))
                .map(|(_, last)| last)
                .sum();
            if given != **last {
                self.problem(format!(
                    "series {series} of '{period}' is at {last}, {given} numbers were given"
                ));
            }
        }
    }
}

/// Whether numbers that begin so are of this series and period; the formats are those of the simulation's site.
fn belongs(begins: &str, series: &str, period: &str) -> bool {
    let digits: String = begins.chars().filter(char::is_ascii_digit).collect();
    let period: String = period.chars().filter(char::is_ascii_digit).collect();
    let letters: String = begins.chars().filter(char::is_ascii_alphabetic).collect();
    series.starts_with(&letters.to_lowercase()) && digits == period
}

fn within_limits(state: &RunState, facts: &[Fact]) -> Result<(), String> {
    if facts.len() > 100_000 {
        return Err(format!("{} facts at once", facts.len()));
    }
    let stopped = facts.iter().any(|fact| matches!(fact.kind, FactKind::Incident { .. }));
    if stopped && state.status() == Status::Waiting && state.waiting_for().is_empty() {
        return Err("an incident left the run waiting for nothing".to_owned());
    }
    Ok(())
}

fn kind_of(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::Started { .. } => "started",
        EventKind::TaskClaimed { .. } => "claimed",
        EventKind::TaskReturned { .. } => "returned",
        EventKind::TaskCompleted { .. } => "completed",
        EventKind::TimerFired { .. } => "timer",
        EventKind::MessageArrived { .. } => "message",
        EventKind::SignalRead { .. } => "signal",
        EventKind::Found { .. } => "found",
        EventKind::CallEnded { .. } => "call ended",
        EventKind::Numbered { .. } => "numbered",
        EventKind::Answered { .. } => "answered",
        EventKind::HoldReleased { .. } => "hold released",
        EventKind::Cancelled { .. } => "cancelled",
        EventKind::Retried => "retried",
        EventKind::Repaired { .. } => "repaired",
        EventKind::Held { .. } => "held back",
        EventKind::LetGo => "let go",
        EventKind::Migrated { .. } => "migrated",
        EventKind::MigrationUndone { .. } => "migration undone",
        #[allow(unreachable_patterns)]
        _ => "something newer",
    }
}
