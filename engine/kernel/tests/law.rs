//! The law of the floor for any formula and any flow: where it decides by a verdict, a verdict that is not there decides
//! nothing in favour of the part. Formulas and flows are drawn at random, and every world of answers is played: when a run
//! passes without a verdict it would have passed with whatever verdict, or the check of the app has warned of it.

mod support;

use std::sync::Arc;

use gemba_kernel::{Actor, Event, EventKind, FactKind, Known, Program, RunState, StartCause, Zone, advance};
use language::diagnostic::Severity;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use support::{BEGIN, object};

/// What decides.
#[derive(Clone, Debug)]
enum Asked {
    Ok(u8),
    NotOk(u8),
    /// A person has pressed the right button: true in every world.
    Pressed,
    Not(Box<Asked>),
    And(Vec<Asked>),
    Or(Vec<Asked>),
    If(Box<[Asked; 3]>),
    Some(Vec<u8>),
    Every(Vec<u8>),
}

const FIELDS: [&str; 3] = ["diameter", "surface", "depth"];

fn asked() -> impl Strategy<Value = Asked> {
    let several = || prop::collection::vec(0..3_u8, 1..4);
    let leaf = prop_oneof![
        6 => (0..3_u8).prop_map(Asked::Ok),
        4 => (0..3_u8).prop_map(Asked::NotOk),
        1 => Just(Asked::Pressed),
        1 => several().prop_map(Asked::Some),
        1 => several().prop_map(Asked::Every),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let some = || prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            inner.clone().prop_map(|one| Asked::Not(Box::new(one))),
            some().prop_map(Asked::And),
            some().prop_map(Asked::Or),
            [inner.clone(), inner.clone(), inner.clone()].prop_map(|three| Asked::If(Box::new(three))),
        ]
    })
}

impl Asked {
    fn source(&self) -> String {
        let field = |number: &u8| FIELDS[usize::from(*number)];
        let joined = |parts: &[Asked], word: &str| {
            let parts: Vec<String> = parts.iter().map(|part| format!("({})", part.source())).collect();
            parts.join(word)
        };
        let list = |fields: &[u8]| fields.iter().map(field).collect::<Vec<_>>().join(", ");
        match self {
            Asked::Ok(one) => format!("{} is ok", field(one)),
            Asked::NotOk(one) => format!("{} is not ok", field(one)),
            Asked::Pressed => "ask.button = \"Good\"".to_owned(),
            Asked::Not(one) => format!("not({})", one.source()),
            Asked::And(parts) => joined(parts, " and "),
            Asked::Or(parts) => joined(parts, " or "),
            Asked::If(three) => {
                let [when, then, otherwise] = three.each_ref().map(Asked::source);
                format!("(if {when} then {then} else {otherwise})")
            }
            Asked::Some(fields) => format!("(some one in [{}] satisfies one is ok)", list(fields)),
            Asked::Every(fields) => format!("(every one in [{}] satisfies one is ok)", list(fields)),
        }
    }
}

/// Ways in which a flow goes by a condition: to `yes` when it holds, else to `no`.
const FLOWS: &[&str] = &[
    "  - choose: Way\n    ways:\n      - when: '{c}'\n        steps: [{finish: {yes}}]\n    otherwise: [{finish: {no}}]\n",
    "  - if: '{c}'\n    steps: [{finish: {yes}}]\n    otherwise: [{finish: {no}}]\n",
    "  - if: '{c}'\n    steps: [{finish: {yes}}]\n  - finish: {no}\n",
    "  - finish: {yes}\n    if: '{c}'\n  - finish: {no}\n",
    "  - set: Verdict\n    values:\n      outcome: '= if {c} then \"{yes}\" else \"{no}\"'\n  - choose: Way\n    ways:\n      - when: outcome = \"Passed\"\n        steps: [{finish: Passed}]\n    otherwise: [{finish: Stopped}]\n",
    "  - set: Verdict\n    values:\n      holds: '= {c}'\n  - choose: Way\n    ways:\n      - when: holds\n        steps: [{finish: {yes}}]\n    otherwise: [{finish: {no}}]\n",
    "  - decide: Verdict\n    inputs: ['{c}']\n    gives: outcome\n    rows:\n      - when: 'true'\n        then: {yes}\n      - when: 'false'\n        then: {no}\n  - choose: Way\n    ways:\n      - when: outcome = \"Passed\"\n        steps: [{finish: Passed}]\n    otherwise: [{finish: Stopped}]\n",
    "  - decide: Verdict\n    inputs: ['{c}']\n    gives: outcome\n    rule: first\n    rows:\n      - when: 'true'\n        then: {yes}\n      - when: any\n        then: {no}\n  - choose: Way\n    ways:\n      - when: outcome = \"Passed\"\n        steps: [{finish: Passed}]\n    otherwise: [{finish: Stopped}]\n",
    "  - decide: Verdict\n    inputs: ['{c}']\n    gives: outcome\n    rows:\n      - when: 'false'\n        then: {no}\n    otherwise: {yes}\n  - choose: Way\n    ways:\n      - when: outcome = \"Passed\"\n        steps: [{finish: Passed}]\n    otherwise: [{finish: Stopped}]\n",
];

