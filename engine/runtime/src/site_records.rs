//! Records of the site's own tables: written by those who look after the plant, read by the apps.

use crate::batch::Batch;
use crate::command::{Command, Reply};
use crate::engine::Engine;
use crate::requests::Caller;
use crate::site::SITE;
use crate::views::{ListOf, RecordView};
use crate::{Error, limits, records};
use expression::{Date, Value};
use kernel::Record;
use language::model::{Id, Table};
use serde_json::{Map, Value as Json};
use store::rows::{Page, RecordRow, RunId, Write};

impl Engine {
    /// Writes a record of a table of the site, or writes it over. `values` may leave out the key's own column.
    pub async fn put_site_record(
        &self,
        table: &str,
        key: &str,
        values: &Map<String, Json>,
        caller: &Caller,
    ) -> Result<(), Error> {
        let declared = self.site_table(table)?;
        let record = record_of(declared, key, values)?;
        let command = Command::PutSiteRecord {
            table: declared.id.to_string(),
            key: key.to_owned(),
            record,
        };
        self.submit(command, caller, 0).await.map(drop)
    }

    /// Removes a record of a table of the site.
    pub async fn drop_site_record(&self, table: &str, key: &str, caller: &Caller) -> Result<(), Error> {
        let command = Command::DropSiteRecord {
            table: self.site_table(table)?.id.to_string(),
            key: key.to_owned(),
        };
        self.submit(command, caller, 0).await.map(drop)
    }

    /// By key.
    pub async fn site_records(&self, table: &str, page: &Page) -> Result<ListOf<RecordView>, Error> {
        let table = self.site_table(table)?.id.to_string();
        self.records_of(SITE, &table, &[], page).await
    }

    fn site_table(&self, table: &str) -> Result<&Table, Error> {
        let tables = &self.site().tables;
        tables
            .iter()
            .find(|known| known.id.as_str() == table)
            .ok_or_else(|| Error::NotFound {
                what: "table",
                id: table.to_owned(),
                nearest: crate::apps::nearest(table, tables.iter().map(|known| known.id.as_str())),
            })
    }
}

impl Batch<'_> {
    pub(crate) fn put_site_record(&mut self, table: &str, key: &str, record: &Record) -> Reply {
        self.push(Write::PutRecord(RecordRow {
            app: SITE.to_owned(),
            table: table.to_owned(),
            key: key.to_owned(),
            values: records::to_text(record),
            // No run has written it.
            run: RunId::nil(),
            version: 1,
            at_ms: self.now.0,
        }));
        Reply::Done
    }

    pub(crate) async fn drop_site_record(&mut self, table: &str, key: &str) -> Result<Reply, Error> {
        if !self.has_record(table, key).await? {
            return Err(Error::NotFound {
                what: "record",
                id: key.to_owned(),
                nearest: None,
            });
        }
        self.push(Write::DropRecord {
            app: SITE.to_owned(),
            table: table.to_owned(),
            key: key.to_owned(),
        });
        Ok(Reply::Done)
    }

    /// Whether a table of the site has a record of that key, whoever wrote it: an app may have saved a key that looks like
    /// a number as one.
    async fn has_record(&mut self, table: &str, key: &str) -> Result<bool, Error> {
        let site = self.shared.site.clone();
        let Some(declared) = site.tables.iter().find(|known| known.id.as_str() == table) else {
            return Ok(false);
        };
        self.see_records().await?;
        let as_text = Json::from(key).to_string();
        let as_number = key.parse::<serde_json::Number>().ok().map(|number| number.to_string());
        for value in std::iter::once(as_text).chain(as_number) {
            let own = [(declared.key.to_string(), value)];
            let found = self.unit().await?.records(SITE, table, &own, 1).await?;
            if found.iter().any(|row| row.key == key) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// What may be written: columns of the table, plain values, and the key as it is said.
fn record_of(table: &Table, key: &str, values: &Map<String, Json>) -> Result<Record, Error> {
    if key.trim().is_empty() || key.trim() != key || key.chars().count() > kernel::limits::KEY_CHARACTERS_MAX {
        let max = kernel::limits::KEY_CHARACTERS_MAX;
        return Err(Error::Invalid(format!(
            "a key is a text of 1 to {max} characters, without spaces around it"
        )));
    }
    let mut record = Record::new();
    for (column, value) in values {
        let id = Id::new(column);
        if !table.columns.contains(&id) {
            let nearest = crate::apps::nearest(column, table.columns.iter().map(Id::as_str));
            return Err(Error::NotFound {
                what: "column",
                id: column.clone(),
                nearest,
            });
        }
        let size = value.as_str().map_or(0, str::len);
        if value.is_object() || value.is_array() || size > limits::SITE_VALUE_BYTES_MAX {
            let max = limits::SITE_VALUE_BYTES_MAX;
            return Err(Error::Invalid(format!(
                "'{column}' is a text of at most {max} bytes, a number, yes or no, or empty"
            )));
        }
        record.insert(id, plain(value));
    }
    let own = Value::text(key);
    match record.get(&table.key) {
        Some(said) if said.display() != key => {
            return Err(Error::Invalid(format!(
                "'{}' is the key and must be '{key}'",
                table.key
            )));
        }
        _ => drop(record.insert(table.key.clone(), own)),
    }
    Ok(record)
}

/// A text that is a date is one.
fn plain(value: &Json) -> Value {
    match value.as_str().map(Date::parse) {
        Some(Some(date)) => Value::Date(date),
        _ => Value::from_json(value),
    }
}
