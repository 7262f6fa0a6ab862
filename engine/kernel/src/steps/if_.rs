//! `if`: two ways.

use language::model::Step;
use language::steps::If;

pub(crate) use super::flow::Way as Op;
use crate::program::Compiler;
use crate::slots::Declaring;

pub(super) fn declare(kind: &If, _step: &Step, _number: u32, d: &mut Declaring) {
    d.steps(&kind.steps);
    d.steps(&kind.otherwise);
}

pub(super) fn compile(kind: &If, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let (otherwise, end) = (c.label(), c.label());
    let condition = c.formula(&kind.condition.value);
    let own = c.answers_of(&[], &kind.steps);
    let skipped = c.answers_of(&[&kind.steps], &kind.otherwise);
    c.emit(super::Op::If(Op {
        condition,
        name: "steps".into(),
        otherwise,
        skipped,
        own,
    }));
    c.steps(&kind.steps);
    c.jump(end);
    c.place(otherwise);
    c.steps(&kind.otherwise);
    c.place(end);
}
