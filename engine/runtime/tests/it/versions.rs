//! Versions of apps outlive changes of the site and of the language.

use crate::apps;
use crate::rig::*;
use kernel::{Assignee, Status};
use language::model::Site;
use runtime::{Engine, Error, Message, Options, Start};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::rows::{AppRow, HoldRow, ListenerRow, Page, RecordRow, RunId, RunRow, TimerRow, Write};

const AT_A_STATION: &str = "
app: At a station
steps:
  - form: Do it
    to: op-10
    fields:
      - text: What
  - form: Check it
    to: quality engineer
    fields:
      - text: How
";

#[tokio::test]
async fn a_run_goes_on_with_the_site_its_app_was_published_for() {
    let rig = Rig::with(&[AT_A_STATION]).await;
    let run = rig.start("at_a_station", json!({})).await;
    assert_eq!(run.tasks[0].spec.to, Assignee::Station("op-10".into()));
    rig.engine.shutdown().await;

    // The station and the role are gone from the site.
    let bare = || Site {
        time_zone: "Asia/Shanghai".into(),
        ..Site::default()
    };
    let open = async || {
        let store = sqlite(&rig.folder).await;
        let options = Options {
            site: bare(),
            ..options(store, &rig.clock)
        };
        Engine::open(options).await.unwrap()
    };
    let engine = open().await;
    let rig = Rig { engine, ..rig };
    let run = rig.answer(run.id, "wang", json!({"what": "x"})).await.unwrap();
    assert_eq!(run.tasks[0].spec.to, Assignee::Role("quality_engineer".into()));
    let fresh = rig.start("at_a_station", json!({})).await;
    assert_eq!(fresh.tasks[0].spec.to, Assignee::Station("op-10".into()));
    // Published anew, the source is read for the site as it is now.
    let refused = rig.engine.publish(AT_A_STATION, &caller()).await.unwrap_err();
    assert!(matches!(refused, Error::App(_)), "{refused}");
    rig.verify().await;
}

/// Puts rows into a folder that no engine has open.
async fn put(folder: &tempfile::TempDir, writes: Vec<Write>) {
    let store = sqlite(folder).await;
    let mut unit = store.begin().await.unwrap();
    unit.write(writes).await.unwrap();
    unit.commit().await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_version_that_is_not_understood_stops_nobody_else() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let run = rig.start("note", json!({})).await;
    rig.engine.shutdown().await;
    let source = "app: Note\nsteps:\n  - dance: As if nobody watched\n";
    let foreign = AppRow {
        app: "note".into(),
        version: 2,
        hash: Sha256::digest(source).into(),
        source: source.into(),
        published_at_ms: MORNING.0,
        published_by: "someone newer".into(),
    };
    put(&rig.folder, vec![Write::PutApp(foreign)]).await;
    let rig = rig.reopened().await;
    assert_eq!(rig.engine.apps()[0].title, "note");
    let refused = rig.try_start("note", json!({})).await.unwrap_err();
    assert!(matches!(&refused, Error::App(found) if !found.is_empty()), "{refused}");
    let start = Start {
        app: "note".into(),
        version: Some(1),
        ..Start::default()
    };
    rig.engine.start(start, &caller()).await.unwrap();
    let run = rig.answer(run.id, "wang", json!({"what": "x"})).await.unwrap();
    assert_eq!((run.app_version, run.status), (1, Status::Finished));
    let repaired = rig.engine.publish(apps::NOTE, &caller()).await.unwrap();
    assert_eq!((repaired.changed, repaired.app.version), (true, 3));
    rig.verify().await;
}

