//! Every limit of the store, with its unit in the name, and the one place where writes are held against them.

use crate::Error;
use crate::rows::{PersonRow, Write};

/// Rows that one call of a list returns at most.
pub const PAGE_ROWS_MAX: u32 = 1_000;
/// Records that one `Unit::records` returns at most: it has no pages, a find must see all that may fit.
pub const FIND_ROWS_MAX: u32 = 200_000;
/// Rows of a page whose limit is 0.
pub const PAGE_ROWS_DEFAULT: u32 = 100;
/// Changes in one call of `Unit::write`.
pub const WRITES_MAX: usize = 100_000;
/// Ids or keys that one call of `Unit::runs` or `Unit::answered` looks up.
pub const LOOKUPS_MAX: usize = 10_000;
/// The kernel's state of one run.
pub const STATE_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// One journal entry.
pub const JOURNAL_BODY_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// The specification of one task.
pub const TASK_SPEC_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Stations at which one task is shown.
pub const TASK_STATIONS_MAX: usize = 1_000;
/// One draft.
pub const DRAFT_BODY_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// The values of one record.
pub const RECORD_VALUES_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Columns of one record.
pub const RECORD_COLUMNS_MAX: usize = 1_000;
/// A key: of a record, a request, an outbox message, the target of a hold.
pub const KEY_BYTES_MAX: u64 = 4 * 1024;
/// A name: of an app, step, station, role, right, person, table, message, outcome, token, secret.
pub const NAME_BYTES_MAX: u64 = 4 * 1024;
/// The text of a notice or the reason of a hold.
pub const TEXT_BYTES_MAX: u64 = 256 * 1024;
/// The source of one version of an app.
pub const APP_SOURCE_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// An answer that is kept for its idempotency key.
pub const REPLY_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// The body of an outbox message.
pub const OUTBOX_BODY_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// What a run asks of the world outside.
pub const ASK_BODY_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// One blob.
pub const BLOB_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// The media type of a blob.
pub const MEDIA_TYPE_BYTES_MAX: u64 = 100;
/// Roles or rights of one person, scopes of one token.
pub const RIGHTS_MAX: usize = 100;
/// The hash of a password or a PIN.
pub const PASSWORD_HASH_BYTES_MAX: u64 = 1024;
/// The last reading of a signal, as JSON text.
pub const READING_BYTES_MAX: u64 = 64_000;
/// What one entry of the audit journal says.
pub const AUDIT_BODY_BYTES_MAX: u64 = 64 * 1024;
/// What a form was answered last at one place.
pub const LAST_ANSWERS_BYTES_MAX: u64 = 64 * 1024;
/// One secret of the server.
pub const SECRET_BYTES_MAX: u64 = 64 * 1024;
/// Roles in one task filter.
pub const FILTER_ROLES_MAX: usize = 100;
/// Runs that one search by text looks at, besides those it passes by along an index.
pub const SEARCH_RUNS_MAX: u32 = 5_000;
/// The text that runs are searched for.
pub const SEARCH_TEXT_BYTES_MAX: u64 = 1024;
/// The newest notices, of which the floor's open calls are taken.
pub const FLOOR_NOTICES_MAX: u32 = 2_000;
/// Columns that one search for records compares.
pub const FILTER_COLUMNS_MAX: usize = 30;
/// One value that records are searched for.
pub const FILTER_VALUE_BYTES_MAX: u64 = 256 * 1024;
/// Faults that one `verify` lists; the rest is counted in a last line.
pub const FAULTS_MAX: usize = 1_000;

pub(crate) fn sized(what: &'static str, size: usize, max: u64) -> Result<(), Error> {
    let size = size as u64;
    if size > max {
        return Err(Error::TooLarge { what, size, max });
    }
    Ok(())
}

fn name(what: &'static str, text: &str) -> Result<(), Error> {
    sized(what, text.len(), NAME_BYTES_MAX)
}

fn names(what: &'static str, texts: &[String]) -> Result<(), Error> {
    if texts.len() > RIGHTS_MAX {
        return Err(Error::Invalid(format!(
            "{what} given {} times; at most {RIGHTS_MAX} are possible",
            texts.len()
        )));
    }
    texts.iter().try_for_each(|text| name(what, text))
}

fn key(what: &'static str, text: &str) -> Result<(), Error> {
    sized(what, text.len(), KEY_BYTES_MAX)
}

