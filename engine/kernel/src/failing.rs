//! What is done when a step fails: tried again, done otherwise (`on_error`), or stopped for someone who repairs it; and
//! what is taken back (`undo`) when a run is cancelled or fails.
//!
//! Which step covers which operation is known when the program is compiled, so a run that succeeds pays nothing for it.

use std::sync::Arc;

use expression::{Context, Value};
use language::model::{Id, Retry};

use crate::interpret::{Next, Run, Trouble};
use crate::limits::UNDO_MAX;
use crate::program::Label;
use crate::state::{Ending, Frame, Purpose, RUN_FRAME, Token, Undo, Wait};
use crate::{Fact, FactKind, Status, Timestamp};

/// Why a step failed.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// One word: what the outside said, or `trouble` for what the kernel could not do.
    pub(crate) kind: String,
    /// A sentence for people.
    pub(crate) message: String,
    /// Whether the same may succeed later.
    pub(crate) again: bool,
}

impl Failure {
    pub(crate) fn for_good(kind: &str, message: String) -> Failure {
        Failure {
            kind: kind.into(),
            message,
            again: false,
        }
    }
}

impl From<Trouble> for Failure {
    fn from(Trouble(message): Trouble) -> Failure {
        Failure::for_good("trouble", message)
    }
}

/// What a step does when something inside it fails.
#[derive(Debug)]
pub(crate) struct Handler {
    pub(crate) step: Id,
    /// The next one around it in the same branch or element.
    pub(crate) outer: Option<u32>,
    /// Where the step begins.
    pub(crate) start: Label,
    /// Behind the step and before what is done when it fails.
    pub(crate) end: Label,
    /// How many `repeat` are around the step in its branch or element.
    pub(crate) rounds: usize,
    /// How many steps around it in its branch or element are alone with something.
    pub(crate) alone: usize,
    pub(crate) retry: Option<Retry>,
    /// Where `on_error` begins, and where `step.error` is kept.
    pub(crate) on_error: Option<(Label, Option<u32>)>,
}

/// The `undo` of a step.
#[derive(Debug)]
pub(crate) struct UndoBlock {
    pub(crate) step: Id,
    pub(crate) start: Label,
    /// What its formulas read: as it was when the step was done.
    pub(crate) reads: Vec<u32>,
}

