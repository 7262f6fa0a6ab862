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
    let blocks: Vec<&[Step]> = kind
        .ways
        .iter()
        .map(|way| way.steps.as_slice())
        .chain([kind.otherwise.as_slice()])
        .collect();
    let left: Vec<Vec<u32>> = (0..blocks.len())
        .map(|place| c.answers_of(&blocks[..place], blocks[place]))
        .collect();
    for (place, way) in kind.ways.iter().enumerate() {
        let otherwise = c.label();
        let condition = c.formula(&way.when.value);
        let others = left.iter().enumerate().filter(|(other, _)| *other != place);
        let skipped = others.flat_map(|(_, slots)| slots).copied().collect();
        let own = left[place].clone();
        c.emit(super::Op::Choose(Op {
            condition,
            name: format!("way {}", place + 1),
            otherwise,
            skipped,
            own,
        }));
        c.steps(&way.steps);
        c.jump(end);
        c.place(otherwise);
    }
    c.steps(&kind.otherwise);
    c.place(end);
}
