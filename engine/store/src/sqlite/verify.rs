//! Looks at everything that is stored, a few rows at a time.

use super::audit;
use super::blobs::{Blobs, hexadecimal};
use super::error::failed;
use super::read::{Columns, journal_row};
use crate::Error;
use crate::chain::{Chain, Findings, Told, settle};
use crate::rows::*;
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::task::spawn_blocking;

/// Runs that are looked at in one view of the database; a longer one would keep its log from being written out.
const RUNS_PER_VIEW: u32 = 500;

pub(super) async fn verify(
    connection: &mut SqliteConnection,
    blobs: &Arc<Blobs>,
    runs: u64,
    progress: &(dyn Fn(u64, u64) + Send + Sync),
) -> Result<VerifyReport, Error> {
    let mut findings = Findings::default();
    verify_pages(connection, &mut findings).await?;
    let mut after = None;
    loop {
        progress(findings.report.runs, runs.max(findings.report.runs));
        after = verify_view(connection, after, &mut findings).await?;
        if after.is_none() {
            break;
        }
    }
    progress(findings.report.runs, findings.report.runs);
    verify_audit(connection, &mut findings).await?;
    verify_apps(connection, &mut findings).await?;
    verify_blobs(connection, blobs, &mut findings).await?;
    Ok(findings.report())
}

/// The database file itself.
async fn verify_pages(connection: &mut SqliteConnection, findings: &mut Findings) -> Result<(), Error> {
    let said: Vec<String> = sqlx::query_scalar("PRAGMA quick_check(100)")
        .fetch_all(connection)
        .await
        .map_err(failed)?;
    for line in said {
        if line != "ok" {
            findings.fault(format!("the database file: {line}"));
        }
    }
    Ok(())
}

/// Follows the journals of the next runs; returns the last of them, or none at the end.
async fn verify_view(
    connection: &mut SqliteConnection,
    after: Option<RunId>,
    findings: &mut Findings,
) -> Result<Option<RunId>, Error> {
    let mut view = connection.begin().await.map_err(failed)?;
    let above = after.map_or(Vec::new(), |id| id.as_bytes().to_vec());
    let rows = sqlx::query("SELECT id, seq, head FROM run WHERE id > ? ORDER BY id LIMIT +?")
        .bind(above.clone())
        .bind(RUNS_PER_VIEW)
        .fetch_all(&mut *view)
        .await
        .map_err(failed)?;
    let mut told = VecDeque::with_capacity(rows.len());
    for row in &rows {
        let mut columns = Columns::of(row);
        told.push_back(Told {
            id: columns.run()?,
            seq: columns.number()?,
            head: columns.hash()?,
        });
    }
    findings.report.runs += told.len() as u64;
    let more = told.len() as u32 == RUNS_PER_VIEW;
    let last = told.back().map(|told| told.id).filter(|_| more);
    // The last view goes on to the end of the journal: entries of runs that do not exist must be seen too. A blob of
    // 17 bytes is above every run.
    let up_to = last.map_or_else(|| vec![0xff; 17], |id| id.as_bytes().to_vec());
    let mut chain: Option<Chain> = None;
    {
        let mut entries =
            sqlx::query("SELECT run, seq, at_ms, hash, body FROM journal WHERE run > ? AND run <= ? ORDER BY run, seq")
                .bind(above)
                .bind(up_to)
                .fetch(&mut *view);
        while let Some(row) = entries.try_next().await.map_err(failed)? {
            let row = journal_row(&row)?;
            if chain.as_ref().is_none_or(|chain| chain.run != row.run) {
                settle(chain.replace(Chain::of(row.run)), &mut told, findings);
            }
            if let Some(chain) = &mut chain {
                chain.follow(&row, findings);
            }
        }
    }
    settle(chain, &mut told, findings);
    for told in told {
        Chain::of(told.id).end(&told, findings);
    }
    view.rollback().await.map_err(failed)?;
    Ok(last)
}

/// An audit journal that was cut off at its end cannot be told from one that is shorter; anything else is seen.
async fn verify_audit(connection: &mut SqliteConnection, findings: &mut Findings) -> Result<(), Error> {
    let mut entries = sqlx::query(audit::ALL).fetch(connection);
    let (mut seq, mut head) = (0, Hash::default());
    while let Some(row) = entries.try_next().await.map_err(failed)? {
        let row = audit::audit_row(&row)?;
        findings.report.audit_entries += 1;
        if row.seq != seq + 1 {
            findings.fault(format!("audit journal: after entry {seq} comes entry {}", row.seq));
        }
        if audit_hash(&head, row.seq, row.at_ms, &row.body) != row.hash {
            findings.fault(format!(
                "audit journal: entry {} is not what was written, or does not follow the one before it",
                row.seq
            ));
        }
        seq = row.seq;
        head = row.hash;
    }
    Ok(())
}

async fn verify_apps(connection: &mut SqliteConnection, findings: &mut Findings) -> Result<(), Error> {
    let mut apps = sqlx::query("SELECT app, version, hash, source FROM app ORDER BY app, version").fetch(connection);
    while let Some(row) = apps.try_next().await.map_err(failed)? {
        let mut columns = Columns::of(&row);
        let (app, version): (String, u32) = (columns.get()?, columns.get()?);
        let hash = columns.hash()?;
        let source: &str = columns.get()?;
        if Hash::from(Sha256::digest(source)) != hash {
            findings.fault(format!("app {app}, version {version}: its source was changed"));
        }
    }
    Ok(())
}

async fn verify_blobs(
    connection: &mut SqliteConnection,
    blobs: &Arc<Blobs>,
    findings: &mut Findings,
) -> Result<(), Error> {
    let mut rows = sqlx::query("SELECT id FROM blob ORDER BY id").fetch(connection);
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        let hash = Columns::of(&row).hash()?;
        let files = Arc::clone(blobs);
        let looked = spawn_blocking(move || files.intact(&hash)).await;
        if !looked.map_err(|error| Error::Other(Box::new(error)))?? {
            let id = hexadecimal(&hash);
            findings.fault(format!("blob {id}: its file is gone or was changed"));
        }
    }
    Ok(())
}
