//! Human tasks: opened by forms, claimed, returned, completed, moved by their ladder, withdrawn.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use expression::Value;
use language::model::Id;
use language::steps::ANY_STEP;
use serde_json::{Map, Value as Json};

use crate::forms::{self, Asking, Checked};
use crate::interpret::Run;
use crate::ladder::Climbing;
use crate::program::Program;
use crate::state::{Purpose, RunState, Task};
use crate::steps::{Op, form};
use crate::{Actor, Effect, FactKind, Known, Looked, Refusal, TaskSpec, Timestamp, people};

/// The form that an open task asks.
pub(crate) fn form_of<'p>(program: &'p Program, state: &RunState, task: &Task) -> Option<&'p form::Op> {
    let token = state.tokens.get(&task.token)?;
    match &program.op(token.at)?.op {
        Op::Form(form) => Some(form),
        _ => None,
    }
}

/// The task, when `by` may have it in hand.
fn for_person<'s>(state: &'s RunState, number: u32, by: &Actor) -> Result<&'s Task, Refusal> {
    let task = state.tasks.get(&number).ok_or(Refusal::NoSuchTask { task: number })?;
    let reserved = task.spec.reserved_by.as_ref();
    if let Some(person) = reserved.filter(|person| by.person.as_ref() != Some(*person)) {
        return Err(Refusal::ReservedBy { person: person.clone() });
    }
    Ok(task)
}

/// Four eyes: whoever answered one of the steps that the form names may not have this one.
pub(crate) fn second_person(state: &RunState, form: &form::Op, by: &Actor) -> Result<(), Refusal> {
    if form.not_by.is_empty() {
        return Ok(());
    }
    let person = by.person.as_ref().ok_or(Refusal::PersonMissing)?;
    for step in &form.not_by {
        let answered = state.answered.get(step);
        if answered.is_some_and(|people| people.iter().any(|other| same_person(other, person))) {
            return Err(Refusal::SecondPersonNeeded {
                person: person.clone(),
                step: match step.as_str() {
                    ANY_STEP => "an earlier step".to_owned(),
                    step => step.to_owned(),
                },
            });
        }
    }
    Ok(())
}

/// Whether two names are of one person: `Zhao` and ` zhao` are no four eyes.
pub(crate) fn same_person(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

pub(crate) fn claim(run: &mut Run<'_>, number: u32, by: &Actor) -> Result<(), Refusal> {
    let task = for_person(run.state, number, by)?;
    let person = by.person.clone().ok_or(Refusal::PersonMissing)?;
    if let Some(form) = form_of(run.program, run.state, task) {
        second_person(run.state, form, by)?;
    }
    if task.spec.handling.suspended.is_some() {
        return Err(Refusal::TaskSuspended { task: number });
    }
    if task.spec.reserved_by.is_some() {
        return Ok(());
    }
    let token = task.token;
    run.fact(
        token,
        FactKind::TaskClaimed {
            task: number,
            person: person.clone(),
        },
    );
    people::reserve(run, number, &person, false);
    Ok(())
}

pub(crate) fn give_back(run: &mut Run<'_>, number: u32) -> Result<(), Refusal> {
    let task = run
        .state
        .tasks
        .get(&number)
        .ok_or(Refusal::NoSuchTask { task: number })?;
    if task.spec.reserved_by.is_none() {
        return Ok(());
    }
    let token = task.token;
    run.fact(token, FactKind::TaskReturned { task: number });
    people::give_back(run, number);
    Ok(())
}

pub(crate) fn update(run: &mut Run<'_>, number: u32, change: impl FnOnce(&mut TaskSpec)) {
    if let Some(task) = run.state.tasks.get_mut(&number) {
        change(&mut task.spec);
        let spec = task.spec.clone();
        run.effect(Effect::UpdateTask(spec));
    }
}

/// What came with [`crate::EventKind::TaskCompleted`].
pub(crate) struct Sent<'a> {
    pub(crate) answers: &'a Map<String, Json>,
    pub(crate) button: Option<&'a Id>,
    pub(crate) warnings_seen: &'a [String],
    pub(crate) known: &'a Known,
}

