//! `form`: asks people.

use std::sync::Arc;

use language::fields::Asks;
use language::model::{Computed, Field, Id, Party, Step, Stretch, Text};
use language::steps::{Button, Form, Handling};

use crate::formula::{BoundFormula, BoundParty, BoundText, Names, told};
use crate::interpret::{Next, Run, Trouble};
use crate::ladder::Ladder;
use crate::program::Compiler;
use crate::slots::{Declaring, ROUNDS};
use crate::state::{Purpose, Task, Wait};
use crate::{Assignee, Effect, FactKind, TaskSpec, people, tasks};

#[derive(Debug)]
pub(crate) struct Op {
    pub(crate) step: Id,
    pub(crate) fields: Arc<[Field]>,
    pub(crate) buttons: Vec<Button>,
    pub(crate) slots: FormSlots,
    pub(crate) not_by: Vec<Id>,
    /// Given back when whoever has it does nothing for so long.
    pub(crate) lease: Option<Stretch>,
    pub(crate) ladder: Option<Ladder>,
    /// It is asked only as long as this holds.
    pub(crate) while_: Option<BoundFormula>,
    /// What the formulas of the form read from outside of it.
    pub(crate) context: Names,
    title: BoundText,
    to: Option<BoundParty>,
    pub(crate) handling: Box<Handling>,
    at: Vec<Id>,
    sign: Option<BoundText>,
    show: Vec<(BoundText, BoundFormula)>,
}

/// Where a form's answers go.
#[derive(Debug)]
pub(crate) struct FormSlots {
    pub(crate) fields: Vec<(Id, u32)>,
    pub(crate) answered_by: Option<u32>,
    pub(crate) answered_at: Option<u32>,
    pub(crate) signed_by: Option<u32>,
    pub(crate) signed_at: Option<u32>,
    pub(crate) rounds: Option<u32>,
}

fn asks(field: &&Field) -> bool {
    field.kind.asks() != Asks::Nobody
}

pub(super) fn declare(kind: &Form, step: &Step, _number: u32, d: &mut Declaring) {
    for field in kind.fields.iter().filter(asks) {
        d.field(&step.id, &field.id);
    }
    for member in ["answered_by", "answered_at", "signed_by", "signed_at"] {
        if kind.sign.is_some() || member.starts_with("answered") {
            let slot = d.member(&step.id, &member.into(), false);
            d.answer(slot);
        }
    }
    d.rounds(&step.id);
}

pub(super) fn compile(kind: &Form, step: &Step, _number: u32, c: &mut Compiler<'_>) {
    kind.not_by.iter().for_each(|other| c.watch(other));
    kind.handling.same_as.iter().for_each(|other| c.watch_last(other));
    let form = Op {
        step: step.id.clone(),
        fields: kind.fields.clone().into(),
        buttons: kind.buttons.clone(),
        slots: slots_of(kind, step, c),
        not_by: kind.not_by.clone(),
        lease: kind.handling.lease,
        handling: Box::new(kind.handling.clone()),
        ladder: kind.deadline.as_ref().map(|deadline| Ladder::compile(deadline, c)),
        while_: kind.while_.as_ref().map(|condition| c.formula(&condition.value)),
        context: context_of(kind, c),
        title: c.text(&step.title),
        // Who is here is asked anyway, and everybody where nobody is.
        to: kind
            .to
            .as_ref()
            .filter(|party| **party != Party::Here)
            .map(|party| c.party(party)),
        at: kind.at.clone(),
        sign: kind.sign.as_ref().map(|meaning| c.text(meaning)),
        show: kind
            .show
            .iter()
            .map(|formula| (c.label_of(&formula.value), c.formula(&formula.value)))
            .collect(),
    };
    c.emit(super::Op::Form(form));
}

fn slots_of(kind: &Form, step: &Step, c: &Compiler<'_>) -> FormSlots {
    let member = |name: &str| c.slots.member(&step.id, name);
    // A field of that name is the author's own word and is not overwritten.
    let own = |name: &str| member(name).filter(|_| !kind.fields.iter().any(|field| field.id.as_str() == name));
    FormSlots {
        fields: kind
            .fields
            .iter()
            .filter(asks)
            .filter_map(|field| Some((field.id.clone(), member(field.id.as_str())?)))
            .collect(),
        answered_by: own("answered_by"),
        answered_at: own("answered_at"),
        signed_by: own("signed_by"),
        signed_at: own("signed_at"),
        rounds: own(ROUNDS),
    }
}

