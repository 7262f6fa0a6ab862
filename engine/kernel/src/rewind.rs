//! Taking a run back to before an earlier step.
//!
//! The runtime plays the journal up to there ([`advance_before`]) and hands the state that it comes to in with the event,
//! so that [`crate::advance`] stays pure. What was open then and still is stays open, untouched. Everything that was
//! opened since is closed; the steps with `undo` that were done since are taken back first, the newest first; what is held
//! is what was held then. What was open then and is not any more is opened anew, under new numbers: a number is never used
//! twice. Records that were saved, numbers that were taken and messages that left stay as they are; messages that came
//! and that nobody has taken yet are kept.

use std::collections::BTreeMap;

use language::model::Id;
use serde::{Deserialize, Serialize};

use crate::accept::{Look, advance_looking};
use crate::interpret::Run;
use crate::program::Program;
use crate::state::{Call, Listening, Mailbox, OpenAsk, Purpose, RunState, Task, Timer, Undo, Wait};
use crate::{Advance, Effect, Event, Fact, FactKind, Refusal, Timestamp};

/// Where a run is taken back to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// The entry of the journal in which the step was entered.
    pub seq: u64,
    /// Operations done in that entry before it.
    pub op: u32,
    pub step: Id,
    /// The run just before it.
    #[serde(with = "as_text")]
    pub state: RunState,
}

/// A step that was entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// Operations done in the same event before it: with the event, the place to go back to.
    pub op: u32,
    pub step: Id,
    /// Round of the innermost loop, from 1; 0 outside loops.
    pub round: u32,
}

/// A run on its way back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rewinding {
    pub(crate) state: RunState,
    pub(crate) why: String,
    /// The step that is being taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) undoing: Option<Undo>,
}

/// A state inside an event, as the text that the store would keep: its maps have numbers as keys, which do not come back
/// from inside a tagged kind of event.
mod as_text {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::RunState;

