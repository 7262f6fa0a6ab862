//! What runs ask of the world outside: each is done after its commit, and what came of it goes back through the writer.
//!
//! A crash between the doing and the noting leaves it open whether it was done. What may be repeated is done again, under
//! the same key: requests, messages to brokers, plugins, papers into folders. A paper on a printer and a value for a
//! machine may not: twice is worse than a question. That they begin is kept before they do, and after a crash such a one
//! fails with `unknown_outcome`, so that the flow or a person decides.
//!
//! An ask is done once for each time that it is put: trying again is the flow's business, for only it knows what the wait
//! may cost.

use crate::clock::within;
use crate::command::Command;
use crate::engine::Shared;
use crate::outbox::command;
use crate::pump::{Pump, Rows, Work};
use crate::writer;
use crate::{Clock, Outside, limits};
use kernel::{Ask, AskResult, Request};
use language::model::{PrinterAddress, Site};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::rows::{AskRow, RunId};
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};

/// What came of an ask, on its way to the writer.
#[derive(Clone)]
pub(crate) struct Answered {
    pub(crate) run: RunId,
    pub(crate) ask: u32,
    /// The row's number: an ask that was put again meanwhile is another.
    pub(crate) row: u64,
    pub(crate) result: AskResult,
}

/// An ask as the store keeps it.
pub(crate) fn row(run: RunId, ask: &Ask, at_ms: i64) -> AskRow {
    AskRow {
        // The store gives the number.
        id: 0,
        run,
        ask: ask.ask,
        lane: lane(&ask.request),
        key: format!("{run}-{}-{}", ask.ask, ask.attempt),
        // Ids, numbers and JSON: there is nothing JSON cannot say.
        body: serde_json::to_string(ask).expect("an ask is JSON"),
        at_ms,
        begun_at_ms: None,
    }
}

const HTTP: &str = "http/";
const PLUGIN: &str = "plugin/";

/// What an ask goes through; asks of one lane wait for one another, others do not.
fn lane(request: &Request) -> String {
    match request {
        Request::Http { connection, .. } => format!("{HTTP}{connection}"),
        Request::Publish { connection, .. } => format!("broker/{connection}"),
        Request::Write { signal, .. } => format!("signal/{signal}"),
        Request::Print {
            printer: Some(printer), ..
        } => format!("printer/{printer}"),
        Request::Print { printer: None, .. } => "printer/".to_owned(),
        Request::Run { plugin, .. } => format!("{PLUGIN}{plugin}"),
    }
}

/// Messages, values for machines and papers keep their order, so they go one by one.
fn at_once_max(lane: &str) -> usize {
    if lane.starts_with(HTTP) || lane.starts_with(PLUGIN) {
        limits::ASKS_AT_ONCE_MAX
    } else {
        1
    }
}

/// Whether it does no harm when it is done twice: who is asked drops what it knows by its key, or a file is written over.
fn may_repeat(request: &Request, site: &Site) -> bool {
    match request {
        Request::Http { .. } | Request::Publish { .. } | Request::Run { .. } => true,
        Request::Write { .. } => false,
        Request::Print { printer: None, .. } => true,
        Request::Print {
            printer: Some(printer), ..
        } => {
            let mut printers = site.printers.iter();
            let found = printers.find(|known| known.id == *printer);
            found.is_some_and(|found| matches!(found.address, PrinterAddress::Folder(_)))
        }
    }
}

/// Nobody knows whether it was done.
fn unknown_outcome(request: &Request) -> AskResult {
    let message = match request {
        Request::Print { .. } => {
            "the server stopped while this was being printed: look whether the paper is there, and print again only when \
             it is not"
        }
        Request::Write { .. } => {
            "the server stopped while this value was being written: look at the machine, and write again only when it \
             does not have it"
        }
        _ => "the server stopped while this was being done: look whether it was, before it is done again",
    };
    failed("unknown_outcome", message.to_owned())
}

/// The pumps of all lanes. A lane gets its own when something is first asked in it.
pub(crate) struct Lanes {
    shared: Arc<Shared>,
    outside: Arc<dyn Outside>,
    /// Weak, so that an engine that is let go of can end.
    queue: mpsc::WeakSender<writer::Ask>,
    stop: watch::Receiver<bool>,
    pumps: Mutex<BTreeMap<String, Lane>>,
}

struct Lane {
    grew: watch::Sender<()>,
    pump: JoinHandle<()>,
}

impl Lanes {
    pub(crate) fn new(
        shared: Arc<Shared>,
        outside: Arc<dyn Outside>,
        queue: mpsc::WeakSender<writer::Ask>,
        stop: watch::Receiver<bool>,
    ) -> Lanes {
        Lanes {
            shared,
            outside,
            queue,
            stop,
            pumps: Mutex::default(),
        }
    }

    /// A commit has put rows into these lanes.
    pub(crate) fn grew(&self, lanes: impl IntoIterator<Item = String>) {
        // A panic inside leaves the map whole.
        let mut pumps = self.pumps.lock().unwrap_or_else(PoisonError::into_inner);
        for lane in lanes {
            match pumps.get(&lane) {
                Some(known) => known.grew.send_replace(()),
                None if *self.stop.borrow() => {}
                None => {
                    let begun = self.begin(lane.clone());
                    pumps.insert(lane, begun);
                }
            }
        }
    }

    fn begin(&self, lane: String) -> Lane {
        let (grew, seen) = watch::channel(());
        let work = Asking {
            at_once_max: at_once_max(&lane),
            lane,
            shared: self.shared.clone(),
            outside: self.outside.clone(),
            queue: self.queue.clone(),
            unnoted: Mutex::default(),
        };
        let pump = Pump {
            shared: self.shared.clone(),
            work: Arc::new(work),
            grew: seen,
            stop: self.stop.clone(),
        };
        let pump = tokio::spawn(pump.run());
        Lane { grew, pump }
    }

