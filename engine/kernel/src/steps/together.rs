//! `together`: branches side by side.

use language::model::{Id, Step};
use language::steps::Together;

use crate::beside::Joined;
use crate::interpret::{Next, Run, Trouble};
use crate::program::{Compiler, Label};
use crate::slots::Declaring;
use crate::state::{Group, RUN_FRAME, Wait};
use crate::{Fact, FactKind};

/// Begins all branches and waits until enough of them have ended; the rest is withdrawn or goes on.
#[derive(Debug)]
pub(crate) struct Op {
    pub(crate) branches: Vec<(Id, Label)>,
    joined: Joined,
    end: Label,
    /// What the branches have left in an earlier round. Where some may be withdrawn, all begin without it: a branch that
    /// was not needed has no answers.
    skipped: Vec<u32>,
}

pub(super) fn declare(kind: &Together, _step: &Step, _number: u32, d: &mut Declaring) {
    kind.branches.iter().for_each(|branch| d.steps(&branch.steps));
}

pub(super) fn compile(kind: &Together, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let end = c.label();
    let branches: Vec<_> = kind
        .branches
        .iter()
        .map(|branch| (branch.id.clone(), c.label()))
        .collect();
    let all = branches.len() as u32;
    let joined = Joined::compile(&kind.join, kind.rest, c);
    let blocks: Vec<&[Step]> = kind.branches.iter().map(|branch| branch.steps.as_slice()).collect();
    let skipped = match joined.may_leave_some(all) {
        true => (0..blocks.len())
            .flat_map(|place| c.answers_of(&blocks[..place], blocks[place]))
            .collect(),
        false => Vec::new(),
    };
    let labels: Vec<_> = branches.iter().map(|(_, label)| *label).collect();
    c.emit(super::Op::Together(Op {
        branches,
        joined,
        end,
        skipped,
    }));
    for (branch, label) in kind.branches.iter().zip(labels) {
        c.place(label);
        c.apart(Some(&branch.id), |c| {
            c.steps(&branch.steps);
            c.end();
        });
    }
    c.place(end);
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        if self.branches.is_empty() {
            return Ok(Next::To(self.end));
        }
        if let Some(rest) = run.rest_of_block(token) {
            return Ok(Next::Wait(rest));
        }
        run.skipped(token, &self.skipped);
        let number = run.number();
        let frame = run.state.tokens.get(&token).map_or(RUN_FRAME, |token| token.frame);
        let running = self.branches.len() as u32;
        let group = Group {
            owner: token,
            running,
            ended: 0,
            needed: self.joined.needed(running),
            elements: Vec::new(),
            begun: running,
            going_on: None,
            more: None,
            closes: None,
        };
        run.state.groups.insert(number, group);
        for (place, (_, label)) in (0..).zip(&self.branches) {
            if let Err(trouble) = run.spawn(token, number, place, frame, *label) {
                run.withdraw_group(number);
                return Err(trouble);
            }
        }
        Ok(Next::Wait(Wait::Group(number)))
    }

    /// How many of so many have to end, as far as that is known at the beginning.
    pub(crate) fn needed(&self) -> u32 {
        self.joined.needed(self.branches.len() as u32)
    }

    pub(super) fn branch_ended(&self, run: &mut Run<'_>, number: u32, token: u32) {
        run.state.tokens.remove(&token);
        let Some(group) = run.state.groups.get_mut(&number) else {
            return;
        };
        group.running = group.running.saturating_sub(1);
        group.ended += 1;
        if group.going_on.is_some() {
            return run.rest_member_ended(number);
        }
        self.join(run, number);
    }

    /// Lets the owner go on when enough branches have ended.
    pub(crate) fn join(&self, run: &mut Run<'_>, number: u32) {
        let Some(owner) = run.state.groups.get(&number).map(|group| group.owner) else {
            return;
        };
        if !self.joined.is_enough(run, number) {
            return;
        }
        let round = run.round(owner);
        for place in self.joined.pass(run, number, self.end) {
            let step = self.branches.get(place as usize).map(|(id, _)| id.clone());
            run.out.facts.push(Fact {
                step,
                round,
                kind: FactKind::BranchWithdrawn,
            });
        }
    }
}
