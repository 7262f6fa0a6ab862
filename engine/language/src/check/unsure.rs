//! Decisions that take "not measured" or "not decidable" for right.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use expression::{Context, DateTime, Host, Judged, Reference, Scope, Value, Verdict};

use super::trails::{Trails, parts_of};
use crate::catalogue as c;
use crate::fields::FieldKind;
use crate::model::{App, Field, Id, Step};
use crate::names::{Index, Meaning};
use crate::read::tests::each_step;
use crate::read::{At, Obligation, Reader, Report, Wants, Written};
use crate::steps::{Decide, Row, Rule, StepKind};

/// Ways in which the other fields of a formula can be answered that are gone through; with more, nothing is said.
const WORLDS_MAX: usize = 64;

/// Measured and checked fields of all forms.
pub(super) struct Unsure<'a> {
    /// By form: where it begins, and its fields with whether an answer may leave them without a verdict.
    forms: BTreeMap<Id, (usize, BTreeMap<Id, bool>)>,
    /// Fields that are read by their bare name, with their form.
    bare: BTreeMap<Id, Id>,
    /// What fields that are chosen can be.
    chosen: BTreeMap<(Id, Id), Vec<Value>>,
    /// Of these, those that an answer may leave out.
    left_out: BTreeSet<(Id, Id)>,
    /// Fields that are checked and not measured: what they read is a word.
    checks: BTreeSet<(Id, Id)>,
    trails: Trails<'a>,
}

impl<'a> Unsure<'a> {
    pub(super) fn of(app: &'a App, index: &Index) -> Self {
        let mut found = Unsure {
            forms: BTreeMap::new(),
            bare: BTreeMap::new(),
            chosen: BTreeMap::new(),
            left_out: BTreeSet::new(),
            checks: BTreeSet::new(),
            trails: Trails::of(app),
        };
        each_step(&app.steps, &mut |step| {
            let StepKind::Form(form) = &step.kind else { return };
            for field in &form.fields {
                let name = || (step.id.clone(), field.id.clone());
                if matches!(field.kind, FieldKind::Check(_)) {
                    found.checks.insert(name());
                }
                if let Some(values) = choices(field) {
                    found.chosen.insert(name(), values);
                    if may_be_left_out(field) {
                        found.left_out.insert(name());
                    }
                    if matches!(index.meanings.get(&field.id), Some(Meaning::Field { .. })) {
                        found.bare.insert(field.id.clone(), step.id.clone());
                    }
                }
                if !matches!(
                    field.kind,
                    FieldKind::Measure(_) | FieldKind::Check(_) | FieldKind::Signal(_) | FieldKind::Gauge(_)
                ) {
                    continue;
                }
                let of_form = found.forms.entry(step.id.clone());
                let (_, fields) = of_form.or_insert((step.span.start, BTreeMap::new()));
                fields.insert(field.id.clone(), unsure(field));
                if matches!(index.meanings.get(&field.id), Some(Meaning::Field { .. })) {
                    found.bare.insert(field.id.clone(), step.id.clone());
                }
            }
        });
        found
    }

    /// Warns of a decision that goes on as if such a field were right: it may be without a verdict, or its form may
    /// not have been asked by then. Whoever asks for the other cases by name knows what they do.
    pub(super) fn decides(
        &self,
        reader: &mut Reader<'_>,
        obligation: &Obligation,
        references: &[Reference],
        local: &BTreeSet<String>,
    ) {
        let Written::Formula(formula) = &obligation.written else {
            return;
        };
        let text = reader.tree.scalar(obligation.node).unwrap_or_default().to_owned();
        let Some(source) = text.get(obligation.offset..) else {
            return;
        };
        let words = source.split_whitespace().collect::<Vec<_>>().join(" ");
        // What `= x is not ok` and `= if x is not ok then … else …` give decides as much as a step does.
        let decides = matches!(obligation.wants, Wants::Decision | Wants::Anything);
        let read = references.iter().filter_map(|reference| self.field(reference, local));
        let forms: BTreeSet<Id> = read.map(|(form, _)| form).collect();
        if !decides || asks_by_name(&words) {
            return;
        }
        if obligation.wants == Wants::Decision {
            self.without_choice(reader, obligation, references, local);
        }
        if forms.is_empty() {
            return;
        }
        let here = Here::new(self, &forms, obligation.at, &words);
        let mut open = references.iter().filter_map(|reference| {
            let (form, field) = self.field(reference, local)?;
            here.why_open(&form, &field).map(|why| (reference, why))
        });
        let asked = |open: &(&Reference, Why)| {
            let by_choice = obligation.wants == Wants::Decision || words.contains("if ") && words.contains(" else ");
            by_choice && asks_not_ok(source, open.0)
                || self.field(open.0, local).is_some_and(|field| {
                    let given =
                        |worlds: &Worlds<'_>| formula.evaluate(worlds, &NoClock).ok().map(|one| told(one.value));
                    here.takes_for_ok(&field, &self.fields_of(references, local), &given)
                })
        };
        let passes = obligation.wants == Wants::Decision
            && formula
                .evaluate(&here, &NoClock)
                .is_ok_and(|outcome| outcome.value == Value::Bool(true));
        let found = if passes { open.next() } else { open.find(asked) };
        let Some((reference, why)) = found else { return };
        let from = obligation.offset + reference.span.start;
        let to = obligation.offset + reference.span.end;
        let name = text.get(from..to).unwrap_or_default().to_owned();
        let entry = match why {
            Why::NoVerdict => c::NOT_MEASURED_GOES_ON,
            Why::NotAsked => c::NOT_ASKED_GOES_ON,
        };
        let mut report =
            Report::new(entry, reader.tree.span_inside(obligation.node, from, to)).arg("found", name.as_str());
        if words == format!("{name} is not ok") {
            let all = format!("{name} is not ok or {name} is undecided or {name} is empty");
            report = report.edits(
                reader
                    .tree
                    .replace_inside(obligation.node, from, text.trim_end().len(), &all),
            );
        }
        report.place = obligation.place.clone();
        reader.push(report);
    }

