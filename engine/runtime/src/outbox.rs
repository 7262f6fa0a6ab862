//! What must leave after the commit: each channel has a pump that hands over its rows, at least once each.
//!
//! A pump reads the outbox in pages, in order, and keeps a window of rows that wait or are under way. A delivery that
//! failed waits longer each time, with jitter, while the others go on. What has left is dropped through the writer, so
//! a row that was delivered right before a crash is delivered again: its key tells the receiver.

use crate::command::{Command, Job};
use crate::engine::Shared;
use crate::load::Load;
use crate::requests::Caller;
use crate::run::assignee_of;
use crate::writer::Ask;
use crate::{Channel, Clock, limits};
use kernel::Timestamp;
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use store::rows::{NoticeRow, OutboxRow};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{Id, JoinError, JoinSet};

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

/// Hands over the rows of one channel until the engine stops.
pub(crate) struct Pump {
    pub(crate) shared: Arc<Shared>,
    pub(crate) channel: Arc<dyn Channel>,
    /// Changes when a commit has put rows into the outbox.
    pub(crate) grew: watch::Receiver<()>,
    pub(crate) stop: watch::Receiver<bool>,
    /// Weak, so that an engine that is let go of can end.
    pub(crate) queue: mpsc::WeakSender<Ask>,
}

/// Rows that wait for their turn or are under way, and how far the outbox was read.
#[derive(Default)]
struct Window {
    /// By the moment of the next try, then by number.
    waiting: BTreeMap<(i64, u64), Outgoing>,
    deliveries: JoinSet<Result<(), String>>,
    /// What each delivery carries; here, so that a channel that panics does not take it along.
    under_way: HashMap<Id, Outgoing>,
    read_up_to: u64,
    /// The outbox may hold more than was read.
    more: bool,
    /// The outbox could not be read; then it is tried again.
    read_again: Option<Timestamp>,
}

struct Outgoing {
    row: OutboxRow,
    tries: u32,
}

impl Window {
    fn rows(&self) -> usize {
        self.waiting.len() + self.under_way.len()
    }

    /// When something has to be tried again. A row that waits has to wait on while enough are under way.
    fn next_try(&self) -> Option<Timestamp> {
        let free = self.under_way.len() < limits::OUTBOX_IN_FLIGHT_MAX;
        let row = self.waiting.first_key_value().filter(|_| free);
        let row = row.map(|((at, _), _)| Timestamp(*at));
        [row, self.read_again].into_iter().flatten().min()
    }
}

impl Pump {
    pub(crate) async fn run(mut self) {
        let mut window = Window {
            more: true,
            ..Window::default()
        };
        loop {
            self.read(&mut window).await;
            self.begin_deliveries(&mut window);
            let next_try = window.next_try();
            tokio::select! {
                changed = self.stop.changed() => {
                    if changed.is_err() || *self.stop.borrow() {
                        break;
                    }
                }
                changed = self.grew.changed() => match changed {
                    Ok(()) => window.more = true,
                    // The writer has ended: nothing more can be dropped from the outbox.
                    Err(_) => break,
                },
                Some(ended) = window.deliveries.join_next_with_id() => self.note(&mut window, ended),
                () = sleep(&*self.shared.clock, next_try) => {}
            }
        }
        self.finish(&mut window).await;
    }

    async fn read(&self, window: &mut Window) {
        window.read_again = None;
        while window.more && window.rows() < limits::OUTBOX_WINDOW_MAX {
            match self
                .shared
                .store
                .outbox(window.read_up_to, limits::OUTBOX_PAGE_ROWS)
                .await
            {
                Ok(rows) => {
                    window.more = rows.len() == limits::OUTBOX_PAGE_ROWS as usize;
                    for row in rows {
                        window.read_up_to = row.id;
                        if row.channel == self.channel.name() {
                            window.waiting.insert((i64::MIN, row.id), Outgoing { row, tries: 0 });
                        }
                    }
                }
                Err(store::Error::Closed) => window.more = false,
                Err(failure) => {
                    tracing::error!(%failure, "the outbox cannot be read");
                    let again = self.shared.clock.now().0 + limits::OUTBOX_RETRY_FIRST_MS;
                    window.read_again = Some(Timestamp(again));
                    return;
                }
            }
        }
    }

