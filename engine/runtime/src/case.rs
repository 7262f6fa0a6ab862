//! One run with everything that says what happened in it: for its record, and for whoever checks a record.

use crate::apps::{Catalogue, hexadecimal};
use crate::journal::{self, Replay};
use crate::{Engine, Error, limits, site};
use kernel::EventKind;
use language::model::App;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::AnyStore;
use store::rows::{AppRow, JournalRow, RunId, RunRow};

/// A run with what it was run by. `run` and `journal` are of one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    pub run: RunRow,
    /// The versions that its journal was made with, oldest first, each after the site of its day (`$site`).
    pub definitions: Vec<AppRow>,
    pub journal: Vec<JournalRow>,
    /// Names of the people who acted, by id.
    pub people: BTreeMap<String, String>,
    /// What was uploaded or printed, in order of id.
    pub files: Vec<CaseFile>,
}

/// A file that the journal names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFile {
    /// SHA-256 of its bytes, hexadecimal.
    pub id: String,
    pub media_type: String,
    pub size_bytes: u64,
    /// Left out of a record when it is larger than what is taken along.
    pub bytes: Option<Vec<u8>>,
}

/// What a case's journal comes to when it is played again.
pub struct Played {
    /// As the store keeps it.
    pub state: Vec<u8>,
    /// The newest version that it was run by.
    pub app: Arc<App>,
}

impl Engine {
    /// Reads runs with everything that says what happened in them.
    pub fn cases(&self) -> Cases {
        Cases::of(self.shared().store.clone())
    }
}

/// Where cases are read from: a running engine, or the store of a stopped one.
#[derive(Clone)]
pub struct Cases(AnyStore);

impl Cases {
    pub fn of(store: AnyStore) -> Cases {
        Cases(store)
    }

    /// `None` when there is no such run.
    pub async fn case(&self, run: RunId) -> Result<Option<Case>, Error> {
        let store = &self.0;
        let Some(run) = store.run(run).await? else {
            return Ok(None);
        };
        let journal = journal(store, &run).await?;
        let mentioned = Mentioned::of(&journal);
        let people = store.people().await?.into_iter();
        let people = people.filter(|person| mentioned.texts.contains(&person.id));
        let people = people.map(|person| (person.id, person.name)).collect();
        Ok(Some(Case {
            definitions: definitions(store.apps().await?, &run, &journal),
            people,
            files: files(store, &mentioned).await?,
            journal,
            run,
        }))
    }
}

/// As far as the run had come when it was read.
async fn journal(store: &AnyStore, run: &RunRow) -> Result<Vec<JournalRow>, Error> {
    const ENTRIES_AT_ONCE: u32 = 1_000;
    let mut rows: Vec<JournalRow> = Vec::new();
    let mut bytes = 0;
    while let after = rows.last().map_or(0, |row| row.seq)
        && after < run.seq
    {
        let more = store.journal(run.id, after, ENTRIES_AT_ONCE).await?;
        if more.is_empty() {
            return Err(store::Error::Damaged(format!("run {}: entries after {after} are missing", run.id)).into());
        }
        bytes += more.iter().map(|row| row.body.len() as u64).sum::<u64>();
        if bytes > limits::CASE_JOURNAL_BYTES_MAX {
            let max = limits::CASE_JOURNAL_BYTES_MAX / (1024 * 1024);
            return Err(Error::Invalid(format!(
                "the journal of this run is larger than {max} MiB"
            )));
        }
        rows.extend(more.into_iter().filter(|row| row.seq <= run.seq));
    }
    Ok(rows)
}

/// The versions that the run was ever at, each after the site of its day.
fn definitions(apps: Vec<AppRow>, run: &RunRow, journal: &[JournalRow]) -> Vec<AppRow> {
    let mut versions = BTreeSet::from([run.app_version]);
    for row in journal {
        versions.extend(moved(row).into_iter().flatten());
    }
    let mut out: Vec<AppRow> = Vec::new();
    let mut site = None;
    for row in apps {
        if site::is_site(&row) {
            site = Some(row);
        } else if row.app == run.app && versions.contains(&row.version) {
            out.extend(site.take());
            out.push(row);
        }
    }
    out
}

/// From which version an entry went over to another, and to which.
fn moved(row: &JournalRow) -> [Option<u32>; 2] {
    match journal::event(row).ok().flatten().map(|event| event.kind) {
        Some(EventKind::Migrated {
            from_version,
            to_version,
            ..
        }) => [Some(from_version), Some(to_version)],
        Some(EventKind::MigrationUndone { to_version }) => [None, Some(to_version)],
        _ => [None, None],
    }
}

/// Nothing when the run never went over to another.
fn began_with(journal: &[JournalRow]) -> Option<u32> {
    journal.iter().find_map(|row| moved(row)[0])
}

async fn files(store: &AnyStore, mentioned: &Mentioned) -> Result<Vec<CaseFile>, Error> {
    let mut out = Vec::new();
    let mut taken = 0;
    for id in mentioned.texts.iter().filter(|text| is_blob(text)) {
        let Some((row, bytes)) = store.blob(id).await? else {
            continue;
        };
        let fits =
            taken + row.size_bytes <= limits::CASE_FILES_BYTES_MAX && row.size_bytes <= limits::CASE_FILE_BYTES_MAX;
        taken += if fits { row.size_bytes } else { 0 };
        out.push(CaseFile {
            id: row.id,
            media_type: row.media_type,
            size_bytes: row.size_bytes,
            bytes: fits.then_some(bytes),
        });
    }
    Ok(out)
}

/// Texts of a journal that may name something.
struct Mentioned {
    texts: BTreeSet<String>,
}

impl Mentioned {
    fn of(journal: &[JournalRow]) -> Mentioned {
        let mut texts = BTreeSet::new();
        for row in journal {
            if let Ok(body) = serde_json::from_slice::<Value>(&row.body) {
                gather(&body, &mut texts);
            }
        }
        Mentioned { texts }
    }
}

fn gather(value: &Value, texts: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if text.len() <= limits::CASE_NAME_BYTES_MAX => drop(texts.insert(text.clone())),
        Value::Array(items) => items.iter().for_each(|item| gather(item, texts)),
        Value::Object(members) => members.values().for_each(|member| gather(member, texts)),
        _ => {}
    }
}

fn is_blob(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl Case {
    /// Plays the journal with the definitions that came with it. Fails, in plain words, where it tells something else than
    /// was kept.
    pub fn play(&self) -> Result<Played, String> {
        let (app, version) = (&self.run.app, self.run.app_version);
        let catalogue = Catalogue::new(self.definitions.clone()).map_err(|error| error.to_string())?;
        let compiled = catalogue.compiled(app, Some(version));
        let compiled = compiled.map_err(|error| format!("version {version} of '{app}': {error}"))?;
        let begun_with = began_with(&self.journal).unwrap_or(version);
        let replay = Replay::across(&catalogue, app, begun_with);
        let mut replay = replay.map_err(|error| format!("version {begun_with} of '{app}': {error}"))?;
        for row in &self.journal {
            replay.play(row)?;
        }
        Ok(Played {
            state: replay.state_bytes(),
            app: compiled.app.clone(),
        })
    }

    /// Hash of the newest entry, hexadecimal.
    pub fn head(&self) -> String {
        hexadecimal(&self.run.head)
    }
}