    /// Warns of a condition that holds where a yes or no, or a choice, was left out, although it depends on it:
    /// `not(clean = false)`.
    fn without_choice(
        &self,
        reader: &mut Reader<'_>,
        obligation: &Obligation,
        references: &[Reference],
        local: &BTreeSet<String>,
    ) {
        let Written::Formula(formula) = &obligation.written else {
            return;
        };
        let fields = self.fields_of(references, local);
        let holds = |worlds: &Worlds<'_>| {
            let outcome = formula.evaluate(worlds, &NoClock);
            outcome.is_ok_and(|outcome| outcome.value == Value::Bool(true))
        };
        let found = references.iter().find(|reference| {
            let Some(field) = self
                .named(reference, local)
                .filter(|field| self.left_out.contains(field))
            else {
                return false;
            };
            let possible = self.chosen.get(&field).map(Vec::as_slice).unwrap_or_default();
            self.in_some_world(&field, &fields, &|with| {
                holds(&with(Value::Null)) && possible.iter().any(|value| !holds(&with(value.clone())))
            })
        });
        let Some(reference) = found else { return };
        let text = reader.tree.scalar(obligation.node).unwrap_or_default();
        let from = obligation.offset + reference.span.start;
        let to = obligation.offset + reference.span.end;
        let name = text.get(from..to).unwrap_or_default().to_owned();
        let span = reader.tree.span_inside(obligation.node, from, to);
        let mut report = Report::new(c::NOT_ANSWERED_GOES_ON, span).arg("found", name);
        report.place = obligation.place.clone();
        reader.push(report);
    }

    /// Whether something is so in a world of verdicts and choices of the other fields. What asks is handed a way to fill
    /// in the field itself.
    fn in_some_world<'s>(
        &'s self,
        field: &(Id, Id),
        fields: &BTreeSet<(Id, Id)>,
        is_so: &dyn Fn(&FillIn<'_, 's>) -> bool,
    ) -> bool {
        let others: Vec<(&(Id, Id), Vec<Value>)> = fields
            .iter()
            .filter(|other| *other != field)
            .map(|other| {
                let verdicts = || [Verdict::Ok, Verdict::NotOk].map(|verdict| self.judged(other, verdict));
                let chosen = self.chosen.get(other).cloned();
                (other, chosen.unwrap_or_else(|| verdicts().to_vec()))
            })
            .collect();
        let count = others.iter().map(|(_, values)| values.len()).product::<usize>();
        count <= WORLDS_MAX
            && (0..count).any(|world| {
                let mut values: BTreeMap<(Id, Id), Value> = BTreeMap::new();
                let mut rest = world;
                for (other, possible) in &others {
                    values.insert((*other).clone(), possible[rest % possible.len()].clone());
                    rest /= possible.len();
                }
                is_so(&|value| {
                    let mut values = values.clone();
                    values.insert(field.clone(), value);
                    Worlds { all: self, values }
                })
            })
    }

    /// What a field with this verdict reads.
    fn judged(&self, field: &(Id, Id), verdict: Verdict) -> Value {
        match (self.checks.contains(field), verdict) {
            (true, Verdict::Ok) => judged(Value::text("pass"), verdict),
            (true, Verdict::NotOk) => judged(Value::text("fail"), verdict),
            _ => judged(Value::Null, verdict),
        }
    }

    /// The measured, checked and chosen fields that are read.
    fn fields_of(&self, references: &[Reference], local: &BTreeSet<String>) -> BTreeSet<(Id, Id)> {
        let fields = references.iter().filter_map(|reference| self.named(reference, local));
        fields.collect()
    }

    /// Warns of a decision table that gives for a field without a verdict what it gives for one that is ok, and something
    /// else for one that is not.
    pub(super) fn table(&self, reader: &mut Reader<'_>, index: &Index, step: &Step, decide: &Decide) {
        let local = BTreeSet::new();
        let read = decide.inputs.iter().flat_map(|input| {
            let references = input.value.references().into_iter();
            references.map(move |reference| (input, reference))
        });
        let read: Vec<_> = read
            .filter(|(input, _)| !asks_by_name(input.value.source()))
            .filter_map(|(input, reference)| Some((input, self.named(&reference, &local)?)))
            .collect();
        let fields: BTreeSet<(Id, Id)> = read.iter().map(|(_, field)| field.clone()).collect();
        let judged = || read.iter().filter(|(_, field)| !self.chosen.contains_key(field));
        let forms: BTreeSet<Id> = judged().map(|(_, (form, _))| form.clone()).collect();
        if forms.is_empty() {
            return;
        }
        let here = Here::new(self, &forms, At::Before(step.span.start), "");
        let given = |worlds: &Worlds<'_>| {
            let fits = |row: &&Row| {
                row.when.iter().flatten().all(|test| {
                    let outcome = test.condition.value.evaluate(worlds, &NoClock);
                    outcome.is_ok_and(|outcome| outcome.value == Value::Bool(true))
                })
            };
            let rows = decide.rows.iter().filter(fits).map(|row| &row.then);
            let rows: Vec<_> = match decide.rule {
                Rule::First => rows.take(1).collect(),
                _ => rows.collect(),
            };
            Some(match (rows.as_slice(), &decide.otherwise) {
                ([], Some(otherwise)) => format!("{otherwise:?}"),
                (rows, _) => format!("{rows:?}"),
            })
        };
        let found = judged().find_map(|(input, field)| {
            let why = here.why_open(&field.0, &field.1)?;
            here.takes_for_ok(field, &fields, &given).then_some((input, field, why))
        });
        if let Some((input, (_, field), why)) = found {
            let entry = match why {
                Why::NoVerdict => c::NOT_MEASURED_GOES_ON,
                Why::NotAsked => c::NOT_ASKED_GOES_ON,
            };
            super::tell(
                reader,
                index,
                step,
                Report::new(entry, input.span).arg("found", field.as_str()),
            );
        }
    }

    /// The form and the measured or checked field that a reference reads.
    fn field(&self, reference: &Reference, local: &BTreeSet<String>) -> Option<(Id, Id)> {
        self.named(reference, local)
            .filter(|field| !self.chosen.contains_key(field))
    }

    fn named(&self, reference: &Reference, local: &BTreeSet<String>) -> Option<(Id, Id)> {
        let first = reference.path.first().filter(|first| !local.contains(&***first))?;
        let first = Id(first.clone());
        if let Some(form) = self.bare.get(&first) {
            return Some((form.clone(), first));
        }
        let second = Id(reference.path.get(1)?.clone());
        let is_judged = self
            .forms
            .get(&first)
            .is_some_and(|(_, fields)| fields.contains_key(&second));
        let field = (first, second);
        (is_judged || self.chosen.contains_key(&field)).then_some(field)
    }
}

