//! What runs have asked of the world outside.

use super::error::failed;
use super::read::Columns;
use super::statement::Statement;
use super::write::part;
use crate::Error;
use crate::batch::Lane;
use crate::rows::{AskRow, RunId};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use std::collections::BTreeMap;

fn ask_row(row: &SqliteRow) -> Result<AskRow, Error> {
    let mut columns = Columns::of(row);
    Ok(AskRow {
        id: columns.number()?,
        run: columns.run()?,
        ask: columns.get()?,
        lane: columns.get()?,
        key: columns.get()?,
        body: columns.get()?,
        at_ms: columns.get()?,
        begun_at_ms: columns.get()?,
    })
}

pub(super) async fn ask(connection: &mut SqliteConnection, run: RunId, ask: u32) -> Result<Option<AskRow>, Error> {
    let row =
        sqlx::query("SELECT id, run, ask, lane, key, body, at_ms, begun_at_ms FROM ask WHERE run = ? AND ask = ?")
            .bind(&run.as_bytes()[..])
            .bind(ask)
            .fetch_optional(connection)
            .await
            .map_err(failed)?;
    row.as_ref().map(ask_row).transpose()
}

pub(super) async fn asks(
    connection: &mut SqliteConnection,
    lane: &str,
    after: i64,
    limit: u32,
) -> Result<Vec<AskRow>, Error> {
    let rows = sqlx::query(
        "SELECT id, run, ask, lane, key, body, at_ms, begun_at_ms FROM ask WHERE lane = ? AND id > ? ORDER BY id LIMIT +?",
    )
    .bind(lane)
    .bind(after)
    .bind(limit)
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    rows.iter().map(ask_row).collect()
}

/// Steps from one lane to the next along the index, so it costs by lanes, not by asks.
pub(super) async fn lanes(connection: &mut SqliteConnection) -> Result<Vec<String>, Error> {
    let lanes = sqlx::query_scalar(
        "WITH RECURSIVE lanes (lane) AS (
            SELECT min(lane) FROM ask
            UNION ALL SELECT (SELECT min(ask.lane) FROM ask WHERE ask.lane > lanes.lane) FROM lanes
            WHERE lanes.lane IS NOT NULL
        ) SELECT lane FROM lanes WHERE lane IS NOT NULL",
    );
    lanes.fetch_all(connection).await.map_err(failed)
}

pub(super) async fn apply(
    connection: &mut SqliteConnection,
    lane: Lane<(RunId, u32), Box<AskRow>>,
) -> Result<(), Error> {
    static DROP: Statement = Statement::new("DELETE FROM ask WHERE (run, ask) IN", 2, "");
    static PUT: Statement = Statement::new(
        "INSERT INTO ask (run, ask, lane, key, body, at_ms) SELECT * FROM",
        6,
        "WHERE column1 IS NOT NULL",
    );
    // An ask that is put again gets a new number, and so is seen by who reads on.
    let replaced = lane.puts.keys().copied();
    let dropped: Vec<_> = lane.drops.iter().copied().chain(replaced).collect();
    DROP.execute(connection, dropped, part).await?;
    PUT.execute(connection, lane.puts.into_values(), |values, row| {
        let row = *row;
        part(values, (row.run, row.ask));
        values.add(row.lane);
        values.add(row.key);
        values.add(row.body);
        values.add(row.at_ms);
    })
    .await?;
    Ok(())
}

/// After the puts, so that an ask of the same batch is met.
pub(super) async fn begin(connection: &mut SqliteConnection, begun: BTreeMap<(RunId, u32), i64>) -> Result<(), Error> {
    static BEGIN: Statement = Statement::new(
        "UPDATE ask SET begun_at_ms = column3 FROM",
        3,
        "WHERE ask.run = column1 AND ask.ask = column2",
    );
    BEGIN
        .execute(connection, begun, |values, (key, at_ms)| {
            part(values, key);
            values.add(at_ms);
        })
        .await?;
    Ok(())
}
