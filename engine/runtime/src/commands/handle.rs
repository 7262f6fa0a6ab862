//! What people do with tasks besides claiming and answering them: the life cycle of WS-HumanTask.

use super::actor;
use crate::batch::Batch;
use crate::command::Reply;
use crate::requests::{Caller, Handle};
use crate::rights::NotYours;
use crate::{Error, bodies, limits};
use kernel::{Assignee, Deed, EventKind};
use language::model::Site;
use serde_json::Map;
use store::rows::RunId;

/// What can be said of a deed before anything is read: its texts have their limits, and some are not for callers.
pub(crate) fn check(deed: &Deed) -> Result<usize, Error> {
    let named = |what, text: &str| -> Result<usize, Error> {
        bodies::check_text(what, text, limits::NAME_CHARACTERS_MAX)?;
        match text.trim().is_empty() {
            true => Err(Error::Invalid(format!("no {what} is named"))),
            false => Ok(text.len()),
        }
    };
    match deed {
        Deed::Started | Deed::Stopped | Deed::Suspended { .. } | Deed::Resumed => Ok(0),
        Deed::Delegated { to } | Deed::Nominated { to } => named("person", to),
        Deed::Helped { by } => named("person", by),
        Deed::Forwarded { to, .. } => match to {
            Assignee::Role(id) => named("role", id),
            Assignee::Person(id) => named("person", id),
            Assignee::Station(id) => named("station", id),
            Assignee::Everyone => Ok(0),
            Assignee::Channel(_) | Assignee::Several(_) => Err(Error::Invalid(
                "a task is forwarded to a role, a person, a station or everyone".to_owned(),
            )),
        },
        Deed::Skipped { why } => {
            bodies::check_text("reason", why, limits::REASON_CHARACTERS_MAX)?;
            match why.trim().is_empty() {
                true => Err(Error::Invalid("to skip a task needs a reason".to_owned())),
                false => Ok(why.len()),
            }
        }
        Deed::Given { .. } | Deed::Touched { .. } => Err(Error::Invalid("the engine does this by itself".to_owned())),
    }
}

impl Batch<'_> {
    pub(super) async fn handle(&mut self, handle: &Handle, caller: &Caller) -> Result<Reply, Error> {
        let Handle { task, deed, .. } = handle;
        let open = self.open_task(task, caller).await?;
        let skills = open.handling.skills.clone();
        let supervised = match &caller.acting {
            Some(acting) => acting.supervises,
            None => handle.supervised,
        };
        if matches!(deed, Deed::Nominated { .. }) && !supervised {
            return Err(NotYours::ForSupervisors.into());
        }
        // Who does the work of someone who is away does it as theirs.
        let stands_in = open
            .reserved_by
            .as_ref()
            .is_some_and(|person| caller.is_or_stands_for(person));
        let deed = self.whom(deed, &skills, task.run).await?;
        let kind = EventKind::TaskHandled {
            task: task.task,
            deed: deed.clone(),
            supervised: supervised || stands_in,
        };
        self.move_run(task.run, kind, actor(caller)).await?;
        if matches!(deed, Deed::Forwarded { fresh: true, .. })
            && let Some(draft) = self.draft(task.run, task.task).await?
        {
            // Whoever gets it begins with an empty form.
            self.put_draft(task, &Map::new(), draft.version + 1, caller);
        }
        Ok(Reply::Run(Box::new(self.known_run(task.run).view())))
    }

    /// The deed with whom it names as they are kept; refused when there is nobody of that name, or they lack a skill.
    async fn whom(&mut self, deed: &Deed, skills: &[String], run: RunId) -> Result<Deed, Error> {
        Ok(match deed {
            Deed::Delegated { to } => Deed::Delegated {
                to: self.somebody(to, skills).await?,
            },
            Deed::Nominated { to } => Deed::Nominated {
                to: self.somebody(to, skills).await?,
            },
            Deed::Helped { by } => Deed::Helped {
                by: self.somebody(by, &[]).await?,
            },
            Deed::Forwarded { to, fresh } => {
                let to = match to {
                    Assignee::Person(person) => Assignee::Person(self.somebody(person, skills).await?),
                    other => {
                        known_place(other, self.known_run(run).compiled()?.program.site())?;
                        other.clone()
                    }
                };
                Deed::Forwarded { to, fresh: *fresh }
            }
            other => other.clone(),
        })
    }

    /// A person by id, who may sign in and has these skills. Where nobody is kept the caller vouches for whoever it names.
    async fn somebody(&mut self, id: &str, skills: &[String]) -> Result<String, Error> {
        let people = self.shared.store.people().await?;
        if people.is_empty() {
            return Ok(id.to_owned());
        }
        let active = || people.iter().filter(|row| row.active);
        let Some(row) = active().find(|row| row.id.eq_ignore_ascii_case(id)) else {
            return Err(Error::NotFound {
                what: "person",
                id: id.to_owned(),
                nearest: crate::apps::nearest(id, active().map(|row| row.id.as_str())),
            });
        };
        match skills.iter().find(|skill| !row.standing.has_skill(skill, self.now.0)) {
            Some(skill) => Err(NotYours::SkillNeeded(skill.clone()).into()),
            None => Ok(row.id.clone()),
        }
    }
}

/// A role or station that the site has; a site that names none has them all.
fn known_place(to: &Assignee, site: &Site) -> Result<(), Error> {
    let missing = |what, id: &str, known: Vec<&str>| match known.is_empty() || known.contains(&id) {
        true => Ok(()),
        false => Err(Error::NotFound {
            what,
            id: id.to_owned(),
            nearest: crate::apps::nearest(id, known.into_iter()),
        }),
    };
    match to {
        Assignee::Role(id) => missing("role", id, site.roles.iter().map(|role| role.id.as_str()).collect()),
        Assignee::Station(id) => missing("station", id, site.equipment.iter().map(|of| of.id.as_str()).collect()),
        _ => Ok(()),
    }
}
