//! Freeing a target on someone's own responsibility.

use crate::Error;
use crate::batch::Batch;
use crate::command::Reply;
use crate::journal::{Entry, Release};
use crate::requests::Caller;
use kernel::Refusal;
use store::rows::{RunId, Write};

impl Batch<'_> {
    /// The release is written into the journal of the run that holds the target, ended or not.
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
        if !loaded.has_ended() && caller.person.is_none() {
            return Err(Refusal::PersonMissing.into());
        }
        let release = Release {
            target: target.to_owned(),
            why: why.to_owned(),
            person: caller.person.clone(),
            via: caller.name.clone(),
        };
        self.push(Write::DropHold {
            target: target.to_owned(),
            run,
        });
        self.write_entry(run, &Entry::Released { release: &release });
        Ok(Reply::Done)
    }
}
