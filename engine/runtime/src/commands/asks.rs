//! What came of an ask.

use crate::Error;
use crate::asks::Answered;
use crate::batch::Batch;
use crate::command::Reply;
use kernel::{Actor, EventKind};
use store::rows::{RunId, Write};

impl Batch<'_> {
    /// Kept before it is done, so that after a crash it is known that it may have been. One that was withdrawn or put
    /// again meanwhile is another.
    pub(super) async fn begin_ask(&mut self, run: RunId, ask: u32, row: u64) -> Result<Reply, Error> {
        if self.ask(run, ask).await?.is_some_and(|kept| kept.id == row) {
            let at_ms = self.now.0;
            self.push(Write::BeginAsk { run, ask, at_ms });
        }
        Ok(Reply::Done)
    }

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
