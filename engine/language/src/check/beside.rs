//! What goes on side by side: steps that want to be alone, forms that come and go, and what is taken back.

use std::collections::BTreeMap;

use super::tell;
use super::trails::{Stand, Trails};
use crate::catalogue as c;
use crate::model::{App, Id, Located, Step};
use crate::names::Index;
use crate::read::suggest::nearest;
use crate::read::tests::{each_step, find_step};
use crate::read::{Reader, Report};
use crate::steps::{Rest, StepKind};

pub(super) fn check(reader: &mut Reader<'_>, app: &App, index: &Index) {
    let mut goes_on = false;
    each_step(&app.steps, &mut |step| {
        goes_on |= match &step.kind {
            StepKind::Together(together) => together.rest == Rest::GoOn,
            StepKind::ForEach(each) => each.rest == Rest::GoOn,
            _ => false,
        };
    });
    let trails = Trails::of(app);
    each_step(&app.steps, &mut |step| {
        if let StepKind::Withdraw(withdraw) = &step.kind {
            for named in &withdraw.steps {
                withdrawn(reader, app, index, &trails, (step, named), goes_on);
            }
        }
    });
    let mut found = Found::default();
    found.list(&app.steps, &mut Vec::new(), goes_on);
    found.alone_in_itself(reader, index);
    found.crosswise(reader, index);
    found.anyway(reader, index);
    for step in &found.while_nothing {
        if let StepKind::Form(form) = &step.kind
            && let Some(condition) = &form.while_
        {
            let report = Report::new(c::WHILE_NOTHING_CHANGES, condition.span);
            tell(reader, index, step, report);
        }
    }
}

/// What a `withdraw` names must be there, and in another branch.
fn withdrawn(
    reader: &mut Reader<'_>,
    app: &App,
    index: &Index,
    trails: &Trails<'_>,
    (step, named): (&Step, &Located<Id>),
    goes_on: bool,
) {
    let report = |entry| Report::new(entry, named.span).arg("found", named.value.as_str());
    let Some(meant) = find_step(&app.steps, &named.value) else {
        if reader.lost.contains(named.value.as_str()) {
            return;
        }
        let mut all = Vec::new();
        each_step(&app.steps, &mut |step| all.push(step.id.to_string()));
        let near = nearest(named.value.as_str(), all.iter().map(String::as_str));
        let report = match near.first() {
            Some(first) => report(c::WITHDRAWN_UNKNOWN).replace(named.span, first.clone()),
            None => report(c::WITHDRAWN_UNKNOWN),
        };
        return tell(reader, index, step, report.expected(near));
    };
    let (here, there) = (trails.to(step.span.start), trails.to(meant.span.start));
    if here.iter().any(|stand| std::ptr::eq(stand.step(), meant)) {
        return tell(reader, index, step, report(c::WITHDRAWN_AROUND));
    }
    let apart = here.iter().zip(there).find(|(one, other)| one.block != other.block);
    let beside = |owner: Option<&Step>| matches!(owner.map(|owner| &owner.kind), Some(StepKind::Together(_)));
    let other_branch = apart.is_some_and(|(one, _)| beside(one.owner));
    // Another element of the same loop may be in it.
    let several = |stand: &Stand<'_>| matches!(stand.owner.map(|owner| &owner.kind), Some(StepKind::ForEach(each)) if each.at_once > 1);
    let other_element = here.iter().zip(there).any(|(one, _)| several(one));
    if !(other_branch || other_element || goes_on) {
        tell(reader, index, step, report(c::WITHDRAWN_NEVER_OPEN));
    }
}

/// The steps that want to be alone with something, and what those around them are alone with.
#[derive(Default)]
struct Found<'a> {
    alone: Vec<Alone<'a>>,
    /// Forms with `while` beside which nothing goes on.
    while_nothing: Vec<&'a Step>,
}

struct Alone<'a> {
    step: &'a Step,
    name: &'a Id,
    around: Vec<&'a Id>,
    /// Whether the same step may be come to by two branches or elements at the same time.
    twice: bool,
}

impl<'a> Found<'a> {
    fn list(&mut self, steps: &'a [Step], around: &mut Vec<&'a Id>, beside: bool) {
        self.steps(steps, around, (beside, false));
    }

    /// `beside`: something goes on beside; `twice`: the same steps may.
    fn steps(&mut self, steps: &'a [Step], around: &mut Vec<&'a Id>, (beside, twice): (bool, bool)) {
        for step in steps {
            if let Some(alone) = &step.alone {
                self.alone.push(Alone {
                    step,
                    name: &alone.value,
                    around: around.clone(),
                    twice,
                });
            }
            if let StepKind::Form(form) = &step.kind
                && form.while_.is_some()
                && !beside
            {
                self.while_nothing.push(step);
            }
            around.extend(step.alone.as_ref().map(|alone| &alone.value));
            let inside = match &step.kind {
                StepKind::Together(_) => (true, twice),
                StepKind::ForEach(each) if each.at_once > 1 => (true, true),
                _ => (beside, twice),
            };
            for block in step.blocks() {
                self.steps(block.steps, around, inside);
            }
            if step.alone.is_some() {
                around.pop();
            }
        }
    }

    fn alone_in_itself(&self, reader: &mut Reader<'_>, index: &Index) {
        for one in self.alone.iter().filter(|one| one.around.contains(&one.name)) {
            one.tell(reader, index, Report::new(c::ALONE_IN_ITSELF, one.span()));
        }
    }

    /// Whoever takes one while having the other, and the other way round, may wait for ever. Chains of more than two are
    /// followed too.
    fn crosswise(&self, reader: &mut Reader<'_>, index: &Index) {
        let mut inside: BTreeMap<&Id, Vec<&Id>> = BTreeMap::new();
        for one in &self.alone {
            for outer in one.around.iter().filter(|outer| **outer != one.name) {
                let (from, to) = (*outer, one.name);
                if let Some(back) = way(&inside, to, from) {
                    let report = Report::new(c::ALONE_CROSSWISE, one.span());
                    let report = report.arg("found", to.as_str()).arg("other", back.as_str());
                    one.tell(reader, index, report);
                    return;
                }
                inside.entry(from).or_default().push(to);
            }
        }
    }

    /// A name that only one step has, which nobody comes to twice at the same time.
    fn anyway(&self, reader: &mut Reader<'_>, index: &Index) {
        for one in &self.alone {
            let others = self
                .alone
                .iter()
                .any(|other| other.name == one.name && !std::ptr::eq(other.step, one.step));
            if !others && !one.twice {
                one.tell(reader, index, Report::new(c::ALONE_ANYWAY, one.span()));
            }
        }
    }
}

impl Alone<'_> {
    fn span(&self) -> crate::model::Span {
        self.step.alone.as_ref().map_or(self.step.span, |alone| alone.span)
    }

    fn tell(&self, reader: &mut Reader<'_>, index: &Index, report: Report) {
        tell(reader, index, self.step, report.arg("found", self.name.as_str()));
    }
}

/// The last name before `to` on a way to it from `from`, each taken while having the one before.
fn way<'a>(inside: &BTreeMap<&'a Id, Vec<&'a Id>>, from: &'a Id, to: &'a Id) -> Option<&'a Id> {
    let mut seen = vec![from];
    let mut next = 0;
    while let Some(here) = seen.get(next).copied() {
        next += 1;
        for further in inside.get(here).into_iter().flatten() {
            if *further == to {
                return Some(to);
            }
            if !seen.contains(further) {
                seen.push(further);
            }
        }
    }
    None
}
