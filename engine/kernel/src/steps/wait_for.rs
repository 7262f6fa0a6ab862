//! `wait_for`: a message, or a signal that comes to a value.

use std::sync::Arc;

use expression::{Context, DateTime, Value};
use language::model::{Id, Step};
use language::steps::WaitFor;
use serde_json::{Map, Value as Json};

use super::for_each;
use crate::formula::{BoundFormula, BoundText, View};
use crate::interpret::{Next, Run, Trouble};
use crate::ladder::{Climbing, Ladder};
use crate::limits::{MESSAGE_BYTES_MAX, NESTING_MAX};
use crate::program::{Compiler, Label};
use crate::slots::{Declaring, ROUNDS};
use crate::state::{Listening, Purpose, Wait, nesting, weight_bytes};
use crate::{Effect, FactKind, FieldRefusal, Quality, Reading, Refusal, Timestamp, forms, mailbox};

#[derive(Debug)]
pub(crate) struct Op {
    pub(crate) message: String,
    pub(crate) signal: Option<Id>,
    condition: Option<BoundFormula>,
    pub(crate) ladder: Option<Ladder>,
    /// Where it goes on when nothing came and the ladder is through.
    pub(crate) otherwise: Option<Label>,
    slot: u32,
    rounds: Option<u32>,
    title: BoundText,
    /// A message counts also when it came before.
    also_earlier: bool,
    /// What `otherwise` has left in an earlier round.
    skipped: Vec<u32>,
}

pub(super) fn declare(kind: &WaitFor, step: &Step, _number: u32, d: &mut Declaring) {
    d.whole(&step.id, true);
    d.rounds(&step.id);
    kind.otherwise.iter().for_each(|steps| d.steps(steps));
}

pub(super) fn compile(kind: &WaitFor, step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let end = c.label();
    let otherwise = kind.otherwise.as_ref().map(|_| c.label());
    if kind.also_earlier {
        let which = mailbox::settled(kind.condition.as_ref(), c);
        c.keep_messages(&kind.message, which);
    }
    let op = Op {
        message: kind.message.clone(),
        signal: kind.signal.clone(),
        condition: kind.condition.as_ref().map(|condition| c.formula(&condition.value)),
        ladder: kind.deadline.as_ref().map(|deadline| Ladder::compile(deadline, c)),
        otherwise,
        slot: c.slots.whole(&step.id).expect("the message was declared with its step"),
        rounds: c.slots.member(&step.id, ROUNDS),
        title: c.text(&step.title),
        also_earlier: kind.also_earlier,
        skipped: c.answers_of(&[], kind.otherwise.as_deref().unwrap_or_default()),
    };
    c.emit(super::Op::WaitFor(op));
    c.jump(end);
    if let (Some(label), Some(steps)) = (otherwise, &kind.otherwise) {
        c.place(label);
        c.steps(steps);
    }
    c.place(end);
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        if self.also_earlier
            && let Some(next) = run.take_kept(token, self)?
        {
            return Ok(next);
        }
        let since = run.clock.at;
        let moments = match &self.ladder {
            Some(ladder) => ladder.moments(run, token)?,
            None => Vec::new(),
        };
        let wait = run.number();
        run.effect(self.listening(wait));
        let ladder = self.ladder.as_ref();
        let timer = ladder.and_then(|ladder| ladder.set_next(run, token, (since, &moments), 0, Purpose::Message(wait)));
        let until = ladder.map(|ladder| ladder.due_at(since, &moments));
        run.fact(
            token,
            FactKind::Waiting {
                until,
                message: self.signal.is_none().then(|| self.message.clone()),
            },
        );
        let step = run.step_of(token).unwrap_or_else(|| language::model::Id::new(""));
        let listening = Listening {
            token,
            group: None,
            step,
            message: self.message.clone(),
            signal: self.signal.clone(),
            since,
            moments,
            rungs_done: 0,
            timer,
        };
        run.state.listening.insert(wait, listening);
        Ok(Next::Wait(Wait::Message(wait)))
    }

    /// Whether the message is the one that is waited for.
    pub(crate) fn fits(&self, run: &Run<'_>, token: u32, body: &Context) -> bool {
        run.message_fits(token, self.condition.as_ref(), body)
    }

    /// Keeps what has come.
    pub(crate) fn received(&self, run: &mut Run<'_>, token: u32, members: &Value) {
        run.write(token, self.slot, members.clone());
        if let Some(rounds) = self.rounds {
            run.add_round(token, rounds, members.clone());
        }
        run.skipped(token, &self.skipped);
    }

    pub(crate) fn listening(&self, wait: u32) -> Effect {
        listening(wait, &self.message, self.signal.as_ref())
    }

    fn rung(&self, run: &mut Run<'_>, wait: u32, now: Timestamp) {
        let (Some(listening), Some(ladder)) = (run.state.listening.get(&wait), &self.ladder) else {
            return;
        };
        let (token, since, done) = (listening.token, listening.since, listening.rungs_done);
        let (step, moments) = (listening.step.clone(), listening.moments.clone());
        let title = run.text(token, &self.title);
        let climbed = ladder.climb(
            run,
            token,
            &Climbing {
                task: None,
                step: &step,
                title: &title,
                since,
                moments: &moments,
                done,
            },
            now,
        );
        let timer = ladder.set_next(run, token, (since, &moments), climbed.done, Purpose::Message(wait));
        if let Some(listening) = run.state.listening.get_mut(&wait) {
            listening.rungs_done = climbed.done;
            listening.timer = timer;
        }
        if let (None, Some(otherwise)) = (timer, self.otherwise) {
            run.stop_listening(wait);
            run.erase(token, self.slot);
            run.fact(token, FactKind::WaitOver { late: true });
            run.resume_at(token, otherwise);
        }
    }
}

