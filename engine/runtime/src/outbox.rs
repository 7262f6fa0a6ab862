//! Messages that must leave after the commit, for the channels that take them.

use crate::clock::within;
use crate::command::{Command, Job};
use crate::engine::Shared;
use crate::load::Load;
use crate::pump::{Rows, Work};
use crate::requests::Caller;
use crate::run::assignee_of;
use crate::writer::Ask;
use crate::{Channel, Error, limits};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;
use store::rows::{NoticeRow, OutboxRow, RunId, UndeliveredRow};
use tokio::sync::{mpsc, oneshot};

/// A notice as a CloudEvent 1.0 in JSON, for one channel.
pub(crate) fn told(channel: &str, key: &str, notice: &NoticeRow) -> OutboxRow {
    let to = assignee_of(&notice.to_kind, &notice.to_id);
    let body = json!({
        "specversion": "1.0",
        "id": key,
        "source": format!("/gemba/apps/{}", percent_encoded(&notice.app)),
        "type": "gemba.told",
        "subject": notice.run,
        "time": rfc3339(notice.at_ms),
        "datacontenttype": "application/json",
        "data": {
            "run": notice.run,
            "app": notice.app,
            "step": notice.step,
            "to": to,
            "text": notice.text,
        },
    });
    OutboxRow {
        // The store gives the number.
        id: 0,
        channel: channel.to_owned(),
        key: key.to_owned(),
        body: body.to_string(),
        at_ms: notice.at_ms,
    }
}

/// What a run has emitted.
pub(crate) struct Emitted {
    pub(crate) run: RunId,
    pub(crate) app: String,
    pub(crate) name: String,
    pub(crate) body: Map<String, Value>,
    pub(crate) at_ms: i64,
}

/// What a run has emitted as a CloudEvent 1.0 in JSON, for one channel: its type is the name of the message.
pub(crate) fn emitted(channel: &str, key: &str, emitted: &Emitted) -> OutboxRow {
    let body = json!({
        "specversion": "1.0",
        "id": key,
        "source": format!("/gemba/apps/{}", percent_encoded(&emitted.app)),
        "type": format!("gemba.emitted.{}", emitted.name),
        "subject": emitted.run,
        "time": rfc3339(emitted.at_ms),
        "datacontenttype": "application/json",
        "data": emitted.body,
    });
    OutboxRow {
        // The store gives the number.
        id: 0,
        channel: channel.to_owned(),
        key: key.to_owned(),
        body: body.to_string(),
        at_ms: emitted.at_ms,
    }
}

/// A CloudEvent's source is a URI reference, and ids of apps are words of any script.
fn percent_encoded(id: &str) -> String {
    let mut text = String::with_capacity(id.len());
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'~' => text.push(char::from(byte)),
            other => text.push_str(&format!("%{other:02X}")),
        }
    }
    text
}

/// Moments beyond the calendar (year 9999) are told as its end.
fn rfc3339(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms)
        .unwrap_or(jiff::Timestamp::MAX)
        .to_string()
}

/// The rows of one channel, each handed over and then dropped through the writer. A row that was delivered right before
/// a crash is delivered again: its key tells the receiver.
pub(crate) struct Deliveries {
    pub(crate) shared: Arc<Shared>,
    pub(crate) channel: Arc<dyn Channel>,
    /// Weak, so that an engine that is let go of can end.
    pub(crate) queue: mpsc::WeakSender<Ask>,
}

#[async_trait::async_trait]
impl Work for Deliveries {
    type Row = OutboxRow;

    fn lane(&self) -> &str {
        self.channel.name()
    }

    fn at_once_max(&self) -> usize {
        limits::OUTBOX_IN_FLIGHT_MAX
    }

    fn key(row: &OutboxRow) -> &str {
        &row.key
    }

    async fn read(&self, after: u64) -> Result<Rows<OutboxRow>, store::Error> {
        let rows = self.shared.store.outbox(after, limits::PUMP_PAGE_ROWS).await?;
        let own = |row: &OutboxRow| row.channel == self.channel.name();
        Ok(Rows {
            up_to: rows.last().map_or(after, |row| row.id),
            more: rows.len() == limits::PUMP_PAGE_ROWS as usize,
            rows: rows.into_iter().filter(own).map(|row| (row.id, row)).collect(),
        })
    }

