//! A run goes over to another version of its app, and back as long as it has not moved on.
//!
//! Everything is matched by id: tokens by their step and by what they wait for, rounds by their `repeat`, branches and
//! elements by their step, values by their name. What is open stays open under its number wherever the new version asks
//! for the same kind of thing; what it does not is closed, and begun anew where the [`Plan`] says so. A run that cannot
//! go over is left as it is, with every reason ([`WhyNot`]) at once.

mod places;
mod values;
mod waits;
mod why_not;

use std::collections::{BTreeMap, BTreeSet};
use std::mem::discriminant;

use language::model::Id;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::clock::Clock;
use crate::interpret::{Run, has_ended};
use crate::program::{Around, Program};
use crate::state::{Former, RunState, Token, Wait};
use crate::steps::{Op, flow};
use crate::{Advance, Effect, Event, EventKind, Fact, FactKind, Refusal, limits};
use places::Places;
pub use why_not::WhyNot;

/// What someone decides about runs that cannot simply go on where they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Where a run goes that stands at a step of the old version: to the step of the new one. Of the same kind, it is
    /// the old step under another name, and what is open stays open; of another kind, it is begun. A step that goes to
    /// itself is begun anew.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub map: BTreeMap<Id, Id>,
    /// Values that the new version reads as something else, and steps that it does not take back any more: left behind
    /// all the same, and told in the timeline.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub leave: BTreeSet<String>,
}

impl Plan {
    pub fn is_empty(&self) -> bool {
        self.map.is_empty() && self.leave.is_empty()
    }

    /// What a step of the old version is called in the new one.
    fn step(&self, id: &Id) -> Id {
        self.map.get(id).unwrap_or(id).clone()
    }
}

/// Moves `state` by an [`EventKind::Migrated`] from one version of its app to another. On a refusal it is as it was.
pub fn migrate(old: &Program, new: &Program, state: &mut RunState, event: &Event) -> Result<Advance, Refusal> {
    let EventKind::Migrated {
        from_version,
        to_version,
        plan,
        drafts,
        ..
    } = &event.kind
    else {
        return Err(Refusal::OutOfPlace);
    };
    if has_ended(state.status) {
        return Err(Refusal::RunEnded);
    }
    if state.header.is_none() || state.asked.is_some() {
        return Err(Refusal::OutOfPlace);
    }
    let clock = Clock {
        at: event.at,
        zone: event.zone,
    };
    if state.rewinding.is_some() {
        return Err(Refusal::CannotMigrate {
            why: vec![WhyNot::OnItsWayBack],
        });
    }
    let (mut mapped, out, left) = Mapper::new(old, new, plan).map(state, clock)?;
    let kind = FactKind::Migrated {
        from_version: *from_version,
        to_version: *to_version,
        left,
        drafts: drafts.clone(),
    };
    if let Some(header) = &mut mapped.header {
        header.begun_with.get_or_insert(*from_version);
    }
    let mut advance = Advance {
        effects: out.effects,
        facts: std::iter::once(Fact {
            step: None,
            round: 0,
            kind,
        })
        .chain(out.facts)
        .collect(),
    };
    let mut run = Run::new(new, &mut mapped, clock);
    // A run that is held back stays so.
    run.rests = state.could_go_on();
    waits::settle(&mut run, old, state).map_err(|why| Refusal::CannotMigrate { why })?;
    let moved = run.drive();
    let troubles = new_troubles(state, &mapped);
    if !troubles.is_empty() {
        return Err(Refusal::CannotMigrate { why: troubles });
    }
    advance.effects.extend(moved.effects);
    advance.facts.extend(moved.facts);
    mapped.weight_bytes = mapped.weigh();
    if advance.effects.iter().all(can_be_undone) && state.weight_bytes <= limits::FORMER_BYTES_MAX {
        let mut former = state.clone();
        former.former = None;
        mapped.former = Some(Box::new(Former {
            version: *from_version,
            state: former,
        }));
    }
    *state = mapped;
    Ok(advance)
}

/// Why a run could not go over with this plan; nothing is changed. `Ok` tells whether it could go back afterwards.
pub fn can_migrate(old: &Program, new: &Program, state: &RunState, event: &Event) -> Result<bool, Refusal> {
    let mut tried = state.clone();
    migrate(old, new, &mut tried, event)?;
    Ok(tried.former.is_some())
}

