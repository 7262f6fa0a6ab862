//! The audit journal of the store: written by whoever changes people, tokens and secrets, read here.

use crate::Error;
use crate::engine::Engine;
use crate::views::ListOf;
use store::rows::Page;

pub use store::rows::AuditRow;

impl Engine {
    /// Newest first.
    pub async fn audit(&self, page: &Page) -> Result<ListOf<AuditRow>, Error> {
        let limit = if page.limit == 0 { 100 } else { page.limit };
        let before = page.after.as_deref().map(str::parse).transpose();
        let before = before.map_err(|_| Error::Invalid("'after' is no place in this list".to_owned()))?;
        let items = self.shared().store.audit(before, limit).await?;
        let is_full = items.len() == limit as usize;
        Ok(ListOf {
            next: items.last().filter(|_| is_full).map(|row| row.seq.to_string()),
            items,
        })
    }
}
