//! What is open: brought up to date under its number, begun where the new version has more, and put back.

use std::collections::BTreeMap;

use language::model::Id;

use super::WhyNot;
use crate::interpret::{Run, Trouble};
use crate::ladder::Ladder;
use crate::program::Program;
use crate::state::{Purpose, RunState};
use crate::steps::{Op, for_each, form, together, wait_for};
use crate::{Effect, Timestamp};

/// Brings what is open up to date with the program that the run goes by now; `before` is the run as `old` had it.
pub(super) fn settle(run: &mut Run<'_>, old: &Program, before: &RunState) -> Result<(), Vec<WhyNot>> {
    let mut why = Vec::new();
    let op_before = |token: Option<u32>| {
        let token = token.and_then(|token| before.tokens.get(&token))?;
        old.op(token.at).map(|placed| &placed.op)
    };
    // Outer groups have smaller numbers than those inside of them.
    let groups: Vec<(u32, u32)> = run
        .state
        .groups
        .iter()
        .map(|(number, group)| (*number, group.owner))
        .collect();
    for (group, owner) in groups {
        let going_on = before.groups.get(&group).and_then(|group| group.going_on);
        let block = match going_on {
            Some(at) => old.op(at).map(|placed| &placed.op),
            None => op_before(Some(owner)),
        };
        match block {
            Some(Op::Together(was)) => note(run, owner, &mut why, |run| branches(run, was, group, owner)),
            Some(Op::ForEach(was)) => for_each::listen_again(run, was, group),
            _ => {}
        }
    }
    mailboxes(run);
    let tasks: Vec<(u32, u32)> = run
        .state
        .tasks
        .iter()
        .map(|(number, task)| (*number, task.token))
        .collect();
    for (task, token) in tasks {
        if let Some(Op::Form(was)) = op_before(Some(token)) {
            note(run, token, &mut why, |run| ask_again(run, was, task));
        }
    }
    let waits = run.state.listening.iter().filter(|(_, wait)| wait.group.is_none());
    let waits: Vec<(u32, u32)> = waits.map(|(number, wait)| (*number, wait.token)).collect();
    for (wait, token) in waits {
        if let Some(Op::WaitFor(was)) = op_before(Some(token)) {
            note(run, token, &mut why, |run| listen_again(run, was, wait));
        }
    }
    if why.is_empty() { Ok(()) } else { Err(why) }
}

fn note(run: &mut Run<'_>, token: u32, why: &mut Vec<WhyNot>, work: impl FnOnce(&mut Run<'_>) -> Result<(), Trouble>) {
    if let Err(Trouble(message)) = work(run) {
        let step = run.step_of(token).unwrap_or_else(|| Id::new(""));
        why.push(WhyNot::Stops { step, message });
    }
}

/// Branches that the new version adds are begun; those that it does not have any more had ended.
fn branches(run: &mut Run<'_>, was: &together::Op, number: u32, owner: u32) -> Result<(), Trouble> {
    let program = run.program;
    let at = run.op_of_group(number);
    let Some(Op::Together(is)) = at.and_then(|at| program.op(at)).map(|placed| &placed.op) else {
        return Ok(());
    };
    if run
        .state
        .groups
        .get(&number)
        .is_none_or(|group| group.going_on.is_some())
    {
        return Ok(());
    }
    let round = run.round(owner);
    for token in run
        .state
        .tokens
        .values_mut()
        .filter(|token| token.group == Some(number))
    {
        token.outer_round = round;
    }
    let frame = run
        .state
        .tokens
        .get(&owner)
        .map_or(crate::state::RUN_FRAME, |owner| owner.frame);
    let in_both = |id: &Id, others: &[(Id, crate::program::Label)]| others.iter().any(|(known, _)| known == id);
    let gone = was.branches.iter().filter(|(id, _)| !in_both(id, &is.branches)).count() as u32;
    let mut added = 0;
    for (place, (id, label)) in (0..).zip(&is.branches) {
        if !in_both(id, &was.branches) {
            run.spawn(owner, number, place, frame, *label)?;
            added += 1;
        }
    }
    let Some(group) = run.state.groups.get_mut(&number) else {
        return Ok(());
    };
    let changed = gone + added > 0 || group.needed != is.needed();
    group.ended = group.ended.saturating_sub(gone);
    group.running += added;
    group.begun = is.branches.len() as u32;
    group.needed = is.needed();
    if changed {
        is.join(run, number);
    }
    Ok(())
}

