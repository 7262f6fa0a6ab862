//! One look at a form while someone types: what is shown, the verdicts so far, what would be refused.
//!
//! All of it is `kernel::forms::check`. Where that says nothing yet because an answer is unfinished (two of three
//! samples, a row with an empty cell), the unfinished part alone is checked by it as if it were optional.
//!
//! A look happens at every keystroke, so the page sends only what changed, only the fields that are connected with it
//! are looked at, and the page gets only what changed.

use std::collections::{BTreeMap, BTreeSet};

use expression::{Number, Value, Verdict};
use kernel::forms::{self, Asking, Checked};
use kernel::{Clock, FieldRefusal, Looked, NOTHING, Timestamp, Zone, connected};
use language::fields::{FieldKind, Measure};
use language::model::{Computed, Field, Id};
use serde::Serialize;
use serde_json::{Map, Value as Json};

/// When and by whom the form is filled in.
pub(crate) struct Around<'a> {
    pub(crate) at_ms: i64,
    pub(crate) offset_s: i32,
    pub(crate) person: Option<&'a str>,
}

/// A form that is being filled in.
pub(crate) struct Form {
    step: Option<Id>,
    context: BTreeMap<String, Value>,
    /// Fields that are connected; the last part has none, and the answers to fields that are not in the form.
    parts: Vec<Part>,
    part_of: BTreeMap<String, usize>,
    /// Of the last look; `None` before the first.
    around: Option<Seldom>,
}

/// What all of a form may depend on and seldom changes, so that it is looked at as a whole when it does. Nothing that a
/// page says of a form changes within a minute by itself; the server asks its own clock.
#[derive(Debug, PartialEq)]
struct Seldom {
    minute: i64,
    offset_s: i32,
    person: Option<String>,
}

/// A part of a form that can be looked at by itself.
#[derive(Default)]
struct Part {
    fields: Vec<Field>,
    answers: Map<String, Json>,
    seen: Seen,
    judged: Judgements,
}

/// What the page shows. Paths are those of refusals: `shaft_diameter`, `defects[2].code`, rows counted from 1.
#[derive(Debug, Default)]
struct Seen {
    /// Fields that are shown; those of a row by their paths.
    shown: BTreeSet<String>,
    marks: BTreeMap<String, Mark>,
}

/// What is to be said at one place.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Mark {
    /// Of what is measured or checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<Verdict>,
    /// Of every sample, in order; `undefined` for one that is no number yet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    samples: Vec<Verdict>,
    /// The mean of several samples.
    #[serde(skip_serializing_if = "Option::is_none")]
    mean: Option<String>,
    /// What sending it now would be refused for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refused: Vec<Refused>,
    /// What a `formula` gives, as people read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// What is to be confirmed before it is taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warned: Vec<Refused>,
    /// A suggestion for a field that is not answered yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<Json>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Refused {
    code: String,
    en: String,
    zh: String,
}

/// What another look sees that the one before did not.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Changes {
    /// Places that are shown now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    shown: Vec<String>,
    /// Places that are not shown any more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hidden: Vec<String>,
    /// `null` where nothing is to be said any more.
    marks: BTreeMap<String, Option<Mark>>,
}

/// How the samples of a field were judged, by place. It depends on nothing but the field and its answer.
type Judgements = BTreeMap<String, (Json, Mark)>;

impl Form {
    pub(crate) fn new(step: Option<Id>, fields: &[Field], context: BTreeMap<String, Value>) -> Form {
        let mut part_of = BTreeMap::new();
        let mut parts = Vec::new();
        for places in connected(fields, step.as_ref()) {
            let fields: Vec<Field> = places
                .into_iter()
                .filter_map(|place| fields.get(place))
                .cloned()
                .collect();
            part_of.extend(fields.iter().map(|field| (field.id.to_string(), parts.len())));
            parts.push(Part {
                fields,
                ..Part::default()
            });
        }
        parts.push(Part::default());
        Form {
            step,
            context,
            parts,
            part_of,
            around: None,
        }
    }

    /// Takes the changed answers, `null` for what is not answered any more, and looks again at what is connected with
    /// them.
    pub(crate) fn check(&mut self, changed: Map<String, Json>, around: &Around<'_>) -> Changes {
        let mut touched = BTreeSet::new();
        for (field, answer) in changed {
            let at = self.part_of.get(&field).copied().unwrap_or(self.parts.len() - 1);
            touched.insert(at);
            let Some(part) = self.parts.get_mut(at) else { continue };
            match answer {
                Json::Null => drop(part.answers.remove(&field)),
                answer => drop(part.answers.insert(field, answer)),
            }
        }
        let seldom = Some(Seldom {
            minute: around.at_ms.div_euclid(60_000),
            offset_s: around.offset_s,
            person: around.person.map(str::to_owned),
        });
        let all = self.around != seldom;
        self.around = seldom;
        let asking = Asking {
            step: self.step.as_ref(),
            context: &self.context,
            at: Clock {
                at: Timestamp(around.at_ms),
                zone: Zone {
                    offset_s: around.offset_s,
                    next: None,
                },
            },
            person: around.person,
            known: Looked::NotYet(NOTHING),
        };
        let mut changes = Changes::default();
        for (at, part) in self.parts.iter_mut().enumerate() {
            if all || touched.contains(&at) {
                part.look(&asking, &mut changes);
            }
        }
        changes
    }
}

