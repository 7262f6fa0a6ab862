//! What a run costs does not grow with what lies behind it.

mod support;

use gemba_kernel::EventKind;
use serde_json::json;
use support::world;

const ROUNDS: &str = "
app: Rounds
inputs:
  - whole: Pieces
steps:
  - repeat: Shifts
    until: pieces < 0
    at_most: 1000 times
    steps:
      - repeat: Parts
        until: pieces < 0
        at_most: 100 times
        steps:
          - wait: 1 min
";

/// A hundred thousand rounds of a loop: the state is as large as after a thousand, but for the digits of its numbers.
#[test]
fn a_hundred_thousand_rounds_leave_no_trace_in_the_state() {
    let mut world = world(ROUNDS);
    world.start(json!({"pieces": 1})).unwrap();
    let (program, mut state, mut now) = (world.program.clone(), world.state.clone(), world.now);
    let mut after_a_thousand = 0;
    for round in 1..100_000 {
        let timers: serde_json::Value = serde_json::from_slice(&state.to_bytes()).unwrap();
        let (timer, set) = timers["timers"].as_object().unwrap().iter().next().unwrap();
        now.0 = set["at"].as_i64().unwrap();
        let event = gemba_kernel::Event {
            at: now,
            zone: world.zone,
            by: gemba_kernel::Actor {
                person: None,
                via: "timer".into(),
                confirmed: None,
            },
            kind: EventKind::TimerFired {
                timer: timer.parse().unwrap(),
            },
        };
        let advance = gemba_kernel::advance(&program, &mut state, &event).unwrap();
        assert!(advance.effects.len() <= 4 && advance.facts.len() <= 8);
        if round == 1_000 {
            after_a_thousand = state.to_bytes().len();
        }
    }
    let after_all = state.to_bytes().len();
    assert!(
        after_all <= after_a_thousand + 40,
        "{after_a_thousand}, then {after_all}"
    );
    assert!(after_all <= 1_024, "{after_all}");
}

const WAITING: &str = "
app: First piece
inputs:
  - text: Work order
    id: order
steps:
  - repeat: Measure until it is right
    until: shaft_diameter is ok and surface is ok
    at_most: 3 times
    steps:
      - form: Measure the first piece
        to: operator
        within: 20 min
        late:
          - after: 0 min
            tell: team leader
        show: [order]
        fields:
          - scan: Serial number
          - measure: Shaft diameter
            limits: 24.95 to 25.05 mm
            samples: 3
          - check: Surface
          - long_text: What is wrong
            show_if: surface is not ok
  - form: Release for series
    to: inspector
    not_by: measure_the_first_piece
    show: [shaft_diameter]
    sign: Released for series
";

/// A run that waits for people is kept in a kilobyte.
#[test]
fn a_waiting_run_takes_a_kilobyte_at_most() {
    let mut world = world(WAITING);
    world.start(json!({"order": "4711"})).unwrap();
    let bytes = world.state.to_bytes().len();
    assert!(
        bytes <= 1_024,
        "{bytes}: {}",
        String::from_utf8_lossy(&world.state.to_bytes())
    );
}
