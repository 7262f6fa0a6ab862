//! Events, checked and turned into work: what is refused changes nothing.

use expression::Value;
use serde_json::{Map, Value as Json};

use crate::clock::Clock;
use crate::forms::{self, Asking};
use crate::interpret::{Run, Traced, has_ended};
use crate::program::Program;
use crate::rewind::Entered;
use crate::state::{Frame, Header, Purpose, RUN_FRAME, RunState, Token, Wait};
use crate::steps::{call, find, number, wait_for};
use crate::{
    Advance, Event, EventKind, FactKind, Looked, Refusal, StartCause, Timestamp, asks, migrate, people, repair, tasks,
};

/// Moves `state` by `event`. On a refusal `state` is as it was and nothing happened.
pub fn advance(program: &Program, state: &mut RunState, event: &Event) -> Result<Advance, Refusal> {
    advance_noting(program, state, event, None)
}

/// The same, and notes which operations were done.
pub(crate) fn advance_noting(
    program: &Program,
    state: &mut RunState,
    event: &Event,
    trace: Option<&mut Vec<Traced>>,
) -> Result<Advance, Refusal> {
    advance_looking(
        program,
        state,
        event,
        Look {
            trace,
            ..Look::default()
        },
    )
}

/// How closely an event is looked at.
#[derive(Default)]
pub(crate) struct Look<'a> {
    pub(crate) trace: Option<&'a mut Vec<Traced>>,
    pub(crate) entered: Option<&'a mut Vec<Entered>>,
    pub(crate) operations_max: Option<u32>,
}

/// The same; with `operations_max` it goes only so far. Whether it came so far is told with what it did.
pub(crate) fn advance_looking(
    program: &Program,
    state: &mut RunState,
    event: &Event,
    look: Look<'_>,
) -> Result<Advance, Refusal> {
    if has_ended(state.status) {
        return Err(Refusal::RunEnded);
    }
    let fits = match &event.kind {
        EventKind::Started { .. } => state.header.is_none(),
        EventKind::Held { of, .. } if matches!(**of, EventKind::Started { .. }) => state.header.is_none(),
        EventKind::Found { .. } | EventKind::Numbered { .. } => state.asked.is_some(),
        // While a query waits for its answer nothing else is looked at: it comes in the same transaction.
        _ => state.header.is_some() && state.asked.is_none(),
    };
    if !fits {
        return Err(Refusal::OutOfPlace);
    }
    if let EventKind::MigrationUndone { to_version } = event.kind {
        return migrate::undo(state, to_version);
    }
    let mut run = Run::new(
        program,
        state,
        Clock {
            at: event.at,
            zone: event.zone,
        },
    );
    run.trace = look.trace;
    run.entered = look.entered;
    run.operations_max = look.operations_max;
    accept(&mut run, &event.kind, event)?;
    run.state.former = None;
    Ok(run.drive())
}

/// What is refused changes nothing.
fn accept(run: &mut Run<'_>, kind: &EventKind, event: &Event) -> Result<(), Refusal> {
    match kind {
        EventKind::Started { .. } => start(run, kind, event)?,
        EventKind::TaskClaimed { task } => tasks::claim(run, *task, &event.by)?,
        EventKind::TaskReturned { task } => tasks::give_back(run, *task)?,
        EventKind::TaskCompleted {
            task,
            answers,
            button,
            warnings_seen,
            known,
        } => {
            let sent = tasks::Sent {
                answers,
                button: button.as_ref(),
                warnings_seen,
                known,
            };
            tasks::complete(run, *task, &event.by, &sent)?
        }
        EventKind::TaskHandled { task, deed, supervised } => {
            people::handle(run, *task, deed, *supervised, &event.by)?;
        }
        EventKind::TimerFired { timer } => fired(run, *timer)?,
        EventKind::MessageArrived { name, body } => wait_for::arrived(run, name, body)?,
        EventKind::SignalRead { signal, reading } => wait_for::read(run, signal, reading)?,
        EventKind::Found { query, records } => find::found(run, *query, records)?,
        EventKind::CallEnded {
            call,
            run: called,
            ending,
        } => call::ended(run, *call, called, ending)?,
        EventKind::Numbered { query, number } => number::taken(run, *query, number)?,
        EventKind::Answered { ask, result } => asks::answered(run, *ask, result)?,
        EventKind::HoldReleased { target, why } => released(run, target, why, event)?,
        EventKind::Cancelled { why } => run.cancel(why),
        EventKind::Retried => retry(run)?,
        EventKind::Repaired { why, repair } => repair::repair(run, repair, why, event)?,
        EventKind::Held { why, of } => held(run, why, of, event)?,
        EventKind::LetGo => let_go(run)?,
        // It takes two programs, or a former state: see `migrate`.
        EventKind::Migrated { .. } | EventKind::MigrationUndone { .. } => return Err(Refusal::OutOfPlace),
    }
    Ok(())
}

/// Accepted, and nothing more: what could go on by it does so when the run is let go.
fn held(run: &mut Run<'_>, why: &str, of: &EventKind, event: &Event) -> Result<(), Refusal> {
    if matches!(
        of,
        EventKind::Held { .. } | EventKind::LetGo | EventKind::Found { .. } | EventKind::Numbered { .. }
    ) {
        return Err(Refusal::OutOfPlace);
    }
    if matches!(of, EventKind::Started { .. }) != run.state.header.is_none() {
        return Err(Refusal::OutOfPlace);
    }
    accept(run, of, event)?;
    // Whose turn it is, and which forms are asked, shows when everything stands still.
    while run.next_turn() {}
    run.come_and_go();
    run.rests = true;
    if run.state.could_go_on() {
        let kind = FactKind::HeldBack { why: why.to_owned() };
        run.out.facts.push(crate::Fact {
            step: None,
            round: 0,
            kind,
        });
    }
    Ok(())
}

