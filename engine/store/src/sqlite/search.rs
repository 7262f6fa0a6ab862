//! Runs by a text that someone typed.

use super::error::failed;
use super::lists::{Text, listed_runs};
use super::read::{Columns, RUN_COLUMNS, run_row};
use crate::Error;
use crate::limits::{SEARCH_RUNS_MAX, SEARCH_TEXT_BYTES_MAX, sized};
use crate::rows::*;
use sqlx::sqlite::SqliteConnection;

/// Shorter ones begin the ids of all runs of hours or days: the first digits are the time.
const ID_DIGITS_MIN: usize = 8;
const ID_DIGITS_MAX: usize = 32;

pub(super) async fn runs(
    connection: &mut SqliteConnection,
    text: &str,
    filter: &RunFilter,
    page: &Page,
) -> Result<FoundRuns, Error> {
    sized("the text that is searched for", text.len(), SEARCH_TEXT_BYTES_MAX)?;
    match id_range(text) {
        Some(ids) if any(connection, &ids).await? => by_id(connection, &ids, filter, page).await,
        _ => by_text(connection, text, filter, page).await,
    }
}

/// The first and the last id that begin so.
struct Ids {
    first: RunId,
    last: RunId,
}

fn id_range(text: &str) -> Option<Ids> {
    let digits: String = text.trim().chars().filter(|c| *c != '-').collect();
    let is_id =
        (ID_DIGITS_MIN..=ID_DIGITS_MAX).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    is_id.then_some(())?;
    Some(Ids {
        first: RunId::try_parse(&format!("{digits:0<ID_DIGITS_MAX$}")).ok()?,
        last: RunId::try_parse(&format!("{digits:f<ID_DIGITS_MAX$}")).ok()?,
    })
}

async fn any(connection: &mut SqliteConnection, ids: &Ids) -> Result<bool, Error> {
    let found: i64 = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM run WHERE id BETWEEN ? AND ?)")
        .bind(&ids.first.as_bytes()[..])
        .bind(&ids.last.as_bytes()[..])
        .fetch_one(connection)
        .await
        .map_err(failed)?;
    Ok(found != 0)
}

async fn by_id(
    connection: &mut SqliteConnection,
    ids: &Ids,
    filter: &RunFilter,
    page: &Page,
) -> Result<FoundRuns, Error> {
    let found = by_id_text(ids, filter, page)?.fetch(connection).await?;
    let rows = found.iter().map(run_row).collect::<Result<Vec<_>, _>>()?;
    let next = full(&rows, page)?;
    Ok(FoundRuns { rows, next })
}

fn by_id_text(ids: &Ids, filter: &RunFilter, page: &Page) -> Result<Text, Error> {
    let mut text = Text::default();
    let listed = listed_runs(&mut text, filter, page)?;
    let [first, last] = [ids.first, ids.last].map(|id| text.value(&id.as_bytes()[..]));
    let limit = text.value(page.rows()?);
    text.sql("SELECT ").sql(RUN_COLUMNS).sql(&format!(
        " FROM (SELECT listed FROM ({listed}) WHERE listed BETWEEN {first} AND {last} ORDER BY listed DESC LIMIT +{limit})
        CROSS JOIN run ON run.id = listed ORDER BY listed DESC"
    ));
    Ok(text)
}

async fn by_text(
    connection: &mut SqliteConnection,
    searched: &str,
    filter: &RunFilter,
    page: &Page,
) -> Result<FoundRuns, Error> {
    let found = by_text_text(searched, filter, page)?.fetch(&mut *connection).await?;
    let rows = found.iter().map(run_row).collect::<Result<Vec<_>, _>>()?;
    let next = match full(&rows, page)? {
        Some(next) => Some(next),
        None => last_looked_at(connection, filter, page).await?,
    };
    Ok(FoundRuns { rows, next })
}

