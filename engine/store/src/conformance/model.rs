//! Random writes against a model in memory: the store must give the same reads. The model is as simple as can be, one
//! map per kind, writes one by one; so whatever a store does to be fast must not be seen.

use super::Subject;
use super::samples::*;
use crate::cursor::rank;
use crate::rows::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeMap;

/// Units of random writes; about one in four is dropped.
const UNITS: usize = 120;

#[derive(Clone, Default)]
struct Model {
    runs: BTreeMap<RunId, RunRow>,
    tasks: BTreeMap<(RunId, u32), TaskRow>,
    drafts: BTreeMap<(RunId, u32), DraftRow>,
    timers: BTreeMap<(RunId, u32), TimerRow>,
    listeners: BTreeMap<(RunId, u32), ListenerRow>,
    records: BTreeMap<(String, String), RecordRow>,
    holds: BTreeMap<(String, RunId), HoldRow>,
    notices: Vec<NoticeRow>,
    outbox: Vec<OutboxRow>,
    undelivered: Vec<UndeliveredRow>,
    asks: BTreeMap<(RunId, u32), AskRow>,
    answered: BTreeMap<String, AnsweredRow>,
    tokens: BTreeMap<String, TokenRow>,
    people: BTreeMap<String, PersonRow>,
    sessions: BTreeMap<Hash, SessionRow>,
    enrolments: BTreeMap<String, EnrolmentRow>,
    secrets: BTreeMap<String, SecretRow>,
    audit: Vec<(i64, String)>,
}

impl Model {
    fn apply(&mut self, write: Write) {
        match write {
            Write::InsertRun(row) => drop(self.runs.insert(row.id, *row)),
            Write::UpdateRun { row, .. } => drop(self.runs.insert(row.id, *row)),
            Write::PutTask(row) => drop(self.tasks.insert((row.run, row.task), *row)),
            Write::DropTask { run, task } => {
                self.tasks.remove(&(run, task));
                self.drafts.remove(&(run, task));
            }
            Write::PutDraft(row) => drop(self.drafts.insert((row.run, row.task), row)),
            Write::PutTimer(row) => drop(self.timers.insert((row.run, row.timer), row)),
            Write::DropTimer { run, timer } => drop(self.timers.remove(&(run, timer))),
            Write::PutListener(row) => drop(self.listeners.insert((row.run, row.wait), row)),
            Write::DropListener { run, wait } => drop(self.listeners.remove(&(run, wait))),
            Write::PutRecord(row) => {
                let key = (row.table.clone(), row.key.clone());
                let version = self.records.get(&key).map_or(0, |row| row.version) + 1;
                self.records.insert(key, RecordRow { version, ..row });
            }
            Write::DropRecord { table, key, .. } => drop(self.records.remove(&(table, key))),
            Write::PutHold(row) => drop(self.holds.insert((row.target.clone(), row.run), row)),
            Write::DropHold { target, run } => drop(self.holds.remove(&(target, run))),
            Write::PutNotice(row) => self.notices.push(row),
            Write::PutOutbox(row) => self.outbox.push(row),
            Write::PutUndelivered(row) => self.undelivered.push(*row),
            Write::BeginAsk { run, ask, at_ms } => {
                if let Some(row) = self.asks.get_mut(&(run, ask)) {
                    row.begun_at_ms = Some(at_ms);
                }
            }
            Write::PutAsk(row) => drop(self.asks.insert((row.run, row.ask), *row)),
            Write::DropAsk { run, ask } => drop(self.asks.remove(&(run, ask))),
            Write::PutAnswered(row) => drop(self.answered.insert(row.key.key.clone(), row)),
            Write::DropAnsweredBefore { at_ms } => self.answered.retain(|_, row| row.at_ms >= at_ms),
            Write::PutToken(row) => drop(self.tokens.insert(row.name.clone(), row)),
            Write::DropToken { name } => drop(self.tokens.remove(&name)),
            Write::PutPerson(row) => drop(self.people.insert(row.id.clone(), *row)),
            Write::PutSession(row) => drop(self.sessions.insert(row.hash, row)),
            Write::DropSession { hash } => drop(self.sessions.remove(&hash)),
            Write::DropSessionsOf { person } => self.sessions.retain(|_, row| row.person != person),
            Write::PutEnrolment(row) => drop(self.enrolments.insert(row.id.clone(), row)),
            Write::DropEnrolment { id } => drop(self.enrolments.remove(&id)),
            Write::PutSecret(row) => drop(self.secrets.insert(row.name.clone(), row)),
            Write::DropSecret { name } => drop(self.secrets.remove(&name)),
            Write::PutAudit { at_ms, body } => self.audit.push((at_ms, body)),
            other => unreachable!("not generated: {other:?}"),
        }
    }

