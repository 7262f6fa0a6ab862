//! A signature by a second person must be one by a second person.

use super::{head, tell};
use crate::catalogue as c;
use crate::fields::FieldKind;
use crate::model::{App, Step};
use crate::names::Index;
use crate::read::tests::each_step;
use crate::read::{Reader, Report};
use crate::steps::{Form, StepKind};

pub(super) fn check(reader: &mut Reader<'_>, app: &App, index: &Index) {
    each_list(&app.steps, &mut |steps| same_signer(reader, index, steps));
    let mut forms = Vec::new();
    each_step(&app.steps, &mut |step| {
        if let StepKind::Form(form) = &step.kind {
            forms.push((step, form));
        }
    });
    for (step, form) in forms {
        let signed: Vec<_> = form
            .fields
            .iter()
            .filter(|field| matches!(field.kind, FieldKind::Sign(_)))
            .collect();
        let count = signed.len() + usize::from(form.sign.is_some());
        if let (true, Some(last)) = (count > 1, signed.last()) {
            let span = crate::model::Span {
                start: last.span.start,
                end: reader.line_end(last.span.start),
            };
            tell(reader, index, step, Report::new(c::SIGNED_TWICE, span));
        }
    }
}

fn each_list<'a>(steps: &'a [Step], visit: &mut impl FnMut(&'a [Step])) {
    visit(steps);
    for step in steps {
        for block in step.blocks() {
            each_list(block.steps, visit);
        }
    }
}

/// A form that asks nothing but a signature, or an approval, behind a form that the same role has signed.
fn same_signer(reader: &mut Reader<'_>, index: &Index, steps: &[Step]) {
    let mut signed: Vec<(&Step, &Form)> = Vec::new();
    for step in steps {
        let StepKind::Form(form) = &step.kind else { continue };
        if form.sign.is_none() {
            continue;
        }
        let free = |(earlier, other): &&(&Step, &Form)| other.to == form.to && !form.not_by.contains(&earlier.id);
        if let Some((earlier, _)) = signed.iter().rev().find(free).filter(|_| only_signs(form)) {
            let report = Report::new(c::SAME_SIGNER, head(reader, step)).arg("found", earlier.title.default.source());
            let column = step.span.start - crate::tree::Tree::line_start(reader.source, step.span.start);
            let end = reader.line_end(step.span.start);
            let text = format!("\n{}not_by: {}", " ".repeat(column), earlier.id);
            let report = match form.not_by.is_empty() && !reader.source[step.span.start..].starts_with('{') {
                true => report.insert(end, end, text),
                false => report,
            };
            tell(reader, index, step, report);
        }
        signed.push((step, form));
    }
}

/// Whether nothing is asked but a signature; an approval asks whether it is given, and why not.
fn only_signs(form: &Form) -> bool {
    let of_approval = ["accepted", "comment"];
    form.fields.iter().all(|field| of_approval.contains(&field.id.as_str()))
}
