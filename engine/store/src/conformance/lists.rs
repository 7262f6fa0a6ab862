//! Lists of tasks: who sees what, and in which order.

use super::samples::*;
use super::{Subject, commit, refused};
use crate::limits::LAST_ANSWERS_BYTES_MAX;
use crate::rows::*;
use crate::{AnyStore, Error};

/// The numbers of the tasks that fit, in pages of this size.
async fn listed(store: &AnyStore, filter: &TaskFilter, limit: u32) -> Vec<u64> {
    let mut numbers = Vec::new();
    let mut next = page(limit);
    loop {
        let rows = store.tasks(filter, &next).await.unwrap();
        assert!(rows.len() <= limit as usize);
        let Some(last) = rows.last() else {
            return numbers;
        };
        next = after(last.cursor(), limit);
        numbers.extend(
            rows.iter()
                .map(|row| (1..100).find(|number| id(*number) == row.run).unwrap()),
        );
    }
}

fn asked(roles: &[&str], person: &str, station: &str) -> TaskFilter {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    TaskFilter {
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        person: given(person),
        station: given(station),
        ..TaskFilter::default()
    }
}

pub async fn task_filters(subject: &dyn Subject) {
    let store = subject.store();
    let to = |number, kind: &str, who: &str, at: &[&str]| TaskRow {
        to_kind: kind.to_owned(),
        to_id: who.to_owned(),
        at: at.iter().map(|station| (*station).to_owned()).collect(),
        ..task(number, "")
    };
    let rows = [
        to(1, "role", "operator", &[]),
        to(2, "role", "operator", &["qc-1", "qc-2"]),
        to(3, "role", "setter", &["qc-2"]),
        to(4, "person", "wang", &[]),
        to(5, "person", "li", &["qc-1"]),
        to(6, "station", "qc-1", &[]),
        to(7, "station", "qc-2", &["qc-1"]),
        to(8, "everyone", "", &[]),
        to(9, "everyone", "everyone", &["qc-2"]),
        TaskRow {
            reserved_by: Some("wang".to_owned()),
            ..to(10, "role", "inspector", &["qc-2"])
        },
        TaskRow {
            reserved_by: Some("wang".to_owned()),
            ..to(11, "role", "operator", &[])
        },
        TaskRow {
            reserved_by: Some("li".to_owned()),
            app: "andon".to_owned(),
            ..to(12, "role", "operator", &[])
        },
    ];
    commit(&store, rows.clone().map(put_task).to_vec()).await;
    let all: Vec<u64> = (1..=12).collect();
    for (filter, expected) in [
        (asked(&[], "", ""), all.clone()),
        // Whoever has the role, wherever.
        (asked(&["operator"], "", ""), vec![1, 2, 8, 9, 11, 12]),
        (
            asked(&["operator", "setter", "operator"], "", ""),
            vec![1, 2, 3, 8, 9, 11, 12],
        ),
        (asked(&["nobody"], "", ""), vec![8, 9]),
        (asked(&[], "wang", ""), vec![4, 8, 9, 10, 11]),
        (asked(&["operator"], "wang", ""), vec![1, 2, 4, 8, 9, 10, 11, 12]),
        // What a station shows.
        (asked(&[], "", "qc-1"), vec![1, 2, 4, 5, 6, 7, 8, 11, 12]),
        (asked(&[], "", "qc-2"), vec![1, 2, 3, 4, 7, 8, 9, 10, 11, 12]),
        (asked(&[], "", "qc-9"), vec![1, 4, 8, 11, 12]),
        // Someone at a station.
        (asked(&["operator"], "", "qc-1"), vec![1, 2, 6, 8, 11, 12]),
        (asked(&["setter"], "wang", "qc-2"), vec![3, 4, 7, 8, 9, 10, 11]),
        (asked(&["setter"], "wang", "qc-1"), vec![4, 6, 8, 11]),
        (asked(&[], "li", "qc-1"), vec![5, 6, 8, 12]),
    ] {
        for limit in [1, 5, 100] {
            assert_eq!(listed(&store, &filter, limit).await, expected, "{filter:?}");
        }
        let narrow = TaskFilter {
            app: Some("andon".to_owned()),
            ..filter.clone()
        };
        let apps: Vec<u64> = expected.iter().copied().filter(|number| *number == 12).collect();
        assert_eq!(listed(&store, &narrow, 5).await, apps, "{narrow:?}");
        for number in [2, 10] {
            let narrow = TaskFilter {
                run: Some(id(number)),
                ..filter.clone()
            };
            let runs: Vec<u64> = expected.iter().copied().filter(|other| *other == number).collect();
            assert_eq!(listed(&store, &narrow, 5).await, runs, "{narrow:?}");
        }
    }
    let found = store.tasks(&TaskFilter::default(), &page(100)).await.unwrap();
    assert_eq!(found, rows);
}

