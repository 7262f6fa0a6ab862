//! What is read: straight from the store, which sees everything acknowledged.

use crate::commands::runs::check_button;
use crate::engine::Engine;
use crate::journal::timeline_entry;
use crate::requests::{Acting, Caller, TaskRef};
use crate::rights::starting_place;
use crate::run::{assignee_of, run_view, status_of, task_view, waiting_for};
use crate::views::{
    DraftView, FloorView, HoldView, ListOf, Metrics, NoticeView, Placed, RecordView, RunView, StartableView,
    TaskDetail, TaskView, TimelineEntry,
};
use crate::{Error, forms, limits, records};
use expression::Value;
use kernel::{Assignee, Refusal, RunState, TaskSpec};
use std::collections::BTreeMap;
use store::rows::{
    BlobRow, DraftRow, HoldRow, NoticeFilter, NoticeRow, Page, RecordRow, RunFilter, RunId, RunRow, TaskFilter,
    TokenRow,
};

/// Rows of a page that does not say how many it wants.
const PAGE_ENTRIES_DEFAULT: u32 = 100;

impl Engine {
    pub async fn run(&self, run: RunId) -> Result<RunView, Error> {
        let row = self.shared().store.run(run).await?.ok_or_else(|| no_run(run))?;
        let mut view = run_view(&row, status_of(&row.status)?);
        let state = RunState::from_bytes(&row.state)
            .map_err(|problem| Error::Invalid(format!("run {run} cannot be read: {problem}")))?;
        view.waiting_for = waiting_for(&state);
        view.tasks = self.open_tasks(run).await?;
        Ok(view)
    }

    /// All open tasks of one run.
    async fn open_tasks(&self, run: RunId) -> Result<Vec<TaskView>, Error> {
        let filter = TaskFilter {
            run: Some(run),
            ..TaskFilter::default()
        };
        let page = Page {
            after: None,
            limit: limits::PAGE_ENTRIES_MAX,
        };
        let rows = self.shared().store.tasks(&filter, &page).await?;
        let mut tasks = rows.iter().map(task_view).collect::<Result<Vec<_>, _>>()?;
        tasks.sort_by_key(|task| task.task);
        Ok(tasks)
    }

    pub async fn runs(&self, filter: &RunFilter, page: &Page) -> Result<ListOf<RunView>, Error> {
        let page = &checked(page)?;
        let rows = self.shared().store.runs(filter, page).await?;
        list(rows, page, RunRow::cursor, |row| {
            Ok(run_view(row, status_of(&row.status)?))
        })
    }

    /// Newest first, as far as [`store::Store::search_runs`] looks at once; `next` goes on from there.
    pub async fn search_runs(&self, text: &str, filter: &RunFilter, page: &Page) -> Result<ListOf<RunView>, Error> {
        let page = &checked(page)?;
        let found = self.shared().store.search_runs(text, filter, page).await?;
        let views = found.rows.iter().map(|row| Ok(run_view(row, status_of(&row.status)?)));
        Ok(ListOf {
            items: views.collect::<Result<Vec<_>, store::Error>>()?,
            next: found.next,
        })
    }

    /// Apps whose start button may be pressed at the station, by id. Who acts for themselves asks for where they are; only
    /// who supervises asks for elsewhere.
    pub fn startable(&self, station: Option<&str>, acting: Option<&Acting>) -> Result<Vec<StartableView>, Error> {
        let shared = self.shared();
        let station = starting_place(station, acting)?;
        let at = shared.clock.now();
        let surroundings = forms::Surroundings {
            context: &BTreeMap::new(),
            clock: kernel::Clock {
                at,
                zone: shared.zone.at(at),
            },
        };
        let mut startable = Vec::new();
        for version in shared.catalogue.newest() {
            // One that is not understood any more starts nothing.
            let Ok(compiled) = version.compiled() else {
                continue;
            };
            let app = &compiled.app;
            if check_button(&compiled, station.as_deref()).is_ok() {
                startable.push(StartableView {
                    app: version.row.app.clone(),
                    version: version.row.version,
                    title: forms::text(&app.title, &surroundings),
                    about: app.about.as_ref().map(|about| forms::text(about, &surroundings)),
                    inputs: forms::form(&app.inputs, &surroundings),
                });
            }
        }
        Ok(startable)
    }

    pub async fn floor(&self) -> Result<FloorView, Error> {
        let rows = self.shared().store.floor(limits::FLOOR_ENTRIES_MAX).await?;
        let tasks = rows.tasks.iter().map(|(row, station)| {
            let what = task_view(row)?;
            let station = place_of(&what.spec, &row.at, station.as_deref());
            Ok(Placed { what, station })
        });
        let calls = rows.calls.into_iter().map(|(row, station)| Placed {
            what: notice_view(&row),
            station,
        });
        Ok(FloorView {
            tasks: tasks.collect::<Result<Vec<_>, store::Error>>()?,
            tasks_more: rows.tasks_more,
            holds: rows.holds.into_iter().map(hold_view).collect(),
            holds_more: rows.holds_more,
            calls: calls.collect(),
            calls_more: rows.calls_more,
        })
    }

