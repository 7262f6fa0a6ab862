//! Brakes: a run, an app, a plugin, a connection, a printer, a signal or the whole site stands still.
//!
//! What is accepted while something stands still is never lost. A brake on a run, an app or the site lets starts, answers,
//! messages, timers and results in as always: they are checked, count and are in the journal (`held`), but no further step
//! begins. A brake on what is asked outside keeps the asks in their order. When a brake is let go, the runs that it held
//! go on: those that were begun before others first, so many a minute as was said, or as fast as they can.
//!
//! Brakes and the runs that they hold are records under an owner that no app can have, so they are as durable as anything.

use crate::batch::Batch;
use crate::command::{Command, Reply};
use crate::engine::Engine;
use crate::moves::Chain;
use crate::requests::Caller;
use crate::{Error, bodies, limits};
use kernel::{Actor, EventKind, Refusal};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use store::AnyStore;
use store::rows::{Page, RecordRow, RunId, Write};

/// Who owns the records: no app has such an id.
const OWNER: &str = "$brakes";
const BRAKES: &str = "brakes";
const HELD: &str = "held";

/// What stands still.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    Site,
    App(String),
    Run(RunId),
    Plugin(String),
    /// Requests and messages through it.
    Connection(String),
    Printer(String),
    Signal(String),
}

impl Scope {
    /// Kind and id, as addresses have them; the site is `site/all`.
    pub fn of(kind: &str, id: &str) -> Option<Scope> {
        let own = || id.to_owned();
        Some(match kind {
            "site" if id == "all" => Scope::Site,
            "app" => Scope::App(own()),
            "run" => Scope::Run(id.parse().ok()?),
            "plugin" => Scope::Plugin(own()),
            "connection" => Scope::Connection(own()),
            "printer" => Scope::Printer(own()),
            "signal" => Scope::Signal(own()),
            _ => return None,
        })
    }

    /// What is asked outside goes through these.
    fn lanes(&self) -> Vec<String> {
        match self {
            Scope::Plugin(id) => vec![format!("plugin/{id}")],
            Scope::Connection(id) => vec![format!("http/{id}"), format!("broker/{id}")],
            Scope::Printer(id) => vec![format!("printer/{id}")],
            Scope::Signal(id) => vec![format!("signal/{id}")],
            Scope::Site | Scope::App(_) | Scope::Run(_) => Vec::new(),
        }
    }

    fn covers(&self, run: RunId, app: &str) -> bool {
        match self {
            Scope::Site => true,
            Scope::App(id) => id == app,
            Scope::Run(id) => *id == run,
            Scope::Plugin(_) | Scope::Connection(_) | Scope::Printer(_) | Scope::Signal(_) => false,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Site => write!(f, "site/all"),
            Scope::App(id) => write!(f, "app/{id}"),
            Scope::Run(id) => write!(f, "run/{id}"),
            Scope::Plugin(id) => write!(f, "plugin/{id}"),
            Scope::Connection(id) => write!(f, "connection/{id}"),
            Scope::Printer(id) => write!(f, "printer/{id}"),
            Scope::Signal(id) => write!(f, "signal/{id}"),
        }
    }
}

impl FromStr for Scope {
    type Err = ();
    fn from_str(text: &str) -> Result<Scope, ()> {
        let (kind, id) = text.split_once('/').ok_or(())?;
        Scope::of(kind, id).ok_or(())
    }
}

/// One brake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brake {
    pub why: String,
    pub by: Option<String>,
    pub since_ms: i64,
    /// It is being let go: so many runs a minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_minute: Option<u32>,
}

/// A brake with how many runs it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrakeView {
    pub scope: Scope,
    pub brake: Brake,
    pub held: usize,
}

/// A run that could go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Held {
    pub(crate) app: String,
    pub(crate) since_ms: i64,
    /// It has not done anything yet.
    pub(crate) is_new: bool,
}

/// All brakes, and the runs that stand still.
#[derive(Clone, Debug, Default)]
pub(crate) struct Brakes {
    set: BTreeMap<Scope, Brake>,
    held: BTreeMap<RunId, Held>,
    /// When the next run of a brake that is being let go may go on; in memory, so after a start it is now.
    next_ms: BTreeMap<Scope, i64>,
}