pub async fn tasks_are_listed_by_urgency(subject: &dyn Subject) {
    let store = subject.store();
    let row = |number, opened, late, due| TaskRow {
        opened_at_ms: opened,
        late,
        due_at_ms: due,
        at: vec!["qc-1".to_owned()],
        ..task(number, "operator")
    };
    let second = TaskRow {
        task: 2,
        ..row(6, 5, false, None)
    };
    // In the order expected.
    let rows = [
        row(9, 8, true, Some(-100)),
        row(7, 9, true, Some(100)),
        row(3, 2, true, None),
        row(8, 3, true, None),
        row(2, 7, false, Some(50)),
        row(4, 6, false, Some(100)),
        row(1, 7, false, Some(100)),
        row(5, 4, false, Some(i64::MAX / 4)),
        row(6, 5, false, None),
        second,
        row(10, 5, false, None),
    ];
    let mut writes = rows.clone().map(put_task).to_vec();
    writes.reverse();
    commit(&store, writes).await;
    for filter in [
        asked(&[], "", ""),
        asked(&["operator"], "", ""),
        asked(&["operator"], "wang", "qc-1"),
        asked(&[], "", "qc-1"),
    ] {
        let found = store.tasks(&filter, &page(100)).await.unwrap();
        assert_eq!(found, rows);
        let mut next = page(1);
        for row in &rows {
            let found = store.tasks(&filter, &next).await.unwrap();
            assert_eq!(found, std::slice::from_ref(row));
            next = after(row.cursor(), 1);
        }
    }
}

pub async fn task_pages_are_stable(subject: &dyn Subject) {
    let store = subject.store();
    commit(
        &store,
        (1..=6).map(|number| put_task(task(number * 10, "operator"))).collect(),
    )
    .await;
    let filter = asked(&["operator"], "", "");
    let first = store.tasks(&filter, &page(3)).await.unwrap();
    let urgent = TaskRow {
        late: true,
        ..task(15, "operator")
    };
    commit(
        &store,
        vec![
            put_task(urgent),
            put_task(task(70, "operator")),
            Write::DropTask { run: id(30), task: 1 },
        ],
    )
    .await;
    let second = store.tasks(&filter, &after(first[2].cursor(), 9)).await.unwrap();
    let ids: Vec<RunId> = first.iter().chain(&second).map(|row| row.run).collect();
    assert_eq!(ids, [10, 20, 30, 40, 50, 60, 70].map(id));
}

pub async fn a_task_that_changes_is_listed_anew(subject: &dyn Subject) {
    let store = subject.store();
    let first = TaskRow {
        at: vec!["qc-1".to_owned(), "qc-2".to_owned()],
        ..task(1, "operator")
    };
    let moved = TaskRow {
        to_kind: "role".to_owned(),
        to_id: "setter".to_owned(),
        at: vec!["qc-2".to_owned(), "qc-3".to_owned()],
        late: true,
        due_at_ms: Some(7),
        reserved_by: Some("li".to_owned()),
        version: 2,
        spec: b"{\"moved\":true}".to_vec(),
        ..first.clone()
    };
    commit(&store, vec![put_task(first.clone()), put_task(task(2, "setter"))]).await;
    commit(&store, vec![put_task(moved.clone())]).await;
    assert_eq!(store.task(id(1), 1).await.unwrap(), Some(moved.clone()));
    assert_eq!(
        listed(&store, &asked(&["operator"], "", ""), 9).await,
        Vec::<u64>::new()
    );
    assert_eq!(listed(&store, &asked(&["setter"], "", ""), 9).await, [1, 2]);
    assert_eq!(listed(&store, &asked(&[], "", "qc-1"), 9).await, [2]);
    assert_eq!(listed(&store, &asked(&[], "", "qc-2"), 9).await, [1, 2]);
    assert_eq!(listed(&store, &asked(&["setter"], "", "qc-3"), 9).await, [1, 2]);
    assert_eq!(listed(&store, &asked(&[], "li", ""), 9).await, [1]);
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.tasks_open, counts.tasks_late), (2, 1));
    // Put and dropped in one unit: the last one counts.
    commit(
        &store,
        vec![
            Write::DropTask { run: id(1), task: 1 },
            put_task(first.clone()),
            put_task(task(3, "operator")),
            Write::DropTask { run: id(3), task: 1 },
        ],
    )
    .await;
    assert_eq!(store.task(id(1), 1).await.unwrap(), Some(first));
    assert_eq!(listed(&store, &asked(&[], "", "qc-3"), 9).await, [2]);
    assert_eq!(listed(&store, &asked(&["operator"], "", "qc-1"), 9).await, [1]);
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.tasks_open, counts.tasks_late), (2, 0));
}

