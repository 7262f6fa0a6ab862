//! Requests that leave the engine and are waited for: asked, answered, failed, withdrawn.

use expression::Value;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use language::model::Id;
use language::steps::print::Document;

use crate::failing::Failure;
use crate::formula::told_short;
use crate::interpret::{Next, Run, Trouble};
use crate::limits::{ASK_BYTES_MAX, NESTING_MAX};
use crate::state::{OpenAsk, Wait, nesting};
use crate::steps::Op;
use crate::{Effect, FactKind, Refusal};

/// Something that the outside is asked for, and whose answer the run waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// Unique within the run; every try of a step has its own.
    pub ask: u32,
    pub step: Id,
    /// Which try this is, from 1.
    pub attempt: u32,
    /// How long the answer may take.
    pub within_ms: i64,
    pub request: Request,
}

/// What is asked. Names of connections, signals and printers are those of the site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Request {
    Http {
        connection: Id,
        /// `GET`, `POST`, `PUT`, `PATCH`, `DELETE`.
        method: String,
        /// Begins with `/`; values in it are percent-encoded.
        path: String,
        /// Not encoded.
        query: Vec<(String, String)>,
        /// JSON, when something is sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Json>,
    },
    Publish {
        connection: Id,
        topic: String,
        body: Json,
    },
    Write {
        signal: Id,
        value: Json,
    },
    Print {
        /// Without one the document is kept as a file of the run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        printer: Option<Id>,
        document: Document,
        copies: u32,
    },
    Run {
        plugin: Id,
        step: Id,
        input: Json,
    },
}

impl Request {
    /// The word of the step that asks.
    pub fn word(&self) -> &'static str {
        match self {
            Request::Http { .. } => "http",
            Request::Publish { .. } => "publish",
            Request::Write { .. } => "write",
            Request::Print { .. } => "print",
            Request::Run { .. } => "run",
        }
    }
}

/// What came of an ask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum AskResult {
    /// Of `http` `{status, body, headers: {content_type}}`, whatever the status; of the others what the step's kind
    /// says, or null.
    Done {
        #[serde(default)]
        value: Json,
    },
    Failed {
        /// `unreachable`, `timeout`, `refused`, `not_allowed`, `too_large`, `no_host`, …: read as `step.error.kind`.
        kind: String,
        message: String,
        /// Whether the same may succeed later.
        again: bool,
    },
}

/// Asks, and waits for the answer.
pub(crate) fn ask(run: &mut Run<'_>, token: u32, within_ms: i64, request: Request) -> Result<Next, Trouble> {
    let size_bytes = serde_json::to_vec(&request).map_or(0, |bytes| bytes.len());
    if size_bytes > ASK_BYTES_MAX {
        let max = ASK_BYTES_MAX / 1000;
        return Err(Trouble(format!("what is to be sent has more than {max} kB")));
    }
    run.produced_bytes += size_bytes as u64;
    let ask = run.number();
    let attempt = 1 + run.tries(token);
    let step = run.step_of(token).unwrap_or_else(|| Id::new(""));
    let what = request.word();
    run.fact(
        token,
        FactKind::Asked {
            ask,
            word: what.into(),
            attempt,
        },
    );
    run.state.asks.insert(
        ask,
        OpenAsk {
            token,
            step: step.clone(),
            word: what.into(),
            attempt,
        },
    );
    run.effect(Effect::Ask(Box::new(Ask {
        ask,
        step,
        attempt,
        within_ms,
        request,
    })));
    Ok(Next::Wait(Wait::Ask(ask)))
}

/// The answer has come, or there is none.
pub(crate) fn answered(run: &mut Run<'_>, ask: u32, result: &AskResult) -> Result<(), Refusal> {
    let Some(open) = run.state.asks.remove(&ask) else {
        return Err(Refusal::OutOfPlace);
    };
    let token = open.token;
    let done = match result {
        AskResult::Done { value } => taken(run, token, ask, value),
        AskResult::Failed { kind, message, again } => Err(Failure {
            kind: kind.clone(),
            message: message.clone(),
            again: *again,
        }),
    };
    match done {
        Ok(()) => run.resume(token),
        Err(failure) => {
            run.fact(
                token,
                FactKind::AskFailed {
                    ask,
                    kind: failure.kind.clone(),
                    message: failure.message.clone(),
                },
            );
            run.fail(token, failure);
        }
    }
    Ok(())
}

/// Keeps an answer, where the step has a name for it.
fn taken(run: &mut Run<'_>, token: u32, ask: u32, value: &Json) -> Result<(), Failure> {
    let (slot, value) = accepted(run, token, value)?;
    run.fact(
        token,
        FactKind::Answered {
            ask,
            value: told_short(&value),
        },
    );
    if let Some(slot) = slot {
        run.write(token, slot, value);
    }
    Ok(())
}

/// Someone gives the answer by hand; what was asked is not waited for any more.
pub(crate) fn answered_for(run: &mut Run<'_>, token: u32, value: &Json) -> Result<(), Failure> {
    let (slot, value) = accepted(run, token, value)?;
    run.let_go(token);
    if let Some(slot) = slot {
        run.write(token, slot, value);
    }
    run.resume(token);
    Ok(())
}

/// What an answer is to the step, and where it is kept.
fn accepted(run: &Run<'_>, token: u32, value: &Json) -> Result<(Option<u32>, Value), Failure> {
    let op = run.state.tokens.get(&token).and_then(|token| run.program.op(token.at));
    let slot = match op.map(|placed| &placed.op) {
        Some(Op::Http(op)) => {
            op.judge(value)?;
            op.slot
        }
        Some(Op::Run(op)) => op.slot,
        _ => None,
    };
    let value = Value::from_json(value);
    if slot.is_some() {
        if nesting(&value) > NESTING_MAX {
            let message = format!("the answer is nested more than {NESTING_MAX} deep");
            return Err(Failure::for_good("too_large", message));
        }
        run.room_for(&value)
            .map_err(|Trouble(message)| Failure::for_good("too_large", message))?;
    }
    Ok((slot, value))
}

impl Run<'_> {
    pub(crate) fn drop_ask(&mut self, ask: u32) {
        if let Some(open) = self.state.asks.remove(&ask) {
            self.fact(open.token, FactKind::AskWithdrawn { ask });
            self.effect(Effect::DropAsk { ask });
        }
    }
}
