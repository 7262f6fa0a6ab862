//! Lists of runs, tasks and notices. Each is read along an index that is in the order of the list, from where the
//! cursor says; where several parts of an index fit, they are merged as they are read (`UNION ALL … ORDER BY … LIMIT`),
//! so that a page costs the same among a hundred tasks and among a hundred thousand.

use super::error::failed;
use super::read::{RUN_COLUMNS, TASK_COLUMNS, notice_row, run_row, task_row};
use super::write::{EVERYONE, SEVERAL, offer};
use crate::Error;
use crate::limits::{FILTER_ROLES_MAX, STATUSES};
use crate::rows::*;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Encode, Sqlite, Type};
use std::collections::BTreeSet;

/// A statement put together from constant pieces; what callers gave is only ever bound.
#[derive(Default)]
pub(super) struct Text {
    sql: String,
    values: SqliteArguments,
}

impl Text {
    pub(super) fn sql(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// The value's placeholder. Numbered, because branches of a statement share values.
    pub(super) fn value<'t>(&mut self, value: impl Encode<'t, Sqlite> + Type<Sqlite>) -> String {
        self.values.add(value).expect("integers, texts and bytes can be bound");
        format!("?{}", self.values.len())
    }

    pub(super) async fn fetch(self, connection: &mut SqliteConnection) -> Result<Vec<SqliteRow>, Error> {
        sqlx::query_with(AssertSqlSafe(self.sql), self.values)
            .fetch_all(connection)
            .await
            .map_err(failed)
    }
}

/// Newest first.
pub(super) async fn runs(
    connection: &mut SqliteConnection,
    filter: &RunFilter,
    page: &Page,
) -> Result<Vec<RunRow>, Error> {
    let rows = runs_text(filter, page)?.fetch(connection).await?;
    rows.iter().map(run_row).collect()
}

fn runs_text(filter: &RunFilter, page: &Page) -> Result<Text, Error> {
    let mut text = Text::default();
    let listed = listed_runs(&mut text, filter, page)?;
    let limit = text.value(page.rows()?);
    text.sql("SELECT ")
        .sql(RUN_COLUMNS)
        .sql(" FROM (")
        .sql(&listed)
        .sql(" ORDER BY listed DESC LIMIT +")
        .sql(&limit)
        .sql(") CROSS JOIN run ON run.id = listed ORDER BY listed DESC");
    Ok(text)
}

/// The ids of runs that fit, after the page's cursor, as `listed`; whoever takes them orders them.
pub(super) fn listed_runs(text: &mut Text, filter: &RunFilter, page: &Page) -> Result<String, Error> {
    let mut common = String::new();
    if let Some(after) = page.after_run()? {
        let value = text.value(&after.as_bytes()[..]);
        common.push_str(&format!(" AND id < {value}"));
    }
    if let Some(app) = &filter.app {
        let value = text.value(app.as_str());
        common.push_str(&format!(" AND app = {value}"));
    }
    if let Some(station) = &filter.station {
        let value = text.value(station.as_str());
        common.push_str(&format!(" AND station = {value}"));
    }
    let by_status = filter.app.is_some() || filter.station.is_some();
    let statuses = match &filter.status {
        Some(status) => vec![Some(text.value(status.as_str()))],
        // The indexes of apps and stations are by status; all of them together are the list.
        None if by_status => STATUSES.iter().map(|status| Some(text.value(*status))).collect(),
        None => vec![None],
    };
    let parts: Vec<String> = statuses
        .iter()
        .map(|status| {
            let narrowed = status
                .as_ref()
                .map_or(String::new(), |value| format!(" AND status = {value}"));
            format!("SELECT id AS listed FROM run WHERE TRUE{common}{narrowed}")
        })
        .collect();
    Ok(parts.join(" UNION ALL "))
}

/// Most urgent first.
pub(super) async fn tasks(
    connection: &mut SqliteConnection,
    filter: &TaskFilter,
    page: &Page,
) -> Result<Vec<TaskRow>, Error> {
    let rows = tasks_text(filter, page)?.fetch(connection).await?;
    rows.iter().map(task_row).collect()
}

