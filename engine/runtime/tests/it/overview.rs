//! What is looked at from above: what may be started, what is open on the site, runs by a text.

use crate::apps;
use crate::rig::*;
use runtime::{Acting, Error, NotYours, Start, limits};
use serde_json::json;
use store::rows::{Page, RunFilter};

const BUTTONS: [&str; 3] = [
    "
app: Everywhere
about: Can be started by everyone.
steps:
  - finish: Done
",
    "
app: {en: At two places, zh: 两处}
id: two_places
start:
  - button: Begin
    at: [qc-1, qc-2]
inputs:
  - measure: Width
    limits: 1 to 2 um
  - whole: Pieces
steps:
  - finish: Done
",
    "
app: By message
start:
  - message: go
steps:
  - finish: Done
",
];

fn someone(station: Option<&str>, supervises: bool) -> Acting {
    Acting {
        roles: Vec::new(),
        station: station.map(str::to_owned),
        supervises,
        ..Acting::default()
    }
}

#[tokio::test]
async fn apps_are_startable_where_their_buttons_are() {
    let rig = Rig::with(&BUTTONS).await;
    let ids = |station: Option<&str>, acting: Option<&Acting>| -> Vec<String> {
        let startable = rig.engine.startable(station, acting).unwrap();
        startable.into_iter().map(|app| app.app).collect()
    };
    let (here, all) = (["everywhere"], ["everywhere", "two_places"]);
    assert_eq!(ids(None, None), here);
    assert_eq!(ids(Some("qc-2"), None), all);
    assert_eq!(ids(Some("op-10"), None), here);
    // Where they are, said or not.
    assert_eq!(ids(None, Some(&someone(Some("qc-1"), false))), all);
    assert_eq!(ids(Some("qc-1"), Some(&someone(Some("qc-1"), false))), all);
    assert_eq!(ids(None, Some(&someone(None, false))), here);
    for own in [None, Some("op-10")] {
        let elsewhere = rig
            .engine
            .startable(Some("qc-1"), Some(&someone(own, false)))
            .unwrap_err();
        let refused = matches!(&elsewhere, Error::NotYours(NotYours::AtAnotherStation(id)) if id == "qc-1");
        assert!(refused, "{elsewhere}");
        assert_eq!(ids(Some("qc-1"), Some(&someone(own, true))), all);
    }
    let apps = rig.engine.startable(Some("qc-1"), None).unwrap();
    assert_eq!(apps[0].about, Some(json!({"default": "Can be started by everyone."})));
    assert_eq!(apps[1].title["zh"], "两处");
    assert_eq!(apps[1].inputs[0]["unit"], "um");
    assert_eq!(apps[1].inputs[0]["unit_symbol"], "µm");
    assert_eq!(apps[1].inputs[1].get("unit_symbol"), None);
}

#[tokio::test]
async fn the_floor_shows_what_is_open_and_where() {
    let rig = Rig::with(&[apps::NOTE, apps::FIRST_PIECE]).await;
    let at = |app: &str, station: &str, inputs| Start {
        app: app.into(),
        station: Some(station.into()),
        inputs: members(inputs),
        ..Start::default()
    };
    rig.engine
        .start(at("note", "op-10", json!({})), &caller())
        .await
        .unwrap();
    rig.pass(30).await;
    let piece = at("first_piece_inspection", "qc-2", json!({"order": "4711"}));
    rig.engine.start(piece, &caller()).await.unwrap();
    let floor = rig.engine.floor().await.unwrap();
    let tasks: Vec<_> = floor
        .tasks
        .iter()
        .map(|task| (task.what.app.as_str(), task.what.spec.late, task.station.as_deref()))
        .collect();
    let expected = [
        ("note", true, Some("op-10")),
        ("first_piece_inspection", false, Some("qc-2")),
    ];
    assert_eq!(tasks, expected);
    assert_eq!(floor.holds[0].target, "line-3");
    let calls: Vec<_> = floor
        .calls
        .iter()
        .map(|call| (call.what.text.as_str(), call.station.as_deref()))
        .collect();
    assert_eq!(calls, [("Nothing is written down", Some("op-10"))]);
    assert_eq!((floor.tasks_more, floor.holds_more, floor.calls_more), (0, 0, 0));

    for _ in 0..limits::FLOOR_ENTRIES_MAX {
        rig.start("note", json!({})).await;
    }
    let floor = rig.engine.floor().await.unwrap();
    assert_eq!(
        (floor.tasks.len(), floor.tasks_more),
        (limits::FLOOR_ENTRIES_MAX as usize, 2)
    );
    rig.verify().await;
}

#[tokio::test]
async fn runs_are_found_by_a_text() {
    let rig = Rig::with(&[apps::NOTE, apps::STRAIGHT]).await;
    let note = rig.start("note", json!({})).await.id;
    let straight = rig.start("straight", json!({"count": 1})).await.id;
    let engine = &rig.engine;
    let found = |text: &str| {
        let text = text.to_owned();
        async move {
            let found = engine
                .search_runs(&text, &RunFilter::default(), &Page::default())
                .await
                .unwrap();
            assert_eq!(found.next, None);
            found.items.into_iter().map(|run| run.id).collect::<Vec<_>>()
        }
    };
    assert_eq!(found("COUNTED").await, [straight]);
    assert_eq!(found("test").await, [straight, note]);
    assert_eq!(found(&note.to_string()[..30]).await, [note]);
    let long = Page {
        limit: limits::PAGE_ENTRIES_MAX + 1,
        ..Page::default()
    };
    let refused = engine.search_runs("x", &RunFilter::default(), &long).await.unwrap_err();
    assert!(matches!(refused, Error::TooLarge { .. }), "{refused}");
}
