//! `for_each`: over a list, one by one or several at once.

use std::sync::Arc;

use expression::{Context, Value};
use language::model::{Id, Step};
use language::steps::{ForEach, More};
use serde_json::Value as Json;

use crate::beside::Joined;
use crate::formula::BoundFormula;
use crate::interpret::{Next, Run, Trouble};
use crate::limits::{ELEMENTS_MAX, TOKENS_MAX};
use crate::program::{Compiler, Label};
use crate::slots::{Declaring, Loop};
use crate::state::{Frame, Group, Listening, RUN_FRAME, Wait, weight_bytes};
use crate::{Effect, Fact, FactKind, FieldRefusal, Refusal, forms};

/// Begins the elements and waits for them. Each has a frame of its own for what is filled inside: none sees the
/// answers of another, and behind the loop only `step.rounds` tells of them.
#[derive(Debug)]
pub(crate) struct Op {
    list: BoundFormula,
    pub(crate) number: u32,
    element: u32,
    at_once: u32,
    joined: Joined,
    more: Option<BoundMore>,
    body: Label,
    end: Label,
}

/// The message that brings more elements, and the one after which no more come.
#[derive(Debug)]
struct BoundMore {
    message: String,
    condition: Option<BoundFormula>,
    value: Option<BoundFormula>,
    until: Option<String>,
}

impl BoundMore {
    fn compile(more: &More, c: &Compiler<'_>) -> BoundMore {
        BoundMore {
            message: more.message.clone(),
            condition: more.condition.as_ref().map(|condition| c.formula(&condition.value)),
            value: more.value.as_ref().map(|value| c.formula(&value.value)),
            until: more.until.clone(),
        }
    }
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
    let joined = Joined::compile(&kind.join, kind.rest, c);
    let more = kind.more.as_ref().map(|more| BoundMore::compile(more, c));
    let element = c.slots.element(number).expect("the element was declared with its step");
    c.emit(super::Op::ForEach(Op {
        list,
        number,
        element,
        at_once: kind.at_once.max(1),
        joined,
        more,
        body,
        end,
    }));
    c.place(body);
    c.apart(None, |c| {
        c.with_element(&kind.item, element, |c| c.steps(&kind.steps));
        c.end();
    });
    c.place(end);
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        if let Some(rest) = run.rest_of_block(token) {
            return Ok(Next::Wait(rest));
        }
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
        let stays_open = self.more.as_ref().is_some_and(|more| more.until.is_some());
        if elements.is_empty() && !stays_open {
            run.fact(token, FactKind::Skipped);
            return Ok(Next::To(self.end));
        }
        run.room_for(&Value::List(elements.clone()))?;
        let group = run.number();
        elements.iter().for_each(|element| run.heavier(element));
        let all = elements.len() as u32;
        let open = Group {
            owner: token,
            running: 0,
            ended: 0,
            needed: self.joined.needed(all),
            elements: elements.to_vec(),
            begun: 0,
            going_on: None,
            more: None,
            closes: None,
        };
        run.state.groups.insert(group, open);
        self.listen(run, token, group);
        for _ in 0..self.at_once.min(all) {
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
        let step = run.step_of_group(number);
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
        let (owner, going_on) = (group.owner, group.going_on.is_some());
        run.drop_frame(ended.frame);
        if going_on {
            run.rest_member_ended(number);
        } else if self.joined.is_enough(run, number) {
            self.pass(run, number);
        }
        if let Err(Trouble(message)) = self.begin_next(run, number) {
            // One ended, so there is room for one: this cannot be reached while limits do not shrink.
            run.fact(owner, FactKind::Incident { message });
        }
    }

    /// Behind the block: with all of its elements done, or with enough.
    fn pass(&self, run: &mut Run<'_>, number: u32) {
        let step = run.step_of_group(number);
        for place in self.joined.pass(run, number, self.end) {
            run.out.facts.push(Fact {
                step: step.clone(),
                round: place + 1,
                kind: FactKind::BranchWithdrawn,
            });
        }
    }

    fn listen(&self, run: &mut Run<'_>, token: u32, number: u32) {
        let Some(more) = &self.more else { return };
        let mut listen = |message: &String| {
            let wait = run.number();
            run.effect(Effect::Listen {
                wait,
                message: message.clone(),
            });
            let listening = Listening {
                token,
                group: Some(number),
                step: run.step_of(token).unwrap_or_else(|| Id::new("")),
                message: message.clone(),
                signal: None,
                since: run.clock.at,
                moments: Vec::new(),
                rungs_done: 0,
                timer: None,
            };
            run.state.listening.insert(wait, listening);
            wait
        };
        let (more, closes) = (Some(listen(&more.message)), more.until.as_ref().map(&mut listen));
        if let Some(group) = run.state.groups.get_mut(&number) {
            group.more = more;
            group.closes = closes;
        }
    }
}