/// Messages that the new version may want later are kept from now on; what no step will want any more is let go.
fn mailboxes(run: &mut Run<'_>) {
    let program = run.program;
    let kept: Vec<String> = run.state.mailboxes.keys().cloned().collect();
    for name in kept.iter().filter(|name| !program.kept_messages.contains_key(*name)) {
        run.close_mailbox(name);
    }
    for name in program.kept_messages.keys().filter(|name| !kept.contains(name)) {
        run.open_mailbox(name);
    }
}

/// The same task, as the new form asks it. It stays with whoever has it, unless others are asked now.
fn ask_again(run: &mut Run<'_>, was: &form::Op, number: u32) -> Result<(), Trouble> {
    let program = run.program;
    let Some(open) = run.state.tasks.get(&number) else {
        return Ok(());
    };
    let (token, since) = (open.token, open.spec.opened_at);
    let ladder = Climbed {
        moments: open.moments.clone(),
        done: open.rungs_done,
        timer: open.timer,
    };
    let at = run.state.tokens.get(&token).map(|token| token.at);
    let Some(is) = at.and_then(|at| form_at(program, at)) else {
        return Ok(());
    };
    is.ask_again(run, number, was)?;
    let ladders = (was.ladder.as_ref(), is.ladder.as_ref());
    let ladder = climb_again(run, token, since, ladders, ladder, Purpose::Task(number))?;
    if let (Some(task), Some(ladder)) = (run.state.tasks.get_mut(&number), ladder) {
        task.spec.due_at = is.ladder.as_ref().map(|is| is.due_at(since, &ladder.moments));
        task.spec.late = ladder.done > 0;
        task.moments = ladder.moments;
        task.rungs_done = ladder.done;
        task.timer = ladder.timer;
    }
    if let Some(task) = run.state.tasks.get(&number) {
        // Also where nothing of it has changed: lists show the version, and a page that has the old form must know.
        let spec = task.spec.clone();
        run.effect(Effect::UpdateTask(spec));
    }
    Ok(())
}

/// The same wait, for what the new version waits for.
fn listen_again(run: &mut Run<'_>, was: &wait_for::Op, number: u32) -> Result<(), Trouble> {
    let program = run.program;
    let Some(open) = run.state.listening.get(&number) else {
        return Ok(());
    };
    let (token, since) = (open.token, open.since);
    let ladder = Climbed {
        moments: open.moments.clone(),
        done: open.rungs_done,
        timer: open.timer,
    };
    let at = run.state.tokens.get(&token).map(|token| token.at);
    let Some(is) = at.and_then(|at| wait_at(program, at)) else {
        return Ok(());
    };
    if (&was.message, &was.signal) != (&is.message, &is.signal) {
        run.effect(Effect::StopListening { wait: number });
        run.effect(is.listening(number));
        if let Some(listening) = run.state.listening.get_mut(&number) {
            listening.message.clone_from(&is.message);
            listening.signal.clone_from(&is.signal);
        }
    }
    let ladders = (was.ladder.as_ref(), is.ladder.as_ref());
    let ladder = climb_again(run, token, since, ladders, ladder, Purpose::Message(number))?;
    if let (Some(listening), Some(ladder)) = (run.state.listening.get_mut(&number), ladder) {
        listening.moments = ladder.moments;
        listening.rungs_done = ladder.done;
        listening.timer = ladder.timer;
    }
    Ok(())
}