impl Brakes {
    pub(crate) async fn read(store: &AnyStore) -> Result<Brakes, Error> {
        let mut brakes = Brakes::default();
        for row in all(store, BRAKES).await? {
            let Ok(scope) = row.key.parse() else {
                return Err(damaged(&row));
            };
            let brake = serde_json::from_str(&row.values).map_err(|_| damaged(&row))?;
            brakes.set.insert(scope, brake);
        }
        for row in all(store, HELD).await? {
            let held = serde_json::from_str(&row.values).map_err(|_| damaged(&row))?;
            brakes.held.insert(row.run, held);
        }
        Ok(brakes)
    }

    /// Why a run stands still, when it does. One that waits for its turn to be let go does so too.
    pub(crate) fn holding(&self, run: RunId, app: &str) -> Option<String> {
        let mut set = self.set.iter();
        match set.find(|(scope, _)| scope.covers(run, app)) {
            Some((scope, brake)) => Some(format!("{scope}: {}", brake.why)),
            None => self.held.contains_key(&run).then(|| "its turn has not come".to_owned()),
        }
    }

    pub(crate) fn holds_lane(&self, lane: &str) -> bool {
        let mut braked = self.set.keys().flat_map(Scope::lanes);
        braked.any(|known| known == lane)
    }

    fn held_by(&self, scope: &Scope) -> usize {
        let held = self.held.iter();
        held.filter(|(run, held)| scope.covers(**run, &held.app)).count()
    }

    /// The brakes that hold a run, or what it asks through this lane.
    pub(crate) fn on(&self, run: RunId, app: &str, lane: Option<&str>) -> Vec<BrakeView> {
        let through = |scope: &Scope| lane.is_some_and(|lane| scope.lanes().iter().any(|known| known == lane));
        let on = self
            .set
            .iter()
            .filter(|(scope, _)| scope.covers(run, app) || through(scope));
        on.map(|(scope, brake)| BrakeView {
            scope: scope.clone(),
            brake: brake.clone(),
            held: self.held_by(scope),
        })
        .collect()
    }

    /// The runs that may go on next and from when on: those that were begun before those that were not, then in the order
    /// in which they were started. Of a brake that is let go slowly one at a time. `not_before` of some that could not go
    /// on a moment ago.
    pub(crate) fn next(&self, not_before: &dyn Fn(RunId) -> Option<i64>) -> (Vec<RunId>, i64) {
        let may = self.held.iter().filter_map(|(run, held)| {
            let mut at_ms = not_before(*run).unwrap_or(i64::MIN);
            let mut is_slow = false;
            for (scope, brake) in self.set.iter().filter(|(scope, _)| scope.covers(*run, &held.app)) {
                brake.per_minute?;
                is_slow = true;
                at_ms = at_ms.max(self.next_ms.get(scope).copied().unwrap_or(i64::MIN));
            }
            Some((at_ms, held.is_new, *run, is_slow))
        });
        let mut may: Vec<_> = may.collect();
        may.sort_unstable();
        let at_ms = may.first().map_or(i64::MAX, |first| first.0);
        let together = match may.first() {
            Some((.., true)) => 1,
            _ => may.iter().take_while(|one| one.0 == at_ms && !one.3).count(),
        };
        may.truncate(together.min(limits::LET_GO_AT_ONCE_MAX));
        (may.into_iter().map(|(_, _, run, _)| run).collect(), at_ms)
    }
}

fn damaged(row: &RecordRow) -> Error {
    Error::Store(store::Error::Damaged(format!("brake '{}' cannot be read", row.key)))
}

async fn all(store: &AnyStore, table: &str) -> Result<Vec<RecordRow>, Error> {
    let mut rows: Vec<RecordRow> = Vec::new();
    loop {
        let page = Page {
            after: rows.last().map(RecordRow::cursor),
            limit: limits::PAGE_ENTRIES_MAX,
        };
        let more = store.records(OWNER, table, &[], &page).await?;
        let is_full = more.len() == limits::PAGE_ENTRIES_MAX as usize;
        rows.extend(more);
        if !is_full {
            return Ok(rows);
        }
    }
}

fn record(table: &str, key: String, values: String, run: RunId, at_ms: i64) -> Write {
    Write::PutRecord(RecordRow {
        app: OWNER.to_owned(),
        table: table.to_owned(),
        key,
        values,
        run,
        version: 1,
        at_ms,
    })
}