/// Why a field may have no verdict at some place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    NoVerdict,
    NotAsked,
}

/// The fields as they are read at one place.
struct Here<'u> {
    all: &'u Unsure<'u>,
    /// Forms that may not have been done yet.
    not_asked: BTreeSet<&'u Id>,
}

impl<'u> Here<'u> {
    fn new(all: &'u Unsure<'u>, read: &'u BTreeSet<Id>, at: At, words: &str) -> Here<'u> {
        let (start, inside) = match at {
            At::App => {
                return Here {
                    all,
                    not_asked: BTreeSet::new(),
                };
            }
            At::Before(start) => (start, false),
            At::After(start) => (start, true),
        };
        let mut known = all.trails.guards(start);
        // A part of the condition itself may be what the form depends on.
        known.extend(parts_of(words));
        let surely = |id: &&Id| {
            let form = all.forms.get(*id).map(|(form, _)| *form);
            form.is_none_or(|form| form == start && inside || all.trails.surely_done(form, start, inside, &known))
        };
        let not_asked = read.iter().filter(|form| !surely(form)).collect();
        Here { all, not_asked }
    }

    /// Whether the field gives the same without a verdict as when it is ok, and something else when it is not, in some
    /// world of verdicts of the others.
    fn takes_for_ok(
        &self,
        field: &(Id, Id),
        fields: &BTreeSet<(Id, Id)>,
        given: &dyn Fn(&Worlds<'_>) -> Option<String>,
    ) -> bool {
        self.all.in_some_world(field, fields, &|with| {
            let given = |verdict| given(&with(self.all.judged(field, verdict)));
            let (ok, not_ok) = (given(Verdict::Ok), given(Verdict::NotOk));
            ok.is_some() && ok != not_ok && given(Verdict::Undefined) == ok
        })
    }

    fn why_open(&self, form: &Id, field: &Id) -> Option<Why> {
        let (_, fields) = self.all.forms.get(form)?;
        if *fields.get(field)? {
            return Some(Why::NoVerdict);
        }
        self.not_asked.contains(form).then_some(Why::NotAsked)
    }
}

/// Everything that may be without a verdict is; nothing else is known.
impl Scope for Here<'_> {
    fn get(&self, name: &str) -> Option<Value> {
        let name = Id::new(name);
        if let Some(form) = self.all.bare.get(&name) {
            return self.why_open(form, &name).map(|_| not_measured());
        }
        let (_, fields) = self.all.forms.get(&name)?;
        let open = fields.keys().filter(|field| self.why_open(&name, field).is_some());
        let answers: Context = open.map(|field| (field.0.clone(), not_measured())).collect();
        Some(Value::Context(Arc::new(answers)))
    }
}

/// Makes the world in which the field that is looked at reads this.
type FillIn<'f, 's> = dyn Fn(Value) -> Worlds<'s> + 'f;

/// Verdicts and choices of some fields; nothing is known of what was measured.
struct Worlds<'w> {
    all: &'w Unsure<'w>,
    values: BTreeMap<(Id, Id), Value>,
}

