//! Plays the lines of a test.

use std::collections::BTreeMap;

use language::fields::FieldKind;
use language::model::{Answer, Field, HowStarted, Id, Test, TestAction};
use serde_json::{Map, Value as Json};

use super::Failure;
use super::world::{World, fold, system};
use crate::{Actor, Assignee, EventKind, Known, Refusal, TaskSpec, tasks};

/// Stops at the first line that cannot be played.
pub(super) fn play(test: &Test, world: &mut World) -> Vec<Failure> {
    world.begin_with(&test.records);
    let (before, after) = test.script.split_at(test.before_start.min(test.script.len()));
    for scripted in before {
        if let Err(failure) = act(world, &scripted.action) {
            return vec![failure.at(Some(scripted.span))];
        }
    }
    match start(world, &test.how, &test.start) {
        Ok(true) => {}
        Ok(false) => return std::mem::take(&mut world.troubles),
        Err(failure) => return vec![failure.at(Some(test.span))],
    }
    for scripted in after {
        if let Err(failure) = act(world, &scripted.action) {
            return vec![failure.at(Some(scripted.span))];
        }
        if !world.troubles.is_empty() {
            break;
        }
    }
    std::mem::take(&mut world.troubles)
}

fn act(world: &mut World, action: &TestAction) -> Result<(), Failure> {
    match action {
        TestAction::Answer { step, answer } => give(world, step, answer),
        TestAction::Pass(duration) => {
            world.pass(duration.as_ms());
            Ok(())
        }
        TestAction::Send { name, body } => send(world, name, body),
        TestAction::Crash => world.crash(),
        TestAction::Reply(reply) => world.reply(reply).map_err(|refusal| {
            let (step, why) = (&reply.step, explain(&refusal));
            Failure::new(
                format!("the answer from outside to '{step}' was refused: {}", why.0),
                format!("步骤“{step}”的外部答复被拒绝：{}", why.1),
            )
        }),
        TestAction::Signal { readings } => {
            for (signal, said) in readings {
                world.tell_signal(signal, said);
            }
            Ok(())
        }
    }
}

/// Whether the run has begun; it has not where it had to be refused, and was.
fn start(world: &mut World, how: &HowStarted, given: &Answer) -> Result<bool, Failure> {
    let by = given.by.as_deref().unwrap_or("tester");
    let station = given.at.as_deref().map(Id::new);
    let started = match how {
        HowStarted::ByHand => world.start(given.answers.clone(), person(by, given.at.as_deref()), station),
        HowStarted::Message(name) => world.start_by_message(name, &given.answers)?,
        HowStarted::ByItself(place) => world.start_by_itself(*place)?,
    };
    let begun = started.is_ok();
    let what = ("the start", "启动");
    match &given.refused {
        Some(expected) => refused_as(expected, started, what)?,
        None => started.map_err(|refusal| {
            let (en, zh) = explain(&refusal);
            Failure::new(
                format!("the run could not be started: {en}"),
                format!("无法启动运行：{zh}"),
            )
        })?,
    }
    Ok(begun)
}

fn person(name: &str, at: Option<&str>) -> Actor {
    Actor {
        person: Some(name.into()),
        via: at.map_or_else(|| "test".into(), |station| format!("station/{station}")),
        confirmed: None,
    }
}

