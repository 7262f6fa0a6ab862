//! `task-roundtrip`: two forms in a row for a role. The figure: from sending the first answer until the second task is in
//! the role's list.

use std::time::Instant;

use async_trait::async_trait;
use serde_json::json;
use tokio::time::sleep;

use super::{AppFile, RunReply, Scenario, Turned, must_have_finished, timeline};
use crate::client::Client;
use crate::failure::Failure;
use crate::limits::{LISTED_PAUSE, LISTED_TIMEOUT};
use crate::record::{Record, Sample};

const APP: AppFile = AppFile {
    id: "load_task_roundtrip",
    yaml: include_str!("../../apps/task_roundtrip.yaml"),
};
const COUNT: &str = "count_the_pieces";
const CONFIRM: &str = "confirm_the_count";

pub(super) struct TaskRoundtrip;

#[derive(serde::Deserialize)]
struct TasksReply {
    items: Vec<TaskReply>,
}

#[derive(serde::Deserialize)]
struct TaskReply {
    id: String,
    step: String,
}

#[async_trait]
impl Scenario for TaskRoundtrip {
    fn apps(&self) -> &'static [AppFile] {
        &[APP]
    }

    async fn make(&self, client: &mut Client, turn: &Turned<'_>, record: &Record) -> Result<String, Failure> {
        let due = turn.turn.due;
        let body = format!(r#"{{"app":"{}"}}"#, APP.id);
        let reply = client.post("/api/v1/runs", &turn.key("start"), body).await?;
        record.latency("start", Instant::now() - due);
        let run: RunReply = reply.json()?;
        run.must_be("waiting")?;

        let first = listed(client, &run.id, COUNT).await?;
        record.latency("start_to_listed", Instant::now() - due);

        let sent = Instant::now();
        let answers = format!(r#"{{"answers":{{"pieces_counted":{}}}}}"#, pieces(turn.turn.number));
        let moved = complete(client, &first, &turn.key("first"), answers, record).await?;
        moved.must_be("waiting")?;
        let second = listed(client, &run.id, CONFIRM).await?;
        record.latency("complete_to_listed", Instant::now() - sent);

        let answers = r#"{"answers":{"is_it_right":true}}"#.to_owned();
        let ended = complete(client, &second, &turn.key("second"), answers, record).await?;
        ended.must_be("finished")?;
        record.latency("run", Instant::now() - due);
        Ok(run.id)
    }

    async fn verify(&self, client: &mut Client, sample: &Sample) -> Result<(), Failure> {
        let facts = timeline(client, &sample.run).await?;
        let told: Vec<_> = facts
            .iter()
            .filter(|fact| fact.what == "task_completed")
            .map(|fact| (fact.step.as_deref(), json!(fact.answers)))
            .collect();
        let expected = [
            (Some(COUNT), json!({"pieces_counted": pieces(sample.turn)})),
            (Some(CONFIRM), json!({"is_it_right": true})),
        ];
        if told != expected {
            let run = &sample.run;
            return Err(Failure::Wrong(format!(
                "the timeline of run {run} tells {told:?}, not {expected:?}"
            )));
        }
        must_have_finished(&sample.run, &facts)
    }
}

fn pieces(turn: u64) -> u64 {
    turn % 1_000
}

async fn complete(
    client: &mut Client,
    task: &str,
    key: &str,
    answers: String,
    record: &Record,
) -> Result<RunReply, Failure> {
    let sent = Instant::now();
    let reply = client
        .post(&format!("/api/v1/tasks/{task}/complete"), key, answers)
        .await?;
    record.latency("complete", Instant::now() - sent);
    reply.json()
}

/// Asks the list of the role, as a terminal would, until the run's task for `step` is in it. Gives back the task's id.
async fn listed(client: &mut Client, run: &str, step: &str) -> Result<String, Failure> {
    let path = format!("/api/v1/tasks?role=operator&run={run}");
    let asked = Instant::now();
    loop {
        let tasks: TasksReply = client.get(&path).await?.json()?;
        if let Some(task) = tasks.items.into_iter().find(|task| task.step == step) {
            return Ok(task.id);
        }
        if asked.elapsed() > LISTED_TIMEOUT {
            let seconds = LISTED_TIMEOUT.as_secs();
            return Err(Failure::Wrong(format!(
                "the task {step} of run {run} was not listed for the role operator in {seconds} s"
            )));
        }
        sleep(LISTED_PAUSE).await;
    }
}
