//! Roles that nobody has.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use std::collections::BTreeSet;

use gemba_language::model::Id;
use gemba_language::{check_people, line_and_column, read_app};

#[test]
fn roles_that_nobody_has_are_found_where_they_are_written() {
    let source = "app: A\nsteps:\n  - form: Look at the operator\n    to: operator\n    within: 1 h\n    late:\n      - after: 0 min\n        tell: [team leader, setter]\n      - after: 1 h\n        move_to: {role: inspector}\n    fields:\n      - tick: Done\n  - if: run.id = \"1\"\n    steps:\n      - 通知: setter\n        消息: Please come\n";
    let read = read_app(source, None);
    let app = read.value.unwrap();
    let lacking = |had: &[&str]| {
        let had: BTreeSet<Id> = had.iter().map(|role| Id::new(role)).collect();
        let found = check_people(source, &app, &had);
        assert!(found.iter().all(|one| one.code == "G0321"));
        found
            .iter()
            .map(|one| {
                (
                    line_and_column(source, one.span.start),
                    &source[one.span.start..one.span.end],
                )
            })
            .collect::<Vec<_>>()
    };
    assert!(lacking(&["operator", "team_leader", "setter", "inspector"]).is_empty());
    assert_eq!(
        lacking(&["operator", "inspector"]),
        [((8, 16), "team leader"), ((8, 29), "setter"), ((15, 13), "setter")]
    );
    assert_eq!(
        lacking(&["team_leader", "setter"]),
        [((4, 9), "operator"), ((10, 25), "inspector")]
    );
}

#[test]
fn nobody_can_verify_who_is_not_there() {
    let source = "app: A\nsteps:\n  - form: Look\n    fields:\n      - verify: Second look\n        role: inspector\n";
    let app = read_app(source, None).value.unwrap();
    let found = check_people(source, &app, &BTreeSet::new());
    let places: Vec<_> = found
        .iter()
        .map(|one| line_and_column(source, one.span.start))
        .collect();
    assert_eq!(places, [(6, 15)]);
}