impl Part {
    fn look(&mut self, asking: &Asking<'_>, changes: &mut Changes) {
        let mut looking = Looking {
            seen: Seen::default(),
            before: std::mem::take(&mut self.judged),
            judged: Judgements::new(),
        };
        let checked = forms::check(&self.fields, &self.answers, asking);
        looking.look(&self.fields, &self.answers, &checked, "", asking);
        for FieldRefusal { field, code, message } in checked.refused {
            let (en, zh) = message;
            looking.mark(&field).refused.push(Refused { code, en, zh });
        }
        for FieldRefusal { field, code, message } in checked.warned {
            let (en, zh) = message;
            looking.mark(&field).warned.push(Refused { code, en, zh });
        }
        self.judged = looking.judged;
        let before = std::mem::replace(&mut self.seen, looking.seen);
        changes.note(&before, &self.seen);
    }
}

impl Changes {
    fn note(&mut self, before: &Seen, now: &Seen) {
        self.shown.extend(now.shown.difference(&before.shown).cloned());
        self.hidden.extend(before.shown.difference(&now.shown).cloned());
        let gone = before.marks.keys().filter(|place| !now.marks.contains_key(*place));
        self.marks.extend(gone.map(|place| (place.clone(), None)));
        let other = now
            .marks
            .iter()
            .filter(|(place, mark)| before.marks.get(*place) != Some(mark));
        self.marks
            .extend(other.map(|(place, mark)| (place.clone(), Some(mark.clone()))));
    }
}

struct Looking {
    seen: Seen,
    before: Judgements,
    judged: Judgements,
}

impl Looking {
    fn mark(&mut self, place: &str) -> &mut Mark {
        self.seen.marks.entry(place.to_owned()).or_default()
    }

    fn look(
        &mut self,
        fields: &[Field],
        answers: &Map<String, Json>,
        checked: &Checked,
        path: &str,
        asking: &Asking<'_>,
    ) {
        let mut shown = checked.shown.iter().peekable();
        for field in fields {
            // Both are in the order of the fields.
            if shown.next_if_eq(&&field.id).is_none() {
                continue;
            }
            let place = format!("{path}{}", field.id);
            let answer = answers.get(field.id.as_str());
            match &field.kind {
                FieldKind::Measure(measure) => {
                    let mark = self.samples(field, measure, answer, &place, asking);
                    *self.mark(&place) = mark;
                }
                FieldKind::Rows(rows) => self.rows(&rows.columns, answer, checked, &place, asking),
                FieldKind::Group(group) => self.rows(&group.fields, answer, checked, &place, asking),
                FieldKind::Formula(_) => {
                    let value = checked.values.get(&field.id);
                    let value = value.filter(|value| !matches!(value, Value::Null));
                    if let Some(value) = value {
                        self.mark(&place).value = Some(value.display());
                    }
                }
                _ => {
                    if let Some(Value::Judged(judged)) = checked.values.get(&field.id) {
                        self.mark(&place).verdict = Some(judged.verdict);
                    }
                }
            }
            if answer.is_none()
                && let Some(default) = field.default.as_ref().and_then(|default| suggestion(default, asking))
            {
                self.mark(&place).default = Some(default);
            }
            self.seen.shown.insert(place);
        }
    }

    fn rows(&mut self, columns: &[Field], answer: Option<&Json>, around: &Checked, place: &str, asking: &Asking<'_>) {
        let answered = answer.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let context = seen_by_rows(around, asking);
        let inside = Asking {
            step: asking.step,
            context: &context,
            at: asking.at,
            person: asking.person,
            known: asking.known,
        };
        for (number, row) in (1..).zip(answered) {
            let Json::Object(row) = row else { continue };
            let of_row = forms::check(columns, row, &inside);
            self.look(columns, row, &of_row, &format!("{place}[{number}]."), &inside);
        }
    }

    fn samples(
        &mut self,
        field: &Field,
        measure: &Measure,
        answer: Option<&Json>,
        place: &str,
        asking: &Asking<'_>,
    ) -> Mark {
        let known = self.before.remove(place);
        let answer = answer.unwrap_or(&Json::Null);
        let mark = match known {
            Some((before, mark)) if before == *answer => mark,
            _ => judge(field, measure, answer, asking),
        };
        self.judged.insert(place.to_owned(), (answer.clone(), mark.clone()));
        mark
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
fn judge(field: &Field, measure: &Measure, answer: &Json, asking: &Asking<'_>) -> Mark {
    let typed: &[Json] = match answer {
        Json::Array(samples) => samples,
        Json::Null => &[],
        one => std::slice::from_ref(one),
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
    let all = match numbers.is_empty() {
        true => None,
        false => judged(&alone(field, measure, measure.samples), Json::Array(numbers)),
    };
    let mean = all.as_ref().filter(|_| measure.samples > 1);
    Mark {
        mean: mean.and_then(|all| number_of(&all.value)).map(|mean| mean.to_string()),
        verdict: Some(all.map_or(Verdict::Undefined, |all| all.verdict)),
        samples: each,
        ..Mark::default()
    }
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
