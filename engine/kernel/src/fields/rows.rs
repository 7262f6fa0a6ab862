//! `rows`: a table to fill; and what it shares with `group`.

use expression::{Context, Value};
use language::fields::Rows;
use language::model::Field;
use serde_json::Value as Json;
use std::sync::Arc;

use super::{Accepted, Place, texts};
use crate::{FieldRefusal, forms};

pub(super) fn accept(rows: &Rows, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    repeated(&rows.columns, (rows.at_least, rows.at_most), answer, place)
}

/// Every row is a small form of its own; problems of all rows are reported at once, rows counted from 1.
pub(super) fn repeated(
    fields: &[Field],
    (at_least, at_most): (u32, u32),
    answer: &Json,
    place: &Place<'_>,
) -> Accepted {
    let answers = texts::list(answer, at_least, at_most, place)?;
    let mut values = Vec::with_capacity(answers.len());
    let mut refused = Vec::new();
    for (number, answer) in (1..).zip(answers) {
        let path = format!("{}[{number}]", place.path);
        let Json::Object(answer) = answer else {
            let en = "a row with its columns is expected here";
            refused.push(FieldRefusal::new(&path, "wrong-type", en, "此处应为一行数据"));
            continue;
        };
        let mut checked = forms::check_below(fields, answer, place.asking, Some(place.around), &format!("{path}."));
        refused.append(&mut checked.refused);
        place.warned.borrow_mut().append(&mut checked.warned);
        let row: Context = checked
            .values
            .into_iter()
            .map(|(column, value)| (column.0, value))
            .collect();
        values.push(Value::Context(Arc::new(row)));
    }
    if refused.is_empty() {
        Ok(Value::List(Arc::new(values)))
    } else {
        Err(refused)
    }
}