    pub async fn timeline(&self, run: RunId, after: u64, limit: u32) -> Result<ListOf<TimelineEntry>, Error> {
        let page = checked(&Page { after: None, limit })?;
        let store = &self.shared().store;
        let rows = store.journal(run, after, page.limit).await?;
        if rows.is_empty() && store.run(run).await?.is_none() {
            return Err(no_run(run));
        }
        list(
            rows,
            &page,
            |row| row.seq.to_string(),
            |row| {
                timeline_entry(row)
                    .map_err(|problem| store::Error::Damaged(format!("the journal of run {run}: {problem}")))
            },
        )
    }

    pub async fn tasks(&self, filter: &TaskFilter, page: &Page) -> Result<ListOf<TaskView>, Error> {
        let page = &checked(page)?;
        let mut filter = filter.clone();
        if let Some(station) = &filter.station {
            let around = self.site().around(station);
            filter.around = around.map(ToString::to_string).collect();
        }
        let rows = self.shared().store.tasks(&filter, page).await?;
        list(rows, page, |row| row.cursor(), task_view)
    }

    /// What is offered to who acts, and what they have: of the tasks that fit the filter those that may be theirs. A part
    /// may be short, or empty, and have a `next`: [`limits::TASKS_LOOKED_AT_MAX`] are looked at in one call.
    pub async fn own_tasks(
        &self,
        filter: &TaskFilter,
        page: &Page,
        caller: &Caller,
    ) -> Result<ListOf<TaskView>, Error> {
        let mut page = page.clone();
        let mut looked_at = 0;
        loop {
            let mut part = self.tasks(filter, &page).await?;
            looked_at += part.items.len();
            part.items.retain(|task| caller.is_shown(&task.spec, self.site()));
            let is_over = part.next.is_none() || looked_at >= limits::TASKS_LOOKED_AT_MAX;
            if is_over || !part.items.is_empty() {
                return Ok(part);
            }
            page.after = part.next;
        }
    }

    /// One open task with its form and draft.
    pub async fn task(&self, task: TaskRef) -> Result<TaskDetail, Error> {
        let shared = self.shared();
        let TaskRef { run, task, .. } = task;
        let Some(row) = shared.store.task(run, task).await? else {
            let known = shared.store.run(run).await?.ok_or_else(|| no_run(run))?;
            return Err(match known.ended_at_ms {
                Some(_) => Refusal::RunEnded.into(),
                None => Refusal::NoSuchTask { task }.into(),
            });
        };
        let view = task_view(&row)?;
        let compiled = shared.catalogue.compiled(&row.app, Some(row.app_version))?;
        let no_form = || store::Error::Damaged(format!("task {task} of run {run} has no form"));
        let checker = compiled.form(&view.spec.step).ok_or_else(no_form)?;
        let asked = compiled.asked(&view.spec.step).ok_or_else(no_form)?;
        let at = shared.clock.now();
        let surroundings = forms::Surroundings {
            context: &view.spec.context,
            clock: kernel::Clock {
                at,
                zone: shared.zone.at(at),
            },
        };
        let draft = shared.store.draft(run, task).await?;
        let mut form = forms::form(&asked.fields, &surroundings);
        self.with_pictures(&mut form, &compiled, row.app_version).await?;
        Ok(TaskDetail {
            schema: checker.schema.clone(),
            form,
            pages: forms::pages(asked, &surroundings),
            buttons: forms::buttons(asked, &surroundings),
            draft: draft.map(draft_view).transpose()?,
            task: view,
        })
    }

    /// `equals` in plain JSON, as [`RecordView::values`] shows it.
    pub async fn records(
        &self,
        app: &str,
        table: &str,
        equals: &[(String, serde_json::Value)],
        page: &Page,
    ) -> Result<ListOf<RecordView>, Error> {
        let shared = self.shared();
        let compiled = shared.catalogue.compiled(app, None)?;
        let tables = || compiled.app.tables.iter().map(|table| table.id.as_str());
        if !tables().any(|known| known == table) {
            let nearest = crate::apps::nearest(table, tables());
            return Err(Error::NotFound {
                what: "table",
                id: table.to_owned(),
                nearest,
            });
        }
        self.records_of(app, table, equals, page).await
    }

    /// Of a table that is known to exist.
    pub(crate) async fn records_of(
        &self,
        owner: &str,
        table: &str,
        equals: &[(String, serde_json::Value)],
        page: &Page,
    ) -> Result<ListOf<RecordView>, Error> {
        let page = &checked(page)?;
        let equals: Vec<(String, String)> = equals
            .iter()
            // A number is written in one way only: 25.0 is looked for as 25.
            .map(|(column, value)| (column.clone(), Value::from_json(value).to_json().to_string()))
            .collect();
        let rows = self.shared().store.records(owner, table, &equals, page).await?;
        list(rows, page, RecordRow::cursor, record_view)
    }

