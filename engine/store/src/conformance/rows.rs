//! Everything small: timers, listeners, answers, records, holds, notices, the outbox, apps, counts.

use super::samples::*;
use super::{Subject, commit, refused};
use crate::Error;
use crate::limits::PAGE_ROWS_MAX;
use crate::rows::*;

pub async fn timers_come_in_order(subject: &dyn Subject) {
    let store = subject.store();
    assert_eq!(store.next_timer_ms().await.unwrap(), None);
    let timer = |number, timer, at_ms| TimerRow {
        run: id(number),
        timer,
        at_ms,
    };
    let rows = [
        timer(1, 1, 300),
        timer(1, 2, 100),
        timer(2, 1, 200),
        timer(3, 1, 100),
        timer(4, 1, -5),
    ];
    commit(&store, rows.map(Write::PutTimer).to_vec()).await;
    assert_eq!(store.next_timer_ms().await.unwrap(), Some(-5));
    let due = store.due_timers(200, 10).await.unwrap();
    assert_eq!(
        due,
        [timer(4, 1, -5), timer(1, 2, 100), timer(3, 1, 100), timer(2, 1, 200)]
    );
    assert_eq!(store.due_timers(200, 2).await.unwrap(), due[..2]);
    assert_eq!(store.due_timers(-6, 2).await.unwrap(), []);
    commit(
        &store,
        vec![
            Write::DropTimer { run: id(4), timer: 1 },
            Write::DropTimer { run: id(4), timer: 9 },
            Write::PutTimer(timer(1, 2, 400)),
        ],
    )
    .await;
    assert_eq!(store.next_timer_ms().await.unwrap(), Some(100));
    assert_eq!(store.due_timers(1_000, 9).await.unwrap().len(), 4);
    assert_eq!(
        store.timers_of(id(1)).await.unwrap(),
        [timer(1, 1, 300), timer(1, 2, 400)]
    );
    assert_eq!(store.timers_of(id(9)).await.unwrap(), []);
    assert_eq!(store.counts().await.unwrap().timers, 4);
    assert!(store.due_timers(0, PAGE_ROWS_MAX + 1).await.is_err());
}

pub async fn listeners_by_message(subject: &dyn Subject) {
    let store = subject.store();
    let listener = |number, wait, message: &str| ListenerRow {
        run: id(number),
        wait,
        message: message.to_owned(),
    };
    let rows = [
        listener(2, 1, "ready"),
        listener(1, 7, "ready"),
        listener(1, 3, "ready"),
        listener(1, 4, "stop"),
    ];
    commit(&store, rows.map(Write::PutListener).to_vec()).await;
    let mut unit = store.begin().await.unwrap();
    let heard = unit.listeners("ready").await.unwrap();
    assert_eq!(
        heard,
        [
            listener(1, 3, "ready"),
            listener(1, 7, "ready"),
            listener(2, 1, "ready")
        ]
    );
    assert_eq!(unit.listeners("READY").await.unwrap(), []);
    unit.write(vec![
        Write::DropListener { run: id(1), wait: 3 },
        Write::PutListener(listener(1, 4, "ready")),
    ])
    .await
    .unwrap();
    let heard = unit.listeners("ready").await.unwrap();
    assert_eq!(
        heard,
        [
            listener(1, 4, "ready"),
            listener(1, 7, "ready"),
            listener(2, 1, "ready")
        ]
    );
    assert_eq!(unit.listeners("stop").await.unwrap(), []);
    unit.commit().await.unwrap();
}

pub async fn answers_are_given_once(subject: &dyn Subject) {
    let store = subject.store();
    commit(
        &store,
        vec![Write::PutAnswered(answer("a", 1)), Write::PutAnswered(answer("b", 2))],
    )
    .await;
    let elsewhere = RequestKey {
        scope: "erp".to_owned(),
        key: "a".to_owned(),
    };
    let mut unit = store.begin().await.unwrap();
    let keys = [request("b"), request("c"), elsewhere, request("a"), request("b")];
    let given = unit.answered(&keys).await.unwrap();
    assert_eq!(
        given,
        [
            Some(answer("b", 2)),
            None,
            None,
            Some(answer("a", 1)),
            Some(answer("b", 2))
        ]
    );
    drop(unit);
    let again = refused(&store, vec![Write::PutAnswered(answer("a", 5))]).await;
    assert!(matches!(again, Error::Conflict(_)), "{again}");
    let twice = vec![Write::PutAnswered(answer("d", 5)), Write::PutAnswered(answer("d", 6))];
    let twice = refused(&store, twice).await;
    assert!(matches!(twice, Error::Conflict(_)), "{twice}");
    let many: Vec<RequestKey> = (0..300).map(|number| request(&number.to_string())).collect();
    let writes = many.iter().map(|key| Write::PutAnswered(answer(&key.key, 9))).collect();
    commit(&store, writes).await;
    let mut unit = store.begin().await.unwrap();
    let given = unit.answered(&many).await.unwrap();
    assert!(
        given
            .iter()
            .zip(&many)
            .all(|(row, key)| row.as_ref().is_some_and(|row| row.key == *key))
    );
}

