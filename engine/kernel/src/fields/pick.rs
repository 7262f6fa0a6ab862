//! `pick`: a record of a table.

use expression::{Context, Scope, Value};
use language::fields::Pick;
use language::model::{Field, Id};
use serde_json::Value as Json;
use std::sync::Arc;

use super::{Accepted, Place, lookup, texts};
use crate::Record;
use crate::limits::KEY_CHARACTERS_MAX;

/// Empty until it has been looked up.
pub(super) fn accept(pick: &Pick, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let key = texts::line(answer, KEY_CHARACTERS_MAX, place)?.trim();
    let Some(record) = lookup::record(key, place)? else {
        return Ok(Value::Null);
    };
    if !can_be_picked(pick, record, place.around, &place.asking.at) {
        let en = format!("'{key}' cannot be picked here");
        return Err(place.refuse("not-an-option", &en, &format!("此处不能选择“{key}”")));
    }
    let columns = record.iter().map(|(column, value)| (column.0.clone(), value.clone()));
    let mut picked: Context = columns.collect();
    for column in &pick.columns {
        picked.entry(column.0.clone()).or_insert(Value::Null);
    }
    Ok(Value::Context(Arc::new(picked)))
}

/// Whether `where` is true of a record.
pub(crate) fn can_be_picked(pick: &Pick, record: &Record, around: &dyn Scope, at: &crate::Clock) -> bool {
    let Some(condition) = &pick.condition else { return true };
    let scope = OfRecord { pick, record, around };
    let outcome = condition.value.evaluate(&scope, at);
    matches!(outcome.map(|outcome| outcome.value), Ok(Value::Bool(true)))
}

/// The columns first, then what the form reads.
struct OfRecord<'a> {
    pick: &'a Pick,
    record: &'a Record,
    around: &'a dyn Scope,
}

impl Scope for OfRecord<'_> {
    fn get(&self, name: &str) -> Option<Value> {
        let column = Id::new(name);
        match self.record.get(&column) {
            Some(value) => Some(value.clone()),
            None if self.pick.columns.contains(&column) => Some(Value::Null),
            None => self.around.get(name),
        }
    }
}