/// What a message brings to a `for_each` that waits for it: one more element, or nothing where it says that no more come.
pub(crate) type Brought = (u32, Option<Value>);

/// The waits of this run for more elements that want this message.
pub(crate) fn wanting(run: &Run<'_>, name: &str, body: &Context) -> Vec<Brought> {
    let listening = run.state.listening.iter();
    let listening = listening.filter(|(_, one)| one.group.is_some() && one.message == name);
    let wants = listening.filter_map(|(wait, one)| {
        let number = one.group?;
        let group = run.state.groups.get(&number)?;
        let more = op_of(run, number)?.more.as_ref()?;
        if !run.message_fits(one.token, more.condition.as_ref(), body) {
            return None;
        }
        if group.closes == Some(*wait) {
            return Some((*wait, None));
        }
        let element = match &more.value {
            Some(value) => run.of_message(one.token, value, body).ok()?,
            None => Value::Context(Arc::new(body.clone())),
        };
        // Nothing is no element.
        (!matches!(element, Value::Null)).then_some((*wait, Some(element)))
    });
    wants.collect()
}

/// Refused as a whole where the run cannot take so many.
pub(crate) fn room_for_more(run: &Run<'_>, name: &str, brought: &[Brought]) -> Result<(), Refusal> {
    let refused = |field| Err(Refusal::Answers { fields: vec![field] });
    let bytes: u64 = brought.iter().flat_map(|(_, element)| element).map(weight_bytes).sum();
    if !run.has_room(2 * bytes) {
        return refused(forms::too_large(name));
    }
    if run.state.tokens.len() + brought.len() > TOKENS_MAX {
        let en = format!("{TOKENS_MAX} branches and elements are in work already");
        let zh = format!("已有 {TOKENS_MAX} 个分支和元素在处理");
        return refused(FieldRefusal::new(name, "too-many", &en, &zh));
    }
    let is_full = |wait: &u32| {
        let group = run.state.listening.get(wait).and_then(|one| one.group);
        let group = group.and_then(|group| run.state.groups.get(&group));
        group.is_some_and(|group| group.elements.len() >= ELEMENTS_MAX)
    };
    if brought.iter().any(|(wait, element)| element.is_some() && is_full(wait)) {
        let en = format!("there are {ELEMENTS_MAX} elements already");
        let zh = format!("已经有 {ELEMENTS_MAX} 个元素");
        return refused(FieldRefusal::new(name, "too-many", &en, &zh));
    }
    Ok(())
}

/// One more element has come, or it was said that no more come.
pub(crate) fn came(run: &mut Run<'_>, wait: u32, element: Option<Value>) {
    let number = run.state.listening.get(&wait).and_then(|listening| listening.group);
    let Some((number, op)) = number.and_then(|number| Some((number, op_of(run, number)?))) else {
        return;
    };
    let Some(owner) = run.state.groups.get(&number).map(|group| group.owner) else {
        return;
    };
    let Some(element) = element else {
        run.no_more(number);
        run.fact(owner, FactKind::NoMoreElements);
        if run.state.groups.get(&number).is_some_and(Group::is_done) {
            op.pass(run, number);
        }
        return;
    };
    let told: Json = crate::formula::told_short(&element);
    run.fact(owner, FactKind::ElementAdded { element: told });
    run.heavier(&element);
    let Some(group) = run.state.groups.get_mut(&number) else {
        return;
    };
    group.elements.push(element);
    if group.running < op.at_once
        && let Err(Trouble(message)) = op.begin_next(run, number)
    {
        // There was room for it when the message was taken: this cannot be reached.
        run.fact(owner, FactKind::Incident { message });
    }
}

fn op_of<'a>(run: &Run<'a>, group: u32) -> Option<&'a Op> {
    match &run.program.op(run.op_of_group(group)?)?.op {
        super::Op::ForEach(op) => Some(op),
        _ => None,
    }
}

/// A block under way listens for what brings elements in the version to which the run went over.
pub(crate) fn listen_again(run: &mut Run<'_>, was: &Op, number: u32) {
    let (Some(is), Some(group)) = (op_of(run, number), run.state.groups.get(&number)) else {
        return;
    };
    let names = |op: &Op| op.more.as_ref().map(|more| (more.message.clone(), more.until.clone()));
    if names(was) == names(is) || (was.more.is_some() && group.more.is_none()) || group.going_on.is_some() {
        return;
    }
    let owner = group.owner;
    run.no_more(number);
    is.listen(run, owner, number);
    if run.state.groups.get(&number).is_some_and(Group::is_done) {
        is.pass(run, number);
    }
}

impl Run<'_> {
    /// No more elements are waited for.
    pub(crate) fn no_more(&mut self, group: u32) {
        let Some(group) = self.state.groups.get_mut(&group) else {
            return;
        };
        for wait in [group.more.take(), group.closes.take()].into_iter().flatten() {
            self.stop_listening(wait);
        }
    }
}
