//! What goes on side by side: how much of it is waited for, what becomes of the rest, whose turn it is where only one may
//! be, and forms that come and go.
//!
//! A rest that goes on stays a group of the token that left it behind: that token ends, begins the same block again, or
//! is taken back over it only when the group is done or withdrawn. So nothing of a run is ever without an owner.

use expression::Value;
use language::model::Id;
use language::steps::{Join, Rest};

use crate::FactKind;
use crate::failing::Handler;
use crate::formula::BoundFormula;
use crate::interpret::{Next, Run};
use crate::program::{Compiler, Label};
use crate::spans::Span;
use crate::state::{Group, Wait};
use crate::steps::Op;

/// How much of a block is waited for, and what becomes of the rest.
#[derive(Debug)]
pub(crate) struct Joined {
    needed: Needed,
    rest: Rest,
}

#[derive(Debug)]
enum Needed {
    All,
    Count(u32),
    /// How many, or whether it is enough; asked whenever one has ended.
    Formula(BoundFormula),
}

impl Joined {
    pub(crate) fn compile(join: &Join, rest: Rest, c: &Compiler<'_>) -> Joined {
        let needed = match join {
            Join::All => Needed::All,
            Join::First => Needed::Count(1),
            Join::Count(count) => Needed::Count((*count).max(1)),
            Join::Formula(formula) => Needed::Formula(c.formula(&formula.value)),
        };
        Joined { needed, rest }
    }

    /// Whether some of so many may be left.
    pub(crate) fn may_leave_some(&self, all: u32) -> bool {
        match &self.needed {
            Needed::All => false,
            Needed::Count(count) => *count < all,
            Needed::Formula(_) => true,
        }
    }

    /// How many of so many have to end, as far as that is known at the beginning.
    pub(crate) fn needed(&self, all: u32) -> u32 {
        match &self.needed {
            Needed::All | Needed::Formula(_) => all,
            Needed::Count(count) => (*count).min(all),
        }
    }

    /// Whether the block may be passed, one of its members having ended just now.
    pub(crate) fn is_enough(&self, run: &mut Run<'_>, number: u32) -> bool {
        let Some(group) = run.state.groups.get(&number) else {
            return false;
        };
        if group.is_done() {
            return true;
        }
        let (owner, ended) = (group.owner, group.ended);
        let formula = match &self.needed {
            Needed::All => return false,
            Needed::Count(count) => return ended >= *count,
            Needed::Formula(formula) => formula,
        };
        // What is neither a number nor yes or no, or cannot be computed, is never enough: then all are waited for.
        let enough = match run.evaluate(owner, formula) {
            Ok(Value::Bool(enough)) => Some(enough),
            Ok(Value::Number(needed)) => Some(expression::Number::from(ended) >= needed),
            _ => None,
        };
        let kind = FactKind::Decided {
            condition: formula.formula.source().to_string(),
            result: enough,
            values: run.values_read(owner, formula),
            way: if enough == Some(true) { "enough" } else { "wait" }.to_string(),
        };
        run.fact(owner, kind);
        enough == Some(true)
    }

    /// Enough have ended: the owner goes on behind the block. Returns the places that were withdrawn.
    pub(crate) fn pass(&self, run: &mut Run<'_>, number: u32, end: Label) -> Vec<u32> {
        let Some(group) = run.state.groups.get(&number) else {
            return Vec::new();
        };
        let (owner, going_on) = (group.owner, self.rest == Rest::GoOn && !group.is_done());
        let withdrawn = if going_on {
            let left = group.running + group.not_begun();
            run.no_more(number);
            run.fact(owner, FactKind::RestGoesOn { left });
            let at = run.state.tokens.get(&owner).map(|token| token.at);
            if let Some(group) = run.state.groups.get_mut(&number) {
                group.going_on = at;
            }
            Vec::new()
        } else {
            run.withdraw_group(number)
        };
        run.resume_at(owner, end);
        withdrawn
    }
}

/// The nearest token around this one that stands there too.
fn owner_in(run: &Run<'_>, token: u32, (from, to): (u32, u32)) -> Option<u32> {
    let owner = |token: u32| {
        let group = run.state.groups.get(&run.state.tokens.get(&token)?.group?)?;
        let here = run.state.tokens.get(&group.owner)?;
        // Who has left it behind is not around it any more.
        let at = group.going_on.unwrap_or(here.at);
        Some((group.owner, at))
    };
    let mut next = owner(token);
    while let Some((outer, at)) = next {
        if (from..to).contains(&at) {
            return Some(outer);
        }
        next = owner(outer);
    }
    None
}