#[tokio::test]
async fn a_find_sees_more_records_than_a_page_of_a_list_holds() {
    let rig = Rig::with(&[apps::TABLES]).await;
    rig.engine.shutdown().await;
    let kept = (0..1_500).map(|number| {
        Write::PutRecord(RecordRow {
            app: "pieces".into(),
            table: "kept_pieces".into(),
            key: format!("K{number}"),
            values: json!({"serial": format!("K{number}"), "order": "other", "weight": 1}).to_string(),
            run: RunId::nil(),
            version: 1,
            at_ms: MORNING.0,
        })
    });
    put(&rig.folder, kept.collect()).await;
    let rig = rig.reopened().await;
    let run = rig.start("pieces", json!({"serial": "A1", "wanted": "other"})).await;
    assert_eq!(run.status, Status::Finished);
    let first = rig
        .engine
        .records("pieces", "kept_pieces", &[], &Page::default())
        .await
        .unwrap();
    assert_eq!(first.items.len(), 100);
    let page = Page {
        after: first.next,
        limit: 1_000,
    };
    let weight = [("weight".to_owned(), json!(2.50))];
    let found = rig
        .engine
        .records("pieces", "kept_pieces", &weight, &Page::default())
        .await
        .unwrap();
    assert_eq!(found.items.len(), 1, "2.50 is 2.5");
    let next = rig.engine.records("pieces", "kept_pieces", &[], &page).await.unwrap();
    assert_eq!(next.items.len(), 1_000);
    let timeline = rig.engine.timeline(run.id, 0, 10).await.unwrap().items;
    let count = timeline
        .iter()
        .flat_map(|entry| &entry.facts)
        .find_map(|fact| match fact.kind {
            kernel::FactKind::Found { count, .. } => Some(count),
            _ => None,
        });
    assert_eq!(count, Some(100), "as many as a find without 'at_most' takes");
    rig.verify().await;
}

#[tokio::test]
async fn a_run_that_cannot_move_is_still_seen_and_its_hold_released() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let note = rig.start("note", json!({})).await;
    rig.engine.shutdown().await;
    let source = "app: Dance\nsteps:\n  - dance: As if nobody watched\n";
    let app = AppRow {
        app: "dance".into(),
        version: 1,
        hash: Sha256::digest(source).into(),
        source: source.into(),
        published_at_ms: MORNING.0,
        published_by: "someone newer".into(),
    };
    let id = RunId::from_u128(7);
    let run = RunRow {
        id,
        app: "dance".into(),
        app_version: 1,
        status: "waiting".into(),
        outcome: None,
        station: None,
        started_by: "li".into(),
        started_at_ms: MORNING.0,
        updated_at_ms: MORNING.0,
        ended_at_ms: None,
        seq: 0,
        head: [0; 32],
        parent: None,
        state: kernel::RunState::new().to_bytes(),
    };
    let hold = HoldRow {
        target: "line-3".into(),
        run: id,
        app: "dance".into(),
        why: "dancing".into(),
        since_ms: MORNING.0,
    };
    let timer = TimerRow {
        run: id,
        timer: 1,
        at_ms: MORNING.0,
    };
    let listener = ListenerRow {
        run: id,
        wait: 1,
        message: "music".into(),
    };
    let writes = [
        Write::PutApp(app),
        Write::InsertRun(Box::new(run)),
        Write::PutHold(hold),
        Write::PutTimer(timer),
        Write::PutListener(listener),
    ];
    put(&rig.folder, writes.into()).await;

    let rig = rig.reopened().await;
    let message = Message {
        name: "music".into(),
        body: serde_json::Map::new(),
    };
    // Others that wait for the same message would not hear it either.
    rig.engine.send(message, &caller()).await.unwrap();
    rig.pass(21).await;
    assert_eq!(rig.told().await.len(), 1, "the timers of others ring");
    assert_eq!(
        rig.engine.metrics().await.unwrap().kept.timers,
        2,
        "its own waits, and the next rung of the note"
    );
    assert_eq!(rig.engine.run(id).await.unwrap().status, Status::Waiting);
    let refused = rig.engine.cancel(id, "stop".into(), &by("li")).await.unwrap_err();
    assert!(matches!(refused, Error::App(_)), "{refused}");
    rig.engine
        .release_hold("line-3", id, "nobody dances".into(), &by("li"))
        .await
        .unwrap();
    assert_eq!(rig.engine.holds(None).await.unwrap(), []);
    rig.answer(note.id, "wang", json!({"what": "x"})).await.unwrap();
}
