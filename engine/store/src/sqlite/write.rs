//! A batch as statements.

use super::statement::{Statement, Values};
use super::{asks, audit, leaving, people, records, workers};
use crate::Error;
use crate::batch::{Batch, Lane, RunUpdate, conflict};
use crate::cursor::rank;
use crate::rows::*;
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};

pub(super) async fn apply(connection: &mut SqliteConnection, batch: Batch) -> Result<(), Error> {
    insert_runs(connection, batch.run_inserts).await?;
    update_runs(connection, batch.run_updates).await?;
    insert_journal(connection, batch.journal).await?;
    apply_tasks(connection, batch.tasks).await?;
    put_drafts(connection, batch.drafts).await?;
    apply_timers(connection, batch.timers).await?;
    apply_listeners(connection, batch.listeners).await?;
    records::drop_rows(connection, batch.record_drops).await?;
    records::put(connection, batch.records).await?;
    apply_holds(connection, batch.holds).await?;
    insert_notices(connection, batch.notices).await?;
    leaving::apply_outbox(connection, batch.outbox_drops, batch.outbox).await?;
    leaving::apply_undelivered(connection, batch.undelivered_drops, batch.undelivered).await?;
    audit::append(connection, batch.audit).await?;
    asks::apply(connection, batch.asks).await?;
    asks::begin(connection, batch.begun_asks).await?;
    insert_apps(connection, batch.apps).await?;
    apply_answered(connection, batch.answered_before, batch.answered).await?;
    people::apply_tokens(connection, batch.tokens).await?;
    people::put_people(connection, batch.people).await?;
    people::apply_sessions(connection, batch.signed_out, batch.sessions).await?;
    people::apply_enrolments(connection, batch.enrolments).await?;
    people::apply_secrets(connection, batch.secrets).await?;
    put_signals(connection, batch.signals).await?;
    put_app_files(connection, batch.app_files).await?;
    put_last_answers(connection, batch.last_answers).await?;
    workers::put(connection, batch.workers).await
}

async fn put_app_files(
    connection: &mut SqliteConnection,
    rows: BTreeMap<(String, String, u32), AppFileRow>,
) -> Result<(), Error> {
    static PUT: Statement = Statement::new(
        "INSERT INTO app_file (app, name, version, blob) SELECT * FROM",
        4,
        "WHERE column1 IS NOT NULL ON CONFLICT (app, name, version) DO UPDATE SET blob = excluded.blob",
    );
    PUT.execute(connection, rows.into_values(), |values, row| {
        values.add(row.app);
        values.add(row.name);
        values.add(row.version);
        values.add(row.blob);
    })
    .await?;
    Ok(())
}

async fn put_last_answers(
    connection: &mut SqliteConnection,
    rows: BTreeMap<(String, String, String), LastAnswersRow>,
) -> Result<(), Error> {
    static PUT: Statement = Statement::new(
        "INSERT INTO last_answer (app, step, place, body, at_ms) SELECT * FROM",
        5,
        "WHERE column1 IS NOT NULL ON CONFLICT (app, step, place) DO UPDATE SET body = excluded.body,
            at_ms = excluded.at_ms",
    );
    PUT.execute(connection, rows.into_values(), |values, row| {
        values.add(row.app);
        values.add(row.step);
        values.add(row.place);
        values.add(row.body);
        values.add(row.at_ms);
    })
    .await?;
    Ok(())
}

async fn put_signals(connection: &mut SqliteConnection, rows: BTreeMap<String, SignalRow>) -> Result<(), Error> {
    static PUT: Statement = Statement::new(
        "INSERT INTO signal (id, reading, at_ms) SELECT * FROM",
        3,
        "WHERE column1 IS NOT NULL ON CONFLICT (id) DO UPDATE SET reading = excluded.reading, at_ms = excluded.at_ms",
    );
    PUT.execute(connection, rows.into_values(), |values, row| {
        values.add(row.id);
        values.add(row.reading);
        values.add(row.at_ms);
    })
    .await?;
    Ok(())
}

