//! What came of an ask.

use crate::Error;
use crate::asks::Answered;
use crate::batch::Batch;
use crate::command::Reply;
use kernel::{Actor, EventKind};
use store::rows::Write;

impl Batch<'_> {
    /// One that was withdrawn or noted meanwhile moves nobody.
    pub(super) async fn answered(&mut self, answered: &Answered) -> Result<Reply, Error> {
        let Answered { run, ask, row, result } = answered;
        let (run, ask) = (*run, *ask);
        if self.ask(run, ask).await?.is_none_or(|kept| kept.id != *row) {
            return Ok(Reply::Done);
        }
        match self.run(run).await {
            Ok(_) => {}
            Err(Error::NotFound { what: "run", .. }) => {
                self.push(Write::DropAsk { run, ask });
                return Ok(Reply::Done);
            }
            Err(error) => return Err(error),
        }
        let by = Actor {
            person: None,
            via: "outside".to_owned(),
            confirmed: None,
        };
        let kind = EventKind::Answered {
            ask,
            result: result.clone(),
        };
        self.push(Write::DropAsk { run, ask });
        let changes = self.changes();
        match self.move_run(run, kind, by).await {
            Err(Error::Refused(refusal)) if self.changes() == changes => {
                tracing::debug!(%run, ask, %refusal, "nobody waits for this answer any more");
            }
            other => other?,
        }
        Ok(Reply::Done)
    }
}
