//! What machines say: the last reading of each signal of the site, in memory and written at most once a second, the last
//! one about a second after it was told: a crash can take back the last second, and the next reading mends it.
//!
//! A reading that a run may be waiting for goes through the writer, which moves the runs it wakes; the event carries the
//! reading, so a replay needs none of this. Who waits is known by the store's listeners, under a name that no message can
//! have. Which signals somebody waits for is kept in memory besides, so that all other readings cost no transaction.

use crate::batch::Batch;
use crate::command::{Command, Reply};
use crate::engine::Shared;
use crate::requests::Caller;
use crate::views::SignalView;
use crate::{Engine, Error, limits};
use kernel::{Actor, EventKind, Quality, Reading, Refusal, Timestamp};
use language::model::{Id, Signal, Site};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};
use store::rows::{RunId, SignalRow, Write};

/// What a machine, a program or a person says of a signal.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalReading {
    pub signal: String,
    pub reading: Reading,
}

/// All that is known of signals.
#[derive(Default)]
pub(crate) struct Signals {
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    readings: BTreeMap<String, Reading>,
    /// Not written yet.
    dirty: BTreeSet<String>,
    /// Signals that nobody waits for, as far as the writer has looked.
    unwatched: BTreeSet<String>,
    written_at_ms: BTreeMap<String, i64>,
}

/// The name under which the store keeps who waits for a signal. Messages cannot be called so.
pub(crate) fn listener_name(signal: &str) -> String {
    format!("{LISTENER}{signal}")
}

/// In front of it.
const LISTENER: &str = "$signal ";

/// Whether a message may be called so.
pub(crate) fn is_reserved(message: &str) -> bool {
    message.starts_with(LISTENER)
}

impl Signals {
    /// As they were written last.
    pub(crate) fn of(rows: Vec<SignalRow>) -> Signals {
        let mut book = Book::default();
        for row in rows {
            match serde_json::from_str(&row.reading) {
                Ok(reading) => drop(book.readings.insert(row.id, reading)),
                Err(problem) => tracing::warn!(signal = %row.id, %problem, "a kept reading cannot be read"),
            }
        }
        Signals { book: Mutex::new(book) }
    }

    // A poisoned lock holds a whole book: nothing in it is changed in parts.
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    pub(crate) fn reading(&self, signal: &str) -> Option<Reading> {
        self.book().readings.get(signal).cloned()
    }

    /// Whether it is newer than what is known, and whether someone may be waiting for it.
    fn note(&self, told: &SignalReading) -> (bool, bool) {
        let mut book = self.book();
        let known = book.readings.get(&told.signal);
        if known.is_some_and(|known| known.at > told.reading.at) {
            return (false, false);
        }
        book.readings.insert(told.signal.clone(), told.reading.clone());
        book.dirty.insert(told.signal.clone());
        (true, !book.unwatched.contains(&told.signal))
    }

    /// What is to be written by now: each signal at most once a second; all that is left when the engine stops.
    fn due(&self, now_ms: i64, all: bool) -> Vec<SignalRow> {
        let mut book = self.book();
        let rests = |book: &Book, signal: &String| {
            let written_at_ms = book.written_at_ms.get(signal);
            written_at_ms.is_some_and(|at| (0..limits::SIGNAL_WRITTEN_EVERY_MS).contains(&(now_ms - at)))
        };
        let dirty: Vec<String> = book.dirty.iter().cloned().collect();
        let mut rows = Vec::new();
        for id in dirty {
            if !all && rests(&book, &id) {
                continue;
            }
            book.dirty.remove(&id);
            book.written_at_ms.insert(id.clone(), now_ms);
            let Some(reading) = book.readings.get(&id) else {
                continue;
            };
            // A reading is plain data.
            let text = serde_json::to_string(reading).expect("a reading is JSON");
            rows.push(SignalRow {
                id,
                reading: text,
                at_ms: reading.at.0,
            });
        }
        rows
    }

    pub(crate) fn someone_waits(&self, signal: &str) {
        self.book().unwatched.remove(signal);
    }