    pub async fn holds(&self, target: Option<&str>) -> Result<Vec<HoldView>, Error> {
        let rows = self.shared().store.holds(target).await?;
        Ok(rows.into_iter().map(hold_view).collect())
    }

    pub async fn notices(&self, filter: &NoticeFilter, page: &Page) -> Result<ListOf<NoticeView>, Error> {
        let page = &checked(page)?;
        let rows = self.shared().store.notices(filter, page).await?;
        list(rows, page, NoticeRow::cursor, |row| Ok(notice_view(row)))
    }

    pub async fn put_blob(&self, bytes: &[u8], media_type: &str) -> Result<BlobRow, Error> {
        if !self.is_taking() {
            return Err(Error::Stopping);
        }
        let at = self.shared().clock.now();
        Ok(self.shared().store.put_blob(bytes, media_type, at.0).await?)
    }

    pub async fn blob(&self, id: &str) -> Result<Option<(BlobRow, Vec<u8>)>, Error> {
        Ok(self.shared().store.blob(id).await?)
    }

    pub async fn tokens(&self) -> Result<Vec<TokenRow>, Error> {
        Ok(self.shared().store.tokens().await?)
    }

    /// For Prometheus: what is kept, and what this process did.
    pub async fn metrics(&self) -> Result<Metrics, Error> {
        let kept = self.shared().store.counts().await?;
        Ok(Metrics {
            brakes: self.brakes().len() as u64,
            runs_held: self.runs_held() as u64,
            ..self.shared().counters.read(kept, self.queue_length())
        })
    }

    /// Whether requests are taken: the writer lives and the store answers.
    pub async fn health(&self) -> Result<(), Error> {
        if !self.is_taking() {
            return Err(Error::Stopping);
        }
        self.shared().store.next_timer_ms().await?;
        Ok(())
    }
}

fn no_run(run: RunId) -> Error {
    Error::NotFound {
        what: "run",
        id: run.to_string(),
        nearest: None,
    }
}

fn checked(page: &Page) -> Result<Page, Error> {
    if page.limit > limits::PAGE_ENTRIES_MAX {
        let (size, max) = (u64::from(page.limit), u64::from(limits::PAGE_ENTRIES_MAX));
        return Err(Error::TooLarge {
            what: "part of a list",
            size,
            max,
        });
    }
    let limit = if page.limit == 0 {
        PAGE_ENTRIES_DEFAULT
    } else {
        page.limit
    };
    Ok(Page {
        after: page.after.clone(),
        limit,
    })
}

/// A full page has a cursor; there may be nothing behind it.
fn list<R, V>(
    rows: Vec<R>,
    page: &Page,
    cursor: impl Fn(&R) -> String,
    view: impl Fn(&R) -> Result<V, store::Error>,
) -> Result<ListOf<V>, Error> {
    let full = rows.len() == page.limit as usize;
    let next = rows.last().filter(|_| full).map(cursor);
    let items = rows.iter().map(view).collect::<Result<Vec<_>, _>>()?;
    Ok(ListOf { items, next })
}

/// Where a task is asked for; where that is several places, the one at which its run began if it is among them.
fn place_of(task: &TaskSpec, shown_at: &[String], began: Option<&str>) -> Option<String> {
    let is_shown = |station: &str| shown_at.is_empty() || shown_at.iter().any(|at| at == station);
    match &task.to {
        // A line is none of the places at which it is shown.
        Assignee::Station(station) if shown_at.is_empty() || is_shown(station) => Some(station.clone()),
        _ => began
            .filter(|began| is_shown(began))
            .map(str::to_owned)
            .or_else(|| shown_at.first().cloned()),
    }
}

fn draft_view(row: DraftRow) -> Result<DraftView, Error> {
    let answers = serde_json::from_slice(&row.body).map_err(|problem| {
        store::Error::Damaged(format!("the draft of task {} of run {}: {problem}", row.task, row.run))
    })?;
    Ok(DraftView {
        version: row.version,
        person: row.person,
        at_ms: row.at_ms,
        answers,
    })
}

fn record_view(row: &RecordRow) -> Result<RecordView, store::Error> {
    let values = records::plain(&row.values)
        .map_err(|problem| store::Error::Damaged(format!("record '{}' of '{}': {problem}", row.key, row.table)))?;
    Ok(RecordView {
        key: row.key.clone(),
        values,
        run: row.run,
        version: row.version,
        at_ms: row.at_ms,
    })
}

fn hold_view(row: HoldRow) -> HoldView {
    let HoldRow {
        target,
        run,
        app,
        why,
        since_ms,
    } = row;
    HoldView {
        target,
        run,
        app,
        why,
        since_ms,
    }
}

fn notice_view(row: &NoticeRow) -> NoticeView {
    NoticeView {
        id: row.id,
        run: row.run,
        app: row.app.clone(),
        step: row.step.clone(),
        to: assignee_of(&row.to_kind, &row.to_id),
        text: row.text.clone(),
        at_ms: row.at_ms,
    }
}
