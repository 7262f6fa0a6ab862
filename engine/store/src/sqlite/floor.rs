//! What is open on the whole site. Every list is walked along an index, and as far as it is shown.

use super::error::{failed, unreadable};
use super::read::{Columns, hold_row, notice_row, task_row};
use crate::Error;
use crate::limits::FLOOR_NOTICES_MAX;
use crate::rows::*;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

/// The station comes after the columns of the row itself.
const TASKS: &str = "SELECT task.run, task.task, task.app, task.app_version, task.step, task.offer, task.to_id,
        task.shown_at, task.reserved_by, task.opened_at_ms, task.due_at_ms, task.late, task.version, task.spec,
        run.station
    FROM (SELECT rank AS r, opened_at_ms AS o, run AS u, task AS t FROM task ORDER BY r, o, u, t LIMIT +?)
    CROSS JOIN task ON task.run = u AND task.task = t
    LEFT JOIN run ON run.id = u ORDER BY r, o, u, t";

const HOLDS: &str = "SELECT target, run, app, why, since_ms FROM hold ORDER BY target, run LIMIT +?";

/// The plus sign keeps SQLite from looking for runs by their status.
const CALLS: &str = "SELECT notice.id, notice.run, notice.app, notice.step, notice.to_kind, notice.to_id, notice.text,
        notice.at_ms, run.station
    FROM (SELECT * FROM notice ORDER BY id DESC LIMIT +?) AS notice
    CROSS JOIN run ON run.id = notice.run WHERE +run.status IN ('waiting', 'stopped')
    ORDER BY notice.id DESC LIMIT +?";

const CALLS_IN_ALL: &str = "SELECT count(*)
    FROM (SELECT run AS u FROM notice ORDER BY id DESC LIMIT +?)
    CROSS JOIN run ON run.id = u WHERE +run.status IN ('waiting', 'stopped')";

pub(super) async fn floor(connection: &mut SqliteConnection, limit: u32) -> Result<FloorRows, Error> {
    let tasks = rows(connection, sqlx::query(TASKS).bind(limit), |row| {
        Ok((task_row(row)?, station(row)?))
    });
    let tasks = tasks.await?;
    let holds = rows(connection, sqlx::query(HOLDS).bind(limit), hold_row).await?;
    let calls = sqlx::query(CALLS).bind(FLOOR_NOTICES_MAX).bind(limit);
    let calls = rows(connection, calls, |row| Ok((notice_row(row)?, station(row)?))).await?;
    let open = sqlx::query_scalar(CALLS_IN_ALL).bind(FLOOR_NOTICES_MAX);
    let open: i64 = open.fetch_one(&mut *connection).await.map_err(failed)?;
    let (open_tasks, open_holds) = (counter(connection, "task").await?, counter(connection, "hold").await?);
    Ok(FloorRows {
        tasks_more: open_tasks.saturating_sub(tasks.len() as u64),
        holds_more: open_holds.saturating_sub(holds.len() as u64),
        calls_more: open.cast_unsigned().saturating_sub(calls.len() as u64),
        tasks,
        holds,
        calls,
    })
}

type Query = sqlx::query::Query<'static, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

async fn rows<T>(
    connection: &mut SqliteConnection,
    query: Query,
    read: impl Fn(&SqliteRow) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let rows = query.fetch_all(connection).await.map_err(failed)?;
    rows.iter().map(read).collect()
}

/// In the last column.
fn station(row: &SqliteRow) -> Result<Option<String>, Error> {
    row.try_get(row.len() - 1).map_err(failed)
}

async fn counter(connection: &mut SqliteConnection, what: &'static str) -> Result<u64, Error> {
    let row = sqlx::query("SELECT n FROM counter WHERE what = ?").bind(what);
    let row = row.fetch_optional(connection).await.map_err(failed)?;
    let row = row.ok_or_else(|| unreadable("a counter"))?;
    Columns::of(&row).number()
}
