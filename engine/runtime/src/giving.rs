//! Whom a task is given to, and for how long: what the kernel cannot know, for it knows no people and no drafts.
//!
//! Somebody is chosen inside the transaction that opens the task, and the choice is an event of the run: a replay chooses
//! nobody again. Who can be chosen is active, not away, has a role that the task is offered to (or is named), has its
//! skills, and is not kept from it by four eyes; of two who are alike it is the one whose id comes first.

use crate::Error;
use crate::batch::Batch;
use crate::moves::Chain;
use kernel::{Actor, Assignee, Deed, EventKind, TaskSpec};
use language::model::Id;
use language::steps::Give;
use std::collections::BTreeMap;
use store::rows::{PersonRow, RunId, TimerRow, WorkerRow, Write};

/// Who was chosen, and by what.
struct Chosen {
    person: String,
    drawn: Option<u64>,
}

impl Batch<'_> {
    pub(crate) async fn give_out(&mut self, run: RunId, task: u32, give: Give, chain: &mut Chain) -> Result<(), Error> {
        let Some(open) = self.run(run).await?.tasks.get(&task) else {
            return Ok(());
        };
        let (spec, app) = (open.spec.clone(), self.known_run(run).row.app.clone());
        let candidates = self.candidates(&spec).await?;
        let chosen = match candidates.is_empty() {
            true => None,
            false => self.choose(&app, &spec, give, &candidates).await?,
        };
        let kind = EventKind::TaskHandled {
            task,
            deed: Deed::Given {
                to: chosen.as_ref().map(|chosen| chosen.person.clone()),
                by: give,
                among: u32::try_from(candidates.len()).unwrap_or(u32::MAX),
                drawn: chosen.as_ref().and_then(|chosen| chosen.drawn),
            },
            supervised: false,
        };
        let by = Actor {
            person: None,
            via: "engine".to_owned(),
            confirmed: None,
        };
        let changes = self.changes();
        match self.advance(run, kind, by, chain).await {
            // It was answered, moved or withdrawn by what came before in the same transaction.
            Err(Error::Refused(_)) if self.changes() == changes => return Ok(()),
            other => other?,
        }
        match chosen {
            Some(chosen) if give == Give::RoundRobin => self.note_turn(&app, &spec, chosen.person).await,
            _ => Ok(()),
        }
    }

    /// Ids of those who could do it, in order.
    async fn candidates(&mut self, spec: &TaskSpec) -> Result<Vec<String>, Error> {
        let people = self.shared.store.people().await?;
        let now_ms = self.now.0;
        let fits = people.iter().filter(|row| can_do(row, spec, now_ms));
        let mut ids: Vec<String> = fits.map(|row| row.id.clone()).collect();
        ids.sort_unstable();
        Ok(ids)
    }

    async fn choose(
        &mut self,
        app: &str,
        spec: &TaskSpec,
        give: Give,
        candidates: &[String],
    ) -> Result<Option<Chosen>, Error> {
        let chosen = |person: &String| Chosen {
            person: person.clone(),
            drawn: None,
        };
        Ok(match give {
            Give::Random => {
                let drawn = self.draw();
                let place = drawn % candidates.len() as u64;
                candidates.get(place as usize).map(|person| Chosen {
                    drawn: Some(drawn),
                    ..chosen(person)
                })
            }
            Give::ShortestQueue => {
                let counts = self.in_hand(candidates).await?;
                let shortest = candidates.iter().zip(counts).min_by_key(|(_, count)| *count);
                shortest.map(|(person, _)| chosen(person))
            }
            Give::RoundRobin => {
                let turns = self.workers_of(app, &spec.step).await?;
                let turn = |person: &&String| turns.get(*person).map_or(0, |row| row.given);
                candidates.iter().min_by_key(turn).map(chosen)
            }
            Give::LastDone => {
                let done = self.workers_of(app, &spec.step).await?;
                let done_at = |person: &&String| done.get(*person).and_then(|row| row.done_at_ms);
                let latest = candidates
                    .iter()
                    .filter(|person| done_at(person).is_some())
                    .max_by_key(done_at);
                latest.map(chosen)
            }
            Give::Offer | Give::Reserve | Give::Start | Give::ByHand => None,
        })
    }

    async fn workers_of(&mut self, app: &str, step: &Id) -> Result<BTreeMap<String, WorkerRow>, Error> {
        let rows = self.workers(app, step.as_str()).await?;
        Ok(rows.into_iter().map(|row| (row.person.clone(), row)).collect())
    }

    async fn note_turn(&mut self, app: &str, spec: &TaskSpec, person: String) -> Result<(), Error> {
        let known = self.workers_of(app, &spec.step).await?;
        let last = known.values().map(|row| row.given).max().unwrap_or(0);
        self.push(Write::PutWorker(Box::new(WorkerRow {
            app: app.to_owned(),
            step: spec.step.to_string(),
            done_at_ms: known.get(&person).and_then(|row| row.done_at_ms),
            person,
            given: last + 1,
        })));
        Ok(())
    }

    /// Somebody has done a step that is given to who did it last.
    pub(crate) async fn note_done(&mut self, run: RunId, step: &Id, person: &str) -> Result<(), Error> {
        let app = self.known_run(run).row.app.clone();
        let known = self.workers_of(&app, step).await?;
        self.push(Write::PutWorker(Box::new(WorkerRow {
            app,
            step: step.to_string(),
            given: known.get(person).map_or(0, |row| row.given),
            person: person.to_owned(),
            done_at_ms: Some(self.now.0),
        })));
        Ok(())
    }

    /// What happens instead when the timer ends a lease, and whoever has the task has typed something meanwhile.
    pub(crate) async fn touched(&mut self, timer: &TimerRow) -> Result<Option<EventKind>, Error> {
        let run = timer.run;
        let ended = self.known_run(run).state.lease_ended_by(timer.timer);
        let Some((task, since, person)) = ended.map(|(task, since, person)| (task, since, person.to_owned())) else {
            return Ok(None);
        };
        let draft = self.draft(run, task).await?;
        let draft = draft.filter(|draft| draft.person.as_ref() == Some(&person) && draft.at_ms > since.0);
        Ok(draft.map(|draft| EventKind::TaskHandled {
            task,
            deed: Deed::Touched {
                at: kernel::Timestamp(draft.at_ms),
            },
            supervised: false,
        }))
    }
}

fn can_do(row: &PersonRow, spec: &TaskSpec, now_ms: i64) -> bool {
    let offered = spec.to.each().iter().any(|to| match to {
        Assignee::Role(role) => row.roles.contains(role),
        Assignee::Person(id) => row.id.eq_ignore_ascii_case(id),
        Assignee::Everyone => true,
        // Who will be there is not known.
        Assignee::Station(_) | Assignee::Channel(_) | Assignee::Several(_) => false,
    });
    let standing = &row.standing;
    let skills = &spec.handling.skills;
    row.active
        && offered
        && standing.away_at(now_ms).is_none()
        && skills.iter().all(|skill| standing.has_skill(skill, now_ms))
        && !spec
            .not_by
            .iter()
            .any(|person| row.id.eq_ignore_ascii_case(person.trim()))
}