fn by_text_text(searched: &str, filter: &RunFilter, page: &Page) -> Result<Text, Error> {
    let mut text = Text::default();
    let listed = listed_runs(&mut text, filter, page)?;
    let pattern = text.value(contains(searched));
    let (all, limit) = (text.value(SEARCH_RUNS_MAX), text.value(page.rows()?));
    let fits = ["app", "started_by", "station", "outcome"]
        .map(|column| format!("run.{column} LIKE {pattern} ESCAPE '\\'"))
        .join(" OR ");
    text.sql("SELECT ").sql(RUN_COLUMNS).sql(&format!(
        " FROM (SELECT listed FROM ({listed}) ORDER BY listed DESC LIMIT +{all})
        CROSS JOIN run ON run.id = listed WHERE {fits} ORDER BY listed DESC LIMIT +{limit}"
    ));
    Ok(text)
}

/// A pattern of `LIKE`, in which the text stands for itself.
fn contains(searched: &str) -> String {
    let mut pattern = String::from("%");
    for letter in searched.trim().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// The cursor after a page that is full.
fn full(rows: &[RunRow], page: &Page) -> Result<Option<String>, Error> {
    let is_full = rows.len() == page.rows()? as usize;
    Ok(rows.last().filter(|_| is_full).map(RunRow::cursor))
}

/// The cursor after the last run that was looked at, when there may be older ones.
async fn last_looked_at(
    connection: &mut SqliteConnection,
    filter: &RunFilter,
    page: &Page,
) -> Result<Option<String>, Error> {
    let mut text = Text::default();
    let listed = listed_runs(&mut text, filter, page)?;
    let before = text.value(SEARCH_RUNS_MAX - 1);
    text.sql(&format!(
        "SELECT listed FROM ({listed}) ORDER BY listed DESC LIMIT 1 OFFSET +{before}"
    ));
    let found = text.fetch(connection).await?;
    let last = found.first().map(|row| Columns::of(row).run()).transpose()?;
    Ok(last.map(|id| id.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::lists::tests::plan;
    use super::*;
    use crate::sqlite::Options;
    use sqlx::ConnectOptions;

    #[test]
    fn what_begins_an_id() {
        let first = |text| id_range(text).map(|ids| ids.first.to_string());
        let eight = Some("0199f0aa-0000-0000-0000-000000000000".to_owned());
        assert_eq!(first("0199F0AA"), eight);
        assert_eq!(first(" 0199f0aa- "), eight);
        let last = id_range("0199f0aa-7").unwrap().last.to_string();
        assert_eq!(last, "0199f0aa-7fff-ffff-ffff-ffffffffffff");
        for no_id in ["", "0199f0a", "first-piece", &"0".repeat(33), "0199f0ag"] {
            assert_eq!(first(no_id), None, "{no_id}");
        }
    }

    #[test]
    fn a_text_stands_for_itself() {
        assert_eq!(contains(r" 100%_\ok "), r"%100\%\_\\ok%");
    }

    /// Ids are found along an index; for a text so many runs are walked along the index of their list, each looked up.
    #[tokio::test]
    async fn searches_walk_along_indexes() {
        let folder = tempfile::tempdir().unwrap();
        let store = Options::new(folder.path()).open().await.unwrap();
        let database = folder.path().join(crate::sqlite::open::DATABASE);
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(database);
        let mut connection = options.connect().await.unwrap();
        let after = Some("01890000-0000-7000-8000-000000000000".to_owned());
        let ids = id_range("0199f0aa").unwrap();
        for set in 0..16_u32 {
            let is = |bit: u32| set & (1 << bit) != 0;
            let page = Page {
                after: after.clone().filter(|_| is(0)),
                limit: 50,
            };
            let given = |text: &str, bit| is(bit).then(|| text.to_owned());
            let filter = RunFilter {
                app: given("a", 1),
                status: given("waiting", 2),
                station: given("s", 3),
            };
            let by_id = plan(&mut connection, by_id_text(&ids, &filter, &page).unwrap()).await;
            let by_text = plan(&mut connection, by_text_text("wang", &filter, &page).unwrap()).await;
            for (index, line) in by_id.iter().chain(&by_text).enumerate() {
                let list = index >= by_id.len() && line.starts_with("SCAN run USING COVERING INDEX");
                let walks = list || line.starts_with("SCAN (subquery");
                assert!(walks || !line.starts_with("SCAN"), "{line} in {by_id:#?} {by_text:#?}");
                assert!(!line.contains("TEMP B-TREE"), "{line} in {by_id:#?} {by_text:#?}");
            }
        }
        crate::Store::close(&*store).await;
    }
}
