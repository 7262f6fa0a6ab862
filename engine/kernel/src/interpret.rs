//! One event's work on one run: tokens move from operation to operation until all of them wait.

use language::model::Id;

use crate::clock::Clock;
use crate::limits;
use crate::program::{Label, Program};
use crate::rewind::Entered;
use crate::state::{self, Purpose, RunState, Timer, Token, Wait};
use crate::{Advance, Effect, Ending, Fact, FactKind, Status, Timestamp};

/// The state being moved, and what comes of it.
pub(crate) struct Run<'a> {
    pub(crate) program: &'a Program,
    pub(crate) state: &'a mut RunState,
    pub(crate) clock: Clock,
    pub(crate) out: Advance,
    pub(crate) operations: u32,
    /// Bytes of text and values that went into facts and effects.
    pub(crate) produced_bytes: u64,
    /// Which operations were done and where each led, for a rehearsal that wants to know.
    pub(crate) trace: Option<&'a mut Vec<Traced>>,
    /// Which steps were entered.
    pub(crate) entered: Option<&'a mut Vec<Entered>>,
    /// How many operations are done at most: what comes before a step that was entered later.
    pub(crate) operations_max: Option<u32>,
    /// Nothing moves any more: it is held back, or has come to `operations_max`.
    pub(crate) rests: bool,
}

/// An operation that was done, and the one it led to; `None` where it waits or ends.
pub(crate) type Traced = (u32, Option<u32>);

/// Where a token goes after an operation.
#[derive(Debug)]
pub(crate) enum Next {
    /// To the operation behind this one.
    On,
    To(Label),
    Wait(Wait),
    /// The token is no more, or the run has ended.
    Gone,
}

/// Why a step cannot be done: a sentence for people. The run stays where it is until someone retries or cancels.
#[derive(Debug)]
pub(crate) struct Trouble(pub(crate) String);

