//! What is done with tasks besides claiming and answering them (WS-HumanTask).

use axum::extract::State;
use axum::{Extension, Json};
use jiff::{Span, SpanRelativeTo};
use kernel::{Assignee, Deed, Timestamp, Until};
use runtime::Handle;
use serde_json::{Map, Value};

use super::Route;
use super::tasks::reference;
use super::views::Run;
use crate::http::{Call, Members, Path, Problem, Reader};
use crate::identity::{Principal, Right};
use crate::limits;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/tasks/{task}/start", Right::Work, start),
        Route::post("/tasks/{task}/stop", Right::Work, stop),
        Route::post("/tasks/{task}/delegate", Right::Work, delegate),
        Route::post("/tasks/{task}/forward", Right::Work, forward),
        Route::post("/tasks/{task}/skip", Right::Work, skip),
        Route::post("/tasks/{task}/suspend", Right::Work, suspend),
        Route::post("/tasks/{task}/resume", Right::Work, resume),
        Route::post("/tasks/{task}/nominate", Right::Supervise, nominate),
        Route::post("/tasks/{task}/help", Right::Work, help),
    ]
}

/// The same for each: what its body says besides `version` and `person` makes the deed.
macro_rules! handlers {
    ($($name:ident $read:expr;)*) => {$(
        async fn $name(
            State(server): State<Server>,
            Extension(principal): Extension<Principal>,
            reader: Reader,
            Path(task): Path<String>,
            call: Call,
            mut body: Members,
        ) -> Result<Json<Run>, Problem> {
            let read: fn(&mut Members) -> Option<Deed> = $read;
            let deed = read(&mut body);
            done(&server, &principal, reader, (&task, deed), call, body).await
        }
    )*};
}

handlers! {
    start |_| Some(Deed::Started);
    stop |_| Some(Deed::Stopped);
    delegate |body| Some(Deed::Delegated { to: body.text("to", limits::PERSON_LENGTH_MAX) });
    forward forwarded;
    skip |body| Some(Deed::Skipped { why: body.text("why", limits::REASON_LENGTH_MAX) });
    suspend suspended;
    resume |_| Some(Deed::Resumed);
    nominate |body| Some(Deed::Nominated { to: body.text("to", limits::PERSON_LENGTH_MAX) });
    help |body| Some(Deed::Helped { by: body.text("helper", limits::PERSON_LENGTH_MAX) });
}

/// A program's token stands for who supervises when it may supervise itself.
async fn done(
    server: &Server,
    principal: &Principal,
    reader: Reader,
    (task, deed): (&str, Option<Deed>),
    call: Call,
    mut body: Members,
) -> Result<Json<Run>, Problem> {
    let task = reference(task, body.optional_whole("version"))?;
    let caller = call.caller_of(&mut body)?;
    body.finish()?;
    let Some(deed) = deed else {
        return Err(Problem::internal());
    };
    let handle = Handle {
        task,
        deed,
        supervised: principal.rights().has(Right::Supervise),
    };
    Ok(Json(Run::new(server.engine().handle(handle, &caller).await?, reader)))
}

/// `to` is `{"role": …}`, `{"person": …}`, `{"station": …}` or `"everyone"`.
fn forwarded(body: &mut Members) -> Option<Deed> {
    let to = match body.anything("to") {
        Value::String(word) if word == "everyone" => Some(Assignee::Everyone),
        Value::Object(members) => one_party(&members),
        _ => None,
    };
    if to.is_none() {
        body.refuse(
            "to",
            "wrong-type",
            "'to' must be {\"role\": …}, {\"person\": …}, {\"station\": …} or \"everyone\"",
            "“to”必须是 {\"role\": …}、{\"person\": …}、{\"station\": …} 或 \"everyone\"",
        );
    }
    let fresh = body.optional_yes_no("fresh").unwrap_or_default();
    Some(Deed::Forwarded { to: to?, fresh })
}

fn one_party(members: &Map<String, Value>) -> Option<Assignee> {
    let mut members = members.iter();
    let (Some((kind, Value::String(id))), None) = (members.next(), members.next()) else {
        return None;
    };
    match kind.as_str() {
        "role" => Some(Assignee::Role(id.clone())),
        "person" => Some(Assignee::Person(id.clone())),
        "station" => Some(Assignee::Station(id.clone())),
        _ => None,
    }
}

/// Until a moment, for a while (ISO 8601: `PT2H`) of the clock or of working time, or until it is resumed.
fn suspended(body: &mut Members) -> Option<Deed> {
    let at = body.optional_moment("until");
    let long = body.optional_text("for", limits::TEXT_LENGTH_MAX);
    let of_work = body.optional_yes_no("working_time").unwrap_or_default();
    let stops_clock = body.optional_yes_no("stops_clock").unwrap_or_default();
    let long_ms = long.as_ref().map(|text| milliseconds(text));
    let until = match (at, long_ms) {
        (None, None) if !of_work => None,
        (Some(at), None) if !of_work => Some(Until::At(Timestamp(at))),
        (None, Some(Some(ms))) if of_work => Some(Until::ForWorkingMs(ms)),
        (None, Some(Some(ms))) => Some(Until::ForMs(ms)),
        (_, Some(None)) => {
            body.refuse(
                "for",
                "wrong-type",
                "'for' must be a duration as ISO 8601 has it, such as PT2H or P1D",
                "“for”必须是 ISO 8601 时长，例如 PT2H 或 P1D",
            );
            None
        }
        _ => {
            body.refuse(
                "for",
                "wrong-type",
                "it is one of 'until' and 'for'; 'working_time' belongs to 'for'",
                "“until”和“for”只能给一个；“working_time”用于“for”",
            );
            None
        }
    };
    Some(Deed::Suspended { until, stops_clock })
}

/// A day has 24 hours here, and it is more than none.
fn milliseconds(text: &str) -> Option<i64> {
    let span: Span = text.parse().ok()?;
    let long = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    i64::try_from(long.as_millis()).ok().filter(|ms| *ms > 0)
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn durations_are_iso_8601() {
        assert_eq!(milliseconds("PT2H"), Some(7_200_000));
        assert_eq!(milliseconds("P1DT1M"), Some(86_460_000));
        for wrong in ["", "PT0S", "-PT1H", "P1M", "soon"] {
            assert_eq!(milliseconds(wrong), None, "{wrong}");
        }
    }
}