async fn insert_runs(connection: &mut SqliteConnection, rows: BTreeMap<RunId, Box<RunRow>>) -> Result<(), Error> {
    static INSERT: Statement = Statement::new(
        "INSERT INTO run (id, app, app_version, status, outcome, station, started_by, started_at_ms, updated_at_ms,
            ended_at_ms, seq, head, parent, parent_call, state) SELECT * FROM",
        15,
        "WHERE column1 IS NOT NULL",
    );
    INSERT
        .execute(connection, rows.into_values(), |values, row| {
            let row = *row;
            values.bytes(row.id.as_bytes());
            values.add(row.app);
            values.add(row.app_version);
            values.add(row.status);
            values.add(row.outcome);
            values.add(row.station);
            values.add(row.started_by);
            values.add(row.started_at_ms);
            values.add(row.updated_at_ms);
            values.add(row.ended_at_ms);
            values.add(row.seq.cast_signed());
            values.bytes(&row.head);
            values.add(row.parent.map(|(run, _)| run.as_bytes().to_vec()));
            values.add(row.parent.and_then(|(_, call)| call));
            values.add(row.state);
        })
        .await?;
    Ok(())
}

/// Moves runs on. The lists of runs are indexed by status and station, which most updates leave alone; SQLite writes an
/// index anew whenever its columns are named, so they are named only for runs in which they change. (The plus signs keep
/// SQLite from searching by status.)
async fn update_runs(connection: &mut SqliteConnection, updates: BTreeMap<RunId, RunUpdate>) -> Result<(), Error> {
    static IN_PLACE: Statement = Statement::new(
        "UPDATE run SET app_version = column3, outcome = column5, updated_at_ms = column7, ended_at_ms = column8,
            seq = column9, head = column10, state = column11 FROM",
        11,
        "WHERE run.id = column1 AND run.seq = column2 AND +run.status = column4 AND +run.station IS column6",
    );
    static MOVED: Statement = Statement::new(
        "UPDATE run SET app_version = column3, status = column4, outcome = column5, station = column6,
            updated_at_ms = column7, ended_at_ms = column8, seq = column9, head = column10, state = column11 FROM",
        11,
        "WHERE run.id = column1 AND run.seq = column2 AND (+run.status <> column4 OR +run.station IS NOT column6)",
    );
    let bind = |values: &mut Values, update: &RunUpdate| {
        let row = &update.row;
        values.bytes(row.id.as_bytes());
        // An expectation that no number of entries can meet is met by no row.
        values.add(i64::try_from(update.expected_seq).unwrap_or(-1));
        values.add(row.app_version);
        values.add(row.status.as_str());
        values.add(row.outcome.as_deref());
        values.add(row.station.as_deref());
        values.add(row.updated_at_ms);
        values.add(row.ended_at_ms);
        values.add(row.seq.cast_signed());
        values.bytes(&row.head);
        values.bytes(&row.state);
    };
    let mut changed = IN_PLACE.execute(connection, updates.values(), bind).await?;
    if changed < updates.len() as u64 {
        // Those of the first statement are not met again: theirs have not changed.
        changed += MOVED.execute(connection, updates.values(), bind).await?;
    }
    if changed == updates.len() as u64 {
        return Ok(());
    }
    let fences: Vec<_> = updates
        .values()
        .map(|update| (update.row.id, update.expected_seq, update.row.seq))
        .collect();
    Err(first_conflict(connection, &fences).await?)
}

/// Says which run was not where its writer thought it was.
async fn first_conflict(connection: &mut SqliteConnection, fences: &[(RunId, u64, u64)]) -> Result<Error, Error> {
    let ids: Vec<_> = fences.iter().map(|(id, _, _)| *id).collect();
    let found: BTreeMap<_, _> = super::read::runs(connection, &ids)
        .await?
        .into_iter()
        .map(|row| (row.id, row.seq))
        .collect();
    for (id, expected, next) in fences {
        let seq = found.get(id).copied();
        if seq != Some(*next) {
            return Ok(conflict(*id, seq, *expected));
        }
    }
    Ok(Error::Conflict("a run moved on".to_owned()))
}

async fn insert_journal(connection: &mut SqliteConnection, rows: Vec<JournalRow>) -> Result<(), Error> {
    static INSERT: Statement = Statement::new(
        "INSERT INTO journal (run, seq, at_ms, hash, body) SELECT * FROM",
        5,
        "WHERE column1 IS NOT NULL",
    );
    INSERT
        .execute(connection, rows, |values, row| {
            values.bytes(row.run.as_bytes());
            values.add(row.seq.cast_signed());
            values.add(row.at_ms);
            values.bytes(&row.hash);
            values.add(row.body);
        })
        .await?;
    Ok(())
}

