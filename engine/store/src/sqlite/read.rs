//! Rows from their columns, and the reads that the store and a unit share.

use super::error::{failed, unreadable};
use super::statement::Statement;
use crate::Error;
use crate::limits::LOOKUPS_MAX;
use crate::rows::*;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Decode, Row, Sqlite, Type};
use std::collections::BTreeMap;

/// The columns of a run, in the order in which [`run_row`] reads them.
pub(super) const RUN_COLUMNS: &str = "run.id, run.app, run.app_version, run.status, run.outcome, run.station,
    run.started_by, run.started_at_ms, run.updated_at_ms, run.ended_at_ms, run.seq, run.head, run.parent,
    run.parent_call, run.state";

/// The columns of a task, in the order in which [`task_row`] reads them.
pub(super) const TASK_COLUMNS: &str = "task.run, task.task, task.app, task.app_version, task.step, task.offer,
    task.to_id, task.shown_at, task.reserved_by, task.opened_at_ms, task.due_at_ms, task.late, task.version, task.spec";

/// Reads a row's columns one after the other.
pub(super) struct Columns<'r> {
    row: &'r SqliteRow,
    next: usize,
}

impl<'r> Columns<'r> {
    pub(super) fn of(row: &'r SqliteRow) -> Self {
        Self { row, next: 0 }
    }

    pub(super) fn get<T: Decode<'r, Sqlite> + Type<Sqlite>>(&mut self) -> Result<T, Error> {
        let index = self.next;
        self.next += 1;
        self.row.try_get(index).map_err(failed)
    }

    pub(super) fn run(&mut self) -> Result<RunId, Error> {
        let bytes: &[u8] = self.get()?;
        RunId::from_slice(bytes).map_err(|_| unreadable("the id of a run"))
    }

    pub(super) fn hash(&mut self) -> Result<Hash, Error> {
        let bytes: &[u8] = self.get()?;
        bytes.try_into().map_err(|_| unreadable("a hash"))
    }

    pub(super) fn optional_hash(&mut self) -> Result<Option<Hash>, Error> {
        let bytes: Option<&[u8]> = self.get()?;
        let hash = bytes.map(TryInto::try_into).transpose();
        hash.map_err(|_| unreadable("a hash"))
    }

    /// A list of texts, kept as JSON.
    pub(super) fn texts(&mut self, what: &'static str) -> Result<Vec<String>, Error> {
        let list: &str = self.get()?;
        serde_json::from_str(list).map_err(|_| unreadable(what))
    }

    pub(super) fn number(&mut self) -> Result<u64, Error> {
        let number: i64 = self.get()?;
        u64::try_from(number).map_err(|_| unreadable("a number"))
    }
}

pub(super) fn run_row(row: &SqliteRow) -> Result<RunRow, Error> {
    let mut columns = Columns::of(row);
    Ok(RunRow {
        id: columns.run()?,
        app: columns.get()?,
        app_version: columns.get()?,
        status: columns.get()?,
        outcome: columns.get()?,
        station: columns.get()?,
        started_by: columns.get()?,
        started_at_ms: columns.get()?,
        updated_at_ms: columns.get()?,
        ended_at_ms: columns.get()?,
        seq: columns.number()?,
        head: columns.hash()?,
        parent: {
            let parent: Option<Vec<u8>> = columns.get()?;
            let call: Option<u32> = columns.get()?;
            let id = parent.map(|bytes| RunId::from_slice(&bytes)).transpose();
            let id = id.map_err(|_| unreadable("the parent of a run"))?;
            id.map(|id| (id, call))
        },
        state: columns.get()?,
    })
}