/// The names that the form's formulas and sentences read from outside of the form.
fn context_of(kind: &Form, c: &Compiler<'_>) -> Names {
    let mut paths = Vec::new();
    read(&kind.fields, &mut paths);
    let binder = c.binder();
    // Elements, inputs and values come before the form's own fields, as everywhere.
    let own = |path: &Vec<Arc<str>>| {
        let name = path.first();
        let field = kind.fields.iter().any(|field| Some(&field.id.0) == name);
        let before = binder.elements.iter().any(|(element, _)| Some(&element.0) == name);
        field && !before && name.is_some_and(|name| c.slots.shared(&Id(name.clone())).is_none())
    };
    binder.names(paths.iter().filter(|path| !own(path)).map(Vec::as_slice))
}

/// The names that the formulas and sentences of these fields read.
fn read(fields: &[Field], paths: &mut Vec<Vec<Arc<str>>>) {
    for field in fields {
        let mut sentence = |text: &Text| {
            for template in std::iter::once(&text.default).chain(text.by_language.values()) {
                paths.extend(template.references().into_iter().map(|reference| reference.path));
            }
        };
        sentence(&field.title);
        field.hint.iter().for_each(&mut sentence);
        field.kind.sentences().into_iter().for_each(&mut sentence);
        let objections = || [&field.warn_if, &field.refuse_if].into_iter().flatten();
        objections()
            .filter_map(|objection| objection.message.as_ref())
            .for_each(&mut sentence);
        if !field.kind.below().is_empty() {
            let mut below = Vec::new();
            read(field.kind.below(), &mut below);
            // A column's own row comes before everything.
            let own = |path: &Vec<Arc<str>>| {
                let mut columns = field.kind.below().iter();
                columns.any(|column| path.first() == Some(&column.id.0))
            };
            below.retain(|path| !own(path));
            paths.append(&mut below);
        }
        let conditions = objections().map(|objection| &objection.condition).chain(&field.show_if);
        let mut own: Vec<_> = conditions.map(|condition| condition.value.references()).collect();
        own.extend(field.kind.formulas().into_iter().map(|formula| formula.references()));
        let formulas = [
            Some(own.into_iter().flatten().collect()),
            match &field.default {
                Some(Computed::Formula(formula)) => Some(formula.value.references()),
                Some(Computed::Text(template)) => Some(template.references()),
                Some(Computed::Literal(_)) | None => None,
            },
        ];
        paths.extend(formulas.into_iter().flatten().flatten().map(|reference| reference.path));
    }
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        if let Some(condition) = &self.while_
            && !run.decide(token, condition, ["ask", "wait"])?
        {
            return Ok(Next::Wait(Wait::While {
                step: self.step.clone(),
            }));
        }
        let to = self.assignee(run, token)?;
        let show = self.shown(run, token)?;
        let opened_at = run.clock.at;
        let moments = match &self.ladder {
            Some(ladder) => ladder.moments(run, token)?,
            None => Vec::new(),
        };
        let number = run.number();
        let not_by = self.people_excluded(run);
        let holder = people::first_holder(run.state, self, &to, &not_by);
        let spec = Box::new(TaskSpec {
            task: number,
            step: self.step.clone(),
            title: run.texts(token, &self.title),
            to: to.clone(),
            at: self.at.clone(),
            opened_at,
            due_at: self.ladder.as_ref().map(|ladder| ladder.due_at(opened_at, &moments)),
            late: false,
            reserved_by: holder.as_ref().map(|(person, _)| person.clone()),
            not_by,
            sign: self.sign.as_ref().map(|meaning| run.text(token, meaning)),
            show,
            context: tasks::context(run, token, self),
            round: run.round(token).max(1),
            handling: people::Handling {
                started: holder.as_ref().is_some_and(|(_, started)| *started),
                skills: self.handling.skills.iter().map(Id::to_string).collect(),
                give: self.handling.give,
                skippable: self.handling.skippable,
                private: self.handling.private,
                ..people::Handling::default()
            },
        });
        spec.context.values().for_each(|value| run.heavier(value));
        run.effect(Effect::OpenTask(spec.clone()));
        let ladder = self.ladder.as_ref();
        let timer =
            ladder.and_then(|ladder| ladder.set_next(run, token, (opened_at, &moments), 0, Purpose::Task(number)));
        run.state.tasks.insert(
            number,
            Task {
                token,
                spec,
                moments,
                rungs_done: 0,
                timer,
                lease: None,
                wakes: None,
            },
        );
        run.fact(token, FactKind::TaskOpened { task: number, to });
        match holder {
            Some((person, _)) => {
                run.fact(token, FactKind::TaskClaimed { task: number, person });
                people::begin_lease(run, number, token, opened_at);
            }
            None if self.handling.give.is_choice() => {
                let give = self.handling.give;
                run.effect(Effect::GiveOut { task: number, give });
            }
            None => {}
        }
        Ok(Next::Wait(Wait::Task(number)))
    }

    /// Brings an open task up to date that `was` has asked. It stays with whoever has it, unless others are asked now.
    pub(crate) fn ask_again(&self, run: &mut Run<'_>, number: u32, was: &Op) -> Result<(), Trouble> {
        let Some(token) = run.state.tasks.get(&number).map(|task| task.token) else {
            return Ok(());
        };
        let same_people = match (&was.to, &self.to) {
            (Some(was), Some(is)) => was.is_same(is),
            (None, None) => was.at.is_empty() == self.at.is_empty(),
            _ => false,
        };
        let to = match same_people {
            true => None,
            false => Some(self.assignee(run, token)?),
        };
        let same_show = was.show.len() == self.show.len()
            && was
                .show
                .iter()
                .zip(&self.show)
                .all(|((label, formula), (other_label, other))| {
                    label.is_same(other_label) && formula.formula.source() == other.formula.source()
                });
        // What the form was opened with stays, as far as the new one reads it.
        let show = if same_show { None } else { Some(self.shown(run, token)?) };
        let title = (!was.title.is_same(&self.title)).then(|| run.texts(token, &self.title));
        let same_sign = match (&was.sign, &self.sign) {
            (Some(was), Some(is)) => was.is_same(is),
            (was, is) => was.is_some() == is.is_some(),
        };
        let sign = (!same_sign).then(|| self.sign.as_ref().map(|meaning| run.text(token, meaning)));
        let not_by = (was.not_by != self.not_by).then(|| self.people_excluded(run));
        let mut context = tasks::context(run, token, self);
        let round = run.round(token).max(1);
        if let Some(task) = run.state.tasks.get_mut(&number) {
            let spec = &mut task.spec;
            if let Some(to) = to.filter(|to| *to != spec.to) {
                spec.to = to;
                spec.reserved_by = None;
            }
            if let Some(not_by) = not_by {
                if spec.reserved_by.as_ref().is_some_and(|person| not_by.contains(person)) {
                    spec.reserved_by = None;
                }
                spec.not_by = not_by;
            }
            for (name, value) in &spec.context {
                if let Some(known) = context.get_mut(name) {
                    known.clone_from(value);
                }
            }
            spec.context = context;
            spec.title = title.unwrap_or_else(|| std::mem::take(&mut spec.title));
            spec.show = show.unwrap_or_else(|| std::mem::take(&mut spec.show));
            spec.sign = sign.unwrap_or_else(|| spec.sign.take());
            spec.at.clone_from(&self.at);
            spec.round = round;
        }
        // Nobody has it any more who could be too slow.
        let lease = run
            .state
            .tasks
            .get_mut(&number)
            .filter(|task| task.spec.reserved_by.is_none());
        let lease = lease.and_then(|task| task.lease.take());
        run.clear_timer(lease.map(|lease| lease.timer));
        Ok(())
    }

    /// What is shown above the fields.
    pub(crate) fn shown(&self, run: &Run<'_>, token: u32) -> Result<Vec<(String, serde_json::Value)>, Trouble> {
        let mut show = Vec::with_capacity(self.show.len());
        for (label, formula) in &self.show {
            show.push((run.text(token, label), told(&run.evaluate(token, formula)?)));
        }
        Ok(show)
    }

    /// Without `to`: whoever is at the run's station; where the form names stations of its own, everyone there.
    fn assignee(&self, run: &Run<'_>, token: u32) -> Result<Assignee, Trouble> {
        if let Some(to) = &self.to {
            let mut named = run.parties(token, to)?;
            return Ok(match (named.len(), to) {
                (0, _) => Assignee::Everyone,
                (2.., BoundParty::Several(_)) => Assignee::Several(named),
                _ => named.swap_remove(0),
            });
        }
        // Where only the one who did an earlier step is named, it is theirs.
        let familiar = people::first_holder(run.state, self, &Assignee::Everyone, &self.people_excluded(run));
        if let Some((person, _)) = familiar {
            return Ok(Assignee::Person(person));
        }
        let station = run.state.header.as_ref().and_then(|header| header.station.as_ref());
        Ok(match station {
            Some(station) if self.at.is_empty() => Assignee::Station(station.to_string()),
            _ => Assignee::Everyone,
        })
    }

    pub(crate) fn people_excluded(&self, run: &Run<'_>) -> Vec<String> {
        let mut people: Vec<String> = Vec::new();
        for person in self
            .not_by
            .iter()
            .filter_map(|step| run.state.answered.get(step))
            .flatten()
        {
            if !people.contains(person) {
                people.push(person.clone());
            }
        }
        people
    }
}
