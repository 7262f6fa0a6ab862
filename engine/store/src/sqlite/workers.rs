//! Who was given a step and who did it, and how much people have in hand.

use super::error::failed;
use super::lists::Text;
use super::read::Columns;
use super::statement::Statement;
use crate::Error;
use crate::limits::PEOPLE_ASKED_MAX;
use crate::rows::*;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use std::collections::BTreeMap;

pub(super) async fn put(
    connection: &mut SqliteConnection,
    rows: BTreeMap<(String, String, String), WorkerRow>,
) -> Result<(), Error> {
    static PUT: Statement = Statement::new(
        "INSERT INTO worker (app, step, person, given, done_at_ms) SELECT * FROM",
        5,
        "WHERE column1 IS NOT NULL ON CONFLICT (app, step, person) DO UPDATE SET given = excluded.given,
            done_at_ms = excluded.done_at_ms",
    );
    PUT.execute(connection, rows.into_values(), |values, row| {
        values.add(row.app);
        values.add(row.step);
        values.add(row.person);
        // Checked to fit with the write.
        values.add(i64::try_from(row.given).unwrap_or(i64::MAX));
        values.add(row.done_at_ms);
    })
    .await?;
    Ok(())
}

pub(super) async fn of_step(connection: &mut SqliteConnection, app: &str, step: &str) -> Result<Vec<WorkerRow>, Error> {
    let rows = sqlx::query("SELECT person, given, done_at_ms FROM worker WHERE app = ? AND step = ? ORDER BY person")
        .bind(app)
        .bind(step)
        .fetch_all(connection)
        .await
        .map_err(failed)?;
    let read = |row: &SqliteRow| {
        let mut columns = Columns::of(row);
        Ok(WorkerRow {
            app: app.to_owned(),
            step: step.to_owned(),
            person: columns.get()?,
            given: columns.number()?,
            done_at_ms: columns.get()?,
        })
    };
    rows.iter().map(read).collect()
}

pub(super) async fn in_hand(connection: &mut SqliteConnection, people: &[String]) -> Result<Vec<u64>, Error> {
    if people.len() > PEOPLE_ASKED_MAX {
        return Err(Error::Invalid(format!(
            "{} people; at most {PEOPLE_ASKED_MAX} can be asked for",
            people.len()
        )));
    }
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    // A statement has a limit of values.
    for part in people.chunks(500) {
        let mut text = Text::default();
        let values: Vec<String> = part.iter().map(|person| text.value(person.as_str())).collect();
        text.sql("SELECT reserved_by, count(*) FROM task WHERE reserved_by IN (")
            .sql(&values.join(", "))
            .sql(") GROUP BY reserved_by");
        for row in &text.fetch(connection).await? {
            let mut columns = Columns::of(row);
            counted.insert(columns.get()?, columns.number()?);
        }
    }
    Ok(people
        .iter()
        .map(|person| counted.get(person).copied().unwrap_or(0))
        .collect())
}