/// Completes the open task of a step of the run under test.
fn give(world: &mut World, step: &Id, given: &Answer) -> Result<(), Failure> {
    let open = world.runs.first().and_then(|run| {
        let (task, open) = run.state.tasks.iter().find(|(_, task)| task.spec.step == *step)?;
        let form = tasks::form_of(&run.program, &run.state, open)?;
        let by = who(run, &open.spec, &form.fields, given);
        Some((*task, by))
    });
    let Some((task, by)) = open else {
        return Err(nothing_open(world, step));
    };
    let by = by?;
    let completed = EventKind::TaskCompleted {
        task,
        answers: given.answers.clone(),
        button: given.button.clone(),
        warnings_seen: given.warnings_seen.clone(),
        known: Known::default(),
    };
    let done = world.happen((0, person(&by, given.at.as_deref()), completed));
    let (en, zh) = (format!("the answer to '{step}'"), format!("步骤“{step}”的答案"));
    match &given.refused {
        Some(expected) => refused_as(expected, done, (&en, &zh)),
        None => done.map_err(|refusal| {
            let why = explain(&refusal);
            Failure::new(format!("{en} was refused: {}", why.0), format!("{zh}被拒绝：{}", why.1))
        }),
    }
}

/// The person who answers. Where a role is named, the task must be offered to it.
fn who(run: &super::world::Rehearsed, task: &TaskSpec, fields: &[Field], given: &Answer) -> Result<String, Failure> {
    let own = || format!("tester of {}", task.step);
    if let Some(by) = &given.by {
        let role = fold(by);
        let is_role = run.program.roles.iter().any(|known| fold(known) == role);
        let names_role = |to: &Assignee| matches!(to, Assignee::Role(to) if fold(to) == role);
        return match &task.to {
            to if to.each().iter().any(names_role) => Ok(own()),
            Assignee::Everyone | Assignee::Station(_) if is_role => Ok(own()),
            Assignee::Role(to) | Assignee::Person(to) if is_role => {
                let step = &task.step;
                Err(Failure::new(
                    format!("'{step}' is to be answered by {by}, but it is offered to {to}"),
                    format!("步骤“{step}”应由 {by} 回答，但它交给了 {to}"),
                ))
            }
            _ => Ok(by.clone()),
        };
    }
    let signs = fields.iter().filter(|field| matches!(field.kind, FieldKind::Sign(_)));
    let mut signed = signs.filter_map(|field| given.answers.get(field.id.as_str()).and_then(Json::as_str));
    Ok(signed.next().map_or_else(own, str::to_string))
}

/// Something had to be refused with these codes, by field; under an empty name with that of the whole.
fn refused_as(
    expected: &BTreeMap<String, String>,
    done: Result<(), Refusal>,
    (en, zh): (&str, &str),
) -> Result<(), Failure> {
    let listed = |codes: &BTreeMap<String, String>| {
        let one = |(field, code): (&String, &String)| match field.is_empty() {
            true => code.clone(),
            false => format!("{field}: {code}"),
        };
        codes.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let Err(refusal) = done else {
        let codes = listed(expected);
        return Err(Failure::new(
            format!("{en} was to be refused ({codes}), but it was accepted"),
            format!("{zh}应被拒绝（{codes}），但被接受了"),
        ));
    };
    let found: BTreeMap<String, String> = match &refusal {
        Refusal::Answers { fields } => fields
            .iter()
            .map(|field| (field.field.clone(), field.code.clone()))
            .collect(),
        // A refusal is plain data with its code.
        whole => serde_json::to_value(whole)
            .ok()
            .and_then(|data| Some((String::new(), data.get("code")?.as_str()?.to_owned())))
            .into_iter()
            .collect(),
    };
    let plain = |codes: &BTreeMap<String, String>| -> BTreeMap<String, String> {
        codes.iter().map(|(field, code)| (fold(field), fold(code))).collect()
    };
    if plain(expected) == plain(&found) {
        return Ok(());
    }
    let (expected, found) = (listed(expected), listed(&found));
    Err(Failure::new(
        format!("{en} was to be refused with {expected}, found {found}"),
        format!("{zh}应以 {expected} 被拒绝，实际为 {found}"),
    ))
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
    Failure::new(
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
    Err(Failure::new(en, format!("发送了消息“{name}”，但没有步骤在等待它")))
}

/// A refusal in the words of the fields.
pub(super) fn explain(refusal: &Refusal) -> (String, String) {
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
