//! Signing in, and confirming a signature.
//!
//! Whoever tries learns nothing from the answer or its time: whether the person exists, has left, or has no password is
//! one answer after the same work.

use runtime::Confirmed;
use std::net::IpAddr;
use std::sync::Arc;
use store::rows::PersonRow;
use subtle::ConstantTimeEq;

use super::book::counted_person;
use super::lockout::Counted;
use super::rules;
use super::station::Place;
use super::{Change, Error, Identity, NewSession, Principal, SignedIn};
use crate::http::Problem;

/// What someone shows to prove who they are.
pub(crate) enum Proof {
    Password(String),
    Pin(String),
    Badge(String),
}

/// What someone shows to sign in; a badge says who it is.
pub(crate) enum Credential {
    Password { person: String, password: String },
    Pin { person: String, pin: String },
    Badge(String),
}

impl Identity {
    /// Signs in at a browser at this address, which may be a station.
    pub(crate) async fn sign_in(
        &self,
        credential: Credential,
        place: Option<Place>,
        address: IpAddr,
    ) -> Result<NewSession, Error> {
        // A name that nobody has is not logged: it may be a password that was typed into the wrong place.
        let person = match &credential {
            Credential::Password { person, .. } | Credential::Pin { person, .. } => {
                self.look().person(person.trim()).map(|known| known.id.clone())
            }
            Credential::Badge(_) => None,
        };
        let done = self.try_credential(credential, place, address).await;
        if let Err(error @ (Error::WrongCredentials | Error::Locked { .. })) = &done {
            tracing::warn!(%address, person, %error, "someone was not signed in");
        }
        done
    }

    async fn try_credential(
        &self,
        credential: Credential,
        place: Option<Place>,
        address: IpAddr,
    ) -> Result<NewSession, Error> {
        self.pace(address)?;
        let (person, counted) = match (credential, &place) {
            (Credential::Password { person, password }, _) => {
                let counted = counted_person(person.trim(), address);
                let known = self.look().person(person.trim()).cloned();
                let hash = |row: &PersonRow| row.password.clone();
                (self.check_secret(known, hash, password, &counted).await?, counted)
            }
            (Credential::Pin { person, pin }, Some(_)) => {
                let counted = counted_person(person.trim(), address);
                let known = self.look().person(person.trim()).cloned();
                (
                    self.check_secret(known, |row| row.pin.clone(), pin, &counted).await?,
                    counted,
                )
            }
            (Credential::Badge(badge), Some(place)) => {
                let counted = [Counted::Station(place.station.to_string()), Counted::Address(address)];
                self.try_begins(&counted)?;
                (self.person_of_badge(&badge).ok_or(Error::WrongCredentials)?, counted)
            }
            (Credential::Pin { .. } | Credential::Badge(_), None) => return Err(Error::NotAStation),
        };
        let session = self.begin_session(&person, place).await?;
        self.try_was_right(&counted);
        Ok(session)
    }

    /// Whether who is signed in is the one who signs.
    pub(crate) async fn confirm(&self, signed_in: &SignedIn, proof: Proof) -> Result<Confirmed, Problem> {
        self.confirm_person(&signed_in.person, proof).await
    }

    /// Whether this person, who need not be signed in, is the one who shows this.
    pub(crate) async fn confirm_person(&self, person: &str, proof: Proof) -> Result<Confirmed, Problem> {
        let known = self.look().person(person).cloned();
        let person = [Counted::Person(person.to_lowercase())];
        match proof {
            Proof::Password(password) => {
                self.check_secret(known, |row| row.password.clone(), password, &person)
                    .await?;
                self.try_was_right(&person);
                Ok(Confirmed::Password)
            }
            Proof::Pin(pin) => {
                self.check_secret(known, |row| row.pin.clone(), pin, &person).await?;
                self.try_was_right(&person);
                Ok(Confirmed::Pin)
            }
            Proof::Badge(badge) => {
                self.try_begins(&person)?;
                let given = self.badge_hash(badge.trim());
                let own = known.filter(|row| row.active).and_then(|row| row.badge);
                if !own.is_some_and(|own| own.ct_eq(&given).into()) {
                    return Err(Error::WrongCredentials.into());
                }
                self.try_was_right(&person);
                Ok(Confirmed::Badge)
            }
        }
    }

    /// A person gives themselves another password; their other browsers are signed out.
    pub(crate) async fn change_own_password(
        &self,
        signed_in: &Arc<SignedIn>,
        old: String,
        new: String,
    ) -> Result<(), Error> {
        if let Some(fault) = rules::password("new", &new, &signed_in.person, &signed_in.name) {
            return Err(Error::Refused(vec![fault]));
        }
        self.must_know_password(signed_in, old).await?;
        let change = Change {
            password: Some(Some(new)),
            ..Change::default()
        };
        self.change_person(&signed_in.person, change, &Principal::Person(Arc::clone(signed_in)))
            .await
            .map(drop)
    }

    /// A person gives themselves another PIN; their other browsers are signed out.
    pub(crate) async fn change_own_pin(
        &self,
        signed_in: &Arc<SignedIn>,
        password: String,
        pin: String,
    ) -> Result<(), Error> {
        if let Some(fault) = rules::pin("pin", &pin, &signed_in.person) {
            return Err(Error::Refused(vec![fault]));
        }
        self.must_know_password(signed_in, password).await?;
        let change = Change {
            pin: Some(Some(pin)),
            ..Change::default()
        };
        self.change_person(&signed_in.person, change, &Principal::Person(Arc::clone(signed_in)))
            .await
            .map(drop)
    }

    async fn must_know_password(&self, signed_in: &SignedIn, password: String) -> Result<(), Error> {
        let known = self.look().person(&signed_in.person).cloned();
        let counted = [Counted::Person(signed_in.person.to_lowercase())];
        self.check_secret(known, |row| row.password.clone(), password, &counted)
            .await?;
        self.try_was_right(&counted);
        Ok(())
    }

    /// The person whose secret this is. The try stays counted as wrong; who is content takes it back.
    async fn check_secret(
        &self,
        known: Option<Arc<PersonRow>>,
        hash: impl Fn(&PersonRow) -> Option<String>,
        secret: String,
        counted: &[Counted],
    ) -> Result<Arc<PersonRow>, Error> {
        self.try_begins(counted)?;
        let known = known.filter(|row| row.active);
        let hash = known.as_deref().and_then(hash);
        let fits = self.hashing.is(secret, hash).await?;
        known.filter(|_| fits).ok_or(Error::WrongCredentials)
    }

    fn person_of_badge(&self, badge: &str) -> Option<Arc<PersonRow>> {
        let hash = self.badge_hash(badge.trim());
        let state = self.look();
        let id = state.badges.get(&hash)?;
        state.people.get(id).filter(|row| row.active).cloned()
    }
}
