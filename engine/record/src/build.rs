//! `record.json` of a case. Everything below `run`, `definitions`, `journal`, `state`, `people` and `files` is derived from
//! them, so that whoever checks a record derives it again and compares.

use std::collections::BTreeMap;

use language::fields::FieldKind;
use language::model::{App, Field, Step};
use language::steps::StepKind;
use runtime::{Case, CaseFile};
use serde_json::{Map, Value, json};

use crate::{hash, hexadecimal, html};

/// The number of the format that is written here; later ones are refused, earlier ones are read.
pub const FORMAT: u64 = 1;

/// A record as JSON, and its hash.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub json: Value,
    /// [`Record::json`] in its canonical form (RFC 8785), as it is in `record.json`.
    pub bytes: Vec<u8>,
    /// SHA-256 of [`Record::bytes`], hexadecimal: the hash of the record.
    pub hash: String,
}

/// A run that was called, and what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Called {
    pub run: String,
    pub app: String,
    /// Hash of the newest entry of its journal, hexadecimal.
    pub head: String,
    /// The hash of its own record, when that is taken along.
    pub record: Option<String>,
}

impl Record {
    pub(crate) fn of_json(json: Value) -> Result<Record, String> {
        let bytes = serde_json_canonicalizer::to_vec(&json).map_err(|error| error.to_string())?;
        Ok(Record {
            hash: hash(&bytes),
            // Read back, so that members have the order that every reader sees.
            json: serde_json::from_slice(&bytes).map_err(|error| error.to_string())?,
            bytes,
        })
    }

    /// The record of a case. Fails, in plain words, when its journal does not play: then the data is damaged.
    pub fn of(case: &Case, called: &[Called]) -> Result<Record, String> {
        Record::with_layout(case, called, html::LAYOUT)
    }

    /// The same as it was made by a program that draws its page otherwise.
    pub(crate) fn with_layout(case: &Case, called: &[Called], layout: u64) -> Result<Record, String> {
        let played = case.play()?;
        if played.state != case.run.state {
            return Err("the journal leads to another state than the one that is kept".to_owned());
        }
        let state = String::from_utf8(played.state).map_err(|_| "the state is no text".to_owned())?;
        let forms = forms(&played.app);
        let entries: Vec<Entry> = case.journal.iter().map(Entry::of).collect::<Result<_, _>>()?;
        let run = &case.run;
        let ended = run.ended_at_ms.is_some();
        let json = json!({
            "format": "gemba-record",
            "format_version": FORMAT,
            "layout": layout,
            "title": played.app.title.default.source(),
            "finished": ended,
            "run": {
                "id": run.id.to_string(),
                "app": run.app,
                "app_version": run.app_version,
                "status": run.status,
                "outcome": run.outcome,
                "station": run.station,
                "started_by": run.started_by,
                "started_at_ms": run.started_at_ms,
                "updated_at_ms": run.updated_at_ms,
                "ended_at_ms": run.ended_at_ms,
                "called_by": run.parent.map(|(parent, _)| parent.to_string()),
                "call": run.parent.and_then(|(_, call)| call),
                "entries": run.seq,
                "head": hexadecimal(&run.head),
            },
            "definitions": case.definitions.iter().map(|row| json!({
                "app": row.app,
                "version": row.version,
                "sha256": hexadecimal(&row.hash),
                "source": row.source,
                "published_at_ms": row.published_at_ms,
                "published_by": row.published_by,
            })).collect::<Vec<_>>(),
            "people": case.people,
            "files": case.files.iter().map(file).collect::<Vec<_>>(),
            "called": called.iter().map(|called| json!({
                "run": called.run,
                "app": called.app,
                "head": called.head,
                "record_sha256": called.record,
            })).collect::<Vec<_>>(),
            "forms": forms,
            "inputs": entries.first().map(|entry| entry.event("inputs")).unwrap_or_default(),
            "answers": answers(&entries),
            "signatures": signatures(&entries, &forms, &case.people),
            "timeline": entries.iter().map(Entry::line).collect::<Vec<_>>(),
            "journal": case.journal.iter().zip(&entries).map(|(row, entry)| json!({
                "seq": row.seq,
                "at_ms": row.at_ms,
                "body": entry.text,
                "hash": hexadecimal(&row.hash),
            })).collect::<Vec<_>>(),
            "state": state,
        });
        Record::of_json(json)
    }
}

/// What a file is called in the container; nothing for one that is left out.
pub(crate) fn file_name(file: &CaseFile) -> String {
    let ending = match file.media_type.as_str() {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "image/svg+xml" => "svg",
        "application/pdf" => "pdf",
        "text/plain" => "txt",
        _ => "bin",
    };
    format!("files/{}.{ending}", file.id)
}

fn file(file: &CaseFile) -> Value {
    json!({
        "sha256": file.id,
        "media_type": file.media_type,
        "size_bytes": file.size_bytes,
        "part": file.bytes.as_ref().map(|_| file_name(file)),
    })
}

/// One entry of a journal, as text and as JSON.
struct Entry {
    seq: u64,
    at_ms: i64,
    text: String,
    body: Value,
}

impl Entry {
    fn of(row: &store::rows::JournalRow) -> Result<Entry, String> {
        let text = String::from_utf8(row.body.clone()).map_err(|_| format!("entry {} is no text", row.seq))?;
        let body = serde_json::from_str(&text).map_err(|error| format!("entry {} is no JSON: {error}", row.seq))?;
        Ok(Entry {
            seq: row.seq,
            at_ms: row.at_ms,
            text,
            body,
        })
    }