impl Group {
    /// Everything in it has ended, and nothing more can come.
    pub(crate) fn is_done(&self) -> bool {
        self.running == 0 && self.not_begun() == 0 && self.closes.is_none()
    }

    pub(crate) fn not_begun(&self) -> u32 {
        let all = u32::try_from(self.elements.len()).unwrap_or(u32::MAX);
        all.saturating_sub(self.begun)
    }
}

impl Run<'_> {
    /// Waits for the rest of the block at which the token stands, when it still goes on from an earlier time.
    pub(crate) fn rest_of_block(&self, token: u32) -> Option<Wait> {
        let at = self.state.tokens.get(&token)?.at;
        self.rest_wait(self.rest_between(token, at, at + 1))
    }

    /// Waits for something that the token has left behind and that still goes on.
    pub(crate) fn any_rest(&self, token: u32) -> Option<Wait> {
        self.rest_wait(self.rest_between(token, 0, u32::MAX))
    }

    fn rest_wait(&self, groups: Vec<u32>) -> Option<Wait> {
        let group = groups.first().copied()?;
        let step = self.step_of_group(group).unwrap_or_else(|| Id::new(""));
        Some(Wait::Rest { group, step })
    }

    fn rest_between(&self, token: u32, from: u32, to: u32) -> Vec<u32> {
        let groups = self.state.groups.iter();
        let left = |group: &Group| group.owner == token && group.going_on.is_some_and(|at| (from..to).contains(&at));
        groups
            .filter(|(_, group)| left(group))
            .map(|(number, _)| *number)
            .collect()
    }

    /// A member of a rest that goes on has ended. When it was the last, whoever waits for that goes on.
    pub(crate) fn rest_member_ended(&mut self, number: u32) {
        let Some(group) = self.state.groups.get(&number) else {
            return;
        };
        if !group.is_done() {
            return;
        }
        self.rest_is_over(number);
    }

    /// Nothing of a rest goes on any more: whoever waits for that goes on.
    fn rest_is_over(&mut self, number: u32) {
        let Some(owner) = self.state.groups.get(&number).map(|group| group.owner) else {
            return;
        };
        let step = self.step_of_group(number);
        let round = self.round(owner);
        self.out.facts.push(crate::Fact {
            step,
            round,
            kind: FactKind::RestEnded,
        });
        self.withdraw_group(number);
        if let Some(token) = self.state.tokens.get_mut(&owner)
            && matches!(token.wait, Wait::Rest { group, .. } if group == number)
        {
            token.wait = Wait::Ready;
        }
    }

    /// The step whose branches or elements these are.
    pub(crate) fn step_of_group(&self, number: u32) -> Option<Id> {
        self.program.op(self.op_of_group(number)?)?.step.clone()
    }

    /// The operation at which the block of a group begins.
    pub(crate) fn op_of_group(&self, number: u32) -> Option<u32> {
        let group = self.state.groups.get(&number)?;
        let owner = || self.state.tokens.get(&group.owner).map(|owner| owner.at);
        group.going_on.or_else(owner)
    }

    /// What the token has left behind inside a step that is tried again or done otherwise goes with it.
    pub(crate) fn withdraw_rest_inside(&mut self, token: u32, handler: &Handler) {
        let (from, to) = (self.program.target(handler.start), self.program.target(handler.end));
        for group in self.rest_between(token, from, to) {
            self.withdraw_group(group);
        }
    }

    /// What the token has left behind between these operations.
    pub(crate) fn withdraw_rest_between(&mut self, token: u32, from: u32, to: u32) {
        for group in self.rest_between(token, from, to) {
            self.withdraw_group(group);
        }
    }

    /// Everything that the token has left behind.
    pub(crate) fn withdraw_rest(&mut self, token: u32) {
        for group in self.rest_between(token, 0, u32::MAX) {
            self.withdraw_group(group);
        }
    }

    // --- what is taken back

    /// Whoever is in the step, except those who take it back, goes on behind it; what is left behind in it goes.
    pub(crate) fn take_back(&mut self, by: u32, step: &Id) {
        let program = self.program;
        let Some(span) = program.spans().iter().find(|span| span.step == *step) else {
            return;
        };
        let (from, to) = (span.first, program.target(span.end));
        let owner_of = |token: u32| {
            let group = self.state.tokens.get(&token)?.group?;
            Some(self.state.groups.get(&group)?.owner)
        };
        let mut own = std::iter::successors(Some(by), |token| owner_of(*token));
        let inside = |token: u32| {
            let token = self.state.tokens.get(&token);
            token.is_some_and(|token| (from..to).contains(&token.at))
        };
        // The checker refuses this: nobody takes back what is around them.
        if own.any(inside) {
            return;
        }
        let all: Vec<u32> = self
            .state
            .tokens
            .keys()
            .copied()
            .filter(|token| inside(*token))
            .collect();
        for number in all {
            // Those inside another that is in the step go with it.
            if self.state.tokens.contains_key(&number) && owner_in(self, number, (from, to)).is_none() {
                self.out_of_step(number, span);
            }
        }
        let left: Vec<u32> = self
            .state
            .groups
            .iter()
            .filter(|(_, group)| group.going_on.is_some_and(|at| (from..to).contains(&at)))
            .map(|(number, _)| *number)
            .collect();
        for group in left {
            self.rest_is_over(group);
        }
    }

    fn out_of_step(&mut self, number: u32, span: &Span) {
        let to = self.program.target(span.end);
        self.let_go(number);
        for group in self.rest_between(number, span.first, to) {
            self.withdraw_group(group);
        }
        if let Some(token) = self.state.tokens.get_mut(&number) {
            token.at = to;
            token.rounds.truncate(span.rounds);
            token.alone.truncate(span.alone);
            token.wait = Wait::Ready;
        }
        let round = self.round(number);
        // In a loop its answers would be those of an earlier round.
        if round > 0 {
            self.skipped(number, &span.fills);
        }
        self.out.facts.push(crate::Fact {
            step: Some(span.step.clone()),
            round,
            kind: FactKind::StepWithdrawn,
        });
    }

    // --- only one at a time

    /// A step that wants to be alone with something begins.
    pub(crate) fn want_alone(&mut self, number: u32, name: &Id) -> Next {
        if !self.is_taken(name) && !self.is_waited_for(name) {
            self.take(number, name);
            return Next::On;
        }
        self.fact(number, FactKind::TurnWaited { name: name.clone() });
        Next::Wait(Wait::Turn {
            step: self.step_of(number).unwrap_or_else(|| Id::new("")),
            name: name.clone(),
            place: self.number(),
        })
    }

    fn is_taken(&self, name: &Id) -> bool {
        self.state.tokens.values().any(|token| token.alone.contains(name))
    }

    fn is_waited_for(&self, name: &Id) -> bool {
        let mut waits = self.state.tokens.values().map(|token| &token.wait);
        waits.any(|wait| matches!(wait, Wait::Turn { name: wanted, .. } if wanted == name))
    }

    fn take(&mut self, number: u32, name: &Id) {
        if let Some(token) = self.state.tokens.get_mut(&number) {
            token.alone.push(name.clone());
        }
    }

    /// Lets the first of those go on who wait for what is free; whether there was one.
    pub(crate) fn next_turn(&mut self) -> bool {
        let waits = self
            .state
            .tokens
            .iter()
            .filter_map(|(number, token)| match &token.wait {
                Wait::Turn { name, place, .. } => Some((*place, *number, name.clone())),
                _ => None,
            });
        let free = waits.filter(|(_, _, name)| !self.is_taken(name)).min();
        let Some((_, number, name)) = free else {
            return false;
        };
        self.fact(number, FactKind::TurnCame { name: name.clone() });
        self.take(number, &name);
        self.resume(number);
        true
    }

    // --- forms that come and go

    /// Takes back the forms whose `while` does not hold any more, and lets those be asked again whose does; whether there
    /// was one of these.
    pub(crate) fn come_and_go(&mut self) -> bool {
        let program = self.program;
        let forms = self.state.tokens.iter().filter_map(|(number, token)| {
            let offered = match token.wait {
                Wait::Task(task) => Some(task),
                Wait::While { .. } => None,
                _ => return None,
            };
            match &program.op(token.at)?.op {
                Op::Form(form) => Some((*number, offered, form.while_.as_ref()?)),
                _ => None,
            }
        });
        let forms: Vec<_> = forms.collect();
        let mut any = false;
        for (number, offered, condition) in forms {
            let holds = matches!(self.evaluate(number, condition), Ok(Value::Bool(true)));
            match (offered, holds) {
                (Some(task), false) => {
                    // It has been computed, so it can be told.
                    let _ = self.decide(number, condition, ["ask", "take back"]);
                    self.withdraw_task(task);
                    let step = self.step_of(number).unwrap_or_else(|| Id::new(""));
                    if let Some(token) = self.state.tokens.get_mut(&number) {
                        token.wait = Wait::While { step };
                    }
                }
                (None, true) => {
                    any = true;
                    if let Some(token) = self.state.tokens.get_mut(&number) {
                        token.wait = Wait::Ready;
                    }
                }
                _ => {}
            }
        }
        any
    }
}