pub(super) fn task_row(row: &SqliteRow) -> Result<TaskRow, Error> {
    let mut columns = Columns::of(row);
    let run = columns.run()?;
    let task = columns.get()?;
    let app = columns.get()?;
    let app_version = columns.get()?;
    let step = columns.get()?;
    let offer: &str = columns.get()?;
    let (to_kind, _) = offer.split_once(':').ok_or_else(|| unreadable("whom a task is for"))?;
    let to_id = columns.get()?;
    Ok(TaskRow {
        run,
        task,
        app,
        app_version,
        step,
        to_kind: to_kind.to_owned(),
        to_id,
        at: columns.texts("the stations of a task")?,
        reserved_by: columns.get()?,
        opened_at_ms: columns.get()?,
        due_at_ms: columns.get()?,
        late: columns.get()?,
        version: columns.get()?,
        spec: columns.get()?,
    })
}

pub(super) fn journal_row(row: &SqliteRow) -> Result<JournalRow, Error> {
    let mut columns = Columns::of(row);
    Ok(JournalRow {
        run: columns.run()?,
        seq: columns.number()?,
        at_ms: columns.get()?,
        hash: columns.hash()?,
        body: columns.get()?,
    })
}

pub(super) fn hold_row(row: &SqliteRow) -> Result<HoldRow, Error> {
    let mut columns = Columns::of(row);
    Ok(HoldRow {
        target: columns.get()?,
        run: columns.run()?,
        app: columns.get()?,
        why: columns.get()?,
        since_ms: columns.get()?,
    })
}

pub(super) fn notice_row(row: &SqliteRow) -> Result<NoticeRow, Error> {
    let mut columns = Columns::of(row);
    Ok(NoticeRow {
        id: columns.number()?,
        run: columns.run()?,
        app: columns.get()?,
        step: columns.get()?,
        to_kind: columns.get()?,
        to_id: columns.get()?,
        text: columns.get()?,
        at_ms: columns.get()?,
    })
}

pub(super) fn app_row(row: &SqliteRow) -> Result<AppRow, Error> {
    let mut columns = Columns::of(row);
    Ok(AppRow {
        app: columns.get()?,
        version: columns.get()?,
        hash: columns.hash()?,
        source: columns.get()?,
        published_at_ms: columns.get()?,
        published_by: columns.get()?,
    })
}

pub(super) fn timer_row(row: &SqliteRow) -> Result<TimerRow, Error> {
    let mut columns = Columns::of(row);
    Ok(TimerRow {
        run: columns.run()?,
        timer: columns.get()?,
        at_ms: columns.get()?,
    })
}

fn lookups(asked: usize) -> Result<(), Error> {
    if asked > LOOKUPS_MAX {
        return Err(Error::Invalid(format!(
            "{asked} lookups at once; at most {LOOKUPS_MAX} are done"
        )));
    }
    Ok(())
}

/// In the order asked; those that do not exist are left out.
pub(super) async fn runs(connection: &mut SqliteConnection, ids: &[RunId]) -> Result<Vec<RunRow>, Error> {
    static SELECT: Statement = Statement::new(
        "SELECT run.id, run.app, run.app_version, run.status, run.outcome, run.station, run.started_by,
            run.started_at_ms, run.updated_at_ms, run.ended_at_ms, run.seq, run.head, run.parent, run.parent_call,
            run.state FROM",
        1,
        "CROSS JOIN run ON run.id = column1",
    );
    lookups(ids.len())?;
    let rows = SELECT
        .fetch(connection, ids, |values, id| values.bytes(id.as_bytes()))
        .await?;
    rows.iter().map(run_row).collect()
}

/// In the order asked.
pub(super) async fn answered(
    connection: &mut SqliteConnection,
    keys: &[RequestKey],
) -> Result<Vec<Option<AnsweredRow>>, Error> {
    static SELECT: Statement = Statement::new(
        "SELECT column1, fingerprint, reply, at_ms FROM",
        3,
        "CROSS JOIN answered ON scope = column2 AND key = column3",
    );
    lookups(keys.len())?;
    let rows = SELECT
        .fetch(connection, keys.iter().enumerate(), |values, (index, key)| {
            values.add(index as i64);
            values.add(key.scope.as_str());
            values.add(key.key.as_str());
        })
        .await?;
    let mut found = BTreeMap::new();
    for row in &rows {
        let mut columns = Columns::of(row);
        let index: i64 = columns.get()?;
        found.insert(index, (columns.hash()?, columns.get()?, columns.get()?));
    }
    let answers = keys.iter().enumerate().map(|(index, key)| {
        let (fingerprint, reply, at_ms) = found.remove(&(index as i64))?;
        Some(AnsweredRow {
            key: key.clone(),
            fingerprint,
            reply,
            at_ms,
        })
    });
    Ok(answers.collect())
}