pub(crate) fn listening(wait: u32, message: &str, signal: Option<&Id>) -> Effect {
    match signal {
        Some(signal) => Effect::Watch {
            wait,
            signal: signal.clone(),
        },
        None => Effect::Listen {
            wait,
            message: message.to_owned(),
        },
    }
}

/// Gives a message to every wait of the run that it fits; refused when there is none.
pub(crate) fn arrived(run: &mut Run<'_>, name: &str, body: &Map<String, Json>) -> Result<(), Refusal> {
    let members: Context = body
        .iter()
        .map(|(key, value)| (Arc::from(key.as_str()), Value::from_json(value)))
        .collect();
    let members = Value::Context(Arc::new(members));
    fits_into(name, &members)?;
    let Value::Context(body_members) = &members else {
        return Err(Refusal::NotForThisRun);
    };
    let named = run
        .state
        .listening
        .iter()
        .filter(|(_, listening)| listening.signal.is_none() && listening.message == name);
    let fitting: Vec<(u32, u32)> = named
        .filter_map(|(wait, listening)| {
            let op = op_of(run, listening.token)?;
            op.fits(run, listening.token, body_members)
                .then_some((*wait, listening.token))
        })
        .collect();
    let adds = for_each::wanting(run, name, body_members);
    if fitting.is_empty() && adds.is_empty() {
        return run.keep(name, body, members);
    }
    // A wait inside a loop keeps its message twice: as it is now, and among its rounds.
    if !run.has_room(2 * fitting.len() as u64 * weight_bytes(&members)) {
        return Err(Refusal::Answers {
            fields: vec![forms::too_large(name)],
        });
    }
    for_each::room_for_more(run, name, &adds)?;
    for (wait, element) in adds {
        for_each::came(run, wait, element);
    }
    for (wait, token) in fitting {
        let received = FactKind::MessageReceived {
            name: name.into(),
            body: Json::Object(body.clone()),
        };
        go_on(run, (wait, token), received, &members);
    }
    Ok(())
}

/// Gives a reading to every wait of the run whose condition it fulfils; refused when there is none.
pub(crate) fn read(run: &mut Run<'_>, signal: &Id, reading: &Reading) -> Result<(), Refusal> {
    let offset_s = run.clock.offset_s_at(reading.at.0);
    let at = DateTime::from_unix_ms(reading.at.0, offset_s);
    // A bad value is no value: what is not measured fulfils nothing.
    let value = match reading.quality {
        Quality::Bad => Value::Null,
        Quality::Good | Quality::Uncertain => Value::from_json(&reading.value),
    };
    let members = Value::Context(Arc::new(Context::from_iter([
        ("value".into(), value),
        ("quality".into(), Value::Text(reading.quality.name().into())),
        ("at".into(), Value::DateTime(Arc::new(at))),
    ])));
    fits_into(signal.as_str(), &members)?;
    let Value::Context(names) = &members else {
        return Err(Refusal::NotForThisRun);
    };
    let watching = run.state.listening.iter();
    let watching = watching.filter(|(_, listening)| listening.signal.as_ref() == Some(signal));
    let fitting: Vec<(u32, u32)> = watching
        .filter_map(|(wait, listening)| {
            let op = op_of(run, listening.token)?;
            op.fits(run, listening.token, names).then_some((*wait, listening.token))
        })
        .collect();
    if fitting.is_empty() || !run.has_room(2 * fitting.len() as u64 * weight_bytes(&members)) {
        return Err(Refusal::NotForThisRun);
    }
    for place in fitting {
        let received = FactKind::SignalReceived {
            signal: signal.clone(),
            reading: reading.clone(),
        };
        go_on(run, place, received, &members);
    }
    Ok(())
}

