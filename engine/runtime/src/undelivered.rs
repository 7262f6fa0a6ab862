//! Messages that were given up, and what an operator does with them: send again, or drop.

use crate::Error;
use crate::batch::Batch;
use crate::command::{Command, Reply};
use crate::engine::Engine;
use crate::requests::Caller;
use crate::views::ListOf;
use store::rows::{OutboxRow, Page, Write};

pub use store::rows::UndeliveredRow;

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

    /// Tries it anew, under the same key.
    pub async fn send_undelivered(&self, id: u64, caller: &Caller) -> Result<(), Error> {
        let row = self.undelivered_row(id).await?;
        self.submit(Command::SendAgain(Box::new(row)), caller, 0)
            .await
            .map(drop)
    }

    /// Forgets it: it is never sent.
    pub async fn drop_undelivered(&self, id: u64, caller: &Caller) -> Result<(), Error> {
        let row = self.undelivered_row(id).await?;
        self.submit(Command::DropUndelivered(row.id), caller, 0).await.map(drop)
    }

    async fn undelivered_row(&self, id: u64) -> Result<UndeliveredRow, Error> {
        let missing = || Error::NotFound {
            what: "undelivered message",
            id: id.to_string(),
            nearest: None,
        };
        // Numbers of the store begin at 1 and have 63 bits.
        let before = id.checked_sub(1).filter(|_| i64::try_from(id).is_ok());
        let rows = self.shared().store.undelivered(before.ok_or_else(missing)?, 1).await?;
        rows.into_iter().find(|row| row.id == id).ok_or_else(missing)
    }
}

impl Batch<'_> {
    /// The outbox is tried no longer with this row.
    pub(crate) fn give_up(&mut self, id: u64, row: &UndeliveredRow) -> Reply {
        self.push(Write::DropOutbox { id });
        self.push(Write::PutUndelivered(Box::new(row.clone())));
        Reply::Done
    }

    /// As a new row, which is tried as long as any other.
    pub(crate) fn send_again(&mut self, row: &UndeliveredRow) -> Reply {
        self.push(Write::DropUndelivered { id: row.id });
        self.push(Write::PutOutbox(OutboxRow {
            id: 0,
            channel: row.channel.clone(),
            key: row.key.clone(),
            body: row.body.clone(),
            at_ms: self.now.0,
        }));
        Reply::Done
    }
}