impl Scope for Worlds<'_> {
    fn get(&self, name: &str) -> Option<Value> {
        let name = Id::new(name);
        if let Some(form) = self.all.bare.get(&name) {
            return self.values.get(&(form.clone(), name)).cloned();
        }
        let mut members = Context::new();
        for ((form, field), value) in &self.values {
            if *form == name {
                members.insert(field.0.clone(), value.clone());
            }
        }
        (!members.is_empty()).then(|| Value::context(members))
    }
}

/// What a value comes to for whoever goes by it: of a yes or no, only the yes counts.
fn told(value: Value) -> String {
    match value {
        Value::Bool(true) => "true".to_owned(),
        Value::Bool(false) | Value::Null => "not true".to_owned(),
        other => format!("{other:?}"),
    }
}

/// Whoever asks for the other cases by name knows what they do.
fn asks_by_name(words: &str) -> bool {
    let others = ["is empty", "is filled", "is undecided", "null"];
    others.iter().any(|asked| words.contains(asked))
}

/// What a field that is chosen can be.
fn choices(field: &Field) -> Option<Vec<Value>> {
    match &field.kind {
        FieldKind::YesNo(_) => Some(vec![Value::Bool(true), Value::Bool(false)]),
        FieldKind::Choose(choose) => {
            let texts = choose.from.iter().map(|choice| Value::text(choice.default.source()));
            Some(texts.collect())
        }
        _ => None,
    }
}

fn may_be_left_out(field: &Field) -> bool {
    field.optional || field.show_if.is_some()
}

fn unsure(field: &Field) -> bool {
    let left_out = may_be_left_out(field);
    match &field.kind {
        FieldKind::Measure(measure) => left_out || measure.uncertainty.is_some() || measure.gauge.is_some(),
        FieldKind::Check(_) | FieldKind::Gauge(_) => left_out,
        // A machine may be silent.
        FieldKind::Signal(_) => true,
        _ => false,
    }
}

fn asks_not_ok(source: &str, reference: &Reference) -> bool {
    let behind = source.get(reference.span.end..).unwrap_or_default();
    behind
        .split_whitespace()
        .take(3)
        .collect::<Vec<_>>()
        .join(" ")
        .trim_end_matches(')')
        == "is not ok"
}

/// What an unanswered field reads.
fn not_measured() -> Value {
    judged(Value::Null, Verdict::Undefined)
}

fn judged(value: Value, verdict: Verdict) -> Value {
    let details = [("samples".into(), Value::List(Vec::new().into()))];
    Value::Judged(Arc::new(Judged {
        value,
        verdict,
        details: details.into_iter().collect(),
    }))
}

struct NoClock;

impl Host for NoClock {
    fn now(&self) -> DateTime {
        DateTime::from_unix_ms(0, 0)
    }

    fn offset_s(&self, _zone: &str, _at_unix_s: i64) -> Option<i32> {
        None
    }
}
