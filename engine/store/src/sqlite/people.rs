//! Who may come in: tokens, people, sessions, stations, and the server's own secrets.

use super::error::{failed, unreadable};
use super::read::Columns;
use super::statement::Statement;
use super::write::json_list;
use crate::Error;
use crate::batch::Lane;
use crate::rows::*;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const TOKENS: &str = "SELECT name, hash, created_at_ms, scopes FROM token ORDER BY name";

pub(super) fn token_row(row: &SqliteRow) -> Result<TokenRow, Error> {
    let mut columns = Columns::of(row);
    Ok(TokenRow {
        name: columns.get()?,
        hash: columns.hash()?,
        created_at_ms: columns.get()?,
        scopes: columns.texts("the scopes of a token")?,
    })
}

pub(super) const PEOPLE: &str =
    "SELECT id, name, roles, rights, language, password, pin, badge, active, changed_at_ms, standing FROM person
        ORDER BY id";

pub(super) fn person_row(row: &SqliteRow) -> Result<PersonRow, Error> {
    let mut columns = Columns::of(row);
    Ok(PersonRow {
        id: columns.get()?,
        name: columns.get()?,
        roles: columns.texts("the roles of a person")?,
        rights: columns.texts("the rights of a person")?,
        language: columns.get()?,
        password: columns.get()?,
        pin: columns.get()?,
        badge: columns.optional_hash()?,
        active: columns.get()?,
        changed_at_ms: columns.get()?,
        standing: standing(columns.get()?)?,
    })
}

fn standing(text: &str) -> Result<Standing, Error> {
    serde_json::from_str(text).map_err(|_| unreadable("what is known of a person"))
}

pub(super) const SESSIONS: &str =
    "SELECT hash, person, station, enrolment, created_at_ms, seen_at_ms, expires_at_ms FROM session ORDER BY hash";

pub(super) fn session_row(row: &SqliteRow) -> Result<SessionRow, Error> {
    let mut columns = Columns::of(row);
    Ok(SessionRow {
        hash: columns.hash()?,
        person: columns.get()?,
        station: columns.get()?,
        enrolment: columns.get()?,
        created_at_ms: columns.get()?,
        seen_at_ms: columns.get()?,
        expires_at_ms: columns.get()?,
    })
}

pub(super) const ENROLMENTS: &str = "SELECT id, hash, station, made_by, at_ms, seen_at_ms FROM enrolment ORDER BY id";

pub(super) fn enrolment_row(row: &SqliteRow) -> Result<EnrolmentRow, Error> {
    let mut columns = Columns::of(row);
    Ok(EnrolmentRow {
        id: columns.get()?,
        hash: columns.hash()?,
        station: columns.get()?,
        by: columns.get()?,
        at_ms: columns.get()?,
        seen_at_ms: columns.get()?,
    })
}

pub(super) async fn secret(connection: &mut SqliteConnection, name: &str) -> Result<Option<SecretRow>, Error> {
    let bytes: Option<Vec<u8>> = sqlx::query_scalar("SELECT bytes FROM secret WHERE name = ?")
        .bind(name)
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
    Ok(bytes.map(|bytes| SecretRow {
        name: name.to_owned(),
        bytes,
    }))
}

/// All names are read: a server has few secrets.
pub(super) async fn secret_names(connection: &mut SqliteConnection, start: &str) -> Result<Vec<String>, Error> {
    let names: Vec<String> = sqlx::query_scalar("SELECT name FROM secret ORDER BY name")
        .fetch_all(connection)
        .await
        .map_err(failed)?;
    Ok(names.into_iter().filter(|name| name.starts_with(start)).collect())
}

pub(super) async fn apply_tokens(connection: &mut SqliteConnection, lane: Lane<String, TokenRow>) -> Result<(), Error> {
    static DROP: Statement = Statement::new("DELETE FROM token WHERE name IN", 1, "");
    static PUT: Statement = Statement::new(
        "INSERT INTO token (name, hash, created_at_ms, scopes) SELECT * FROM",
        4,
        "WHERE column1 IS NOT NULL ON CONFLICT (name) DO UPDATE SET hash = excluded.hash,
            created_at_ms = excluded.created_at_ms, scopes = excluded.scopes",
    );
    DROP.execute(connection, lane.drops, |values, name| values.add(name))
        .await?;
    PUT.execute(connection, lane.puts.into_values(), |values, row| {
        values.add(row.name);
        values.bytes(&row.hash);
        values.add(row.created_at_ms);
        values.add(json_list(row.scopes));
    })
    .await?;
    Ok(())
}