    fn nobody_waits(&self, signal: &str) {
        self.book().unwatched.insert(signal.to_owned());
    }

    pub(crate) fn is_dirty(&self) -> bool {
        !self.book().dirty.is_empty()
    }

    pub(crate) fn has_any(&self) -> bool {
        !self.book().readings.is_empty()
    }

    /// After a failed commit nobody can say what of it was written: all is written again.
    pub(crate) fn none_is_written(&self) {
        let mut book = self.book();
        book.dirty = book.readings.keys().cloned().collect();
        book.written_at_ms.clear();
    }
}

impl Batch<'_> {
    /// A run waits for a signal from now on; what is known of it is offered at once.
    pub(crate) fn watched(&mut self, signal: &Id) -> Option<Reading> {
        self.shared.signals.someone_waits(signal.as_str());
        let reading = self.shared.signals.reading(signal.as_str())?;
        let declared = self.shared.site.signals.iter().find(|one| one.id == *signal);
        let stale = declared.is_some_and(|declared| is_stale(declared, &reading, self.now));
        (!stale).then_some(reading)
    }

    /// Offers a reading to every run that waits for it.
    pub(crate) async fn tell_signal(&mut self, told: &SignalReading, caller: &Caller) -> Result<Reply, Error> {
        let mut runs = self.listeners_named(&listener_name(&told.signal)).await?;
        if runs.is_empty() {
            // What this transaction has changed may still be undone.
            if !self.has_writes() {
                self.shared.signals.nobody_waits(&told.signal);
            }
            self.write_signals(false);
            return Ok(Reply::Done);
        }
        runs.truncate(limits::RUNS_PER_MESSAGE_MAX);
        self.load(runs.clone()).await?;
        for run in runs {
            self.offer(run, told, caller).await?;
        }
        Ok(Reply::Done)
    }

    async fn offer(&mut self, run: RunId, told: &SignalReading, caller: &Caller) -> Result<(), Error> {
        match self.run(run).await {
            Ok(_) => {}
            Err(Error::Store(failure)) => return Err(Error::Store(failure)),
            Err(error) => {
                tracing::error!(%run, %error, "a run that waits for a signal cannot be read");
                return Ok(());
            }
        }
        let by = Actor {
            person: caller.person.clone(),
            via: caller.name.clone(),
            confirmed: None,
        };
        let kind = EventKind::SignalRead {
            signal: Id::new(&told.signal),
            reading: told.reading.clone(),
        };
        let changes = self.changes();
        match self.move_run(run, kind, by).await {
            Err(Error::Refused(Refusal::NotForThisRun | Refusal::RunEnded)) if self.changes() == changes => Ok(()),
            Err(error @ Error::App(_)) if self.changes() == changes => {
                tracing::error!(%run, %error, "a run that waits for a signal has an app that is not understood");
                Ok(())
            }
            other => other,
        }
    }

    /// Written with whatever is committed next, so that readings cost few commits of their own.
    pub(crate) fn write_signals(&mut self, all: bool) {
        if !self.shared.signals.is_dirty() {
            return;
        }
        for row in self.shared.signals.due(self.now.0, all) {
            self.push(Write::PutSignal(row));
        }
    }
}

impl Engine {
    /// The last reading of a signal, whatever its age; [`Engine::signals`] says whether it is too old.
    pub fn reading(&self, signal: &str) -> Option<Reading> {
        self.shared().signals.reading(signal)
    }

    /// Every signal of the site with its last reading.
    pub fn signals(&self) -> Vec<SignalView> {
        let shared = self.shared();
        let now = shared.clock.now();
        shared
            .site
            .signals
            .iter()
            .map(|signal| view(shared, signal, now))
            .collect()
    }

    pub fn signal(&self, id: &str) -> Result<SignalView, Error> {
        let shared = self.shared();
        let signal = declared(&shared.site, id)?;
        Ok(view(shared, signal, shared.clock.now()))
    }