impl Run<'_> {
    /// A step has failed: the innermost step around it that knows what to do does it, else the run stops here.
    pub(crate) fn fail(&mut self, number: u32, failure: Failure) {
        let program = self.program;
        let mut here = number;
        while let Some(token) = self.state.tokens.get(&here) {
            // Who has left it behind does not answer for it any more.
            let owner = token
                .group
                .and_then(|group| self.state.groups.get(&group))
                .filter(|group| group.going_on.is_none())
                .map(|group| group.owner);
            let mut next = program.op(token.at).and_then(|placed| placed.handler);
            while let Some((index, handler)) = next.and_then(|index| Some((index, program.handler(index)?))) {
                if self.tried_again(here, index, handler, &failure) || self.done_otherwise(here, handler, &failure) {
                    return;
                }
                next = handler.outer;
            }
            match owner {
                Some(owner) => here = owner,
                None => break,
            }
        }
        self.incident(number, failure.message);
    }

    fn tried_again(&mut self, number: u32, index: u32, handler: &Handler, failure: &Failure) -> bool {
        let Some(retry) = handler.retry.filter(|_| failure.again) else {
            return false;
        };
        let Some(token) = self.state.tokens.get_mut(&number) else {
            return false;
        };
        let tries = token.tries.entry(index).or_default();
        if *tries >= retry.times {
            return false;
        }
        *tries += 1;
        let tries = *tries;
        self.let_go(number);
        self.back_to(number, handler, handler.start);
        let run = self.state.run().unwrap_or_default();
        let pause_ms = pause_ms(&retry, tries, run, self.state.last_number);
        let until = Timestamp(self.clock.at.0.saturating_add(pause_ms));
        let timer = self.set_timer(number, until, Purpose::Retry(number));
        self.fact(
            number,
            FactKind::RetryWaited {
                attempt: tries + 1,
                of: retry.times + 1,
                until,
                message: failure.message.clone(),
            },
        );
        if let Some(token) = self.state.tokens.get_mut(&number) {
            token.wait = Wait::Retry {
                timer,
                message: failure.message.clone(),
            };
        }
        true
    }

    fn done_otherwise(&mut self, number: u32, handler: &Handler, failure: &Failure) -> bool {
        let Some((label, slot)) = handler.on_error else {
            return false;
        };
        self.let_go(number);
        self.back_to(number, handler, handler.start);
        self.fact(
            number,
            FactKind::StepFailed {
                kind: failure.kind.clone(),
                message: failure.message.clone(),
            },
        );
        if let Some(slot) = slot {
            let mut error = Context::new();
            error.insert("kind".into(), Value::text(failure.kind.as_str()));
            error.insert("message".into(), Value::text(failure.message.as_str()));
            self.write(number, slot, Value::Context(Arc::new(error)));
        }
        self.resume_at(number, label);
        true
    }

    /// Puts a token back to where it was when the handler's step began.
    fn back_to(&mut self, number: u32, handler: &Handler, label: Label) {
        let at = self.program.target(label);
        if let Some(token) = self.state.tokens.get_mut(&number) {
            token.at = at;
            token.rounds.truncate(handler.rounds);
            token.alone.truncate(handler.alone);
        }
        self.withdraw_rest_inside(number, handler);
    }

    /// How often the operation of a token was tried before.
    pub(crate) fn tries(&self, number: u32) -> u32 {
        let Some(token) = self.state.tokens.get(&number).filter(|token| !token.tries.is_empty()) else {
            return 0;
        };
        let mut next = self.program.op(token.at).and_then(|placed| placed.handler);
        while let Some((index, handler)) = next.and_then(|index| Some((index, self.program.handler(index)?))) {
            if handler.retry.is_some() {
                return token.tries.get(&index).copied().unwrap_or(0);
            }
            next = handler.outer;
        }
        0
    }

    // --- undo

    /// A step with `undo` is done: what takes it back is remembered, with the values that it will read.
    pub(crate) fn remember_undo(&mut self, number: u32, index: u32) -> Result<Next, Trouble> {
        let Some(block) = self.program.undo(index) else {
            return Ok(Next::On);
        };
        if self.state.undo.len() >= UNDO_MAX {
            return Err(Trouble(format!(
                "more than {UNDO_MAX} steps of this run would have to be taken back"
            )));
        }
        let values: Vec<(u32, Value)> = block
            .reads
            .iter()
            .map(|slot| (*slot, self.read_slot(number, *slot)))
            .collect();
        for (_, value) in &values {
            self.room_for(value)?;
        }
        let round = self.round(number);
        let frame = self.number();
        self.state.frames.insert(
            frame,
            Frame {
                outer: Some(RUN_FRAME),
                kept: true,
                ..Frame::default()
            },
        );
        for (slot, value) in values {
            self.put(frame, slot, value);
        }
        self.state.undo.push(Undo {
            block: index,
            frame,
            round,
        });
        Ok(Next::On)
    }

    /// The run is about to end in a way that takes back what it did: whether there is something to take back.
    pub(crate) fn begin_undo(&mut self, status: Status, outcome: Option<&str>) -> bool {
        if status == Status::Finished || self.state.undo.is_empty() {
            return false;
        }
        let steps = self.undone_steps();
        self.out.facts.push(Fact {
            step: None,
            round: 0,
            kind: FactKind::Undoing { steps },
        });
        self.state.ending = Some(Ending {
            status,
            outcome: outcome.map(str::to_owned),
            undoing: None,
        });
        self.undo_next();
        true
    }

    /// The steps that are still to be taken back, in the order in which that is done.
    fn undone_steps(&self) -> Vec<Id> {
        let blocks = self.state.undo.iter().rev();
        blocks
            .filter_map(|undo| Some(self.program.undo(undo.block)?.step.clone()))
            .collect()
    }

    /// Begins to take back the newest step, or ends the run as it was going to.
    pub(crate) fn undo_next(&mut self) {
        while let Some(undo) = self.next_to_undo() {
            let Some(block) = self.program.undo(undo.block) else {
                continue;
            };
            if let Some(ending) = &mut self.state.ending {
                ending.undoing = Some(block.step.clone());
            }
            if let Some(rewinding) = &mut self.state.rewinding {
                rewinding.undoing = Some(undo.clone());
            }
            let token = self.number();
            let at = self.program.target(block.start);
            self.state.tokens.insert(
                token,
                Token {
                    at,
                    frame: undo.frame,
                    outer_round: undo.round,
                    ..Token::ready()
                },
            );
            return;
        }
        if let Some(rewinding) = self.state.rewinding.take() {
            return self.go_back(rewinding);
        }
        if let Some(ending) = self.state.ending.take() {
            self.end_now(ending.status, ending.outcome);
        }
    }

    /// One step is taken back.
    pub(crate) fn undone(&mut self, number: u32) {
        self.fact(number, FactKind::Undone);
        let frame = self.state.tokens.get(&number).map(|token| token.frame);
        self.withdraw(number);
        if let Some(frame) = frame.filter(|frame| *frame != RUN_FRAME) {
            self.drop_frame(frame);
        }
        self.undo_next();
    }

    /// Someone cancels; a second time while steps are taken back, what is left stays as it is.
    pub(crate) fn cancel(&mut self, why: &str) {
        let Some(ending) = self.state.ending.take() else {
            return self.end(Status::Cancelled, Some(why.to_owned()));
        };
        let mut steps: Vec<Id> = ending.undoing.into_iter().collect();
        steps.append(&mut self.undone_steps());
        self.state.undo.clear();
        self.out.facts.push(Fact {
            step: None,
            round: 0,
            kind: FactKind::NotUndone {
                steps,
                why: why.to_owned(),
            },
        });
        self.end_now(ending.status, ending.outcome);
    }
}

