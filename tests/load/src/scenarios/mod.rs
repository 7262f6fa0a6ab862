//! The scenarios: one file each, one line each in the table below.

mod sse;
mod straight;
mod task_roundtrip;

use async_trait::async_trait;

use crate::client::Client;
use crate::failure::Failure;
use crate::pace::Turn;
use crate::record::{Record, Sample};

/// Name on the command line, what it does, and the scenario.
pub const SCENARIOS: &[(&str, &str, &dyn Scenario)] = &[
    (
        "straight3",
        "runs of 3 computed steps, nobody is asked",
        &straight::THREE,
    ),
    (
        "straight10",
        "runs of 10 computed steps, nobody is asked",
        &straight::TEN,
    ),
    (
        "task-roundtrip",
        "runs of 2 forms: answered, listed, answered",
        &task_roundtrip::TaskRoundtrip,
    ),
    (
        "sse",
        "runs are started while 1,000 pages follow live events",
        &sse::Sse,
    ),
];

/// An app that a scenario needs on the server.
#[derive(Clone, Copy, Debug)]
pub struct AppFile {
    pub id: &'static str,
    pub yaml: &'static str,
}

/// What one client does again and again.
#[async_trait]
pub trait Scenario: Send + Sync {
    /// Published before the load begins.
    fn apps(&self) -> &'static [AppFile];

    /// Makes one run from start to end, checks what can be checked at no cost to the measurement, and tells `record` the
    /// latency of each operation. Gives back the run's id.
    async fn make(&self, client: &mut Client, turn: &Turned<'_>, record: &Record) -> Result<String, Failure>;

    /// Looks at one run after the measurement: all that should have happened is in its timeline, with the right values.
    async fn verify(&self, client: &mut Client, sample: &Sample) -> Result<(), Failure>;
}

/// A turn together with what makes its idempotency keys unique on a server that other loads used before.
pub struct Turned<'a> {
    pub turn: Turn,
    pub load: &'a str,
}

impl Turned<'_> {
    /// The idempotency key of one operation of this turn.
    pub fn key(&self, operation: &str) -> String {
        format!("{}-{}-{operation}", self.load, self.turn.number)
    }
}

pub fn by_name(name: &str) -> Option<&'static dyn Scenario> {
    SCENARIOS
        .iter()
        .find(|(known, _, _)| *known == name)
        .map(|(_, _, scenario)| *scenario)
}

/// A run as its start and each of its moves are answered, as far as scenarios look at it.
#[derive(serde::Deserialize)]
struct RunReply {
    id: String,
    status: String,
}

impl RunReply {
    fn must_be(&self, status: &str) -> Result<(), Failure> {
        if self.status == status {
            return Ok(());
        }
        Err(Failure::Wrong(format!(
            "run {} is {}, not {status}",
            self.id, self.status
        )))
    }
}

#[derive(serde::Deserialize)]
struct TimelineReply {
    items: Vec<EntryReply>,
}

#[derive(serde::Deserialize)]
struct EntryReply {
    facts: Vec<FactReply>,
}

/// One fact: `what` tells the kind, each kind has members of its own.
#[derive(serde::Deserialize)]
struct FactReply {
    what: String,
    step: Option<String>,
    #[serde(default)]
    values: serde_json::Map<String, serde_json::Value>,
    #[serde(default)]
    answers: serde_json::Map<String, serde_json::Value>,
    status: Option<String>,
}

/// The facts of a run in their order.
async fn timeline(client: &mut Client, run: &str) -> Result<Vec<FactReply>, Failure> {
    let reply = client.get(&format!("/api/v1/runs/{run}/timeline?limit=1000")).await?;
    let timeline: TimelineReply = reply.json()?;
    Ok(timeline.items.into_iter().flat_map(|entry| entry.facts).collect())
}

/// The timeline ends with the run's end, and it is a good one.
fn must_have_finished(run: &str, facts: &[FactReply]) -> Result<(), Failure> {
    match facts.last() {
        Some(last) if last.what == "ended" && last.status.as_deref() == Some("finished") => Ok(()),
        _ => Err(Failure::Wrong(format!(
            "the timeline of run {run} does not end with 'finished'"
        ))),
    }
}