    /// When the row cannot be dropped it counts as not delivered, and is tried again under the same key: a row never
    /// stays without anybody who cares for it.
    async fn carry_out(&self, id: u64, row: &OutboxRow, tries: u32) -> Result<(), String> {
        let limit = Duration::from_millis(limits::OUTBOX_DELIVERY_MS);
        let delivered = within(&*self.shared.clock, limit, self.channel.deliver(&row.key, &row.body)).await;
        let delivered = delivered.unwrap_or_else(|| Err(format!("no answer in {} s", limit.as_secs())));
        let noted = match delivered {
            Ok(()) => command(&self.queue, Command::Delivered(id), "outbox")
                .await
                .map_err(|error| format!("delivered, but not dropped: {error}")),
            Err(problem) => {
                self.shared.counters.delivery_failed();
                return self.give_up(id, row, tries, problem).await;
            }
        };
        match &noted {
            Ok(()) => self.shared.counters.delivered(),
            Err(_) => self.shared.counters.delivery_failed(),
        }
        noted
    }
}

impl Deliveries {
    /// After a day, but never at the first failures after a start: the server itself may have been off for that day.
    async fn give_up(&self, id: u64, row: &OutboxRow, tries: u32, problem: String) -> Result<(), String> {
        let now_ms = self.shared.clock.now().0;
        let is_old = now_ms.saturating_sub(row.at_ms) >= limits::OUTBOX_TRIED_FOR_MS;
        if !is_old || tries < limits::OUTBOX_TRIES_MIN {
            return Err(problem);
        }
        let (channel, key) = (self.channel.name(), &row.key);
        tracing::error!(channel, key, tries, %problem, "a message is given up; an operator can send it again");
        let given_up = UndeliveredRow {
            id: 0,
            channel: row.channel.clone(),
            key: row.key.clone(),
            body: row.body.clone(),
            at_ms: row.at_ms,
            problem: problem.chars().take(limits::OUTBOX_PROBLEM_CHARACTERS_MAX).collect(),
            given_up_at_ms: now_ms,
        };
        let noted = command(&self.queue, Command::GiveUp(id, Box::new(given_up)), "outbox").await;
        noted.map_err(|error| format!("{problem}; it could not be given up: {error}"))
    }
}

/// A command of the engine's own, through the writer like all others.
pub(crate) async fn command(queue: &mpsc::WeakSender<Ask>, command: Command, by: &str) -> Result<(), Error> {
    let (reply, answer) = oneshot::channel();
    let job = Job {
        command,
        caller: Caller::trusted(by, None),
        key: None,
        load: Load::none(),
        reply: Some(reply),
    };
    let queue = queue.upgrade().ok_or(Error::Stopping)?;
    let sent = queue.send(Ask::Job(Box::new(job))).await;
    sent.map_err(|_| Error::Stopping)?;
    drop(queue);
    answer.await.map_err(|_| Error::Stopping)?.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_a_cloud_event() {
        let run = uuid::Uuid::from_u128(7);
        let notice = NoticeRow {
            id: 0,
            run,
            app: "andon_呼叫".into(),
            step: "come".into(),
            to_kind: "role".into(),
            to_id: "maintenance".into(),
            text: "nobody has come".into(),
            at_ms: 1_790_000_000_000,
        };
        let row = told("mail", "7-2-0", &notice);
        let body: serde_json::Value = serde_json::from_str(&row.body).unwrap();
        assert_eq!((row.channel.as_str(), row.key.as_str()), ("mail", "7-2-0"));
        assert_eq!(body["specversion"], "1.0");
        assert_eq!(body["id"], "7-2-0");
        assert_eq!(body["type"], "gemba.told");
        assert_eq!(body["source"], "/gemba/apps/andon_%E5%91%BC%E5%8F%AB");
        assert_eq!(body["time"], "2026-09-21T14:13:20Z");
        assert_eq!(body["data"]["to"], json!({"role": "maintenance"}));
    }
}
