//! `save`: writes a record by its key.

use std::sync::Arc;

use expression::Value;
use language::model::{Id, Step};
use language::steps::Save;
use serde_json::{Map, Value as Json};

use crate::formula::{self, BoundComputed, Names, told};
use crate::interpret::{Next, Run, Trouble};
use crate::limits::{KEY_CHARACTERS_MAX, NESTING_MAX};
use crate::program::Compiler;
use crate::slots::{Binding, Declaring};
use crate::state::nesting;
use crate::{Effect, FactKind, Record};

/// A column that is not named takes the value of the app's name with the same id; one that nothing fills stays out of
/// the record.
#[derive(Debug)]
pub(crate) struct Op {
    table: Id,
    of_site: bool,
    key: Id,
    named: Vec<(Id, BoundComputed)>,
    own: Names,
}

pub(super) fn declare(_kind: &Save, _step: &Step, _number: u32, _d: &mut Declaring) {}

pub(super) fn compile(kind: &Save, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let table = match kind.of_site {
        true => c.site.tables.iter().find(|table| table.id == kind.table.value),
        false => c.table(&kind.table.value),
    };
    let columns = table.map(|table| table.columns.as_slice()).unwrap_or_default();
    let key = table.map_or_else(|| Id::new(""), |table| table.key.clone());
    let named: Vec<_> = kind
        .values
        .iter()
        .map(|(column, value)| (column.clone(), c.computed(value)))
        .collect();
    let others = columns
        .iter()
        .filter(|column| !kind.values.iter().any(|(named, _)| named == *column));
    let paths: Vec<Vec<Arc<str>>> = others.map(|column| vec![column.0.clone()]).collect();
    let mut own = c.binder().names(paths.iter().map(Vec::as_slice));
    own.0.retain(|(_, binding)| matches!(binding, Binding::Slot(_)));
    c.emit(super::Op::Save(Op {
        table: kind.table.value.clone(),
        of_site: kind.of_site,
        key,
        named,
        own,
    }));
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let mut record = Record::new();
        for (column, computed) in &self.named {
            record.insert(column.clone(), run.compute(token, computed)?);
        }
        let view = run.view(token, &self.own);
        for (column, binding) in &self.own.0 {
            let value = formula::read(view.state, view.slots, view.frame, binding);
            record.insert(Id(column.clone()), value);
        }
        // A key only tells records apart: it is stored without verdict and unit, so that a store can look it up.
        if let Some(key) = record.get_mut(&self.key) {
            *key = bare(key);
        }
        let Some(key) = record.get(&self.key).and_then(key_text) else {
            return Err(Trouble(format!(
                "the key '{}' of the record for '{}' is empty",
                self.key, self.table
            )));
        };
        if key.chars().count() > KEY_CHARACTERS_MAX {
            return Err(Trouble(format!(
                "the key '{}' has more than {KEY_CHARACTERS_MAX} characters",
                self.key
            )));
        }
        if let Some((column, _)) = record.iter().find(|(_, value)| nesting(value) > NESTING_MAX) {
            return Err(Trouble(format!(
                "column '{column}' holds lists in lists more than {NESTING_MAX} deep"
            )));
        }
        let values: Map<String, Json> = record
            .iter()
            .map(|(column, value)| (column.to_string(), told(value)))
            .collect();
        let kind = FactKind::Saved {
            table: self.table.clone(),
            key: key.clone(),
            values: Json::Object(values),
        };
        run.fact(token, kind);
        run.effect(Effect::Save {
            table: self.table.clone(),
            of_site: self.of_site,
            key,
            record,
        });
        Ok(Next::On)
    }
}

fn bare(value: &Value) -> Value {
    match value {
        Value::Judged(judged) => bare(&judged.value),
        Value::Quantity(quantity) => Value::Number(quantity.number),
        value => value.clone(),
    }
}

/// The one way to write a key: 1.10 and 1.1 are the same record. `None` for what cannot tell records apart.
pub(crate) fn key_text(value: &Value) -> Option<String> {
    let text = match &bare(value) {
        Value::Text(text) => text.trim().to_string(),
        Value::Number(number) => number.normalize().to_string(),
        Value::Bool(_) | Value::Date(_) | Value::Time(_) | Value::DateTime(_) | Value::Duration(_) => {
            match value.to_json() {
                Json::String(text) => text,
                other => other.to_string(),
            }
        }
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}
