//! Decisions that take "not measured" or "not decidable" for right.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use expression::{Context, DateTime, Formula, Host, Judged, Reference, Scope, Value, Verdict};

use crate::catalogue as c;
use crate::fields::FieldKind;
use crate::model::{App, Field, Id};
use crate::names::{Index, Meaning};
use crate::read::tests::each_step;
use crate::read::{Obligation, Reader, Report, Wants, Written};
use crate::steps::StepKind;

/// Measured and checked fields that an answered form may leave without a verdict of ok or not ok.
pub(super) struct Unsure {
    by_step: BTreeMap<Id, BTreeSet<Id>>,
    /// Those that are read by their bare name.
    bare: BTreeSet<Id>,
}

impl Unsure {
    pub(super) fn of(app: &App, index: &Index) -> Self {
        let mut found = Unsure {
            by_step: BTreeMap::new(),
            bare: BTreeSet::new(),
        };
        each_step(&app.steps, &mut |step| {
            let StepKind::Form(form) = &step.kind else { return };
            for field in form.fields.iter().filter(|field| unsure(field)) {
                let fields = found.by_step.entry(step.id.clone()).or_default();
                fields.insert(field.id.clone());
                if matches!(index.meanings.get(&field.id), Some(Meaning::Field { .. })) {
                    found.bare.insert(field.id.clone());
                }
            }
        });
        found
    }

    /// Warns of a decision that goes on as if such a field were right. Whoever asks for the other cases by name knows
    /// what they do.
    pub(super) fn decides(
        &self,
        reader: &mut Reader<'_>,
        obligation: &Obligation,
        references: &[Reference],
        local: &BTreeSet<String>,
    ) {
        let (Wants::Decision, Written::Formula(formula)) = (obligation.wants, &obligation.written) else {
            return;
        };
        let text = reader.tree.scalar(obligation.node).unwrap_or_default().to_owned();
        let Some(source) = text.get(obligation.offset..) else {
            return;
        };
        let words = source.split_whitespace().collect::<Vec<_>>().join(" ");
        if ["is empty", "is filled", "is undecided", "null"]
            .iter()
            .any(|asked| words.contains(asked))
        {
            return;
        }
        let mut open = references.iter().filter(|reference| self.is_of(reference, local));
        let asked = |reference: &&Reference| asks_not_ok(source, reference);
        let reference = if self.fulfilled_by_nothing(formula) {
            open.next()
        } else {
            open.find(asked)
        };
        let Some(reference) = reference else { return };
        let from = obligation.offset + reference.span.start;
        let to = obligation.offset + reference.span.end;
        let name = text.get(from..to).unwrap_or_default().to_owned();
        let mut report = Report::new(
            c::NOT_MEASURED_GOES_ON,
            reader.tree.span_inside(obligation.node, from, to),
        )
        .arg("found", name.as_str());
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

    /// Whether the condition holds while nothing at all has been answered.
    fn fulfilled_by_nothing(&self, formula: &Formula) -> bool {
        let outcome = formula.evaluate(self, &NoClock);
        outcome.is_ok_and(|outcome| outcome.value == Value::Bool(true))
    }

    fn is_of(&self, reference: &Reference, local: &BTreeSet<String>) -> bool {
        let Some(first) = reference.path.first().filter(|first| !local.contains(&***first)) else {
            return false;
        };
        let first = Id(first.clone());
        let second = reference.path.get(1).map(|second| Id(second.clone()));
        self.bare.contains(&first)
            || second.is_some_and(|second| self.by_step.get(&first).is_some_and(|fields| fields.contains(&second)))
    }
}

fn unsure(field: &Field) -> bool {
    let left_out = field.optional || field.show_if.is_some();
    match &field.kind {
        FieldKind::Measure(measure) => left_out || measure.uncertainty.is_some(),
        FieldKind::Check(_) => left_out,
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
    let details = [("samples".into(), Value::List(Vec::new().into()))];
    Value::Judged(Arc::new(Judged {
        value: Value::Null,
        verdict: Verdict::Undefined,
        details: details.into_iter().collect(),
    }))
}

/// Everything is empty.
impl Scope for Unsure {
    fn get(&self, name: &str) -> Option<Value> {
        let name = Id::new(name);
        if self.bare.contains(&name) {
            return Some(not_measured());
        }
        let fields = self.by_step.get(&name)?;
        let answers: Context = fields.iter().map(|field| (field.0.clone(), not_measured())).collect();
        Some(Value::Context(Arc::new(answers)))
    }
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
