//! A form as JSON, for whoever renders it: the fields in order, each with what its kind needs.
//!
//! Every field: `id`, `kind` (the word of the language), `title`, `optional`, and when written `hint`, `show_if` (the
//! formula's text), `default` (plain value, text, or `{"formula": …}`). Texts are objects: `default`, and one member for
//! each language that was written. Numbers are JSON numbers; limits are `{"lower": …, "upper": …}`, an open end missing.
//! `unit` is the UCUM code, and `unit_symbol` beside it what people see.

use expression::{Limits, Number, Scope, Template, Value};
use kernel::Clock;
use language::fields::FieldKind;
use language::model::{Computed, Field, Text};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// What a form's sentences may show from outside of it.
pub(crate) struct Surroundings<'a> {
    pub(crate) context: &'a BTreeMap<String, Value>,
    pub(crate) clock: Clock,
}

pub(crate) fn form(fields: &[Field], around: &Surroundings<'_>) -> Json {
    fields.iter().map(|one| field(one, around)).collect()
}

fn field(field: &Field, around: &Surroundings<'_>) -> Json {
    let mut members = Map::new();
    members.insert("id".into(), json!(field.id));
    members.insert("kind".into(), json!(field.kind.word()));
    members.insert("title".into(), text(&field.title, around));
    members.insert("optional".into(), json!(field.optional));
    if let Some(hint) = &field.hint {
        members.insert("hint".into(), text(hint, around));
    }
    if let Some(condition) = &field.show_if {
        members.insert("show_if".into(), json!(condition.value.source()));
    }
    if let Some(default) = &field.default {
        members.insert("default".into(), computed(default, around));
    }
    if let Json::Object(details) = details(&field.kind, around) {
        members.extend(details.into_iter().filter(|(_, value)| !value.is_null()));
    }
    Json::Object(members)
}

/// What this kind has besides the members of every field; `null` is left out.
fn details(kind: &FieldKind, around: &Surroundings<'_>) -> Json {
    let options = |from: &[Text]| -> Json { from.iter().map(|option| text(option, around)).collect() };
    match kind {
        FieldKind::Text(of) => json!({"characters_max": of.characters_max}),
        FieldKind::LongText(of) => json!({"characters_max": of.characters_max}),
        FieldKind::Whole(of) => {
            json!({
                "range": limits(&of.range),
                "unit": of.unit,
                "unit_symbol": symbol(&of.unit),
                "target": of.target.map(number),
            })
        }
        FieldKind::Number(of) => {
            json!({
                "range": limits(&of.range),
                "decimals_max": of.decimals_max,
                "unit": of.unit,
                "unit_symbol": symbol(&of.unit),
            })
        }
        FieldKind::Measure(of) => json!({
            "limits": limits(&of.limits),
            "target": of.target.map(number),
            "unit": of.unit,
            "unit_symbol": symbol(&of.unit),
            "decimals": of.decimals,
            "samples": of.samples,
            "uncertainty": of.uncertainty.map(number),
        }),
        FieldKind::Percent(of) => json!({"range": limits(&of.range)}),
        FieldKind::Check(of) => json!({"not_applicable_allowed": of.not_applicable_allowed}),
        FieldKind::Choose(of) => json!({"from": options(&of.from)}),
        FieldKind::ChooseMany(of) => {
            json!({"from": options(&of.from), "at_least": of.at_least, "at_most": of.at_most})
        }
        FieldKind::Scan(of) => json!({"pattern": of.pattern}),
        FieldKind::Photo(of) => json!({"at_most": of.at_most}),
        FieldKind::File(of) => json!({"at_most": of.at_most}),
        FieldKind::Sign(of) => json!({"meaning": of.meaning.as_ref().map(|meaning| text(meaning, around))}),
        FieldKind::Rows(of) => {
            json!({"columns": form(&of.columns, around), "at_least": of.at_least, "at_most": of.at_most})
        }
        FieldKind::Info(_)
        | FieldKind::YesNo(_)
        | FieldKind::Date(_)
        | FieldKind::Time(_)
        | FieldKind::DateTime(_)
        | FieldKind::Tick(_) => Json::Null,
    }
}

fn symbol(unit: &Option<String>) -> Option<&str> {
    unit.as_deref().map(expression::units::symbol)
}

pub(crate) fn text(text: &Text, around: &Surroundings<'_>) -> Json {
    let mut members = Map::new();
    members.insert("default".into(), json!(rendered(&text.default, around)));
    for (language, template) in &text.by_language {
        members.insert(language.clone(), json!(rendered(template, around)));
    }
    Json::Object(members)
}

fn rendered(template: &Template, around: &Surroundings<'_>) -> String {
    template.render(around, &around.clock)
}

fn computed(default: &Computed, around: &Surroundings<'_>) -> Json {
    match default {
        Computed::Literal(value) => value.to_json(),
        Computed::Formula(formula) => json!({"formula": formula.value.source()}),
        Computed::Text(template) => json!(rendered(template, around)),
    }
}

fn limits(limits: &Limits) -> Json {
    let mut members = Map::new();
    if let Some(lower) = limits.lower {
        members.insert("lower".into(), number(lower));
    }
    if let Some(upper) = limits.upper {
        members.insert("upper".into(), number(upper));
    }
    if members.is_empty() {
        Json::Null
    } else {
        Json::Object(members)
    }
}

fn number(number: Number) -> Json {
    Value::Number(number).to_json()
}

impl Scope for Surroundings<'_> {
    fn get(&self, name: &str) -> Option<Value> {
        self.context.get(name).cloned()
    }
}
