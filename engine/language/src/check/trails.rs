//! Where steps stand, what is known to be true there, and which steps have surely been done before others.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{App, Condition, Id, Step};
use crate::read::tests::each_step;
use crate::steps::{Join, StepKind};

/// A step in its list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stand<'a> {
    /// The step whose block the list is; `None` for the app itself.
    pub(super) owner: Option<&'a Step>,
    pub(super) block: usize,
    pub(super) list: &'a [Step],
    pub(super) index: usize,
}

impl<'a> Stand<'a> {
    pub(super) fn step(&self) -> &'a Step {
        &self.list[self.index]
    }
    /// Whether the list is done only when something fails, or to take its step back.
    fn is_for_failing(&self) -> bool {
        self.owner.is_some_and(|owner| owner.kind.blocks().len() <= self.block)
    }
    fn is_in_list_of(&self, other: &Stand<'_>) -> bool {
        let start = |stand: &Stand<'_>| stand.owner.map(|step| step.span.start);
        start(self) == start(other) && self.block == other.block
    }
}

/// The way down to every step, by the byte at which it begins.
pub(super) struct Trails<'a> {
    by_start: BTreeMap<usize, Vec<Stand<'a>>>,
    /// Steps that some `withdraw` may take back.
    withdrawn: BTreeSet<Id>,
}

/// What must be true for a condition to hold: the text of each part joined by `and`.
pub(super) type Guards = BTreeSet<String>;

