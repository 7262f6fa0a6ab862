//! Messages that leave: those that are tried, and those that were given up.

use super::error::failed;
use super::read::Columns;
use super::statement::{Statement, Values};
use crate::Error;
use crate::limits::number;
use crate::rows::{OutboxRow, UndeliveredRow};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use std::collections::BTreeSet;

const OUTBOX: &str = "SELECT id, channel, key, body, at_ms FROM outbox WHERE id > ? ORDER BY id LIMIT +?";
const UNDELIVERED: &str = "SELECT id, channel, key, body, at_ms, problem, given_up_at_ms FROM undelivered WHERE id > ?
    ORDER BY id LIMIT +?";
const ONE_UNDELIVERED: &str = "SELECT id, channel, key, body, at_ms, problem, given_up_at_ms FROM undelivered
    WHERE id = ?";

/// Oldest first.
pub(super) async fn outbox(connection: &mut SqliteConnection, after: u64, limit: u32) -> Result<Vec<OutboxRow>, Error> {
    let rows = sqlx::query(OUTBOX)
        .bind(number("an outgoing message's number", after)?)
        .bind(limit)
        .fetch_all(connection)
        .await
        .map_err(failed)?;
    rows.iter().map(outbox_row).collect()
}

/// Oldest first.
pub(super) async fn undelivered(
    connection: &mut SqliteConnection,
    after: u64,
    limit: u32,
) -> Result<Vec<UndeliveredRow>, Error> {
    let rows = sqlx::query(UNDELIVERED)
        .bind(number("an undelivered message's number", after)?)
        .bind(limit)
        .fetch_all(connection)
        .await
        .map_err(failed)?;
    rows.iter().map(undelivered_row).collect()
}

/// A number that no row can have has none.
pub(super) async fn one_undelivered(
    connection: &mut SqliteConnection,
    id: u64,
) -> Result<Option<UndeliveredRow>, Error> {
    let Ok(id) = i64::try_from(id) else { return Ok(None) };
    let row = sqlx::query(ONE_UNDELIVERED)
        .bind(id)
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
    row.as_ref().map(undelivered_row).transpose()
}

fn outbox_row(row: &SqliteRow) -> Result<OutboxRow, Error> {
    let mut columns = Columns::of(row);
    Ok(OutboxRow {
        id: columns.number()?,
        channel: columns.get()?,
        key: columns.get()?,
        body: columns.get()?,
        at_ms: columns.get()?,
    })
}

fn undelivered_row(row: &SqliteRow) -> Result<UndeliveredRow, Error> {
    let mut columns = Columns::of(row);
    Ok(UndeliveredRow {
        id: columns.number()?,
        channel: columns.get()?,
        key: columns.get()?,
        body: columns.get()?,
        at_ms: columns.get()?,
        problem: columns.get()?,
        given_up_at_ms: columns.get()?,
    })
}

pub(super) async fn apply_outbox(
    connection: &mut SqliteConnection,
    drops: BTreeSet<u64>,
    rows: Vec<OutboxRow>,
) -> Result<(), Error> {
    static DROP: Statement = Statement::new("DELETE FROM outbox WHERE id IN", 1, "");
    static INSERT: Statement = Statement::new(
        "INSERT INTO outbox (channel, key, body, at_ms) SELECT * FROM",
        4,
        "WHERE column1 IS NOT NULL",
    );
    DROP.execute(connection, drops, number_of).await?;
    INSERT
        .execute(connection, rows, |values, row| {
            message(values, row.channel, row.key, row.body, row.at_ms);
        })
        .await?;
    Ok(())
}

pub(super) async fn apply_undelivered(
    connection: &mut SqliteConnection,
    drops: BTreeSet<u64>,
    rows: Vec<UndeliveredRow>,
) -> Result<(), Error> {
    static DROP: Statement = Statement::new("DELETE FROM undelivered WHERE id IN", 1, "");
    static INSERT: Statement = Statement::new(
        "INSERT INTO undelivered (channel, key, body, at_ms, problem, given_up_at_ms) SELECT * FROM",
        6,
        "WHERE column1 IS NOT NULL",
    );
    DROP.execute(connection, drops, number_of).await?;
    INSERT
        .execute(connection, rows, |values, row| {
            message(values, row.channel, row.key, row.body, row.at_ms);
            values.add(row.problem);
            values.add(row.given_up_at_ms);
        })
        .await?;
    Ok(())
}

fn number_of(values: &mut Values, id: u64) {
    values.add(id.cast_signed());
}

/// What both kinds of rows begin with.
fn message(values: &mut Values, channel: String, key: String, body: String, at_ms: i64) {
    values.add(channel);
    values.add(key);
    values.add(body);
    values.add(at_ms);
}
