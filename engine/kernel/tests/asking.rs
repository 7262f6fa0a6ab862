//! Forms that are accepted or refused, sent with one of several buttons, and asked in pages.

mod support;

use gemba_kernel::{Refusal, Status};
use serde_json::json;
use support::world;

#[test]
fn a_refusal_needs_a_comment_and_an_approval_a_person() {
    let mut world = world(
        "app: A\nsteps:\n  - approve: Release the deviation\n    to: quality engineer\n    fields:\n      - text: Batch\n  - set: Keep\n    values:\n      result: = if release_the_deviation.accepted then \"yes\" else release_the_deviation.comment\n      who: = release_the_deviation.signed_by\n",
    );
    world.start(json!({})).unwrap();
    assert_eq!(
        world.state.tasks().next().unwrap().sign.as_deref(),
        Some("Release the deviation")
    );
    let step = "release_the_deviation";
    let nobody = world.complete("", step, json!({"batch": "7", "accepted": true}));
    assert_eq!(nobody, Err(Refusal::PersonMissing));
    let no_reason = world.complete("li", step, json!({"batch": "7", "accepted": false}));
    let Err(Refusal::Answers { fields }) = no_reason else {
        panic!("{no_reason:?}")
    };
    assert_eq!(
        (fields[0].field.as_str(), fields[0].code.as_str()),
        ("comment", "missing")
    );
    world
        .complete(
            "li",
            step,
            json!({"batch": "7", "accepted": false, "comment": "too thin"}),
        )
        .unwrap();
    assert_eq!(world.state.status(), Status::Finished);
    let values = world.program.values(&world.state);
    assert_eq!(
        (values["result"].display().as_str(), values["who"].display().as_str()),
        ("too thin", "li")
    );
    world.replay();
}

#[test]
fn a_button_may_need_no_answers() {
    let yaml = "app: A\nsteps:\n  - form: Look\n    buttons: [Good, {button: Send back, without_answers: yes}]\n    pages:\n      - page: First side\n        fields:\n          - yes_no: Scratched\n      - page: The scratch\n        show_if: scratched = true\n        fields:\n          - text: Where\n  - set: Keep\n    values:\n      taken: = look.button\n";
    for (answers, wrong) in [
        (json!({"button": "Send back"}), None),
        (
            json!({"button": "Send back", "scratched": true}),
            Some(("scratched", "not-shown")),
        ),
        (json!({"button": "Good"}), Some(("scratched", "missing"))),
        (json!({"scratched": false}), Some(("button", "missing"))),
        (json!({"button": "Good", "scratched": true}), Some(("where", "missing"))),
        (json!({"button": "Good", "scratched": false}), None),
        (json!({"button": "Good", "scratched": true, "where": "left"}), None),
    ] {
        let mut world = world(yaml);
        world.start(json!({})).unwrap();
        let done = world.complete("li", "look", answers.clone());
        match (done, wrong) {
            (Ok(()), None) => {
                let taken = world.program.values(&world.state)["taken"].to_json();
                assert_eq!(taken, answers["button"]);
            }
            (Err(Refusal::Answers { fields }), Some((field, code))) => {
                assert_eq!(
                    (fields[0].field.as_str(), fields[0].code.as_str()),
                    (field, code),
                    "{answers}"
                );
            }
            other => panic!("{answers}: {other:?}"),
        }
    }
}
