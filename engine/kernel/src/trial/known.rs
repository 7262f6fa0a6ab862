//! What the world knows in a test: the records that are there, and whoever is named.

use language::fields::{CALIBRATED_UNTIL, FieldKind, TableName};
use language::model::{Field, Id};
use serde_json::{Map, Value as Json};

use super::world::{Happening, World};
use crate::{EventKind, Known, Need, PersonKnown, Record, needs, tasks};

impl World {
    /// The same with everything looked up that it needs. Everybody who is named exists, has every role and confirms what
    /// they verify; of a table of the site that the test says nothing of, every record exists and every gauge is in order.
    pub(super) fn knowing(&self, (run, by, mut kind): Happening) -> Happening {
        let Some(rehearsed) = self.runs.get(run) else {
            return (run, by, kind);
        };
        let (program, state) = (&rehearsed.program, &rehearsed.state);
        let mut found = Known::default();
        let roles: Vec<String> = program.site().roles.iter().map(|role| role.id.to_string()).collect();
        let person = |id: &str| PersonKnown {
            id: id.to_owned(),
            name: String::new(),
            roles: roles.clone(),
        };
        for need in needs(program, state, &kind) {
            match need {
                Need::Record { field, table, key } => {
                    found
                        .records
                        .insert(field, self.record(&program.app().id, &table, &key));
                }
                Need::Person { field, person: id } => {
                    found.people.insert(field, Some(person(&id)));
                }
                Need::Leader => found.leader = by.person.as_ref().map(|by| format!("leader of {by}")),
                Need::Signal { field, signal } => {
                    let reading = self.signals.get(&signal).cloned();
                    found.signals.extend(reading.map(|reading| (field, reading)));
                }
            }
        }
        if let EventKind::TaskCompleted { task, answers, .. } = &kind
            && let Some(form) = state
                .tasks
                .get(task)
                .and_then(|task| tasks::form_of(program, state, task))
        {
            verified(&form.fields, answers, "", &mut |field, id| {
                found.verified.insert(field, person(id));
            });
        }
        if let EventKind::TaskCompleted { known, .. } | EventKind::Started { known, .. } = &mut kind {
            found.signals.append(&mut known.signals);
            *known = found;
        }
        (run, by, kind)
    }

    fn record(&self, app: &Id, table: &TableName, key: &str) -> Option<Record> {
        let kept = match table {
            TableName::App(table) => return self.tables.get(&(app.clone(), table.clone()))?.get(key).cloned(),
            TableName::Site(table) => self.tables.get(&(Id::new("$site"), table.clone())),
        };
        match kept {
            Some(records) => records.get(key).cloned(),
            None => {
                let until =
                    expression::Date::new(9999, 12, 31).map_or(expression::Value::Null, expression::Value::Date);
                Some(Record::from([(Id::new(CALIBRATED_UNTIL), until)]))
            }
        }
    }
}

fn verified(fields: &[Field], answers: &Map<String, Json>, path: &str, found: &mut impl FnMut(String, &str)) {
    for field in fields {
        let Some(answer) = answers.get(field.id.as_str()) else {
            continue;
        };
        let path = format!("{path}{}", field.id);
        match (&field.kind, answer) {
            (FieldKind::Verify(_), answer) => {
                if let Some(id) = answer.get("person").unwrap_or(answer).as_str() {
                    found(path, id.trim());
                }
            }
            (kind, Json::Array(rows)) if !kind.below().is_empty() => {
                for (number, row) in (1..).zip(rows) {
                    if let Json::Object(row) = row {
                        verified(kind.below(), row, &format!("{path}[{number}]."), found);
                    }
                }
            }
            _ => {}
        }
    }
}
