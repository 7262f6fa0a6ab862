//! Messages that were given up, and what an operator does with them: send again, or drop.

use crate::Error;
use crate::batch::Batch;
use crate::command::{Command, Reply};
use crate::engine::Engine;
use crate::requests::Caller;
use crate::views::ListOf;
use store::rows::{OutboxRow, Page, Write};

pub use store::rows::UndeliveredRow;

/// What becomes of a message that was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// It is tried anew, under the same key.
    Send,
    /// It is forgotten, and never sent.
    Drop,
}

impl Engine {
    /// Oldest first.
    pub async fn undelivered(&self, page: &Page) -> Result<ListOf<UndeliveredRow>, Error> {
        let limit = if page.limit == 0 { 100 } else { page.limit };
        let after = page.after.as_deref().map_or(Ok(0), str::parse);
        let after = after.map_err(|_| Error::Invalid("'after' is no place in this list".to_owned()))?;
        let items = self.shared().store.undelivered(after, limit).await?;
        let is_full = items.len() == limit as usize;
        Ok(ListOf {
            next: items.last().filter(|_| is_full).map(|row| row.id.to_string()),
            items,
        })
    }

    /// Sends a message again or drops it. One of several who decide at the same time succeeds; for the others it is
    /// not there any more.
    pub async fn settle_undelivered(&self, id: u64, what: Undelivered, caller: &Caller) -> Result<(), Error> {
        self.submit(Command::Settle(id, what), caller, 0).await.map(drop)
    }
}

impl Batch<'_> {
    /// The outbox is tried no longer with this row.
    pub(crate) fn give_up(&mut self, id: u64, row: &UndeliveredRow) -> Reply {
        self.push(Write::DropOutbox { id });
        self.push(Write::PutUndelivered(Box::new(row.clone())));
        Reply::Done
    }

    /// What is sent again becomes a new row of the outbox, which is tried as long as any other.
    pub(crate) async fn settle(&mut self, id: u64, what: Undelivered) -> Result<Reply, Error> {
        let row = self.undelivered(id).await?.ok_or_else(|| Error::NotFound {
            what: "undelivered message",
            id: id.to_string(),
            nearest: None,
        })?;
        self.push(Write::DropUndelivered { id });
        if what == Undelivered::Send {
            self.push(Write::PutOutbox(OutboxRow {
                id: 0,
                channel: row.channel,
                key: row.key,
                body: row.body,
                at_ms: self.now.0,
            }));
        }
        Ok(Reply::Done)
    }
}
