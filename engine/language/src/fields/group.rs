//! `group`: some fields that belong together and are asked as often as needed; and what it shares with `rows`.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, Written};
use crate::catalogue as c;
use crate::limits;
use crate::model::Field;
use crate::read::keys::{Kind, Shape, key, required};
use crate::read::{FieldEntry, Reader, Report};

/// Answer: a list of objects, one member per field.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub fields: Vec<Field>,
    pub at_least: u32,
    pub at_most: u32,
}

impl FieldOf for Group {
    const KIND: Kind = Kind {
        word: "group",
        shape: Shape::Sentence,
        doc: "Some fields that belong together, asked as often as needed, one below the other.",
        keys: &[
            required(
                "fields",
                Shape::Fields,
                "What is asked each time; any field but `rows` and `group`.",
            ),
            key(
                "at_least",
                Shape::Count,
                "How often at least; 1 when it is not written.",
            ),
            key("at_most", Shape::Count, "How often at most; 20 when it is not written."),
        ],
        example: "- group: Witness\n  fields:\n    - text: Who was there\n    - long_text: What was seen\n  at_most: 5",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let Repeated {
            fields,
            at_least,
            at_most,
        } = read(reader, entry, "fields", limits::GROUPS_DEFAULT);
        Some(Group {
            fields,
            at_least,
            at_most,
        })
    }

    fn value_type(&self) -> Option<Type> {
        Some(value_type(&self.fields))
    }

    fn written(&self) -> Written<'_> {
        Written::Rows(&self.fields)
    }

    fn below(&self) -> &[Field] {
        &self.fields
    }

    fn answer(&self) -> Option<Json> {
        Some(answer(&self.fields, self.at_least, self.at_most))
    }

    fn described(&self, with: &dyn Describe) -> Json {
        json!({"fields": with.fields(&self.fields), "at_least": self.at_least, "at_most": self.at_most})
    }
}

/// Fields that are asked several times.
pub(crate) struct Repeated {
    pub(crate) fields: Vec<Field>,
    pub(crate) at_least: u32,
    pub(crate) at_most: u32,
}

/// `word` is the key under which the fields stand.
pub(crate) fn read(reader: &mut Reader<'_>, entry: &FieldEntry, word: &'static str, default: u32) -> Repeated {
    let fields = match entry.keys.get(word) {
        Some(node) => {
            let from = reader.obligations.len();
            let fields = reader.fields(node, word);
            reader.none_from_last(&fields);
            // In a row's formulas the other answers of the row come first.
            let types = super::types(&fields).into_iter();
            let names: Vec<(String, Type)> = types.map(|(name, kind)| (name.to_string(), kind)).collect();
            for obligation in &mut reader.obligations[from..] {
                let mut names = names.clone();
                // What a formula knows by itself (the columns of a table) still comes before the row.
                names.append(&mut obligation.locals.names);
                obligation.locals.names = names;
            }
            fields
        }
        None => {
            reader.missing(&entry.keys, word, "[{text: What}]", c::KEY_MISSING);
            Vec::new()
        }
    };
    for field in &fields {
        if matches!(field.kind.written(), Written::Rows(_)) {
            let report = Report::new(c::ROWS_IN_ROWS, field.span);
            reader.push(report);
        }
    }
    let at_least = entry
        .keys
        .get("at_least")
        .map_or(1, |node| reader.count(node, "at_least", 0, limits::ROWS_MAX));
    let at_most = match entry.keys.get("at_most") {
        Some(node) => reader.count(node, "at_most", 1, limits::ROWS_MAX),
        None => default.max(at_least),
    };
    if at_least > at_most
        && let (Some(low), Some(high)) = (entry.keys.get("at_least"), entry.keys.get("at_most"))
    {
        let (low, high) = (reader.span(low), reader.span(high));
        let report = Report::new(c::MIN_ABOVE_MAX, low)
            .arg("low", "at_least")
            .arg("high", "at_most")
            .replace(low, at_most.to_string())
            .replace(high, at_least.to_string());
        reader.push(report);
    }
    Repeated {
        fields,
        at_least,
        at_most,
    }
}

pub(crate) fn value_type(fields: &[Field]) -> Type {
    Type::List(Box::new(Type::Context(super::types(fields))))
}

pub(crate) fn answer(fields: &[Field], at_least: u32, at_most: u32) -> Json {
    let mut row = crate::schema::answers::object(fields);
    if let Some(members) = row.as_object_mut() {
        members.shift_remove("$schema");
    }
    json!({"type": "array", "items": row, "minItems": at_least, "maxItems": at_most})
}
