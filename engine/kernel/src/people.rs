//! What people do with a task besides answering it: the life cycle of WS-HumanTask 1.1 (section 4.7), and whom a task is
//! given to.
//!
//! Each deed is one event; rights are not looked at here, for they are known of the people, and people are in no app.
//! What holds whoever asks is checked here: that the task is nobody else's (unless a supervisor does it), that four eyes
//! stay four, that nothing is skipped which may not be.

use language::model::Stretch;
use language::steps::Give;
use serde::{Deserialize, Serialize};

use crate::forms::Checked;
use crate::interpret::Run;
use crate::state::{Lease, Purpose, RunState};
use crate::steps::form;
use crate::tasks::{self, form_of, same_person, update};
use crate::{Actor, Assignee, FactKind, Refusal, Timestamp, limits, working_time};

/// What is done with an open task besides claiming, returning and answering it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "did", rename_all = "snake_case")]
pub enum Deed {
    /// It is being worked on by whoever does this, whose it is from now on.
    Started,
    /// It is worked on no more, and stays with whoever has it.
    Stopped,
    /// A person does it for whoever has it, who stays answerable: when it is returned it comes back to them.
    Delegated {
        to: String,
    },
    /// It is somebody else's task now. What was typed goes along, unless it begins afresh.
    Forwarded {
        to: Assignee,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        fresh: bool,
    },
    /// It is not done; its answers stay empty.
    Skipped {
        why: String,
    },
    /// Nothing can be done with it until the moment has come, or someone resumes it.
    Suspended {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Until>,
        /// The time that is suspended does not count for its deadline.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        stops_clock: bool,
    },
    Resumed,
    /// A supervisor says who does it.
    Nominated {
        to: String,
    },
    /// Somebody was chosen for it as `give` says; nobody when there was none to choose.
    Given {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        by: Give,
        /// How many could have been chosen.
        among: u32,
        /// What was drawn, where chance has chosen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        drawn: Option<u64>,
    },
    /// Whoever has it has last done something with it at this moment: its lease goes on from there.
    Touched {
        at: Timestamp,
    },
    /// A person helps whoever has it: may see it and type into it.
    Helped {
        by: String,
    },
}

/// How long something is suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Until {
    At(Timestamp),
    ForMs(i64),
    ForWorkingMs(i64),
}

/// Where a task stands in its life, as WS-HumanTask names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Nobody has it.
    Ready,
    Reserved,
    InProgress,
    Suspended,
}

/// What is known of a task's handling; a part of [`crate::TaskSpec`], empty for most.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Handling {
    /// Whoever has it works on it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub started: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended: Option<Suspension>,
    /// Who has delegated it and stays answerable, the last one last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub delegated_by: Vec<String>,
    /// Who helps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub helpers: Vec<String>,
    /// Ids of skills of the site that whoever does it must have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    #[serde(skip_serializing_if = "is_offer")]
    pub give: Give,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub skippable: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
}

/// Since when nothing can be done, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    pub since: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stops_clock: bool,
}

impl Handling {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Handling::default()
    }
}

fn is_offer(give: &Give) -> bool {
    *give == Give::Offer
}

impl crate::TaskSpec {
    pub fn state(&self) -> TaskState {
        match (&self.handling, &self.reserved_by) {
            (handling, _) if handling.suspended.is_some() => TaskState::Suspended,
            (_, None) => TaskState::Ready,
            (handling, Some(_)) if handling.started => TaskState::InProgress,
            (_, Some(_)) => TaskState::Reserved,
        }
    }
}

impl RunState {
    /// The task whose lease this timer ends, since when nothing was done with it as far as the run knows, and who has it.
    pub fn lease_ended_by(&self, timer: u32) -> Option<(u32, Timestamp, &str)> {
        let set = self.timers.get(&timer)?;
        let Purpose::Lease(number) = set.purpose else {
            return None;
        };
        let task = self.tasks.get(&number)?;
        Some((number, task.lease?.since, task.spec.reserved_by.as_deref()?))
    }
}

