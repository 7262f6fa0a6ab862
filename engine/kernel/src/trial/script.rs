//! Plays the lines of a test.

use language::fields::FieldKind;
use language::model::{Id, Test, TestAction};
use serde_json::{Map, Value as Json};

use super::Failure;
use super::world::{World, system};
use crate::{Actor, EventKind, Refusal, tasks};

/// Stops at the first line that cannot be played.
pub(super) fn play(test: &Test, world: &mut World) -> Vec<Failure> {
    let inputs = test
        .start
        .iter()
        .map(|(input, value)| (input.to_string(), value.clone()))
        .collect();
    if let Err(refusal) = world.start(inputs, person("tester")) {
        let (en, zh) = explain(&refusal);
        return vec![(
            format!("the run could not be started: {en}"),
            format!("无法启动运行：{zh}"),
        )];
    }
    for action in &test.script {
        let done = match action {
            TestAction::Answer { step, answers, .. } => answer(world, step, answers),
            TestAction::Pass(duration) => {
                world.pass(duration.as_ms());
                Ok(())
            }
            TestAction::Send { name, body } => send(world, name, body),
        };
        if let Err(failure) = done {
            return vec![failure];
        }
        if !world.troubles.is_empty() {
            break;
        }
    }
    std::mem::take(&mut world.troubles)
}

fn person(name: &str) -> Actor {
    Actor {
        person: Some(name.into()),
        via: "test".into(),
        confirmed: None,
    }
}

/// Completes the open task of a step of the run under test.
fn answer(world: &mut World, step: &Id, answers: &Map<String, Json>) -> Result<(), Failure> {
    let open = world.runs.first().and_then(|run| {
        let (task, open) = run.state.tasks.iter().find(|(_, task)| task.spec.step == *step)?;
        Some((*task, tasks::form_of(&run.program, &run.state, open)?))
    });
    let Some((task, form)) = open else {
        return Err(nothing_open(world, step));
    };
    let is_field = |name: &str| form.fields.iter().any(|field| field.id.as_str() == name);
    let mut answers = answers.clone();
    let mut by = None;
    // Where someone answers makes no difference to a run.
    if !is_field("at") {
        answers.shift_remove("at");
    }
    for key in ["signed_by", "by"] {
        if !is_field(key)
            && let Some(Json::String(name)) = answers.shift_remove(key)
        {
            by = by.or(Some(name));
        }
    }
    let signs = form
        .fields
        .iter()
        .filter(|field| matches!(field.kind, FieldKind::Sign(_)));
    let mut signed = signs.filter_map(|field| answers.get(field.id.as_str()).and_then(Json::as_str));
    let by = by
        .or_else(|| signed.next().map(str::to_string))
        .unwrap_or_else(|| format!("tester of {step}"));
    let completed = EventKind::completed(task, answers);
    world.happen((0, person(&by), completed)).map_err(|refusal| {
        let (en, zh) = explain(&refusal);
        (
            format!("the answer to '{step}' was refused: {en}"),
            format!("步骤“{step}”的答案被拒绝：{zh}"),
        )
    })
}

fn nothing_open(world: &World, step: &Id) -> Failure {
    let open: Vec<_> = world
        .runs
        .iter()
        .take(1)
        .flat_map(|run| run.state.tasks())
        .map(|task| task.step.to_string())
        .collect();
    let stopped = world
        .runs
        .iter()
        .flat_map(|run| run.state.waiting_for())
        .find_map(|waiting| match waiting {
            crate::Waiting::Repair { step, message } => Some((step, message)),
            _ => None,
        });
    let (en, zh) = match (stopped, open.is_empty()) {
        (Some((step, message)), _) => (
            format!("the run stopped at '{step}': {message}"),
            format!("运行停在“{step}”：{message}"),
        ),
        (None, true) => ("nothing is open".into(), "没有待办任务".into()),
        (None, false) => (
            format!("open: {}", open.join(", ")),
            format!("待办：{}", open.join("、")),
        ),
    };
    (
        format!("'{step}' was to be answered, but it is not open; {en}"),
        format!("要回答“{step}”，但它没有待办任务；{zh}"),
    )
}

fn send(world: &mut World, name: &str, body: &Map<String, Json>) -> Result<(), Failure> {
    let mut taken = false;
    for number in 0..world.runs.len() {
        let arrived = EventKind::MessageArrived {
            name: name.into(),
            body: body.clone(),
        };
        taken |= world.happen((number, system("message"), arrived)).is_ok();
    }
    if taken {
        return Ok(());
    }
    let en = format!("message '{name}' was sent, but nothing waits for it");
    Err((en, format!("发送了消息“{name}”，但没有步骤在等待它")))
}

/// A refusal in the words of the fields.
pub(super) fn explain(refusal: &Refusal) -> Failure {
    let Refusal::Answers { fields } = refusal else {
        return (refusal.to_string(), refusal.to_string());
    };
    let en: Vec<_> = fields
        .iter()
        .map(|field| format!("{}: {}", field.field, field.message.0))
        .collect();
    let zh: Vec<_> = fields
        .iter()
        .map(|field| format!("{}：{}", field.field, field.message.1))
        .collect();
    (en.join("; "), zh.join("；"))
}
