//! Readers of what was committed.

use crate::apps;
use crate::rig::*;
use kernel::Status;
use runtime::{Change, Changes, Commit, Engine, Error, News, Position, Start};
use serde_json::json;
use std::collections::BTreeMap;
use store::rows::{Page, RunFilter, RunId};
use tokio::task::JoinSet;

/// The next commit; everything that was asked before is done, so there is one or the test fails.
async fn commit(rig: &Rig, changes: &mut Changes) -> Commit {
    rig.engine.settled().await.unwrap();
    match changes.try_next() {
        Some(News::Commit(commit)) => commit,
        other => panic!("a commit is expected, not {other:?}"),
    }
}

async fn told(rig: &Rig, changes: &mut Changes) -> Vec<String> {
    commit(rig, changes).await.changes().iter().map(said).collect()
}

/// Without ids of runs, which differ.
fn said(change: &Change) -> String {
    match change {
        Change::Task {
            app, station, to, what, ..
        } => {
            let at = station.as_deref().unwrap_or("-");
            format!("task of {app} at {at} for {}: {what:?}", json!(to))
        }
        Change::Draft {
            app,
            station,
            to,
            version,
            ..
        } => {
            let at = station.as_deref().unwrap_or("-");
            format!("draft {version} of {app} at {at} for {}", json!(to))
        }
        Change::Run {
            app,
            station,
            seq,
            status,
            ..
        } => {
            let at = station.as_deref().unwrap_or("-");
            format!("run of {app} at {at}: {status:?} at {seq}")
        }
        Change::Hold {
            target, station, what, ..
        } => format!("hold on {target} from {}: {what:?}", station.as_deref().unwrap_or("-")),
        Change::Notice { app, to, .. } => format!("notice of {app} for {}", json!(to)),
        Change::App { app, version } => format!("app {app} {version}"),
    }
}

#[tokio::test]
async fn each_commit_says_once_what_it_changed() {
    let rig = Rig::with(&[]).await;
    let mut changes = rig.engine.changes();
    rig.publish(&[apps::NOTE]).await;
    assert_eq!(told(&rig, &mut changes).await, ["app note 1"]);
    rig.publish(&[apps::NOTE]).await;
    let start = Start {
        app: "note".into(),
        station: Some("op-10".into()),
        ..Start::default()
    };
    let run = rig.engine.start(start, &caller()).await.unwrap().run;
    assert_eq!(
        told(&rig, &mut changes).await,
        [
            "run of note at op-10: Waiting at 1",
            r#"task of note at op-10 for {"role":"operator"}: Opened"#
        ],
        "what was published already is no change"
    );
    rig.engine.claim(reference(&run.tasks[0]), &by("wang")).await.unwrap();
    assert_eq!(
        told(&rig, &mut changes).await,
        [
            "run of note at op-10: Waiting at 2",
            r#"task of note at op-10 for {"role":"operator"}: Changed"#
        ]
    );
    rig.pass(20).await;
    assert_eq!(
        told(&rig, &mut changes).await,
        [
            "run of note at op-10: Waiting at 3",
            r#"notice of note for {"role":"team_leader"}"#,
            r#"task of note at op-10 for {"role":"operator"}: Changed"#,
        ]
    );
    // Refused answers are kept as a draft, which whoever has the form open reads.
    let refused = rig.answer(run.id, "wang", json!({"how_many": 11})).await.unwrap_err();
    assert!(matches!(refused, Error::Refused(_)), "{refused}");
    assert_eq!(
        told(&rig, &mut changes).await,
        [r#"draft 1 of note at op-10 for {"role":"operator"}"#]
    );
    rig.answer(run.id, "wang", json!({"what": "x"})).await.unwrap();
    assert_eq!(
        told(&rig, &mut changes).await,
        [
            "run of note at op-10: Finished at 4",
            r#"task of note at op-10 for {"role":"operator"}: Closed"#
        ]
    );
    assert!(changes.try_next().is_none());
}

#[tokio::test]
async fn holds_are_told_when_they_are_put_and_when_they_are_released() {
    let rig = Rig::with(&[apps::HOLDS]).await;
    let li = by("li");
    let mut changes = rig.engine.changes();
    let start = Start {
        app: "stop_the_line".into(),
        station: Some("op-10".into()),
        ..Start::default()
    };
    let run = rig.engine.start(start, &caller()).await.unwrap().run;
    assert_eq!(
        told(&rig, &mut changes).await,
        [
            "run of stop_the_line at op-10: Waiting at 1",
            "hold on line-3 from op-10: Put",
            r#"task of stop_the_line at op-10 for {"role":"team_leader"}: Opened"#
        ]
    );
    let freed = rig.engine.release_hold("line-3", run.id, "wrong line".into(), &li);
    freed.await.unwrap();
    assert_eq!(
        told(&rig, &mut changes).await,
        [
            "hold on line-3 from op-10: Released",
            "run of stop_the_line at op-10: Waiting at 2"
        ]
    );
    let cancelled = rig.engine.cancel(run.id, "over".into(), &li);
    assert_eq!(cancelled.await.unwrap().status, Status::Cancelled);
    assert_eq!(
        told(&rig, &mut changes).await,
        [
            "run of stop_the_line at op-10: Cancelled at 3",
            r#"task of stop_the_line at op-10 for {"role":"team_leader"}: Closed"#
        ]
    );
}

#[tokio::test]
async fn a_called_run_and_its_end_are_told_with_their_callers() {
    let rig = Rig::with(&[apps::CALLER, apps::CALLED]).await;
    let mut changes = rig.engine.changes();
    let run = rig.start("assembly", json!({"part": "A"})).await;
    let begun = commit(&rig, &mut changes).await;
    let runs: Vec<Option<RunId>> = begun.changes().iter().map(Change::run).collect();
    assert_eq!(runs[0], Some(run.id));
    let called = runs[1].unwrap();
    assert_ne!(called, run.id);
    rig.answer(called, "wang", json!({"cause": "bent"})).await.unwrap();
    assert_eq!(
        told(&rig, &mut changes).await,
        [
            "run of rework at -: Finished at 2",
            r#"task of rework at - for {"role":"operator"}: Closed"#,
            "run of assembly at -: Finished at 2",
        ]
    );
}

#[tokio::test]
async fn a_reader_that_comes_back_misses_nothing_and_reads_nothing_twice() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let mut whole = rig.engine.changes();
    let begin = whole.position();
    for _ in 0..3 {
        rig.start("note", json!({})).await;
    }
    rig.engine.settled().await.unwrap();
    let mut seen: Vec<(Position, Change)> = Vec::new();
    while let Some(News::Commit(commit)) = whole.try_next() {
        seen.extend(commit.whole().map(|(position, change)| (position, change.clone())));
        assert_eq!(whole.position(), seen.last().unwrap().0);
    }
    assert_eq!(seen.len(), 6);
    assert_eq!(whole.newest(), whole.position());
    // From each place, also in the middle of a commit, as text that was kept meanwhile.
    let places = [begin].into_iter().chain(seen.iter().map(|(position, _)| *position));
    for (count, place) in places.enumerate() {
        let place: Position = place.to_string().parse().unwrap();
        let mut back = rig.engine.changes_after(place);
        assert_eq!(back.position(), place);
        let mut rest = Vec::new();
        while let Some(news) = back.try_next() {
            let News::Commit(commit) = news else {
                panic!("nothing was lost")
            };
            assert_eq!(commit.whole().len() - commit.seen(), commit.changes().len());
            rest.extend_from_slice(commit.changes());
        }
        let right: Vec<Change> = seen[count..].iter().map(|(_, change)| change.clone()).collect();
        assert_eq!(rest, right, "after {place}");
    }
}

