//! What the world knows when answers are sent: records, people and signals, looked up in the transaction that takes them.

use crate::batch::Batch;
use crate::site::SITE;
use crate::{Error, records};
use kernel::{Known, Need, PersonKnown, Program, Record};
use language::fields::TableName;
use language::model::Id;

impl Batch<'_> {
    /// Everything that [`kernel::needs`] has asked for; what there is none of is known to be missing.
    pub(crate) async fn look_up(&mut self, app: &str, program: &Program, needs: &[Need]) -> Result<Known, Error> {
        let mut known = Known::default();
        for need in needs {
            match need {
                Need::Record { field, table, key } => {
                    let record = self.record(app, program, table, key).await?;
                    known.records.insert(field.clone(), record);
                }
                Need::Person { field, person } => {
                    let found = self.person_known(program, person).await?;
                    known.people.insert(field.clone(), found);
                }
                // Known of the people; whoever begins a run puts it there.
                Need::Leader => {}
                Need::Signal { field, signal } => {
                    if let Some(reading) = self.shared.signals.reading(signal.as_str()) {
                        known.signals.insert(field.clone(), reading);
                    }
                }
            }
        }
        Ok(known)
    }

    /// The record of a table by its key, as it stands in this transaction.
    async fn record(
        &mut self,
        app: &str,
        program: &Program,
        table: &TableName,
        key: &str,
    ) -> Result<Option<Record>, Error> {
        let (owner, table, key_column) = match table {
            TableName::App(id) => (app, id, key_of(&program.app().tables, id)),
            TableName::Site(id) => (SITE, id, key_of(&program.site().tables, id)),
        };
        let Some(key_column) = key_column else {
            return Ok(None);
        };
        self.see_records().await?;
        // A key that looks like a number may have been saved as one.
        let as_text = serde_json::json!(key).to_string();
        let as_number = key.parse::<serde_json::Number>().ok().map(|number| number.to_string());
        for value in std::iter::once(as_text).chain(as_number) {
            let equals = [(key_column.to_string(), value)];
            let rows = self.unit().await?.records(owner, table.as_str(), &equals, 1).await?;
            if let Some(row) = rows.first() {
                let record = records::from_text(&row.values).map_err(|problem| {
                    Error::Invalid(format!("record '{}' of '{table}' cannot be read: {problem}", row.key))
                })?;
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    /// Who leads a person, as far as that is known and they have not left.
    pub(crate) async fn leader_of(&mut self, person: Option<&str>) -> Result<Option<String>, Error> {
        let Some(person) = person else { return Ok(None) };
        let people = self.shared.store.people().await?;
        let find = |id: &str| people.iter().find(|row| row.active && row.id.eq_ignore_ascii_case(id));
        let leader = find(person)
            .and_then(|row| row.standing.leader.as_deref())
            .and_then(find);
        Ok(leader.map(|row| row.id.clone()))
    }

    /// A person by id. Where nobody is kept (a program that has its own people embeds the engine), the caller vouches for
    /// whoever it names.
    async fn person_known(&mut self, program: &Program, person: &str) -> Result<Option<PersonKnown>, Error> {
        let people = self.shared.store.people().await?;
        if people.is_empty() {
            return Ok(Some(PersonKnown {
                id: person.to_owned(),
                name: String::new(),
                roles: program.site().roles.iter().map(|role| role.id.to_string()).collect(),
            }));
        }
        let found = people
            .into_iter()
            .find(|row| row.active && row.id.eq_ignore_ascii_case(person));
        Ok(found.map(|row| PersonKnown {
            id: row.id,
            name: row.name,
            roles: row.roles,
        }))
    }
}

fn key_of<'t>(tables: &'t [language::model::Table], id: &Id) -> Option<&'t Id> {
    tables.iter().find(|table| table.id == *id).map(|table| &table.key)
}