    /// Random writes may be refused for good reason (a run that exists, an answer that was given); such are made right.
    fn made_right(&self, write: Write) -> Option<Write> {
        match write {
            Write::InsertRun(row) => Some(match self.runs.get(&row.id) {
                None => Write::InsertRun(row),
                Some(found) => {
                    let expected_seq = found.seq;
                    let row = RunRow {
                        seq: expected_seq + row.seq,
                        app: found.app.clone(),
                        ..*row
                    };
                    update(row, expected_seq)
                }
            }),
            Write::PutAnswered(row) if self.answered.contains_key(&row.key.key) => None,
            write => Some(write),
        }
    }
}

fn number() -> impl Strategy<Value = u64> {
    1..6_u64
}

fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(texts).prop_map(str::to_owned)
}

const STATIONS: &[&str] = &["qc-1", "qc-2"];
const PEOPLE: &[&str] = &["wang", "li"];
const ROLES: &[&str] = &["operator", "setter"];

fn run_write() -> impl Strategy<Value = Write> {
    let station = proptest::option::of(one_of(STATIONS));
    let state = proptest::collection::vec(any::<u8>(), 0..2_000);
    (number(), one_of(&crate::limits::STATUSES), station, 0..3_u64, state).prop_map(
        |(number, status, station, seq, state)| {
            insert(RunRow {
                status,
                station,
                seq,
                state,
                ..run(number)
            })
        },
    )
}

fn task_row() -> impl Strategy<Value = TaskRow> {
    let to = prop_oneof![
        (Just("role".to_owned()), one_of(ROLES)),
        (Just("person".to_owned()), one_of(PEOPLE)),
        (Just("station".to_owned()), one_of(STATIONS)),
        Just(("everyone".to_owned(), String::new())),
        Just(("several".to_owned(), String::new())),
    ];
    let at = proptest::collection::vec(one_of(STATIONS), 0..3);
    let due = proptest::option::of(-2..3_i64);
    (
        number(),
        1..3_u32,
        to,
        at,
        proptest::option::of(one_of(PEOPLE)),
        due,
        any::<bool>(),
        0..3_i64,
    )
        .prop_map(
            |(number, part, (to_kind, to_id), at, reserved_by, due_at_ms, late, opened_at_ms)| TaskRow {
                task: part,
                to_kind,
                to_id,
                at,
                reserved_by,
                due_at_ms,
                late,
                opened_at_ms,
                ..task(number, "")
            },
        )
}