fn let_go(run: &mut Run<'_>) -> Result<(), Refusal> {
    if !run.state.could_go_on() {
        return Err(Refusal::OutOfPlace);
    }
    run.out.facts.push(crate::Fact {
        step: None,
        round: 0,
        kind: FactKind::LetGo,
    });
    Ok(())
}

fn start(run: &mut Run<'_>, kind: &EventKind, event: &Event) -> Result<(), Refusal> {
    let EventKind::Started {
        run: id,
        cause,
        station,
        inputs,
        known,
    } = kind
    else {
        return Err(Refusal::OutOfPlace);
    };
    let app = run.program.app();
    // A message carries more than the inputs; what is not asked for is left.
    let taken: Map<String, Json> = match cause {
        StartCause::Message { .. } => {
            let asked = |name: &str| app.inputs.iter().any(|input| input.id.as_str() == name);
            inputs
                .iter()
                .filter(|(name, _)| asked(name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        }
        StartCause::Button | StartCause::Api | StartCause::Call { .. } | StartCause::Schedule { .. } => inputs.clone(),
    };
    let context = std::collections::BTreeMap::new();
    let person = event.by.person.as_deref();
    let asking = Asking {
        step: None,
        context: &context,
        at: run.clock,
        person,
        known: Looked::Up(known),
    };
    let checked = forms::check(&app.inputs, &taken, &asking);
    if !checked.refused.is_empty() {
        return Err(Refusal::Answers {
            fields: checked.refused,
        });
    }
    if forms::signs(&app.inputs, &checked) && person.is_none() {
        return Err(Refusal::PersonMissing);
    }
    if !run.has_room(forms::weight_bytes(&checked)) {
        return Err(Refusal::Answers {
            fields: vec![forms::too_large("")],
        });
    }
    run.state.header = Some(Header {
        run: id.clone(),
        cause: cause.clone(),
        at: event.at,
        offset_s: run.clock.offset_s_at(event.at.0),
        by: event.by.person.clone(),
        station: station.clone(),
        begun_with: None,
        leader: known.leader.clone().filter(|_| run.program.asks_leader),
    });
    let frame = RUN_FRAME;
    run.state.frames.insert(frame, Frame::default());
    for (input, value) in checked.values {
        if let (Some(slot), false) = (run.program.slots.shared(&input), matches!(value, Value::Null)) {
            run.put(frame, slot, value);
        }
    }
    let token = run.number();
    run.state.tokens.insert(token, Token::ready());
    run.open_mailboxes();
    let kind = FactKind::RunStarted {
        inputs: Json::Object(taken),
    };
    run.out.facts.push(crate::Fact {
        step: None,
        round: 0,
        kind,
    });
    if let StartCause::Schedule { missed, .. } = *cause
        && missed > 0
    {
        let kind = FactKind::StartsMissed { missed };
        run.out.facts.push(crate::Fact {
            step: None,
            round: 0,
            kind,
        });
    }
    Ok(())
}

fn fired(run: &mut Run<'_>, number: u32) -> Result<(), Refusal> {
    let Some(timer) = run.state.timers.remove(&number) else {
        return Err(Refusal::NoSuchTimer { timer: number });
    };
    // A clock that runs behind must not undo a timer that has fired.
    let now = Timestamp(run.clock.at.0.max(timer.at.0));
    match timer.purpose {
        Purpose::Wait(token) => {
            run.fact(token, FactKind::WaitOver { late: false });
            run.resume(token);
        }
        Purpose::Task(task) => tasks::late(run, task, now),
        Purpose::Lease(task) => people::lease_over(run, task),
        Purpose::Wake(task) => people::woke(run, task),
        Purpose::Message(wait) => wait_for::late(run, wait, now),
        Purpose::Retry(token) => {
            if let Some(token) = run.state.tokens.get_mut(&token) {
                token.wait = Wait::Ready;
            }
        }
    }
    Ok(())
}

/// A person has freed what the run holds; the store has done so already.
fn released(run: &mut Run<'_>, target: &str, why: &str, event: &Event) -> Result<(), Refusal> {
    let Some(place) = run.state.holds.iter().position(|held| held == target) else {
        return Err(Refusal::OutOfPlace);
    };
    run.state.holds.remove(place);
    run.out.facts.push(crate::Fact {
        step: None,
        round: 0,
        kind: FactKind::ReleasedByHand {
            target: target.to_owned(),
            by: event.by.person.clone(),
            why: why.to_owned(),
        },
    });
    Ok(())
}

/// Every step that had an incident is tried again.
fn retry(run: &mut Run<'_>) -> Result<(), Refusal> {
    let mut any = false;
    for token in run.state.tokens.values_mut() {
        if matches!(token.wait, Wait::Repair { .. }) {
            token.wait = Wait::Ready;
            // Whoever repairs it gives it all its tries again.
            token.tries.clear();
            any = true;
        }
    }
    if any { Ok(()) } else { Err(Refusal::OutOfPlace) }
}
