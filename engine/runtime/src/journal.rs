//! What a journal entry holds, and what it is worth: replayed through the kernel, a journal gives the run's state.
//!
//! An entry's body is one of
//!
//! - `{"event": …, "facts": […]}`: an input of the kernel and what it told of it,
//! - `{"release": …}`: someone freed a target that this run held, on their own responsibility,
//! - `{"note": …}`: something around the run that its facts cannot tell, like a call that came to nothing.
//!
//! The last two are for people; a replay passes over them. After a migration it goes on by the version that the entry names.

use crate::Error;
use crate::apps::{Catalogue, Compiled};
use crate::views::TimelineEntry;
use kernel::{Advance, Event, EventKind, Fact, Program, RunState};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::rows::JournalRow;

/// As it is written.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Entry<'a> {
    Moved { event: &'a Event, facts: &'a [Fact] },
    Released { release: &'a Release },
    Noted { note: &'a str },
}

/// As it is read; one of the three is there.
#[derive(Deserialize)]
struct Stored {
    event: Option<Event>,
    facts: Option<Vec<Fact>>,
    release: Option<Release>,
    note: Option<String>,
}

/// Someone freed a target on their own responsibility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Release {
    pub(crate) target: String,
    pub(crate) why: String,
    pub(crate) person: Option<String>,
    pub(crate) via: String,
}

impl Entry<'_> {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        // Events and facts are made of maps with text keys, numbers and text: there is nothing JSON cannot say.
        serde_json::to_vec(self).expect("a journal entry is JSON")
    }
}

/// An entry as people read it.
pub(crate) fn timeline_entry(row: &JournalRow) -> Result<TimelineEntry, String> {
    let stored = read(row)?;
    let entry = |person, via, facts, note| TimelineEntry {
        seq: row.seq,
        at_ms: row.at_ms,
        person,
        via,
        confirmed: None,
        facts,
        note,
    };
    if let Some(event) = stored.event {
        let by = event.by;
        let confirmed = by.confirmed;
        let facts = stored.facts.unwrap_or_default();
        let note = match event.kind {
            kernel::EventKind::HoldReleased { why, .. } => Some(why),
            _ => None,
        };
        return Ok(TimelineEntry {
            confirmed,
            ..entry(by.person, by.via, facts, note)
        });
    }
    if let Some(release) = stored.release {
        let kind = kernel::FactKind::Released { target: release.target };
        let facts = vec![Fact {
            step: None,
            round: 0,
            kind,
        }];
        return Ok(entry(release.person, release.via, facts, Some(release.why)));
    }
    let note = stored.note.ok_or_else(|| format!("entry {} is empty", row.seq))?;
    Ok(entry(None, "engine".to_owned(), Vec::new(), Some(note)))
}

/// The event of an entry; `None` of what a replay passes over.
pub(crate) fn event(row: &JournalRow) -> Result<Option<Event>, String> {
    Ok(read(row)?.event)
}

/// The event of an entry and what was told of it; `None` for what is for people only.
pub(crate) fn recorded(row: &JournalRow) -> Result<Option<(Event, Vec<Fact>)>, String> {
    let stored = read(row)?;
    Ok(stored.event.map(|event| (event, stored.facts.unwrap_or_default())))
}

fn read(row: &JournalRow) -> Result<Stored, String> {
    serde_json::from_slice(&row.body).map_err(|problem| format!("entry {} cannot be read: {problem}", row.seq))
}

/// Plays a journal, or a further part of it, through the kernel: by the version with which the run began, and after each
/// migration by the one to which it went.
pub struct Replay<'p> {
    program: By<'p>,
    /// The app's other versions, where they are known.
    versions: Option<(&'p Catalogue, String)>,
    state: RunState,
}

enum By<'p> {
    Program(&'p Program),
    Version(Arc<Compiled>),
}

impl By<'_> {
    fn program(&self) -> &Program {
        match self {
            By::Program(program) => program,
            By::Version(compiled) => &compiled.program,
        }
    }
}

impl<'p> Replay<'p> {
    /// For a run that has never gone over to another version.
    pub fn new(program: &'p Program) -> Replay<'p> {
        Replay {
            program: By::Program(program),
            versions: None,
            state: RunState::new(),
        }
    }

    /// For a run of `app` whose journal begins with this version.
    pub(crate) fn across(catalogue: &'p Catalogue, app: &str, begun_with: u32) -> Result<Replay<'p>, Error> {
        let compiled = catalogue.compiled(app, Some(begun_with))?;
        Ok(Replay {
            program: By::Version(compiled),
            versions: Some((catalogue, app.to_owned())),
            state: RunState::new(),
        })
    }

    fn version(&self, seq: u64, version: u32) -> Result<Arc<Compiled>, String> {
        let known = self.versions.as_ref();
        let (catalogue, app) = known.ok_or_else(|| format!("entry {seq} goes over to another version"))?;
        let compiled = catalogue.compiled(app, Some(version));
        compiled.map_err(|error| format!("entry {seq} goes over to version {version}: {error}"))
    }

    fn advance(&mut self, seq: u64, event: &Event) -> Result<Advance, String> {
        let goes_to = match &event.kind {
            EventKind::Migrated { to_version, .. } | EventKind::MigrationUndone { to_version } => {
                Some(self.version(seq, *to_version)?)
            }
            _ => None,
        };
        let program = self.program.program();
        let advance = match (&event.kind, &goes_to) {
            (EventKind::Migrated { .. }, Some(new)) => kernel::migrate(program, &new.program, &mut self.state, event),
            _ => kernel::advance(program, &mut self.state, event),
        };
        let advance = advance.map_err(|refusal| format!("entry {seq} is refused: {refusal}"))?;
        if let Some(compiled) = goes_to {
            self.program = By::Version(compiled);
        }
        Ok(advance)
    }

    /// The next entry. Fails, in plain words, when the kernel refuses its event or tells other facts than were kept.
    pub fn play(&mut self, row: &JournalRow) -> Result<(), String> {
        let stored = read(row)?;
        let Some(event) = stored.event else {
            return Ok(());
        };
        let advance = self.advance(row.seq, &event)?;
        // Facts are compared as they are written, so that a number is the same number when its text is.
        let told = serde_json::to_value(&advance.facts).map_err(|problem| problem.to_string())?;
        let kept = serde_json::to_value(&stored.facts).map_err(|problem| problem.to_string())?;
        if told != kept {
            return Err(format!("entry {} tells other facts than were kept", row.seq));
        }
        Ok(())
    }

    /// The state as the store keeps it.
    pub fn state_bytes(&self) -> Vec<u8> {
        self.state.to_bytes()
    }
}

/// The state that a whole journal leads to, as the store keeps it.
pub fn replay(rows: &[JournalRow], program: &Program) -> Result<Vec<u8>, String> {
    let mut replay = Replay::new(program);
    for row in rows {
        replay.play(row)?;
    }
    Ok(replay.state_bytes())
}