/// Puts back what a migration has changed, when nothing has happened since.
pub(crate) fn undo(state: &mut RunState, to_version: u32) -> Result<Advance, Refusal> {
    let former = state.former.take_if(|former| former.version == to_version);
    let Some(former) = former else {
        return Err(Refusal::MovedOn);
    };
    let mut before = former.state;
    let mut effects = Vec::new();
    waits::reopen(state, &before, &mut effects);
    // A number is never given twice, whatever was taken back.
    before.last_number = before.last_number.max(state.last_number);
    before.weight_bytes = before.weigh();
    *state = before;
    let facts = vec![Fact {
        step: None,
        round: 0,
        kind: FactKind::MigrationUndone { to_version },
    }];
    Ok(Advance { effects, facts })
}

/// Tasks that were closed and asked anew when a run went over by this plan, or went back (`None`): the number before and
/// after. A draft goes with them.
pub fn asked_anew(before: &RunState, after: &RunState, plan: Option<&Plan>) -> Vec<(u32, u32)> {
    let task = |state: &RunState, token: u32| match state.tokens.get(&token)?.wait {
        Wait::Task(task) => Some((task, state.tasks.get(&task)?.spec.step.clone())),
        _ => None,
    };
    let tokens = before.tokens.keys();
    tokens
        .filter_map(|token| Some((task(before, *token)?, task(after, *token)?)))
        .filter(|((_, was), (_, is))| plan.is_none_or(|plan| plan.step(was) == *is))
        .map(|((before, _), (after, _))| (before, after))
        .filter(|(before, after)| before != after)
        .collect()
}

/// What has been typed into a form of the old version that the new one does not ask, or asks as something else.
pub fn left_of_draft(
    old: &Program,
    new: &Program,
    plan: &Plan,
    step: &Id,
    draft: &Map<String, Json>,
) -> Map<String, Json> {
    let places = (Places::of(old), Places::of(new));
    let form = |program, places: &Places, step: &Id| waits::form_at(program, places.body(step)?);
    let before = form(old, &places.0, step);
    let Some(after) = form(new, &places.1, &plan.step(step)) else {
        return draft.clone();
    };
    let is_left = |name: &str| match after.fields.iter().find(|field| field.id.as_str() == name) {
        None => true,
        Some(field) => {
            let known = before.and_then(|form| form.fields.iter().find(|known| known.id == field.id));
            known.is_some_and(|known| !values::same_answer(known, field))
        }
    };
    let left = draft.iter().filter(|(name, _)| is_left(name));
    left.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// What leaves the run's own house cannot be taken back.
fn can_be_undone(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::OpenTask(_)
            | Effect::UpdateTask(_)
            | Effect::CloseTask { .. }
            | Effect::SetTimer { .. }
            | Effect::ClearTimer { .. }
            | Effect::Listen { .. }
            | Effect::Watch { .. }
            | Effect::StopListening { .. }
    )
}

/// Places at which the run stops now and did not before.
fn new_troubles(before: &RunState, after: &RunState) -> Vec<WhyNot> {
    let stopped = |state: &RunState, token: &u32| {
        let token = state.tokens.get(token);
        token.is_some_and(|token| matches!(token.wait, Wait::Repair { .. }))
    };
    let tokens = after.tokens.iter().filter(|(token, _)| !stopped(before, token));
    tokens
        .filter_map(|(_, token)| match &token.wait {
            Wait::Repair { step, message } => Some(WhyNot::Stops {
                step: step.clone(),
                message: message.clone(),
            }),
            _ => None,
        })
        .collect()
}

/// One run on its way from one program to another.
struct Mapper<'p> {
    old: &'p Program,
    new: &'p Program,
    plan: &'p Plan,
    old_places: Places,
    new_places: Places,
    why: Vec<WhyNot>,
}