/// Does one deed, when it may be done. `supervised`: by someone who may act on what is others'.
pub(crate) fn handle(run: &mut Run<'_>, number: u32, deed: &Deed, supervised: bool, by: &Actor) -> Result<(), Refusal> {
    let task = run
        .state
        .tasks
        .get(&number)
        .ok_or(Refusal::NoSuchTask { task: number })?;
    let others = task.spec.reserved_by.as_ref();
    let others = others.filter(|person| by.person.as_ref() != Some(*person));
    let is_answerable = by
        .person
        .as_ref()
        .is_some_and(|by| task.spec.handling.delegated_by.contains(by));
    if let Some(person) = others
        && !supervised
        && !is_answerable
        && !matches!(deed, Deed::Touched { .. } | Deed::Given { .. })
    {
        return Err(Refusal::ReservedBy { person: person.clone() });
    }
    let suspended = task.spec.handling.suspended.is_some();
    if suspended && matches!(deed, Deed::Started | Deed::Suspended { .. }) {
        return Err(Refusal::TaskSuspended { task: number });
    }
    match deed {
        Deed::Started => start(run, number, by),
        Deed::Stopped => {
            change(run, number, deed, by, |spec| spec.handling.started = false);
            Ok(())
        }
        Deed::Delegated { to } => delegate(run, number, to, by),
        Deed::Forwarded { to, .. } => {
            loosen(run, number);
            change(run, number, deed, by, |spec| spec.to = to.clone());
            Ok(())
        }
        Deed::Skipped { .. } => skip(run, number, deed, supervised, by),
        Deed::Suspended { until, stops_clock } => suspend(run, number, *until, *stops_clock, by),
        Deed::Resumed if suspended => {
            resume(run, number);
            told(run, number, deed, None);
            Ok(())
        }
        Deed::Resumed => Err(Refusal::OutOfPlace),
        Deed::Nominated { to } => {
            may_have(run, number, to)?;
            loosen(run, number);
            reserve(run, number, to, false);
            told(run, number, deed, None);
            Ok(())
        }
        Deed::Given { to, .. } => given(run, number, to.as_deref(), deed),
        Deed::Touched { at } => {
            touch(run, number, *at);
            Ok(())
        }
        Deed::Helped { by: helper } => help(run, number, helper, deed),
    }
}

/// Changes the task's specification and tells it; the fact says who had it before.
fn change(run: &mut Run<'_>, number: u32, deed: &Deed, by: &Actor, change: impl FnOnce(&mut crate::TaskSpec)) {
    let from = by.person.clone();
    update(run, number, change);
    told(run, number, deed, from);
}

fn told(run: &mut Run<'_>, number: u32, deed: &Deed, from: Option<String>) {
    if let Some(token) = run.state.tasks.get(&number).map(|task| task.token) {
        run.fact(
            token,
            FactKind::TaskHandled {
                task: number,
                deed: deed.clone(),
                from,
            },
        );
    }
}

/// Whether four eyes stay four when this person does it.
fn may_have(run: &Run<'_>, number: u32, person: &str) -> Result<(), Refusal> {
    let by = Actor {
        person: Some(person.to_owned()),
        via: String::new(),
        confirmed: None,
    };
    let task = run
        .state
        .tasks
        .get(&number)
        .ok_or(Refusal::NoSuchTask { task: number })?;
    match form_of(run.program, run.state, task) {
        Some(form) => tasks::second_person(run.state, form, &by),
        None => Ok(()),
    }
}

fn start(run: &mut Run<'_>, number: u32, by: &Actor) -> Result<(), Refusal> {
    tasks::claim(run, number, by)?;
    touch(run, number, run.clock.at);
    let started = run
        .state
        .tasks
        .get(&number)
        .is_some_and(|task| task.spec.handling.started);
    if !started {
        change(run, number, &Deed::Started, by, |spec| spec.handling.started = true);
    }
    Ok(())
}