/// Binds the key of a run's part.
pub(super) fn part(values: &mut Values, (run, number): (RunId, u32)) {
    values.bytes(run.as_bytes());
    values.add(number);
}

async fn apply_tasks(connection: &mut SqliteConnection, lane: Lane<(RunId, u32), Box<TaskRow>>) -> Result<(), Error> {
    static DROP: Statement = Statement::new("DELETE FROM task WHERE (run, task) IN", 2, "");
    static DROP_DRAFT: Statement = Statement::new("DELETE FROM draft WHERE (run, task) IN", 2, "");
    static PUT: Statement = Statement::new(
        "INSERT INTO task (run, task, app, app_version, step, offer, to_id, shown_at, places, reserved_by,
            opened_at_ms, due_at_ms, late, rank, version, spec) SELECT * FROM",
        16,
        "WHERE column1 IS NOT NULL ON CONFLICT (run, task) DO UPDATE SET app = excluded.app,
            app_version = excluded.app_version, step = excluded.step, offer = excluded.offer,
            to_id = excluded.to_id, shown_at = excluded.shown_at, places = excluded.places, reserved_by = excluded.reserved_by,
            opened_at_ms = excluded.opened_at_ms, due_at_ms = excluded.due_at_ms, late = excluded.late,
            rank = excluded.rank, version = excluded.version, spec = excluded.spec",
    );
    DROP.execute(connection, lane.drops.iter().copied(), part).await?;
    DROP_DRAFT.execute(connection, lane.drops.iter().copied(), part).await?;
    PUT.execute(connection, lane.puts.into_values(), |values, row| {
        let row = *row;
        values.bytes(row.run.as_bytes());
        values.add(row.task);
        let places = places(&row);
        values.add(row.app);
        values.add(row.app_version);
        values.add(row.step);
        values.add(offer(&row.to_kind, &row.to_id));
        values.add(row.to_id);
        values.add(json_list(row.at.iter()));
        values.add(places);
        values.add(row.reserved_by);
        values.add(row.opened_at_ms);
        values.add(row.due_at_ms);
        values.add(row.late);
        values.add(rank(row.late, row.due_at_ms));
        values.add(row.version);
        values.add(row.spec);
    })
    .await?;
    Ok(())
}

/// Whom a task is for, as one text.
pub(super) fn offer(kind: &str, id: &str) -> String {
    match kind {
        "everyone" => EVERYONE.to_owned(),
        "several" => SEVERAL.to_owned(),
        kind => format!("{kind}:{id}"),
    }
}

pub(super) const EVERYONE: &str = "everyone:";
/// Who they are is in the specification: whoever reads a list keeps what is theirs.
pub(super) const SEVERAL: &str = "several:";

/// Where a task is found: at its stations, or anywhere (`""`). One offered to a station is found there too.
fn places(row: &TaskRow) -> String {
    let mut places: BTreeSet<&str> = row.at.iter().map(String::as_str).collect();
    if row.to_kind == "station" {
        places.insert(&row.to_id);
    }
    if places.is_empty() {
        places.insert("");
    }
    json_list(places)
}

pub(super) fn json_list(texts: impl IntoIterator<Item = impl Into<String>>) -> String {
    serde_json::Value::from_iter(texts.into_iter().map(Into::into)).to_string()
}

async fn put_drafts(connection: &mut SqliteConnection, rows: BTreeMap<(RunId, u32), DraftRow>) -> Result<(), Error> {
    static PUT: Statement = Statement::new(
        "INSERT INTO draft (run, task, person, version, at_ms, body) SELECT * FROM",
        6,
        "WHERE column1 IS NOT NULL ON CONFLICT (run, task) DO UPDATE SET person = excluded.person,
            version = excluded.version, at_ms = excluded.at_ms, body = excluded.body",
    );
    PUT.execute(connection, rows.into_values(), |values, row| {
        part(values, (row.run, row.task));
        values.add(row.person);
        values.add(row.version);
        values.add(row.at_ms);
        values.add(row.body);
    })
    .await?;
    Ok(())
}