fn tasks_text(filter: &TaskFilter, page: &Page) -> Result<Text, Error> {
    for (what, count) in [("roles", filter.roles.len()), ("people", filter.people.len())] {
        if count > FILTER_ROLES_MAX {
            return Err(Error::Invalid(format!(
                "{count} {what}; at most {FILTER_ROLES_MAX} can be asked for"
            )));
        }
    }
    let mut text = Text::default();
    let common = narrowed(&mut text, filter, page)?;
    let branches = branches(&mut text, filter);
    let limit = text.value(page.rows()?);
    text.sql("SELECT ").sql(TASK_COLUMNS).sql(" FROM (");
    for (index, branch) in branches.iter().enumerate() {
        if index > 0 {
            text.sql(" UNION ALL ");
        }
        text.sql("SELECT rank AS r, opened_at_ms AS o, run AS u, task AS t FROM ")
            .sql(branch)
            .sql(&common);
    }
    text.sql(" ORDER BY r, o, u, t LIMIT +")
        .sql(&limit)
        .sql(") CROSS JOIN task ON task.run = u AND task.task = t ORDER BY r, o, u, t");
    Ok(text)
}

/// What holds for every branch: after the cursor, of the app and of the run.
fn narrowed(text: &mut Text, filter: &TaskFilter, page: &Page) -> Result<String, Error> {
    let mut common = String::new();
    if let Some(after) = page.after_task()? {
        let rank = text.value(after.rank);
        let opened = text.value(after.opened_at_ms);
        let run = text.value(&after.run.as_bytes()[..]);
        let task = text.value(after.task);
        common.push_str(&format!(
            " AND (rank, opened_at_ms, run, task) > ({rank}, {opened}, {run}, {task})"
        ));
    }
    if let Some(app) = &filter.app {
        let value = text.value(app.as_str());
        common.push_str(&format!(" AND app = {value}"));
    }
    if let Some(run) = &filter.run {
        let value = text.value(&run.as_bytes()[..]);
        common.push_str(&format!(" AND run = {value}"));
    }
    Ok(common)
}

/// The parts of the list: tables with conditions, no task in two of them.
fn branches(text: &mut Text, filter: &TaskFilter) -> Vec<String> {
    let here = filter.station.as_ref().map(|station| text.value(station.as_str()));
    let asked = offers(text, filter);
    let people: std::collections::BTreeSet<&String> = filter.person.iter().chain(&filter.people).collect();
    let people: Vec<String> = people.into_iter().map(|person| text.value(person.as_str())).collect();
    if filter.run.is_some() {
        let fits = fits(&asked, &people, here.as_deref());
        return vec![format!("task INDEXED BY task_by_run WHERE {fits}")];
    }
    let mut branches = Vec::new();
    match (asked.is_empty(), &here) {
        (true, None) => branches.push("task WHERE TRUE".to_owned()),
        (true, Some(here)) => {
            branches.push("task_place WHERE place = ''".to_owned());
            branches.push(format!("task_place WHERE place = {here}"));
        }
        (false, None) => {
            branches.extend(asked.iter().map(|offer| format!("task WHERE offer = {offer}")));
        }
        (false, Some(here)) => branches.extend(asked.iter().flat_map(|offer| {
            ["''", here].map(|place| format!("task_place WHERE offer = {offer} AND place = {place}"))
        })),
    }
    for person in &people {
        let placed = fits(&[], &[], here.as_deref());
        branches.push(format!(
            "task WHERE reserved_by = {person} AND offer NOT IN ({}) AND {placed}",
            asked.join(", ")
        ));
    }
    branches
}

/// Whose tasks are asked for, as values of `offer`; none when the place alone decides.
fn offers(text: &mut Text, filter: &TaskFilter) -> Vec<String> {
    if filter.roles.is_empty() && filter.person.is_none() && filter.people.is_empty() {
        return Vec::new();
    }
    let mut offers = BTreeSet::from([EVERYONE, SEVERAL].map(str::to_owned));
    offers.extend(filter.roles.iter().map(|id| offer("role", id)));
    offers.extend(filter.person.iter().chain(&filter.people).map(|id| offer("person", id)));
    if let Some(station) = &filter.station {
        let places = std::iter::once(station).chain(&filter.around);
        offers.extend(places.map(|id| offer("station", id)));
    }
    offers.into_iter().map(|offer| text.value(offer)).collect()
}

/// The same as one condition on a row of `task`.
fn fits(offers: &[String], people: &[String], here: Option<&str>) -> String {
    let mut condition = "TRUE".to_owned();
    if !offers.is_empty() {
        condition.push_str(&format!(" AND (offer IN ({})", offers.join(", ")));
        if !people.is_empty() {
            condition.push_str(&format!(" OR reserved_by IN ({})", people.join(", ")));
        }
        condition.push(')');
    }
    if let Some(here) = here {
        condition.push_str(&format!(
            " AND EXISTS (SELECT 1 FROM json_each(places) WHERE value IN ('', {here}))"
        ));
    }
    condition
}

