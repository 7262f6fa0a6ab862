//! An engine that is gone from one moment to the next: everything acknowledged is there afterwards.

use crate::apps;
use crate::rig::*;
use kernel::Status;
use runtime::{Complete, Engine, ManualClock, Start};
use serde_json::json;
use std::sync::{Arc, Mutex};
use store::rows::{RunId, TaskFilter};

/// Runs with the status they were last acknowledged with.
type Acknowledged = Arc<Mutex<Vec<(RunId, Status)>>>;

/// Starts and answers notes until the runtime it lives in is torn down.
async fn work(engine: Engine, acknowledged: Acknowledged) {
    loop {
        let start = Start {
            app: "note".into(),
            ..Start::default()
        };
        let Ok(started) = engine.start(start, &caller()).await else {
            return;
        };
        let run = started.run;
        acknowledged.lock().unwrap().push((run.id, run.status));
        let answer = Complete::new(reference(&run.tasks[0]), members(json!({"what": "x"})));
        let Ok(run) = engine.complete(answer, &by("wang")).await else {
            return;
        };
        acknowledged.lock().unwrap().push((run.id, run.status));
    }
}

#[test]
fn nothing_acknowledged_is_lost_when_the_engine_is_gone_in_the_middle() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(MORNING));
    let acknowledged = Acknowledged::default();
    for round in 1..=5 {
        let tokio = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        tokio.block_on(async {
            let engine = Engine::open(options(sqlite(&folder).await, &clock)).await.unwrap();
            engine.publish(apps::NOTE, &caller()).await.unwrap();
            for _ in 0..8 {
                tokio::spawn(work(engine.clone(), acknowledged.clone()));
            }
            while acknowledged.lock().unwrap().len() < round * 50 {
                tokio::task::yield_now().await;
            }
        });
        // Everything in it ends where it stands, batches in the making included.
        drop(tokio);
    }
    let tokio = tokio::runtime::Runtime::new().unwrap();
    tokio.block_on(async {
        let engine = Engine::open(options(sqlite(&folder).await, &clock)).await.unwrap();
        let acknowledged = std::mem::take(&mut *acknowledged.lock().unwrap());
        assert!(acknowledged.len() >= 250);
        for (run, status) in acknowledged {
            let now = engine.run(run).await.unwrap();
            assert!(
                now.status == status || now.status == Status::Finished,
                "{run}: {status:?}, now {:?}",
                now.status
            );
            let filter = TaskFilter {
                run: Some(run),
                ..Default::default()
            };
            let open = engine.tasks(&filter, &Default::default()).await.unwrap();
            let expected = usize::from(now.status == Status::Waiting);
            assert_eq!(open.items.len(), expected, "a run waits for its task, or is over");
        }
        engine.shutdown().await;
        let store = sqlite(&folder).await;
        assert_eq!(
            runtime::verify(&store, &|_| {}).await.unwrap().faults,
            Vec::<String>::new()
        );
    });
}
