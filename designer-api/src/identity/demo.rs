//! People of a demonstration: everyone may know their passwords, and the page for signing in offers them.
//!
//! They must never be a way into data that matters. So they are made only where nobody else is kept; the data remembers
//! that it is a demonstration's; and the first start that is none shuts them out, before anything is served.

use std::sync::PoisonError;
use store::rows::{PersonRow, SecretRow, Write};

use super::{Change, Error, Identity, Principal};

/// Under which the store keeps that people for a demonstration were made: while it goes on, and after its end.
const MARK: &str = "demo";
/// By whom the audit journal says that its people are changed.
const BY: &str = "demonstration";
const GOES_ON: &[u8] = b"goes on";
const ENDED: &[u8] = b"ended";

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
    /// such an id already and not this password changed it since: they stay as they are and are not offered. Returns who
    /// is offered; `None`, and nothing is done, when others are kept here who came before the demonstration, or after.
    pub(crate) async fn make_demo(&self, people: Vec<DemoPerson>) -> Result<Option<Vec<DemoPerson>>, Error> {
        let mark = self.mark().await?;
        let others = match mark.as_deref() {
            // Whoever was made while it went on is part of it.
            Some(GOES_ON) => false,
            Some(_) => self.look().people.values().any(|row| row.active),
            None => !self.look().people.is_empty(),
        };
        if others {
            return Ok(None);
        }
        self.set_mark(GOES_ON).await?;
        let mut offered = Vec::new();
        for demo in people {
            if self.is_offered(&demo).await? {
                offered.push(demo);
            }
        }
        *self.demo.write().unwrap_or_else(PoisonError::into_inner) = offered.clone();
        Ok(Some(offered))
    }

    /// Takes away what everyone may know, where a demonstration went on before: whoever still has the password of the
    /// demonstration cannot sign in any more, be they the last administrator; the others lose its PIN and badge. Returns
    /// who was shut out; `None` when there was no demonstration.
    pub(crate) async fn end_demo(&self, people: &[DemoPerson]) -> Result<Option<Vec<String>>, Error> {
        if self.mark().await?.as_deref() != Some(GOES_ON) {
            return Ok(None);
        }
        let mut ended = Vec::new();
        for demo in people {
            let Some(known) = self.look().person(&demo.person).cloned() else {
                continue;
            };
            let has_password = self.hashing.is(demo.password.clone(), known.password.clone()).await?;
            let has_pin = self.hashing.is(demo.pin.clone(), known.pin.clone()).await?;
            let has_badge = known.badge == Some(self.badge_hash(&demo.badge));
            let mut row = PersonRow::clone(&known);
            if has_password {
                ended.push(row.id.clone());
                (row.active, row.password, row.pin, row.badge) = (false, None, None, None);
            }
            row.pin = row.pin.filter(|_| !has_pin);
            row.badge = row.badge.filter(|_| !has_badge);
            row.changed_at_ms = self.now_ms();
            let _one_at_a_time = self.changing.lock().await;
            let sessions = self.look().sessions_where(|signed_in| signed_in.person == row.id);
            self.put(row, sessions, &Principal::local(BY)).await?;
        }
        self.set_mark(ENDED).await?;
        Ok(Some(ended))
    }

    /// Whom `GET /session` offers; nobody unless this is a demonstration.
    pub(crate) fn demo(&self) -> Vec<DemoPerson> {
        self.demo.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn is_offered(&self, demo: &DemoPerson) -> Result<bool, Error> {
        let known = self.look().person(&demo.person).cloned();
        if let Some(known) = known.as_ref().filter(|known| known.active) {
            return self.hashing.is(demo.password.clone(), known.password.clone()).await;
        }
        let change = Change {
            name: Some(demo.name.clone()),
            roles: Some(demo.roles.clone()),
            rights: Some(demo.rights.clone()),
            password: Some(Some(demo.password.clone())),
            pin: Some(Some(demo.pin.clone())),
            badge: Some(Some(demo.badge.clone())),
            active: Some(true),
            ..Change::default()
        };
        let by = Principal::local(BY);
        match known {
            Some(shut_out) => self.change_person(&shut_out.id, change, &by).await?,
            None => self.add_person(&demo.person, change, &by).await?,
        };
        Ok(true)
    }

    async fn mark(&self) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.store.secret(MARK).await?.map(|row| row.bytes))
    }

    async fn set_mark(&self, mark: &[u8]) -> Result<(), Error> {
        let row = SecretRow {
            name: MARK.to_owned(),
            bytes: mark.to_vec(),
        };
        Ok(self.write(vec![Write::PutSecret(row)]).await?)
    }
}