fn app(asked: &Asked, flow: usize, passes_when_true: bool) -> String {
    let (yes, no) = match passes_when_true {
        true => ("Passed", "Stopped"),
        false => ("Stopped", "Passed"),
    };
    let flow = FLOWS[flow % FLOWS.len()]
        .replace("{c}", &asked.source())
        .replace("{yes}", yes)
        .replace("{no}", no);
    format!(
        "app: A\nsteps:\n  - form: Ask\n    buttons: [Good, Bad]\n    fields:\n      - measure: Diameter\n        limits: 9 to 11\n        uncertainty: 0.1\n        optional: yes\n      - check: Surface\n        optional: yes\n      - measure: Depth\n        limits: 9 to 11\n        uncertainty: 0.1\n{flow}"
    )
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Ok,
    NotOk,
    Missing,
    /// Too near to a limit for the gauge.
    Near,
}

const ANSWERS: [Answer; 4] = [Answer::Ok, Answer::NotOk, Answer::Missing, Answer::Near];

type World = [Answer; 3];

fn worlds() -> impl Iterator<Item = World> {
    let pairs = ANSWERS.into_iter().flat_map(|one| ANSWERS.map(|two| (one, two)));
    let all = pairs.flat_map(|(one, two)| ANSWERS.map(|three| [one, two, three]));
    // A check is never near, and the depth must be measured.
    all.filter(|world| world[1] != Answer::Near && world[2] != Answer::Missing)
}

fn answers(world: World) -> Json {
    let number = |answer| match answer {
        Answer::Ok => Some(json!(10)),
        Answer::NotOk => Some(json!(12)),
        Answer::Near => Some(json!(10.95)),
        Answer::Missing => None,
    };
    let mut answers = json!({"button": "Good"});
    if let Some(diameter) = number(world[0]) {
        answers["diameter"] = diameter;
    }
    match world[1] {
        Answer::Ok => answers["surface"] = json!("pass"),
        Answer::NotOk => answers["surface"] = json!("fail"),
        Answer::Missing | Answer::Near => {}
    }
    if let Some(depth) = number(world[2]) {
        answers["depth"] = depth;
    }
    answers
}

fn event(kind: EventKind) -> Event {
    Event {
        at: BEGIN,
        zone: Zone {
            offset_s: 0,
            next: None,
        },
        by: Actor {
            person: Some("li".into()),
            via: "test".into(),
            confirmed: None,
        },
        kind,
    }
}

/// Whether the run ends as passed.
fn passes(program: &Program, world: World) -> bool {
    let mut state = RunState::new();
    let started = EventKind::Started {
        run: "r1".into(),
        cause: StartCause::Api,
        station: None,
        inputs: Default::default(),
        known: Known::default(),
    };
    advance(program, &mut state, &event(started)).expect("it starts");
    let task = state.tasks().next().expect("a task is open").task;
    let completed = EventKind::TaskCompleted {
        task,
        answers: object(answers(world)),
        button: None,
        warnings_seen: Vec::new(),
        known: Known::default(),
    };
    let done = advance(program, &mut state, &event(completed)).expect("the answers are taken");
    done.facts
        .iter()
        .any(|fact| matches!(&fact.kind, FactKind::Ended { outcome: Some(outcome), .. } if outcome == "Passed"))
}

/// The same world with verdicts where there were none.
fn completions(world: World) -> impl Iterator<Item = World> {
    let decided = |answer: &Answer| matches!(answer, Answer::Ok | Answer::NotOk);
    worlds().filter(move |other| {
        other.iter().all(decided) && world.iter().zip(other).all(|(was, is)| !decided(was) || was == is)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn a_verdict_that_is_not_there_never_lets_pass(
        asked in asked(),
        flow in 0..FLOWS.len(),
        passes_when_true in any::<bool>(),
    ) {
        // A verdict that is asked for twice can be made to matter only when it is missing, which nobody means.
        let source = asked.source();
        prop_assume!(FIELDS.iter().all(|field| source.matches(field).count() <= 1));
        let source = app(&asked, flow, passes_when_true);
        let read = language::read_app(&source, None);
        let warned = read.diagnostics.iter().any(|one| ["G0534", "G0536"].contains(&one.code));
        let is_wrong = read.diagnostics.iter().any(|one| one.severity == Severity::Error);
        prop_assume!(!is_wrong && !warned);
        let app = read.value.expect("it is right");
        let program = Program::compile(Arc::new(app), &Arc::new(Default::default()));
        let passed: Vec<(World, bool)> = worlds().map(|world| (world, passes(&program, world))).collect();
        let passed_in = |world: &World| passed.iter().any(|(other, passed)| other == world && *passed);
        // Where what is not ok passes and what is ok does not, passing says nothing good of the part.
        let decided = |world: &World| world.iter().all(|answer| matches!(answer, Answer::Ok | Answer::NotOk));
        let no_worse = |one: &World, other: &World| one.iter().zip(other).all(|(one, other)| one == other || *one == Answer::Ok);
        let upside_down = passed.iter().filter(|(world, passed)| *passed && decided(world)).any(|(world, _)| {
            passed.iter().any(|(other, passed)| !passed && decided(other) && no_worse(other, world))
        });
        prop_assume!(!upside_down && passed_in(&[Answer::Ok; 3]));
        for (world, _) in passed.iter().filter(|(_, passed)| *passed) {
            for other in completions(*world) {
                prop_assert!(passed_in(&other), "{source}\npasses by {world:?}, and not by {other:?}");
            }
        }
    }
}