fn no_record(table: &str, key: String) -> Write {
    Write::DropRecord {
        app: OWNER.to_owned(),
        table: table.to_owned(),
        key,
    }
}

/// Puts a brake on the whole site of a store that no engine has open yet: for a start after an incident. One that is there
/// stays as it is.
pub async fn stop_site(store: &AnyStore, why: &str, now_ms: i64) -> Result<(), Error> {
    if Brakes::read(store).await?.set.contains_key(&Scope::Site) {
        return Ok(());
    }
    let brake = Brake {
        why: why.to_owned(),
        by: None,
        since_ms: now_ms,
        per_minute: None,
    };
    // A brake is text and numbers.
    let values = serde_json::to_string(&brake).expect("a brake is JSON");
    let mut unit = store.begin().await?;
    let row = record(BRAKES, Scope::Site.to_string(), values, RunId::nil(), now_ms);
    unit.write(vec![row]).await?;
    Ok(unit.commit().await?)
}

impl Engine {
    /// Everything that stands still.
    pub fn brakes(&self) -> Vec<BrakeView> {
        let brakes = self.shared().brakes();
        let views = brakes.set.iter().map(|(scope, brake)| BrakeView {
            scope: scope.clone(),
            brake: brake.clone(),
            held: brakes.held_by(scope),
        });
        views.collect()
    }

    /// Whether a brake is on the whole site.
    pub fn stands_still(&self) -> bool {
        let brakes = self.shared().brakes();
        let site = brakes.set.get(&Scope::Site);
        site.is_some_and(|brake| brake.per_minute.is_none())
    }

    /// How many runs could go on and stand still.
    pub fn runs_held(&self) -> usize {
        self.shared().brakes().held.len()
    }

    /// Stops it. What is accepted meanwhile counts, and is never lost.
    pub async fn brake(&self, scope: Scope, why: String, caller: &Caller) -> Result<(), Error> {
        bodies::check_text("reason", &why, limits::REASON_CHARACTERS_MAX)?;
        if why.trim().is_empty() {
            return Err(Error::Invalid("a brake needs a reason".to_owned()));
        }
        self.check_scope(&scope).await?;
        self.submit(Command::Brake { scope, why }, caller, 0).await.map(drop)
    }

    /// Lets it go: so many runs a minute, or all that it held as fast as they can.
    pub async fn let_go(&self, scope: Scope, per_minute: Option<u32>, caller: &Caller) -> Result<(), Error> {
        if per_minute == Some(0) {
            return Err(Error::Invalid("at least one run a minute is let go".to_owned()));
        }
        self.submit(Command::LetGo { scope, per_minute }, caller, 0)
            .await
            .map(drop)
    }

    async fn check_scope(&self, scope: &Scope) -> Result<(), Error> {
        let site = self.site();
        let missing = |what: &'static str, id: &str| {
            Err(Error::NotFound {
                what,
                id: id.to_owned(),
                nearest: None,
            })
        };
        match scope {
            Scope::Run(run) => self.run(*run).await.map(drop),
            Scope::App(app) if self.app(app, None).is_none() => missing("app", app),
            Scope::Connection(id) if !site.connections.iter().any(|known| known.id.as_str() == id) => {
                missing("connection", id)
            }
            Scope::Printer(id) if !site.printers.iter().any(|known| known.id.as_str() == id) => missing("printer", id),
            Scope::Signal(id) if !site.signals.iter().any(|known| known.id.as_str() == id) => missing("signal", id),
            _ => Ok(()),
        }
    }
}

