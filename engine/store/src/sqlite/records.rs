//! Records of tables. They are found by key, and by the values of their columns: beside each record stands one small
//! row (a *cell*) for each of its columns, keyed by a digest of app, table, column and value.

use super::error::{failed, unreadable};
use super::read::Columns;
use super::statement::Statement;
use crate::Error;
use crate::batch::{RecordKey, RecordPut};
use crate::limits::{FILTER_COLUMNS_MAX, FILTER_VALUE_BYTES_MAX, RECORD_COLUMNS_MAX, sized};
use crate::rows::*;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe};
use std::collections::{BTreeMap, BTreeSet};

/// Half a SHA-256: nobody finds two values with the same one.
type Cell = [u8; 16];

fn cell(app: &str, table: &str, column: &str, value: &Value) -> Cell {
    let mut hasher = Sha256::new();
    for name in [app, table, column] {
        hasher.update((name.len() as u64).to_be_bytes());
        hasher.update(name);
    }
    digest(value, &mut hasher);
    let digest: Hash = hasher.finalize().into();
    std::array::from_fn(|index| digest[index])
}

/// Feeds a value so that equal JSON values give the same bytes, in whatever order their members stand.
fn digest(value: &Value, hasher: &mut Sha256) {
    match value {
        Value::Array(items) => {
            hasher.update([b'[']);
            hasher.update((items.len() as u64).to_be_bytes());
            items.iter().for_each(|item| digest(item, hasher));
        }
        Value::Object(members) => {
            let sorted: BTreeMap<_, _> = members.iter().collect();
            hasher.update([b'{']);
            hasher.update((sorted.len() as u64).to_be_bytes());
            for (name, member) in sorted {
                hasher.update((name.len() as u64).to_be_bytes());
                hasher.update(name);
                digest(member, hasher);
            }
        }
        Value::String(text) => {
            hasher.update([b'"']);
            hasher.update((text.len() as u64).to_be_bytes());
            hasher.update(text);
        }
        // Numbers, truth values and null: their text says what they are, and ends where the next one begins.
        scalar => {
            hasher.update(scalar.to_string());
            hasher.update([b',']);
        }
    }
}

fn cells(app: &str, table: &str, values: &str) -> Result<BTreeSet<Cell>, Error> {
    let members: serde_json::Map<String, Value> = serde_json::from_str(values)
        .map_err(|error| Error::Invalid(format!("a record that is no JSON object: {error}")))?;
    if members.len() > RECORD_COLUMNS_MAX {
        return Err(Error::Invalid(format!(
            "a record of {} columns; at most {RECORD_COLUMNS_MAX} are possible",
            members.len()
        )));
    }
    Ok(members
        .iter()
        .map(|(column, value)| cell(app, table, column, value))
        .collect())
}

/// Inserts or replaces, counts versions up, and brings the cells along.
pub(super) async fn put(connection: &mut SqliteConnection, rows: BTreeMap<RecordKey, RecordPut>) -> Result<(), Error> {
    static PUT: Statement = Statement::new(
        "INSERT INTO record (app, tbl, key, vals, run, version, at_ms) SELECT * FROM",
        7,
        "WHERE column1 IS NOT NULL ON CONFLICT (app, tbl, key) DO UPDATE SET vals = excluded.vals,
            run = excluded.run, version = version + excluded.version, at_ms = excluded.at_ms",
    );
    static DROP_CELLS: Statement = Statement::new("DELETE FROM record_cell WHERE (cell, key) IN", 2, "");
    static PUT_CELLS: Statement = Statement::new(
        "INSERT INTO record_cell (cell, key) SELECT * FROM",
        2,
        "WHERE column1 IS NOT NULL",
    );
    if rows.is_empty() {
        return Ok(());
    }
    let mut earlier = stored_cells(connection, rows.keys()).await?;
    let (mut dropped, mut added) = (Vec::new(), Vec::new());
    for (key, put) in &rows {
        let before = earlier.remove(key).unwrap_or_default();
        let now = cells(&put.row.app, &put.row.table, &put.row.values)?;
        dropped.extend(before.difference(&now).map(|cell| (*cell, key.2.clone())));
        added.extend(now.difference(&before).map(|cell| (*cell, key.2.clone())));
    }
    dropped.sort_unstable();
    added.sort_unstable();
    for (statement, cells) in [(&DROP_CELLS, dropped), (&PUT_CELLS, added)] {
        statement
            .execute(connection, cells, |values, (cell, key)| {
                values.bytes(&cell);
                values.add(key);
            })
            .await?;
    }
    PUT.execute(connection, rows.into_values(), |values, put| {
        values.add(put.row.app);
        values.add(put.row.table);
        values.add(put.row.key);
        values.add(put.row.values);
        values.bytes(put.row.run.as_bytes());
        values.add(put.puts);
        values.add(put.row.at_ms);
    })
    .await?;
    Ok(())
}

