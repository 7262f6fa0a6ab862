//! Signals: what machines say, and how old it is.

use axum::Json;
use axum::extract::State;
use kernel::{Quality, Reading, Timestamp};
use runtime::{SignalReading, SignalView};
use serde::Serialize;
use serde_json::Value;

use super::Route;
use super::views::List;
use crate::http::{Call, Members, Params, Path, Problem, Rfc3339};
use crate::identity::Right;
use crate::limits;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/signals", Right::Read, list),
        Route::post("/signals", Right::Work, tell_many),
        Route::get("/signals/{signal}", Right::Read, one),
        Route::put("/signals/{signal}", Right::Work, tell),
    ]
}

/// A signal with its last reading; `value`, `quality` and `read_at` are empty when it was never told.
#[derive(Serialize)]
struct Signal {
    id: String,
    title: String,
    at: Option<String>,
    unit: Option<String>,
    writable: bool,
    value: Value,
    quality: Option<Quality>,
    read_at: Option<Rfc3339>,
    age_ms: Option<i64>,
    stale: bool,
}

impl From<SignalView> for Signal {
    fn from(view: SignalView) -> Signal {
        let reading = view.reading;
        Signal {
            id: view.id,
            title: view.title,
            at: view.at,
            unit: view.unit,
            writable: view.writable,
            quality: reading.as_ref().map(|reading| reading.quality),
            read_at: reading.as_ref().map(|reading| Rfc3339(reading.at.0)),
            value: reading.map_or(Value::Null, |reading| reading.value),
            age_ms: view.age_ms,
            stale: view.stale,
        }
    }
}

async fn list(State(server): State<Server>, query: Params) -> Result<Json<List<Signal>>, Problem> {
    query.finish()?;
    let signals = server.engine().signals();
    Ok(Json(List::whole(signals.into_iter().map(Signal::from).collect())))
}

async fn one(State(server): State<Server>, Path(signal): Path<String>, query: Params) -> Result<Json<Signal>, Problem> {
    query.finish()?;
    Ok(Json(Signal::from(server.engine().signal(&signal)?)))
}

async fn tell(
    State(server): State<Server>,
    Path(signal): Path<String>,
    call: Call,
    mut body: Members,
) -> Result<Json<Signal>, Problem> {
    let reading = reading(&server, &mut body);
    body.finish()?;
    let engine = server.engine();
    let told = SignalReading { signal, reading };
    let id = told.signal.clone();
    engine.tell_signals(vec![told], &call.caller()).await?;
    Ok(Json(Signal::from(engine.signal(&id)?)))
}

/// How many were taken.
#[derive(Serialize)]
struct Taken {
    taken: usize,
}

async fn tell_many(State(server): State<Server>, call: Call, mut body: Members) -> Result<Json<Taken>, Problem> {
    let mut readings = Vec::new();
    for mut entry in body.objects("readings", runtime::limits::READINGS_PER_REQUEST_MAX) {
        let signal = entry.text("signal", limits::TEXT_LENGTH_MAX);
        let reading = reading(&server, &mut entry);
        entry.finish()?;
        readings.push(SignalReading { signal, reading });
    }
    body.finish()?;
    let taken = readings.len();
    server.engine().tell_signals(readings, &call.caller()).await?;
    Ok(Json(Taken { taken }))
}

/// `value`, and when they are not given, good quality and now.
fn reading(server: &Server, body: &mut Members) -> Reading {
    let value = body.anything("value");
    let quality = body.optional_text("quality", limits::TEXT_LENGTH_MAX);
    let quality = quality.map_or(Quality::Good, |word| {
        body.must_be_among("quality", &word, &["good", "uncertain", "bad"]);
        match word.as_str() {
            "bad" => Quality::Bad,
            "uncertain" => Quality::Uncertain,
            _ => Quality::Good,
        }
    });
    let at_ms = body.optional_moment("at").unwrap_or_else(|| server.engine().now().0);
    Reading {
        value,
        quality,
        at: Timestamp(at_ms),
    }
}