#[tokio::test]
async fn an_engine_started_again_knows_no_earlier_position() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let mut changes = rig.engine.changes();
    rig.start("note", json!({})).await;
    commit(&rig, &mut changes).await;
    let place = changes.position();
    let rig = rig.reopened().await;
    assert!(
        changes.next().await.is_none(),
        "the engine that it read from has stopped"
    );
    let mut back = rig.engine.changes_after(place);
    assert!(matches!(back.try_next(), Some(News::Reset)));
    assert!(back.try_next().is_none());
    rig.start("note", json!({})).await;
    assert_eq!(commit(&rig, &mut back).await.changes().len(), 2);
    assert_ne!(
        back.position().to_string().split_once('-').unwrap().0,
        place.to_string().split_once('-').unwrap().0
    );
}

#[tokio::test]
async fn who_is_told_reads_what_he_was_told_of() {
    let rig = Rig::with(&[apps::NOTE]).await;
    let mut changes = rig.engine.changes();
    let mut starts = JoinSet::new();
    for _ in 0..20 {
        let engine = rig.engine.clone();
        let start = Start {
            app: "note".into(),
            ..Start::default()
        };
        starts.spawn(async move { engine.start(start, &caller()).await.unwrap().run.id });
    }
    let mut opened = Vec::new();
    while opened.len() < 20 {
        let Some(News::Commit(commit)) = changes.next().await else {
            panic!("20 runs are started")
        };
        for change in commit.changes() {
            if let Change::Task { run, task, .. } = change {
                assert_eq!(rig.only_task(*run).await.task, *task);
                opened.push(*run);
            }
        }
    }
    let mut started = starts.join_all().await;
    started.sort_unstable();
    opened.sort_unstable();
    assert_eq!(opened, started);
}

/// What someone knows who reads all once and then only what is told.
pub(crate) struct Follower {
    engine: Engine,
    changes: Changes,
    known: BTreeMap<RunId, (u64, Status)>,
    pub(crate) resets: usize,
}

impl Follower {
    pub(crate) async fn of(engine: &Engine) -> Follower {
        let mut follower = Follower {
            engine: engine.clone(),
            changes: engine.changes(),
            known: BTreeMap::new(),
            resets: 0,
        };
        follower.known = follower.read().await;
        follower
    }

    async fn read(&self) -> BTreeMap<RunId, (u64, Status)> {
        let mut page = Page {
            after: None,
            limit: 1_000,
        };
        let mut known = BTreeMap::new();
        loop {
            let runs = self.engine.runs(&RunFilter::default(), &page).await.unwrap();
            known.extend(runs.items.into_iter().map(|run| (run.id, (run.seq, run.status))));
            page.after = runs.next;
            if page.after.is_none() {
                return known;
            }
        }
    }

    /// Takes what was told so far; then it must know what there is.
    pub(crate) async fn check(&mut self) {
        self.engine.settled().await.unwrap();
        while let Some(news) = self.changes.try_next() {
            let News::Commit(commit) = news else {
                self.known = self.read().await;
                self.resets += 1;
                continue;
            };
            for change in commit.changes() {
                if let Change::Run { run, seq, status, .. } = change {
                    let before = self.known.get(run).map_or(0, |(seq, _)| *seq);
                    assert!(*seq > before, "run {run} went from {before} to {seq}");
                    self.known.insert(*run, (*seq, *status));
                }
            }
        }
        assert_eq!(self.known, self.read().await);
    }
}