/// Deletes records with their cells.
pub(super) async fn drop_rows(connection: &mut SqliteConnection, keys: BTreeSet<RecordKey>) -> Result<(), Error> {
    static DROP_CELLS: Statement = Statement::new("DELETE FROM record_cell WHERE (cell, key) IN", 2, "");
    static DROP: Statement = Statement::new("DELETE FROM record WHERE (app, tbl, key) IN", 3, "");
    if keys.is_empty() {
        return Ok(());
    }
    let stored = stored_cells(connection, keys.iter()).await?;
    let cells = stored
        .into_iter()
        .flat_map(|((_, _, key), cells)| cells.into_iter().map(move |cell| (cell, key.clone())));
    DROP_CELLS
        .execute(connection, cells.collect::<Vec<_>>(), |values, (cell, key)| {
            values.bytes(&cell);
            values.add(key);
        })
        .await?;
    DROP.execute(connection, keys, |values, (app, table, key)| {
        values.add(app);
        values.add(table);
        values.add(key);
    })
    .await?;
    Ok(())
}

/// The last number of a series counts up; the first is 1.
pub(super) async fn next_number(connection: &mut SqliteConnection, series: &str, period: &str) -> Result<u64, Error> {
    let last: i64 = sqlx::query_scalar(
        "INSERT INTO series (series, period, last) VALUES (?, ?, 1)
            ON CONFLICT (series, period) DO UPDATE SET last = last + 1 RETURNING last",
    )
    .bind(series)
    .bind(period)
    .fetch_one(connection)
    .await
    .map_err(failed)?;
    u64::try_from(last).map_err(|_| unreadable("a series of numbers"))
}

/// The cells of those that are stored already.
async fn stored_cells(
    connection: &mut SqliteConnection,
    keys: impl Iterator<Item = &RecordKey>,
) -> Result<BTreeMap<RecordKey, BTreeSet<Cell>>, Error> {
    static SELECT: Statement = Statement::new(
        "SELECT app, tbl, key, vals FROM",
        3,
        "CROSS JOIN record ON app = column1 AND tbl = column2 AND key = column3",
    );
    let rows = SELECT
        .fetch(connection, keys, |values, (app, table, key)| {
            values.add(app.as_str());
            values.add(table.as_str());
            values.add(key.as_str());
        })
        .await?;
    let mut stored = BTreeMap::new();
    for row in &rows {
        let mut columns = Columns::of(row);
        let key: RecordKey = (columns.get()?, columns.get()?, columns.get()?);
        let values: &str = columns.get()?;
        let cells = cells(&key.0, &key.1, values).map_err(|_| unreadable("a record"))?;
        stored.insert(key, cells);
    }
    Ok(stored)
}

