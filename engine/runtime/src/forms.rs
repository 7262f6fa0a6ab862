//! A form as JSON, for whoever renders it: the fields in order, each with what its kind needs.
//!
//! Every field: `id`, `kind` (the word of the language), `title`, `optional`, and when written `hint`, `show_if`, `warn_if`, `refuse_if` (the
//! formula's text), `from_last`, `default` (plain value, text, or `{"formula": …}`). Texts are objects: `default`, and one member for
//! each language that was written. Numbers are JSON numbers; limits are `{"lower": …, "upper": …}`, an open end missing.
//! `unit` is the UCUM code, and `unit_symbol` beside it what people see.

use expression::{Number, Scope, Template, Value};
use kernel::Clock;
use language::fields::Describe;
use language::model::{Computed, Field, Text};
use language::steps::{Button, Form, Page};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// What a form's sentences may show from outside of it.
pub(crate) struct Surroundings<'a> {
    pub(crate) context: &'a BTreeMap<String, Value>,
    pub(crate) clock: Clock,
}

/// The parts of a form: `{title, fields: [ids]}`, those without a field left out.
pub(crate) fn pages(form: &Form, around: &Surroundings<'_>) -> Json {
    let titled = |page: &Page| {
        let heading = form.fields.iter().find(|field| field.id == page.heading)?;
        Some(json!({"title": text(&heading.title, around), "fields": page.fields}))
    };
    form.pages.iter().filter_map(titled).collect()
}

/// The ways to send a form: `{id, title, without_answers, field, answer}`.
pub(crate) fn buttons(form: &Form, around: &Surroundings<'_>) -> Json {
    let described = |button: &Button| {
        json!({
            "id": button.id,
            "title": text(&button.title, around),
            "without_answers": button.without_answers,
            "field": button.field,
            "answer": button.answer,
        })
    };
    form.buttons.iter().map(described).collect()
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
    for (word, objection) in [("warn_if", &field.warn_if), ("refuse_if", &field.refuse_if)] {
        if let Some(objection) = objection {
            members.insert(word.into(), json!(objection.condition.value.source()));
        }
    }
    if field.from_last {
        members.insert("from_last".into(), json!(true));
    }
    if let Json::Object(details) = field.kind.described(around) {
        members.extend(details.into_iter().filter(|(_, value)| !value.is_null()));
    }
    Json::Object(members)
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

impl Describe for Surroundings<'_> {
    fn text(&self, text: &Text) -> Json {
        self::text(text, self)
    }

    fn number(&self, number: Number) -> Json {
        Value::Number(number).to_json()
    }

    fn fields(&self, fields: &[Field]) -> Json {
        form(fields, self)
    }
}

impl Scope for Surroundings<'_> {
    fn get(&self, name: &str) -> Option<Value> {
        self.context.get(name).cloned()
    }
}
