//! A form as JSON, for whoever renders it: the fields in order, each with what its kind needs.
//!
//! Every field: `id`, `kind` (the word of the language), `title`, `optional`, and when written `hint`, `show_if` (the
//! formula's text), `default` (plain value, text, or `{"formula": …}`). Texts are objects: `default`, and one member for
//! each language that was written. Numbers are JSON numbers; limits are `{"lower": …, "upper": …}`, an open end missing.

use expression::{DateTime, Host, Limits, Number, Scope, Template, Value};
use kernel::{Timestamp, Zone};
use language::fields::FieldKind;
use language::model::{Computed, Field, Text};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// What a form's sentences may show from outside of it.
pub(crate) struct Surroundings<'a> {
    pub(crate) context: &'a BTreeMap<String, Value>,
    pub(crate) at: Timestamp,
    pub(crate) zone: Zone,
}

pub(crate) fn form(fields: &[Field], around: &Surroundings<'_>) -> Json {
    fields.iter().map(|one| field(one, around)).collect()
}

fn field(field: &Field, around: &Surroundings<'_>) -> Json {
    let mut members = Map::new();
    members.insert("id".into(), json!(field.id));
    let (kind, details) = kind(&field.kind, around);
    members.insert("kind".into(), json!(kind));
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
    if let Json::Object(details) = details {
        members.extend(details.into_iter().filter(|(_, value)| !value.is_null()));
    }
    Json::Object(members)
}

/// The word of the language, and what this kind has besides the members of every field; `null` is left out.
fn kind(kind: &FieldKind, around: &Surroundings<'_>) -> (&'static str, Json) {
    let options = |from: &[Text]| -> Json { from.iter().map(|option| text(option, around)).collect() };
    match kind {
        FieldKind::Info(_) => ("info", json!({})),
        FieldKind::Text(of) => ("text", json!({"characters_max": of.characters_max})),
        FieldKind::LongText(of) => ("long_text", json!({"characters_max": of.characters_max})),
        FieldKind::Whole(of) => {
            let target = of.target.map(number);
            (
                "whole",
                json!({"range": limits(&of.range), "unit": of.unit, "target": target}),
            )
        }
        FieldKind::Number(of) => (
            "number",
            json!({"range": limits(&of.range), "decimals_max": of.decimals_max, "unit": of.unit}),
        ),
        FieldKind::Measure(of) => (
            "measure",
            json!({
                "limits": limits(&of.limits),
                "target": of.target.map(number),
                "unit": of.unit,
                "decimals": of.decimals,
                "samples": of.samples,
                "uncertainty": of.uncertainty.map(number),
            }),
        ),
        FieldKind::Percent(of) => ("percent", json!({"range": limits(&of.range)})),
        FieldKind::YesNo(_) => ("yes_no", json!({})),
        FieldKind::Check(of) => ("check", json!({"not_applicable_allowed": of.not_applicable_allowed})),
        FieldKind::Choose(of) => ("choose", json!({"from": options(&of.from)})),
        FieldKind::ChooseMany(of) => (
            "choose_many",
            json!({"from": options(&of.from), "at_least": of.at_least, "at_most": of.at_most}),
        ),
        FieldKind::Date(_) => ("date", json!({})),
        FieldKind::Time(_) => ("time", json!({})),
        FieldKind::DateTime(_) => ("date_time", json!({})),
        FieldKind::Scan(of) => ("scan", json!({"pattern": of.pattern})),
        FieldKind::Photo(of) => ("photo", json!({"at_most": of.at_most})),
        FieldKind::File(of) => ("file", json!({"at_most": of.at_most})),
        FieldKind::Tick(_) => ("tick", json!({})),
        FieldKind::Sign(of) => (
            "sign",
            json!({"meaning": of.meaning.as_ref().map(|meaning| text(meaning, around))}),
        ),
        FieldKind::Rows(of) => {
            let columns = form(&of.columns, around);
            (
                "rows",
                json!({"columns": columns, "at_least": of.at_least, "at_most": of.at_most}),
            )
        }
    }
}

fn text(text: &Text, around: &Surroundings<'_>) -> Json {
    let mut members = Map::new();
    members.insert("default".into(), json!(rendered(&text.default, around)));
    for (language, template) in &text.by_language {
        members.insert(language.clone(), json!(rendered(template, around)));
    }
    Json::Object(members)
}

fn rendered(template: &Template, around: &Surroundings<'_>) -> String {
    template.render(around, around)
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

impl Host for Surroundings<'_> {
    fn now(&self) -> DateTime {
        DateTime::from_unix_ms(self.at.0, self.zone.offset_s)
    }
    /// As in the kernel: only offsets are understood.
    fn offset_s(&self, _zone: &str, _at_unix_s: i64) -> Option<i32> {
        None
    }
}
