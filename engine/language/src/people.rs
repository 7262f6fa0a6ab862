//! What an app and the people of the site say of one another. People are in no file: who knows them asks here.

use std::collections::BTreeSet;

use crate::catalogue as c;
use crate::diagnostic::Diagnostic;
use crate::fields::FieldKind;
use crate::keywords::Keywords;
use crate::model::{App, Id, Party, Span, Step};
use crate::read::tests::each_step;
use crate::read::{Report, Reports};
use crate::steps::StepKind;

/// Warns of roles that the app asks or tells and that nobody has. `had` are the roles that at least one person has;
/// `source` is the text of the app.
pub fn check_people(source: &str, app: &App, had: &BTreeSet<Id>) -> Vec<Diagnostic> {
    let mut reports = Reports::default();
    each_step(&app.steps, &mut |step| {
        let mut told = BTreeSet::new();
        for role in roles(step) {
            if had.contains(role) || !told.insert(role) {
                continue;
            }
            let title = step.title.default.source();
            let mut report = Report::new(c::NOBODY_HAS_ROLE, place_of(source, step, role)).arg("found", role.as_str());
            report.place = (format!("step '{title}'"), format!("步骤“{title}”"));
            reports.push(report);
        }
    });
    reports.into_diagnostics(Keywords::of(source))
}

/// The roles that a step asks or tells by itself, those of the steps inside it not counted.
fn roles(step: &Step) -> Vec<&Id> {
    let mut parties: Vec<&Party> = Vec::new();
    let mut named: Vec<&Id> = Vec::new();
    let deadline = match &step.kind {
        StepKind::Form(form) => {
            parties.extend(&form.to);
            for field in &form.fields {
                match &field.kind {
                    FieldKind::Verify(verify) => named.extend(&verify.role),
                    FieldKind::Person(person) => named.extend(&person.role),
                    _ => {}
                }
            }
            form.deadline.as_ref()
        }
        StepKind::Tell(tell) => {
            parties.extend(&tell.to);
            None
        }
        StepKind::WaitFor(wait) => wait.deadline.as_ref(),
        _ => None,
    };
    for rung in deadline.iter().flat_map(|deadline| &deadline.late) {
        parties.extend(&rung.tell);
        parties.extend(&rung.move_to);
    }
    let each = parties.into_iter().flat_map(|party| match party {
        Party::Several(parties) => parties.as_slice(),
        party => std::slice::from_ref(party),
    });
    let roles = each.filter_map(|party| match party {
        Party::Role(id) => Some(id),
        _ => None,
    });
    roles.chain(named).collect()
}

/// Where the role is written in the step; its first line where that cannot be found.
fn place_of(source: &str, step: &Step, role: &Id) -> Span {
    let text = source.get(step.span.start..step.span.end).unwrap_or_default();
    let mut start = step.span.start;
    for line in text.split_inclusive('\n') {
        let mut at = start;
        for part in line.split_inclusive([':', ',', '[', ']', '{', '}']) {
            let word = part.trim_end_matches([':', ',', '[', ']', '{', '}']).trim();
            let is_value = at > start;
            if is_value && !word.is_empty() && crate::id_text(word) == role.as_str() {
                let from = at + part.find(word).unwrap_or(0);
                return Span {
                    start: from,
                    end: from + word.len(),
                };
            }
            at += part.len();
        }
        start += line.len();
    }
    Span {
        start: step.span.start,
        end: step.span.start + text.find('\n').unwrap_or(text.len()),
    }
}
