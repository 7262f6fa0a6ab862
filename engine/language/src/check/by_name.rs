//! What is known of fields, found by how a formula reads them: `field`, or `step.field`.

use std::collections::{BTreeMap, BTreeSet};

use expression::Reference;

use crate::model::{App, Field, Id};
use crate::names::{Index, Meaning};
use crate::read::tests::each_step;
use crate::steps::StepKind;

/// A fact of each field that has it.
pub(super) struct ByName<T> {
    by_step: BTreeMap<Id, BTreeMap<Id, T>>,
    /// Inputs, and fields that are read by their bare name.
    bare: BTreeMap<Id, T>,
}

impl<T: Clone> ByName<T> {
    pub(super) fn of(app: &App, index: &Index, fact: impl Fn(&Field) -> Option<T>) -> ByName<T> {
        let known = |field: &Field| Some((field.id.clone(), fact(field)?));
        let mut bare: BTreeMap<Id, T> = app.inputs.iter().filter_map(known).collect();
        let mut by_step: BTreeMap<Id, BTreeMap<Id, T>> = BTreeMap::new();
        each_step(&app.steps, &mut |step| {
            let StepKind::Form(form) = &step.kind else { return };
            for (id, fact) in form.fields.iter().filter_map(known) {
                if matches!(index.meanings.get(&id), Some(Meaning::Field { .. })) {
                    bare.insert(id.clone(), fact.clone());
                }
                by_step.entry(step.id.clone()).or_default().insert(id, fact);
            }
        });
        ByName { by_step, bare }
    }

    /// The fact of the field that a reference reads; `local` are names that mean something else there.
    pub(super) fn read_by(&self, reference: &Reference, local: &BTreeSet<String>) -> Option<&T> {
        let mut path = reference.path.iter().map(|part| Id(part.clone()));
        let first = path.next().filter(|first| !local.contains(first.as_str()))?;
        match (path.next(), path.next()) {
            (None, _) => self.bare.get(&first),
            (Some(field), None) => self.by_step.get(&first)?.get(&field),
            _ => None,
        }
    }
}
