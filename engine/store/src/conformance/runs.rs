//! Runs: fencing and lists.

use super::samples::*;
use super::{Subject, commit, refused};
use crate::Error;
use crate::rows::*;

pub async fn an_update_needs_the_right_number(subject: &dyn Subject) {
    let store = subject.store();
    commit(&store, vec![insert(run(1)), insert(run(2))]).await;
    let next = RunRow {
        seq: 3,
        state: b"next".to_vec(),
        ..run(1)
    };
    for (row, expected) in [
        (next.clone(), 0),
        (next.clone(), 2),
        (next.clone(), u64::MAX),
        (run(3), 1),
    ] {
        let named = row.id.to_string();
        let good = update(RunRow { seq: 2, ..run(2) }, 1);
        let error = refused(&store, vec![good, update(row, expected)]).await;
        assert!(
            matches!(&error, Error::Conflict(said) if said.contains(&named)),
            "{error}"
        );
    }
    assert_eq!(store.run(id(1)).await.unwrap(), Some(run(1)));
    assert_eq!(store.run(id(2)).await.unwrap(), Some(run(2)));
    commit(&store, vec![update(next.clone(), 1)]).await;
    assert_eq!(store.run(id(1)).await.unwrap(), Some(next));
}

pub async fn updates_of_one_unit_follow_each_other(subject: &dyn Subject) {
    let store = subject.store();
    let at = |number, seq| RunRow {
        seq,
        state: vec![seq as u8],
        ..run(number)
    };
    commit(&store, vec![insert(at(1, 1)), update(at(1, 2), 1), insert(at(2, 1))]).await;
    commit(
        &store,
        vec![update(at(1, 3), 2), update(at(2, 2), 1), update(at(1, 5), 3)],
    )
    .await;
    assert_eq!(store.run(id(1)).await.unwrap(), Some(at(1, 5)));
    assert_eq!(store.run(id(2)).await.unwrap(), Some(at(2, 2)));
    let skipping = vec![update(at(1, 6), 5), update(at(1, 8), 7)];
    let error = refused(&store, skipping).await;
    assert!(matches!(error, Error::Conflict(_)), "{error}");
    let skipping = vec![insert(at(3, 1)), update(at(3, 3), 2)];
    let error = refused(&store, skipping).await;
    assert!(matches!(error, Error::Conflict(_)), "{error}");
}

pub async fn what_never_changes_does_not(subject: &dyn Subject) {
    let store = subject.store();
    let first = RunRow {
        parent: Some((id(9), Some(4))),
        ..run(1)
    };
    let next = RunRow {
        app_version: 4,
        status: "failed".to_owned(),
        outcome: Some("scrapped".to_owned()),
        station: Some("qc-1".to_owned()),
        updated_at_ms: 77,
        ended_at_ms: Some(78),
        seq: 2,
        head: [8; 32],
        state: Vec::new(),
        ..first.clone()
    };
    let elsewhere = RunRow {
        app: "other".to_owned(),
        started_by: "nobody".to_owned(),
        started_at_ms: 0,
        parent: None,
        ..next.clone()
    };
    commit(&store, vec![insert(first.clone())]).await;
    commit(&store, vec![update(elsewhere.clone(), 1)]).await;
    assert_eq!(store.run(id(1)).await.unwrap(), Some(next.clone()));
    let again = |row: &RunRow| RunRow {
        id: id(2),
        ..row.clone()
    };
    commit(&store, vec![insert(again(&first)), update(again(&elsewhere), 1)]).await;
    assert_eq!(store.run(id(2)).await.unwrap(), Some(again(&next)));
}

pub async fn a_run_is_inserted_once(subject: &dyn Subject) {
    let store = subject.store();
    commit(&store, vec![insert(run(1))]).await;
    let again = refused(&store, vec![insert(run(1))]).await;
    assert!(matches!(again, Error::Conflict(_)), "{again}");
    let twice = refused(&store, vec![insert(run(2)), insert(run(2))]).await;
    assert!(matches!(twice, Error::Conflict(_)), "{twice}");
}

