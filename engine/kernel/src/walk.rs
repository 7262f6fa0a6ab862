//! Walks over all steps of an app, those inside others included.

use language::model::Step;

/// Outer steps before inner ones, in the order in which they are written.
pub(crate) fn steps<'a>(all: &'a [Step], visit: &mut dyn FnMut(&'a Step)) {
    for step in all {
        visit(step);
        for block in step.blocks() {
            steps(block.steps, visit);
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
