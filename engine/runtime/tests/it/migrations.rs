//! An app is changed under a thousand live runs that wait for all kinds of things.

use crate::rig::*;
use runtime::{Message, Migration, Replaying};
use serde_json::json;
use store::rows::{Page, TaskFilter};

const KINDS: &str = "
app: Kinds
inputs:
  - text: Kind
steps:
  - if: kind = \"task\"
    steps:
      - form: Look
        fields:
          - text: Seen
  - if: kind = \"time\"
    steps:
      - wait: 2 h
        id: rest
  - if: kind = \"message\"
    steps:
      - wait_for: ready
        id: hear
  - if: kind = \"call\"
    steps:
      - call: helper
        id: help
  - if: kind = \"group\"
    steps:
      - together: Both
        branches:
          - branch: One
            steps:
              - form: First
                fields:
                  - text: Seen
          - branch: Other
            steps:
              - wait: 1 h
                id: cool
  - if: kind = \"loop\"
    steps:
      - repeat: Again
        until: done = true
        at_most: 3 times
        steps:
          - form: Try
            fields:
              - yes_no: Done
";

const HELPER: &str = "
app: Helper
steps:
  - form: Help
    fields:
      - text: Seen
";

const ALL: [&str; 6] = ["task", "time", "message", "call", "group", "loop"];

#[tokio::test]
async fn a_thousand_live_runs_go_over_and_come_to_their_end() {
    let rig = Rig::with(&[KINDS, HELPER]).await;
    for number in 0..1_000 {
        rig.start("kinds", json!({"kind": ALL[number % ALL.len()]})).await;
    }
    let changed = KINDS
        .replace(
            "steps:\n  - if: kind = \"task\"",
            "steps:\n  - set: Begin\n    values:\n      begun: = 1\n  - if: kind = \"task\"",
        )
        .replace(
            "          - text: Seen\n  - if",
            "          - text: Seen\n          - text: Remark\n            optional: yes\n  - if",
        )
        .replace("wait: 1 h", "wait: 3 h")
        .replace("at_most: 3 times", "at_most: 5 times");
    rig.publish(&[&changed]).await;
    let mut migration = Migration {
        app: "kinds".into(),
        ..Migration::default()
    };
    let (mut over, mut undoable) = (0, 0);
    loop {
        let seen = rig.engine.preview_migration(&migration).await.unwrap();
        assert_eq!(seen.not, []);
        (over, undoable) = (over + seen.over, undoable + seen.undoable);
        migration.after = seen.next;
        if migration.after.is_none() {
            break;
        }
    }
    assert_eq!((over, undoable), (1_000, 1_000));
    // Twice: the second time nobody is left to go.
    for expected in [1_000, 0] {
        let mut gone = 0;
        loop {
            let done = rig.engine.migrate(&migration, &caller()).await.unwrap();
            assert_eq!(done.not_over, 0);
            gone += done.over;
            migration.after = done.next;
            if migration.after.is_none() {
                break;
            }
        }
        assert_eq!(gone, expected);
    }
    let live = rig.engine.live_versions("kinds").await.unwrap();
    assert_eq!(live.versions.len(), 1);
    assert_eq!((live.versions[0].version, live.versions[0].runs), (2, 1_000));
    let ready = Message {
        name: "ready".into(),
        body: members(json!({})),
    };
    rig.engine.send(ready, &caller()).await.unwrap();
    rig.pass(240).await;
    loop {
        let page = Page {
            after: None,
            limit: 1_000,
        };
        let open = rig.engine.tasks(&TaskFilter::default(), &page).await.unwrap().items;
        if open.is_empty() {
            break;
        }
        for task in open {
            let answers = match task.spec.step.as_str() {
                "try" => json!({"done": true}),
                _ => json!({"seen": "yes"}),
            };
            rig.answer(task.run, "wang", answers).await.unwrap();
        }
    }
    let live = rig.engine.live_versions("kinds").await.unwrap();
    assert_eq!(live.versions, [], "every run has come to its end");
    // What was recorded by both versions comes out the same by the newer one, and tells what another would do.
    let asked = Replaying::default();
    let same = rig.engine.replay_against(&changed, &asked).await.unwrap();
    assert_eq!((same.runs, same.same), (1_000, 1_000), "{:?}", same.differences);
    let other = changed.replace("wait_for: ready", "wait_for: steady");
    let other = rig.engine.replay_against(&other, &asked).await.unwrap();
    assert_eq!(
        (other.differ, other.kinds["hangs"]),
        (167, 167),
        "{:?}",
        other.differences
    );
    rig.verify().await;
}
