//! What is whose. A caller that is trusted answers for the person it names; anyone else does what is offered to them,
//! unless they supervise.

use crate::requests::{Acting, Caller};
use kernel::{Assignee, TaskSpec};
use language::model::Site;

/// Why something is not done for this person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotYours {
    #[error("the task is offered to {}", shown(.0))]
    OfferedTo(Assignee),
    #[error("this is done by who supervises")]
    ForSupervisors,
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
    }
}

impl Caller {
    /// Whether the caller may have the task in hand: it is offered to a role of theirs, to them, to their station or to
    /// everyone, or they have reserved it, or they supervise. Where it is shown does not matter.
    pub(crate) fn may_act_on(&self, task: &TaskSpec, site: &Site) -> Result<(), NotYours> {
        let Some(acting) = &self.acting else {
            return Ok(());
        };
        let person = self.person.as_ref();
        let offered = match &task.to {
            Assignee::Role(role) => acting.roles.contains(role),
            Assignee::Person(id) => person == Some(id),
            // A line or an area is every station of it.
            Assignee::Station(id) => acting.station.as_ref().is_some_and(|here| site.is_within(here, id)),
            Assignee::Channel(_) => false,
            Assignee::Everyone => true,
        };
        let reserved = person.is_some() && task.reserved_by.as_ref() == person;
        if offered || reserved || acting.supervises {
            return Ok(());
        }
        Err(NotYours::OfferedTo(task.to.clone()))
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