/// How far a ladder is.
struct Climbed {
    moments: Vec<Timestamp>,
    done: u32,
    timer: Option<u32>,
}

/// Where a ladder has other times now, they count from when the waiting began: what has passed meanwhile comes at once,
/// and nobody is told twice. `None` where the times are the same.
fn climb_again(
    run: &mut Run<'_>,
    token: u32,
    since: Timestamp,
    (was, is): (Option<&Ladder>, Option<&Ladder>),
    climbed: Climbed,
    purpose: Purpose,
) -> Result<Option<Climbed>, Trouble> {
    let Some(is) = is else {
        run.clear_timer(climbed.timer);
        let none = Climbed {
            moments: Vec::new(),
            done: 0,
            timer: None,
        };
        return Ok(was.map(|_| none));
    };
    if was.is_some_and(|was| was.same_times(is)) {
        return Ok(None);
    }
    let now = run.clock.at;
    run.clock.at = since;
    let moments = is.moments(run, token);
    run.clock.at = now;
    let moments = moments?;
    let mut done = 0;
    while done < climbed.done && is.next_at(since, &moments, done).is_some_and(|at| at <= now) {
        done += 1;
    }
    run.clear_timer(climbed.timer);
    let timer = is.set_next(run, token, (since, &moments), done, purpose);
    Ok(Some(Climbed { moments, done, timer }))
}

pub(super) fn form_at(program: &Program, at: u32) -> Option<&form::Op> {
    match &program.op(at)?.op {
        Op::Form(form) => Some(form),
        _ => None,
    }
}

fn wait_at(program: &Program, at: u32) -> Option<&wait_for::Op> {
    match &program.op(at)?.op {
        Op::WaitFor(wait) => Some(wait),
        _ => None,
    }
}

/// What makes the outside see `after` where it sees `before` now.
pub(super) fn reopen(before: &RunState, after: &RunState, effects: &mut Vec<Effect>) {
    for task in before.tasks.keys().filter(|task| !after.tasks.contains_key(task)) {
        let (task, completed) = (*task, false);
        effects.push(Effect::CloseTask { task, completed });
    }
    for (number, task) in &after.tasks {
        let spec = task.spec.clone();
        effects.push(match before.tasks.contains_key(number) {
            true => Effect::UpdateTask(spec),
            false => Effect::OpenTask(spec),
        });
    }
    for timer in before.timers.keys().filter(|timer| !after.timers.contains_key(timer)) {
        effects.push(Effect::ClearTimer { timer: *timer });
    }
    for (number, timer) in &after.timers {
        if before.timers.get(number).is_none_or(|known| known.at != timer.at) {
            effects.push(Effect::SetTimer {
                timer: *number,
                at: timer.at,
            });
        }
    }
    let mailboxes = |state: &RunState| -> BTreeMap<u32, String> {
        let all = state.mailboxes.iter();
        all.map(|(name, mailbox)| (mailbox.wait, name.clone())).collect()
    };
    let (were, are) = (mailboxes(before), mailboxes(after));
    for wait in were.keys().filter(|wait| !are.contains_key(wait)) {
        effects.push(Effect::StopListening { wait: *wait });
    }
    for (wait, name) in are.iter().filter(|(wait, _)| !were.contains_key(wait)) {
        effects.push(wait_for::listening(*wait, name, None));
    }
    for (number, known) in &before.listening {
        let goes_on = after.listening.get(number);
        if goes_on.is_none_or(|after| (&after.message, &after.signal) != (&known.message, &known.signal)) {
            effects.push(Effect::StopListening { wait: *number });
        }
    }
    for (number, wait) in &after.listening {
        let known = before.listening.get(number);
        if known.is_none_or(|before| (&before.message, &before.signal) != (&wait.message, &wait.signal)) {
            effects.push(wait_for::listening(*number, &wait.message, wait.signal.as_ref()));
        }
    }
}