fn delegate(run: &mut Run<'_>, number: u32, to: &str, by: &Actor) -> Result<(), Refusal> {
    let Some(task) = run.state.tasks.get(&number) else {
        return Err(Refusal::NoSuchTask { task: number });
    };
    // Whose it is answers for it; of what is nobody's yet, who gives it to another.
    let answerable = task.spec.reserved_by.clone().or_else(|| by.person.clone());
    let answerable = answerable.ok_or(Refusal::PersonMissing)?;
    if same_person(&answerable, to) || task.spec.handling.delegated_by.len() >= limits::DELEGATIONS_MAX {
        return Err(Refusal::OutOfPlace);
    }
    may_have(run, number, to)?;
    let mut chain = task.spec.handling.delegated_by.clone();
    // Who gave it here gets it back: nobody answers for a task to themselves.
    match chain.iter().position(|earlier| same_person(earlier, to)) {
        Some(place) => chain.truncate(place),
        None => chain.push(answerable.clone()),
    }
    loosen(run, number);
    update(run, number, |spec| spec.handling.delegated_by = chain);
    reserve(run, number, to, false);
    told(run, number, &Deed::Delegated { to: to.to_owned() }, Some(answerable));
    Ok(())
}

fn skip(run: &mut Run<'_>, number: u32, deed: &Deed, supervised: bool, by: &Actor) -> Result<(), Refusal> {
    let task = run
        .state
        .tasks
        .get(&number)
        .ok_or(Refusal::NoSuchTask { task: number })?;
    if !task.spec.handling.skippable && !supervised {
        return Err(Refusal::NotSkippable {
            step: task.spec.step.to_string(),
        });
    }
    let form = form_of(run.program, run.state, task).ok_or(Refusal::NoSuchTask { task: number })?;
    let token = task.token;
    let nobody = Actor {
        person: None,
        via: by.via.clone(),
        confirmed: None,
    };
    told(run, number, deed, by.person.clone());
    tasks::keep(run, token, form, &Checked::default(), &nobody);
    tasks::close(run, number, false);
    run.resume(token);
    Ok(())
}

fn suspend(run: &mut Run<'_>, number: u32, until: Option<Until>, stops_clock: bool, by: &Actor) -> Result<(), Refusal> {
    let now = run.clock.at;
    let at = match until {
        None => None,
        Some(Until::At(at)) => Some(at),
        Some(Until::ForMs(ms)) => Some(Timestamp(now.0.saturating_add(ms))),
        Some(Until::ForWorkingMs(ms)) => {
            let at = working_time::after(run.program.site(), &run.clock, now, ms);
            Some(at.map_err(|_| Refusal::OutOfPlace)?)
        }
    };
    if at.is_some_and(|at| at <= now || at.0 - now.0 > limits::WAIT_MS_MAX) {
        return Err(Refusal::OutOfPlace);
    }
    let Some(task) = run.state.tasks.get_mut(&number) else {
        return Err(Refusal::NoSuchTask { task: number });
    };
    let token = task.token;
    let lease = task.lease.take().map(|lease| lease.timer);
    let ladder = if stops_clock { task.timer.take() } else { None };
    run.clear_timer(lease);
    run.clear_timer(ladder);
    let wakes = at.map(|at| run.set_timer(token, at, Purpose::Wake(number)));
    if let Some(task) = run.state.tasks.get_mut(&number) {
        task.wakes = wakes;
    }
    let deed = Deed::Suspended {
        until: at.map(Until::At),
        stops_clock,
    };
    change(run, number, &deed, by, |spec| {
        spec.handling.suspended = Some(Suspension {
            since: now,
            until: at,
            stops_clock,
        });
    });
    Ok(())
}

/// The moment has come until which it was suspended.
pub(crate) fn woke(run: &mut Run<'_>, number: u32) {
    if let Some(task) = run.state.tasks.get_mut(&number) {
        task.wakes = None;
        resume(run, number);
        told(run, number, &Deed::Resumed, None);
    }
}

