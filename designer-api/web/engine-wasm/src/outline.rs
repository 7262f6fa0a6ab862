//! Titles of an app's steps and fields, so that a timeline can be read by people.

use std::collections::BTreeMap;

use expression::Limits;
use language::fields::FieldKind;
use language::model::{App, Field, Step, Text};
use language::steps::StepKind;
use serde_json::{Map, Value as Json, json};

/// `{title, inputs: [field], steps: {id: {kind, title, sign?, fields?: [field], show?: [formula]}}, tables: {id: title}}`; a field is
/// `{id, kind, title, unit?, decimals?, limits?, target?, uncertainty?, from?: [text], meaning?, columns?: [field]}` and a text an object by
/// language with the member `default`. Numbers are text, as they are written: `25.00` is another precision than `25`.
pub(crate) fn of(app: &App) -> Json {
    let mut steps = Map::new();
    collect(&app.steps, &mut steps);
    let tables: Map<String, Json> = app
        .tables
        .iter()
        .map(|table| (table.id.to_string(), text(&table.title)))
        .collect();
    json!({"title": text(&app.title), "inputs": fields(&app.inputs), "steps": steps, "tables": tables})
}

/// The fields of the form with that id, wherever it stands.
pub(crate) fn fields_of<'a>(steps: &'a [Step], id: &str) -> Option<&'a [Field]> {
    steps.iter().find_map(|step| match &step.kind {
        StepKind::Form(form) if step.id.as_str() == id => Some(form.fields.as_slice()),
        kind => kind.blocks().iter().find_map(|block| fields_of(block.steps, id)),
    })
}

fn collect(list: &[Step], into: &mut Map<String, Json>) {
    for step in list {
        let mut entry = json!({"kind": step.kind.word(), "title": text(&step.title)});
        if let StepKind::Form(form) = &step.kind {
            entry["fields"] = fields(&form.fields);
            if !form.show.is_empty() {
                entry["show"] = form
                    .show
                    .iter()
                    .map(|formula| json!(formula.value.source().trim()))
                    .collect();
            }
            if let Some(meaning) = &form.sign {
                entry["sign"] = text(meaning);
            }
        }
        into.insert(step.id.to_string(), entry);
        for block in step.kind.blocks() {
            collect(block.steps, into);
        }
    }
}

fn fields(list: &[Field]) -> Json {
    list.iter().map(field).collect()
}

fn field(field: &Field) -> Json {
    let mut entry = json!({"id": field.id, "kind": field.kind.word(), "title": text(&field.title)});
    let unit = match &field.kind {
        FieldKind::Whole(kind) => kind.unit.as_deref(),
        FieldKind::Number(kind) => kind.unit.as_deref(),
        FieldKind::Measure(kind) => kind.unit.as_deref(),
        FieldKind::Percent(_) => Some("%"),
        _ => None,
    };
    if let Some(unit) = unit {
        entry["unit"] = json!(unit);
    }
    if let FieldKind::Measure(kind) = &field.kind {
        entry["limits"] = ends(&kind.limits);
        for (member, number) in [("target", kind.target), ("uncertainty", kind.uncertainty)] {
            if let Some(number) = number {
                entry[member] = json!(number.to_string());
            }
        }
        if let Some(decimals) = kind.decimals {
            entry["decimals"] = json!(decimals);
        }
    }
    let options = |from: &[Text]| -> Json { from.iter().map(text).collect() };
    match &field.kind {
        FieldKind::Choose(kind) => entry["from"] = options(&kind.from),
        FieldKind::ChooseMany(kind) => entry["from"] = options(&kind.from),
        FieldKind::Sign(kind) => {
            if let Some(meaning) = &kind.meaning {
                entry["meaning"] = text(meaning);
            }
        }
        FieldKind::Rows(kind) => entry["columns"] = fields(&kind.columns),
        _ => {}
    }
    entry
}

fn ends(limits: &Limits) -> Json {
    let mut ends = Map::new();
    for (end, number) in [("lower", limits.lower), ("upper", limits.upper)] {
        if let Some(number) = number {
            ends.insert(end.to_owned(), json!(number.to_string()));
        }
    }
    Json::Object(ends)
}

/// As it is written: what stands in braces is known only in a run.
fn text(text: &Text) -> Json {
    let mut members: BTreeMap<&str, &str> = BTreeMap::from([("default", text.default.source())]);
    for (language, template) in &text.by_language {
        members.insert(language, template.source());
    }
    json!(members)
}
