//! Reads of single rows and of small lists, of what is committed and inside a unit.

use super::disk::Disk;
use crate::Error;
use crate::limits::{FILTER_COLUMNS_MAX, FILTER_VALUE_BYTES_MAX, LOOKUPS_MAX, number, sized};
use crate::rows::*;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

pub(super) fn row<K: Ord, V: Clone>(rows: &BTreeMap<K, Arc<V>>, key: &K) -> Option<V> {
    rows.get(key).map(|row| V::clone(row))
}

/// By key.
pub(super) fn all<K: Ord, V: Clone>(rows: &BTreeMap<K, Arc<V>>) -> Vec<V> {
    rows.values().map(|row| V::clone(row)).collect()
}

/// Those behind a number, in order.
pub(super) fn behind<V: Clone>(rows: &BTreeMap<u64, Arc<V>>, after: u64, limit: u32) -> Vec<V> {
    let behind = rows.range((Bound::Excluded(after), Bound::Unbounded));
    behind.take(limit as usize).map(|(_, row)| V::clone(row)).collect()
}

fn lookups(asked: usize) -> Result<(), Error> {
    if asked > LOOKUPS_MAX {
        return Err(Error::Invalid(format!(
            "{asked} lookups at once; at most {LOOKUPS_MAX} are done"
        )));
    }
    Ok(())
}

impl Disk {
    pub(super) fn runs_by_id(&self, ids: &[RunId]) -> Result<Vec<RunRow>, Error> {
        lookups(ids.len())?;
        Ok(ids.iter().filter_map(|id| row(&self.runs, id)).collect())
    }

    pub(super) fn entries(&self, run: RunId, after_seq: u64, limit: u32) -> Result<Vec<JournalRow>, Error> {
        number("entry", after_seq)?;
        let behind = (Bound::Excluded((run, after_seq)), Bound::Included((run, u64::MAX)));
        let entries = self.journal.range(behind).take(limit as usize);
        Ok(entries.map(|(_, row)| JournalRow::clone(row)).collect())
    }

    pub(super) fn answers_to(&self, keys: &[RequestKey]) -> Result<Vec<Option<AnsweredRow>>, Error> {
        lookups(keys.len())?;
        let of = |key: &RequestKey| row(&self.answered, &(key.scope.clone(), key.key.clone()));
        Ok(keys.iter().map(of).collect())
    }

    pub(super) fn listeners_to(&self, message: &str) -> Vec<ListenerRow> {
        let listening = self.listeners.values().filter(|row| row.message == message);
        listening.map(|row| ListenerRow::clone(row)).collect()
    }

    /// By person.
    pub(super) fn workers_of(&self, app: &str, step: &str) -> Vec<WorkerRow> {
        let key = (app.to_owned(), step.to_owned(), String::new());
        let workers = self.workers.range(key..);
        let workers = workers.take_while(|((of, name, _), _)| of == app && name == step);
        workers.map(|(_, row)| WorkerRow::clone(row)).collect()
    }

    /// How many tasks each has reserved.
    pub(super) fn tasks_in_hand(&self, people: &[String]) -> Vec<u64> {
        let of = |person: &String| {
            let reserved = self
                .tasks
                .values()
                .filter(|row| row.reserved_by.as_ref() == Some(person));
            reserved.count() as u64
        };
        people.iter().map(of).collect()
    }

    pub(super) fn newest_version(&self, app: &str) -> u32 {
        let versions = self.apps.range((app.to_owned(), 0)..=(app.to_owned(), u32::MAX));
        versions.last().map_or(0, |((_, version), _)| *version)
    }

    /// Those whose columns have these values, by key from behind `after`.
    pub(super) fn find(
        &self,
        app: &str,
        table: &str,
        equals: &[(String, String)],
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<RecordRow>, Error> {
        let wanted = wanted(equals)?;
        let key = |key: &str| (app.to_owned(), table.to_owned(), key.to_owned());
        let from = match after {
            Some(after) => Bound::Excluded(key(after)),
            None => Bound::Included(key("")),
        };
        let rows = self.records.range((from, Bound::Unbounded));
        let of_table = rows.take_while(|((of, name, _), _)| of == app && name == table);
        let found = of_table.map(|(_, row)| row).filter(|row| has(row, &wanted));
        Ok(found.take(limit as usize).map(|row| RecordRow::clone(row)).collect())
    }

    pub(super) fn timers_due(&self, until_ms: i64, limit: u32) -> Vec<TimerRow> {
        let due = self.timers.values().filter(|row| row.at_ms <= until_ms);
        let mut due: Vec<TimerRow> = due.map(|row| TimerRow::clone(row)).collect();
        due.sort_by_key(|row| (row.at_ms, row.run, row.timer));
        due.truncate(limit as usize);
        due
    }

    /// The newest one up to this version.
    pub(super) fn file_of(&self, app: &str, name: &str, version: u32) -> Option<String> {
        let key = |version| (app.to_owned(), name.to_owned(), version);
        let versions = self.app_files.range(key(0)..=key(version));
        versions.last().map(|(_, row)| row.blob.clone())
    }

    pub(super) fn asks_of(&self, lane: &str, after: u64, limit: u32) -> Result<Vec<AskRow>, Error> {
        number("an ask's number", after)?;
        let open = self.asks.values().filter(|row| row.lane == lane && row.id > after);
        let mut open: Vec<AskRow> = open.map(|row| AskRow::clone(row)).collect();
        open.sort_by_key(|row| row.id);
        open.truncate(limit as usize);
        Ok(open)
    }
}

fn wanted(equals: &[(String, String)]) -> Result<Vec<(&str, Value)>, Error> {
    if equals.len() > FILTER_COLUMNS_MAX {
        return Err(Error::Invalid(format!(
            "a search over {} columns; at most {FILTER_COLUMNS_MAX} are compared",
            equals.len()
        )));
    }
    let read = |(column, text): &'_ (String, String)| {
        sized("a value to search for", text.len(), FILTER_VALUE_BYTES_MAX)?;
        serde_json::from_str(text)
            .map_err(|error| Error::Invalid(format!("the value of column {column:?} is no JSON: {error}")))
    };
    equals.iter().map(|one| Ok((one.0.as_str(), read(one)?))).collect()
}

fn has(row: &RecordRow, wanted: &[(&str, Value)]) -> bool {
    if wanted.is_empty() {
        return true;
    }
    // Only objects are put.
    let members: Map<String, Value> = serde_json::from_str(&row.values).unwrap_or_default();
    wanted.iter().all(|(column, value)| members.get(*column) == Some(value))
}
