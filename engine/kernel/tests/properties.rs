//! Random flows and random events: nothing panics, nothing refused leaves a trace, everything can be replayed and
//! stored at any moment, whatever is opened is closed, and what was not measured never passes.

mod support;

use std::sync::Arc;

use expression::Duration;
use gemba_kernel::{Assignee, Deed, Ending, EventKind, FactKind, Program, Repair, Status, Timestamp, Until, repair};
use language::model::{Computed, Id, Located, Party, Span, Step};
use language::steps::{self, Branch, Join, Rest, StepKind};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use support::World;
use support::build::*;

#[derive(Clone, Debug)]
enum Node {
    Set(u8),
    Form {
        optional: bool,
        late: bool,
        eyes: bool,
        sign: bool,
    },
    If(u8, Vec<Node>, Vec<Node>),
    Choose(u8, Vec<Node>, Vec<Node>),
    Repeat(u8, u32, Vec<Node>, Vec<Node>),
    ForEach(u8, u32, u8, Vec<Node>),
    Together(u8, Vec<Vec<Node>>),
    Wait(u8),
    WaitFor(bool, bool, Option<Vec<Node>>),
    Alone(bool, Box<Node>),
    While(u8),
    Withdraw(u8),
    WaitUntil(u8),
    Find(bool),
    Save,
    Hold(u8),
    Release(u8),
    Call(bool),
    Tell(bool),
    Finish,
    Fail,
    Guarded(u8, Box<Node>),
    /// Taken back by a wait, which may be long, or by a value.
    Undone(bool, Box<Node>),
}

fn node() -> impl Strategy<Value = Node> {
    let form = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(optional, late, eyes, sign)| {
        Node::Form {
            optional,
            late,
            eyes,
            sign,
        }
    });
    let leaf = prop_oneof![
        3 => any::<u8>().prop_map(Node::Set),
        6 => form,
        1 => any::<u8>().prop_map(Node::Wait),
        1 => any::<u8>().prop_map(Node::WaitUntil),
        2 => (any::<bool>(), any::<bool>()).prop_map(|(late, earlier)| Node::WaitFor(late, earlier, None)),
        2 => any::<u8>().prop_map(Node::While),
        2 => any::<u8>().prop_map(Node::Withdraw),
        1 => any::<bool>().prop_map(Node::Find),
        1 => Just(Node::Save),
        1 => any::<u8>().prop_map(Node::Hold),
        1 => any::<u8>().prop_map(Node::Release),
        1 => any::<bool>().prop_map(Node::Call),
        1 => any::<bool>().prop_map(Node::Tell),
        1 => prop_oneof![Just(Node::Finish), Just(Node::Fail)],
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let some = || prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            (any::<u8>(), some(), some()).prop_map(|(c, a, b)| Node::If(c, a, b)),
            (any::<u8>(), some(), some()).prop_map(|(c, a, b)| Node::Choose(c, a, b)),
            (any::<u8>(), 1..4u32, some(), some()).prop_map(|(c, n, a, b)| Node::Repeat(c, n, a, b)),
            (any::<u8>(), 1..4u32, any::<u8>(), some()).prop_map(|(l, n, j, a)| Node::ForEach(l, n, j, a)),
            (any::<u8>(), prop::collection::vec(some(), 0..4)).prop_map(|(j, b)| Node::Together(j, b)),
            (any::<bool>(), some()).prop_map(|(earlier, steps)| Node::WaitFor(true, earlier, Some(steps))),
            (any::<bool>(), inner.clone()).prop_map(|(name, node)| Node::Alone(name, Box::new(node))),
            (any::<u8>(), inner.clone()).prop_map(|(c, node)| Node::Guarded(c, Box::new(node))),
            (any::<bool>(), inner.clone()).prop_map(|(long, node)| Node::Undone(long, Box::new(node))),
        ]
    })
}

/// Makes steps of nodes; every form is followed by a step that asks whether it passed.
#[derive(Default)]
struct Maker {
    count: usize,
    forms: usize,
}

impl Maker {
    fn name(&mut self) -> String {
        self.count += 1;
        format!("s{}", self.count)
    }

