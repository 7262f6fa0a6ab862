//! `matrix`: the same choice for several things.

use expression::{Context, Value};
use language::fields::Matrix;
use language::model::Field;
use serde_json::Value as Json;
use std::sync::Arc;

use super::{Accepted, Place, choose};
use crate::FieldRefusal;

/// Every row is answered; problems of all rows are reported at once.
pub(super) fn accept(matrix: &Matrix, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let Json::Object(answers) = answer else {
        return Err(place.wrong_type("a choice for every row", "每一行的选择"));
    };
    let mut chosen = Context::new();
    let mut refused = Vec::new();
    for (row, _) in &matrix.rows {
        let path = format!("{}.{row}", place.path);
        let of_row = Place { path: &path, ..*place };
        match answers.get(row.as_str()) {
            None | Some(Json::Null) => {
                let en = "an answer is needed here";
                refused.push(FieldRefusal::new(&path, "missing", en, "此处必须填写"));
            }
            Some(answer) => match choose::option(&matrix.from, answer, &of_row) {
                Ok(option) => drop(chosen.insert(row.0.clone(), Value::text(option))),
                Err(mut wrong) => refused.append(&mut wrong),
            },
        }
    }
    let is_row = |name: &str| matrix.rows.iter().any(|(row, _)| row.as_str() == name);
    for name in answers.keys().filter(|name| !is_row(name)) {
        let path = format!("{}.{name}", place.path);
        refused.push(FieldRefusal::new(
            &path,
            "unknown-field",
            "there is no such row",
            "没有该行",
        ));
    }
    if refused.is_empty() {
        Ok(Value::Context(Arc::new(chosen)))
    } else {
        Err(refused)
    }
}
