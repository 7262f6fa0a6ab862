//! A measurement of several samples reads as their mean in a comparison; its verdict looks at every one of them.

use std::collections::BTreeSet;

use expression::Reference;

use super::by_name::ByName;
use crate::catalogue as c;
use crate::fields::FieldKind;
use crate::model::App;
use crate::names::Index;
use crate::read::{Obligation, Reader, Report, Wants, Written};

/// Signs and words of a comparison, behind what is compared.
const COMPARES: &[&str] = &["<", ">", "=", "!=", "between ", "in "];
/// The same in front of it.
const COMPARED_WITH: &[&str] = &["<", ">", "="];

/// Measurements of more than one sample, and of how many.
pub(super) struct Sampled(ByName<u32>);

impl Sampled {
    pub(super) fn of(app: &App, index: &Index) -> Sampled {
        Sampled(ByName::of(app, index, |field| match &field.kind {
            FieldKind::Measure(measure) if measure.samples > 1 => Some(measure.samples),
            _ => None,
        }))
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
            let Some(samples) = self.0.read_by(reference, local) else {
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
}