pub async fn dropping_a_task_drops_its_draft(subject: &dyn Subject) {
    let store = subject.store();
    commit(
        &store,
        vec![
            put_task(task(1, "operator")),
            put_task(task(2, "operator")),
            Write::PutDraft(draft(1, 1)),
            Write::PutDraft(draft(2, 1)),
        ],
    )
    .await;
    commit(&store, vec![Write::PutDraft(draft(2, 2))]).await;
    assert_eq!(store.draft(id(1), 1).await.unwrap(), Some(draft(1, 1)));
    assert_eq!(store.draft(id(2), 1).await.unwrap(), Some(draft(2, 2)));
    assert_eq!(store.draft(id(2), 2).await.unwrap(), None);
    commit(&store, vec![Write::DropTask { run: id(1), task: 1 }]).await;
    assert_eq!(store.draft(id(1), 1).await.unwrap(), None);
    assert_eq!(store.draft(id(2), 1).await.unwrap(), Some(draft(2, 2)));
    // A task that was dropped already is no error.
    commit(
        &store,
        vec![
            Write::DropTask { run: id(1), task: 1 },
            Write::DropTask { run: id(7), task: 1 },
        ],
    )
    .await;
    let in_one_unit = vec![Write::PutDraft(draft(2, 3)), Write::DropTask { run: id(2), task: 1 }];
    commit(&store, in_one_unit).await;
    assert_eq!(store.draft(id(2), 1).await.unwrap(), None);
}

pub async fn who_was_given_a_step_is_kept(subject: &dyn Subject) {
    let store = subject.store();
    let worker = |step: &str, person: &str, given, done_at_ms| WorkerRow {
        app: "weld".to_owned(),
        step: step.to_owned(),
        person: person.to_owned(),
        given,
        done_at_ms,
    };
    let put = |row: &WorkerRow| Write::PutWorker(Box::new(row.clone()));
    let (li, wang) = (worker("polish", "li", 2, None), worker("polish", "wang", 1, Some(7)));
    let elsewhere = worker("weld", "li", 9, None);
    commit(
        &store,
        vec![put(&worker("polish", "li", 1, None)), put(&wang), put(&elsewhere)],
    )
    .await;
    let mut unit = store.begin().await.unwrap();
    unit.write(vec![put(&li)]).await.unwrap();
    // Seen by the unit that has written it.
    assert_eq!(unit.workers("weld", "polish").await.unwrap(), [li, wang]);
    assert_eq!(unit.workers("weld", "paint").await.unwrap(), []);
}

pub async fn what_people_have_in_hand_is_counted(subject: &dyn Subject) {
    let store = subject.store();
    let of = |number, person: &str| {
        put_task(TaskRow {
            reserved_by: (!person.is_empty()).then(|| person.to_owned()),
            ..task(number, "operator")
        })
    };
    commit(&store, vec![of(1, "li"), of(2, "li"), of(3, "wang"), of(4, "")]).await;
    let mut unit = store.begin().await.unwrap();
    unit.write(vec![of(4, "wang"), of(1, "")]).await.unwrap();
    let people = ["wang", "zhao", "li"].map(str::to_owned);
    assert_eq!(unit.in_hand(&people).await.unwrap(), [2, 0, 1]);
}

pub async fn the_last_answers_of_a_place_are_kept(subject: &dyn Subject) {
    let store = subject.store();
    let [here, there] = ["station:qc-1", "person:wang"].map(|place| last_answers(place, r#"{"lot":"L1"}"#));
    let find = |row: LastAnswersRow| {
        let store = store.clone();
        async move { store.last_answers(&row.app, &row.step, &row.place).await.unwrap() }
    };
    assert_eq!(find(here.clone()).await, None);
    let put = |row: &LastAnswersRow| Write::PutLastAnswers(Box::new(row.clone()));
    commit(&store, vec![put(&here), put(&there)]).await;
    let later = LastAnswersRow {
        body: r#"{"lot":"L2"}"#.to_owned(),
        at_ms: 7,
        ..here.clone()
    };
    commit(&store, vec![put(&here), put(&later)]).await;
    assert_eq!(find(here).await, Some(later.clone()));
    assert_eq!(find(there.clone()).await, Some(there));
    let other_form = LastAnswersRow {
        step: "pack".to_owned(),
        ..later.clone()
    };
    assert_eq!(find(other_form).await, None);
    let large = LastAnswersRow {
        body: "x".repeat(LAST_ANSWERS_BYTES_MAX as usize + 1),
        ..later
    };
    assert!(matches!(
        refused(&store, vec![put(&large)]).await,
        Error::TooLarge { .. }
    ));
}

pub async fn files_beside_an_app_are_of_a_version(subject: &dyn Subject) {
    let store = subject.store();
    let put = |name: &str, version, blob: &str| {
        Write::PutAppFile(AppFileRow {
            app: "first-piece".to_owned(),
            name: name.to_owned(),
            version,
            blob: blob.to_owned(),
        })
    };
    let rows = vec![put("a.png", 2, "old"), put("b.png", 1, "other"), put("a.png", 4, "new")];
    commit(&store, rows).await;
    commit(&store, vec![put("a.png", 4, "newer")]).await;
    for (version, blob) in [
        (1, None),
        (2, Some("old")),
        (3, Some("old")),
        (4, Some("newer")),
        (9, Some("newer")),
    ] {
        let found = store.app_file("first-piece", "a.png", version).await.unwrap();
        assert_eq!(found.as_deref(), blob, "{version}");
    }
    assert_eq!(store.app_file("another", "a.png", 9).await.unwrap(), None);
}