    fn condition(&self, choice: u8) -> String {
        let form = usize::from(choice / 8) % (self.forms + 1);
        match choice % 8 {
            0 => "n > 1".into(),
            1 => format!("m{form} is ok"),
            2 => format!("c{form} is not ok"),
            3 => "true".into(),
            4 => "\"text\" + 1 > 2".into(),
            5 => format!("count(f{form}.rounds) > 1"),
            6 => format!("m{form} is not ok or c{form} is undecided"),
            _ => "element = 2 or nobody_knows = 1".into(),
        }
    }

    fn steps(&mut self, nodes: &[Node]) -> Vec<Step> {
        nodes.iter().flat_map(|node| self.step(node)).collect()
    }

    fn step(&mut self, node: &Node) -> Vec<Step> {
        let name = self.name();
        let kind = match node {
            Node::Form {
                optional: may,
                late,
                eyes,
                sign,
            } => return self.form(*may, *late, *eyes, *sign),
            Node::Guarded(condition, inner) => {
                let condition = formula(&self.condition(*condition));
                let mut steps = self.step(inner);
                if let Some(first) = steps.first_mut() {
                    first.condition = Some(condition);
                }
                return steps;
            }
            Node::Undone(long, inner) => {
                let mut steps = self.step(inner);
                let name = self.name();
                if let Some(first) = steps.first_mut() {
                    first.undo = vec![step(
                        &name,
                        match long {
                            true => StepKind::Wait(Box::new(steps::Wait::For(Duration::from_ms(600_000).into()))),
                            false => set(&[("n", "n")]),
                        },
                    )];
                }
                return steps;
            }
            Node::Set(choice) => {
                let source = [
                    "n + 1",
                    "1",
                    "null",
                    "element",
                    "[n, run.id]",
                    "n + 2",
                    "1 / 0",
                    "n + 1",
                ][usize::from(choice % 8)];
                set(&[("n", source), ("k", if choice < &200 { "string(n)" } else { "null" })])
            }
            Node::If(condition, steps, otherwise) => StepKind::If(Box::new(steps::If {
                condition: formula(&self.condition(*condition)),
                steps: self.steps(steps),
                otherwise: self.steps(otherwise),
            })),
            Node::Choose(condition, one, other) => {
                let ways = [(*condition, one), (condition.wrapping_add(3), other)];
                let ways = ways.into_iter().map(|(condition, nodes)| steps::Way {
                    when: formula(&self.condition(condition)),
                    steps: self.steps(nodes),
                });
                StepKind::Choose(Box::new(steps::Choose {
                    ways: ways.collect(),
                    otherwise: self.steps(other),
                }))
            }
            Node::Repeat(condition, at_most, inner, otherwise) => {
                let steps = self.steps(inner);
                StepKind::Repeat(Box::new(steps::Repeat {
                    until: formula(&self.condition(*condition)),
                    at_most: *at_most,
                    steps,
                    otherwise: self.steps(otherwise),
                }))
            }
            Node::ForEach(list, at_once, join, inner) => StepKind::ForEach(Box::new(steps::ForEach {
                list: formula(match list % 16 {
                    0 => "[]",
                    1 => "null",
                    2 => "7",
                    3 => "for i in 1..1200 return i",
                    _ => "[1, 2, 3]",
                }),
                item: id("element"),
                at_once: *at_once,
                join: joined(*join).0,
                rest: joined(*join).1,
                more: (join % 3 == 0).then(|| steps::More {
                    message: "m".into(),
                    condition: Some(formula("x > 1")),
                    value: (join % 2 == 0).then(|| formula("x")),
                    until: (join % 4 == 0).then(|| "stop".into()),
                }),
                steps: self.steps(inner),
            })),
            Node::Together(join, branches) => {
                let branches: Vec<Branch> = branches
                    .iter()
                    .map(|nodes| {
                        let name = self.name();
                        Branch {
                            id: id(&name),
                            title: text(&name),
                            steps: self.steps(nodes),
                        }
                    })
                    .collect();
                let (join, rest) = joined(*join);
                StepKind::Together(Box::new(steps::Together { branches, join, rest }))
            }
            Node::Alone(name, inner) => {
                let mut steps = self.step(inner);
                if let Some(first) = steps.first_mut() {
                    first.alone = Some(Located {
                        value: id(if *name { "crane" } else { "scale" }),
                        span: Span::default(),
                    });
                }
                return steps;
            }
            Node::Withdraw(choice) => {
                let names = [format!("s{}", 1 + choice % 12), format!("f{}", 1 + choice / 12 % 6)];
                let steps = names.map(|name| Located {
                    value: id(&name),
                    span: Span::default(),
                });
                StepKind::Withdraw(Box::new(steps::Withdraw { steps: steps.to_vec() }))
            }
            Node::While(condition) => {
                let condition = formula(&self.condition(*condition));
                let mut steps = self.form(true, condition.value.source().len().is_multiple_of(2), false, false);
                if let Some(StepKind::Form(form)) = steps.first_mut().map(|step| &mut step.kind) {
                    form.while_ = Some(condition);
                }
                return steps;
            }
            Node::Wait(choice) => StepKind::Wait(Box::new(match choice % 4 {
                0 => steps::Wait::For(Duration::from_ms(600_000).into()),
                1 => steps::Wait::For(Duration::from_ms(0).into()),
                2 => steps::Wait::Formula(formula("duration(\"PT5M\")")),
                _ => steps::Wait::Formula(formula("n")),
            })),
            Node::WaitUntil(choice) => {
                let sources = [
                    "date(\"2026-01-07\")",
                    "@\"07:00:00\"",
                    "now() - duration(\"PT1M\")",
                    "n",
                ];
                StepKind::WaitUntil(Box::new(steps::WaitUntil {
                    moment: formula(sources[usize::from(choice % 4)]),
                }))
            }
            Node::WaitFor(late, also_earlier, otherwise) => StepKind::WaitFor(Box::new(steps::WaitFor {
                message: "m".into(),
                signal: None,
                condition: Some(formula("x > 1")),
                deadline: late.then(|| deadline(10, &[0, 5])),
                otherwise: otherwise.as_ref().map(|nodes| self.steps(nodes)),
                also_earlier: *also_earlier,
            })),
            Node::Find(condition) => StepKind::Find(Box::new(steps::Find {
                table: Located {
                    value: id("pieces"),
                    span: Span::default(),
                },
                condition: condition.then(|| formula("k = string(n)")),
                sort: Some((id("k"), steps::Order::LargestFirst)),
                at_most: 3,
                name: id("found"),
            })),
            Node::Save => StepKind::Save(Box::new(steps::Save {
                table: Located {
                    value: id("pieces"),
                    span: Span::default(),
                },
                of_site: false,
                values: vec![(id("note"), Computed::Text(template("{n} of {run.id}")))],
            })),
            Node::Hold(choice) => StepKind::Hold(Box::new(steps::Hold {
                target: target(*choice),
                why: text("{n}"),
            })),
            Node::Release(choice) => StepKind::Release(Box::new(steps::Release {
                target: target(*choice),
            })),
            Node::Call(waits) => StepKind::Call(Box::new(steps::Call {
                app: Located {
                    value: id("other"),
                    span: Span::default(),
                },
                with: vec![(id("n"), Computed::Formula(formula("n")))],
                waiting: if *waits {
                    steps::Waiting::ForItsEnd
                } else {
                    steps::Waiting::Not
                },
            })),
            Node::Tell(computed) => StepKind::Tell(Box::new(steps::Tell {
                to: vec![if *computed {
                    Party::Formula(formula("run.started_by"))
                } else {
                    Party::Role(id("leader"))
                }],
                message: text("n is {n}"),
            })),
            Node::Finish => StepKind::Finish(Box::new(steps::Finish {})),
            Node::Fail => StepKind::Fail(Box::new(steps::Fail { why: Some(text("{n}")) })),
        };
        vec![step(&name, kind)]
    }

