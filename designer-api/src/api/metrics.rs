//! Metrics, as Prometheus reads them (OpenMetrics text).

use axum::extract::State;
use axum::http::{Method, header};
use axum::response::IntoResponse;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use runtime::Metrics;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, UNIX_EPOCH};

use super::Route;
use crate::events::Events;
use crate::http::{Params, Problem};
use crate::identity::Right;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/metrics", Right::Read, metrics)]
}

/// Upper bounds of the answer times, in seconds: from a read out of memory to an upload over a weak radio link.
const BUCKETS_S: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// What the HTTP side counts while it runs.
#[derive(Clone)]
pub(crate) struct HttpMetrics {
    answers: Family<Answer, Counter>,
    times: Family<Timed, Histogram, fn() -> Histogram>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answer {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Timed {
    method: &'static str,
    route: String,
}

impl Default for HttpMetrics {
    fn default() -> HttpMetrics {
        HttpMetrics {
            answers: Family::default(),
            times: Family::new_with_constructor(|| Histogram::new(BUCKETS_S)),
        }
    }
}

impl HttpMetrics {
    /// `route` is the route's pattern, not the path: as many series as there are routes. Empty for no route.
    pub(crate) fn answered(&self, method: &Method, route: &str, status: u16, took: Duration) {
        let method = match *method {
            Method::GET => "GET",
            Method::POST => "POST",
            Method::PUT => "PUT",
            Method::DELETE => "DELETE",
            Method::HEAD => "HEAD",
            _ => "other",
        };
        self.answers
            .get_or_create(&Answer {
                method,
                route: route.to_owned(),
                status,
            })
            .inc();
        self.times
            .get_or_create(&Timed {
                method,
                route: route.to_owned(),
            })
            .observe(took.as_secs_f64());
    }

    fn register(&self, registry: &mut Registry) {
        registry.register("http_answers", "Answered requests", self.answers.clone());
        let help = "Time from a request's headers to its answer";
        registry.register_with_unit("http_answer_time", help, Unit::Seconds, self.times.clone());
    }
}

async fn metrics(State(server): State<Server>, query: Params) -> Result<impl IntoResponse, Problem> {
    query.finish()?;
    let mut registry = Registry::with_prefix("gemba");
    server.http_metrics().register(&mut registry);
    register_events(&mut registry, server.events());
    if let Some(tls) = server.tls() {
        let ends = tls.ends().duration_since(UNIX_EPOCH).unwrap_or_default();
        let help = "When the TLS certificate that is shown ends, in seconds since 1970";
        registry.register_with_unit("tls_certificate_end", help, Unit::Seconds, gauge(ends.as_secs()));
    }
    register_engine(&mut registry, &server.engine().metrics().await?);
    let mut page = String::new();
    // Writing into a text does not fail.
    text::encode(&mut page, &registry).map_err(|_| Problem::internal())?;
    Ok((
        [(
            header::CONTENT_TYPE,
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
        )],
        page,
    ))
}

fn register_events(registry: &mut Registry, events: &Events) {
    let help = "Connections that follow live events";
    registry.register("event_listeners", help, gauge(events.listeners() as u64));
    let resets = Counter::<u64>::default();
    resets.inc_by(events.resets());
    registry.register("event_resets", "Listeners told to read again", resets);
}

fn register_engine(registry: &mut Registry, metrics: &Metrics) {
    let kept = &metrics.kept;
    let gauges = [
        ("runs_waiting", "Runs that wait for something", kept.runs_waiting),
        ("runs_stopped", "Runs stopped by an incident", kept.runs_stopped),
        ("runs_ended", "Runs that have ended", kept.runs_ended),
        ("tasks_open", "Open tasks", kept.tasks_open),
        ("tasks_late", "Open tasks past their deadline", kept.tasks_late),
        ("timers", "Timers that are set", kept.timers),
        ("holds", "What is on hold", kept.holds),
        ("brakes", "What stands still", metrics.brakes),
        ("runs_held", "Runs that could go on and stand still", metrics.runs_held),
        ("outbox", "Messages that must still leave", kept.outbox),
        (
            "undelivered",
            "Messages that were given up: send them again, or drop them",
            kept.undelivered,
        ),
        ("asks", "What runs ask of the world outside and wait for", kept.asks),
        ("journal_entries", "Entries of all journals", kept.journal_entries),
        (
            "writer_queue",
            "Requests that wait for the writer",
            metrics.queue_length,
        ),
    ];
    for (name, help, value) in gauges {
        registry.register(name, help, gauge(value));
    }
    registry.register_with_unit(
        "data_size",
        "Size of the database and the blobs",
        Unit::Bytes,
        gauge(kept.size_bytes),
    );
    let counters = [
        ("commits", "Transactions on disk", metrics.commits),
        (
            "batched_requests",
            "Requests in all transactions together",
            metrics.batched,
        ),
        ("timers_fired", "Timers that came due", metrics.timers_fired),
        ("outbox_delivered", "Messages that left", metrics.outbox_delivered),
        (
            "outbox_failed",
            "Tries to send a message that failed",
            metrics.outbox_failed,
        ),
        (
            "asks_done",
            "Asks of the world outside that were done",
            metrics.asks_done,
        ),
        (
            "asks_failed",
            "Asks of the world outside that failed",
            metrics.asks_failed,
        ),
    ];
    for (name, help, value) in counters {
        let counter = Counter::<u64>::default();
        counter.inc_by(value);
        registry.register(name, help, counter);
    }
    let seconds = Counter::<f64, AtomicU64>::default();
    seconds.inc_by(metrics.commit_seconds_sum);
    registry.register_with_unit(
        "commit_time",
        "Time of all transactions together",
        Unit::Seconds,
        seconds,
    );
    let requests = Family::<[(&'static str, String); 2], Counter>::default();
    for (kind, done, refused) in &metrics.requests {
        for (result, count) in [("done", *done), ("refused", *refused)] {
            let labels = [("kind", kind.clone()), ("result", result.to_owned())];
            requests.get_or_create(&labels).inc_by(count);
        }
    }
    registry.register("requests", "Requests to the engine", requests);
}

fn gauge(value: u64) -> Gauge {
    let gauge = Gauge::default();
    gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
    gauge
}