/// Ends a suspension; what was not to count for the deadline is put behind it.
fn resume(run: &mut Run<'_>, number: u32) {
    let now = run.clock.at;
    let Some(task) = run.state.tasks.get_mut(&number) else {
        return;
    };
    let Some(suspension) = task.spec.handling.suspended.take() else {
        return;
    };
    let wakes = task.wakes.take();
    let (token, reserved) = (task.token, task.spec.reserved_by.is_some());
    run.clear_timer(wakes);
    if suspension.stops_clock {
        put_off(run, number, suspension.since);
    }
    if reserved {
        begin_lease(run, number, token, now);
    }
    update(run, number, |_| {});
}

/// Moves what is left of a ladder by the time that has passed since, and sets its clock going again.
fn put_off(run: &mut Run<'_>, number: u32, since: Timestamp) {
    let Some(task) = run.state.tasks.get(&number) else {
        return;
    };
    let Some(ladder) = form_of(run.program, run.state, task).and_then(|form| form.ladder.as_ref()) else {
        return;
    };
    let (token, opened_at, done) = (task.token, task.spec.opened_at, task.rungs_done);
    let (site, clock) = (run.program.site(), run.clock);
    let mut moments = ladder.all_moments(opened_at, &task.moments);
    for moment in moments.iter_mut().filter(|moment| **moment > since) {
        let by_the_clock = Timestamp(clock.at.0.saturating_add(moment.0 - since.0));
        *moment = match ladder.counts_work() {
            true => {
                let left_ms = working_time::between(site, &clock, since, *moment);
                working_time::after(site, &clock, clock.at, left_ms).unwrap_or(by_the_clock)
            }
            false => by_the_clock,
        };
    }
    let due_at = ladder.due_at(opened_at, &moments);
    let timer = ladder.set_next(run, token, (opened_at, &moments), done, Purpose::Task(number));
    if let Some(task) = run.state.tasks.get_mut(&number) {
        task.timer = timer;
        task.moments = moments;
        task.spec.due_at = Some(due_at);
    }
}

fn given(run: &mut Run<'_>, number: u32, to: Option<&str>, deed: &Deed) -> Result<(), Refusal> {
    let task = run
        .state
        .tasks
        .get(&number)
        .ok_or(Refusal::NoSuchTask { task: number })?;
    if task.spec.reserved_by.is_some() {
        return Err(Refusal::OutOfPlace);
    }
    if let Some(person) = to {
        may_have(run, number, person)?;
        reserve(run, number, person, false);
    }
    told(run, number, deed, None);
    Ok(())
}

fn help(run: &mut Run<'_>, number: u32, helper: &str, deed: &Deed) -> Result<(), Refusal> {
    let task = run
        .state
        .tasks
        .get(&number)
        .ok_or(Refusal::NoSuchTask { task: number })?;
    let helpers = &task.spec.handling.helpers;
    if task.spec.reserved_by.is_none() || helpers.len() >= limits::HELPERS_MAX {
        return Err(Refusal::OutOfPlace);
    }
    if !helpers.iter().any(|known| same_person(known, helper)) {
        update(run, number, |spec| spec.handling.helpers.push(helper.to_owned()));
        told(run, number, deed, None);
    }
    Ok(())
}

/// Puts the task into a person's hands.
pub(crate) fn reserve(run: &mut Run<'_>, number: u32, person: &str, started: bool) {
    let now = run.clock.at;
    if let Some(token) = run.state.tasks.get(&number).map(|task| task.token) {
        begin_lease(run, number, token, now);
    }
    update(run, number, |spec| {
        spec.reserved_by = Some(person.to_owned());
        spec.handling.started = started;
    });
}

/// Takes the task out of everyone's hands; whoever calls this changes and tells it.
pub(crate) fn loosen(run: &mut Run<'_>, number: u32) {
    let Some(task) = run.state.tasks.get_mut(&number) else {
        return;
    };
    task.spec.reserved_by = None;
    task.spec.handling.started = false;
    task.spec.handling.delegated_by.clear();
    task.spec.handling.helpers.clear();
    let lease = task.lease.take().map(|lease| lease.timer);
    run.clear_timer(lease);
    resume_silently(run, number);
}

