//! Answers that fit the schema of a form, and answers that do not.

use crate::chance::Chance;
use serde_json::{Map, Value as Json, json};

/// Something that the schema takes, as far as it is looked at.
pub fn fitting(schema: &Json, chance: &mut Chance) -> Json {
    if let Some(value) = schema.get("const") {
        return value.clone();
    }
    if let Some(options) = schema.get("enum").and_then(Json::as_array) {
        return chance.pick(options).cloned().unwrap_or(Json::Null);
    }
    for several in ["oneOf", "anyOf"] {
        if let Some(options) = schema.get(several).and_then(Json::as_array)
            && let Some(option) = chance.pick(options)
        {
            return fitting(&option.clone(), chance);
        }
    }
    let kind = match &schema["type"] {
        Json::String(kind) => kind.as_str(),
        Json::Array(kinds) => kinds.iter().find_map(Json::as_str).unwrap_or("null"),
        _ if schema.get("properties").is_some() => "object",
        _ => "string",
    };
    match kind {
        "object" => object(schema, chance),
        "array" => array(schema, chance),
        "boolean" => Json::Bool(chance.percent(60)),
        "integer" | "number" => number(schema, chance),
        "null" => Json::Null,
        _ => text(schema, chance),
    }
}

fn object(schema: &Json, chance: &mut Chance) -> Json {
    let mut members = Map::new();
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let is_required = required.iter().any(|required| required == name);
        if is_required || chance.percent(65) {
            members.insert(name.clone(), fitting(member, chance));
        }
    }
    Json::Object(members)
}

fn array(schema: &Json, chance: &mut Chance) -> Json {
    let least = schema["minItems"].as_i64().unwrap_or(0);
    let most = schema["maxItems"].as_i64().unwrap_or(least + 2).min(least + 3);
    let many = chance.between(least, most);
    let items = (0..many).map(|_| fitting(&schema["items"], chance));
    Json::Array(items.collect())
}

fn number(schema: &Json, chance: &mut Chance) -> Json {
    let limit = |key: &str| schema[key].as_f64().map(|limit| limit as i64);
    let least = limit("minimum").unwrap_or_else(|| limit("maximum").map_or(8, |most| (most - 9).min(8)));
    let most = limit("maximum").unwrap_or(least + 4).max(least);
    json!(chance.between(least, most))
}

fn text(schema: &Json, chance: &mut Chance) -> Json {
    match schema["format"].as_str() {
        Some("date") => json!(format!("2026-10-{:02}", chance.between(1, 28))),
        Some("date-time") => json!(format!("2026-10-{:02}T08:00:00Z", chance.between(1, 28))),
        Some("time") => json!("08:00:00"),
        _ => json!(chance.one(&["L1", "L2", "L3", "A text", "轴", " x "])),
    }
}

/// The same with something wrong in it.
pub fn spoiled(answers: &mut Map<String, Json>, chance: &mut Chance) {
    let names: Vec<String> = answers.keys().cloned().collect();
    let name = chance.pick(&names).cloned();
    match (chance.below(4), name) {
        (0, Some(name)) => drop(answers.remove(&name)),
        (1, Some(name)) => drop(answers.insert(name, json!({"not": ["this"]}))),
        (2, Some(name)) => drop(answers.insert(name, json!(-99999))),
        _ => drop(answers.insert("stranger".to_owned(), json!(1))),
    }
}
