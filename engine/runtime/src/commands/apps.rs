//! Publishing a version of an app.

use crate::Error;
use crate::apps::Version;
use crate::batch::Batch;
use crate::command::{NewVersion, Reply};
use crate::requests::Caller;
use crate::views::Published;
use language::model::Site;

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
            Some(newest) if newest.row.hash == new.hash && means_the_same(&newest, new) => (newest, false),
            newest => {
                let number = newest.as_ref().map_or(1, |newest| newest.row.version + 1);
                let at_ms = self.shared.catalogue.next_at_ms(self.now.0);
                let by = caller.person.as_deref().unwrap_or(&caller.name);
                let version = self.add_version(new.as_version(number, at_ms, by));
                self.schedule(&version, newest.as_deref())?;
                (version, true)
            }
        };
        let app = version.view();
        Ok(Reply::Published(Box::new(Published { app, changed })))
    }
}

/// The same source may mean something else since the site has changed.
fn means_the_same(version: &Version, new: &NewVersion) -> bool {
    let same_site = |one: &Site, other: &Site| {
        // Roles and names of the site are part of what was read; the rest is what runs go by.
        let runs_go_by = |site: &Site| Site {
            title: String::new(),
            time_zone: String::new(),
            roles: Vec::new(),
            ..site.clone()
        };
        runs_go_by(one) == runs_go_by(other)
    };
    version.compiled().is_ok_and(|compiled| {
        compiled.app == new.compiled.app && same_site(compiled.program.site(), new.compiled.program.site())
    })
}
