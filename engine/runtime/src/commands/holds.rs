//! Freeing a target on someone's own responsibility.

use super::actor;
use crate::Error;
use crate::batch::Batch;
use crate::command::Reply;
use crate::journal::{Entry, Release};
use crate::requests::Caller;
use kernel::{EventKind, Refusal};
use store::rows::{RunId, Write};

impl Batch<'_> {
    /// The release is written into the journal of the run that holds the target, ended or not. A run that goes on
    /// learns of it as an event, so that what it says of its holds stays true.
    pub(super) async fn release_hold(
        &mut self,
        target: &str,
        run: RunId,
        why: &str,
        caller: &Caller,
    ) -> Result<Reply, Error> {
        caller.may_intervene()?;
        let held = match self.held_here(target, run) {
            Some(held) => held,
            None => {
                let holds = self.shared.store.holds(Some(target)).await?;
                holds.iter().any(|hold| hold.run == run)
            }
        };
        if !held {
            let id = format!("{target} by run {run}");
            return Err(Error::NotFound {
                what: "hold",
                id,
                nearest: None,
            });
        }
        let loaded = self.run(run).await?;
        let is_live = !loaded.has_ended();
        if is_live && caller.person.is_none() {
            return Err(Refusal::PersonMissing.into());
        }
        let may_move = is_live && loaded.compiled.is_ok() && loaded.state.holds().iter().any(|held| held == target);
        self.push(Write::DropHold {
            target: target.to_owned(),
            run,
        });
        if may_move {
            let kind = EventKind::HoldReleased {
                target: target.to_owned(),
                why: why.to_owned(),
            };
            self.move_run(run, kind, actor(caller)).await?;
        } else {
            let release = Release {
                target: target.to_owned(),
                why: why.to_owned(),
                person: caller.person.clone(),
                via: caller.name.clone(),
            };
            self.write_entry(run, &Entry::Released { release: &release });
        }
        Ok(Reply::Done)
    }
}
