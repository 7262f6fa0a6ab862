//! One look at a form while someone types: what is shown, the verdicts so far, what would be refused.
//!
//! All of it is `kernel::forms::check`. Where that says nothing yet because an answer is unfinished (two of three
//! samples, a row with an empty cell), the unfinished part alone is checked by it as if it were optional.

use std::collections::BTreeMap;

use expression::{Number, Value, Verdict};
use kernel::forms::{self, Asking, Checked};
use kernel::{Clock, FieldRefusal, Timestamp, Zone};
use language::fields::{FieldKind, Measure};
use language::model::{Computed, Field};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::requests::Form;

/// When and by whom the form is filled in.
pub(crate) struct Around<'a> {
    pub(crate) at_ms: i64,
    pub(crate) offset_s: i32,
    pub(crate) person: Option<&'a str>,
}

/// What the page shows. Paths are those of refusals: `shaft_diameter`, `defects[2].code`, rows counted from 1.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Seen {
    /// Fields that are shown, in order; those of a row by their paths.
    shown: Vec<String>,
    /// Of everything measured or checked that is shown.
    verdicts: BTreeMap<String, Verdict>,
    /// Of every sample, in order; `undefined` for one that is no number yet.
    samples: BTreeMap<String, Vec<Verdict>>,
    /// The mean of several samples.
    means: BTreeMap<String, String>,
    /// What sending it now would be refused for.
    refused: Vec<Refused>,
    /// Suggestions for fields that are not answered yet.
    defaults: BTreeMap<String, Json>,
}

#[derive(Debug, Serialize)]
struct Refused {
    field: String,
    code: String,
    en: String,
    zh: String,
}

impl From<FieldRefusal> for Refused {
    fn from(refusal: FieldRefusal) -> Refused {
        let (en, zh) = refusal.message;
        Refused {
            field: refusal.field,
            code: refusal.code,
            en,
            zh,
        }
    }
}

pub(crate) fn check(form: &Form, answers: &Map<String, Json>, around: &Around<'_>) -> Seen {
    let zone = Zone {
        offset_s: around.offset_s,
        next: None,
    };
    let asking = Asking {
        step: form.step.as_ref(),
        context: &form.context,
        at: Clock {
            at: Timestamp(around.at_ms),
            zone,
        },
        person: around.person,
    };
    let mut seen = Seen::default();
    let checked = forms::check(&form.fields, answers, &asking);
    look(&form.fields, answers, &checked, "", &asking, &mut seen);
    seen.refused = checked.refused.into_iter().map(Refused::from).collect();
    seen
}

fn look(
    fields: &[Field],
    answers: &Map<String, Json>,
    checked: &Checked,
    path: &str,
    asking: &Asking<'_>,
    seen: &mut Seen,
) {
    for field in fields.iter().filter(|field| checked.shown.contains(&field.id)) {
        let place = format!("{path}{}", field.id);
        let answer = answers.get(field.id.as_str());
        match &field.kind {
            FieldKind::Measure(measure) => look_at_samples(field, measure, answer, &place, asking, seen),
            FieldKind::Rows(rows) => {
                let answered = answer.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
                let context = seen_by_rows(checked, asking);
                let inside = Asking {
                    step: asking.step,
                    context: &context,
                    at: asking.at,
                    person: asking.person,
                };
                for (number, row) in (1..).zip(answered) {
                    let Json::Object(row) = row else { continue };
                    let of_row = forms::check(&rows.columns, row, &inside);
                    look(
                        &rows.columns,
                        row,
                        &of_row,
                        &format!("{place}[{number}]."),
                        &inside,
                        seen,
                    );
                }
            }
            _ => {
                if let Some(Value::Judged(judged)) = checked.values.get(&field.id) {
                    seen.verdicts.insert(place.clone(), judged.verdict);
                }
            }
        }
        if answer.is_none()
            && let Some(default) = field.default.as_ref().and_then(|default| suggestion(default, asking))
        {
            seen.defaults.insert(place.clone(), default);
        }
        seen.shown.push(place);
    }
}

/// A row sees the other answers of the form around it, before what the form reads from outside.
fn seen_by_rows(checked: &Checked, asking: &Asking<'_>) -> BTreeMap<String, Value> {
    let mut context = asking.context.clone();
    let answers = checked.values.iter();
    context.extend(answers.map(|(field, value)| (field.to_string(), value.clone())));
    context
}

/// Each sample is judged as if it were the only one; then all that are numbers together.
fn look_at_samples(
    field: &Field,
    measure: &Measure,
    answer: Option<&Json>,
    place: &str,
    asking: &Asking<'_>,
    seen: &mut Seen,
) {
    let typed: &[Json] = match answer {
        Some(Json::Array(samples)) => samples,
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let single = alone(field, measure, 1);
    let judged = |field: &Field, answer: Json| {
        let answers = Map::from_iter([(field.id.to_string(), answer)]);
        let checked = forms::check(std::slice::from_ref(field), &answers, asking);
        let fine = checked.refused.is_empty();
        match checked.values.get(&field.id) {
            Some(Value::Judged(judged)) if fine => Some(judged.clone()),
            _ => None,
        }
    };
    let each: Vec<Verdict> = typed
        .iter()
        .map(|sample| judged(&single, sample.clone()).map_or(Verdict::Undefined, |judged| judged.verdict))
        .collect();
    let numbers: Vec<Json> = typed
        .iter()
        .zip(&each)
        .filter(|(_, verdict)| **verdict != Verdict::Undefined)
        .map(|(sample, _)| sample.clone())
        .collect();
    let several = alone(field, measure, measure.samples);
    let all = match numbers.is_empty() {
        true => None,
        false => judged(&several, Json::Array(numbers)),
    };
    if measure.samples > 1
        && let Some(mean) = all.as_ref().and_then(|all| number_of(&all.value))
    {
        seen.means.insert(place.to_owned(), mean.to_string());
    }
    let verdict = all.map_or(Verdict::Undefined, |all| all.verdict);
    seen.verdicts.insert(place.to_owned(), verdict);
    seen.samples.insert(place.to_owned(), each);
}

/// The same field, always shown, with so many samples of which none must be there.
fn alone(field: &Field, measure: &Measure, samples: u32) -> Field {
    Field {
        optional: true,
        show_if: None,
        default: None,
        kind: FieldKind::Measure(Box::new(Measure {
            samples,
            ..measure.clone()
        })),
        ..field.clone()
    }
}

fn number_of(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Quantity(quantity) => Some(quantity.number),
        _ => None,
    }
}

fn suggestion(default: &Computed, asking: &Asking<'_>) -> Option<Json> {
    let scope = Outside(asking);
    let value = match default {
        Computed::Literal(value) => value.to_json(),
        Computed::Formula(formula) => formula.value.evaluate(&scope, &asking.at).ok()?.value.to_json(),
        Computed::Text(template) => Json::String(template.render(&scope, &asking.at)),
    };
    (!value.is_null()).then_some(value)
}

/// What a default sees: what the form reads from outside of it.
struct Outside<'a>(&'a Asking<'a>);

impl expression::Scope for Outside<'_> {
    fn get(&self, name: &str) -> Option<Value> {
        self.0.context.get(name).cloned()
    }
}
