//! How a record's values are kept: plain JSON that people and a store's index can read, and beside it, under `$`, the
//! exact typed form of those columns for which plain JSON does not say all (a date, a quantity, a judged measurement).
//!
//! `{"serial": "A1", "shaft": 25.01, "$": {"shaft": {"$j": …}}}`. No column is called `$`: ids are words.

use expression::Value;
use kernel::Record;
use language::model::Id;
use serde_json::{Map, Value as Json};

const TYPED: &str = "$";

pub(crate) fn to_text(record: &Record) -> String {
    let mut members = Map::new();
    let mut typed = Map::new();
    for (column, value) in record {
        let plain = value.to_json();
        let exact = typed_json(value);
        if exact != plain {
            typed.insert(column.to_string(), exact);
        }
        members.insert(column.to_string(), plain);
    }
    if !typed.is_empty() {
        members.insert(TYPED.to_owned(), Json::Object(typed));
    }
    Json::Object(members).to_string()
}

pub(crate) fn from_text(text: &str) -> Result<Record, serde_json::Error> {
    let mut members = parse(text)?;
    let mut typed = match members.shift_remove(TYPED) {
        Some(Json::Object(typed)) => typed,
        _ => Map::new(),
    };
    let mut record = Record::new();
    for (column, plain) in members {
        let exact = typed.remove(&column).unwrap_or(plain);
        record.insert(Id::new(&column), serde_json::from_value::<Value>(exact)?);
    }
    Ok(record)
}

/// Without the typed forms, as people and other systems see it.
pub(crate) fn plain(text: &str) -> Result<Map<String, Json>, serde_json::Error> {
    let mut members = parse(text)?;
    members.shift_remove(TYPED);
    Ok(members)
}

fn parse(text: &str) -> Result<Map<String, Json>, serde_json::Error> {
    serde_json::from_str(text)
}

/// The columns of a query that the store may compare by their plain JSON text: those whose equality is equality of
/// that text. Quantities (25 mm is 2.5 cm) and moments (of different offsets) are left to the condition.
pub(crate) fn comparable(equals: &[(Id, Value)]) -> Vec<(String, String)> {
    let simple = equals.iter().filter(|(_, value)| is_simple(value));
    simple
        .map(|(column, value)| (column.to_string(), value.to_json().to_string()))
        .collect()
}

fn is_simple(value: &Value) -> bool {
    match value {
        Value::Text(_) | Value::Bool(_) | Value::Number(_) | Value::Date(_) => true,
        Value::Judged(judged) => is_simple(&judged.value),
        _ => false,
    }
}

fn typed_json(value: &Value) -> Json {
    // A value is text, numbers, lists and maps with text keys: there is nothing JSON cannot say.
    serde_json::to_value(value).expect("a value is JSON")
}

#[cfg(test)]
mod tests {
    use super::*;
    use expression::{Date, Judged, Quantity, Verdict};
    use std::sync::Arc;

    fn record(columns: &[(&str, Value)]) -> Record {
        columns
            .iter()
            .map(|(column, value)| (Id::new(column), value.clone()))
            .collect()
    }

    fn number(number: i64) -> Value {
        Value::Number(number.into())
    }

    #[test]
    fn a_record_reads_as_plain_json_and_comes_back_exactly() {
        let date = Date::parse("2026-09-30").unwrap();
        let judged = Judged {
            value: number(25),
            verdict: Verdict::NotOk,
            details: Default::default(),
        };
        let record = record(&[
            ("serial", Value::text("A1")),
            ("count", number(3)),
            ("nothing", Value::Null),
            ("due", Value::Date(date)),
            (
                "length",
                Value::Quantity(Arc::new(Quantity {
                    number: 25.into(),
                    unit: "mm".into(),
                })),
            ),
            ("shaft", Value::Judged(Arc::new(judged))),
        ]);
        let text = to_text(&record);
        assert_eq!(from_text(&text).unwrap(), record);
        let plain = Json::Object(plain(&text).unwrap());
        let expected = serde_json::json!({
            "serial": "A1", "count": 3, "nothing": null, "due": "2026-09-30", "length": 25, "shaft": 25,
        });
        assert_eq!(plain, expected);
    }

    #[test]
    fn only_equality_that_is_equality_of_text_is_left_to_the_store() {
        let mm = Value::Quantity(Arc::new(Quantity {
            number: 25.into(),
            unit: "mm".into(),
        }));
        let judged = |value| {
            Value::Judged(Arc::new(Judged {
                value,
                verdict: Verdict::Ok,
                details: Default::default(),
            }))
        };
        let equals = [
            (Id::new("a"), Value::text("x")),
            (Id::new("b"), mm.clone()),
            (Id::new("c"), judged(number(25))),
            (Id::new("d"), judged(mm)),
        ];
        let expected = [("a".to_owned(), "\"x\"".to_owned()), ("c".to_owned(), "25".to_owned())];
        assert_eq!(comparable(&equals), expected);
    }
}