    /// A member of what happened.
    fn event(&self, member: &str) -> Value {
        self.body["event"]["kind"][member].clone()
    }

    /// Seconds that the site's clocks were ahead of UTC.
    fn offset_s(&self) -> Value {
        self.body["event"]["zone"]["offset_s"].clone()
    }

    /// Who and how, of an event or of what was freed by hand.
    fn by(&self, member: &str) -> Value {
        let of_event = &self.body["event"]["by"][member];
        match of_event {
            Value::Null => self.body["release"][member].clone(),
            known => known.clone(),
        }
    }

    fn facts(&self) -> impl Iterator<Item = &Value> {
        self.body["facts"].as_array().into_iter().flatten()
    }

    /// What the facts do not say.
    fn note(&self) -> Value {
        let why = self.event("why");
        let why = if why.is_null() {
            self.body["release"]["why"].clone()
        } else {
            why
        };
        if why.is_null() { self.body["note"].clone() } else { why }
    }

    fn line(&self) -> Value {
        json!({
            "seq": self.seq,
            "at_ms": self.at_ms,
            "offset_s": self.offset_s(),
            "person": self.by("person"),
            "via": self.by("via"),
            "confirmed": self.by("confirmed"),
            "what": self.event("kind"),
            "facts": self.facts().collect::<Vec<_>>(),
            "note": self.note(),
        })
    }
}

/// Forms that were answered, with their verdicts.
fn answers(entries: &[Entry]) -> Vec<Value> {
    let mut out = Vec::new();
    for entry in entries {
        for fact in entry.facts() {
            let kind = &fact["kind"];
            if kind["what"] != "task_completed" {
                continue;
            }
            out.push(json!({
                "seq": entry.seq,
                "at_ms": entry.at_ms,
                "offset_s": entry.offset_s(),
                "step": fact["step"],
                "round": fact["round"],
                "task": kind["task"],
                "person": kind["person"],
                "via": entry.by("via"),
                "answers": kind["answers"],
                "verdicts": kind["verdicts"],
                "warnings": kind["warnings"],
            }));
        }
    }
    out
}

/// Who signed what, when, meaning what, confirmed how. The entry `seq` holds the answers that were signed; its hash binds
/// them and the signature to each other, and to all that was before.
fn signatures(entries: &[Entry], forms: &Value, people: &BTreeMap<String, String>) -> Vec<Value> {
    let mut out = Vec::new();
    for (entry, answered) in entries.iter().flat_map(|entry| {
        let answered = entry.facts().filter(|fact| fact["kind"]["what"] == "task_completed");
        answered.map(move |fact| (entry, fact))
    }) {
        let step = answered["step"].as_str().unwrap_or_default();
        let form = &forms[step];
        let mut sign = |person: &Value, field: Value, meaning: &Value, confirmed: Value| {
            out.push(json!({
                "seq": entry.seq,
                "at_ms": entry.at_ms,
                "offset_s": entry.offset_s(),
                "step": answered["step"],
                "round": answered["round"],
                "field": field,
                "person": person,
                "name": person.as_str().and_then(|person| people.get(person)),
                "meaning": meaning,
                "confirmed": confirmed,
            }));
        };
        if !form["sign"].is_null() {
            let person = &answered["kind"]["person"];
            sign(person, Value::Null, &form["sign"], entry.by("confirmed"));
        }
        for field in form["fields"].as_array().into_iter().flatten() {
            let id = field["id"].as_str().unwrap_or_default();
            let answer = &answered["kind"]["answers"][id];
            // A second person showed the server that it is them; with what is not kept.
            let (person, confirmed) = match answer["person"].is_string() {
                true => (&answer["person"], Value::Null),
                false => (answer, entry.by("confirmed")),
            };
            if !field["sign"].is_null() && person.is_string() {
                sign(person, field["id"].clone(), &field["sign"], confirmed);
            }
        }
    }
    out
}

/// What forms ask, by step: titles, fields in their order, and what a signature means.
fn forms(app: &App) -> Value {
    let mut out = Map::new();
    gather(&app.steps, &mut out);
    Value::Object(out)
}

fn gather(steps: &[Step], out: &mut Map<String, Value>) {
    for step in steps {
        let mut about = json!({"title": step.title.default.source()});
        if let StepKind::Form(form) = &step.kind {
            about["sign"] = json!(form.sign.as_ref().map(|meaning| meaning.default.source()));
            about["fields"] = form.fields.iter().map(field).collect();
        }
        out.insert(step.id.to_string(), about);
        for block in step.kind.blocks() {
            gather(block.steps, out);
        }
    }
}

fn field(field: &Field) -> Value {
    let title = field.title.default.source();
    // What is signed is its title where nothing else is said.
    let meaning = match &field.kind {
        FieldKind::Sign(sign) => Some(&sign.meaning),
        FieldKind::Verify(verify) => Some(&verify.meaning),
        _ => None,
    };
    let sign = meaning.map(|meaning| meaning.as_ref().map_or(title, |meaning| meaning.default.source()));
    json!({"id": field.id.to_string(), "title": title, "kind": field.kind.word(), "sign": sign})
}
