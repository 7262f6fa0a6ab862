//! What runs have asked of the world outside.

use super::samples::*;
use super::{Subject, commit, refused};
use crate::Error;
use crate::limits::{ASK_BODY_BYTES_MAX, KEY_BYTES_MAX};
use crate::rows::{AskRow, Write};

fn put(row: AskRow) -> Write {
    Write::PutAsk(Box::new(row))
}

pub async fn asks_come_by_lane_and_go(subject: &dyn Subject) {
    let store = subject.store();
    assert_eq!(store.ask_lanes().await.unwrap(), [""; 0]);
    let rows = [
        ask(2, 1, "erp"),
        ask(1, 1, "erp"),
        ask(1, 2, "broker"),
        ask(1, 3, "erp"),
    ];
    commit(&store, rows.map(put).to_vec()).await;
    assert_eq!(store.ask_lanes().await.unwrap(), ["broker", "erp"]);
    assert_eq!(store.counts().await.unwrap().asks, 4);
    let erp = store.asks("erp", 0, 9).await.unwrap();
    assert_eq!(erp.len(), 3);
    assert!(erp[0].id > 0 && erp.is_sorted_by(|one, next| one.id < next.id));
    assert_eq!(store.asks("erp", erp[0].id, 1).await.unwrap(), erp[1..2]);
    assert_eq!(store.asks("elsewhere", 0, 9).await.unwrap(), []);
    let one = store.ask(id(1), 2).await.unwrap().unwrap();
    assert_eq!(AskRow { id: 0, ..one }, ask(1, 2, "broker"));
    commit(
        &store,
        vec![
            Write::DropAsk { run: id(1), ask: 2 },
            Write::DropAsk { run: id(7), ask: 7 },
        ],
    )
    .await;
    assert_eq!(store.ask(id(1), 2).await.unwrap(), None);
    assert_eq!(store.ask_lanes().await.unwrap(), ["erp"]);
    assert_eq!(store.counts().await.unwrap().asks, 3);
}

pub async fn an_ask_put_again_is_new(subject: &dyn Subject) {
    let store = subject.store();
    commit(&store, vec![put(ask(1, 1, "erp")), put(ask(2, 1, "erp"))]).await;
    let first = store.ask(id(1), 1).await.unwrap().unwrap();
    let again = AskRow {
        key: "1-1-2".to_owned(),
        ..ask(1, 1, "erp")
    };
    let mut unit = store.begin().await.unwrap();
    unit.write(vec![Write::DropAsk { run: id(1), ask: 1 }, put(again)])
        .await
        .unwrap();
    let inside = unit.ask(id(1), 1).await.unwrap().unwrap();
    assert_eq!(inside.key, "1-1-2");
    unit.commit().await.unwrap();
    let second = store.ask(id(1), 1).await.unwrap().unwrap();
    assert!(second.id > first.id + 1, "{} {}", first.id, second.id);
    assert_eq!(store.counts().await.unwrap().asks, 2);
    // Who has read up to the first sees it again.
    assert_eq!(
        store.asks("erp", first.id + 1, 9).await.unwrap(),
        std::slice::from_ref(&second)
    );
    commit(&store, vec![put(ask(1, 1, "broker"))]).await;
    let third = store.ask(id(1), 1).await.unwrap().unwrap();
    assert!(third.id > second.id && third.lane == "broker");
    assert_eq!(store.counts().await.unwrap().asks, 2);
}

pub async fn an_ask_that_has_begun_is_known(subject: &dyn Subject) {
    let store = subject.store();
    let begin = |ask| Write::BeginAsk {
        run: id(1),
        ask,
        at_ms: 7,
    };
    // In the commit that puts it, in a later one, and of one that is not there.
    commit(
        &store,
        vec![put(ask(1, 1, "printer")), put(ask(1, 2, "printer")), begin(1)],
    )
    .await;
    let begun = async |ask| store.ask(id(1), ask).await.unwrap().unwrap().begun_at_ms;
    assert_eq!((begun(1).await, begun(2).await), (Some(7), None));
    commit(&store, vec![begin(2), begin(3)]).await;
    assert_eq!(begun(2).await, Some(7));
    assert_eq!(store.asks("printer", 0, 9).await.unwrap()[1].begun_at_ms, Some(7));
    // Put again it has not begun.
    commit(&store, vec![begin(2), put(ask(1, 2, "printer"))]).await;
    assert_eq!(begun(2).await, None);
    commit(&store, vec![Write::DropAsk { run: id(1), ask: 2 }, begin(2)]).await;
    assert_eq!(store.ask(id(1), 2).await.unwrap(), None);
}

pub async fn asks_have_limits(subject: &dyn Subject) {
    let store = subject.store();
    let large = [
        AskRow {
            body: "x".repeat(ASK_BODY_BYTES_MAX as usize + 1),
            ..ask(1, 1, "erp")
        },
        AskRow {
            key: "x".repeat(KEY_BYTES_MAX as usize + 1),
            ..ask(1, 1, "erp")
        },
    ];
    for row in large {
        let error = refused(&store, vec![put(row)]).await;
        assert!(matches!(error, Error::TooLarge { .. }), "{error}");
    }
}
