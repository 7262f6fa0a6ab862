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

criterion_group!(advances, benches);
criterion_main!(advances);
