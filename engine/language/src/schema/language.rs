//! JSON Schema of the language for editors, from the same tables that the readers use.
//!
//! Descriptions are in the language of the words. `markdownDescription` and `defaultSnippets` are what the editors of the
//! YAML language server show and insert; validators pass over them.
//!
//! An entry of `steps` is one of the kinds, told apart by its word; descriptions and examples come along. Ids,
//! formulas and what refers to what are beyond a schema: that is what checking is for.

use serde_json::{Map, Value as Json, json};

use crate::diagnostic::Language;
use crate::docs::in_language;
use crate::keywords::Keywords;
use crate::limits;
use crate::read::app::APP;
use crate::read::keys::{Key, Kind, Shape};
use crate::read::site::SITE;
use crate::read::{field_common, step_common};
use crate::{fields, steps};

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// JSON Schema of an app file.
pub(crate) fn app(words: Keywords) -> Json {
    let mut schema = mapping(&[APP], words);
    schema["$schema"] = json!(DRAFT);
    schema["title"] = json!("Gemba app");
    schema["$defs"] = definitions(words);
    schema
}

/// JSON Schema of a site file.
pub(crate) fn site(words: Keywords) -> Json {
    let mut schema = mapping(&[SITE], words);
    schema["$schema"] = json!(DRAFT);
    schema["title"] = json!("Gemba site");
    schema["$defs"] = definitions(words);
    schema
}

fn definitions(words: Keywords) -> Json {
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
    let tree = json!({
        "type": "array", "minItems": 1,
        "items": {"anyOf": [plain, {"type": "object", "additionalProperties": {"$ref": "#/$defs/tree"}}]}
    });
    found.insert("tree".into(), tree);
    let who: Map<String, Json> = ["role", "person", "station", "channel"]
        .map(|word| (words.say(word).to_owned(), json!({"type": "string"})))
        .into_iter()
        .collect();
    let party = json!({
        "description": "A role, station or channel, = formula, or {role: …}, {person: …}, {station: …}, {channel: …}.",
        "anyOf": [
            {"type": "string"},
            {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false,
             "properties": who}
        ]
    });
    found.insert("party".into(), party);
    found.insert("step".into(), kinds(steps::KINDS, step_common(), words));
    found.insert("field".into(), kinds(fields::KINDS, field_common(), words));
    Json::Object(found)
}

/// One of several kinds of entries, each known by its word.
fn kinds(kinds: &[Kind], common: &[Key], words: Keywords) -> Json {
    let one = |kind: &Kind| {
        let others = common.iter().filter(|key| key.word != kind.word);
        let mut properties = Map::new();
        let mut first = shape(kind.shape, words);
        let doc = said(kind.doc, words);
        first["description"] = json!(doc);
        first["markdownDescription"] = json!(format!("{doc}\n\n```yaml\n{}\n```", words.in_yaml(kind.example)));
        properties.insert(words.say(kind.word).to_owned(), first);
        for key in kind.keys.iter().chain(others) {
            properties.insert(key.say(words).to_owned(), described(key, words));
        }
        let needed = kind.keys.iter().filter(|key| key.required).map(|key| key.word);
        json!({
            "title": words.say(kind.word),
            "description": doc,
            "type": "object",
            "properties": properties,
            "required": std::iter::once(kind.word).chain(needed).map(|word| words.say(word)).collect::<Vec<_>>(),
            "additionalProperties": false,
            "examples": [example(kind, words)],
            "defaultSnippets": [{"label": words.say(kind.word), "description": doc, "body": example(kind, words)}]
        })
    };
    json!({"oneOf": kinds.iter().map(one).collect::<Vec<_>>()})
}

/// The example of a kind as data.
fn example(kind: &Kind, words: Keywords) -> Json {
    let list: Json = serde_yaml::from_str(&words.in_yaml(kind.example)).unwrap_or(Json::Null);
    list.get(0).cloned().unwrap_or(Json::Null)
}

fn mapping(keys: &[&[Key]], words: Keywords) -> Json {
    let all = || keys.iter().flat_map(|keys| keys.iter());
    let properties: Map<String, Json> = all()
        .map(|key| (key.say(words).to_owned(), described(key, words)))
        .collect();
    let required: Vec<&str> = all().filter(|key| key.required).map(|key| key.say(words)).collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

fn described(key: &Key, words: Keywords) -> Json {
    let mut schema = shape(key.shape, words);
    schema["description"] = json!(said(key.doc, words));
    schema
}

/// A line of the tables, in the language of the words.
fn said(doc: &'static str, words: Keywords) -> String {
    let language = match words {
        Keywords::En => Language::En,
        Keywords::Zh => Language::Zh,
    };
    words.in_message(in_language(doc, language))
}

fn shape(of: Shape, words: Keywords) -> Json {
    let named = |name: &str| json!({"$ref": format!("#/$defs/{name}")});
    let list = |items: Json| json!({"type": "array", "items": items, "minItems": 1});
    let one_or_more = |one: Json| json!({"anyOf": [one.clone(), {"type": "array", "items": one, "minItems": 1}]});
    match of {
        Shape::Sentence => named("sentence"),
        Shape::Word => named("word"),
        Shape::Id => named("id"),
        Shape::Condition => named("condition"),
        Shape::Formula => named("formula"),
        Shape::ConditionOrMap(keys) => json!({"anyOf": [named("condition"), mapping(&[keys], words)]}),
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
        // A tree of the site by its name, or the tree itself.
        Shape::Tree => json!({"anyOf": [named("word"), named("tree")]}),
        Shape::Data => json!({"type": ["object", "array", "null"]}),
        Shape::Entries(keys) => list(mapping(&[keys], words)),
        Shape::Map(keys) => mapping(&[keys], words),
        Shape::WordsOrEntries(keys) => list(json!({"anyOf": [named("word"), mapping(&[keys], words)]})),
        Shape::OneOfEntries(kinds) => {
            let kinds: Vec<Json> = kinds.iter().map(|keys| mapping(&[keys], words)).collect();
            list(json!({"anyOf": kinds}))
        }
    }
}