    fn form(&mut self, may: bool, late: bool, eyes: bool, sign: bool) -> Vec<Step> {
        self.forms += 1;
        let number = self.forms;
        let asked = |field| if may { optional(field) } else { field };
        let mut form = form(vec![
            asked(field(&format!("m{number}"), measure(2))),
            asked(field(&format!("c{number}"), check())),
            shown_if(
                field(&format!("t{number}"), words()),
                &format!("c{number} is not ok or n = 3"),
            ),
        ]);
        form.deadline = late.then(|| deadline(20, &[15, 0]));
        form.sign = sign.then(|| text("checked"));
        form.show = vec![formula("n")];
        form.handling.lease = late.then_some(expression::Duration::from_ms(7 * 60_000).into());
        form.handling.skippable = may;
        if sign && number > 1 {
            form.handling.same_as = vec![Id::new(&format!("f{}", number - 1))];
        }
        if eyes && number > 1 {
            form.not_by = vec![Id::new(&format!("f{}", number - 1))];
        }
        let asks = [
            (format!("pass_m{number}"), format!("m{number} is ok")),
            (format!("pass_c{number}"), format!("c{number} is ok")),
        ];
        let asks: Vec<(&str, &str)> = asks
            .iter()
            .map(|(name, source)| (name.as_str(), source.as_str()))
            .collect();
        vec![
            step(&format!("f{number}"), StepKind::Form(Box::new(form))),
            step(&self.name(), set(&asks)),
        ]
    }
}