impl<'a> Trails<'a> {
    pub(super) fn of(app: &'a App) -> Trails<'a> {
        let mut trails = Trails {
            by_start: BTreeMap::new(),
            withdrawn: BTreeSet::new(),
        };
        each_step(&app.steps, &mut |step| {
            if let StepKind::Withdraw(withdraw) = &step.kind {
                trails
                    .withdrawn
                    .extend(withdraw.steps.iter().map(|step| step.value.clone()));
            }
        });
        trails.add(&app.steps, None, 0, &mut Vec::new());
        trails
    }

    fn add(&mut self, list: &'a [Step], owner: Option<&'a Step>, block: usize, above: &mut Vec<Stand<'a>>) {
        for (index, step) in list.iter().enumerate() {
            above.push(Stand {
                owner,
                block,
                list,
                index,
            });
            self.by_start.insert(step.span.start, above.clone());
            for (number, block) in step.blocks().into_iter().enumerate() {
                self.add(block.steps, Some(step), number, above);
            }
            above.pop();
        }
    }

    /// From the app down to the step that begins there.
    pub(super) fn to(&self, start: usize) -> &[Stand<'a>] {
        self.by_start.get(&start).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a `withdraw` may take the step back.
    pub(super) fn may_be_withdrawn(&self, step: &Step) -> bool {
        self.withdrawn.contains(&step.id)
    }

    /// What is known where the step that begins there is done.
    pub(super) fn guards(&self, start: usize) -> Guards {
        self.to(start).iter().flat_map(entered_by).collect()
    }

    /// Whether the step at `earlier` has been done on every way on which the one at `later` is come to, while `known`
    /// holds. `inside` is true for what is read when the later step's own blocks are done.
    pub(super) fn surely_done(&self, earlier: usize, later: usize, inside: bool, known: &Guards) -> bool {
        let (from, to) = (self.to(earlier), self.to(later));
        let same = |pair: &(&Stand<'_>, &Stand<'_>)| pair.0.is_in_list_of(pair.1) && pair.0.index == pair.1.index;
        let common = from.iter().zip(to).take_while(same).count();
        let Some(one) = from.get(common) else {
            return false;
        };
        let comes_first = match to.get(common) {
            None => inside,
            Some(other) if one.is_in_list_of(other) => one.index < other.index,
            // `otherwise` of a loop comes after its rounds.
            Some(other) => {
                let owner = |stand: &Stand<'_>| stand.owner.map(|step| step.span.start);
                let rounds = matches!(one.owner.map(|step| &step.kind), Some(StepKind::Repeat(_)));
                rounds && owner(one) == owner(other) && one.block == 0
            }
        };
        comes_first
            && from[common..].iter().enumerate().all(|(index, stand)| {
                let condition = stand.step().condition.as_ref();
                let on_error = &stand.step().on_error;
                let succeeds = on_error.is_empty() || all_end(on_error);
                let done = succeeds
                    && !self.may_be_withdrawn(stand.step())
                    && condition.is_none_or(|condition| parts(condition).is_subset(known));
                done && from
                    .get(common + index + 1)
                    .is_none_or(|inner| surely_entered(inner, known))
            })
    }
}

/// Whether a block is done whenever its step is.
fn surely_entered(stand: &Stand<'_>, known: &Guards) -> bool {
    let Some(owner) = stand.owner else { return true };
    if stand.is_for_failing() {
        return false;
    }
    let others_end = || {
        let blocks = owner.kind.blocks();
        let others = blocks.iter().enumerate().filter(|(index, _)| *index != stand.block);
        others.map(|(_, block)| block.steps).all(all_end)
    };
    match &owner.kind {
        StepKind::Repeat(_) => stand.block == 0,
        StepKind::Together(together) => together.join == Join::All,
        StepKind::If(_) | StepKind::Choose(_) => entry(stand).is_some_and(|when| known.contains(&when)) || others_end(),
        _ => false,
    }
}

/// What is known inside a list, and at a step because of its own condition.
fn entered_by(stand: &Stand<'_>) -> Vec<String> {
    let mut found: Vec<String> = stand.step().condition.iter().flat_map(parts).collect();
    if let Some(owner) = stand.owner.filter(|_| !stand.is_for_failing()) {
        let when = match &owner.kind {
            StepKind::If(both) if stand.block == 0 => Some(&both.condition),
            StepKind::Choose(choose) => choose.ways.get(stand.block).map(|way| &way.when),
            _ => None,
        };
        found.extend(when.into_iter().flat_map(parts));
        found.extend(entry(stand));
    }
    found
}

/// The whole condition of a block.
fn entry(stand: &Stand<'_>) -> Option<String> {
    if stand.is_for_failing() {
        return None;
    }
    match &stand.owner?.kind {
        StepKind::If(both) if stand.block == 0 => Some(text(&both.condition)),
        StepKind::If(both) => Some(format!("not({})", text(&both.condition))),
        StepKind::Choose(choose) => choose.ways.get(stand.block).map(|way| text(&way.when)),
        _ => None,
    }
}

/// A condition with single spaces.
pub(super) fn text(condition: &Condition) -> String {
    condition
        .value
        .source()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The parts of a condition that must all be true.
pub(super) fn parts(condition: &Condition) -> Guards {
    parts_of(condition.value.source())
}

/// The same for a condition as it is written.
pub(super) fn parts_of(source: &str) -> Guards {
    let text = source.split_whitespace().collect::<Vec<_>>().join(" ");
    // Inside brackets and quotes, and beside an `or`, the parts say nothing by themselves.
    if text.contains(" or ") {
        return Guards::from([text]);
    }
    let mut found: Guards = match text.contains(['(', '[']) || text.contains(" between ") {
        true => Guards::new(),
        false => text.split(" and ").map(str::to_owned).collect(),
    };
    found.insert(text);
    found
}

/// Whether a list of steps ends the run on every way through it.
pub(super) fn all_end(steps: &[Step]) -> bool {
    steps.iter().any(|step| step.condition.is_none() && ends(step))
}

/// Whether a step ends the run on every way through it.
pub(super) fn ends(step: &Step) -> bool {
    if !step.on_error.is_empty() && !all_end(&step.on_error) {
        return false;
    }
    match &step.kind {
        StepKind::Finish(_) | StepKind::Fail(_) => true,
        StepKind::If(both) => all_end(&both.steps) && all_end(&both.otherwise),
        StepKind::Choose(choose) => {
            !choose.ways.is_empty() && choose.ways.iter().all(|way| all_end(&way.steps)) && all_end(&choose.otherwise)
        }
        // At least one round is done.
        StepKind::Repeat(repeat) => all_end(&repeat.steps),
        StepKind::Together(together) => {
            let mut branches = together.branches.iter().map(|branch| all_end(&branch.steps));
            match together.join {
                Join::All => branches.any(|ends| ends),
                Join::First | Join::Count(_) | Join::Formula(_) => branches.len() > 0 && branches.all(|ends| ends),
            }
        }
        _ => false,
    }
}
