//! Lists that people look at: everything is looked at and sorted.

use super::disk::Disk;
use crate::Error;
use crate::cursor::rank;
use crate::limits::{FILTER_ROLES_MAX, FLOOR_NOTICES_MAX, SEARCH_RUNS_MAX, SEARCH_TEXT_BYTES_MAX, sized};
use crate::rows::*;
use std::sync::Arc;

/// Shorter ones begin the ids of all runs of hours or days.
const ID_DIGITS_MIN: usize = 8;
const ID_DIGITS_MAX: usize = 32;

impl Disk {
    /// Newest first, behind the page's cursor.
    fn listed<'d>(
        &'d self,
        filter: &'d RunFilter,
        page: &Page,
    ) -> Result<impl Iterator<Item = &'d Arc<RunRow>>, Error> {
        let after = page.after_run()?;
        let fits = move |row: &&Arc<RunRow>| {
            filter.app.as_ref().is_none_or(|app| *app == row.app)
                && filter.status.as_ref().is_none_or(|status| *status == row.status)
                && (filter.station.is_none() || filter.station == row.station)
                && after.is_none_or(|after| row.id < after)
        };
        Ok(self.runs.values().rev().filter(fits))
    }

    pub(super) fn list_runs(&self, filter: &RunFilter, page: &Page) -> Result<Vec<RunRow>, Error> {
        let rows = page.rows()? as usize;
        let listed = self.listed(filter, page)?.take(rows);
        Ok(listed.map(|row| RunRow::clone(row)).collect())
    }

    pub(super) fn search(&self, text: &str, filter: &RunFilter, page: &Page) -> Result<FoundRuns, Error> {
        sized("the text that is searched for", text.len(), SEARCH_TEXT_BYTES_MAX)?;
        let rows = page.rows()? as usize;
        let full = |found: &[RunRow]| found.last().filter(|_| found.len() == rows).map(RunRow::cursor);
        if let Some(digits) = id_digits(text) {
            let begins = |row: &&Arc<RunRow>| row.id.simple().to_string().starts_with(&digits);
            if self.runs.values().any(|row| begins(&row)) {
                let found = self.listed(filter, page)?.filter(begins).take(rows);
                let found: Vec<RunRow> = found.map(|row| RunRow::clone(row)).collect();
                let next = full(&found);
                return Ok(FoundRuns { rows: found, next });
            }
        }
        let text = text.trim().to_ascii_lowercase();
        let says = |row: &&Arc<RunRow>| {
            let parts = [&row.app, &row.started_by].into_iter();
            let mut parts = parts.chain(row.station.as_ref()).chain(row.outcome.as_ref());
            parts.any(|part| part.to_ascii_lowercase().contains(&text))
        };
        let looked_at: Vec<&Arc<RunRow>> = self.listed(filter, page)?.take(SEARCH_RUNS_MAX as usize).collect();
        let found = looked_at.iter().copied().filter(says).take(rows);
        let found: Vec<RunRow> = found.map(|row| RunRow::clone(row)).collect();
        let may_be_more = looked_at.len() == SEARCH_RUNS_MAX as usize;
        let last = looked_at.last().filter(|_| may_be_more).map(|row| row.cursor());
        let next = full(&found).or(last);
        Ok(FoundRuns { rows: found, next })
    }

    pub(super) fn list_tasks(&self, filter: &TaskFilter, page: &Page) -> Result<Vec<TaskRow>, Error> {
        for (what, count) in [("roles", filter.roles.len()), ("people", filter.people.len())] {
            if count > FILTER_ROLES_MAX {
                return Err(Error::Invalid(format!(
                    "{count} {what}; at most {FILTER_ROLES_MAX} can be asked for"
                )));
            }
        }
        let after = page.after_task()?;
        let after = after.map(|place| (place.rank, place.opened_at_ms, place.run, place.task));
        let fitting = self.tasks.values().filter(|row| fits(row, filter));
        let mut listed: Vec<&Arc<TaskRow>> = fitting
            .filter(|row| after.is_none_or(|after| place(row) > after))
            .collect();
        listed.sort_by_key(|row| place(row));
        listed.truncate(page.rows()? as usize);
        Ok(listed.into_iter().map(|row| TaskRow::clone(row)).collect())
    }

    pub(super) fn list_notices(&self, filter: &NoticeFilter, page: &Page) -> Result<Vec<NoticeRow>, Error> {
        let after = page.after_notice()?.map(|after| after.unsigned_abs());
        let fits = |row: &&Arc<NoticeRow>| {
            filter.to_kind.as_ref().is_none_or(|kind| *kind == row.to_kind)
                && filter.to_id.as_ref().is_none_or(|id| *id == row.to_id)
                && filter.run.is_none_or(|run| run == row.run)
                && after.is_none_or(|after| row.id < after)
        };
        let listed = self.notices.values().rev().filter(fits).take(page.rows()? as usize);
        Ok(listed.map(|row| NoticeRow::clone(row)).collect())
    }

    pub(super) fn list_holds(&self, target: Option<&str>) -> Vec<HoldRow> {
        let held = self
            .holds
            .values()
            .filter(|row| target.is_none_or(|target| target == row.target));
        let mut held: Vec<HoldRow> = held.map(|row| HoldRow::clone(row)).collect();
        held.sort_by(|one, other| {
            (&one.target, one.since_ms, one.run).cmp(&(&other.target, other.since_ms, other.run))
        });
        held
    }

    pub(super) fn list_apps(&self) -> Vec<AppRow> {
        let mut apps: Vec<AppRow> = super::read::all(&self.apps);
        apps.sort_by(|one, other| {
            let key = |row: &AppRow| (row.published_at_ms, row.app.clone(), row.version);
            key(one).cmp(&key(other))
        });
        apps
    }

    pub(super) fn show_floor(&self, limit: u32) -> Result<FloorRows, Error> {
        let limit = limit as usize;
        let station = |run: &RunId| self.runs.get(run).and_then(|row| row.station.clone());
        let is_live = |run: &RunId| {
            let status = self.runs.get(run).map(|row| row.status.as_str());
            matches!(status, Some("waiting" | "stopped"))
        };
        let mut tasks: Vec<&Arc<TaskRow>> = self.tasks.values().collect();
        tasks.sort_by_key(|row| place(row));
        let newest = self.notices.values().rev().take(FLOOR_NOTICES_MAX as usize);
        let calls: Vec<&Arc<NoticeRow>> = newest.filter(|row| is_live(&row.run)).collect();
        let more = |all: usize| all.saturating_sub(limit) as u64;
        Ok(FloorRows {
            tasks_more: more(tasks.len()),
            holds_more: more(self.holds.len()),
            calls_more: more(calls.len()),
            tasks: (tasks.into_iter().take(limit))
                .map(|row| (TaskRow::clone(row), station(&row.run)))
                .collect(),
            holds: (self.holds.values().take(limit))
                .map(|row| HoldRow::clone(row))
                .collect(),
            calls: (calls.into_iter().take(limit))
                .map(|row| (NoticeRow::clone(row), station(&row.run)))
                .collect(),
        })
    }

    pub(super) fn count(&self) -> Counts {
        let runs = |status: &[&str]| {
            let counted = self.runs.values().filter(|row| status.contains(&row.status.as_str()));
            counted.count() as u64
        };
        let states: usize = self.runs.values().map(|row| row.state.len()).sum();
        let blobs: usize = self.blobs.values().map(|blob| blob.1.len()).sum();
        Counts {
            runs_waiting: runs(&["waiting"]),
            runs_stopped: runs(&["stopped"]),
            runs_ended: runs(&["finished", "failed", "cancelled"]),
            tasks_open: self.tasks.len() as u64,
            tasks_late: self.tasks.values().filter(|row| row.late).count() as u64,
            timers: self.timers.len() as u64,
            holds: self.holds.len() as u64,
            outbox: self.outbox.len() as u64,
            undelivered: self.undelivered.len() as u64,
            asks: self.asks.len() as u64,
            journal_entries: self.journal.len() as u64,
            size_bytes: (states + blobs) as u64,
        }
    }
}