/// Someone gives what is waited for by hand: the members of the message, or of a signal `{value, quality?}`.
pub(crate) fn answered_for(run: &mut Run<'_>, token: u32, body: &Map<String, Json>) -> Result<(), Refusal> {
    let (Some(Wait::Message(wait)), Some(op)) = (
        run.state.tokens.get(&token).map(|token| token.wait.clone()),
        op_of(run, token),
    ) else {
        return Err(Refusal::OutOfPlace);
    };
    let mut members: Context = body
        .iter()
        .map(|(key, value)| (Arc::from(key.as_str()), Value::from_json(value)))
        .collect();
    if op.signal.is_some() {
        let at = DateTime::from_unix_ms(run.clock.at.0, run.clock.offset_s_at(run.clock.at.0));
        let quality = || Value::text(Quality::Good.name());
        members.entry("quality".into()).or_insert_with(quality);
        members.insert("at".into(), Value::DateTime(Arc::new(at)));
    }
    let fits = op.fits(run, token, &members);
    let members = Value::Context(Arc::new(members));
    fits_into(&op.message, &members)?;
    if !fits || !run.has_room(2 * weight_bytes(&members)) {
        return Err(Refusal::NotForThisRun);
    }
    let received = FactKind::MessageReceived {
        name: match &op.signal {
            Some(signal) => signal.to_string(),
            None => op.message.clone(),
        },
        body: Json::Object(body.clone()),
    };
    go_on(run, (wait, token), received, &members);
    Ok(())
}

/// What was waited for has come.
fn go_on(run: &mut Run<'_>, (wait, token): (u32, u32), received: FactKind, members: &Value) {
    let Some(op) = op_of(run, token) else { return };
    run.fact(token, received);
    op.received(run, token, members);
    let late = run
        .state
        .listening
        .get(&wait)
        .is_some_and(|listening| listening.rungs_done > 0);
    run.stop_listening(wait);
    run.fact(token, FactKind::WaitOver { late });
    run.resume(token);
}

/// A message that a stored state could not hold is refused as a whole.
fn fits_into(name: &str, members: &Value) -> Result<(), Refusal> {
    let size_bytes = weight_bytes(members);
    let (code, en, zh) = if nesting(members) > NESTING_MAX {
        let en = format!("its members are nested more than {NESTING_MAX} deep");
        ("too-deep", en, format!("消息成员嵌套超过 {NESTING_MAX} 层"))
    } else if size_bytes > MESSAGE_BYTES_MAX {
        let max = MESSAGE_BYTES_MAX / 1000;
        (
            "too-large",
            format!("its members are more than {max} kB"),
            format!("消息成员超过 {max} kB"),
        )
    } else {
        return Ok(());
    };
    Err(Refusal::Answers {
        fields: vec![FieldRefusal::new(name, code, &en, &zh)],
    })
}

/// The next rung of a wait's ladder has come.
pub(crate) fn late(run: &mut Run<'_>, wait: u32, now: Timestamp) {
    let token = run.state.listening.get(&wait).map(|listening| listening.token);
    if let Some(op) = token.and_then(|token| op_of(run, token)) {
        op.rung(run, wait, now);
    }
}

fn op_of<'a>(run: &Run<'a>, token: u32) -> Option<&'a Op> {
    let token = run.state.tokens.get(&token)?;
    match &run.program.op(token.at)?.op {
        super::Op::WaitFor(op) => Some(op),
        _ => None,
    }
}

impl Run<'_> {
    /// Whether a message is one that is wanted. Its members come before the run's names.
    pub(crate) fn message_fits(&self, token: u32, condition: Option<&BoundFormula>, body: &Context) -> bool {
        let Some(condition) = condition else { return true };
        matches!(self.of_message(token, condition, body), Ok(Value::Bool(true)))
    }

    /// A formula over the members of a message.
    pub(crate) fn of_message(&self, token: u32, formula: &BoundFormula, body: &Context) -> Result<Value, ()> {
        let view = View {
            first: Some(body),
            ..self.view(token, &formula.names)
        };
        let outcome = formula.formula.evaluate(&view, &self.clock);
        outcome.map(|outcome| outcome.value).map_err(drop)
    }

    pub(crate) fn stop_listening(&mut self, wait: u32) {
        if let Some(listening) = self.state.listening.remove(&wait) {
            self.clear_timer(listening.timer);
            self.effect(Effect::StopListening { wait });
        }
    }
}
