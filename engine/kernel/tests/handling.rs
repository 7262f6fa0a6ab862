//! What people do with tasks besides answering them: the life cycle of WS-HumanTask.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod support;

use gemba_kernel::people::Suspension;
use gemba_kernel::{Assignee, Deed, EventKind, FactKind, Refusal, TaskState, Until};
use serde_json::json;
use support::{World, has_fact, world};

const APP: &str = r#"
app: Weld
steps:
  - form: Weld the frame
    to: welder
    lease: 30 min
    within: 2 h
    late:
      - after: 0 min
        tell: team leader
      - after: 1 h
        move_to: team leader
    fields:
      - whole: Seams
  - form: Polish
    to: [welder, polisher]
    skippable: yes
    same_as: weld_the_frame
    fields:
      - tick: Polished
  - form: Release
    to: inspector
    not_by: any step
    fields:
      - tick: Released
"#;

const MINUTE_MS: i64 = 60_000;

fn begun() -> (World, u32) {
    let mut world = world(APP);
    world.start(json!({})).unwrap();
    let task = world.task("weld_the_frame");
    (world, task)
}

fn handled(world: &mut World, person: &str, task: u32, deed: Deed) -> Result<(), Refusal> {
    world.happen(
        person,
        EventKind::TaskHandled {
            task,
            deed,
            supervised: false,
        },
    )
}

fn supervised(world: &mut World, task: u32, deed: Deed) -> Result<(), Refusal> {
    world.happen(
        "boss",
        EventKind::TaskHandled {
            task,
            deed,
            supervised: true,
        },
    )
}

fn delegated(to: &str) -> Deed {
    Deed::Delegated { to: to.into() }
}

fn state(world: &World, task: u32) -> TaskState {
    world.tasks[&task].state()
}

fn holder(world: &World, task: u32) -> Option<&str> {
    world.tasks[&task].reserved_by.as_deref()
}

#[test]
fn a_task_is_ready_reserved_and_in_progress() {
    let (mut world, task) = begun();
    assert_eq!(state(&world, task), TaskState::Ready);
    world.happen("li", EventKind::TaskClaimed { task }).unwrap();
    assert_eq!(state(&world, task), TaskState::Reserved);
    handled(&mut world, "li", task, Deed::Started).unwrap();
    assert_eq!(state(&world, task), TaskState::InProgress);
    assert_eq!(
        handled(&mut world, "wang", task, Deed::Started),
        Err(Refusal::ReservedBy { person: "li".into() })
    );
    handled(&mut world, "li", task, Deed::Stopped).unwrap();
    assert_eq!(state(&world, task), TaskState::Reserved);
    world.happen("li", EventKind::TaskReturned { task }).unwrap();
    // To begin with what is nobody's takes it.
    handled(&mut world, "wang", task, Deed::Started).unwrap();
    assert_eq!(
        (state(&world, task), holder(&world, task)),
        (TaskState::InProgress, Some("wang"))
    );
    world.replay();
}

#[test]
fn a_lease_ends_when_nothing_is_done_and_goes_on_when_something_is() {
    let (mut world, task) = begun();
    world.happen("li", EventKind::TaskClaimed { task }).unwrap();
    world.pass_min(29);
    let at = world.now;
    handled(&mut world, "", task, Deed::Touched { at }).unwrap();
    world.pass_min(29);
    assert_eq!(holder(&world, task), Some("li"));
    world.pass_min(1);
    assert_eq!((state(&world, task), holder(&world, task)), (TaskState::Ready, None));
    assert!(has_fact(&world, |fact| matches!(fact, FactKind::TaskReturned { .. })));
    world.replay();
}

#[test]
fn who_delegates_stays_answerable_and_gets_it_back() {
    let (mut world, task) = begun();
    world.happen("li", EventKind::TaskClaimed { task }).unwrap();
    let by_another = handled(&mut world, "wang", task, delegated("zhao"));
    assert_eq!(by_another, Err(Refusal::ReservedBy { person: "li".into() }));
    handled(&mut world, "li", task, delegated("wang")).unwrap();
    assert_eq!(world.tasks[&task].handling.delegated_by, ["li"]);
    handled(&mut world, "wang", task, delegated("zhao")).unwrap();
    assert_eq!(world.tasks[&task].handling.delegated_by, ["li", "wang"]);
    world.happen("zhao", EventKind::TaskReturned { task }).unwrap();
    assert_eq!(holder(&world, task), Some("wang"));
    // To give it to who has given it is to give it back.
    handled(&mut world, "wang", task, delegated("li")).unwrap();
    assert_eq!(
        (holder(&world, task), world.tasks[&task].handling.delegated_by.len()),
        (Some("li"), 0)
    );
    handled(&mut world, "li", task, delegated("wang")).unwrap();
    world.complete("wang", "weld_the_frame", json!({"seams": 4})).unwrap();
    // Four eyes are not kept by delegating: neither may release.
    world.complete("wang", "polish", json!({"polished": true})).unwrap();
    let release = world.task("release");
    for person in ["li", "wang"] {
        let claimed = world.happen(person, EventKind::TaskClaimed { task: release });
        assert!(
            matches!(claimed, Err(Refusal::SecondPersonNeeded { .. })),
            "{person}: {claimed:?}"
        );
        let given = supervised(&mut world, release, delegated(person));
        assert!(
            matches!(given, Err(Refusal::SecondPersonNeeded { .. })),
            "{person}: {given:?}"
        );
    }
    world.complete("chen", "release", json!({"released": true})).unwrap();
    assert!(world.ended);
    world.replay();
}