fn write() -> impl Strategy<Value = Write> {
    let key = || (number(), 1..3_u32).prop_map(|(number, part)| (id(number), part));
    let target = || one_of(&["line-3", "lot-7"]);
    let value = one_of(&[r#"{"n":1}"#, r#"{"n":2,"ok":true}"#, r#"{"ok":true}"#, "{}"]);
    prop_oneof![
        4 => run_write(),
        4 => task_row().prop_map(put_task),
        2 => key().prop_map(|(run, task)| Write::DropTask { run, task }),
        2 => (number(), 1..9_u32).prop_map(|(number, version)| Write::PutDraft(draft(number, version))),
        2 => (key(), -3..9_i64).prop_map(|((run, timer), at_ms)| Write::PutTimer(TimerRow { run, timer, at_ms })),
        1 => key().prop_map(|(run, timer)| Write::DropTimer { run, timer }),
        2 => (key(), target()).prop_map(|((run, wait), message)| {
            Write::PutListener(ListenerRow { run, wait, message })
        }),
        1 => key().prop_map(|(run, wait)| Write::DropListener { run, wait }),
        3 => (one_of(&["A1", "A2", "B1"]), value).prop_map(|(key, value)| {
            Write::PutRecord(record("pieces", &key, &value))
        }),
        1 => one_of(&["A1", "A2", "B1"]).prop_map(|key| super::samples::no_record("pieces", &key)),
        2 => (target(), number()).prop_map(|(target, number)| Write::PutHold(hold(&target, number))),
        1 => (target(), number()).prop_map(|(target, number)| Write::DropHold { target, run: id(number) }),
        1 => (number(), one_of(ROLES)).prop_map(|(number, role)| Write::PutNotice(notice(number, "role", &role))),
        1 => target().prop_map(|key| Write::PutOutbox(outgoing(&key))),
        2 => (key(), target()).prop_map(|((run, number), lane)| Write::PutAsk(Box::new(AskRow { run, ..ask(1, number, &lane) }))),
        2 => key().prop_map(|(run, ask)| Write::DropAsk { run, ask }),
        1 => (key(), 0..9_i64).prop_map(|((run, ask), at_ms)| Write::BeginAsk { run, ask, at_ms }),
        1 => (target(), 0..9_i64).prop_map(|(body, at_ms)| Write::PutAudit { at_ms, body }),
        1 => target().prop_map(|key| Write::PutUndelivered(Box::new(undelivered(&key)))),
        2 => (0..9_u32, 0..9_i64).prop_map(|(key, at_ms)| Write::PutAnswered(answer(&key.to_string(), at_ms))),
        1 => (0..9_i64).prop_map(|at_ms| Write::DropAnsweredBefore { at_ms }),
        6 => person_write(),
    ]
}

/// Tokens, people, sessions, stations, secrets.
fn person_write() -> impl Strategy<Value = Write> {
    let byte = || 0..4_u8;
    let named = || (one_of(PEOPLE), byte());
    prop_oneof![
        named().prop_map(|(name, byte)| Write::PutToken(token(&name, byte))),
        one_of(PEOPLE).prop_map(|name| Write::DropToken { name }),
        (one_of(PEOPLE), any::<bool>(), any::<bool>()).prop_map(|(id, active, badge)| {
            // Each has a badge of their own.
            let badge = badge.then(|| [id.as_bytes()[0]; 32]);
            Write::PutPerson(Box::new(PersonRow {
                active,
                badge,
                ..person(&id)
            }))
        }),
        named().prop_map(|(person, byte)| Write::PutSession(session(byte, &person))),
        byte().prop_map(|byte| Write::DropSession { hash: [byte; 32] }),
        one_of(PEOPLE).prop_map(|person| Write::DropSessionsOf { person }),
        (one_of(PEOPLE), one_of(STATIONS)).prop_map(|(id, station)| Write::PutEnrolment(enrolment(&id, &station))),
        one_of(PEOPLE).prop_map(|id| Write::DropEnrolment { id }),
        named().prop_map(|(name, byte)| Write::PutSecret(secret(&name, &[byte]))),
        one_of(PEOPLE).prop_map(|name| Write::DropSecret { name }),
    ]
}

pub async fn reads_are_those_of_the_model(subject: &dyn Subject) {
    let store = subject.store();
    // Always the same writes: a failure is seen again.
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let units = (
        proptest::collection::vec(proptest::collection::vec(write(), 0..40), 1..4),
        0..4_u8,
    );
    let mut model = Model::default();
    for _ in 0..UNITS {
        let (calls, chance) = units.new_tree(&mut runner).unwrap().current();
        let mut next = model.clone();
        let mut unit = store.begin().await.unwrap();
        for call in calls {
            let mut writes = Vec::new();
            for write in call {
                if let Some(write) = next.made_right(write) {
                    next.apply(write.clone());
                    writes.push(write);
                }
            }
            unit.write(writes).await.unwrap();
        }
        if chance > 0 {
            unit.commit().await.unwrap();
            model = next;
        } else {
            drop(unit);
        }
        same_rows(subject, &model).await;
        same_lists(subject, &model).await;
    }
}

async fn same_rows(subject: &dyn Subject, model: &Model) {
    let store = subject.store();
    let all = page(1_000);
    let runs = store.runs(&RunFilter::default(), &all).await.unwrap();
    assert_eq!(runs, model.runs.values().rev().cloned().collect::<Vec<_>>());
    let mut unit = store.begin().await.unwrap();
    for number in 1..6 {
        for part in 1..3 {
            let key = (id(number), part);
            assert_eq!(store.task(key.0, key.1).await.unwrap(), model.tasks.get(&key).cloned());
            assert_eq!(
                store.draft(key.0, key.1).await.unwrap(),
                model.drafts.get(&key).cloned()
            );
        }
    }
    for message in ["line-3", "lot-7"] {
        let expected: Vec<_> = model
            .listeners
            .values()
            .filter(|row| row.message == message)
            .cloned()
            .collect();
        assert_eq!(unit.listeners(message).await.unwrap(), expected);
    }
    let keys: Vec<_> = (0..9).map(|key| request(&key.to_string())).collect();
    let expected: Vec<_> = keys.iter().map(|key| model.answered.get(&key.key).cloned()).collect();
    assert_eq!(unit.answered(&keys).await.unwrap(), expected);
    drop(unit);
    let mut timers: Vec<_> = model.timers.values().cloned().collect();
    timers.sort_by_key(|row| (row.at_ms, row.run, row.timer));
    assert_eq!(store.due_timers(i64::MAX, 1_000).await.unwrap(), timers);
    assert_eq!(
        store.next_timer_ms().await.unwrap(),
        timers.first().map(|row| row.at_ms)
    );
    let mut holds: Vec<_> = model.holds.values().cloned().collect();
    holds.sort_by(|a, b| (&a.target, a.since_ms, a.run).cmp(&(&b.target, b.since_ms, b.run)));
    assert_eq!(store.holds(None).await.unwrap(), holds);
    let notices = store.notices(&NoticeFilter::default(), &all).await.unwrap();
    let told: Vec<_> = notices
        .into_iter()
        .rev()
        .map(|row| NoticeRow { id: 0, ..row })
        .collect();
    assert_eq!(told[..], model.notices[model.notices.len().saturating_sub(1_000)..]);
    let outbox = store.outbox(0, 1_000).await.unwrap();
    let leaving: Vec<_> = outbox.into_iter().map(|row| OutboxRow { id: 0, ..row }).collect();
    assert_eq!(leaving[..], model.outbox[..model.outbox.len().min(1_000)]);
    let given_up = store.undelivered(0, 1_000).await.unwrap();
    let given_up: Vec<_> = given_up
        .into_iter()
        .map(|row| UndeliveredRow { id: 0, ..row })
        .collect();
    assert_eq!(given_up[..], model.undelivered[..model.undelivered.len().min(1_000)]);
    let audit = store.audit(None, 1_000).await.unwrap();
    let audit: Vec<_> = audit.into_iter().rev().map(|row| (row.at_ms, row.body)).collect();
    assert_eq!(audit[..], model.audit[model.audit.len().saturating_sub(1_000)..]);
    same_asks(subject, model).await;
    same_people(subject, model).await;
    let counts = store.counts().await.unwrap();
    let with = |status: &[&str]| {
        model
            .runs
            .values()
            .filter(|row| status.contains(&row.status.as_str()))
            .count() as u64
    };
    let expected = Counts {
        runs_waiting: with(&["waiting"]),
        runs_stopped: with(&["stopped"]),
        runs_ended: with(&["finished", "failed", "cancelled"]),
        tasks_open: model.tasks.len() as u64,
        tasks_late: model.tasks.values().filter(|row| row.late).count() as u64,
        timers: model.timers.len() as u64,
        holds: model.holds.len() as u64,
        outbox: model.outbox.len() as u64,
        undelivered: model.undelivered.len() as u64,
        asks: model.asks.len() as u64,
        journal_entries: 0,
        size_bytes: counts.size_bytes,
    };
    assert_eq!(counts, expected);
}

async fn same_asks(subject: &dyn Subject, model: &Model) {
    let store = subject.store();
    let mut expected = BTreeMap::<&str, BTreeMap<(RunId, u32), AskRow>>::new();
    for (key, row) in &model.asks {
        expected.entry(&row.lane).or_default().insert(*key, row.clone());
    }
    assert_eq!(
        store.ask_lanes().await.unwrap(),
        expected.keys().copied().collect::<Vec<_>>()
    );
    for (lane, expected) in expected {
        let rows = store.asks(lane, 0, 1_000).await.unwrap();
        assert!(rows.is_sorted_by(|one, next| one.id < next.id));
        let found: BTreeMap<_, _> = rows
            .into_iter()
            .map(|row| ((row.run, row.ask), AskRow { id: 0, ..row }))
            .collect();
        assert_eq!(found, expected);
    }
}

async fn same_people(subject: &dyn Subject, model: &Model) {
    fn rows<K, V: Clone>(map: &BTreeMap<K, V>) -> Vec<V> {
        map.values().cloned().collect()
    }
    let store = subject.store();
    assert_eq!(store.tokens().await.unwrap(), rows(&model.tokens));
    assert_eq!(store.people().await.unwrap(), rows(&model.people));
    assert_eq!(store.sessions().await.unwrap(), rows(&model.sessions));
    assert_eq!(store.enrolments().await.unwrap(), rows(&model.enrolments));
    for name in PEOPLE {
        assert_eq!(store.secret(name).await.unwrap(), model.secrets.get(*name).cloned());
    }
}

/// The rule of [`TaskFilter`], as it is written there.
fn fits(row: &TaskRow, filter: &TaskFilter) -> bool {
    let is = |kind: &str, id: &str| row.to_kind == kind && row.to_id == id;
    let person = filter.person.as_deref();
    let station = filter.station.as_deref();
    let asks = !filter.roles.is_empty() || person.is_some() || !filter.people.is_empty();
    let mut people = person.into_iter().chain(filter.people.iter().map(String::as_str));
    let offered = row.to_kind == "everyone"
        || row.to_kind == "several"
        || filter.roles.iter().any(|role| is("role", role))
        || people.any(|person| is("person", person) || row.reserved_by.as_deref() == Some(person))
        || station
            .is_some_and(|station| is("station", station) || filter.around.iter().any(|line| is("station", line)));
    let anywhere = row.at.is_empty() && row.to_kind != "station";
    let shown =
        station.is_none_or(|station| anywhere || is("station", station) || row.at.iter().any(|at| at == station));
    (offered || !asks) && shown
}

async fn same_lists(subject: &dyn Subject, model: &Model) {
    let store = subject.store();
    let mut tasks: Vec<_> = model.tasks.values().cloned().collect();
    tasks.sort_by_key(|row| (rank(row.late, row.due_at_ms), row.opened_at_ms, row.run, row.task));
    let optional = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    for roles in [vec![], vec!["operator"], vec!["operator", "setter"]] {
        for (person, other) in [("", ""), ("wang", ""), ("wang", "li"), ("", "li")] {
            for (station, around) in [("", vec![]), ("qc-1", vec![]), ("qc-1", vec!["qc-2".to_owned()])] {
                let filter = TaskFilter {
                    around,
                    roles: roles.iter().map(|role| (*role).to_owned()).collect(),
                    person: optional(person),
                    people: optional(other).into_iter().collect(),
                    station: optional(station),
                    ..TaskFilter::default()
                };
                let expected: Vec<_> = tasks.iter().filter(|row| fits(row, &filter)).cloned().collect();
                assert_eq!(store.tasks(&filter, &page(100)).await.unwrap(), expected, "{filter:?}");
            }
        }
    }
    for (status, station) in [("waiting", ""), ("", "qc-1"), ("failed", "qc-2")] {
        let filter = RunFilter {
            app: None,
            status: optional(status),
            station: optional(station),
        };
        let expected: Vec<_> = model
            .runs
            .values()
            .rev()
            .filter(|row| status.is_empty() || row.status == status)
            .filter(|row| station.is_empty() || row.station.as_deref() == Some(station))
            .cloned()
            .collect();
        assert_eq!(store.runs(&filter, &page(100)).await.unwrap(), expected, "{filter:?}");
    }
    for (column, value) in [("n", "1"), ("n", "2"), ("ok", "true")] {
        let part = format!(r#""{column}":{value}"#);
        let expected: Vec<_> = model
            .records
            .values()
            .filter(|row| row.values.contains(&part))
            .cloned()
            .collect();
        let equals = [(column.to_owned(), value.to_owned())];
        assert_eq!(
            store
                .records("first-piece", "pieces", &equals, &page(100))
                .await
                .unwrap(),
            expected
        );
    }
}
