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
        #[cfg(test)]
        tests::USED.lock().unwrap().insert(Arc::clone(text));
        Arc::clone(text)
    }
}

fn query(sql: Arc<str>, values: Values) -> Query<'static, Sqlite, SqliteArguments> {
    sqlx::query_with(AssertSqlSafe(sql), values.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::{commit, samples::*};
    use crate::rows::*;
    use sqlx::{ConnectOptions, Row};
    use std::collections::BTreeSet;
    use std::sync::Mutex;

    /// Every text that this process has run.
    pub(super) static USED: Mutex<BTreeSet<Arc<str>>> = Mutex::new(BTreeSet::new());

    /// Every kind of write, and then its opposite.
    async fn write_everything(store: &crate::AnyStore, numbers: std::ops::Range<u64>) {
        let mut one = Vec::new();
        let mut other = Vec::new();
        for number in numbers {
            let (run_id, name) = (id(number), number.to_string());
            one.extend(chained(number, 1));
            one.push(put_task(task(number, "operator")));
            one.push(Write::PutDraft(draft(number, 1)));
            one.push(Write::PutAppFile(AppFileRow {
                app: name.clone(),
                name: name.clone(),
                version: 1,
                blob: name.clone(),
            }));
            one.push(Write::PutLastAnswers(Box::new(last_answers(&name, "{}"))));
            one.push(Write::PutWorker(Box::new(WorkerRow {
                app: name.clone(),
                step: name.clone(),
                person: name.clone(),
                given: number,
                done_at_ms: None,
            })));
            one.push(Write::PutTimer(TimerRow {
                run: run_id,
                timer: 1,
                at_ms: 1,
            }));
            one.push(Write::PutListener(ListenerRow {
                run: run_id,
                wait: 1,
                message: name.clone(),
            }));
            one.push(Write::PutRecord(record("pieces", &name, r#"{"n":1,"m":2}"#)));
            one.push(Write::PutHold(hold(&name, number)));
            one.push(Write::PutNotice(notice(number, "role", "setter")));
            one.push(Write::PutOutbox(outgoing(&name)));
            one.push(Write::PutAsk(Box::new(ask(number, 1, &name))));
            one.push(Write::PutAnswered(answer(&name, 1)));
            one.push(Write::PutToken(token(&name, 1)));
            one.push(Write::PutPerson(Box::new(person(&name))));
            one.push(Write::PutSession(SessionRow {
                hash: [number as u8; 32],
                ..session(1, &name)
            }));
            one.push(Write::PutEnrolment(enrolment(&name, "qc-1")));
            one.push(Write::PutSecret(secret(&name, b"key")));
            other.push(update(
                RunRow {
                    status: "failed".to_owned(),
                    seq: 2,
                    ..run(number)
                },
                1,
            ));
            other.push(Write::PutRecord(record("pieces", &name, r#"{"n":3}"#)));
            other.push(Write::DropTask { run: run_id, task: 1 });
            other.push(Write::DropTimer { run: run_id, timer: 1 });
            other.push(Write::DropListener { run: run_id, wait: 1 });
            other.push(Write::DropHold {
                target: name.clone(),
                run: run_id,
            });
            other.push(Write::DropAsk { run: run_id, ask: 1 });
            other.push(Write::DropOutbox { id: number });
            other.push(Write::DropAnsweredBefore { at_ms: 1 });
            other.push(Write::DropToken { name: name.clone() });
            other.push(Write::DropSession {
                hash: [number as u8; 32],
            });
            other.push(Write::DropSessionsOf { person: name.clone() });
            other.push(Write::DropEnrolment { id: name.clone() });
            other.push(Write::DropSecret { name });
        }
        commit(store, one).await;
        commit(store, other).await;
        let equals = [("n", "3"), ("m", "2")].map(|(column, value)| (column.to_owned(), value.to_owned()));
        let mut unit = store.begin().await.unwrap();
        unit.records("first-piece", "pieces", &equals, 9).await.unwrap();
        unit.runs(&[id(1), id(2)]).await.unwrap();
        unit.answered(&[request("1"), request("2")]).await.unwrap();
    }

    /// A statement over a list of rows finds each of them along an index, however long the list.
    #[tokio::test]
    async fn no_statement_scans_a_table() {
        let folder = tempfile::tempdir().unwrap();
        let store: crate::AnyStore = crate::sqlite::Options::new(folder.path()).open().await.unwrap();
        for numbers in [1..2, 10..16, 30..60, 100..220] {
            write_everything(&store, numbers).await;
        }
        let used = USED.lock().unwrap().clone();
        assert!(used.len() > 4 * 20, "{} statements", used.len());
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("gemba.db"));
        let mut connection = options.connect().await.unwrap();
        for sql in used {
            let explain = format!("EXPLAIN QUERY PLAN {sql}");
            let rows = sqlx::query(AssertSqlSafe(explain))
                .fetch_all(&mut connection)
                .await
                .unwrap();
            for row in rows {
                let step: String = row.get(3);
                let lists = [
                    "SCAN CONSTANT ROW",
                    "SCAN (",
                    "SCAN 128-ROW",
                    "SCAN 32-ROW",
                    "SCAN 8-ROW",
                    "SCAN 2-ROW",
                ];
                let walks_list = lists.iter().any(|start| step.starts_with(start)) || step.contains("VALUES CLAUSE");
                assert!(
                    walks_list || !step.starts_with("SCAN"),
                    "{step}: {}",
                    &sql[..sql.len().min(400)]
                );
                // The indexes of lists hold many rows for one value.
                let by_list = ["run_by_", "task_by_offer", "task_by_urgency"]
                    .iter()
                    .any(|index| step.contains(index));
                assert!(
                    !by_list && !step.contains("AUTOMATIC"),
                    "{step}: {}",
                    &sql[..sql.len().min(400)]
                );
            }
        }
        store.close().await;
    }
}
