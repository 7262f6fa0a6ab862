//! What the page may ask, and what it gets.
//!
//! | request | answer |
//! | --- | --- |
//! | `{"open": {"source", "step", "context"}}` | `{"form": 3}`; `step` null: the inputs of the start |
//! | `{"check": {"form": 3, "changed", "at_ms", "offset_s", "person"}}` | [`crate::check::Changes`] since the last check; `changed` holds answers, `null` for none |
//! | `{"close": {"form": 3}}` | `{}` |
//! | `{"outline": {"source"}}` | [`crate::outline`]: titles of steps and fields |
//! | `{"units": {}}` | symbols by UCUM code, for people: `{"Cel": "°C"}` |
//!
//! What cannot be answered is `{"problem": "…"}`: the page then does without, and the server decides alone.

use std::collections::BTreeMap;

use expression::{Value, units};
use language::model::{App, Id};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::check::{Around, Form};
use crate::outline;

/// Forms that are open at the same time in one page; opening one more is refused.
const FORMS_OPEN_MAX: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Request {
    Open {
        source: String,
        step: Option<String>,
        /// Values that the form reads from outside of it, typed: as the task brings them.
        #[serde(default)]
        context: BTreeMap<String, Value>,
    },
    Check {
        form: u32,
        changed: Map<String, Json>,
        at_ms: i64,
        /// Seconds that the site's clocks are east of UTC.
        offset_s: i32,
        person: Option<String>,
    },
    Close {
        form: u32,
    },
    Outline {
        source: String,
    },
    Units {},
}

/// The forms that the page has open.
#[derive(Default)]
pub struct Session {
    forms: BTreeMap<u32, Form>,
    opened: u32,
}

impl Session {
    /// Request and answer are JSON.
    pub fn answer(&mut self, request: &[u8]) -> Vec<u8> {
        let answered = serde_json::from_slice(request)
            .map_err(|error| error.to_string())
            .and_then(|request| self.answered(request));
        answered
            .unwrap_or_else(|problem| json!({ "problem": problem }))
            .to_string()
            .into_bytes()
    }

    fn answered(&mut self, request: Request) -> Result<Json, String> {
        match request {
            Request::Open { source, step, context } => self.open(&source, step.as_deref(), context),
            Request::Check {
                form,
                changed,
                at_ms,
                offset_s,
                person,
            } => {
                let form = self.forms.get_mut(&form).ok_or("this form is not open")?;
                let around = Around {
                    at_ms,
                    offset_s,
                    person: person.as_deref(),
                };
                serde_json::to_value(form.check(changed, &around)).map_err(|error| error.to_string())
            }
            Request::Close { form } => {
                self.forms.remove(&form);
                Ok(json!({}))
            }
            Request::Outline { source } => Ok(outline::of(&read(&source)?)),
            Request::Units {} => Ok(units::UNITS
                .iter()
                .map(|unit| (unit.code.to_owned(), json!(unit.symbol)))
                .collect()),
        }
    }

    fn open(&mut self, source: &str, step: Option<&str>, context: BTreeMap<String, Value>) -> Result<Json, String> {
        if self.forms.len() >= FORMS_OPEN_MAX {
            return Err(format!("at most {FORMS_OPEN_MAX} forms may be open at once"));
        }
        let app = read(source)?;
        let fields = match step {
            Some(step) => outline::fields_of(&app.steps, step).ok_or_else(|| format!("there is no form '{step}'"))?,
            None => &app.inputs,
        };
        let form = Form::new(step.map(Id::new), fields, context);
        self.opened += 1;
        self.forms.insert(self.opened, form);
        Ok(json!({ "form": self.opened }))
    }
}

/// Without the site: the server has checked the names of its roles and stations.
fn read(source: &str) -> Result<App, String> {
    let read = language::read_app(source, None);
    read.value.ok_or_else(|| {
        let first = read.diagnostics.first();
        first.map_or_else(|| "this is no app".to_owned(), |diagnostic| diagnostic.code.to_string())
    })
}
