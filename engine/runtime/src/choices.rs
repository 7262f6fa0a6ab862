//! What can be chosen for a field of an open task, or of a start: records of tables, people; searched and cut.

use crate::apps::Compiled;
use crate::engine::Engine;
use crate::requests::TaskRef;
use crate::site::SITE;
use crate::{Error, limits, records};
use expression::{Scope, Value};
use kernel::Record;
use language::fields::{FieldKind, TableName};
use language::model::{Field, Id, Table};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use store::rows::Page;

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Choice {
    /// What is answered.
    pub key: String,
    /// What is shown besides, by column; of a person `name`.
    pub values: Map<String, Json>,
}

/// Some of what can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Choices {
    pub items: Vec<Choice>,
    /// There are more than were looked at or are given: say more of what is looked for.
    pub more: bool,
}

impl Engine {
    /// What can be chosen for a field: `path` is its id, or `rows.column` for one in rows. `text` must be in a key or in
    /// something that is shown.
    pub async fn choices(&self, task: TaskRef, path: &str, text: &str, limit: u32) -> Result<Choices, Error> {
        let shared = self.shared();
        let (run, number) = (task.run, task.task);
        let row = shared
            .store
            .task(run, number)
            .await?
            .ok_or(kernel::Refusal::NoSuchTask { task: number })?;
        let view = crate::run::task_view(&row)?;
        let compiled = shared.catalogue.compiled(&row.app, Some(row.app_version))?;
        let fields = compiled.fields(&view.spec.step).unwrap_or_default();
        let draft = shared.store.draft(run, number).await?;
        let typed = draft.and_then(|draft| serde_json::from_slice(&draft.body).ok());
        let around = Around {
            context: view.spec.context,
            typed: typed.unwrap_or_default(),
        };
        self.choices_among(&row.app, &compiled, fields, &around, &Looked::new(path, text, limit))
            .await
    }

    /// The same for what an app asks at its start. Nothing is typed yet: where a `where` reads the start's own answers,
    /// nothing is offered.
    pub async fn choices_of_start(
        &self,
        app: &str,
        version: Option<u32>,
        path: &str,
        text: &str,
        limit: u32,
    ) -> Result<Choices, Error> {
        let compiled = self.shared().catalogue.compiled(app, version)?;
        let around = Around::default();
        self.choices_among(
            app,
            &compiled,
            &compiled.app.inputs,
            &around,
            &Looked::new(path, text, limit),
        )
        .await
    }

    async fn choices_among(
        &self,
        app: &str,
        compiled: &Compiled,
        fields: &[Field],
        around: &Around,
        looked: &Looked<'_>,
    ) -> Result<Choices, Error> {
        let shared = self.shared();
        let path = looked.path;
        let field = field_at(fields, path).ok_or_else(|| Error::NotFound {
            what: "field",
            id: path.to_owned(),
            nearest: crate::apps::nearest(path, fields.iter().map(|field| field.id.as_str())),
        })?;
        let role = match &field.kind {
            FieldKind::Person(person) => Some(&person.role),
            FieldKind::Verify(verify) => Some(&verify.role),
            _ => None,
        };
        if let Some(role) = role {
            return self.people_to_choose(role.as_ref(), &looked.text, looked.limit).await;
        }
        let Some(table) = field.kind.table() else {
            return Err(Error::Invalid(format!("the field '{path}' has nothing to choose from")));
        };
        let at = shared.clock.now();
        let clock = kernel::Clock {
            at,
            zone: shared.zone.at(at),
        };
        let (owner, declared) = match table {
            TableName::App(id) => (app, find(&compiled.app.tables, id)),
            TableName::Site(id) => (SITE, find(&compiled.program.site().tables, id)),
        };
        let Some(declared) = declared else {
            return Ok(Choices::default());
        };
        let page = Page {
            after: None,
            limit: limits::CHOICES_LOOKED_AT_MAX,
        };
        let rows = shared.store.records(owner, declared.id.as_str(), &[], &page).await?;
        let mut found = Choices {
            more: rows.len() == page.limit as usize,
            ..Choices::default()
        };
        for row in &rows {
            let damaged = |problem| Error::Invalid(format!("record '{}' cannot be read: {problem}", row.key));
            let record = records::from_text(&row.values).map_err(damaged)?;
            if !kernel::forms::can_be_picked(&field.kind, &record, around, &clock) {
                continue;
            }
            let choice = choice_of(field, declared, &record, &row.key);
            if !has(&choice, &looked.text) {
                continue;
            }
            if found.items.len() == looked.limit {
                found.more = true;
                break;
            }
            found.items.push(choice);
        }
        Ok(found)
    }