/// How many are waited for, and what becomes of the rest.
fn joined(choice: u8) -> (Join, Rest) {
    let join = match choice % 8 {
        0..3 => Join::All,
        3 => Join::First,
        4 => Join::Count(2),
        5 => Join::Formula(formula("n")),
        6 => Join::Formula(formula("n > 1")),
        _ => Join::Formula(formula("\"enough\" + 1")),
    };
    let rest = if choice < 128 { Rest::GoOn } else { Rest::Withdraw };
    (join, rest)
}

fn target(choice: u8) -> Computed {
    match choice % 3 {
        0 => Computed::Literal(expression::Value::text("line-3")),
        1 => Computed::Text(template("lot {n}")),
        _ => Computed::Formula(formula("k")),
    }
}

/// Something that may happen; the numbers choose among what is open.
#[derive(Clone, Debug)]
enum Happening {
    Complete { which: usize, answers: u8, person: u8 },
    Claim(usize, u8),
    Return(usize),
    Handle(usize, u8, u8),
    Fire(usize),
    Message(i32),
    CallEnds(usize),
    Pass(i64),
    Retry,
    Cancel,
    Skip(usize, usize),
    Edit(u8),
    Rewind(usize),
    Held(Box<Happening>),
    LetGo,
    Nonsense(u8),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        8 => plain(),
        1 => plain().prop_map(|of| Happening::Held(Box::new(of))),
        1 => Just(Happening::LetGo),
    ]
}

fn plain() -> impl Strategy<Value = Happening> {
    prop_oneof![
        30 => (0..8usize, any::<u8>(), any::<u8>()).prop_map(|(which, answers, person)| Happening::Complete { which, answers, person }),
        2 => (0..8usize, any::<u8>()).prop_map(|(which, person)| Happening::Claim(which, person)),
        1 => (0..8usize).prop_map(Happening::Return),
        6 => (0..8usize, any::<u8>(), any::<u8>()).prop_map(|(which, deed, person)| Happening::Handle(which, deed, person)),
        8 => (0..8usize).prop_map(Happening::Fire),
        6 => (0..4i32).prop_map(Happening::Message),
        6 => (0..4usize).prop_map(Happening::CallEnds),
        2 => (0..40i64).prop_map(Happening::Pass),
        2 => Just(Happening::Retry),
        1 => Just(Happening::Cancel),
        2 => (0..8usize, 0..8usize).prop_map(|(place, step)| Happening::Skip(place, step)),
        2 => any::<u8>().prop_map(Happening::Edit),
        3 => (0..40usize).prop_map(Happening::Rewind),
        2 => any::<u8>().prop_map(Happening::Nonsense),
    ]
}

const PEOPLE: [&str; 4] = ["ann", "bo", "cy", ""];

fn pick<K: Copy, V>(from: &std::collections::BTreeMap<K, V>, which: usize) -> Option<K> {
    (!from.is_empty())
        .then(|| from.keys().copied().nth(which % from.len()))
        .flatten()
}

fn happen(world: &mut World, happening: &Happening) {
    let Some((person, kind)) = event_of(world, happening) else {
        return;
    };
    if let EventKind::CallEnded { call, .. } = kind {
        // Also when the run does not wait any more: then it is refused.
        world.calls.remove(&call);
    }
    let _ = world.happen(person, kind);
}

fn repaired(repair: Repair) -> (&'static str, EventKind) {
    let repair = Box::new(repair);
    let why = "by hand".into();
    ("lead", EventKind::Repaired { why, repair })
}

