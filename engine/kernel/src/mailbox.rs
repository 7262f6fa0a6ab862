//! Messages that are kept although nobody waits for them yet: those of the `wait_for` steps with `also_earlier`.
//!
//! A run with such steps listens from its beginning. What comes while a step waits for it goes to that step; what comes
//! before is kept, the oldest first, and each step takes the first that fits it. A `where` that asks only for what is
//! known from the beginning (inputs, `run.id`) is asked when the message comes, so that a run keeps what is meant for it
//! and not what is meant for others. Of what is kept the oldest goes when there is too much, and the timeline tells it: a
//! message is for many runs, and one that is full must not keep it from the others.

use expression::Value;
use language::model::Condition;
use serde_json::{Map, Value as Json};

use crate::formula::BoundFormula;
use crate::interpret::{Next, Run, Trouble};
use crate::limits::MESSAGES_KEPT_MAX;
use crate::program::Compiler;
use crate::slots::Binding;
use crate::state::{Mailbox, weight_bytes};
use crate::steps::wait_for;
use crate::{Effect, Fact, FactKind, Refusal};

/// Which messages of a name one step may want later; `None`: all of them.
pub(crate) type Kept = Option<BoundFormula>;

/// The `where` of a step, when it can be asked from the beginning of the run on.
pub(crate) fn settled(condition: Option<&Condition>, c: &Compiler<'_>) -> Kept {
    let condition = condition?;
    let binder = c.binder();
    let is_input = |name: &str| c.app.inputs.iter().any(|input| input.id.as_str() == name);
    let known = |path: &[std::sync::Arc<str>]| match binder.bind(path) {
        // Members of the message have no meaning in the app.
        None | Some((_, Binding::Nothing)) => true,
        Some((_, Binding::Run(hidden))) => hidden.iter().all(|(name, _)| is_input(name)),
        Some((name, Binding::Slot(slot))) => {
            is_input(&name) && c.slots.shared(&language::model::Id(name)) == Some(slot)
        }
        Some((_, Binding::Step { .. })) => false,
    };
    let reads = condition.value.references();
    let settled = reads.iter().all(|reference| known(&reference.path));
    settled.then(|| c.formula(&condition.value))
}

impl Run<'_> {
    /// From the beginning on the run hears what one of its steps may want later.
    pub(crate) fn open_mailboxes(&mut self) {
        let program = self.program;
        for message in program.kept_messages.keys() {
            self.open_mailbox(message);
        }
    }

    pub(crate) fn open_mailbox(&mut self, message: &str) {
        let wait = self.number();
        self.effect(Effect::Listen {
            wait,
            message: message.to_owned(),
        });
        let kept = Vec::new();
        self.state.mailboxes.insert(message.to_owned(), Mailbox { wait, kept });
    }

    pub(crate) fn close_mailbox(&mut self, message: &str) {
        if let Some(mailbox) = self.state.mailboxes.remove(message) {
            mailbox.kept.iter().for_each(|message| self.lighter(message));
            self.effect(Effect::StopListening { wait: mailbox.wait });
        }
    }

    pub(crate) fn close_mailboxes(&mut self) {
        while let Some(message) = self.state.mailboxes.keys().next().cloned() {
            self.close_mailbox(&message);
        }
    }

    /// Keeps a message that nobody waits for; refused where no step will ever want it.
    pub(crate) fn keep(&mut self, name: &str, body: &Map<String, Json>, members: Value) -> Result<(), Refusal> {
        let program = self.program;
        let wanted = |kept: &Kept| match (kept, &members) {
            (Some(condition), Value::Context(members)) => {
                // No token: what it reads is the run's own.
                matches!(self.of_message(0, condition, members), Ok(Value::Bool(true)))
            }
            _ => true,
        };
        let steps = program.kept_messages.get(name);
        if !steps.is_some_and(|steps| steps.iter().any(wanted)) || !self.state.mailboxes.contains_key(name) {
            return Err(Refusal::NotForThisRun);
        }
        let told = |kind| Fact {
            step: None,
            round: 0,
            kind,
        };
        let body = Json::Object(body.clone());
        // Whoever takes it may keep it twice: as it is now, and among its rounds.
        if !self.has_room(3 * weight_bytes(&members)) {
            let name = name.into();
            self.out.facts.push(told(FactKind::MessageDropped { name, body }));
            return Ok(());
        }
        self.heavier(&members);
        let mut dropped = None;
        if let Some(mailbox) = self.state.mailboxes.get_mut(name) {
            if mailbox.kept.len() >= MESSAGES_KEPT_MAX {
                dropped = Some(mailbox.kept.remove(0));
            }
            mailbox.kept.push(members);
        }
        if let Some(dropped) = dropped {
            self.lighter(&dropped);
            let (name, body) = (name.into(), dropped.to_json());
            self.out.facts.push(told(FactKind::MessageDropped { name, body }));
        }
        let name = name.into();
        self.out.facts.push(told(FactKind::MessageKept { name, body }));
        Ok(())
    }

    /// The oldest kept message that a step wants, where there is one.
    pub(crate) fn take_kept(&mut self, token: u32, op: &wait_for::Op) -> Result<Option<Next>, Trouble> {
        let kept = self.state.mailboxes.get(&op.message).map(|mailbox| &mailbox.kept);
        let fits = |message: &Value| match message {
            Value::Context(members) => op.fits(self, token, members),
            _ => false,
        };
        let Some(place) = kept.and_then(|kept| kept.iter().position(fits)) else {
            return Ok(None);
        };
        let Some(mailbox) = self.state.mailboxes.get_mut(&op.message) else {
            return Ok(None);
        };
        let message = mailbox.kept.remove(place);
        self.lighter(&message);
        let kind = FactKind::MessageReceived {
            name: op.message.clone(),
            body: message.to_json(),
        };
        self.fact(token, kind);
        op.received(self, token, &message);
        self.fact(token, FactKind::WaitOver { late: false });
        Ok(Some(Next::On))
    }
}