pub(super) async fn put_people(
    connection: &mut SqliteConnection,
    rows: BTreeMap<String, Box<PersonRow>>,
) -> Result<(), Error> {
    static PUT: Statement = Statement::new(
        "INSERT INTO person (id, name, roles, rights, language, password, pin, badge, active, changed_at_ms,
            standing) SELECT * FROM",
        11,
        "WHERE column1 IS NOT NULL ON CONFLICT (id) DO UPDATE SET name = excluded.name, roles = excluded.roles,
            rights = excluded.rights, language = excluded.language, password = excluded.password, pin = excluded.pin,
            badge = excluded.badge, active = excluded.active, changed_at_ms = excluded.changed_at_ms,
            standing = excluded.standing",
    );
    PUT.execute(connection, rows.into_values(), |values, row| {
        let row = *row;
        values.add(row.id);
        values.add(row.name);
        values.add(json_list(row.roles));
        values.add(json_list(row.rights));
        values.add(row.language);
        values.add(row.password);
        values.add(row.pin);
        values.add(row.badge.map(|hash| hash.to_vec()));
        values.add(row.active);
        values.add(row.changed_at_ms);
        // Texts and numbers: there is nothing JSON cannot say.
        values.add(serde_json::to_string(&row.standing).expect("what is known of a person is JSON"));
    })
    .await?;
    Ok(())
}

pub(super) async fn apply_sessions(
    connection: &mut SqliteConnection,
    signed_out: BTreeSet<String>,
    lane: Lane<Hash, SessionRow>,
) -> Result<(), Error> {
    static DROP_OF: Statement = Statement::new("DELETE FROM session WHERE person IN", 1, "");
    static DROP: Statement = Statement::new("DELETE FROM session WHERE hash IN", 1, "");
    static PUT: Statement = Statement::new(
        "INSERT INTO session (hash, person, station, enrolment, created_at_ms, seen_at_ms, expires_at_ms) SELECT * FROM",
        7,
        "WHERE column1 IS NOT NULL ON CONFLICT (hash) DO UPDATE SET person = excluded.person,
            station = excluded.station, enrolment = excluded.enrolment, created_at_ms = excluded.created_at_ms, seen_at_ms = excluded.seen_at_ms,
            expires_at_ms = excluded.expires_at_ms",
    );
    DROP_OF
        .execute(connection, signed_out, |values, person| values.add(person))
        .await?;
    DROP.execute(connection, lane.drops, |values, hash| values.bytes(&hash))
        .await?;
    PUT.execute(connection, lane.puts.into_values(), |values, row| {
        values.bytes(&row.hash);
        values.add(row.person);
        values.add(row.station);
        values.add(row.enrolment);
        values.add(row.created_at_ms);
        values.add(row.seen_at_ms);
        values.add(row.expires_at_ms);
    })
    .await?;
    Ok(())
}

pub(super) async fn apply_enrolments(
    connection: &mut SqliteConnection,
    lane: Lane<String, EnrolmentRow>,
) -> Result<(), Error> {
    static DROP: Statement = Statement::new("DELETE FROM enrolment WHERE id IN", 1, "");
    static PUT: Statement = Statement::new(
        "INSERT INTO enrolment (id, hash, station, made_by, at_ms, seen_at_ms) SELECT * FROM",
        6,
        "WHERE column1 IS NOT NULL ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, station = excluded.station,
            made_by = excluded.made_by, at_ms = excluded.at_ms, seen_at_ms = excluded.seen_at_ms",
    );
    DROP.execute(connection, lane.drops, |values, id| values.add(id))
        .await?;
    PUT.execute(connection, lane.puts.into_values(), |values, row| {
        values.add(row.id);
        values.bytes(&row.hash);
        values.add(row.station);
        values.add(row.by);
        values.add(row.at_ms);
        values.add(row.seen_at_ms);
    })
    .await?;
    Ok(())
}

pub(super) async fn apply_secrets(
    connection: &mut SqliteConnection,
    lane: Lane<String, SecretRow>,
) -> Result<(), Error> {
    static DROP: Statement = Statement::new("DELETE FROM secret WHERE name IN", 1, "");
    static PUT: Statement = Statement::new(
        "INSERT INTO secret (name, bytes) SELECT * FROM",
        2,
        "WHERE column1 IS NOT NULL ON CONFLICT (name) DO UPDATE SET bytes = excluded.bytes",
    );
    DROP.execute(connection, lane.drops, |values, name| values.add(name))
        .await?;
    PUT.execute(connection, lane.puts.into_values(), |values, row| {
        values.add(row.name);
        values.bytes(&row.bytes);
    })
    .await?;
    Ok(())
}