impl<'a> Run<'a> {
    pub(crate) fn new(program: &'a Program, state: &'a mut RunState, clock: Clock) -> Run<'a> {
        Run {
            program,
            state,
            clock,
            out: Advance::default(),
            operations: 0,
            produced_bytes: 0,
            trace: None,
            entered: None,
            operations_max: None,
            rests: false,
        }
    }

    /// Moves all tokens that can move, the oldest first, until everything waits, the run has ended, or a query has to
    /// be answered.
    pub(crate) fn drive(mut self) -> Advance {
        while !self.ended() && self.state.asked.is_none() && !self.rests {
            let ready = self
                .state
                .tokens
                .iter()
                .find(|(_, token)| matches!(token.wait, Wait::Ready))
                .map(|(number, _)| *number);
            match ready {
                Some(token) => self.drive_token(token),
                // Only when everything stands still it shows whose turn it is, and what is asked.
                None if self.next_turn() || self.come_and_go() => {}
                None => break,
            }
        }
        if !self.ended() {
            let stopped = self
                .state
                .tokens
                .values()
                .any(|token| matches!(token.wait, Wait::Repair { .. }));
            self.state.status = if stopped { Status::Stopped } else { Status::Waiting };
        }
        self.out
    }

    fn drive_token(&mut self, number: u32) {
        let program = self.program;
        while let Some(at) = self.state.tokens.get(&number).map(|token| token.at) {
            let Some(placed) = program.op(at) else {
                return self.incident(number, "the program ends here unexpectedly".into());
            };
            if self.operations_max == Some(self.operations) {
                self.rests = true;
                return;
            }
            self.note_step(number, at);
            // A limit is no failure of the step that reaches it: whatever were done instead would reach it too.
            if let Err(Trouble(message)) = self.within_limits() {
                return self.incident(number, message);
            }
            let next = placed.op.run(self, number);
            self.note(at, &next);
            match next {
                Ok(Next::On) => self.goto(number, at + 1),
                Ok(Next::To(label)) => self.goto(number, program.target(label)),
                Ok(Next::Wait(wait)) => {
                    if let Some(token) = self.state.tokens.get_mut(&number) {
                        token.wait = wait;
                    }
                    return;
                }
                Ok(Next::Gone) => return,
                Err(trouble) => return self.fail(number, trouble.into()),
            }
        }
    }

    fn note(&mut self, at: u32, next: &Result<Next, Trouble>) {
        let program = self.program;
        if let Some(trace) = &mut self.trace {
            let to = match next {
                Ok(Next::On) => Some(at + 1),
                Ok(Next::To(label)) => Some(program.target(*label)),
                Ok(Next::Wait(_) | Next::Gone) | Err(_) => None,
            };
            trace.push((at, to));
        }
    }

    fn within_limits(&mut self) -> Result<(), Trouble> {
        if self.operations >= limits::OPERATIONS_PER_ADVANCE_MAX {
            let max = limits::OPERATIONS_PER_ADVANCE_MAX;
            return Err(Trouble(format!(
                "{max} steps were done without a wait; this looks like a loop without an end"
            )));
        }
        if self.state.weight_bytes > limits::VALUES_BYTES_MAX {
            let max = limits::VALUES_BYTES_MAX / 1000;
            return Err(Trouble(format!("the values of this run have grown over {max} kB")));
        }
        if self.produced_bytes > limits::PRODUCED_BYTES_PER_ADVANCE_MAX {
            let max = limits::PRODUCED_BYTES_PER_ADVANCE_MAX / 1_000_000;
            return Err(Trouble(format!(
                "more than {max} MB of text and values were produced at once"
            )));
        }
        self.operations += 1;
        Ok(())
    }

    fn goto(&mut self, token: u32, at: u32) {
        if let Some(token) = self.state.tokens.get_mut(&token) {
            token.at = at;
        }
    }

    /// Lets a token that waited go on behind its operation.
    pub(crate) fn resume(&mut self, number: u32) {
        if let Some(token) = self.state.tokens.get_mut(&number) {
            token.at += 1;
            token.wait = Wait::Ready;
        }
    }

    pub(crate) fn resume_at(&mut self, number: u32, label: Label) {
        let at = self.program.target(label);
        if let Some(token) = self.state.tokens.get_mut(&number) {
            token.at = at;
            token.wait = Wait::Ready;
        }
    }

    pub(crate) fn incident(&mut self, number: u32, message: String) {
        let step = self.step_of(number).unwrap_or_else(|| Id::new(""));
        self.fact(
            number,
            FactKind::Incident {
                message: message.clone(),
            },
        );
        if let Some(token) = self.state.tokens.get_mut(&number) {
            token.wait = Wait::Repair { step, message };
        }
    }

    pub(crate) fn ended(&self) -> bool {
        has_ended(self.state.status)
    }

    // --- numbers, facts, effects

    /// A number never used before in this run.
    pub(crate) fn number(&mut self) -> u32 {
        self.state.last_number = self.state.last_number.saturating_add(1);
        self.state.last_number
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        self.produced_bytes += match &effect {
            Effect::Tell { text, .. } | Effect::Hold { why: text, .. } => text.len() as u64,
            Effect::Save { record, .. } => record.values().map(state::weight_bytes).sum(),
            Effect::Emit { body, .. } => serde_json::to_vec(body).map_or(0, |bytes| bytes.len() as u64),
            Effect::Find(query) => query.captured.values().map(state::weight_bytes).sum(),
            Effect::OpenTask(spec) | Effect::UpdateTask(spec) => {
                spec.context.values().map(state::weight_bytes).sum::<u64>()
                    + spec.title.iter().map(|(_, title)| title.len() as u64).sum::<u64>()
            }
            _ => 0,
        };
        self.out.effects.push(effect);
    }

    pub(crate) fn fact(&mut self, token: u32, kind: FactKind) {
        let step = self.step_of(token);
        let round = self.round(token);
        self.out.facts.push(Fact { step, round, kind });
    }

    pub(crate) fn step_of(&self, token: u32) -> Option<Id> {
        let at = self.state.tokens.get(&token)?.at;
        self.program.op(at)?.step.clone()
    }

    /// Round of the innermost loop, from 1; 0 outside loops.
    pub(crate) fn round(&self, token: u32) -> u32 {
        let token = self.state.tokens.get(&token);
        token.map_or(0, |token| token.rounds.last().copied().unwrap_or(token.outer_round))
    }

    pub(crate) fn set_timer(&mut self, token: u32, at: Timestamp, purpose: Purpose) -> u32 {
        let timer = self.number();
        let step = self.step_of(token).unwrap_or_else(|| Id::new(""));
        self.state.timers.insert(timer, Timer { at, step, purpose });
        self.effect(Effect::SetTimer { timer, at });
        timer
    }

    pub(crate) fn clear_timer(&mut self, timer: Option<u32>) {
        if let Some(timer) = timer
            && self.state.timers.remove(&timer).is_some()
        {
            self.effect(Effect::ClearTimer { timer });
        }
    }

    // --- tokens

    /// A new token inside a group; it is ready.
    pub(crate) fn spawn(&mut self, parent: u32, group: u32, place: u32, frame: u32, at: Label) -> Result<u32, Trouble> {
        if self.state.tokens.len() >= limits::TOKENS_MAX {
            let max = limits::TOKENS_MAX;
            return Err(Trouble(format!(
                "more than {max} branches and elements are in work at the same time"
            )));
        }
        let outer_round = self.round(parent);
        let number = self.number();
        let at = self.program.target(at);
        let token = Token {
            at,
            frame,
            group: Some(group),
            place,
            outer_round,
            ..Token::ready()
        };
        self.state.tokens.insert(number, token);
        Ok(number)
    }

    /// Takes a token and everything below it away: tasks are closed, clocks stopped, listening ends.
    pub(crate) fn withdraw(&mut self, number: u32) {
        self.let_go(number);
        self.withdraw_rest(number);
        let Some(token) = self.state.tokens.remove(&number) else {
            return;
        };
        let own_frame = self
            .state
            .frames
            .get(&token.frame)
            .is_some_and(|frame| frame.of.is_some());
        if own_frame && !self.state.tokens.values().any(|other| other.frame == token.frame) {
            self.drop_frame(token.frame);
        }
    }

    /// Ends whatever a token waits for.
    pub(crate) fn let_go(&mut self, number: u32) {
        let Some(token) = self.state.tokens.get(&number) else {
            return;
        };
        match token.wait.clone() {
            Wait::Ready | Wait::Repair { .. } | Wait::Query(_) => {}
            Wait::Rest { .. } | Wait::Turn { .. } | Wait::While { .. } => {}
            Wait::Task(task) => self.withdraw_task(task),
            Wait::Timer(timer) | Wait::Retry { timer, .. } => self.clear_timer(Some(timer)),
            Wait::Ask(ask) => self.drop_ask(ask),
            Wait::Message(wait) => self.stop_listening(wait),
            Wait::Call(call) => {
                if let Some(called) = self.state.calls.remove(&call) {
                    self.fact(number, FactKind::CallLeftRunning { app: called.app });
                }
            }
            Wait::Group(group) => {
                self.withdraw_group(group);
            }
        }
    }

    /// The places of the group that were still running.
    pub(crate) fn withdraw_group(&mut self, number: u32) -> Vec<u32> {
        let members = self
            .state
            .tokens
            .iter()
            .filter(|(_, token)| token.group == Some(number));
        let members: Vec<_> = members.map(|(number, token)| (*number, token.place)).collect();
        for (member, _) in &members {
            self.withdraw(*member);
        }
        self.no_more(number);
        if let Some(group) = self.state.groups.remove(&number) {
            group.elements.iter().for_each(|element| self.lighter(element));
        }
        members.into_iter().map(|(_, place)| place).collect()
    }

    /// Ends the run from anywhere: everything that was opened is closed, and what is to be taken back is, first.
    pub(crate) fn end(&mut self, status: Status, outcome: Option<String>) {
        self.withdraw_all();
        self.forget_rewind();
        if !self.begin_undo(status, outcome.as_deref()) {
            self.end_now(status, outcome);
        }
    }

    pub(crate) fn withdraw_all(&mut self) {
        let roots: Vec<u32> = self
            .state
            .tokens
            .iter()
            .filter(|(_, token)| token.group.is_none())
            .map(|(number, _)| *number)
            .collect();
        for root in roots {
            self.withdraw(root);
        }
        self.state.asked = None;
    }

    /// Everything that was opened is closed, and the world is told.
    pub(crate) fn end_now(&mut self, status: Status, outcome: Option<String>) {
        self.withdraw_all();
        self.close_mailboxes();
        let values = self.program.values(self.state);
        self.state.undo.clear();
        self.state.status = status;
        let still_held = self.state.holds.clone();
        self.out.facts.push(Fact {
            step: None,
            round: 0,
            kind: FactKind::Ended {
                status,
                outcome: outcome.clone(),
                still_held,
            },
        });
        self.effect(Effect::End(Ending {
            status,
            outcome,
            values,
        }));
    }
}

pub(crate) fn has_ended(status: Status) -> bool {
    matches!(status, Status::Finished | Status::Failed | Status::Cancelled)
}
