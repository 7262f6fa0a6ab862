//! `for_each`: over a list, one by one or several at once.

use std::sync::Arc;

use expression::Value;
use language::model::Step;
use language::steps::ForEach;

use crate::formula::BoundFormula;
use crate::interpret::{Next, Run, Trouble};
use crate::limits::ELEMENTS_MAX;
use crate::program::{Compiler, Label};
use crate::slots::{Declaring, Loop};
use crate::state::{Frame, Group, RUN_FRAME, Wait};
use crate::{Fact, FactKind};

/// Begins the elements and waits for them. Each has a frame of its own for what is filled inside: none sees the
/// answers of another, and behind the loop only `step.rounds` tells of them.
#[derive(Debug)]
pub(crate) struct Op {
    list: BoundFormula,
    number: u32,
    element: u32,
    at_once: u32,
    body: Label,
    end: Label,
}

pub(super) fn declare(kind: &ForEach, _step: &Step, number: u32, d: &mut Declaring) {
    d.inside(Loop::ForEach(number), |d| {
        d.element(number, &kind.item);
        d.steps(&kind.steps);
    });
}

pub(super) fn compile(kind: &ForEach, _step: &Step, number: u32, c: &mut Compiler<'_>) {
    let (body, end) = (c.label(), c.label());
    let list = c.formula(&kind.list.value);
    let element = c.slots.element(number).expect("the element was declared with its step");
    c.emit(super::Op::ForEach(Op {
        list,
        number,
        element,
        at_once: kind.at_once.max(1),
        body,
        end,
    }));
    c.place(body);
    c.apart(|c| {
        c.with_element(&kind.item, element, |c| c.steps(&kind.steps));
        c.end();
    });
    c.place(end);
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let list = run.evaluate(token, &self.list)?;
        let source = self.list.formula.source();
        let elements = match list {
            Value::List(elements) => elements,
            // Nobody filled it: there is nothing to do. Anything else is a mistake that must not pass silently.
            Value::Null => Arc::new(Vec::new()),
            _ => return Err(Trouble(format!("{source} is not a list"))),
        };
        if elements.len() > ELEMENTS_MAX {
            return Err(Trouble(format!(
                "{source} has {} elements, at most {ELEMENTS_MAX} are done",
                elements.len()
            )));
        }
        if elements.is_empty() {
            run.fact(token, FactKind::Skipped);
            return Ok(Next::To(self.end));
        }
        run.room_for(&Value::List(elements.clone()))?;
        let group = run.number();
        elements.iter().for_each(|element| run.heavier(element));
        let needed = elements.len() as u32;
        let open = Group {
            owner: token,
            running: 0,
            ended: 0,
            needed,
            elements: elements.to_vec(),
            begun: 0,
        };
        run.state.groups.insert(group, open);
        for _ in 0..self.at_once.min(needed) {
            if let Err(trouble) = self.begin_next(run, group) {
                run.withdraw_group(group);
                return Err(trouble);
            }
        }
        Ok(Next::Wait(Wait::Group(group)))
    }

    fn begin_next(&self, run: &mut Run<'_>, number: u32) -> Result<(), Trouble> {
        let Some(group) = run.state.groups.get(&number) else {
            return Ok(());
        };
        let (owner, place) = (group.owner, group.begun);
        let Some(element) = group.elements.get(place as usize).cloned() else {
            return Ok(());
        };
        let outer = run.state.tokens.get(&owner).map_or(RUN_FRAME, |owner| owner.frame);
        let frame = run.number();
        let token = run.spawn(owner, number, place, frame, self.body)?;
        run.state.frames.insert(
            frame,
            Frame {
                outer: Some(outer),
                of: Some(self.number),
                ..Frame::default()
            },
        );
        run.put(frame, self.element, element);
        if let Some(token) = run.state.tokens.get_mut(&token) {
            token.outer_round = place + 1;
        }
        if let Some(group) = run.state.groups.get_mut(&number) {
            group.begun += 1;
            group.running += 1;
        }
        let step = run.step_of(owner);
        run.out.facts.push(Fact {
            step,
            round: place + 1,
            kind: FactKind::RoundStarted,
        });
        Ok(())
    }

    pub(super) fn element_ended(&self, run: &mut Run<'_>, number: u32, token: u32) {
        let Some(ended) = run.state.tokens.remove(&token) else {
            return;
        };
        let Some(group) = run.state.groups.get_mut(&number) else {
            return;
        };
        group.running = group.running.saturating_sub(1);
        group.ended += 1;
        let (owner, all) = (group.owner, group.ended == group.needed);
        run.drop_frame(ended.frame);
        if all {
            run.withdraw_group(number);
            run.resume_at(owner, self.end);
        } else if let Err(Trouble(message)) = self.begin_next(run, number) {
            // One ended, so there is room for one: this cannot be reached while limits do not shrink.
            run.fact(owner, FactKind::Incident { message });
        }
    }
}