    async fn people_to_choose(&self, role: Option<&Id>, looked: &str, limit: usize) -> Result<Choices, Error> {
        let people = self.shared().store.people().await?;
        let of_role = people
            .into_iter()
            .filter(|row| row.active && role.is_none_or(|role| row.roles.iter().any(|has| has == role.as_str())));
        let choice = of_role.map(|row| Choice {
            key: row.id,
            values: Map::from_iter([("name".to_owned(), Json::String(row.name))]),
        });
        let mut items: Vec<Choice> = choice.filter(|choice| has(choice, looked)).take(limit + 1).collect();
        let more = items.len() > limit;
        items.truncate(limit);
        Ok(Choices { items, more })
    }
}

/// What is looked for.
struct Looked<'l> {
    path: &'l str,
    /// In small letters.
    text: String,
    limit: usize,
}

impl<'l> Looked<'l> {
    fn new(path: &'l str, text: &str, limit: u32) -> Looked<'l> {
        Looked {
            path,
            text: text.trim().to_lowercase(),
            limit: limit.clamp(1, limits::CHOICES_MAX) as usize,
        }
    }
}

fn find<'t>(tables: &'t [Table], id: &Id) -> Option<&'t Table> {
    tables.iter().find(|table| table.id == *id)
}

/// `lot`, `defects.lot`, `defects[2].lot`.
fn field_at<'f>(fields: &'f [Field], path: &str) -> Option<&'f Field> {
    let (first, rest) = path
        .split_once('.')
        .map_or((path, None), |(first, rest)| (first, Some(rest)));
    let id = first.split('[').next().unwrap_or(first);
    let field = fields.iter().find(|field| field.id.as_str() == id)?;
    match rest {
        None => Some(field),
        Some(rest) => field_at(field.kind.below(), rest),
    }
}

fn choice_of(field: &Field, table: &Table, record: &Record, key: &str) -> Choice {
    let shown: &[Id] = match &field.kind {
        FieldKind::Pick(pick) if !pick.show.is_empty() => &pick.show,
        _ => &table.columns,
    };
    let values = shown.iter().filter(|column| **column != table.key).map(|column| {
        let value = record.get(column).map_or(Json::Null, Value::to_json);
        (column.to_string(), value)
    });
    Choice {
        key: key.to_owned(),
        values: values.collect(),
    }
}

fn has(choice: &Choice, looked: &str) -> bool {
    let says = |value: &Json| match value {
        Json::String(text) => text.to_lowercase().contains(looked),
        Json::Null => false,
        other => other.to_string().to_lowercase().contains(looked),
    };
    looked.is_empty() || choice.key.to_lowercase().contains(looked) || choice.values.values().any(says)
}

/// What the form reads from outside of it, and its own answers as far as they are kept as a draft.
#[derive(Default)]
struct Around {
    context: BTreeMap<String, Value>,
    typed: Map<String, Json>,
}

impl Scope for Around {
    fn get(&self, name: &str) -> Option<Value> {
        let context = self.context.get(name).cloned();
        context.or_else(|| self.typed.get(name).map(Value::from_json))
    }
}