/// Checks everything first; changes only when all of it is in order.
pub(crate) fn complete(run: &mut Run<'_>, number: u32, by: &Actor, sent: &Sent<'_>) -> Result<(), Refusal> {
    let task = for_person(run.state, number, by)?;
    let form = form_of(run.program, run.state, task).ok_or(Refusal::NoSuchTask { task: number })?;
    if task.spec.handling.suspended.is_some() {
        return Err(Refusal::TaskSuspended { task: number });
    }
    second_person(run.state, form, by)?;
    let asking = Asking {
        step: Some(&task.spec.step),
        context: &task.spec.context,
        at: run.clock,
        person: by.person.as_deref(),
        known: Looked::Up(sent.known),
    };
    let mut answers = Cow::Borrowed(sent.answers);
    if let Some(button) = sent.button {
        let pressed = forms::press(&form.buttons, button, answers.to_mut());
        pressed.map_err(|refused| Refusal::Answers { fields: vec![refused] })?;
    }
    let mut checked = forms::check(&form.fields, &answers, &asking);
    let warned = checked.warned.iter();
    let unseen = warned.filter(|warning| !sent.warnings_seen.contains(&warning.field));
    checked.refused.extend(unseen.cloned());
    if !checked.refused.is_empty() {
        return Err(Refusal::Answers {
            fields: checked.refused,
        });
    }
    let signs = task.spec.sign.is_some() || forms::signs(&form.fields, &checked);
    if signs && by.person.is_none() {
        return Err(Refusal::PersonMissing);
    }
    // A step inside a loop keeps its answers twice: as they are now, and among its rounds.
    if !run.has_room(2 * forms::weight_bytes(&checked)) {
        return Err(Refusal::Answers {
            fields: vec![forms::too_large("")],
        });
    }
    let token = task.token;
    let answerable = task.spec.handling.delegated_by.clone();
    keep(run, token, form, &checked, by);
    let kind = FactKind::TaskCompleted {
        task: number,
        person: by.person.clone(),
        answers: Json::Object(answers.into_owned()),
        verdicts: forms::verdicts(&checked),
        warnings: checked
            .warned
            .iter()
            .map(|warning| (warning.field.clone(), warning.message.0.clone()))
            .collect(),
    };
    run.fact(token, kind);
    close(run, number, true);
    // Whoever has delegated it answers for it too: their eyes are not second ones.
    for person in answerable.iter().chain(&by.person) {
        remember_person(run, form, person);
    }
    run.resume(token);
    Ok(())
}

/// Writes the answers, who gave them and when.
pub(crate) fn keep(run: &mut Run<'_>, token: u32, form: &form::Op, checked: &Checked, by: &Actor) {
    let text = |text: &str| Value::Text(text.into());
    let person = by.person.as_deref().map_or(Value::Null, text);
    let now = Value::DateTime(Arc::new(run.clock.moment()));
    let mut round = expression::Context::new();
    let mut put = |run: &mut Run<'_>, name: &str, slot: Option<u32>, value: Value| {
        if let Some(slot) = slot {
            if form.slots.rounds.is_some() {
                round.insert(name.into(), value.clone());
            }
            run.write(token, slot, value);
        }
    };
    for (field, slot) in &form.slots.fields {
        let value = checked.values.get(field).cloned().unwrap_or(Value::Null);
        put(run, field.as_str(), Some(*slot), value);
    }
    put(run, "answered_by", form.slots.answered_by, person.clone());
    put(run, "answered_at", form.slots.answered_at, now.clone());
    put(run, "signed_by", form.slots.signed_by, person);
    put(run, "signed_at", form.slots.signed_at, now);
    if let Some(slot) = form.slots.rounds {
        run.add_round(token, slot, Value::Context(Arc::new(round)));
    }
}

