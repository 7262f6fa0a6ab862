//! `sse`: runs are started while many pages follow live events. The figure: from the reply that a run is on disk until the
//! last page has heard of it.

use std::time::Instant;

use async_trait::async_trait;

use super::{AppFile, RunReply, Scenario, Turned, timeline};
use crate::client::Client;
use crate::failure::Failure;
use crate::record::{Made, Record, Sample};

const APP: AppFile = AppFile {
    id: "load_task_roundtrip",
    yaml: include_str!("../../apps/task_roundtrip.yaml"),
};

pub(super) struct Sse;

#[async_trait]
impl Scenario for Sse {
    fn apps(&self) -> &'static [AppFile] {
        &[APP]
    }

    async fn make(&self, client: &mut Client, turn: &Turned<'_>, record: &Record) -> Result<String, Failure> {
        let sent = Instant::now();
        let body = format!(r#"{{"app":"{}"}}"#, APP.id);
        let reply = client.post("/api/v1/runs", &turn.key("start"), body).await?;
        let answered = Instant::now();
        record.latency("start", answered - turn.turn.due);
        let run: RunReply = reply.json()?;
        run.must_be("waiting")?;
        record.made(Made {
            run: run.id.clone(),
            sent,
            answered,
        });
        Ok(run.id)
    }

    async fn verify(&self, client: &mut Client, sample: &Sample) -> Result<(), Failure> {
        let facts = timeline(client, &sample.run).await?;
        match facts.iter().any(|fact| fact.what == "task_opened") {
            true => Ok(()),
            false => Err(Failure::Wrong(format!(
                "the timeline of run {} opens no task",
                sample.run
            ))),
        }
    }
}
