//! A measurement of several samples reads as their mean in a comparison; its verdict looks at every one of them.

use std::collections::{BTreeMap, BTreeSet};

use expression::Reference;

use crate::catalogue as c;
use crate::fields::FieldKind;
use crate::model::{App, Id};
use crate::names::{Index, Meaning};
use crate::read::tests::each_step;
use crate::read::{Obligation, Reader, Report, Wants, Written};
use crate::steps::StepKind;

/// Signs and words of a comparison, behind what is compared.
const COMPARES: &[&str] = &["<", ">", "=", "!=", "between ", "in "];
/// The same in front of it.
const COMPARED_WITH: &[&str] = &["<", ">", "="];

/// Measurements of more than one sample.
pub(super) struct Sampled {
    by_step: BTreeMap<Id, BTreeMap<Id, u32>>,
    /// Those that are read by their bare name.
    bare: BTreeMap<Id, u32>,
}

impl Sampled {
    pub(super) fn of(app: &App, index: &Index) -> Sampled {
        let mut found = Sampled {
            by_step: BTreeMap::new(),
            bare: BTreeMap::new(),
        };
        each_step(&app.steps, &mut |step| {
            let StepKind::Form(form) = &step.kind else { return };
            for field in &form.fields {
                let FieldKind::Measure(measure) = &field.kind else {
                    continue;
                };
                if measure.samples < 2 {
                    continue;
                }
                let of_form = found.by_step.entry(step.id.clone()).or_default();
                of_form.insert(field.id.clone(), measure.samples);
                if matches!(index.meanings.get(&field.id), Some(Meaning::Field { .. })) {
                    found.bare.insert(field.id.clone(), measure.samples);
                }
            }
        });
        found
    }

    /// Warns of a decision by the mean: one bad sample would be hidden by the good ones. `.mean` says that it is meant.
    pub(super) fn decides(
        &self,
        reader: &mut Reader<'_>,
        obligation: &Obligation,
        references: &[Reference],
        local: &BTreeSet<String>,
    ) {
        if !matches!(obligation.wants, Wants::Decision) || matches!(obligation.written, Written::Template(_)) {
            return;
        }
        let text = reader.tree.scalar(obligation.node).unwrap_or_default().to_owned();
        for reference in references {
            let Some(samples) = self.samples(reference, local) else {
                continue;
            };
            let from = obligation.offset + reference.span.start;
            let to = obligation.offset + reference.span.end;
            let (Some(before), Some(name), Some(behind)) =
                (text.get(obligation.offset..from), text.get(from..to), text.get(to..))
            else {
                continue;
            };
            let behind = behind.trim_start();
            let compared = COMPARES.iter().any(|sign| behind.starts_with(sign))
                || COMPARED_WITH.iter().any(|sign| before.trim_end().ends_with(sign));
            if !compared {
                continue;
            }
            let better = ["is ok", ".min", ".max"].map(|word| match word.starts_with('.') {
                true => format!("{name}{word}"),
                false => format!("{name} {word}"),
            });
            let span = reader.tree.span_inside(obligation.node, from, to);
            let mut report = Report::new(c::MEAN_OF_SAMPLES, span)
                .arg("found", name)
                .arg("samples", samples.to_string())
                .expected(better);
            report.place = obligation.place.clone();
            reader.push(report);
        }
    }

    /// How many samples the number has that a reference reads.
    fn samples(&self, reference: &Reference, local: &BTreeSet<String>) -> Option<u32> {
        let mut path = reference.path.iter().map(|part| Id(part.clone()));
        let first = path.next().filter(|first| !local.contains(first.as_str()))?;
        match (path.next(), path.next()) {
            (None, _) => self.bare.get(&first).copied(),
            (Some(field), None) => self.by_step.get(&first)?.get(&field).copied(),
            _ => None,
        }
    }
}
