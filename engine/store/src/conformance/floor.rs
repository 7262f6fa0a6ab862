//! What is open on the whole site.

use super::samples::*;
use super::{Subject, commit};
use crate::rows::*;

fn at(number: u64, status: &str, station: Option<&str>) -> Write {
    insert(RunRow {
        status: status.to_owned(),
        station: station.map(str::to_owned),
        ..run(number)
    })
}

pub async fn the_floor_shows_what_is_open(subject: &dyn Subject) {
    let store = subject.store();
    assert_eq!(store.floor(5).await.unwrap(), FloorRows::default());
    let late = TaskRow {
        late: true,
        due_at_ms: Some(50),
        ..task(2, "operator")
    };
    let soon = TaskRow {
        due_at_ms: Some(40),
        ..task(3, "operator")
    };
    commit(
        &store,
        vec![
            at(1, "waiting", None),
            at(2, "stopped", Some("qc-1")),
            at(3, "waiting", Some("qc-2")),
            at(4, "finished", Some("qc-2")),
            put_task(task(1, "operator")),
            put_task(late.clone()),
            put_task(soon.clone()),
            Write::PutHold(hold("line-7", 1)),
            Write::PutHold(hold("line-3", 2)),
        ],
    )
    .await;
    for (number, role) in [(1, "setter"), (4, "setter"), (3, "maintenance")] {
        commit(&store, vec![Write::PutNotice(notice(number, "role", role))]).await;
    }
    let floor = store.floor(5).await.unwrap();
    let qc = |number: u32| Some(format!("qc-{number}"));
    assert_eq!(floor.tasks, [(late, qc(1)), (soon, qc(2)), (task(1, "operator"), None)]);
    assert_eq!(floor.holds, [hold("line-3", 2), hold("line-7", 1)]);
    // Newest first; the run of the one in between has ended.
    let calls: Vec<_> = floor
        .calls
        .iter()
        .map(|(row, station)| (row.run, station.clone()))
        .collect();
    assert_eq!(calls, [(id(3), qc(2)), (id(1), None)]);
    assert_eq!(
        floor.calls[0].0,
        NoticeRow {
            id: floor.calls[0].0.id,
            ..notice(3, "role", "maintenance")
        }
    );
    assert_eq!((floor.tasks_more, floor.holds_more, floor.calls_more), (0, 0, 0));
}

pub async fn what_is_left_off_is_counted(subject: &dyn Subject) {
    let store = subject.store();
    let mut writes = Vec::new();
    for number in 1..=9 {
        writes.push(at(number, "waiting", None));
        writes.push(put_task(task(number, "operator")));
        writes.push(Write::PutNotice(notice(number, "role", "setter")));
        if number <= 4 {
            writes.push(Write::PutHold(hold("line-3", number)));
        }
    }
    commit(&store, writes).await;
    let floor = store.floor(3).await.unwrap();
    assert_eq!((floor.tasks.len(), floor.tasks_more), (3, 6));
    assert_eq!((floor.holds.len(), floor.holds_more), (3, 1));
    assert_eq!((floor.calls.len(), floor.calls_more), (3, 6));
    assert_eq!(floor.calls[0].0.run, id(9));
}
