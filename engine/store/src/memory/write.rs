//! Writes, one by one in their order.

use super::disk::Side;
use crate::Error;
use crate::batch::conflict;
use crate::limits::{RECORD_COLUMNS_MAX, WRITES_MAX, check};
use crate::rows::*;
use serde_json::{Map, Value};

impl Side {
    /// All of them, or the first that fails: then what came before it stands until the unit is dropped.
    pub(super) fn apply(&mut self, writes: Vec<Write>) -> Result<(), Error> {
        if writes.len() > WRITES_MAX {
            return Err(Error::Invalid(format!(
                "{} changes at once; at most {WRITES_MAX} are taken",
                writes.len()
            )));
        }
        // As the other store does: what is no row at all is refused before anything is written.
        writes.iter().try_for_each(check)?;
        writes.into_iter().try_for_each(|write| self.write(write))
    }

    fn write(&mut self, write: Write) -> Result<(), Error> {
        match write {
            Write::InsertRun(row) => self.insert_run(*row)?,
            Write::UpdateRun { row, expected_seq } => self.update_run(*row, expected_seq)?,
            Write::Journal(row) => {
                let key = (row.run, row.seq);
                if self.journal().has(&key) {
                    return Err(Error::Conflict(format!("entry {} of run {} exists", row.seq, row.run)));
                }
                self.journal().put(key, row);
            }
            Write::PutTask(row) => self.tasks().put((row.run, row.task), *row),
            Write::DropTask { run, task } => {
                self.tasks().drop(&(run, task));
                self.drafts().drop(&(run, task));
            }
            Write::PutDraft(row) => self.drafts().put((row.run, row.task), row),
            Write::PutAppFile(row) => {
                let key = (row.app.clone(), row.name.clone(), row.version);
                self.app_files().put(key, row);
            }
            Write::PutLastAnswers(row) => {
                let key = (row.app.clone(), row.step.clone(), row.place.clone());
                self.last_answers().put(key, *row);
            }
            Write::PutTimer(row) => self.timers().put((row.run, row.timer), row),
            Write::DropTimer { run, timer } => self.timers().drop(&(run, timer)),
            Write::PutListener(row) => self.listeners().put((row.run, row.wait), row),
            Write::DropListener { run, wait } => self.listeners().drop(&(run, wait)),
            Write::PutRecord(row) => self.put_record(row)?,
            Write::DropRecord { app, table, key } => self.records().drop(&(app, table, key)),
            Write::PutHold(row) => self.holds().put((row.target.clone(), row.run), row),
            Write::DropHold { target, run } => self.holds().drop(&(target, run)),
            Write::PutApp(row) => {
                let key = (row.app.clone(), row.version);
                if self.apps().has(&key) {
                    return Err(Error::Conflict(format!("app {} has a version {}", key.0, key.1)));
                }
                self.apps().put(key, row);
            }
            Write::PutAnswered(row) => {
                let key = (row.key.scope.clone(), row.key.key.clone());
                if self.answered().has(&key) {
                    return Err(Error::Conflict(format!(
                        "the key {:?} has been answered already",
                        key.1
                    )));
                }
                self.answered().put(key, row);
            }
            Write::DropAnsweredBefore { at_ms } => self.answered().drop_where(|row| row.at_ms < at_ms),
            Write::PutSignal(row) => self.signals().put(row.id.clone(), row),
            Write::PutWorker(row) => {
                let key = (row.app.clone(), row.step.clone(), row.person.clone());
                self.workers().put(key, *row);
            }
            write => return self.write_numbered(write),
        }
        Ok(())
    }