/// Newest first.
pub(super) async fn notices(
    connection: &mut SqliteConnection,
    filter: &NoticeFilter,
    page: &Page,
) -> Result<Vec<NoticeRow>, Error> {
    let rows = notices_text(filter, page)?.fetch(connection).await?;
    rows.iter().map(notice_row).collect()
}

fn notices_text(filter: &NoticeFilter, page: &Page) -> Result<Text, Error> {
    let mut text = Text::default();
    text.sql("SELECT id, run, app, step, to_kind, to_id, text, at_ms FROM notice WHERE TRUE");
    if let Some(after) = page.after_notice()? {
        let value = text.value(after);
        text.sql(" AND id < ").sql(&value);
    }
    if let Some(kind) = &filter.to_kind {
        let value = text.value(kind.as_str());
        text.sql(" AND to_kind = ").sql(&value);
    }
    if let Some(id) = &filter.to_id {
        let value = text.value(id.as_str());
        text.sql(" AND to_id = ").sql(&value);
    }
    if let Some(run) = &filter.run {
        let value = text.value(&run.as_bytes()[..]);
        text.sql(" AND run = ").sql(&value);
    }
    let limit = text.value(page.rows()?);
    text.sql(" ORDER BY id DESC LIMIT +").sql(&limit);
    Ok(text)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::sqlite::Options;
    use sqlx::{ConnectOptions, Row};

    /// How SQLite would go about it, one line for each table it reads and each sorting.
    pub(in crate::sqlite) async fn plan(connection: &mut SqliteConnection, text: Text) -> Vec<String> {
        let explained = Text {
            sql: format!("EXPLAIN QUERY PLAN {}", text.sql),
            values: text.values,
        };
        let rows = explained.fetch(connection).await.unwrap();
        rows.iter().map(|row| row.get::<String, _>(3)).collect()
    }

    /// No list may look at more rows than it shows: every table is searched along an index, or walked along the index
    /// of the whole list, and nothing is sorted but the page itself (which the outer statement does last, if at all).
    #[tokio::test]
    async fn lists_walk_along_indexes() {
        let folder = tempfile::tempdir().unwrap();
        let store = Options::new(folder.path()).open().await.unwrap();
        let database = folder.path().join(crate::sqlite::open::DATABASE);
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(database);
        let mut connection = options.connect().await.unwrap();
        let given = |text: &str, is: bool| is.then(|| text.to_owned());
        let bits = |bits: u32, bit: u32| bits & (1 << bit) != 0;
        let run_after = Some("01890000-0000-7000-8000-000000000000".to_owned());
        let task_after = Some("7.7.01890000-0000-7000-8000-000000000000.1".to_owned());
        let mut plans = Vec::new();
        for set in 0..16 {
            let page = Page {
                after: run_after.clone().filter(|_| bits(set, 0)),
                limit: 50,
            };
            let filter = RunFilter {
                app: given("a", bits(set, 1)),
                status: given("waiting", bits(set, 2)),
                station: given("s", bits(set, 3)),
            };
            plans.push(plan(&mut connection, runs_text(&filter, &page).unwrap()).await);
        }
        for set in 0..64 {
            let page = Page {
                after: task_after.clone().filter(|_| bits(set, 0)),
                limit: 50,
            };
            let filter = TaskFilter {
                roles: ["a", "b"]
                    .map(str::to_owned)
                    .into_iter()
                    .filter(|_| bits(set, 1))
                    .collect(),
                person: given("p", bits(set, 2)),
                people: given("q", bits(set, 2)).into_iter().collect(),
                station: given("s", bits(set, 3)),
                around: given("l", bits(set, 3)).into_iter().collect(),
                app: given("a", bits(set, 4)),
                run: Some(RunId::nil()).filter(|_| bits(set, 5)),
            };
            let mut found = plan(&mut connection, tasks_text(&filter, &page).unwrap()).await;
            if bits(set, 5) {
                // The tasks of one run are few; they may be sorted.
                found.retain(|line| !line.contains("SORT") && !line.contains("USE TEMP B-TREE"));
            }
            plans.push(found);
        }
        for found in &plans {
            for (index, line) in found.iter().enumerate() {
                let walks = line.starts_with("SCAN run USING COVERING INDEX sqlite_autoindex_run_1")
                    || line.starts_with("SCAN task USING COVERING INDEX task_by_urgency")
                    || line.starts_with("SCAN (subquery")
                    || line.starts_with("SCAN json_each");
                assert!(walks || !line.starts_with("SCAN"), "{line} in {found:#?}");
                let last = index + 1 == found.len();
                assert!(last || !line.contains("TEMP B-TREE"), "{line} in {found:#?}");
            }
        }
        crate::Store::close(&*store).await;
    }
}