    pub(super) fn serialize<S: Serializer>(state: &RunState, to: S) -> Result<S::Ok, S::Error> {
        let text = String::from_utf8(state.to_bytes()).map_err(serde::ser::Error::custom)?;
        to.serialize_str(&text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<RunState, D::Error> {
        let text = String::deserialize(from)?;
        RunState::from_bytes(text.as_bytes()).map_err(D::Error::custom)
    }
}

/// Moves `state` by `event` as [`crate::advance`] does, and tells which steps were entered.
pub fn advance_telling(
    program: &Program,
    state: &mut RunState,
    event: &Event,
) -> Result<(Advance, Vec<Entered>), Refusal> {
    let mut entered = Vec::new();
    let look = Look {
        entered: Some(&mut entered),
        ..Look::default()
    };
    let advance = advance_looking(program, state, event, look)?;
    Ok((advance, entered))
}

/// Moves `state` by `event`, but only so far that the step at `op` is not entered yet; what that did.
pub fn advance_before(program: &Program, state: &mut RunState, event: &Event, op: u32) -> Result<Advance, Refusal> {
    let look = Look {
        operations_max: Some(op),
        ..Look::default()
    };
    advance_looking(program, state, event, look)
}

/// The run goes back, or begins to take back what is in the way.
pub(crate) fn rewind(run: &mut Run<'_>, target: &Target, why: &str, by: Option<&String>) -> Result<(), Refusal> {
    if run.state.ending.is_some() {
        return Err(not_this_way(
            "the run is being ended: what it did is taken back already",
            "运行正在结束：已在撤销所做的步骤",
        ));
    }
    let then = &target.state;
    if then.run() != run.state.run() || then.asked.is_some() || then.ending.is_some() || then.rewinding.is_some() {
        return Err(Refusal::OutOfPlace);
    }
    run.out.facts.push(Fact {
        step: Some(target.step.clone()),
        round: 0,
        kind: FactKind::Rewound {
            to_seq: target.seq,
            by: by.cloned(),
            why: why.to_owned(),
        },
    });
    run.forget_rewind();
    let mut then = target.state.clone();
    then.weight_bytes = then.weigh();
    let rewinding = Rewinding {
        state: then,
        why: why.to_owned(),
        undoing: None,
    };
    let steps = run.steps_to_undo(&rewinding.state);
    if steps.is_empty() {
        run.go_back(Box::new(rewinding));
        return Ok(());
    }
    run.withdraw_all();
    run.out.facts.push(Fact {
        step: None,
        round: 0,
        kind: FactKind::Undoing { steps },
    });
    run.state.rewinding = Some(Box::new(rewinding));
    run.undo_next();
    Ok(())
}

pub(crate) fn not_this_way(en: &str, zh: &str) -> Refusal {
    Refusal::NotThisWay {
        message: (en.into(), zh.into()),
    }
}

/// What is open in the world, by number.
#[derive(Default)]
struct Open {
    tasks: BTreeMap<u32, Task>,
    timers: BTreeMap<u32, Timer>,
    listening: BTreeMap<u32, Listening>,
    calls: BTreeMap<u32, Call>,
    asks: BTreeMap<u32, OpenAsk>,
}

impl Open {
    /// Takes out of `now` what is open in both.
    fn in_both(now: &mut RunState, then: &RunState) -> Open {
        let tasks: BTreeMap<_, _> = now
            .tasks
            .extract_if(.., |task, _| then.tasks.contains_key(task))
            .collect();
        let listening: BTreeMap<_, _> = now
            .listening
            .extract_if(.., |wait, _| then.listening.contains_key(wait))
            .collect();
        let timers = now.timers.extract_if(.., |number, timer| match timer.purpose {
            Purpose::Task(task) | Purpose::Lease(task) | Purpose::Wake(task) => tasks.contains_key(&task),
            Purpose::Message(wait) => listening.contains_key(&wait),
            Purpose::Wait(_) | Purpose::Retry(_) => then.timers.contains_key(number),
        });
        let timers = timers.collect();
        let calls = now.calls.extract_if(.., |call, _| then.calls.contains_key(call));
        let calls = calls.collect();
        let asks = now.asks.extract_if(.., |ask, _| then.asks.contains_key(ask)).collect();
        Open {
            tasks,
            timers,
            listening,
            calls,
            asks,
        }
    }
}

impl Run<'_> {
    pub(crate) fn note_step(&mut self, token: u32, at: u32) {
        if self.entered.is_none() || self.state.ending.is_some() || self.state.rewinding.is_some() {
            return;
        }
        let Some(span) = self.program.step_entered(at) else {
            return;
        };
        let entered = Entered {
            op: self.operations,
            step: span.step.clone(),
            round: self.round(token),
        };
        if let Some(all) = &mut self.entered {
            all.push(entered);
        }
    }

    /// What has not been taken back since `then`, the newest first.
    fn steps_to_undo(&self, then: &RunState) -> Vec<Id> {
        let since = self.state.undo.iter().rev();
        since
            .take_while(|undo| !done_by(then, undo))
            .filter_map(|undo| Some(self.program.undo(undo.block)?.step.clone()))
            .collect()
    }

    /// The newest step that is to be taken back now.
    pub(crate) fn next_to_undo(&mut self) -> Option<Undo> {
        let undo = self.state.undo.last()?;
        if let Some(rewinding) = &self.state.rewinding
            && done_by(&rewinding.state, undo)
        {
            return None;
        }
        self.state.undo.pop()
    }

    /// The run goes another way: the step that was being taken back counts as done until it is taken back again.
    pub(crate) fn forget_rewind(&mut self) {
        if let Some(undo) = self.state.rewinding.take().and_then(|rewinding| rewinding.undoing) {
            self.state.undo.push(undo);
        }
    }

    /// Everything since is taken back: the run is as it was then.
    pub(crate) fn go_back(&mut self, rewinding: Box<Rewinding>) {
        let Rewinding {
            state: mut then, why, ..
        } = *rewinding;
        let kept = Open::in_both(self.state, &then);
        self.withdraw_all();
        let held = std::mem::take(&mut self.state.holds);
        let mailboxes = std::mem::take(&mut self.state.mailboxes);
        let held_then = then.holds.clone();
        then.last_number = then.last_number.max(self.state.last_number);
        then.header = self.state.header.take();
        *self.state = then;
        self.reopen(kept);
        self.keep_messages_since(mailboxes);
        self.state.weight_bytes = self.state.weigh();
        self.hold_as_then(held, held_then, &why);
        crate::repair::refresh_tasks(self);
    }

    /// What was open then and still is stays; the rest is done anew from where it was asked.
    fn reopen(&mut self, mut kept: Open) {
        let was_set = std::mem::take(&mut self.state.timers);
        let listened = std::mem::take(&mut self.state.listening);
        self.state.tasks = std::mem::take(&mut kept.tasks);
        self.state.listening = std::mem::take(&mut kept.listening);
        self.state.timers = std::mem::take(&mut kept.timers);
        self.state.calls = std::mem::take(&mut kept.calls);
        self.state.asks = std::mem::take(&mut kept.asks);
        self.listen_for_elements(&listened);
        let waits: Vec<(u32, Wait)> = self
            .state
            .tokens
            .iter()
            .map(|(token, here)| (*token, here.wait.clone()))
            .collect();
        for (token, wait) in waits {
            let state = &self.state;
            let stays = match &wait {
                Wait::Ready | Wait::Group(_) | Wait::Repair { .. } => true,
                Wait::Rest { .. } | Wait::Turn { .. } | Wait::While { .. } => true,
                Wait::Query(_) => false,
                Wait::Task(task) => state.tasks.contains_key(task),
                Wait::Timer(timer) | Wait::Retry { timer, .. } => state.timers.contains_key(timer),
                Wait::Message(wait) => state.listening.contains_key(wait),
                Wait::Call(call) => state.calls.contains_key(call),
                Wait::Ask(ask) => state.asks.contains_key(ask),
            };
            if stays {
                continue;
            }
            // A wait ends when it was to end: what has passed of it has passed.
            let again = match &wait {
                Wait::Timer(timer) => was_set.get(timer).map(|timer| timer.at),
                _ => None,
            };
            let wait = match again {
                Some(Timestamp(at)) => Wait::Timer(self.set_timer(token, Timestamp(at), Purpose::Wait(token))),
                None => Wait::Ready,
            };
            if let Some(token) = self.state.tokens.get_mut(&token) {
                token.wait = wait;
            }
        }
    }

    /// The waits for messages that bring more elements to what is in work again.
    fn listen_for_elements(&mut self, listened: &BTreeMap<u32, Listening>) {
        let waits: Vec<(u32, Option<u32>, Option<u32>)> = self
            .state
            .groups
            .iter()
            .map(|(number, group)| (*number, group.more, group.closes))
            .collect();
        for (number, more, closes) in waits {
            let [more, closes] = [more, closes].map(|wait| self.listen_again(wait?, listened));
            if let Some(group) = self.state.groups.get_mut(&number) {
                (group.more, group.closes) = (more, closes);
            }
        }
    }

    fn listen_again(&mut self, wait: u32, listened: &BTreeMap<u32, Listening>) -> Option<u32> {
        if self.state.listening.contains_key(&wait) {
            return Some(wait);
        }
        let listening = listened.get(&wait)?.clone();
        let wait = self.number();
        self.effect(Effect::Listen {
            wait,
            message: listening.message.clone(),
        });
        self.state.listening.insert(wait, listening);
        Some(wait)
    }

    /// Messages that were kept then are there again, and those that came since and nobody has taken stay.
    fn keep_messages_since(&mut self, mailboxes: BTreeMap<String, Mailbox>) {
        let mut then = std::mem::take(&mut self.state.mailboxes);
        for (name, mut mailbox) in mailboxes {
            let before = then.remove(&name).map(|mailbox| mailbox.kept).unwrap_or_default();
            let since: Vec<_> = mailbox
                .kept
                .drain(..)
                .filter(|message| !before.contains(message))
                .collect();
            mailbox.kept = before;
            mailbox.kept.extend(since);
            mailbox.kept.truncate(crate::limits::MESSAGES_KEPT_MAX);
            self.state.mailboxes.insert(name, mailbox);
        }
    }

    fn hold_as_then(&mut self, held: Vec<String>, held_then: Vec<String>, why: &str) {
        for target in held.iter().filter(|target| !held_then.contains(target)) {
            self.out.facts.push(Fact {
                step: None,
                round: 0,
                kind: FactKind::Released { target: target.clone() },
            });
            self.effect(Effect::Release { target: target.clone() });
        }
        for target in held_then.iter().filter(|target| !held.contains(target)) {
            self.out.facts.push(Fact {
                step: None,
                round: 0,
                kind: FactKind::HeldAgain { target: target.clone() },
            });
            self.effect(Effect::Hold {
                target: target.clone(),
                why: why.to_owned(),
            });
        }
    }
}

/// Whether the step had been done then, and was not taken back: its frame has a number of its own.
fn done_by(then: &RunState, undo: &Undo) -> bool {
    then.undo.iter().any(|known| known.frame == undo.frame)
}