pub async fn many_runs_in_one_unit(subject: &dyn Subject) {
    let store = subject.store();
    for count in [1_u64, 2, 7, 8, 9, 31, 33, 127, 128, 129, 300] {
        let numbers = count * 1_000..count * 1_000 + count;
        let writes = numbers.clone().flat_map(|number| chained(number, 2)).collect();
        commit(&store, writes).await;
        let ids: Vec<RunId> = numbers.clone().rev().map(id).collect();
        let mut unit = store.begin().await.unwrap();
        let rows = unit.runs(&ids).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), ids);
        let moved = rows
            .iter()
            .map(|row| update(RunRow { seq: 3, ..row.clone() }, 2))
            .collect();
        unit.write(moved).await.unwrap();
        unit.commit().await.unwrap();
        for number in numbers {
            assert_eq!(store.run(id(number)).await.unwrap().unwrap().seq, 3);
            assert_eq!(store.journal(id(number), 0, 10).await.unwrap().len(), 2);
        }
    }
}

pub async fn runs_are_listed_newest_first(subject: &dyn Subject) {
    let store = subject.store();
    let row = |number, app: &str, status: &str, station: Option<&str>| RunRow {
        app: app.to_owned(),
        status: status.to_owned(),
        station: station.map(str::to_owned),
        ..run(number)
    };
    let rows = [
        row(4, "andon", "waiting", Some("qc-1")),
        row(2, "andon", "finished", None),
        row(6, "first-piece", "failed", Some("qc-1")),
        row(1, "first-piece", "waiting", None),
        row(5, "andon", "cancelled", Some("qc-2")),
        row(3, "andon", "waiting", Some("qc-1")),
        row(7, "andon", "stopped", Some("qc-1")),
    ];
    commit(&store, rows.map(insert).to_vec()).await;
    let filter = |app: &str, status: &str, station: &str| {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        RunFilter {
            app: given(app),
            status: given(status),
            station: given(station),
        }
    };
    for (filter, expected) in [
        (filter("", "", ""), vec![7, 6, 5, 4, 3, 2, 1]),
        (filter("andon", "", ""), vec![7, 5, 4, 3, 2]),
        (filter("", "waiting", ""), vec![4, 3, 1]),
        (filter("", "", "qc-1"), vec![7, 6, 4, 3]),
        (filter("andon", "waiting", ""), vec![4, 3]),
        (filter("andon", "", "qc-1"), vec![7, 4, 3]),
        (filter("", "waiting", "qc-1"), vec![4, 3]),
        (filter("first-piece", "waiting", "qc-1"), vec![]),
        (filter("", "lost", ""), vec![]),
    ] {
        for limit in [1, 2, 100] {
            let mut listed = Vec::new();
            let mut next = page(limit);
            loop {
                let rows = store.runs(&filter, &next).await.unwrap();
                assert!(rows.len() <= limit as usize);
                let Some(last) = rows.last() else { break };
                next = after(last.cursor(), limit);
                listed.extend(rows.iter().map(|row| row.id));
            }
            let expected: Vec<RunId> = expected.iter().copied().map(id).collect();
            assert_eq!(listed, expected, "{filter:?}");
        }
    }
}

pub async fn run_pages_are_stable(subject: &dyn Subject) {
    let store = subject.store();
    commit(&store, (1..=6).map(|number| insert(run(number * 10))).collect()).await;
    let filter = RunFilter {
        app: Some("first-piece".to_owned()),
        ..RunFilter::default()
    };
    let first = store.runs(&filter, &page(3)).await.unwrap();
    // One starts, and one that was listed ends.
    let ended = RunRow {
        status: "finished".to_owned(),
        seq: 2,
        ..run(40)
    };
    commit(&store, vec![insert(run(70)), update(ended, 1)]).await;
    let next = after(first[2].cursor(), 3);
    let second = store.runs(&filter, &next).await.unwrap();
    let ids: Vec<RunId> = first.iter().chain(&second).map(|row| row.id).collect();
    assert_eq!(ids, [60, 50, 40, 30, 20, 10].map(id));
}