pub(super) async fn task(connection: &mut SqliteConnection, run: RunId, task: u32) -> Result<Option<TaskRow>, Error> {
    let row = sqlx::query(
        "SELECT task.run, task.task, task.app, task.app_version, task.step, task.offer, task.to_id,
            task.shown_at, task.reserved_by, task.opened_at_ms, task.due_at_ms, task.late, task.version, task.spec
        FROM task WHERE run = ? AND task = ?",
    )
    .bind(&run.as_bytes()[..])
    .bind(task)
    .fetch_optional(connection)
    .await
    .map_err(failed)?;
    row.as_ref().map(task_row).transpose()
}

pub(super) async fn draft(connection: &mut SqliteConnection, run: RunId, task: u32) -> Result<Option<DraftRow>, Error> {
    let row = sqlx::query("SELECT person, version, at_ms, body FROM draft WHERE run = ? AND task = ?")
        .bind(&run.as_bytes()[..])
        .bind(task)
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
    let read = |row: &SqliteRow| {
        let mut columns = Columns::of(row);
        Ok(DraftRow {
            run,
            task,
            person: columns.get()?,
            version: columns.get()?,
            at_ms: columns.get()?,
            body: columns.get()?,
        })
    };
    row.as_ref().map(read).transpose()
}

/// The newest one up to this version.
pub(super) async fn app_file(
    connection: &mut SqliteConnection,
    (app, name, version): (&str, &str, u32),
) -> Result<Option<String>, Error> {
    sqlx::query_scalar(
        "SELECT blob FROM app_file WHERE app = ? AND name = ? AND version <= ? ORDER BY version DESC LIMIT 1",
    )
    .bind(app)
    .bind(name)
    .bind(version)
    .fetch_optional(connection)
    .await
    .map_err(failed)
}

pub(super) async fn last_answers(
    connection: &mut SqliteConnection,
    (app, step, place): (&str, &str, &str),
) -> Result<Option<LastAnswersRow>, Error> {
    let row = sqlx::query("SELECT body, at_ms FROM last_answer WHERE app = ? AND step = ? AND place = ?")
        .bind(app)
        .bind(step)
        .bind(place)
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
    let read = |row: &SqliteRow| {
        let mut columns = Columns::of(row);
        Ok(LastAnswersRow {
            app: app.to_owned(),
            step: step.to_owned(),
            place: place.to_owned(),
            body: columns.get()?,
            at_ms: columns.get()?,
        })
    };
    row.as_ref().map(read).transpose()
}

pub(super) async fn listeners(connection: &mut SqliteConnection, message: &str) -> Result<Vec<ListenerRow>, Error> {
    let rows = sqlx::query("SELECT run, wait FROM listener WHERE message = ? ORDER BY run, wait")
        .bind(message)
        .fetch_all(connection)
        .await
        .map_err(failed)?;
    let read = |row: &SqliteRow| {
        let mut columns = Columns::of(row);
        Ok(ListenerRow {
            run: columns.run()?,
            wait: columns.get()?,
            message: message.to_owned(),
        })
    };
    rows.iter().map(read).collect()
}

pub(super) async fn app_versions(connection: &mut SqliteConnection, app: &str) -> Result<u32, Error> {
    sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM app WHERE app = ?")
        .bind(app)
        .fetch_one(connection)
        .await
        .map_err(failed)
}