async fn apply_timers(connection: &mut SqliteConnection, lane: Lane<(RunId, u32), TimerRow>) -> Result<(), Error> {
    static DROP: Statement = Statement::new("DELETE FROM timer WHERE (run, timer) IN", 2, "");
    static PUT: Statement = Statement::new(
        "INSERT INTO timer (run, timer, at_ms) SELECT * FROM",
        3,
        "WHERE column1 IS NOT NULL ON CONFLICT (run, timer) DO UPDATE SET at_ms = excluded.at_ms",
    );
    DROP.execute(connection, lane.drops, part).await?;
    PUT.execute(connection, lane.puts.into_values(), |values, row| {
        part(values, (row.run, row.timer));
        values.add(row.at_ms);
    })
    .await?;
    Ok(())
}

async fn apply_listeners(
    connection: &mut SqliteConnection,
    lane: Lane<(RunId, u32), ListenerRow>,
) -> Result<(), Error> {
    static DROP: Statement = Statement::new("DELETE FROM listener WHERE (run, wait) IN", 2, "");
    static PUT: Statement = Statement::new(
        "INSERT INTO listener (run, wait, message) SELECT * FROM",
        3,
        "WHERE column1 IS NOT NULL ON CONFLICT (run, wait) DO UPDATE SET message = excluded.message",
    );
    DROP.execute(connection, lane.drops, part).await?;
    PUT.execute(connection, lane.puts.into_values(), |values, row| {
        part(values, (row.run, row.wait));
        values.add(row.message);
    })
    .await?;
    Ok(())
}

async fn apply_holds(connection: &mut SqliteConnection, lane: Lane<(String, RunId), HoldRow>) -> Result<(), Error> {
    static DROP: Statement = Statement::new("DELETE FROM hold WHERE (target, run) IN", 2, "");
    static PUT: Statement = Statement::new(
        "INSERT INTO hold (target, run, app, why, since_ms) SELECT * FROM",
        5,
        "WHERE column1 IS NOT NULL ON CONFLICT (target, run) DO UPDATE SET app = excluded.app, why = excluded.why,
            since_ms = excluded.since_ms",
    );
    DROP.execute(connection, lane.drops, |values, (target, run)| {
        values.add(target);
        values.bytes(run.as_bytes());
    })
    .await?;
    PUT.execute(connection, lane.puts.into_values(), |values, row| {
        values.add(row.target);
        values.bytes(row.run.as_bytes());
        values.add(row.app);
        values.add(row.why);
        values.add(row.since_ms);
    })
    .await?;
    Ok(())
}

async fn insert_notices(connection: &mut SqliteConnection, rows: Vec<NoticeRow>) -> Result<(), Error> {
    static INSERT: Statement = Statement::new(
        "INSERT INTO notice (run, app, step, to_kind, to_id, text, at_ms) SELECT * FROM",
        7,
        "WHERE column1 IS NOT NULL",
    );
    INSERT
        .execute(connection, rows, |values, row| {
            values.bytes(row.run.as_bytes());
            values.add(row.app);
            values.add(row.step);
            values.add(row.to_kind);
            values.add(row.to_id);
            values.add(row.text);
            values.add(row.at_ms);
        })
        .await?;
    Ok(())
}

async fn insert_apps(connection: &mut SqliteConnection, rows: Vec<AppRow>) -> Result<(), Error> {
    static INSERT: Statement = Statement::new(
        "INSERT INTO app (app, version, hash, source, published_at_ms, published_by) SELECT * FROM",
        6,
        "WHERE column1 IS NOT NULL",
    );
    INSERT
        .execute(connection, rows, |values, row| {
            values.add(row.app);
            values.add(row.version);
            values.bytes(&row.hash);
            values.add(row.source);
            values.add(row.published_at_ms);
            values.add(row.published_by);
        })
        .await?;
    Ok(())
}

async fn apply_answered(
    connection: &mut SqliteConnection,
    before_ms: Option<i64>,
    rows: BTreeMap<(String, String), AnsweredRow>,
) -> Result<(), Error> {
    static DROP: Statement = Statement::new("DELETE FROM answered WHERE at_ms <", 1, "");
    static INSERT: Statement = Statement::new(
        "INSERT INTO answered (scope, key, fingerprint, reply, at_ms) SELECT * FROM",
        5,
        "WHERE column1 IS NOT NULL",
    );
    DROP.execute(connection, before_ms, |values, at_ms| values.add(at_ms))
        .await?;
    INSERT
        .execute(connection, rows.into_values(), |values, row| {
            values.add(row.key.scope);
            values.add(row.key.key);
            values.bytes(&row.fingerprint);
            values.add(row.reply);
            values.add(row.at_ms);
        })
        .await?;
    Ok(())
}
