//! Rows to write.

use crate::rows::*;

/// Run ids in order of their number.
pub fn id(number: u64) -> RunId {
    let start = 1_760_000_000_000 + u128::from(number);
    RunId::from_u128((start << 80) | (0x7 << 76) | (0b10 << 62) | u128::from(number))
}

/// A waiting run at its first entry, without a journal.
pub fn run(number: u64) -> RunRow {
    RunRow {
        id: id(number),
        app: "first-piece".to_owned(),
        app_version: 3,
        status: "waiting".to_owned(),
        outcome: None,
        station: None,
        started_by: "wang".to_owned(),
        started_at_ms: 1_760_000_000_000 + number as i64,
        updated_at_ms: 1_760_000_000_000 + number as i64,
        ended_at_ms: None,
        seq: 1,
        head: [7; 32],
        parent: None,
        state: format!("state {number}").into_bytes(),
    }
}

pub fn insert(row: RunRow) -> Write {
    Write::InsertRun(Box::new(row))
}

pub fn update(row: RunRow, expected_seq: u64) -> Write {
    Write::UpdateRun {
        row: Box::new(row),
        expected_seq,
    }
}

/// A whole run: the row and so many entries, rightly chained.
pub fn chained(number: u64, entries: u64) -> Vec<Write> {
    let mut row = run(number);
    let mut writes = Vec::new();
    row.seq = entries;
    row.head = Hash::default();
    for seq in 1..=entries {
        let entry = entry(&row.head, row.id, seq);
        row.head = entry.hash;
        writes.push(Write::Journal(entry));
    }
    writes.push(insert(row));
    writes
}

pub fn entry(previous: &Hash, run: RunId, seq: u64) -> JournalRow {
    let at_ms = 1_760_000_000_000 + seq as i64;
    let body = format!("{{\"entry\":{seq}}}").into_bytes();
    JournalRow {
        run,
        seq,
        at_ms,
        hash: journal_hash(previous, run, seq, at_ms, &body),
        body,
    }
}

/// A task for a role, anywhere, without a due time; opened in the order of the numbers.
pub fn task(number: u64, role: &str) -> TaskRow {
    TaskRow {
        run: id(number),
        task: 1,
        app: "first-piece".to_owned(),
        app_version: 3,
        step: "measure".to_owned(),
        to_kind: "role".to_owned(),
        to_id: role.to_owned(),
        at: Vec::new(),
        reserved_by: None,
        opened_at_ms: 1_760_000_000_000 + number as i64,
        due_at_ms: None,
        late: false,
        version: 1,
        spec: b"{}".to_vec(),
    }
}

pub fn put_task(row: TaskRow) -> Write {
    Write::PutTask(Box::new(row))
}

pub fn draft(number: u64, version: u32) -> DraftRow {
    DraftRow {
        run: id(number),
        task: 1,
        person: Some("wang".to_owned()),
        version,
        at_ms: 5,
        body: br#"{"shaft_diameter":"24.99"}"#.to_vec(),
    }
}

pub fn last_answers(place: &str, body: &str) -> LastAnswersRow {
    LastAnswersRow {
        app: "first-piece".to_owned(),
        step: "measure".to_owned(),
        place: place.to_owned(),
        body: body.to_owned(),
        at_ms: 5,
    }
}

pub fn record(table: &str, key: &str, values: &str) -> RecordRow {
    RecordRow {
        app: "first-piece".to_owned(),
        table: table.to_owned(),
        key: key.to_owned(),
        values: values.to_owned(),
        run: id(1),
        version: 0,
        at_ms: 9,
    }
}

pub fn no_record(table: &str, key: &str) -> Write {
    Write::DropRecord {
        app: "first-piece".to_owned(),
        table: table.to_owned(),
        key: key.to_owned(),
    }
}

pub fn answer(key: &str, at_ms: i64) -> AnsweredRow {
    AnsweredRow {
        key: request(key),
        fingerprint: [3; 32],
        reply: br#"{"run":"1"}"#.to_vec(),
        at_ms,
    }
}

pub fn request(key: &str) -> RequestKey {
    RequestKey {
        scope: "mes".to_owned(),
        key: key.to_owned(),
    }
}

pub fn hold(target: &str, number: u64) -> HoldRow {
    HoldRow {
        target: target.to_owned(),
        run: id(number),
        app: "first-piece".to_owned(),
        why: "first piece is not released".to_owned(),
        since_ms: number as i64,
    }
}

pub fn notice(number: u64, to_kind: &str, to_id: &str) -> NoticeRow {
    NoticeRow {
        id: 0,
        run: id(number),
        app: "andon".to_owned(),
        step: "call".to_owned(),
        to_kind: to_kind.to_owned(),
        to_id: to_id.to_owned(),
        text: format!("notice {number}"),
        at_ms: number as i64,
    }
}

pub fn outgoing(key: &str) -> OutboxRow {
    OutboxRow {
        id: 0,
        channel: "mes".to_owned(),
        key: key.to_owned(),
        body: r#"{"specversion":"1.0"}"#.to_owned(),
        at_ms: 4,
    }
}

pub fn undelivered(key: &str) -> UndeliveredRow {
    UndeliveredRow {
        id: 0,
        channel: "mes".to_owned(),
        key: key.to_owned(),
        body: r#"{"specversion":"1.0"}"#.to_owned(),
        at_ms: 4,
        problem: "nobody answers".to_owned(),
        given_up_at_ms: 9,
    }
}

/// A token with the scopes that are given by default.
pub fn token(name: &str, byte: u8) -> TokenRow {
    TokenRow {
        name: name.to_owned(),
        hash: [byte; 32],
        created_at_ms: 1,
        scopes: texts(&["read", "work"]),
    }
}

/// Someone with a password and nothing else to come in with.
pub fn person(id: &str) -> PersonRow {
    PersonRow {
        id: id.to_owned(),
        name: format!("{id} 王"),
        roles: texts(&["operator", "setter"]),
        rights: texts(&["supervise"]),
        language: Some("zh".to_owned()),
        password: Some("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned()),
        pin: None,
        badge: None,
        active: true,
        changed_at_ms: 7,
        standing: Standing::default(),
    }
}

pub fn session(byte: u8, person: &str) -> SessionRow {
    SessionRow {
        hash: [byte; 32],
        person: person.to_owned(),
        station: Some("qc-1".to_owned()),
        enrolment: Some("e1".to_owned()),
        created_at_ms: 1,
        seen_at_ms: 2,
        expires_at_ms: 3,
    }
}

pub fn enrolment(id: &str, station: &str) -> EnrolmentRow {
    EnrolmentRow {
        id: id.to_owned(),
        hash: [9; 32],
        station: station.to_owned(),
        by: "wang".to_owned(),
        at_ms: 4,
        seen_at_ms: Some(5),
    }
}

pub fn ask(number: u64, ask: u32, lane: &str) -> AskRow {
    AskRow {
        id: 0,
        run: id(number),
        ask,
        lane: lane.to_owned(),
        key: format!("{number}-{ask}-1"),
        body: "{}".to_owned(),
        at_ms: 5,
        begun_at_ms: None,
    }
}

pub fn secret(name: &str, bytes: &[u8]) -> SecretRow {
    SecretRow {
        name: name.to_owned(),
        bytes: bytes.to_vec(),
    }
}

pub fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

pub fn page(limit: u32) -> Page {
    Page { after: None, limit }
}

pub fn after(cursor: String, limit: u32) -> Page {
    Page {
        after: Some(cursor),
        limit,
    }
}