impl<'p> Mapper<'p> {
    fn new(old: &'p Program, new: &'p Program, plan: &'p Plan) -> Mapper<'p> {
        let (old_places, new_places) = (Places::of(old), Places::of(new));
        let wrong = plan.map.iter();
        let wrong = wrong.filter(|(from, to)| old_places.body(from).is_none() || new_places.body(to).is_none());
        let why = wrong
            .map(|(from, to)| WhyNot::PlanWrong {
                from: from.clone(),
                to: to.clone(),
            })
            .collect();
        Mapper {
            old,
            new,
            plan,
            old_places,
            new_places,
            why,
        }
    }

    /// The state as the new program has it, what was closed for it, and the values that were left behind.
    fn map(mut self, state: &RunState, clock: Clock) -> Result<(RunState, Advance, Map<String, Json>), Refusal> {
        let mut closed = state.clone();
        let anew: BTreeMap<u32, u32> = state
            .tokens
            .iter()
            .filter_map(|(number, token)| Some((*number, self.anew(state, token)?)))
            .collect();
        let mut run = Run::new(self.old, &mut closed, clock);
        for number in anew.keys() {
            run.let_go(*number);
            if let Some(token) = run.state.tokens.get_mut(number) {
                token.wait = Wait::Ready;
            }
        }
        let out = run.out;
        let mut left = Map::new();
        let mapped = self.state(&closed, &anew, &mut left);
        if self.why.is_empty() {
            Ok((mapped, out, left))
        } else {
            self.why.dedup();
            self.why.truncate(limits::WHY_NOT_MAX);
            Err(Refusal::CannotMigrate { why: self.why })
        }
    }

    /// Where a token goes whose step is begun: the plan says so, or the new form asks something else by the same name.
    fn anew(&self, state: &RunState, token: &Token) -> Option<u32> {
        let placed = self.old.op(token.at)?;
        let step = placed.step.as_ref()?;
        let renamed = self.plan.step(step);
        if self.plan.map.contains_key(step) {
            let body = self.new_places.body(&renamed).and_then(|at| self.new.op(at));
            let same_kind = body.is_some_and(|body| discriminant(&body.op) == discriminant(&placed.op));
            if renamed == *step || (!same_kind && !is_stopped(&token.wait)) {
                return self.new_places.start(&renamed);
            }
        }
        let Wait::Task(task) = token.wait else { return None };
        let before = waits::form_at(self.old, token.at)?;
        let at = self.new_places.body(&renamed)?;
        let after = waits::form_at(self.new, at)?;
        state.tasks.get(&task)?;
        (!values::same_answers(&before.fields, &after.fields)).then_some(at)
    }

    /// Where a token is in the new program that goes on as it is.
    fn target(&mut self, token: &Token) -> Option<u32> {
        let Some(placed) = self.old.op(token.at) else {
            self.why.push(WhyNot::StepGone { step: Id::new("") });
            return None;
        };
        let step = placed.step.clone().unwrap_or_else(|| Id::new(""));
        let renamed = self.plan.step(&step);
        let key = self.old_places.key(token.at);
        let found = self.new_places.at(&renamed, key);
        if is_stopped(&token.wait) {
            let at = found.or_else(|| self.new_places.body(&renamed));
            if at.is_none() {
                self.why.push(WhyNot::StepGone { step });
            }
            return at;
        }
        let is = found.and_then(|at| self.new.op(at)).map(|placed| &placed.op);
        let same_kind = match (is, &placed.op) {
            (Some(Op::Wait(_) | Op::WaitUntil(_)), Op::Wait(_) | Op::WaitUntil(_)) => true,
            (Some(is), was) => discriminant(is) == discriminant(was),
            (None, _) => false,
        };
        match self.new_places.body(&renamed) {
            _ if same_kind => found,
            None => {
                self.why.push(WhyNot::StepGone { step });
                None
            }
            Some(_) => {
                let word = |program: &Program, id: &Id| places::word(program, id);
                self.why.push(WhyNot::KindChanged {
                    was: word(self.old, &step),
                    is: word(self.new, &renamed),
                    step,
                });
                None
            }
        }
    }

    fn state(&mut self, state: &RunState, anew: &BTreeMap<u32, u32>, left: &mut Map<String, Json>) -> RunState {
        let mut mapped = state.clone();
        mapped.former = None;
        let places: BTreeMap<u32, u32> = state
            .tokens
            .iter()
            .filter_map(|(number, token)| {
                let at = match anew.get(number) {
                    Some(at) => Some(*at),
                    None => self.target(token),
                };
                Some((*number, at?))
            })
            .collect();
        for (number, token) in &mut mapped.tokens {
            let Some(at) = places.get(number) else { continue };
            token.tries = self.tries(&token.tries);
            self.nested(state, *at, &places, token);
            if !self.still_waits(&token.wait, *at) {
                token.wait = Wait::Ready;
            }
            token.at = *at;
        }
        mapped.frames = self.frames(state, left);
        self.blocks_left_behind(&mut mapped);
        self.names(&mut mapped);
        self.undo(&mut mapped, left);
        mapped.answered = self.answered(state);
        mapped.weight_bytes = mapped.weigh();
        mapped
    }

    fn tries(&self, tries: &BTreeMap<u32, u32>) -> BTreeMap<u32, u32> {
        let map = |handler: &u32| {
            let step = self.plan.step(&self.old.handler(*handler)?.step);
            let place = self.new.handlers().iter().position(|known| known.step == step)?;
            u32::try_from(place).ok()
        };
        tries
            .iter()
            .filter_map(|(handler, count)| Some((map(handler)?, *count)))
            .collect()
    }

    /// What is around the token must be what is around its new place: branches and elements are never begun or left by
    /// a migration. Loops may be: a new one is in its first round.
    fn nested(&mut self, state: &RunState, at: u32, places: &BTreeMap<u32, u32>, token: &mut Token) {
        let (old, new) = (self.old, self.new);
        let step = places::step_of(old, token.at);
        let (was_outside, was_rounds) = places::split(old.around(token.at));
        let (outside, rounds) = places::split(new.around(at));
        let group = token.group.and_then(|group| state.groups.get(&group));
        let fits = match group {
            Some(group) => {
                // Where the block cannot go, that is said of it.
                let block = match group.going_on {
                    Some(block) => self.block(block),
                    None => places.get(&group.owner).copied(),
                };
                let Some(owner) = block else { return };
                let Some(Around::Apart(group, branch)) = was_outside.last() else {
                    return self.why.push(WhyNot::StepGone { step });
                };
                let group = self.plan.step(group);
                if let (Some(branch), Some(Op::Together(op))) = (branch, new.op(owner).map(|placed| &placed.op)) {
                    match op.branches.iter().position(|(id, _)| id == branch) {
                        Some(place) => token.place = place as u32,
                        None => {
                            let branch = branch.clone();
                            return self.why.push(WhyNot::BranchGone { step: group, branch });
                        }
                    }
                }
                let part = Around::Apart(group, branch.clone());
                new.around(owner).iter().chain([&part]).eq(outside)
            }
            None => match (was_outside.last(), outside.last()) {
                (None, None) => true,
                (Some(Around::Undo(was)), Some(Around::Undo(is))) => self.plan.step(was) == *is,
                _ => false,
            },
        };
        if !fits {
            let around = outside.last().or_else(|| was_outside.last());
            let around = around.map_or_else(|| Id::new(""), |around| around.step().clone());
            return self.why.push(WhyNot::Elsewhere { step, around });
        }
        let of_loops = |around: &&Around| matches!(around, Around::Round(_));
        let loops = was_rounds.iter().filter(of_loops);
        let loops: Vec<Id> = loops.map(|around| self.plan.step(around.step())).collect();
        if token.rounds.len() == loops.len() {
            let round = |id: &Id| {
                let place = loops.iter().position(|was| was == id);
                place.and_then(|place| token.rounds.get(place)).copied().unwrap_or(1)
            };
            let is = rounds.iter().filter(of_loops);
            token.rounds = is.map(|around| round(around.step())).collect();
        }
        let names = rounds.iter().filter_map(|around| match around {
            Around::Alone(_, name) => Some(name.clone()),
            _ => None,
        });
        // Whoever is in a step stays in it, also where it is alone with something only now.
        token.alone = names.collect();
    }

    /// Where a block is whose rest goes on.
    fn block(&self, at: u32) -> Option<u32> {
        let step = self.plan.step(&places::step_of(self.old, at));
        let found = self.new_places.at(&step, self.old_places.key(at))?;
        let same_kind = discriminant(&self.old.op(at)?.op) == discriminant(&self.new.op(found)?.op);
        same_kind.then_some(found)
    }

    fn blocks_left_behind(&mut self, mapped: &mut RunState) {
        for group in mapped.groups.values_mut() {
            let Some(at) = group.going_on else { continue };
            group.going_on = self.block(at);
            if group.going_on.is_none() {
                let step = places::step_of(self.old, at);
                self.why.push(WhyNot::StepGone { step });
            }
        }
    }

    /// Whether what is waited for, where nothing is open, is still waited for there.
    fn still_waits(&self, wait: &Wait, at: u32) -> bool {
        let op = self.new.op(at).map(|placed| &placed.op);
        match wait {
            Wait::Turn { name, .. } => matches!(op, Some(Op::Flow(flow::Op::Alone { name: is })) if is == name),
            Wait::While { .. } => matches!(op, Some(Op::Form(form)) if form.while_.is_some()),
            _ => true,
        }
    }

    /// Ids inside of what is open.
    fn names(&self, mapped: &mut RunState) {
        let renamed = |step: &mut Id| *step = self.plan.step(step);
        mapped.tasks.values_mut().for_each(|task| renamed(&mut task.spec.step));
        mapped.timers.values_mut().for_each(|timer| renamed(&mut timer.step));
        mapped
            .listening
            .values_mut()
            .for_each(|listening| renamed(&mut listening.step));
        mapped.calls.values_mut().for_each(|call| renamed(&mut call.step));
        mapped.asks.values_mut().for_each(|ask| renamed(&mut ask.step));
        for token in mapped.tokens.values_mut() {
            match &mut token.wait {
                Wait::Repair { step, .. }
                | Wait::Rest { step, .. }
                | Wait::Turn { step, .. }
                | Wait::While { step } => renamed(step),
                _ => {}
            }
        }
        if let Some(undoing) = mapped.ending.as_mut().and_then(|ending| ending.undoing.as_mut()) {
            renamed(undoing);
        }
    }

    /// What would be taken back must still say how.
    fn undo(&mut self, mapped: &mut RunState, left: &mut Map<String, Json>) {
        let all = std::mem::take(&mut mapped.undo);
        for mut undo in all {
            let Some(block) = self.old.undo(undo.block) else {
                continue;
            };
            let step = self.plan.step(&block.step);
            match self.new.undos().iter().position(|known| known.step == step) {
                Some(place) => {
                    undo.block = place as u32;
                    mapped.undo.push(undo);
                }
                None if self.plan.leave.contains(block.step.as_str()) => {
                    left.insert(format!("{}.undo", block.step), Json::Null);
                    mapped.frames.remove(&undo.frame);
                }
                None => self.why.push(WhyNot::UndoGone {
                    step: block.step.clone(),
                }),
            }
        }
    }

    /// Who answered, also for steps that nobody has asked about before.
    fn answered(&self, state: &RunState) -> BTreeMap<Id, Vec<String>> {
        let known = state.answered.iter();
        let mut answered: BTreeMap<Id, Vec<String>> = known
            .map(|(step, people)| (self.plan.step(step), people.clone()))
            .collect();
        for step in &self.new.watched {
            let was = self
                .plan
                .map
                .iter()
                .find(|(_, to)| *to == step)
                .map_or(step, |(from, _)| from);
            if self.old.watched.contains(was) {
                continue;
            }
            let people = values::people_of(self.old, state, was);
            if !people.is_empty() {
                answered.entry(step.clone()).or_insert(people);
            }
        }
        answered
    }
}

/// Nothing of it is open: it is only known where it goes on.
fn is_stopped(wait: &Wait) -> bool {
    match wait {
        Wait::Ready
        | Wait::Retry { .. }
        | Wait::Repair { .. }
        | Wait::Rest { .. }
        | Wait::Turn { .. }
        | Wait::While { .. } => true,
        Wait::Task(_)
        | Wait::Timer(_)
        | Wait::Message(_)
        | Wait::Call(_)
        | Wait::Ask(_)
        | Wait::Query(_)
        | Wait::Group(_) => false,
    }
}
