//! Starts that come by themselves: one for each moment, also over stops and newer versions.

use crate::rig::*;
use kernel::{FactKind, StartCause};
use runtime::Error;
use store::rows::{Page, RunFilter};

/// The rig's morning is Wednesday 2026-09-30, 16:00 in Wuhu. The site is off from the next day to the 7th of October.
const HOURLY: &str = "
app: Look
start:
  - every: 2 h
  - at: \"18:30\"
    days: [wed, thu]
steps:
  - form: Look at it
    to: operator
    fields:
      - tick: Done
";

async fn begun(rig: &Rig) -> Vec<i64> {
    let runs = rig.engine.runs(&RunFilter::default(), &Page::default()).await.unwrap();
    let mut minutes: Vec<i64> = runs
        .items
        .iter()
        .map(|run| (run.started_at_ms - MORNING.0) / MINUTE_MS)
        .collect();
    minutes.reverse();
    minutes
}

async fn next_minutes(rig: &Rig) -> Vec<(u32, i64)> {
    let next = rig.engine.next_starts("look").await.unwrap();
    next.into_iter()
        .map(|(place, at)| (place, (at.0 - MORNING.0) / MINUTE_MS))
        .collect()
}

#[tokio::test]
async fn each_moment_starts_one_run() {
    let rig = Rig::with(&[HOURLY]).await;
    assert_eq!(next_minutes(&rig).await, [(0, 120), (1, 150)]);
    rig.pass(119).await;
    assert_eq!(begun(&rig).await, Vec::<i64>::new());
    rig.pass(1).await;
    assert_eq!(begun(&rig).await, [120]);
    rig.pass(30).await;
    rig.pass(90).await;
    assert_eq!(begun(&rig).await, [120, 150, 240]);
    assert_eq!(next_minutes(&rig).await, [(0, 360), (1, 150 + 24 * 60)]);
    // The week's last one has passed.
    rig.pass(24 * 60).await;
    assert_eq!(next_minutes(&rig).await[1], (1, 150 + 7 * 24 * 60));
    rig.verify().await;
}

#[tokio::test]
async fn what_passed_while_nobody_was_there_is_one_start_that_says_so() {
    let rig = Rig::with(&[HOURLY]).await;
    rig.clock.advance_ms(61 * 60 * MINUTE_MS / 10);
    let rig = rig.reopened().await;
    rig.pass(0).await;
    let runs = rig.engine.runs(&RunFilter::default(), &Page::default()).await.unwrap();
    let mut told = Vec::new();
    for run in runs.items {
        let timeline = rig.engine.timeline(run.id, 0, 10).await.unwrap();
        let missed = timeline.items[0].facts.iter().find_map(|fact| match fact.kind {
            FactKind::StartsMissed { missed } => Some(missed),
            _ => None,
        });
        assert_eq!(run.started_by, "schedule");
        told.push(missed);
    }
    // 18:00, 20:00 and 22:00 are one start; 18:30 is another.
    told.sort_unstable();
    assert_eq!(told, [None, Some(2)]);
    assert_eq!(next_minutes(&rig).await, [(0, 480), (1, 150 + 24 * 60)]);
    rig.verify().await;
}

#[tokio::test]
async fn a_newer_version_replaces_the_moments() {
    let rig = Rig::with(&[HOURLY]).await;
    let other = HOURLY
        .replace("every: 2 h", "every: 6 h")
        .replace("  - at: \"18:30\"\n    days: [wed, thu]\n", "");
    rig.publish(&[&other]).await;
    assert_eq!(next_minutes(&rig).await, [(0, 120)]);
    let none = "app: Look\nsteps:\n  - form: Look at it\n    to: operator\n    fields:\n      - tick: Done\n";
    rig.publish(&[none]).await;
    assert_eq!(next_minutes(&rig).await, []);
    rig.pass(24 * 60).await;
    assert_eq!(begun(&rig).await, Vec::<i64>::new());
    // And back again.
    rig.publish(&[&other]).await;
    rig.pass(6 * 60).await;
    assert_eq!(begun(&rig).await.len(), 1);
    rig.verify().await;
}

#[tokio::test]
async fn with_the_shifts_of_the_site() {
    let shifts = "
app: Look
start:
  - shift: Late
    before_end: 15 min
  - every: 3 h
    in: working time
steps:
  - wait: 1 min
";
    let rig = Rig::with(&[shifts]).await;
    // 21:45, and 18:00. The site is off for a week from midnight on, but the night shift works to its end.
    assert_eq!(next_minutes(&rig).await, [(0, 345), (1, 120)]);
    rig.pass(24 * 60).await;
    let begun = begun(&rig).await.len();
    // Late, and 18:00 and 21:00, 00:00 and 03:00: as one, because the clock went over them at once.
    assert_eq!(begun, 2);
    let next = next_minutes(&rig).await;
    // Thursday the 8th of October.
    assert_eq!(next, [(0, 345 + 8 * 24 * 60), (1, (7 * 24 + 14) * 60)]);
    rig.verify().await;
}

#[tokio::test]
async fn what_starts_by_itself_asks_nobody() {
    let rig = Rig::with(&[]).await;
    let asks = HOURLY.replace("steps:", "inputs:\n  - scan: Order\nsteps:");
    let refused = rig.engine.publish(&asks, &caller()).await.unwrap_err();
    assert!(
        matches!(&refused, Error::App(found) if found[0].code == "G1226"),
        "{refused}"
    );
}

#[test]
fn an_older_journal_has_no_missed_starts() {
    let cause: StartCause = serde_json::from_str(r#"{"cause": "schedule", "at": 5}"#).unwrap();
    assert_eq!(
        cause,
        StartCause::Schedule {
            at: kernel::Timestamp(5),
            missed: 0
        }
    );
}