/// For four eyes: this person has answered this step; open tasks that must not be theirs are told.
fn remember_person(run: &mut Run<'_>, form: &form::Op, person: &String) {
    let program = run.program;
    let any = Id::new(ANY_STEP);
    let mut is_new = false;
    for step in [&form.step, &any] {
        if !program.watched.contains(step) && !program.familiar.contains(step) {
            continue;
        }
        let people = run.state.answered.entry(step.clone()).or_default();
        is_new |= !people.contains(person);
        // The last one is the one who gets what follows.
        if program.familiar.contains(step) {
            people.retain(|other| other != person);
        }
        if !people.contains(person) {
            people.push(person.clone());
        }
    }
    if !is_new {
        return;
    }
    let concerned: Vec<u32> = run
        .state
        .tasks
        .iter()
        .filter_map(|(number, task)| {
            let other = form_of(run.program, run.state, task)?;
            let excludes = other.not_by.contains(&form.step) || other.not_by.contains(&any);
            (excludes && !task.spec.not_by.contains(person)).then_some(*number)
        })
        .collect();
    for number in concerned {
        let has_it = |task: &Task| task.spec.reserved_by.as_ref() == Some(person);
        if run.state.tasks.get(&number).is_some_and(has_it) {
            people::loosen(run, number);
        }
        update(run, number, |spec| spec.not_by.push(person.clone()));
    }
}

/// A rung of the task's ladder has come.
pub(crate) fn late(run: &mut Run<'_>, number: u32, now: Timestamp) {
    let Some(task) = run.state.tasks.get(&number) else {
        return;
    };
    let Some(ladder) = form_of(run.program, run.state, task).and_then(|form| form.ladder.as_ref()) else {
        return;
    };
    let (token, since, step) = (task.token, task.spec.opened_at, task.spec.step.clone());
    let moments = task.moments.clone();
    let title = task
        .spec
        .title
        .first()
        .map(|(_, title)| title.clone())
        .unwrap_or_default();
    let of = Climbing {
        task: Some(number),
        step: &step,
        title: &title,
        since,
        moments: &moments,
        done: task.rungs_done,
    };
    let climbed = ladder.climb(run, token, &of, now);
    let timer = ladder.set_next(run, token, (since, &moments), climbed.done, Purpose::Task(number));
    let Some(task) = run.state.tasks.get_mut(&number) else {
        return;
    };
    let was_late = std::mem::replace(&mut task.spec.late, true);
    task.rungs_done = climbed.done;
    task.timer = timer;
    let moved = climbed.moved_to.is_some();
    if moved {
        people::loosen(run, number);
    }
    if !was_late || moved {
        update(run, number, |spec| {
            if let Some(to) = climbed.moved_to {
                spec.to = to;
            }
        });
    }
}

impl Run<'_> {
    pub(crate) fn withdraw_task(&mut self, number: u32) {
        if let Some(token) = self.state.tasks.get(&number).map(|task| task.token) {
            self.fact(token, FactKind::TaskWithdrawn { task: number });
            close(self, number, false);
        }
    }
}

pub(crate) fn close(run: &mut Run<'_>, number: u32, completed: bool) {
    let Some(task) = run.state.tasks.remove(&number) else {
        return;
    };
    task.spec.context.values().for_each(|value| run.lighter(value));
    run.clear_timer(task.timer);
    run.clear_timer(task.lease.map(|lease| lease.timer));
    run.clear_timer(task.wakes);
    run.effect(Effect::CloseTask {
        task: number,
        completed,
    });
}

/// The values that a form's formulas read from outside of it.
pub(crate) fn context(run: &Run<'_>, token: u32, form: &form::Op) -> BTreeMap<String, Value> {
    let view = run.view(token, &form.context);
    let names = form.context.0.iter().map(|(name, _)| name);
    names
        .map(|name| {
            (
                name.to_string(),
                expression::Scope::get(&view, name).unwrap_or(Value::Null),
            )
        })
        .collect()
}