fn event_of(world: &mut World, happening: &Happening) -> Option<(&'static str, EventKind)> {
    Some(match happening {
        Happening::Held(of) => {
            let (person, kind) = event_of(world, of)?;
            let held = EventKind::Held {
                why: "a brake".into(),
                of: Box::new(kind.clone()),
            };
            // The state of the runtime says which timer has fired.
            if matches!(kind, EventKind::TimerFired { .. } | EventKind::CallEnded { .. }) {
                return Some((person, kind));
            }
            (person, held)
        }
        Happening::LetGo => ("", EventKind::LetGo),
        Happening::Skip(place, step) => {
            let places = repair::places(&world.program, &world.state);
            let place = places.get(place % places.len().max(1))?;
            let step = place.steps.get(step % place.steps.len().max(1))?.clone();
            repaired(Repair::Skip {
                place: place.place,
                step,
            })
        }
        Happening::Edit(choice) => {
            let form = choice % 3 + 1;
            let number = [0.5, 1.5, 99.0][usize::from(choice / 3 % 3)];
            let values = json!({ format!("m{form}"): number });
            repaired(Repair::Edit {
                place: None,
                values: support::object(values),
                known: Default::default(),
            })
        }
        Happening::Rewind(which) => {
            let entered = support::entered(world);
            let (seq, entered) = entered.get(which % entered.len().max(1))?;
            repaired(support::target(world, *seq, entered))
        }
        other => return plain_event(world, other),
    })
}

fn plain_event(world: &mut World, happening: &Happening) -> Option<(&'static str, EventKind)> {
    let (person, kind) = match happening {
        Happening::Complete { which, answers, person } => {
            let task = pick(&world.tasks, *which)?;
            let number = world.tasks[&task].step.as_str().trim_start_matches('f').to_string();
            let answers = support::object(answers_for(&number, *answers));
            (PEOPLE[usize::from(*person % 4)], EventKind::completed(task, answers))
        }
        Happening::Claim(which, person) => {
            let task = pick(&world.tasks, *which)?;
            (PEOPLE[usize::from(*person % 4)], EventKind::TaskClaimed { task })
        }
        Happening::Return(which) => {
            let task = pick(&world.tasks, *which)?;
            ("ann", EventKind::TaskReturned { task })
        }
        Happening::Handle(which, deed, person) => {
            let task = pick(&world.tasks, *which)?;
            let kind = EventKind::TaskHandled {
                task,
                deed: deed_of(*deed, world.now),
                supervised: deed % 2 == 0,
            };
            (PEOPLE[usize::from(*person % 4)], kind)
        }
        Happening::Fire(which) => {
            let timer = pick(&world.timers, *which)?;
            world.now = world.now.max(world.timers[&timer]);
            ("", EventKind::TimerFired { timer })
        }
        Happening::Message(x) => {
            let body = support::object(json!({ "x": x }));
            let name = if *x == 0 { "stop" } else { "m" }.into();
            ("", EventKind::MessageArrived { name, body })
        }
        Happening::CallEnds(which) => {
            let calls: Vec<u32> = world.calls.iter().copied().collect();
            let call = calls.get(which % calls.len().max(1)).copied()?;
            let ending = Ending {
                status: Status::Finished,
                outcome: Some("done".into()),
                values: Default::default(),
            };
            (
                "",
                EventKind::CallEnded {
                    call,
                    run: "r2".into(),
                    ending,
                },
            )
        }
        Happening::Pass(minutes) => {
            world.now.0 += minutes * 60_000;
            return None;
        }
        Happening::Retry => ("ann", EventKind::Retried),
        Happening::Cancel => ("ann", EventKind::Cancelled { why: "enough".into() }),
        Happening::Nonsense(choice) => ("bo", nonsense(*choice)),
        _ => return None,
    };
    Some((person, kind))
}

