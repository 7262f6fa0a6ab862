//! What is whose. A caller that is trusted answers for the person it names; anyone else does what is offered to them,
//! unless they supervise.

use crate::requests::{Acting, Caller};
use kernel::{Assignee, TaskSpec};
use language::model::Site;
use language::steps::Give;

/// Why something is not done for this person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotYours {
    #[error("the task is offered to {}", shown(.0))]
    OfferedTo(Assignee),
    #[error("this is done by who supervises")]
    ForSupervisors,
    #[error("the skill '{0}' is needed for this")]
    SkillNeeded(String),
    #[error("runs at '{0}' are started there")]
    AtAnotherStation(String),
}

fn shown(to: &Assignee) -> String {
    match to {
        Assignee::Role(id) => format!("the role '{id}'"),
        Assignee::Person(id) => id.clone(),
        Assignee::Station(id) => format!("who is at '{id}'"),
        Assignee::Channel(id) => format!("the channel '{id}'"),
        Assignee::Everyone => "everyone".to_owned(),
        Assignee::Several(each) => each.iter().map(shown).collect::<Vec<_>>().join(", "),
    }
}

impl Caller {
    /// Whether the caller may have the task in hand: it is offered to a role of theirs, to them, to their station or to
    /// everyone, or they have reserved it, or they supervise. Where it is shown does not matter.
    pub(crate) fn may_act_on(&self, task: &TaskSpec, site: &Site) -> Result<(), NotYours> {
        let Some(acting) = &self.acting else {
            return Ok(());
        };
        if acting.supervises {
            return Ok(());
        }
        let handling = &task.handling;
        // Who has it, who helps, and who answers for it see it whatever it asks for.
        let has = task
            .reserved_by
            .iter()
            .chain(&handling.helpers)
            .chain(&handling.delegated_by);
        if has.into_iter().any(|person| self.is_or_stands_for(person)) {
            return Ok(());
        }
        if handling.give == Give::ByHand {
            return Err(NotYours::ForSupervisors);
        }
        if !self.is_among(&task.to, |place| {
            acting.station.as_ref().is_some_and(|here| site.is_within(here, place))
        }) {
            return Err(NotYours::OfferedTo(task.to.clone()));
        }
        match handling.skills.iter().find(|skill| !acting.skills.contains(skill)) {
            Some(skill) => Err(NotYours::SkillNeeded(skill.clone())),
            None => Ok(()),
        }
    }

    /// Whether who acts is one of those; `is_here` says whether they are at a place.
    fn is_among(&self, to: &Assignee, is_here: impl Fn(&str) -> bool) -> bool {
        let roles = self
            .acting
            .as_ref()
            .map(|acting| acting.roles.as_slice())
            .unwrap_or_default();
        to.each().iter().any(|to| match to {
            Assignee::Role(role) => roles.contains(role),
            Assignee::Person(id) => self.is_or_stands_for(id),
            // A line or an area is every station of it.
            Assignee::Station(place) => is_here(place),
            Assignee::Channel(_) | Assignee::Several(_) => false,
            Assignee::Everyone => true,
        })
    }

    /// Whether it is this person, or one whose work they do while they are away.
    pub(crate) fn is_or_stands_for(&self, person: &str) -> bool {
        let stands_for = self.acting.as_ref().map(|acting| acting.stands_for.as_slice());
        self.person.as_deref() == Some(person) || stands_for.unwrap_or_default().iter().any(|of| of == person)
    }

    /// Whether a list of what is theirs shows the task to who acts: not what a colleague has and keeps to themselves, nor
    /// what a supervisor is to give out.
    pub(crate) fn is_shown(&self, task: &TaskSpec, site: &Site) -> bool {
        let others = task
            .reserved_by
            .as_ref()
            .is_some_and(|person| !self.is_or_stands_for(person));
        let supervises = self.acting.as_ref().is_some_and(|acting| acting.supervises);
        let hidden = others && task.handling.private && !supervises;
        !hidden && self.may_act_on(task, site).is_ok()
    }

    /// What changes the course of a run.
    pub(crate) fn may_intervene(&self) -> Result<(), NotYours> {
        match &self.acting {
            Some(acting) if !acting.supervises => Err(NotYours::ForSupervisors),
            _ => Ok(()),
        }
    }

    /// Someone who acts for themselves and supervises: may take a task from who has reserved it.
    pub(crate) fn takes_over(&self) -> bool {
        self.acting.as_ref().is_some_and(|acting| acting.supervises)
    }

    /// Someone who acts for themselves signs by showing once more that it is them.
    pub(crate) fn must_confirm(&self) -> bool {
        self.acting.is_some() && self.confirmed.is_none()
    }
}

/// Where a run begins: where its starter is, who acts for themselves. Only who supervises starts it elsewhere.
pub(crate) fn starting_place(asked: Option<&str>, acting: Option<&Acting>) -> Result<Option<String>, NotYours> {
    let own = acting.and_then(|acting| acting.station.as_deref());
    match (asked, acting) {
        (Some(station), Some(acting)) if own != asked && !acting.supervises => {
            Err(NotYours::AtAnotherStation(station.to_owned()))
        }
        (asked, _) => Ok(asked.or(own).map(str::to_owned)),
    }
}
