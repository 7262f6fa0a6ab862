//! JSON Schema of the language for editors, from the same tables that the readers use.
//!
//! An entry of `steps` is one of the kinds, told apart by its word; descriptions and examples come along. Ids,
//! formulas and what refers to what are beyond a schema: that is what checking is for.

use serde_json::{Map, Value as Json, json};

use crate::limits;
use crate::read::app::APP;
use crate::read::keys::{Key, Kind, Shape};
use crate::read::site::SITE;
use crate::read::{field_common, step_common};
use crate::{fields, steps};

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// JSON Schema of an app file.
pub(crate) fn app() -> Json {
    let mut schema = mapping(&[APP]);
    schema["$schema"] = json!(DRAFT);
    schema["title"] = json!("Gemba app");
    schema["$defs"] = definitions();
    schema
}

/// JSON Schema of a site file.
pub(crate) fn site() -> Json {
    let mut schema = mapping(&[SITE]);
    schema["$schema"] = json!(DRAFT);
    schema["title"] = json!("Gemba site");
    schema["$defs"] = definitions();
    schema
}

fn definitions() -> Json {
    let mut found = Map::new();
    let plain = json!({"type": ["string", "number", "boolean"]});
    found.insert("word".into(), plain.clone());
    found.insert(
        "sentence".into(),
        json!({
            "description": "A sentence; {name} shows a value. In several languages: {en: …, zh: …}.",
            "anyOf": [
                plain.clone(),
                {"type": "object", "propertyNames": {"pattern": "^[a-z]{2}(-[A-Za-z0-9]{2,8})*$"},
                 "additionalProperties": plain, "minProperties": 1}
            ]
        }),
    );
    let word = json!({"type": "string", "maxLength": limits::ID_CHARACTERS_MAX});
    found.insert("id".into(), word);
    found.insert(
        "condition".into(),
        json!({"type": ["string", "boolean"], "description": "A formula without =.", "examples": ["shaft_diameter is ok"]}),
    );
    found.insert(
        "formula".into(),
        json!({"type": "string", "pattern": "^\\s*=", "examples": ["= shaft_diameter.samples"]}),
    );
    found.insert(
        "value".into(),
        json!({"description": "A value, a sentence with {values}, or = formula."}),
    );
    found.insert(
        "duration".into(),
        json!({"type": "string", "examples": ["20 min", "3 h", "2 days", "1 h 30 min"]}),
    );
    found.insert(
        "limits".into(),
        json!({
            "type": ["string", "number"], "examples": ["24.95 to 25.05 mm", "at least 40 N", "at most 0.8 mm"]
        }),
    );
    found.insert(
        "yes_no".into(),
        json!({"enum": ["yes", "no", true, false, "on", "off", "是", "否"]}),
    );
    let party = json!({
        "description": "A role or station, = formula, or {role: …}, {person: …}, {station: …}.",
        "anyOf": [
            {"type": "string"},
            {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false,
             "properties": {"role": {"type": "string"}, "person": {"type": "string"}, "station": {"type": "string"}}}
        ]
    });
    found.insert("party".into(), party);
    found.insert("step".into(), kinds(steps::KINDS, step_common()));
    found.insert("field".into(), kinds(fields::KINDS, field_common()));
    Json::Object(found)
}

/// One of several kinds of entries, each known by its word.
fn kinds(kinds: &[Kind], common: &[Key]) -> Json {
    let one = |kind: &Kind| {
        let others = common.iter().filter(|key| key.word != kind.word);
        let mut properties = Map::new();
        let mut first = shape(kind.shape);
        first["description"] = json!(kind.doc);
        properties.insert(kind.word.to_owned(), first);
        for key in kind.keys.iter().chain(others) {
            properties.insert(key.word.to_owned(), described(key));
        }
        let needed = kind.keys.iter().filter(|key| key.required).map(|key| key.word);
        json!({
            "title": kind.word,
            "description": kind.doc,
            "type": "object",
            "properties": properties,
            "required": std::iter::once(kind.word).chain(needed).collect::<Vec<_>>(),
            "additionalProperties": false,
            "examples": [example(kind)]
        })
    };
    json!({"oneOf": kinds.iter().map(one).collect::<Vec<_>>()})
}

/// The example of a kind as data.
fn example(kind: &Kind) -> Json {
    let list: Json = serde_yaml::from_str(kind.example).unwrap_or(Json::Null);
    list.get(0).cloned().unwrap_or(Json::Null)
}

fn mapping(keys: &[&[Key]]) -> Json {
    let all = || keys.iter().flat_map(|keys| keys.iter());
    let properties: Map<String, Json> = all().map(|key| (key.word.to_owned(), described(key))).collect();
    let required: Vec<&str> = all().filter(|key| key.required).map(|key| key.word).collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

fn described(key: &Key) -> Json {
    let mut schema = shape(key.shape);
    schema["description"] = json!(key.doc);
    schema
}

fn shape(of: Shape) -> Json {
    let named = |name: &str| json!({"$ref": format!("#/$defs/{name}")});
    let list = |items: Json| json!({"type": "array", "items": items, "minItems": 1});
    let one_or_more = |one: Json| json!({"anyOf": [one.clone(), {"type": "array", "items": one, "minItems": 1}]});
    match of {
        Shape::Sentence => named("sentence"),
        Shape::Word => named("word"),
        Shape::Id => named("id"),
        Shape::Condition => named("condition"),
        Shape::Formula => named("formula"),
        Shape::Value => named("value"),
        Shape::Duration => named("duration"),
        Shape::Limits => named("limits"),
        Shape::YesNo => named("yes_no"),
        Shape::Party => named("party"),
        Shape::Parties => one_or_more(named("party")),
        Shape::Count => json!({"type": "integer", "minimum": 0}),
        Shape::Times => json!({"type": ["integer", "string"], "minimum": 1, "examples": ["3 times"]}),
        Shape::Number => json!({"type": ["number", "string"]}),
        Shape::Steps => list(named("step")),
        Shape::Fields => list(named("field")),
        // `held: []` in a test says that nothing is held.
        Shape::Words => json!({"anyOf": [named("word"), {"type": "array", "items": named("word")}]}),
        Shape::Sentences => list(named("sentence")),
        Shape::Formulas => one_or_more(named("condition")),
        Shape::Values => json!({"type": "object", "additionalProperties": {"$ref": "#/$defs/value"}}),
        Shape::Data => json!({"type": ["object", "array", "null"]}),
        Shape::Entries(keys) => list(mapping(&[keys])),
        Shape::Map(keys) => mapping(&[keys]),
        Shape::WordsOrEntries(keys) => list(json!({"anyOf": [named("word"), mapping(&[keys])]})),
        Shape::OneOfEntries(kinds) => {
            let kinds: Vec<Json> = kinds.iter().map(|keys| mapping(&[keys])).collect();
            list(json!({"anyOf": kinds}))
        }
    }
}
