//! Units: all or nothing, and who sees what when.

use super::samples::*;
use super::{Subject, commit, refused};
use crate::Error;
use crate::limits::*;
use crate::rows::*;

pub async fn dropped_units_leave_nothing(subject: &dyn Subject) {
    let store = subject.store();
    commit(&store, vec![insert(run(1))]).await;
    {
        let mut unit = store.begin().await.unwrap();
        let mut writes = chained(2, 2);
        writes.extend([
            update(RunRow { seq: 2, ..run(1) }, 1),
            put_task(task(1, "operator")),
            Write::PutDraft(draft(1, 1)),
            Write::PutTimer(TimerRow {
                run: id(1),
                timer: 1,
                at_ms: 5,
            }),
            Write::PutRecord(record("pieces", "A1", r#"{"n":1}"#)),
            Write::PutHold(hold("line-3", 1)),
            Write::PutNotice(notice(1, "role", "setter")),
            Write::PutOutbox(outgoing("k")),
            Write::PutAnswered(answer("k", 1)),
        ]);
        unit.write(writes).await.unwrap();
    }
    let next = store.begin().await.unwrap();
    drop(next);
    assert_eq!(store.run(id(1)).await.unwrap(), Some(run(1)));
    assert_eq!(store.run(id(2)).await.unwrap(), None);
    assert_eq!(store.journal(id(2), 0, 10).await.unwrap(), []);
    assert_eq!(store.tasks(&TaskFilter::default(), &page(10)).await.unwrap(), []);
    assert_eq!(store.draft(id(1), 1).await.unwrap(), None);
    assert_eq!(store.next_timer_ms().await.unwrap(), None);
    assert_eq!(
        store.records("first-piece", "pieces", &[], &page(10)).await.unwrap(),
        []
    );
    assert_eq!(store.holds(None).await.unwrap(), []);
    assert_eq!(store.notices(&NoticeFilter::default(), &page(10)).await.unwrap(), []);
    assert_eq!(store.outbox(0, 10).await.unwrap(), []);
    let mut unit = store.begin().await.unwrap();
    assert_eq!(unit.answered(&[request("k")]).await.unwrap(), [None]);
    drop(unit);
    let counts = store.counts().await.unwrap();
    let expected = Counts {
        runs_waiting: 1,
        size_bytes: counts.size_bytes,
        ..Counts::default()
    };
    assert_eq!(counts, expected);
}

pub async fn reads_inside_see_own_writes(subject: &dyn Subject) {
    let store = subject.store();
    let mut unit = store.begin().await.unwrap();
    unit.write(vec![
        insert(run(1)),
        put_task(task(1, "operator")),
        Write::PutDraft(draft(1, 1)),
        Write::PutAnswered(answer("k", 1)),
        Write::PutListener(ListenerRow {
            run: id(1),
            wait: 2,
            message: "ready".to_owned(),
        }),
        Write::PutRecord(record("pieces", "A1", r#"{"n":1}"#)),
        Write::PutApp(app(1)),
    ])
    .await
    .unwrap();
    assert_eq!(unit.runs(&[id(1)]).await.unwrap(), [run(1)]);
    assert_eq!(unit.task(id(1), 1).await.unwrap(), Some(task(1, "operator")));
    assert_eq!(unit.draft(id(1), 1).await.unwrap(), Some(draft(1, 1)));
    assert_eq!(unit.answered(&[request("k")]).await.unwrap(), [Some(answer("k", 1))]);
    assert_eq!(unit.listeners("ready").await.unwrap().len(), 1);
    let found = unit.records("first-piece", "pieces", &[], 10).await.unwrap();
    assert_eq!(
        found,
        [RecordRow {
            version: 1,
            ..record("pieces", "A1", r#"{"n":1}"#)
        }]
    );
    assert_eq!(unit.app_versions("andon").await.unwrap(), 1);
    unit.write(vec![Write::DropTask { run: id(1), task: 1 }]).await.unwrap();
    assert_eq!(unit.task(id(1), 1).await.unwrap(), None);
    unit.commit().await.unwrap();
}

pub async fn reads_outside_see_only_what_is_committed(subject: &dyn Subject) {
    let store = subject.store();
    let mut unit = store.begin().await.unwrap();
    unit.write(vec![insert(run(1)), put_task(task(1, "operator"))])
        .await
        .unwrap();
    assert_eq!(store.run(id(1)).await.unwrap(), None);
    assert_eq!(store.task(id(1), 1).await.unwrap(), None);
    assert_eq!(store.counts().await.unwrap().runs_waiting, 0);
    unit.commit().await.unwrap();
    assert_eq!(store.run(id(1)).await.unwrap(), Some(run(1)));
    assert_eq!(store.task(id(1), 1).await.unwrap(), Some(task(1, "operator")));
    assert_eq!(store.counts().await.unwrap().runs_waiting, 1);
}

pub async fn one_writer_at_a_time(subject: &dyn Subject) {
    let store = subject.store();
    commit(&store, vec![insert(RunRow { seq: 0, ..run(1) })]).await;
    let adders: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                for _ in 0..10 {
                    let mut unit = store.begin().await.unwrap();
                    let row = unit.runs(&[id(1)]).await.unwrap().remove(0);
                    let seq = row.seq;
                    unit.write(vec![update(RunRow { seq: seq + 1, ..row }, seq)])
                        .await
                        .unwrap();
                    unit.commit().await.unwrap();
                }
            })
        })
        .collect();
    for adder in adders {
        adder.await.unwrap();
    }
    assert_eq!(store.run(id(1)).await.unwrap().unwrap().seq, 80);
}

pub async fn nothing_is_committed_after_a_failed_write(subject: &dyn Subject) {
    let store = subject.store();
    let mut unit = store.begin().await.unwrap();
    unit.write(vec![insert(run(1))]).await.unwrap();
    unit.write(vec![update(run(9), 1)]).await.unwrap_err();
    unit.write(vec![insert(run(2))]).await.ok();
    unit.commit().await.unwrap_err();
    assert_eq!(store.run(id(1)).await.unwrap(), None);
    assert_eq!(store.run(id(2)).await.unwrap(), None);
    commit(&store, vec![insert(run(1))]).await;
    assert_eq!(store.run(id(1)).await.unwrap(), Some(run(1)));
}

pub async fn too_large_is_refused_by_name(subject: &dyn Subject) {
    let store = subject.store();
    let large = |max: u64| vec![b'x'; max as usize + 1];
    let text = |max: u64| "x".repeat(max as usize + 1);
    let state = RunRow {
        state: large(STATE_BYTES_MAX),
        ..run(1)
    };
    let body = JournalRow {
        body: large(JOURNAL_BODY_BYTES_MAX),
        ..entry(&Hash::default(), id(1), 1)
    };
    let spec = TaskRow {
        spec: large(TASK_SPEC_BYTES_MAX),
        ..task(1, "operator")
    };
    let values = record("pieces", "A1", &text(RECORD_VALUES_BYTES_MAX));
    let key = record("pieces", &text(KEY_BYTES_MAX), "{}");
    let name = RunRow {
        app: text(NAME_BYTES_MAX),
        ..run(1)
    };
    for write in [
        insert(state),
        Write::Journal(body),
        put_task(spec),
        Write::PutDraft(DraftRow {
            body: large(DRAFT_BODY_BYTES_MAX),
            ..draft(1, 1)
        }),
        Write::PutRecord(values),
        Write::PutRecord(key),
        insert(name),
        Write::PutHold(HoldRow {
            why: text(TEXT_BYTES_MAX),
            ..hold("line-3", 1)
        }),
        Write::PutNotice(NoticeRow {
            text: text(TEXT_BYTES_MAX),
            ..notice(1, "role", "setter")
        }),
        Write::PutOutbox(OutboxRow {
            body: text(OUTBOX_BODY_BYTES_MAX),
            ..outgoing("k")
        }),
        Write::PutAnswered(AnsweredRow {
            reply: large(REPLY_BYTES_MAX),
            ..answer("k", 1)
        }),
        Write::PutApp(AppRow {
            source: text(APP_SOURCE_BYTES_MAX),
            ..app(1)
        }),
    ] {
        let error = refused(&store, vec![write]).await;
        assert!(matches!(error, Error::TooLarge { .. }), "{error}");
    }
    let exactly = RunRow {
        state: vec![b'x'; STATE_BYTES_MAX as usize],
        ..run(1)
    };
    commit(&store, vec![insert(exactly.clone())]).await;
    assert_eq!(store.run(id(1)).await.unwrap(), Some(exactly));
}

pub async fn nonsense_is_refused(subject: &dyn Subject) {
    let store = subject.store();
    let pages = [
        page(PAGE_ROWS_MAX + 1),
        after("nonsense".to_owned(), 10),
        after(String::new(), 10),
    ];
    for page in &pages {
        let runs = store.runs(&RunFilter::default(), page).await;
        assert!(matches!(runs, Err(Error::Invalid(_))), "{runs:?}");
        let tasks = store.tasks(&TaskFilter::default(), page).await;
        assert!(matches!(tasks, Err(Error::Invalid(_))), "{tasks:?}");
        let notices = store.notices(&NoticeFilter::default(), page).await;
        assert!(matches!(notices, Err(Error::Invalid(_))), "{notices:?}");
    }
    let roles = vec!["operator".to_owned(); FILTER_ROLES_MAX + 1];
    let filter = TaskFilter {
        roles,
        ..TaskFilter::default()
    };
    let tasks = store.tasks(&filter, &page(10)).await;
    assert!(matches!(tasks, Err(Error::Invalid(_))), "{tasks:?}");
    let column = [("n".to_owned(), "no json".to_owned())];
    let records = store.records("first-piece", "pieces", &column, &page(10)).await;
    assert!(matches!(records, Err(Error::Invalid(_))), "{records:?}");
    for write in [
        insert(RunRow {
            status: "lost".to_owned(),
            ..run(1)
        }),
        insert(RunRow {
            seq: u64::MAX,
            ..run(1)
        }),
        put_task(TaskRow {
            to_kind: "robot".to_owned(),
            ..task(1, "r2")
        }),
        put_task(TaskRow {
            at: vec![String::new()],
            ..task(1, "operator")
        }),
        Write::PutNotice(notice(1, "robot", "r2")),
        Write::PutRecord(record("pieces", "A1", "[]")),
        Write::PutRecord(record("pieces", "A1", "{")),
    ] {
        let error = refused(&store, vec![write]).await;
        assert!(matches!(error, Error::Invalid(_)), "{error}");
    }
}

pub async fn closed_is_closed(subject: &dyn Subject) {
    let store = subject.store();
    commit(&store, vec![insert(run(1))]).await;
    let blob = store.put_blob(b"x", "text/plain", 1).await.unwrap();
    store.close().await;
    let closed = |error: Error| assert!(matches!(error, Error::Closed), "{error}");
    closed(store.begin().await.err().unwrap());
    closed(store.run(id(1)).await.unwrap_err());
    closed(store.runs(&RunFilter::default(), &page(1)).await.unwrap_err());
    closed(store.tasks(&TaskFilter::default(), &page(1)).await.unwrap_err());
    closed(store.counts().await.unwrap_err());
    closed(store.put_blob(b"y", "text/plain", 1).await.unwrap_err());
    closed(store.blob(&blob.id).await.unwrap_err());
    closed(store.verify(&|_, _| {}).await.unwrap_err());
    store.close().await;
}

/// A version of an app.
fn app(version: u32) -> AppRow {
    AppRow {
        app: "andon".to_owned(),
        version,
        hash: [1; 32],
        source: "app: Andon".to_owned(),
        published_at_ms: i64::from(version),
        published_by: "li".to_owned(),
    }
}