/// Numbers are kept as 64-bit integers with a sign.
pub(crate) fn number(what: &'static str, number: u64) -> Result<i64, Error> {
    i64::try_from(number).map_err(|_| Error::Invalid(format!("{what} {number} is out of range")))
}

/// The states a run can be in; lists of runs are merged from these.
pub(crate) const STATUSES: [&str; 5] = ["waiting", "stopped", "finished", "failed", "cancelled"];

/// People whose tasks are counted in one call.
pub const PEOPLE_ASKED_MAX: usize = 20_000;
/// To whom a task or notice can be offered.
const KINDS: [&str; 6] = ["role", "person", "station", "channel", "everyone", "several"];

fn kind(kind: &str) -> Result<(), Error> {
    if KINDS.contains(&kind) {
        return Ok(());
    }
    Err(Error::Invalid(format!(
        "{kind:?} is nobody: a role, person, station or everyone is meant"
    )))
}

/// Refuses what is larger than a row may be, or is no row.
pub(crate) fn check(write: &Write) -> Result<(), Error> {
    match write {
        Write::InsertRun(row) | Write::UpdateRun { row, .. } => {
            sized("the state of a run", row.state.len(), STATE_BYTES_MAX)?;
            number("a run's number of entries", row.seq)?;
            name("an app's name", &row.app)?;
            name("a person's name", &row.started_by)?;
            name("an outcome", row.outcome.as_deref().unwrap_or_default())?;
            name("a station's name", row.station.as_deref().unwrap_or_default())?;
            if !STATUSES.contains(&row.status.as_str()) {
                return Err(Error::Invalid(format!("{:?} is no status of a run", row.status)));
            }
        }
        Write::Journal(row) => {
            sized("a journal entry", row.body.len(), JOURNAL_BODY_BYTES_MAX)?;
            number("a journal entry's number", row.seq)?;
        }
        Write::PutTask(row) => {
            sized("a task's specification", row.spec.len(), TASK_SPEC_BYTES_MAX)?;
            kind(&row.to_kind)?;
            name("whom a task is for", &row.to_id)?;
            name("an app's name", &row.app)?;
            name("a step's name", &row.step)?;
            name("a person's name", row.reserved_by.as_deref().unwrap_or_default())?;
            if row.at.len() > TASK_STATIONS_MAX {
                return Err(Error::Invalid(format!(
                    "a task at {} stations; at most {TASK_STATIONS_MAX} are possible",
                    row.at.len()
                )));
            }
            for station in &row.at {
                name("a station's name", station)?;
                if station.is_empty() {
                    return Err(Error::Invalid("a station without a name".to_owned()));
                }
            }
        }
        Write::PutDraft(row) => {
            sized("a draft", row.body.len(), DRAFT_BODY_BYTES_MAX)?;
            name("a person's name", row.person.as_deref().unwrap_or_default())?;
        }
        Write::PutListener(row) => name("a message's name", &row.message)?,
        Write::PutRecord(row) => {
            sized("a record", row.values.len(), RECORD_VALUES_BYTES_MAX)?;
            name("an app's name", &row.app)?;
            name("a table's name", &row.table)?;
            key("a record's key", &row.key)?;
        }
        Write::DropRecord {
            app,
            table,
            key: record,
        } => {
            name("an app's name", app)?;
            name("a table's name", table)?;
            key("a record's key", record)?;
        }
        Write::PutHold(row) => {
            key("what is held", &row.target)?;
            name("an app's name", &row.app)?;
            sized("the reason of a hold", row.why.len(), TEXT_BYTES_MAX)?;
        }
        Write::PutNotice(row) => {
            kind(&row.to_kind)?;
            name("whom a notice is for", &row.to_id)?;
            name("an app's name", &row.app)?;
            name("a step's name", &row.step)?;
            sized("a notice", row.text.len(), TEXT_BYTES_MAX)?;
        }
        Write::PutOutbox(row) => {
            name("a channel's name", &row.channel)?;
            key("a message's key", &row.key)?;
            sized("an outgoing message", row.body.len(), OUTBOX_BODY_BYTES_MAX)?;
        }
        Write::DropOutbox { id } => {
            number("an outgoing message's number", *id)?;
        }
        Write::PutUndelivered(row) => {
            name("a channel's name", &row.channel)?;
            key("a message's key", &row.key)?;
            sized("an outgoing message", row.body.len(), OUTBOX_BODY_BYTES_MAX)?;
            sized("why it was not delivered", row.problem.len(), TEXT_BYTES_MAX)?;
        }
        Write::DropUndelivered { id } => {
            number("an undelivered message's number", *id)?;
        }
        Write::PutAsk(row) => {
            name("what an ask goes through", &row.lane)?;
            key("an ask's key", &row.key)?;
            sized("what a run asks", row.body.len(), ASK_BODY_BYTES_MAX)?;
        }
        Write::PutApp(row) => {
            name("an app's name", &row.app)?;
            name("a person's name", &row.published_by)?;
            sized("an app", row.source.len(), APP_SOURCE_BYTES_MAX)?;
        }
        Write::PutAnswered(row) => {
            name("a caller's name", &row.key.scope)?;
            key("an idempotency key", &row.key.key)?;
            sized("a reply", row.reply.len(), REPLY_BYTES_MAX)?;
        }
        Write::PutToken(row) => {
            name("a token's name", &row.name)?;
            names("a scope", &row.scopes)?;
        }
        Write::PutPerson(row) => check_person(row)?,
        Write::PutSession(row) => {
            name("a person's id", &row.person)?;
            name("a station's name", row.station.as_deref().unwrap_or_default())?;
        }
        Write::PutEnrolment(row) => {
            name("an enrolment's id", &row.id)?;
            name("a station's name", &row.station)?;
            name("a person's name", &row.by)?;
        }
        Write::PutAppFile(row) => {
            key("the app of a file", &row.app)?;
            key("the name of a file", &row.name)?;
            key("the blob of a file", &row.blob)?;
        }
        Write::PutLastAnswers(row) => {
            key("the app of last answers", &row.app)?;
            key("the step of last answers", &row.step)?;
            key("the place of last answers", &row.place)?;
            sized("last answers", row.body.len(), LAST_ANSWERS_BYTES_MAX)?;
        }
        Write::PutWorker(row) => {
            key("the app of a worker", &row.app)?;
            key("the step of a worker", &row.step)?;
            key("a worker", &row.person)?;
            number("the turn of a worker", row.given)?;
        }
        Write::PutSignal(row) => {
            name("a signal's id", &row.id)?;
            sized("a reading", row.reading.len(), READING_BYTES_MAX)?;
        }
        Write::PutSecret(row) => {
            name("a secret's name", &row.name)?;
            sized("a secret", row.bytes.len(), SECRET_BYTES_MAX)?;
        }
        Write::PutAudit { body, .. } => sized("an entry of the audit journal", body.len(), AUDIT_BODY_BYTES_MAX)?,
        Write::PutTimer(_)
        | Write::DropTask { .. }
        | Write::DropTimer { .. }
        | Write::DropListener { .. }
        | Write::DropHold { .. }
        | Write::BeginAsk { .. }
        | Write::DropAsk { .. }
        | Write::DropAnsweredBefore { .. }
        | Write::DropToken { .. }
        | Write::DropSession { .. }
        | Write::DropSessionsOf { .. }
        | Write::DropEnrolment { .. }
        | Write::DropSecret { .. } => {}
    }
    Ok(())
}

fn check_person(row: &PersonRow) -> Result<(), Error> {
    name("a person's id", &row.id)?;
    name("a person's name", &row.name)?;
    names("a role", &row.roles)?;
    names("a right", &row.rights)?;
    name("a language", row.language.as_deref().unwrap_or_default())?;
    for hash in [&row.password, &row.pin].into_iter().flatten() {
        sized("the hash of a password", hash.len(), PASSWORD_HASH_BYTES_MAX)?;
    }
    Ok(())
}

/// Refuses what is too large, and media types other than `type/subtype` of RFC 6838: it goes into a header later.
pub(crate) fn check_blob(bytes: &[u8], media_type: &str) -> Result<(), Error> {
    sized("a file", bytes.len(), BLOB_BYTES_MAX)?;
    sized("a media type", media_type.len(), MEDIA_TYPE_BYTES_MAX)?;
    let token = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c))
    };
    match media_type.split_once('/') {
        Some((kind, subtype)) if token(kind) && token(subtype) => Ok(()),
        _ => Err(Error::Invalid(format!(
            "{media_type:?} is no media type such as image/jpeg"
        ))),
    }
}