pub async fn answers_are_forgotten(subject: &dyn Subject) {
    let store = subject.store();
    let rows = [answer("a", 1), answer("b", 2), answer("c", 3)];
    commit(&store, rows.map(Write::PutAnswered).to_vec()).await;
    let writes = vec![
        Write::PutAnswered(answer("d", 1)),
        Write::DropAnsweredBefore { at_ms: 2 },
        Write::PutAnswered(answer("e", 1)),
    ];
    commit(&store, writes).await;
    let mut unit = store.begin().await.unwrap();
    let given = unit.answered(&["a", "b", "c", "d", "e"].map(request)).await.unwrap();
    let kept: Vec<bool> = given.iter().map(Option::is_some).collect();
    assert_eq!(kept, [false, true, true, false, true]);
}

pub async fn records_count_versions(subject: &dyn Subject) {
    let store = subject.store();
    let row = |values: &str, version| RecordRow {
        version,
        ..record("pieces", "A1", values)
    };
    commit(&store, vec![Write::PutRecord(row(r#"{"n":1}"#, 77))]).await;
    let read = async || store.records("first-piece", "pieces", &[], &page(9)).await.unwrap();
    assert_eq!(read().await, [row(r#"{"n":1}"#, 1)]);
    let twice = vec![
        Write::PutRecord(row(r#"{"n":2}"#, 0)),
        Write::PutRecord(row(r#"{"n":3}"#, 0)),
    ];
    commit(&store, twice).await;
    let other = RecordRow {
        run: id(5),
        at_ms: 55,
        ..row(r#"{"n":4}"#, 0)
    };
    assert_eq!(read().await, [row(r#"{"n":3}"#, 3)]);
    commit(&store, vec![Write::PutRecord(other.clone())]).await;
    assert_eq!(read().await, [RecordRow { version: 4, ..other }]);
    // The same key elsewhere is another record.
    let elsewhere = RecordRow {
        app: "andon".to_owned(),
        ..row("{}", 0)
    };
    commit(
        &store,
        vec![
            Write::PutRecord(elsewhere),
            Write::PutRecord(record("lots", "A1", "{}")),
        ],
    )
    .await;
    assert_eq!(read().await.len(), 1);
}

pub async fn removed_records_are_gone(subject: &dyn Subject) {
    let store = subject.store();
    let put = |key: &str| Write::PutRecord(record("pieces", key, r#"{"n":1}"#));
    commit(&store, vec![put("A1"), put("A2")]).await;
    // Also in one batch; what is put again begins anew.
    let writes = vec![
        no_record("pieces", "A1"),
        no_record("pieces", "A3"),
        put("A2"),
        no_record("pieces", "A2"),
        put("A2"),
        put("A4"),
        no_record("pieces", "A4"),
    ];
    commit(&store, writes).await;
    let found = store.records("first-piece", "pieces", &[], &page(9)).await.unwrap();
    let found: Vec<_> = found.iter().map(|row| (row.key.as_str(), row.version)).collect();
    assert_eq!(found, [("A2", 1)]);
    let mut unit = store.begin().await.unwrap();
    let by_value = unit
        .records("first-piece", "pieces", &[equals("n", "1")], 9)
        .await
        .unwrap();
    assert_eq!(by_value.len(), 1);
}

pub async fn numbers_have_no_gap(subject: &dyn Subject) {
    let store = subject.store();
    let mut unit = store.begin().await.unwrap();
    assert_eq!(unit.next_number("ncr", "2026").await.unwrap(), 1);
    assert_eq!(unit.next_number("ncr", "2026").await.unwrap(), 2);
    assert_eq!(unit.next_number("ncr", "2027").await.unwrap(), 1);
    assert_eq!(unit.next_number("8d", "").await.unwrap(), 1);
    unit.commit().await.unwrap();
    // What is not committed is not taken.
    let mut unit = store.begin().await.unwrap();
    assert_eq!(unit.next_number("ncr", "2026").await.unwrap(), 3);
    drop(unit);
    let mut unit = store.begin().await.unwrap();
    assert_eq!(unit.next_number("ncr", "2026").await.unwrap(), 3);
    unit.commit().await.unwrap();
}

fn equals(column: &str, value: &str) -> (String, String) {
    (column.to_owned(), value.to_owned())
}

pub async fn records_are_found_by_typed_values(subject: &dyn Subject) {
    let store = subject.store();
    let rows = [
        record(
            "pieces",
            "A1",
            r#"{"order":"4711","n":1,"ok":true,"size":{"unit":"mm","value":"25.0"},"tags":["a","b"]}"#,
        ),
        record(
            "pieces",
            "A2",
            r#"{"order":"4711","n":"1","ok":false,"size":{"value":"25.0","unit":"mm"},"tags":["b","a"]}"#,
        ),
        record(
            "pieces",
            "A3",
            r#"{"order":"4712","n":1,"ok":null,"größe":"\u00e9\n","tags":["ab"]}"#,
        ),
        record("lots", "A4", r#"{"order":"4711","n":1}"#),
    ];
    commit(&store, rows.map(Write::PutRecord).to_vec()).await;
    let mut unit = store.begin().await.unwrap();
    for (wanted, expected) in [
        (vec![], vec!["A1", "A2", "A3"]),
        (vec![equals("order", r#""4711""#)], vec!["A1", "A2"]),
        (vec![equals("order", "4711")], vec![]),
        (vec![equals("n", "1")], vec!["A1", "A3"]),
        (vec![equals("n", r#""1""#)], vec!["A2"]),
        (vec![equals("ok", "true")], vec!["A1"]),
        (vec![equals("ok", "null")], vec!["A3"]),
        (vec![equals("absent", "null")], vec![]),
        (
            vec![equals("size", r#"{ "unit": "mm", "value": "25.0" }"#)],
            vec!["A1", "A2"],
        ),
        (vec![equals("tags", r#"["a", "b"]"#)], vec!["A1"]),
        (vec![equals("größe", "\"é\\n\"")], vec!["A3"]),
        (vec![equals("n", "1"), equals("order", r#""4711""#)], vec!["A1"]),
        (
            vec![equals("n", "1"), equals("order", r#""4711""#), equals("ok", "false")],
            vec![],
        ),
        (vec![equals("n", "1"), equals("n", "1")], vec!["A1", "A3"]),
    ] {
        let found = unit.records("first-piece", "pieces", &wanted, 9).await.unwrap();
        let keys: Vec<&str> = found.iter().map(|row| row.key.as_str()).collect();
        assert_eq!(keys, expected, "{wanted:?}");
    }
    let first = unit
        .records("first-piece", "pieces", &[equals("n", "1")], 1)
        .await
        .unwrap();
    assert_eq!(first.len(), 1);
}

pub async fn records_change_their_values(subject: &dyn Subject) {
    let store = subject.store();
    let put = |values: &str| Write::PutRecord(record("pieces", "A1", values));
    let keys = async |column: &str, value: &str| {
        let found = store
            .records("first-piece", "pieces", &[equals(column, value)], &page(9))
            .await
            .unwrap();
        found.len()
    };
    commit(&store, vec![put(r#"{"result":"open","order":1}"#)]).await;
    commit(
        &store,
        vec![
            put(r#"{"result":"held","order":1}"#),
            put(r#"{"result":"ok","order":1,"by":"li"}"#),
        ],
    )
    .await;
    assert_eq!(keys("result", r#""open""#).await, 0);
    assert_eq!(keys("result", r#""held""#).await, 0);
    assert_eq!(keys("result", r#""ok""#).await, 1);
    assert_eq!(keys("order", "1").await, 1);
    commit(&store, vec![put(r#"{"order":2}"#)]).await;
    assert_eq!(keys("result", r#""ok""#).await, 0);
    assert_eq!(keys("by", r#""li""#).await, 0);
    assert_eq!(keys("order", "2").await, 1);
}

pub async fn records_are_paged_by_key(subject: &dyn Subject) {
    let store = subject.store();
    let keys = ["", "A", "B", "a", "b", "é", "轴"];
    let rows = keys.map(|key| Write::PutRecord(record("pieces", key, r#"{"n":1}"#)));
    commit(&store, rows.into_iter().rev().collect()).await;
    for wanted in [vec![], vec![equals("n", "1")]] {
        for limit in [1, 2, 9] {
            let mut found = Vec::new();
            let mut next = page(limit);
            loop {
                let rows = store.records("first-piece", "pieces", &wanted, &next).await.unwrap();
                let Some(last) = rows.last() else { break };
                next = after(last.cursor(), limit);
                found.extend(rows.into_iter().map(|row| row.key));
            }
            assert_eq!(found, keys);
        }
    }
}

pub async fn several_runs_hold_one_target(subject: &dyn Subject) {
    let store = subject.store();
    let rows = [hold("line-3", 2), hold("line-3", 1), hold("lot-7", 1)];
    commit(&store, rows.map(Write::PutHold).to_vec()).await;
    let [late, early, other] = [hold("line-3", 2), hold("line-3", 1), hold("lot-7", 1)];
    assert_eq!(
        store.holds(Some("line-3")).await.unwrap(),
        [early.clone(), late.clone()]
    );
    assert_eq!(store.holds(Some("line-4")).await.unwrap(), []);
    assert_eq!(
        store.holds(None).await.unwrap(),
        [early.clone(), late.clone(), other.clone()]
    );
    let why = HoldRow {
        why: "crash".to_owned(),
        since_ms: 9,
        ..early
    };
    let drop_other = Write::DropHold {
        target: "line-3".to_owned(),
        run: id(9),
    };
    commit(&store, vec![Write::PutHold(why.clone()), drop_other]).await;
    assert_eq!(store.holds(Some("line-3")).await.unwrap(), [late, why.clone()]);
    assert_eq!(store.counts().await.unwrap().holds, 3);
    commit(
        &store,
        vec![Write::DropHold {
            target: "line-3".to_owned(),
            run: id(2),
        }],
    )
    .await;
    assert_eq!(store.holds(None).await.unwrap(), [why, other]);
    assert_eq!(store.counts().await.unwrap().holds, 2);
}

pub async fn notices_are_filtered(subject: &dyn Subject) {
    let store = subject.store();
    let rows = [
        notice(1, "role", "setter"),
        notice(2, "person", "li"),
        notice(1, "role", "leader"),
        notice(2, "role", "setter"),
    ];
    commit(&store, rows.map(Write::PutNotice).to_vec()).await;
    commit(&store, vec![Write::PutNotice(notice(3, "role", "setter"))]).await;
    let all = store.notices(&NoticeFilter::default(), &page(9)).await.unwrap();
    let texts = |rows: &[NoticeRow]| rows.iter().map(|row| (row.run, row.to_id.clone())).collect::<Vec<_>>();
    let expected = [(3, "setter"), (2, "setter"), (1, "leader"), (2, "li"), (1, "setter")];
    assert_eq!(texts(&all), expected.map(|(number, who)| (id(number), who.to_owned())));
    assert!(all.is_sorted_by(|newer, older| newer.id > older.id));
    let filter = |kind: &str, who: &str, run: Option<u64>| NoticeFilter {
        to_kind: (!kind.is_empty()).then(|| kind.to_owned()),
        to_id: (!who.is_empty()).then(|| who.to_owned()),
        run: run.map(id),
    };
    for (filter, expected) in [
        (filter("role", "setter", None), vec![0, 1, 4]),
        (filter("role", "", None), vec![0, 1, 2, 4]),
        (filter("", "li", None), vec![3]),
        (filter("", "", Some(1)), vec![2, 4]),
        (filter("role", "setter", Some(2)), vec![1]),
        (filter("person", "setter", None), vec![]),
    ] {
        let mut found = Vec::new();
        let mut next = page(2);
        loop {
            let rows = store.notices(&filter, &next).await.unwrap();
            let Some(last) = rows.last() else { break };
            next = after(last.cursor(), 2);
            found.extend(rows);
        }
        let expected: Vec<NoticeRow> = expected.into_iter().map(|index: usize| all[index].clone()).collect();
        assert_eq!(found, expected, "{filter:?}");
    }
}

pub async fn what_was_given_up_is_kept_until_someone_decides(subject: &dyn Subject) {
    let store = subject.store();
    let put = |key| Write::PutUndelivered(Box::new(undelivered(key)));
    commit(&store, vec![put("a"), put("b")]).await;
    let rows = store.undelivered(0, 9).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(store.undelivered(rows[0].id, 9).await.unwrap(), rows[1..]);
    assert_eq!(store.counts().await.unwrap().undelivered, 2);
    let mut unit = store.begin().await.unwrap();
    assert_eq!(unit.undelivered(rows[1].id).await.unwrap().as_ref(), Some(&rows[1]));
    assert_eq!(unit.undelivered(rows[1].id + 1).await.unwrap(), None);
    assert_eq!(unit.undelivered(u64::MAX).await.unwrap(), None);
    drop(unit);
    let drop = Write::DropUndelivered { id: rows[0].id };
    commit(&store, vec![drop, Write::PutOutbox(outgoing("a"))]).await;
    assert_eq!(store.undelivered(0, 9).await.unwrap(), rows[1..]);
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.undelivered, counts.outbox), (1, 1));
}

pub async fn outbox_keeps_order_and_never_repeats_a_number(subject: &dyn Subject) {
    let store = subject.store();
    commit(
        &store,
        ["a", "b", "c"].map(|key| Write::PutOutbox(outgoing(key))).to_vec(),
    )
    .await;
    let first = store.outbox(0, 9).await.unwrap();
    let keys: Vec<&str> = first.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(keys, ["a", "b", "c"]);
    assert!(first[0].id > 0 && first.is_sorted_by(|one, next| one.id < next.id));
    assert_eq!(store.outbox(first[0].id, 1).await.unwrap(), first[1..2]);
    let drops = first.iter().map(|row| Write::DropOutbox { id: row.id }).collect();
    commit(&store, drops).await;
    assert_eq!(store.outbox(0, 9).await.unwrap(), []);
    commit(&store, vec![Write::PutOutbox(outgoing("d"))]).await;
    let next = store.outbox(first[2].id, 9).await.unwrap();
    assert_eq!(
        next,
        [OutboxRow {
            id: next[0].id,
            ..outgoing("d")
        }]
    );
    assert_eq!(store.counts().await.unwrap().outbox, 1);
}

pub async fn apps_have_versions(subject: &dyn Subject) {
    let store = subject.store();
    let app = |name: &str, version, published_at_ms| AppRow {
        app: name.to_owned(),
        version,
        hash: [version as u8; 32],
        source: format!("app: {name}"),
        published_at_ms,
        published_by: "li".to_owned(),
    };
    let rows = [app("b", 1, 10), app("a", 1, 20), app("b", 2, 30)];
    commit(&store, rows.clone().map(Write::PutApp).to_vec()).await;
    assert_eq!(store.apps().await.unwrap(), rows);
    let mut unit = store.begin().await.unwrap();
    assert_eq!(unit.app_versions("b").await.unwrap(), 2);
    assert_eq!(unit.app_versions("c").await.unwrap(), 0);
    drop(unit);
    let again = refused(&store, vec![Write::PutApp(app("b", 2, 40))]).await;
    assert!(matches!(again, Error::Conflict(_)), "{again}");
}

pub async fn counts_follow(subject: &dyn Subject) {
    let store = subject.store();
    let with = |number, status: &str| RunRow {
        status: status.to_owned(),
        ..run(number)
    };
    let mut writes: Vec<Write> = ["waiting", "waiting", "stopped", "finished", "failed", "cancelled"]
        .into_iter()
        .zip(1..)
        .map(|(status, number)| insert(with(number, status)))
        .collect();
    writes.extend(chained(7, 3));
    writes.push(put_task(task(1, "operator")));
    writes.push(put_task(TaskRow {
        late: true,
        ..task(2, "operator")
    }));
    writes.push(Write::PutHold(hold("line-3", 1)));
    writes.push(Write::PutOutbox(outgoing("k")));
    commit(&store, writes).await;
    let counts = store.counts().await.unwrap();
    let expected = Counts {
        runs_waiting: 3,
        runs_stopped: 1,
        runs_ended: 3,
        tasks_open: 2,
        tasks_late: 1,
        timers: 0,
        holds: 1,
        outbox: 1,
        undelivered: 0,
        asks: 0,
        journal_entries: 3,
        size_bytes: counts.size_bytes,
    };
    assert_eq!(counts, expected);
    let ended = |number| {
        update(
            RunRow {
                seq: 2,
                ..with(number, "finished")
            },
            1,
        )
    };
    commit(
        &store,
        vec![
            ended(1),
            ended(3),
            update(
                RunRow {
                    seq: 2,
                    ..with(2, "stopped")
                },
                1,
            ),
            Write::DropTask { run: id(2), task: 1 },
            put_task(TaskRow {
                late: true,
                ..task(1, "operator")
            }),
            Write::DropHold {
                target: "line-3".to_owned(),
                run: id(1),
            },
        ],
    )
    .await;
    let changed = store.counts().await.unwrap();
    let expected = Counts {
        runs_waiting: 1,
        runs_stopped: 1,
        runs_ended: 5,
        tasks_open: 1,
        tasks_late: 1,
        holds: 0,
        size_bytes: changed.size_bytes,
        ..counts
    };
    assert_eq!(changed, expected);
    store.put_blob(&[1; 5_000_000], "image/png", 1).await.unwrap();
    let with_blob = store.counts().await.unwrap().size_bytes;
    assert!(with_blob >= changed.size_bytes + 5_000_000, "{with_blob}");
}
