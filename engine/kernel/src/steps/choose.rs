//! `choose`: several ways, the first that fits.

use language::model::Step;
use language::steps::Choose;

pub(crate) use super::flow::Way as Op;
use crate::program::Compiler;
use crate::slots::Declaring;

pub(super) fn declare(kind: &Choose, _step: &Step, _number: u32, d: &mut Declaring) {
    kind.ways.iter().for_each(|way| d.steps(&way.steps));
    d.steps(&kind.otherwise);
}

pub(super) fn compile(kind: &Choose, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let end = c.label();
    for (number, way) in (1..).zip(&kind.ways) {
        let otherwise = c.label();
        let condition = c.formula(&way.when.value);
        c.emit(super::Op::Choose(Op {
            condition,
            name: format!("way {number}"),
            otherwise,
        }));
        c.steps(&way.steps);
        c.jump(end);
        c.place(otherwise);
    }
    c.steps(&kind.otherwise);
    c.place(end);
}
