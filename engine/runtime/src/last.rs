//! What a form was answered last, for the fields that offer it again (`from_last`).
//!
//! Kept by app, form and place, one row each, written in the commit that takes the answers. The place is the station at
//! which the person stands, else the one that the run was started at, else the person: the lot that is mounted, the gauge
//! that lies there and the shift's counts belong to a station, whoever stands at it; away from stations they belong to who
//! answers. It is what was sent, not what was made of it, so a page offers it as if it had been typed. A form that was sent
//! with none of these fields answered leaves what was there before.

use crate::Error;
use crate::answers::Checker;
use crate::batch::Batch;
use crate::engine::Engine;
use crate::requests::Caller;
use crate::views::TaskDetail;
use language::model::{Field, Id};
use serde_json::{Map, Value};
use store::limits::LAST_ANSWERS_BYTES_MAX;
use store::rows::{LastAnswersRow, RunId, Write};

/// Where a form is answered.
fn place(own: Option<&str>, of_run: Option<&str>, person: Option<&str>) -> Option<String> {
    match (own.or(of_run), person) {
        (Some(station), _) => Some(format!("station:{station}")),
        (None, Some(person)) => Some(format!("person:{person}")),
        (None, None) => None,
    }
}

fn offers_last(fields: &[Field]) -> bool {
    fields.iter().any(|field| field.from_last)
}

/// The answers of fields that are offered again, as they were given.
pub(crate) fn of_fields(fields: &[Field], answers: &Map<String, Value>) -> Map<String, Value> {
    let offered = fields.iter().filter(|field| field.from_last);
    offered
        .filter_map(|field| {
            let answer = answers.get(field.id.as_str()).filter(|answer| !answer.is_null())?;
            Some((field.id.to_string(), answer.clone()))
        })
        .collect()
}

impl Batch<'_> {
    /// After the answers were taken; `last` is from [`of_fields`]. What is too large to be kept is not offered.
    pub(crate) fn keep_last(&mut self, run: RunId, step: &Id, last: Map<String, Value>, caller: &Caller) {
        if last.is_empty() {
            return;
        }
        let row = &self.known_run(run).row;
        let own = caller.acting.as_ref().and_then(|acting| acting.station.as_deref());
        let place = place(own, row.station.as_deref(), caller.person.as_deref());
        let app = row.app.clone();
        let body = Value::Object(last).to_string();
        if let Some(place) = place.filter(|_| body.len() as u64 <= LAST_ANSWERS_BYTES_MAX) {
            self.push(Write::PutLastAnswers(Box::new(LastAnswersRow {
                app,
                step: step.to_string(),
                place,
                body,
                at_ms: self.now.0,
            })));
        }
    }
}

impl Engine {
    /// What was answered last to the fields of this form that offer it, where `person` would answer it now. What does not
    /// fit the form any more is left out.
    pub async fn last_answers(
        &self,
        task: &TaskDetail,
        station: Option<&str>,
        person: Option<&str>,
    ) -> Result<Map<String, Value>, Error> {
        let shared = self.shared();
        let view = &task.task;
        let step = &view.spec.step;
        let compiled = shared.catalogue.compiled(&view.app, Some(view.app_version))?;
        let fields = compiled.fields(step).unwrap_or_default();
        if !offers_last(fields) {
            return Ok(Map::new());
        }
        let of_run = match station {
            Some(_) => None,
            None => shared.store.run(view.run).await?.and_then(|row| row.station),
        };
        let Some(place) = place(station, of_run.as_deref(), person) else {
            return Ok(Map::new());
        };
        let row = shared.store.last_answers(&view.app, step.as_str(), &place).await?;
        let kept = row.and_then(|row| serde_json::from_str::<Map<String, Value>>(&row.body).ok());
        let kept = of_fields(fields, &kept.unwrap_or_default());
        Ok(compiled.form(step).map_or_else(Map::new, |form| fitting(form, kept)))
    }
}

/// Without what the form refuses of it: it may have been another version that was answered.
fn fitting(form: &Checker, mut answers: Map<String, Value>) -> Map<String, Value> {
    let refused = form.refusals(&mut answers);
    answers.retain(|field, _| {
        let inside = |path: &str| {
            path.strip_prefix(field.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        !refused.iter().any(|refusal| inside(&refusal.field))
    });
    answers
}