/// The pause before a try. Spread by up to a quarter, so that runs that failed together do not come back together; the
/// same run, number and try always give the same pause.
fn pause_ms(retry: &Retry, tries: u32, run: &str, number: u32) -> i64 {
    let from = retry.from.as_ms().max(0);
    let doubled = match retry.doubling {
        true => from.saturating_mul(1_i64.checked_shl(tries.saturating_sub(1).min(40)).unwrap_or(i64::MAX)),
        false => from,
    };
    let pause = doubled.min(retry.up_to.as_ms().max(0));
    // FNV-1a, 64 bits: any hash that is the same everywhere will do.
    let bytes = run.bytes().chain(number.to_le_bytes()).chain(tries.to_le_bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let spread = u64::try_from(pause / 4).unwrap_or(0);
    let less = match spread {
        0 => 0,
        spread => i64::try_from(hash % spread).unwrap_or(0),
    };
    pause - less
}

#[cfg(test)]
mod tests {
    use expression::Duration;

    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_differ_from_run_to_run() {
        let retry = Retry {
            times: 9,
            from: Duration::from_ms(2_000),
            doubling: true,
            up_to: Duration::from_ms(300_000),
        };
        for (tries, whole) in [
            (1, 2_000),
            (2, 4_000),
            (3, 8_000),
            (8, 256_000),
            (9, 300_000),
            (90, 300_000),
        ] {
            let pause = pause_ms(&retry, tries, "run-1", 7);
            assert!((whole * 3 / 4..=whole).contains(&pause), "{tries}: {pause}");
            assert_eq!(pause, pause_ms(&retry, tries, "run-1", 7));
        }
        let pauses = ["a", "b", "c", "d"].map(|run| pause_ms(&retry, 9, run, 7));
        assert!(pauses.iter().any(|pause| *pause != pauses[0]), "{pauses:?}");
    }
}