/// Those whose columns have these values, by key from after `after`.
pub(super) async fn find(
    connection: &mut SqliteConnection,
    app: &str,
    table: &str,
    equals: &[(String, String)],
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<RecordRow>, Error> {
    let wanted = wanted(app, table, equals)?;
    let mut values = SqliteArguments::default();
    let mut value = |bytes: Bound<'_>| {
        match bytes {
            Bound::Text(text) => values.add(text),
            Bound::Bytes(bytes) => values.add(bytes),
            Bound::Number(number) => values.add(number),
        }
        .expect("integers, texts and bytes can be bound");
        format!("?{}", values.len())
    };
    let (app, table) = (value(Bound::Text(app)), value(Bound::Text(table)));
    let mut sql = String::from(
        "SELECT record.app, record.tbl, record.key, record.vals, record.run, record.version, record.at_ms FROM ",
    );
    // The rarest value is walked, in the order of its keys; for each key the others are looked up.
    let rarest = rarest(connection, &wanted).await?;
    match rarest {
        None => sql.push_str(&format!("record WHERE app = {app} AND tbl = {table}")),
        Some(rarest) => {
            let walked = value(Bound::Bytes(&wanted[rarest]));
            sql.push_str(&format!(
                "record_cell CROSS JOIN record ON record.app = {app} AND record.tbl = {table}
                    AND record.key = record_cell.key WHERE record_cell.cell = {walked}"
            ));
        }
    }
    let walked = if rarest.is_some() {
        "record_cell.key"
    } else {
        "record.key"
    };
    for (index, cell) in wanted.iter().enumerate() {
        if Some(index) != rarest {
            let cell = value(Bound::Bytes(cell));
            sql.push_str(&format!(
                " AND EXISTS (SELECT 1 FROM record_cell AS other WHERE other.cell = {cell} AND other.key = {walked})"
            ));
        }
    }
    if let Some(after) = after {
        let after = value(Bound::Text(after));
        sql.push_str(&format!(" AND {walked} > {after}"));
    }
    let limit = value(Bound::Number(limit));
    sql.push_str(&format!(" ORDER BY {walked} LIMIT +{limit}"));
    let rows = sqlx::query_with(AssertSqlSafe(sql), values)
        .fetch_all(connection)
        .await
        .map_err(failed)?;
    rows.iter().map(record_row).collect()
}

enum Bound<'a> {
    Text(&'a str),
    Bytes(&'a [u8]),
    Number(u32),
}

fn wanted(app: &str, table: &str, equals: &[(String, String)]) -> Result<Vec<Cell>, Error> {
    if equals.len() > FILTER_COLUMNS_MAX {
        return Err(Error::Invalid(format!(
            "a search over {} columns; at most {FILTER_COLUMNS_MAX} are compared",
            equals.len()
        )));
    }
    let mut wanted = BTreeSet::new();
    for (column, text) in equals {
        sized("a value to search for", text.len(), FILTER_VALUE_BYTES_MAX)?;
        let value: Value = serde_json::from_str(text)
            .map_err(|error| Error::Invalid(format!("the value of column {column:?} is no JSON: {error}")))?;
        wanted.insert(cell(app, table, column, &value));
    }
    Ok(wanted.into_iter().collect())
}

/// Which of several values the fewest records have, as far as a short look tells.
async fn rarest(connection: &mut SqliteConnection, wanted: &[Cell]) -> Result<Option<usize>, Error> {
    static LOOK: Statement = Statement::new(
        "SELECT column1, (SELECT count(*) FROM (SELECT 1 FROM record_cell WHERE cell = column2 LIMIT 1000)) FROM",
        2,
        "WHERE column1 IS NOT NULL",
    );
    if wanted.len() < 2 {
        return Ok(wanted.first().map(|_| 0));
    }
    let rows = LOOK
        .fetch(connection, wanted.iter().enumerate(), |values, (index, cell)| {
            values.add(index as i64);
            values.bytes(cell);
        })
        .await?;
    let mut counts = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut columns = Columns::of(row);
        let index = columns.number()?;
        counts.push((columns.number()?, index as usize));
    }
    Ok(counts.into_iter().min().map(|(_, index)| index))
}

fn record_row(row: &SqliteRow) -> Result<RecordRow, Error> {
    let mut columns = Columns::of(row);
    Ok(RecordRow {
        app: columns.get()?,
        table: columns.get()?,
        key: columns.get()?,
        values: columns.get()?,
        run: columns.run()?,
        version: columns.get()?,
        at_ms: columns.get()?,
    })
}