fn deed_of(choice: u8, now: Timestamp) -> Deed {
    let to = PEOPLE[usize::from(choice / 16 % 3)].to_owned();
    let later = Timestamp(now.0 + i64::from(choice) * 60_000);
    match choice % 16 {
        0 => Deed::Started,
        1 => Deed::Stopped,
        2..=4 => Deed::Delegated { to },
        5 => Deed::Forwarded {
            to: Assignee::Person(to),
            fresh: choice > 99,
        },
        6 => Deed::Skipped { why: "enough".into() },
        7 | 8 => Deed::Suspended {
            until: Some(Until::At(later)),
            stops_clock: choice.is_multiple_of(3),
        },
        9 => Deed::Suspended {
            until: None,
            stops_clock: choice.is_multiple_of(3),
        },
        10 | 11 => Deed::Resumed,
        12 => Deed::Nominated { to },
        13 => Deed::Given {
            to: Some(to),
            by: steps::Give::Random,
            among: 3,
            drawn: Some(u64::from(choice)),
        },
        14 => Deed::Touched { at: later },
        _ => Deed::Helped { by: to },
    }
}

fn nonsense(choice: u8) -> EventKind {
    match choice % 6 {
        0 => EventKind::completed(999, Default::default()),
        1 => EventKind::TimerFired { timer: 999 },
        2 => EventKind::Found {
            query: 1,
            records: Vec::new(),
        },
        3 => EventKind::MessageArrived {
            name: "other".into(),
            body: Default::default(),
        },
        4 => EventKind::TaskReturned { task: 0 },
        _ => EventKind::Started {
            run: "again".into(),
            cause: gemba_kernel::StartCause::Button,
            station: None,
            inputs: Default::default(),
            known: Default::default(),
        },
    }
}

fn answers_for(form: &str, choice: u8) -> Json {
    let (m, c, t) = (format!("m{form}"), format!("c{form}"), format!("t{form}"));
    match choice % 16 {
        0 => json!({ m: [10, "10.01"], c: "pass" }),
        1 => json!({ m: [10, 11.5], c: "fail", t: "bad" }),
        2 => json!({ m: [10], c: "not applicable", t: "n/a" }),
        3 => json!({}),
        4 => json!({ m: "ten", c: "pass" }),
        5 => json!({ m: [10, 10], c: "pass", "stranger": 1 }),
        6 => json!({ m: [10, 10.95], c: "pass" }),
        7 => json!({ c: "pass", t: "not shown" }),
        8 => json!({ m: [10, 10], c: "fail" }),
        _ => json!({ m: [10.0, 10.0], c: "pass" }),
    }
}

/// A step that found something ok must stand behind an answer that was measured and inside its limits.
fn not_measured_never_passes(world: &World) {
    for (place, fact) in world.facts.iter().enumerate() {
        let FactKind::ValuesSet { values } = &fact.kind else {
            continue;
        };
        for (name, passed) in values.as_object().into_iter().flatten() {
            if *passed != json!(true) {
                continue;
            }
            let Some(field) = name.strip_prefix("pass_") else {
                continue;
            };
            let good = world.facts[..place].iter().any(|earlier| match &earlier.kind {
                FactKind::TaskCompleted { answers, .. } => is_good(&answers[field]),
                _ => false,
            });
            assert!(good, "{name} passed without a good answer");
        }
    }
}

fn is_good(answer: &Json) -> bool {
    match answer {
        Json::String(word) => word == "pass",
        Json::Array(samples) => {
            let inside = |sample: &Json| {
                let number = sample.as_f64().or_else(|| sample.as_str()?.parse().ok());
                number.is_some_and(|number| (9.1..=10.9).contains(&number))
            };
            samples.len() == 2 && samples.iter().all(inside)
        }
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_shrink_iters: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_flow_survives_any_events(
        nodes in prop::collection::vec(node(), 2..8),
        happenings in prop::collection::vec(happening(), 0..60),
    ) {
        let mut steps = vec![step("begin", set(&[("n", "1"), ("k", "\"1\"")]))];
        steps.extend(Maker::default().steps(&nodes));
        let mut world = World::new(Arc::new(Program::compile(app(Vec::new(), steps), &Arc::default())));
        world.start(json!({})).expect("a run without inputs starts");
        for happening in &happenings {
            happen(&mut world, happening);
        }
        not_measured_never_passes(&world);
        world.replay();
        // Whatever is still open is closed by a cancellation.
        if !world.ended {
            world.happen("ann", EventKind::Cancelled { why: "the end".into() }).expect("a run can be cancelled");
        }
        world.replay();
    }
}