    fn begin_deliveries(&self, window: &mut Window) {
        let now = self.shared.clock.now().0;
        while window.under_way.len() < limits::OUTBOX_IN_FLIGHT_MAX {
            let Some(first) = window.waiting.first_entry().filter(|first| first.key().0 <= now) else {
                return;
            };
            let mut outgoing = first.remove();
            outgoing.tries += 1;
            let delivery = deliver(self.channel.clone(), self.queue.clone(), outgoing.row.clone());
            let delivery = window.deliveries.spawn(delivery);
            window.under_way.insert(delivery.id(), outgoing);
        }
    }

    fn note(&self, window: &mut Window, ended: Result<(Id, Result<(), String>), JoinError>) {
        let (delivery, result) = match ended {
            Ok(ended) => ended,
            Err(problem) => (problem.id(), Err(problem.to_string())),
        };
        let Some(outgoing) = window.under_way.remove(&delivery) else {
            return;
        };
        match result {
            Ok(()) => self.shared.counters.delivered(),
            Err(problem) => {
                self.shared.counters.delivery_failed();
                let Outgoing { row, tries } = &outgoing;
                tracing::warn!(channel = self.channel.name(), key = %row.key, tries, %problem, "a delivery failed");
                let again = self.shared.clock.now().0 + pause_ms(row.id, *tries);
                window.waiting.insert((again, row.id), outgoing);
            }
        }
    }

    /// What is under way may still arrive; what waits stays in the store.
    async fn finish(&self, window: &mut Window) {
        let rest = async {
            while let Some(ended) = window.deliveries.join_next_with_id().await {
                self.note(window, ended);
            }
        };
        let limit = Duration::from_millis(limits::STOP_DELIVERIES_MS);
        if tokio::time::timeout(limit, rest).await.is_err() {
            tracing::warn!(
                channel = self.channel.name(),
                "deliveries under way are left for the next start"
            );
        }
    }
}

/// Hands one row over and drops it from the outbox. When the latter fails it counts as not delivered, and is tried again
/// under the same key: a row never stays without anybody who cares for it.
async fn deliver(channel: Arc<dyn Channel>, queue: mpsc::WeakSender<Ask>, row: OutboxRow) -> Result<(), String> {
    let limit = Duration::from_millis(limits::OUTBOX_DELIVERY_MS);
    let delivered = tokio::time::timeout(limit, channel.deliver(&row.key, &row.body)).await;
    delivered.map_err(|_| format!("no answer in {} s", limit.as_secs()))??;
    let gone = || "delivered, but the engine is gone".to_owned();
    let (reply, answer) = oneshot::channel();
    let job = Job {
        command: Command::Delivered(row.id),
        caller: Caller::trusted("outbox", None),
        key: None,
        load: Load::none(),
        reply: Some(reply),
    };
    let queue = queue.upgrade().ok_or_else(gone)?;
    queue.send(Ask::Job(Box::new(job))).await.map_err(|_| gone())?;
    drop(queue);
    let dropped = answer.await.map_err(|_| gone())?;
    dropped
        .map(|_| ())
        .map_err(|error| format!("delivered, but not dropped: {error}"))
}

/// For ever when there is nothing to wait for.
async fn sleep(clock: &dyn Clock, until: Option<Timestamp>) {
    match until {
        Some(at) => clock.sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// Doubles with each try up to the longest; up to a quarter is taken off, differently for each row, so that what
/// failed together is not tried together.
fn pause_ms(row: u64, tries: u32) -> i64 {
    let doublings = tries.saturating_sub(1).min(20);
    let pause = (limits::OUTBOX_RETRY_FIRST_MS << doublings).min(limits::OUTBOX_RETRY_LONGEST_MS);
    // Spreads neighbouring numbers over the whole range (Fibonacci hashing).
    let spread = (row ^ u64::from(tries)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
    pause - (spread as i64) % (pause / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_longest_and_differ_between_rows() {
        for tries in 1..100 {
            for row in 0..50 {
                let pause = pause_ms(row, tries);
                let full = (limits::OUTBOX_RETRY_FIRST_MS << (tries - 1).min(20)).min(limits::OUTBOX_RETRY_LONGEST_MS);
                assert!(pause <= full && pause > full * 3 / 4 - 1, "{row} {tries} {pause}");
            }
        }
        let pauses: std::collections::BTreeSet<i64> = (0..50).map(|row| pause_ms(row, 5)).collect();
        assert!(pauses.len() > 40);
    }

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
