//! What one event costs: a flow of ten computed steps from start to end, and the completion of a task.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use gemba_kernel::{Actor, Event, EventKind, Program, RunState, StartCause, Timestamp, Zone, advance};
use serde_json::{Map, Value as Json, json};

const STRAIGHT: &str = "app: Straight\ninputs:\n  - whole: Count\nsteps:\n";

const TASK: &str = r#"
app: Task
steps:
  - repeat: Measure until it is right
    until: shaft_diameter is ok and surface is ok
    at_most: 100 times
    steps:
      - form: Measure the first piece
        to: operator
        within: 20 min
        late:
          - after: 0 min
            tell: team leader
        fields:
          - scan: Serial number
          - measure: Shaft diameter
            limits: 24.95 to 25.05 mm
            samples: 3
          - check: Surface
          - long_text: What is wrong
            show_if: surface is not ok
"#;

fn program(yaml: &str) -> Program {
    let read = language::read_app(yaml, None);
    let app = read.value.unwrap_or_else(|| panic!("{:?}", read.diagnostics));
    Program::compile(Arc::new(app), &Arc::default())
}

fn event(kind: EventKind) -> Event {
    Event {
        at: Timestamp(1_767_600_000_000),
        zone: Zone {
            offset_s: 28_800,
            next: None,
        },
        by: Actor {
            person: Some("li".into()),
            via: "bench".into(),
            confirmed: None,
        },
        kind,
    }
}

fn object(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(map) => map,
        _ => Map::new(),
    }
}

fn started(inputs: Json) -> Event {
    let inputs = object(inputs);
    event(EventKind::Started {
        run: "r1".into(),
        cause: StartCause::Api,
        station: None,
        inputs,
        known: Default::default(),
    })
}

fn benches(c: &mut Criterion) {
    let steps: String = (1..=10)
        .map(|step| {
            format!(
                "  - set: Step {step}\n    values:\n      value_{step}: = {} + 1\n",
                match step {
                    1 => "count".to_string(),
                    _ => format!("value_{}", step - 1),
                }
            )
        })
        .collect();
    let straight = program(&format!("{STRAIGHT}{steps}"));
    let start = started(json!({"count": 1}));
    c.bench_function("straight10", |b| {
        b.iter(|| {
            let mut state = RunState::new();
            black_box(advance(&straight, &mut state, black_box(&start))).expect("it runs to its end");
            state
        });
    });

    many_steps(c);

    let task = program(TASK);
    let mut waiting = RunState::new();
    advance(&task, &mut waiting, &started(json!({}))).expect("it starts");
    let number = waiting.tasks().next().expect("a task is open").task;
    let answers = json!({
        "serial_number": "A1", "shaft_diameter": [25.06, 25.01, 25], "surface": "fail", "what_is_wrong": "chatter",
    });
    let complete = event(EventKind::completed(number, object(answers)));
    c.bench_function("complete a task, open the next", |b| {
        b.iter_batched(
            || waiting.clone(),
            |mut state| {
                black_box(advance(&task, &mut state, black_box(&complete))).expect("it is answered");
                state
            },
            BatchSize::SmallInput,
        );
    });
    let bytes = waiting.to_bytes();
    c.bench_function("write a waiting state", |b| b.iter(|| black_box(&waiting).to_bytes()));
    c.bench_function("read a waiting state", |b| {
        b.iter(|| RunState::from_bytes(black_box(&bytes)))
    });
}

const FAN: &str = "
app: Fan
steps:
  - for_each: Part
    in: = for i in 1..100 return i
    as: part
    at_once: 100
    steps:
      - set: Work it out
        values: {twice: = part * 2}
";

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

/// What one step costs among many (at most 1 µs each), a fan-out and its join (at most 200 µs), and so many rounds of a
/// loop that each waits: a hundred times as many take a hundred times as long.
fn many_steps(c: &mut Criterion) {
    let steps: String = (1..=1_000)
        .map(|step| format!("  - set: Step {step}\n    values: {{total: = count + {step}}}\n"))
        .collect();
    let thousand = program(&format!("{STRAIGHT}{steps}"));
    let start = started(json!({"count": 1}));
    c.bench_function("1000 computed steps", |b| {
        b.iter(|| {
            let mut state = RunState::new();
            black_box(advance(&thousand, &mut state, black_box(&start))).expect("it runs to its end")
        });
    });
    let fan = program(FAN);
    let start = started(json!({}));
    c.bench_function("a fan-out of 100, joined", |b| {
        b.iter(|| {
            let mut state = RunState::new();
            black_box(advance(&fan, &mut state, black_box(&start))).expect("it runs to its end")
        });
    });
    let rounds = program(ROUNDS);
    for many in [1_000, 99_000] {
        let mut group = c.benchmark_group("rounds of a loop");
        group.sample_size(10);
        group.bench_function(many.to_string(), |b| b.iter(|| black_box(go_round(&rounds, many))));
        group.finish();
    }
}

/// A run that has gone through so many rounds, each with a wait.
fn go_round(program: &Program, many: u32) -> RunState {
    let mut state = RunState::new();
    let begun = advance(program, &mut state, &started(json!({"pieces": 1}))).expect("it starts");
    let timer_of = |effects: &[gemba_kernel::Effect]| {
        effects.iter().find_map(|effect| match effect {
            gemba_kernel::Effect::SetTimer { timer, at } => Some((*timer, *at)),
            _ => None,
        })
    };
    let mut next = timer_of(&begun.effects);
    for _ in 0..many {
        let Some((timer, at)) = next else { break };
        let rung = Event {
            at,
            ..event(EventKind::TimerFired { timer })
        };
        next = timer_of(&advance(program, &mut state, &rung).expect("it rings").effects);
    }
    state
}

criterion_group!(advances, benches);
criterion_main!(advances);