    /// The pumps, to be waited for.
    pub(crate) fn take(&self) -> Vec<JoinHandle<()>> {
        let mut pumps = self.pumps.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *pumps)
            .into_values()
            .map(|lane| lane.pump)
            .collect()
    }
}

/// The asks of one lane.
struct Asking {
    lane: String,
    at_once_max: usize,
    shared: Arc<Shared>,
    outside: Arc<dyn Outside>,
    queue: mpsc::WeakSender<writer::Ask>,
    /// Done, but the writer could not note it yet; it is not done again for that.
    unnoted: Mutex<HashMap<u64, AskResult>>,
}

#[async_trait::async_trait]
impl Work for Asking {
    type Row = AskRow;

    fn lane(&self) -> &str {
        &self.lane
    }

    fn at_once_max(&self) -> usize {
        self.at_once_max
    }

    fn key(row: &AskRow) -> &str {
        &row.key
    }

    async fn read(&self, after: u64) -> Result<Rows<AskRow>, store::Error> {
        // When it is let go, the lane is told that it grew.
        if self.shared.brakes().holds_lane(&self.lane) {
            return Ok(Rows {
                rows: Vec::new(),
                up_to: after,
                more: false,
            });
        }
        let rows = self
            .shared
            .store
            .asks(&self.lane, after, limits::PUMP_PAGE_ROWS)
            .await?;
        Ok(Rows {
            up_to: rows.last().map_or(after, |row| row.id),
            more: rows.len() == limits::PUMP_PAGE_ROWS as usize,
            rows: rows.into_iter().map(|row| (row.id, row)).collect(),
        })
    }

    async fn carry_out(&self, id: u64, row: &AskRow, _tries: u32) -> Result<(), String> {
        let unnoted = self.unnoted().get(&id).cloned();
        if unnoted.is_none() && self.shared.brakes().holds_lane(&self.lane) {
            return Err("a brake is on it".to_owned());
        }
        let result = match unnoted {
            Some(result) => result,
            None => {
                let kept = self.shared.store.ask(row.run, row.ask).await;
                let kept = kept.map_err(|failure| failure.to_string())?;
                // Withdrawn, or put again, before it began.
                let Some(kept) = kept.filter(|kept| kept.id == id) else {
                    return Ok(());
                };
                let result = self.done_once(&kept).await?;
                self.shared.counters.asked(&result);
                self.shared.troubles.note(&self.lane, &result);
                self.unnoted().insert(id, result.clone());
                result
            }
        };
        let answered = Answered {
            run: row.run,
            ask: row.ask,
            row: id,
            result,
        };
        let noted = command(&self.queue, Command::Answered(Box::new(answered)), "outside").await;
        noted.map_err(|error| format!("done, but not noted: {error}"))?;
        self.unnoted().remove(&id);
        Ok(())
    }
}

impl Asking {
    /// Does it, unless it may have been done before and must not be done twice.
    async fn done_once(&self, row: &AskRow) -> Result<AskResult, String> {
        let asked: Ask = match serde_json::from_str(&row.body) {
            Ok(asked) => asked,
            Err(problem) => {
                let message = format!("this Gemba cannot read what was asked: {problem}");
                return Ok(failed("not_understood", message));
            }
        };
        if !may_repeat(&asked.request, &self.shared.site) {
            if row.begun_at_ms.is_some() {
                tracing::warn!(lane = self.lane, key = row.key, "it is not known whether this was done");
                return Ok(unknown_outcome(&asked.request));
            }
            let begin = Command::BeginAsk {
                run: row.run,
                ask: row.ask,
                row: row.id,
            };
            let begun = command(&self.queue, begin, "outside").await;
            begun.map_err(|error| format!("not begun: {error}"))?;
        }
        Ok(ask(&*self.shared.clock, &self.outside, asked, row.key.clone()).await)
    }

    fn unnoted(&self) -> std::sync::MutexGuard<'_, HashMap<u64, AskResult>> {
        // A panic inside leaves the map whole.
        self.unnoted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whatever happens out there, there is an answer.
async fn ask(clock: &dyn Clock, outside: &Arc<dyn Outside>, ask: Ask, key: String) -> AskResult {
    let within_ms = u64::try_from(ask.within_ms).unwrap_or(0).min(limits::ASK_WITHIN_MS_MAX);
    let limit = Duration::from_millis(within_ms + limits::ASK_GRACE_MS);
    let outside = outside.clone();
    // A task of its own, so that its panic is an answer too; it ends with the set.
    let mut asking = JoinSet::new();
    asking.spawn(async move { outside.ask(&ask, &key).await });
    match within(clock, limit, asking.join_next()).await {
        Some(Some(Ok(result))) => within_limits(result),
        Some(Some(Err(problem))) => failed("broken", format!("what asks failed in itself: {problem}")),
        // The set holds one task.
        Some(None) | None => AskResult::Failed {
            kind: "timeout".to_owned(),
            message: format!("no answer in {within_ms} ms"),
            again: true,
        },
    }
}

/// What comes from outside becomes part of the run's state.
fn within_limits(result: AskResult) -> AskResult {
    let AskResult::Done { value } = &result else {
        return result;
    };
    if let Err(error) = crate::bodies::check_value("an answer", value) {
        return failed("too_large", error.to_string());
    }
    result
}

fn failed(kind: &str, message: String) -> AskResult {
    AskResult::Failed {
        kind: kind.to_owned(),
        message,
        again: false,
    }
}