/// The digits that ids of runs may begin with.
fn id_digits(text: &str) -> Option<String> {
    let digits: String = text.trim().chars().filter(|c| *c != '-').collect();
    let is_id =
        (ID_DIGITS_MIN..=ID_DIGITS_MAX).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    is_id.then(|| digits.to_ascii_lowercase())
}

fn place(row: &TaskRow) -> (i64, i64, RunId, u32) {
    (rank(row.late, row.due_at_ms), row.opened_at_ms, row.run, row.task)
}

/// The rule of [`TaskFilter`].
fn fits(row: &TaskRow, filter: &TaskFilter) -> bool {
    let is = |kind: &str, id: &str| row.to_kind == kind && row.to_id == id;
    let here = filter.station.as_deref();
    let offered = || {
        let mut people = filter.person.iter().chain(&filter.people);
        row.to_kind == "everyone"
            || row.to_kind == "several"
            || filter.roles.iter().any(|role| is("role", role))
            || people.any(|person| is("person", person) || row.reserved_by.as_ref() == Some(person))
            || here.is_some_and(|here| is("station", here) || filter.around.iter().any(|place| is("station", place)))
    };
    let shown = || {
        let anywhere = row.at.is_empty() && row.to_kind != "station";
        here.is_none_or(|here| anywhere || is("station", here) || row.at.iter().any(|at| at == here))
    };
    let nobody_asks = filter.roles.is_empty() && filter.person.is_none() && filter.people.is_empty();
    filter.app.as_ref().is_none_or(|app| *app == row.app)
        && filter.run.is_none_or(|run| run == row.run)
        && (nobody_asks || offered())
        && shown()
}