impl Batch<'_> {
    pub(crate) fn brake(&mut self, scope: &Scope, why: &str, caller: &Caller) -> Result<Reply, Error> {
        caller.may_intervene()?;
        let brake = Brake {
            why: why.to_owned(),
            by: caller.person.clone(),
            since_ms: self.now.0,
            per_minute: None,
        };
        self.put_brake(scope.clone(), brake);
        Ok(Reply::Done)
    }

    pub(crate) fn put_brake(&mut self, scope: Scope, brake: Brake) {
        // A brake is text and numbers.
        let values = serde_json::to_string(&brake).expect("a brake is JSON");
        self.push(record(BRAKES, scope.to_string(), values, RunId::nil(), self.now.0));
        let brakes = self.brakes_mut();
        brakes.next_ms.remove(&scope);
        brakes.set.insert(scope, brake);
    }

    pub(crate) fn release_brake(
        &mut self,
        scope: &Scope,
        per_minute: Option<u32>,
        caller: &Caller,
    ) -> Result<Reply, Error> {
        caller.may_intervene()?;
        let Some(brake) = self.brakes().set.get(scope).cloned() else {
            return Err(Error::NotFound {
                what: "brake",
                id: scope.to_string(),
                nearest: None,
            });
        };
        if per_minute.is_none() || self.brakes().held_by(scope) == 0 {
            self.drop_brake(scope);
        } else {
            self.put_brake(scope.clone(), Brake { per_minute, ..brake });
        }
        Ok(Reply::Done)
    }

    fn drop_brake(&mut self, scope: &Scope) {
        self.push(no_record(BRAKES, scope.to_string()));
        let brakes = self.brakes_mut();
        brakes.set.remove(scope);
        brakes.next_ms.remove(scope);
        self.freed_lanes(scope.lanes());
    }

    /// An event, as it is put to a run that may stand still.
    pub(crate) fn held_or_not(&mut self, run: RunId, kind: EventKind) -> EventKind {
        let app = &self.known_run(run).row.app;
        let app = app.clone();
        match self.brakes().holding(run, &app) {
            Some(why) => EventKind::Held {
                why,
                of: Box::new(kind),
            },
            None => kind,
        }
    }

    /// Remembers a run that could go on but for a brake.
    pub(crate) fn remember_held(&mut self, run: RunId) {
        let at_ms = self.now.0;
        let loaded = self.known_run(run);
        let could_go_on = loaded.state.could_go_on() && !loaded.has_ended();
        if !could_go_on {
            return self.forget_held(run);
        }
        let held = Held {
            app: loaded.row.app.clone(),
            since_ms: at_ms,
            is_new: loaded.row.seq == 1,
        };
        if self.brakes().held.contains_key(&run) {
            return;
        }
        // A held run is text and numbers.
        let values = serde_json::to_string(&held).expect("a held run is JSON");
        self.push(record(HELD, run.to_string(), values, run, at_ms));
        self.brakes_mut().held.insert(run, held);
    }

    fn forget_held(&mut self, run: RunId) {
        if self.brakes().held.contains_key(&run) {
            self.push(no_record(HELD, run.to_string()));
            self.brakes_mut().held.remove(&run);
        }
    }

    /// The engine's own: a run that a brake held goes on.
    pub(crate) async fn let_run_go(&mut self, run: RunId) -> Result<Reply, Error> {
        let Some(held) = self.brakes().held.get(&run).cloned() else {
            return Ok(Reply::Done);
        };
        let now = self.now.0;
        let scopes: Vec<Scope> = self
            .brakes()
            .set
            .keys()
            .filter(|scope| scope.covers(run, &held.app))
            .cloned()
            .collect();
        for scope in scopes {
            let per_minute = self.brakes().set.get(&scope).and_then(|brake| brake.per_minute);
            // A brake that was put on meanwhile.
            let Some(per_minute) = per_minute else {
                return Ok(Reply::Done);
            };
            let pause_ms = 60_000 / i64::from(per_minute.max(1));
            self.brakes_mut().next_ms.insert(scope.clone(), now + pause_ms);
            if self.brakes().held_by(&scope) <= 1 {
                self.drop_brake(&scope);
            }
        }
        self.forget_held(run);
        match self.run(run).await {
            Ok(_) => {}
            Err(Error::NotFound { .. }) => return Ok(Reply::Done),
            Err(error) => return Err(error),
        }
        let by = Actor {
            person: None,
            via: "brake".to_owned(),
            confirmed: None,
        };
        let mut chain = Chain::default();
        let changes = self.changes();
        match self.advance_now(run, EventKind::LetGo, by, &mut chain).await {
            // Ended meanwhile, or nothing of it could go on any more.
            Err(Error::Refused(Refusal::OutOfPlace | Refusal::RunEnded)) if self.changes() == changes => {}
            other => other?,
        }
        self.follow(&mut chain).await?;
        Ok(Reply::Done)
    }
}