    /// Takes readings, each the latest of its signal unless a later one is known. Returns when the runs that they wake
    /// have moved.
    pub async fn tell_signals(&self, readings: Vec<SignalReading>, caller: &Caller) -> Result<(), Error> {
        if readings.len() > limits::READINGS_PER_REQUEST_MAX {
            return Err(Error::TooLarge {
                what: "the list of readings",
                size: readings.len() as u64,
                max: limits::READINGS_PER_REQUEST_MAX as u64,
            });
        }
        let shared = self.shared();
        let latest = shared.clock.now().0 + limits::SIGNAL_AHEAD_MS_MAX;
        for told in &readings {
            declared(&shared.site, &told.signal)?;
            check(told, latest)?;
        }
        let mut woken = Vec::new();
        let mut any_due = false;
        for told in readings {
            let (newer, watched) = shared.signals.note(&told);
            any_due |= newer;
            if newer && watched {
                woken.push(told);
            }
        }
        if woken.is_empty() && any_due && shared.signals.wants_writing(shared.clock.now().0) {
            self.submit(Command::WriteSignals, &keeper(caller), 0).await?;
        }
        for told in woken {
            self.submit(Command::TellSignal(told), &keeper(caller), 0).await?;
        }
        Ok(())
    }
}

/// A reading is told once more by who is not sure: it needs no idempotency key.
fn keeper(caller: &Caller) -> Caller {
    Caller {
        key: None,
        ..caller.clone()
    }
}

impl Signals {
    fn wants_writing(&self, now_ms: i64) -> bool {
        let book = self.book();
        book.dirty.iter().any(|signal| {
            let written_at_ms = book.written_at_ms.get(signal);
            written_at_ms.is_none_or(|at| !(0..limits::SIGNAL_WRITTEN_EVERY_MS).contains(&(now_ms - at)))
        })
    }
}

fn declared<'s>(site: &'s Site, id: &str) -> Result<&'s Signal, Error> {
    let known = || site.signals.iter().map(|signal| signal.id.as_str());
    let found = site.signals.iter().find(|signal| signal.id.as_str() == id);
    found.ok_or_else(|| Error::NotFound {
        what: "signal",
        id: id.to_owned(),
        nearest: crate::apps::nearest(id, known()),
    })
}

fn check(told: &SignalReading, latest_ms: i64) -> Result<(), Error> {
    use serde_json::Value;
    let signal = &told.signal;
    match &told.reading.value {
        Value::Bool(_) | Value::Number(_) | Value::Null => {}
        Value::String(text) if text.len() <= limits::SIGNAL_TEXT_BYTES_MAX => {}
        Value::String(text) => {
            return Err(Error::TooLarge {
                what: "the value of a signal",
                size: text.len() as u64,
                max: limits::SIGNAL_TEXT_BYTES_MAX as u64,
            });
        }
        Value::Array(_) | Value::Object(_) => {
            return Err(Error::Invalid(format!(
                "the value of '{signal}' is a number, a text, or true or false"
            )));
        }
    }
    if told.reading.at.0 > latest_ms {
        return Err(Error::Invalid(format!("the reading of '{signal}' is from the future")));
    }
    Ok(())
}

fn view(shared: &Shared, signal: &Signal, now: Timestamp) -> SignalView {
    let reading = shared.signals.reading(signal.id.as_str());
    let stale = reading.as_ref().is_none_or(|reading| is_stale(signal, reading, now));
    SignalView {
        id: signal.id.to_string(),
        title: signal.title.clone(),
        at: signal.at.as_ref().map(ToString::to_string),
        unit: signal.unit.clone(),
        writable: signal.write.is_some(),
        age_ms: reading
            .as_ref()
            .map(|reading| now.0.saturating_sub(reading.at.0).max(0)),
        reading,
        stale,
    }
}

/// Too old to count.
fn is_stale(signal: &Signal, reading: &Reading, now: Timestamp) -> bool {
    let age_ms = now.0.saturating_sub(reading.at.0);
    signal.stale_after_ms.is_some_and(|max| age_ms > max)
}

/// Whether a view's reading may be used: there, fresh, and not bad.
impl SignalView {
    pub fn is_usable(&self) -> bool {
        let good = |reading: &Reading| reading.quality != Quality::Bad;
        !self.stale && self.reading.as_ref().is_some_and(good)
    }
}
