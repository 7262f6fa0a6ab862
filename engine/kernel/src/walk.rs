//! Walks over all steps of an app, those inside others included.

use language::model::Step;
use language::steps::StepKind;

/// Outer steps before inner ones, in the order in which they are written.
pub(crate) fn steps<'a>(all: &'a [Step], visit: &mut dyn FnMut(&'a Step)) {
    for step in all {
        visit(step);
        match &step.kind {
            StepKind::If(kind) => {
                steps(&kind.steps, visit);
                steps(&kind.otherwise, visit);
            }
            StepKind::Choose(kind) => {
                kind.ways.iter().for_each(|way| steps(&way.steps, visit));
                steps(&kind.otherwise, visit);
            }
            StepKind::Repeat(kind) => {
                steps(&kind.steps, visit);
                steps(&kind.otherwise, visit);
            }
            StepKind::ForEach(kind) => steps(&kind.steps, visit),
            StepKind::Together(kind) => kind.branches.iter().for_each(|branch| steps(&branch.steps, visit)),
            StepKind::WaitFor(kind) => kind.otherwise.iter().for_each(|inner| steps(inner, visit)),
            _ => {}
        }
    }
}

/// How many steps are inside this one.
pub(crate) fn inside(step: &Step) -> u32 {
    count(std::slice::from_ref(step)) - 1
}

/// How many steps these are, those inside others included.
pub(crate) fn count(all: &[Step]) -> u32 {
    let mut count = 0;
    steps(all, &mut |_| count += 1);
    count
}
