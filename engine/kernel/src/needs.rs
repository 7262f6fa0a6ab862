//! What has to be looked up before an event can be judged.

use language::fields::FieldKind;
use language::model::{Field, Id};
use serde_json::{Map, Value as Json};

use crate::program::Program;
use crate::state::RunState;
use crate::{EventKind, Need, Repair, limits, repair, tasks};

/// What the runtime has to look up for an event, and put into its [`crate::Known`]: at most
/// [`limits::NEEDS_MAX`], the rest is taken as unknown and so refused.
pub fn needs(program: &Program, state: &RunState, event: &EventKind) -> Vec<Need> {
    let mut found = Vec::new();
    match event {
        EventKind::Started { inputs, .. } => {
            found.extend(program.asks_leader.then_some(Need::Leader));
            collect(&program.app().inputs, inputs, "", &[], &mut found);
        }
        EventKind::TaskCompleted { task, answers, .. } => {
            let form = state
                .tasks
                .get(task)
                .and_then(|task| tasks::form_of(program, state, task));
            if let Some(form) = form {
                collect(&form.fields, answers, "", &[], &mut found);
            }
        }
        EventKind::Repaired { repair, .. } => match &**repair {
            Repair::Answer { place, value, .. } => {
                let task = repair::task_at(state, *place).and_then(|task| state.tasks.get(&task));
                let form = task.and_then(|task| tasks::form_of(program, state, task));
                if let (Some(form), Json::Object(answers)) = (form, value) {
                    collect(&form.fields, answers, "", &[], &mut found);
                }
            }
            Repair::Edit { values, .. } => {
                for (name, field) in repair::edited_fields(program, values) {
                    // What is looked up goes by the name that the correction uses.
                    let mut field = field.clone();
                    field.id = Id::new(&name);
                    collect(std::slice::from_ref(&field), values, "", &[], &mut found);
                }
            }
            Repair::Skip { .. } | Repair::Rewind(_) => {}
        },
        _ => {}
    }
    found.truncate(limits::NEEDS_MAX);
    found
}

fn collect(fields: &[Field], answers: &Map<String, Json>, path: &str, around: &[&[Field]], found: &mut Vec<Need>) {
    let mut here: Vec<&[Field]> = around.to_vec();
    here.push(fields);
    for field in fields {
        if found.len() >= limits::NEEDS_MAX {
            return;
        }
        let path = format!("{path}{}", field.id);
        let answer = answers.get(field.id.as_str());
        match &field.kind {
            FieldKind::Signal(signal) => found.push(Need::Signal {
                field: path,
                signal: signal.from.clone(),
            }),
            FieldKind::Person(_) => {
                if let Some(person) = answer.and_then(Json::as_str) {
                    let person = person.trim().to_owned();
                    found.push(Need::Person { field: path, person });
                }
            }
            FieldKind::Measure(measure) => {
                if let Some(gauge) = &measure.gauge
                    && answer.is_some()
                    && !here.iter().any(|fields| is_gauge_field(fields, &gauge.field))
                {
                    found.push(Need::Record {
                        field: path,
                        table: gauge.table.clone(),
                        key: gauge.number.clone(),
                    });
                }
            }
            kind => {
                if let (Some(table), Some(key)) = (kind.table(), answer.and_then(Json::as_str)) {
                    found.push(Need::Record {
                        field: path,
                        table: table.clone(),
                        key: key.trim().to_owned(),
                    });
                } else if let (false, Some(Json::Array(rows))) = (kind.below().is_empty(), answer) {
                    for (number, row) in (1..).zip(rows) {
                        if let Json::Object(row) = row {
                            collect(kind.below(), row, &format!("{path}[{number}]."), &here, found);
                        }
                    }
                }
            }
        }
    }
}

/// Whether `gauge: micrometer` means a field of the form.
fn is_gauge_field(fields: &[Field], id: &Id) -> bool {
    fields
        .iter()
        .any(|field| field.id == *id && matches!(field.kind, FieldKind::Gauge(_)))
}
