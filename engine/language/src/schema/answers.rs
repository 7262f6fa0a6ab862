//! What a form's answers look like. Verdicts, coercions and conditions are the kernel's; here is only the shape.

use expression::Limits;
use serde_json::{Map, Value as Json, json};

use crate::model::{Field, Text};

/// The answers of these fields as one object.
pub(crate) fn object(fields: &[Field]) -> Json {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in fields {
        let Some(mut schema) = field.kind.answer() else {
            continue;
        };
        schema["title"] = json!(field.title.default.source());
        if let Some(hint) = &field.hint {
            schema["description"] = json!(hint.default.source());
        }
        properties.insert(field.id.to_string(), schema);
        if !field.optional && field.show_if.is_none() {
            required.push(field.id.as_str());
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false
    })
}

/// What may be answered for these options: their texts in every language that the app gives; the first one is kept.
pub(crate) fn choices(from: &[Text]) -> Vec<&str> {
    let mut all: Vec<&str> = Vec::with_capacity(from.len());
    for choice in from {
        for text in std::iter::once(&choice.default).chain(choice.by_language.values()) {
            if !all.contains(&text.source()) {
                all.push(text.source());
            }
        }
    }
    all
}

/// A number inside limits, both included.
pub(crate) fn number_between(number: &str, range: &Limits) -> Json {
    let mut schema = json!({"type": number});
    let plain = |limit: &expression::Number| serde_json::from_str::<Json>(&limit.normalize().to_string()).ok();
    if let Some(lower) = range.lower.as_ref().and_then(plain) {
        schema["minimum"] = lower;
    }
    if let Some(upper) = range.upper.as_ref().and_then(plain) {
        schema["maximum"] = upper;
    }
    schema
}