    /// Rows to which the store gives a number.
    fn write_numbered(&mut self, write: Write) -> Result<(), Error> {
        match write {
            Write::PutNotice(row) => {
                let id = next(&mut self.disk.last.notice);
                self.notices().put(id, NoticeRow { id, ..row });
            }
            Write::PutOutbox(row) => {
                let id = next(&mut self.disk.last.outbox);
                self.outbox().put(id, OutboxRow { id, ..row });
            }
            Write::DropOutbox { id } => self.outbox().drop(&id),
            Write::PutUndelivered(row) => {
                let id = next(&mut self.disk.last.undelivered);
                self.undelivered().put(id, UndeliveredRow { id, ..*row });
            }
            Write::DropUndelivered { id } => self.undelivered().drop(&id),
            Write::PutAsk(row) => {
                let id = next(&mut self.disk.last.ask);
                let row = AskRow {
                    id,
                    begun_at_ms: None,
                    ..*row
                };
                self.asks().put((row.run, row.ask), row);
            }
            Write::BeginAsk { run, ask, at_ms } => {
                self.asks().change(&(run, ask), |row| row.begun_at_ms = Some(at_ms));
            }
            Write::DropAsk { run, ask } => self.asks().drop(&(run, ask)),
            Write::PutAudit { at_ms, body } => {
                let last = self.disk.audit.values().next_back();
                let (seq, head) = last.map_or_else(|| (1, Hash::default()), |row| (row.seq + 1, row.hash));
                let hash = audit_hash(&head, seq, at_ms, &body);
                self.audit().put(seq, AuditRow { seq, at_ms, body, hash });
            }
            write => return self.write_person(write),
        }
        Ok(())
    }

    /// Who may come in.
    fn write_person(&mut self, write: Write) -> Result<(), Error> {
        match write {
            Write::PutToken(row) => self.tokens().put(row.name.clone(), row),
            Write::DropToken { name } => self.tokens().drop(&name),
            Write::PutPerson(row) => {
                let mut others = self.disk.people.values().filter(|other| other.id != row.id);
                if row.badge.is_some() && others.any(|other| other.badge == row.badge) {
                    return Err(Error::Conflict("someone else has that badge".to_owned()));
                }
                self.people().put(row.id.clone(), *row);
            }
            Write::PutSession(row) => self.sessions().put(row.hash, row),
            Write::DropSession { hash } => self.sessions().drop(&hash),
            Write::DropSessionsOf { person } => self.sessions().drop_where(|row| row.person == person),
            Write::PutEnrolment(row) => self.enrolments().put(row.id.clone(), row),
            Write::DropEnrolment { id } => self.enrolments().drop(&id),
            Write::PutSecret(row) => self.secrets().put(row.name.clone(), row),
            Write::DropSecret { name } => self.secrets().drop(&name),
            other => {
                return Err(Error::Invalid(format!(
                    "this store does not know how to write {other:?}"
                )));
            }
        }
        Ok(())
    }

    fn insert_run(&mut self, row: RunRow) -> Result<(), Error> {
        if self.runs().has(&row.id) {
            return Err(Error::Conflict(format!("run {} exists already", row.id)));
        }
        self.runs().put(row.id, row);
        Ok(())
    }

    fn update_run(&mut self, row: RunRow, expected_seq: u64) -> Result<(), Error> {
        let id = row.id;
        let found = self.runs().get(&id).map(|kept| kept.seq);
        if found != Some(expected_seq) {
            return Err(conflict(id, found, expected_seq));
        }
        self.runs().change(&id, |kept| {
            *kept = RunRow {
                id,
                app: std::mem::take(&mut kept.app),
                started_by: std::mem::take(&mut kept.started_by),
                started_at_ms: kept.started_at_ms,
                parent: kept.parent,
                ..row
            };
        });
        Ok(())
    }

    fn put_record(&mut self, row: RecordRow) -> Result<(), Error> {
        let members: Map<String, Value> = serde_json::from_str(&row.values)
            .map_err(|error| Error::Invalid(format!("a record that is no JSON object: {error}")))?;
        if members.len() > RECORD_COLUMNS_MAX {
            return Err(Error::Invalid(format!(
                "a record of {} columns; at most {RECORD_COLUMNS_MAX} are possible",
                members.len()
            )));
        }
        let key = (row.app.clone(), row.table.clone(), row.key.clone());
        let version = self.records().get(&key).map_or(0, |kept| kept.version) + 1;
        self.records().put(key, RecordRow { version, ..row });
        Ok(())
    }

    /// The first is 1.
    pub(super) fn next_number(&mut self, series: &str, period: &str) -> u64 {
        let key = (series.to_owned(), period.to_owned());
        let number = self.series().get(&key).map_or(0, |last| *last) + 1;
        self.series().put(key, number);
        number
    }
}

fn next(last: &mut u64) -> u64 {
    *last += 1;
    *last
}
