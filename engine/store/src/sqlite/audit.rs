//! The audit journal: appended to, read, and never changed.

use super::error::failed;
use super::read::Columns;
use super::statement::Statement;
use crate::Error;
use crate::limits::number;
use crate::rows::{AuditRow, Hash, audit_hash};
use sqlx::sqlite::{SqliteConnection, SqliteRow};

/// From the first entry on; for whoever walks the chain.
pub(super) const ALL: &str = "SELECT seq, at_ms, body, hash FROM audit ORDER BY seq";

const NEWEST_FIRST: &str = "SELECT seq, at_ms, body, hash FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT +?";

/// Entries before this number, or the newest.
pub(super) async fn audit(
    connection: &mut SqliteConnection,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<AuditRow>, Error> {
    let before = before.map_or(Ok(i64::MAX), |before| number("an entry", before))?;
    let rows = sqlx::query(NEWEST_FIRST)
        .bind(before)
        .bind(limit)
        .fetch_all(connection)
        .await
        .map_err(failed)?;
    rows.iter().map(audit_row).collect()
}

pub(super) fn audit_row(row: &SqliteRow) -> Result<AuditRow, Error> {
    let mut columns = Columns::of(row);
    Ok(AuditRow {
        seq: columns.number()?,
        at_ms: columns.get()?,
        body: columns.get()?,
        hash: columns.hash()?,
    })
}

/// Gives each its number and binds it to the one before it.
pub(super) async fn append(connection: &mut SqliteConnection, entries: Vec<(i64, String)>) -> Result<(), Error> {
    static INSERT: Statement = Statement::new(
        "INSERT INTO audit (seq, at_ms, hash, body) SELECT * FROM",
        4,
        "WHERE column1 IS NOT NULL",
    );
    if entries.is_empty() {
        return Ok(());
    }
    let last = audit(connection, None, 1).await?.pop();
    let (mut seq, mut head) = last.map_or_else(|| (0, Hash::default()), |row| (row.seq, row.hash));
    let mut rows = Vec::with_capacity(entries.len());
    for (at_ms, body) in entries {
        seq += 1;
        head = audit_hash(&head, seq, at_ms, &body);
        rows.push(AuditRow {
            seq,
            at_ms,
            body,
            hash: head,
        });
    }
    INSERT
        .execute(connection, rows, |values, row| {
            values.add(row.seq.cast_signed());
            values.add(row.at_ms);
            values.bytes(&row.hash);
            values.add(row.body);
        })
        .await?;
    Ok(())
}