/// What changes hands is not suspended any more.
fn resume_silently(run: &mut Run<'_>, number: u32) {
    let suspended = run
        .state
        .tasks
        .get(&number)
        .is_some_and(|task| task.spec.handling.suspended.is_some());
    if suspended {
        resume(run, number);
    }
}

/// Back to who has delegated it, else to everyone it is offered to.
pub(crate) fn give_back(run: &mut Run<'_>, number: u32) {
    let delegated_by = run
        .state
        .tasks
        .get(&number)
        .map(|task| task.spec.handling.delegated_by.clone());
    loosen(run, number);
    let mut delegated_by = delegated_by.unwrap_or_default();
    while let Some(answerable) = delegated_by.pop() {
        // Who has answered another step meanwhile may not have this one any more.
        if may_have(run, number, &answerable).is_ok() {
            update(run, number, |spec| spec.handling.delegated_by = delegated_by);
            return reserve(run, number, &answerable, false);
        }
    }
    update(run, number, |_| {});
}

// --- leases

/// The clock of the lease, from the moment at which something was done with the task.
pub(crate) fn begin_lease(run: &mut Run<'_>, number: u32, token: u32, since: Timestamp) {
    let Some(task) = run.state.tasks.get_mut(&number) else {
        return;
    };
    let earlier = task.lease.take().map(|lease| lease.timer);
    let program = run.program;
    let lasts = run
        .state
        .tasks
        .get(&number)
        .and_then(|task| form_of(program, run.state, task)?.lease);
    run.clear_timer(earlier);
    let Some(lasts) = lasts else { return };
    let at = match lasts {
        Stretch::OfClock(duration) => Timestamp(since.0.saturating_add(duration.as_ms())),
        Stretch::OfWork(duration) => {
            let by_the_clock = Timestamp(since.0.saturating_add(duration.as_ms()));
            let after = working_time::after(program.site(), &run.clock, since, duration.as_ms());
            after.unwrap_or(by_the_clock)
        }
    };
    let timer = run.set_timer(token, at, Purpose::Lease(number));
    if let Some(task) = run.state.tasks.get_mut(&number) {
        task.lease = Some(Lease { timer, since });
    }
}

/// Whoever has it did something with it.
fn touch(run: &mut Run<'_>, number: u32, at: Timestamp) {
    if let Some(task) = run.state.tasks.get(&number)
        && task.lease.is_some_and(|lease| lease.since < at)
    {
        begin_lease(run, number, task.token, at);
    }
}

/// Whoever has it did nothing with it for too long.
pub(crate) fn lease_over(run: &mut Run<'_>, number: u32) {
    let Some(task) = run.state.tasks.get_mut(&number) else {
        return;
    };
    task.lease = None;
    let (token, had) = (task.token, task.spec.reserved_by.is_some());
    if had {
        run.fact(token, FactKind::TaskReturned { task: number });
        give_back(run, number);
    }
}

// --- at the beginning

/// Who has the task when it comes, as `same_as` and `give` say: the person, and whether they are at it at once.
pub(crate) fn first_holder(
    state: &RunState,
    form: &form::Op,
    to: &Assignee,
    not_by: &[String],
) -> Option<(String, bool)> {
    let give = form.handling.give;
    let answered = form
        .handling
        .same_as
        .iter()
        .rev()
        .filter_map(|step| state.answered.get(step)?.last());
    let familiar = answered
        .into_iter()
        .find(|person| !not_by.iter().any(|other| same_person(other, person)));
    if let Some(person) = familiar {
        return Some((person.clone(), give == Give::Start));
    }
    match (give, to) {
        (Give::Reserve | Give::Start, Assignee::Person(person)) => Some((person.clone(), give == Give::Start)),
        _ => None,
    }
}
