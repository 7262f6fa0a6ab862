//! People of a demonstration: everyone may know their passwords, and the page for signing in offers them.

use std::sync::PoisonError;

use super::{Change, Error, Identity};

/// Someone who is shown to everyone with everything that signs them in.
#[derive(Clone)]
pub(crate) struct DemoPerson {
    pub(crate) person: String,
    pub(crate) name: String,
    pub(crate) roles: Vec<String>,
    /// Besides `read` and `work`.
    pub(crate) rights: Vec<String>,
    pub(crate) password: String,
    pub(crate) pin: String,
    pub(crate) badge: String,
}

impl Identity {
    /// Makes those people who are not there, and lets `GET /session` tell everyone how to sign in as them. Whoever has
    /// such an id already and not this password is a real person: they stay as they are and are not offered. Returns who
    /// is offered.
    pub(crate) async fn make_demo(&self, people: Vec<DemoPerson>) -> Result<Vec<DemoPerson>, Error> {
        let mut offered = Vec::new();
        for demo in people {
            if self.is_offered(&demo).await? {
                offered.push(demo);
            }
        }
        *self.demo.write().unwrap_or_else(PoisonError::into_inner) = offered.clone();
        Ok(offered)
    }

    /// Whom `GET /session` offers; nobody unless this is a demonstration.
    pub(crate) fn demo(&self) -> Vec<DemoPerson> {
        self.demo.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn is_offered(&self, demo: &DemoPerson) -> Result<bool, Error> {
        let known = self.look().person(&demo.person).cloned();
        if let Some(known) = known {
            let hash = known.password.clone().filter(|_| known.active);
            return self.hashing.is(demo.password.clone(), hash).await;
        }
        let change = Change {
            name: Some(demo.name.clone()),
            roles: Some(demo.roles.clone()),
            rights: Some(demo.rights.clone()),
            password: Some(Some(demo.password.clone())),
            pin: Some(Some(demo.pin.clone())),
            badge: Some(Some(demo.badge.clone())),
            ..Change::default()
        };
        self.add_person(&demo.person, change).await?;
        Ok(true)
    }
}
