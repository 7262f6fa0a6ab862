//! Statements over many rows. Each call of SQLite costs a hop to its thread and back, so rows go in by the hundred:
//! one `VALUES` list, in a few lengths so that each is prepared once. A list that is longer than its rows is left
//! unbound at its end; unbound is NULL, and rows whose first column is NULL are passed over.

use super::error::failed;
use crate::Error;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Encode, Sqlite, Type};
use std::sync::{Arc, OnceLock};

/// Rows in one statement.
const LENGTHS: [usize; 4] = [1, 8, 32, 128];

/// A statement around a list of rows, which are seen in it as `column1`, `column2`, …
pub(super) struct Statement {
    head: &'static str,
    columns: usize,
    tail: &'static str,
    texts: [OnceLock<Arc<str>>; LENGTHS.len()],
}

/// The values of one or more rows, in order.
pub(super) struct Values(SqliteArguments);

impl Values {
    pub(super) fn add<'t>(&mut self, value: impl Encode<'t, Sqlite> + Type<Sqlite>) {
        // Refused are only values that SQLite cannot hold; all that come here are integers, texts and bytes.
        Arguments::add(&mut self.0, value).expect("integers, texts and bytes can be bound");
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.add(bytes);
    }
}

impl Statement {
    /// `head`, then the rows in parentheses, then `tail`. A caller that must not see rows of NULL says so in `tail`.
    pub(super) const fn new(head: &'static str, columns: usize, tail: &'static str) -> Self {
        Self {
            head,
            columns,
            tail,
            texts: [const { OnceLock::new() }; LENGTHS.len()],
        }
    }

    /// Runs it over all rows and returns how many rows it changed.
    pub(super) async fn execute<T>(
        &'static self,
        connection: &mut SqliteConnection,
        rows: impl IntoIterator<Item = T>,
        bind: impl Fn(&mut Values, T),
    ) -> Result<u64, Error> {
        let mut changed = 0;
        for (sql, values) in self.chunks(rows, bind) {
            changed += query(sql, values)
                .execute(&mut *connection)
                .await
                .map_err(failed)?
                .rows_affected();
        }
        Ok(changed)
    }

    /// Runs it over all rows and returns what it selects.
    pub(super) async fn fetch<T>(
        &'static self,
        connection: &mut SqliteConnection,
        rows: impl IntoIterator<Item = T>,
        bind: impl Fn(&mut Values, T),
    ) -> Result<Vec<SqliteRow>, Error> {
        let mut found = Vec::new();
        for (sql, values) in self.chunks(rows, bind) {
            found.extend(query(sql, values).fetch_all(&mut *connection).await.map_err(failed)?);
        }
        Ok(found)
    }

    fn chunks<T>(
        &'static self,
        rows: impl IntoIterator<Item = T>,
        bind: impl Fn(&mut Values, T),
    ) -> Vec<(Arc<str>, Values)> {
        let [.., longest] = LENGTHS;
        let mut chunks = Vec::new();
        let mut values = Values(SqliteArguments::default());
        let mut length = 0;
        for row in rows {
            bind(&mut values, row);
            length += 1;
            debug_assert_eq!(values.0.len(), length * self.columns);
            if length == longest {
                let full = std::mem::replace(&mut values, Values(SqliteArguments::default()));
                chunks.push((self.text(length), full));
                length = 0;
            }
        }
        if length > 0 {
            chunks.push((self.text(length), values));
        }
        chunks
    }

    /// The shortest text that holds so many rows.
    fn text(&'static self, rows: usize) -> Arc<str> {
        let fits = LENGTHS.iter().position(|length| *length >= rows);
        let index = fits.expect("chunks are no longer than the longest statement");
        let text = self.texts[index].get_or_init(|| {
            let row = format!("({})", vec!["?"; self.columns].join(","));
            let rows = vec![row; LENGTHS[index]].join(",");
            format!("{} (VALUES {rows}) {}", self.head, self.tail).into()
        });
        Arc::clone(text)
    }
}

fn query(sql: Arc<str>, values: Values) -> Query<'static, Sqlite, SqliteArguments> {
    sqlx::query_with(AssertSqlSafe(sql), values.0)
}
