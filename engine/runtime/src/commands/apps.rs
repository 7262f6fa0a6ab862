//! Publishing a version of an app.

use crate::Error;
use crate::batch::Batch;
use crate::command::{NewVersion, Reply};
use crate::requests::Caller;
use crate::views::Published;
use std::sync::Arc;

impl Batch<'_> {
    /// The source was read and accepted before; here it gets its number, unless it is the newest one already.
    pub(super) fn publish(&mut self, new: &NewVersion, caller: &Caller) -> Result<Reply, Error> {
        let id = new.compiled.app.id.as_str();
        let newest = self
            .new_versions()
            .iter()
            .rev()
            .find(|version| version.row.app == id)
            .cloned();
        let newest = newest.or_else(|| self.shared.catalogue.version(id, None).ok());
        let (version, changed) = match newest {
            Some(newest) if newest.row.hash == new.hash => (newest, false),
            newest => {
                let number = newest.map_or(1, |newest| newest.row.version + 1);
                let by = caller.person.as_deref().unwrap_or(&caller.name);
                (self.add_version(new.as_version(number, self.now.0, by)), true)
            }
        };
        let app = Arc::as_ref(&version).view(&self.shared.site);
        Ok(Reply::Published(Box::new(Published { app, changed })))
    }
}
