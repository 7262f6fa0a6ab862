//! `http`: a request to an allowed address.

use expression::{Template, Value};
use language::model::{Id, Step};
use language::steps::Http;
use serde_json::{Map, Value as Json};

use crate::asks::{self, Request};
use crate::failing::Failure;
use crate::formula::{BoundComputed, Names};
use crate::interpret::{Next, Run, Trouble};
use crate::program::Compiler;
use crate::slots::Declaring;

#[derive(Debug)]
pub(crate) struct Op {
    pub(crate) slot: Option<u32>,
    connection: Id,
    method: &'static str,
    path: Template,
    path_names: Names,
    query: Vec<(Id, BoundComputed)>,
    send: Option<Vec<(Id, BoundComputed)>>,
    within_ms: i64,
    accept: Vec<u16>,
}

/// From here on a status is a failure unless it is accepted.
const FAILED_FROM: u64 = 400;
/// Statuses below 500 after which the same may succeed later: request timeout, too early, too many requests.
const AGAIN: [u64; 3] = [408, 425, 429];
/// What is shown of the body of a failure.
const BODY_SHOWN_CHARACTERS: usize = 200;

pub(super) fn declare(kind: &Http, _step: &Step, _number: u32, d: &mut Declaring) {
    if let Some(name) = &kind.name {
        let slot = d.shared(name);
        d.answer(slot);
    }
}

pub(super) fn compile(kind: &Http, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let computed = |c: &Compiler<'_>, values: &[(Id, language::model::Computed)]| -> Vec<(Id, BoundComputed)> {
        values
            .iter()
            .map(|(name, value)| (name.clone(), c.computed(value)))
            .collect()
    };
    let op = Op {
        slot: kind.name.as_ref().and_then(|name| c.slots.shared(name)),
        connection: kind.connection.value.clone(),
        method: kind.method.name(),
        path: kind.path.clone(),
        path_names: c.names_of(&kind.path),
        query: computed(c, &kind.query),
        send: kind.send.as_ref().map(|send| computed(c, send)),
        within_ms: kind.within.as_ms(),
        accept: kind.accept.clone(),
    };
    c.emit(super::Op::Http(op));
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let view = run.view(token, &self.path_names);
        let path = self.path.render_with(&view, &run.clock, &mut in_path)?;
        let mut query = Vec::with_capacity(self.query.len());
        for (name, computed) in &self.query {
            match run.compute(token, computed)? {
                Value::Null => {}
                value => query.push((name.to_string(), value.display())),
            }
        }
        let body = match &self.send {
            Some(send) => Some(members(run, token, send)?),
            None => None,
        };
        let request = Request::Http {
            connection: self.connection.clone(),
            method: self.method.into(),
            path,
            query,
            body,
        };
        asks::ask(run, token, self.within_ms, request)
    }

    /// Whether an answer is one that the step can go on with.
    pub(crate) fn judge(&self, answer: &Json) -> Result<(), Failure> {
        let Some(status) = answer.get("status").and_then(Json::as_u64) else {
            return Err(Failure::for_good("bad_answer", "the answer has no status".into()));
        };
        if status < FAILED_FROM || self.accept.iter().any(|accepted| u64::from(*accepted) == status) {
            return Ok(());
        }
        let body = match answer.get("body") {
            None | Some(Json::Null) => String::new(),
            Some(Json::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        let mut shown: String = body.chars().take(BODY_SHOWN_CHARACTERS).collect();
        if !shown.is_empty() {
            shown.insert_str(0, ": ");
        }
        Err(Failure {
            kind: "status".into(),
            message: format!("{} answered with status {status}{shown}", self.connection),
            again: status >= 500 || AGAIN.contains(&status),
        })
    }
}

/// The members of what is sent.
pub(super) fn members(run: &Run<'_>, token: u32, values: &[(Id, BoundComputed)]) -> Result<Json, Trouble> {
    let mut members = Map::new();
    for (name, computed) in values {
        members.insert(name.to_string(), run.compute(token, computed)?.to_json());
    }
    Ok(Json::Object(members))
}

/// One segment of a path, or a part of one: a value never changes where the request goes (RFC 3986, 2.3 and 3.3).
fn in_path(value: &Value) -> Result<String, Trouble> {
    let text = match value {
        Value::Null => return Err(Trouble("a value in the path is empty".into())),
        value => value.display(),
    };
    if matches!(text.as_str(), "" | "." | "..") {
        return Err(Trouble(format!("\"{text}\" cannot be a part of a path")));
    }
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(encoded)
}