#[test]
fn what_is_forwarded_is_somebody_elses() {
    let (mut world, task) = begun();
    world.happen("li", EventKind::TaskClaimed { task }).unwrap();
    let to = Assignee::Role("fitter".into());
    handled(
        &mut world,
        "li",
        task,
        Deed::Forwarded {
            to: to.clone(),
            fresh: false,
        },
    )
    .unwrap();
    assert_eq!((&world.tasks[&task].to, holder(&world, task)), (&to, None));
    assert!(has_fact(&world, |fact| matches!(
        fact,
        FactKind::TaskHandled { deed: Deed::Forwarded { .. }, from: Some(from), .. } if from == "li"
    )));
    world.replay();
}

#[test]
fn only_what_may_be_skipped_is_and_its_answers_stay_empty() {
    let (mut world, task) = begun();
    let skipped = || Deed::Skipped {
        why: "no frame today".into(),
    };
    assert_eq!(
        handled(&mut world, "li", task, skipped()),
        Err(Refusal::NotSkippable {
            step: "weld_the_frame".into()
        })
    );
    supervised(&mut world, task, skipped()).unwrap();
    let polish = world.task("polish");
    handled(&mut world, "li", polish, skipped()).unwrap();
    // Nobody has answered anything, so anybody may release.
    world.complete("li", "release", json!({"released": true})).unwrap();
    assert!(world.ended);
    world.replay();
}

#[test]
fn whoever_did_the_step_before_gets_the_next_one_and_may_give_it_back() {
    let (mut world, _) = begun();
    world.complete("li", "weld_the_frame", json!({"seams": 4})).unwrap();
    let polish = world.task("polish");
    assert_eq!(holder(&world, polish), Some("li"));
    world.happen("li", EventKind::TaskReturned { task: polish }).unwrap();
    let several = ["welder", "polisher"].map(|role| Assignee::Role(role.into()));
    assert_eq!(world.tasks[&polish].to, Assignee::Several(several.to_vec()));
    assert_eq!(state(&world, polish), TaskState::Ready);
    world.replay();
}

#[test]
fn nothing_is_done_with_a_suspended_task_until_its_moment_and_its_deadline_goes_on() {
    let (mut world, task) = begun();
    world.happen("li", EventKind::TaskClaimed { task }).unwrap();
    let due_at = world.tasks[&task].due_at;
    let suspended = Deed::Suspended {
        until: Some(Until::ForMs(90 * MINUTE_MS)),
        stops_clock: false,
    };
    handled(&mut world, "li", task, suspended.clone()).unwrap();
    let since = world.now;
    let until = Some(gemba_kernel::Timestamp(since.0 + 90 * MINUTE_MS));
    let expected = Suspension {
        since,
        until,
        stops_clock: false,
    };
    assert_eq!(world.tasks[&task].handling.suspended, Some(expected));
    let refused = Err(Refusal::TaskSuspended { task });
    assert_eq!(world.complete("li", "weld_the_frame", json!({"seams": 4})), refused);
    assert_eq!(handled(&mut world, "li", task, suspended), refused);
    assert_eq!(handled(&mut world, "li", task, Deed::Started), refused);
    // Its lease does not run either.
    world.pass_min(89);
    assert_eq!(
        (state(&world, task), holder(&world, task)),
        (TaskState::Suspended, Some("li"))
    );
    world.pass_min(1);
    assert_eq!(
        (state(&world, task), holder(&world, task)),
        (TaskState::Reserved, Some("li"))
    );
    assert_eq!(world.tasks[&task].due_at, due_at);
    assert_eq!(handled(&mut world, "li", task, Deed::Resumed), Err(Refusal::OutOfPlace));
    world.replay();
}

#[test]
fn a_deadline_that_stands_still_is_later_by_what_was_suspended() {
    let (mut world, task) = begun();
    world.pass_min(60);
    let due_at = world.tasks[&task].due_at.unwrap();
    let suspended = Deed::Suspended {
        until: None,
        stops_clock: true,
    };
    handled(&mut world, "li", task, suspended).unwrap();
    world.pass_min(300);
    assert!(!world.tasks[&task].late);
    handled(&mut world, "li", task, Deed::Resumed).unwrap();
    assert_eq!(world.tasks[&task].due_at.unwrap().0, due_at.0 + 300 * MINUTE_MS);
    world.pass_min(59);
    assert!(!world.tasks[&task].late);
    world.pass_min(1);
    assert!(world.tasks[&task].late);
    // The rungs above are later too.
    world.pass_min(59);
    assert_eq!(world.tasks[&task].to, Assignee::Role("welder".into()));
    world.pass_min(1);
    assert_eq!(world.tasks[&task].to, Assignee::Role("team_leader".into()));
    world.replay();
}

#[test]
fn a_supervisor_nominates_and_who_has_it_asks_for_help() {
    let (mut world, task) = begun();
    let help = Deed::Helped { by: "zhao".into() };
    assert_eq!(handled(&mut world, "li", task, help.clone()), Err(Refusal::OutOfPlace));
    supervised(&mut world, task, Deed::Nominated { to: "li".into() }).unwrap();
    assert_eq!(holder(&world, task), Some("li"));
    handled(&mut world, "li", task, help).unwrap();
    assert_eq!(world.tasks[&task].handling.helpers, ["zhao"]);
    supervised(&mut world, task, Deed::Nominated { to: "wang".into() }).unwrap();
    assert_eq!(
        (holder(&world, task), world.tasks[&task].handling.helpers.len()),
        (Some("wang"), 0)
    );
    world.replay();
}

#[test]
fn states_of_tasks_without_any_of_this_are_as_they_were() {
    let (world, task) = begun();
    let text = String::from_utf8(world.state.to_bytes()).unwrap();
    for word in ["handling", "lease", "wakes", "leader\":"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    assert_eq!(state(&world, task), TaskState::Ready);
}
