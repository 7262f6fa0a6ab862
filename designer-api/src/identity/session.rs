//! Sessions: a person is signed in at a browser.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::rows::{Hash, PersonRow, SessionRow, Write};
use tokio::sync::watch;

use super::book::State;
use super::{Error, Identity, Place, Rights, SignedIn, Ticket};
use crate::limits;

/// A session as it is kept in memory.
pub(super) struct Session {
    pub(super) signed_in: Arc<SignedIn>,
}

/// What goes on while someone is signed in; the same for all that a session ever was.
pub(super) struct Pulse {
    /// When the person last did something.
    seen_at_ms: AtomicI64,
    /// What the store knows of that.
    kept_at_ms: AtomicI64,
    over: watch::Sender<bool>,
}

/// What a browser gets that was just signed in.
pub(crate) struct NewSession {
    pub(crate) ticket: Ticket,
    pub(crate) signed_in: Arc<SignedIn>,
}

/// What a request says about the person: pages ask for lists by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// Somebody did something.
    OfLife,
    None,
}

impl Identity {
    /// Who is signed in with this cookie.
    pub(crate) fn session(&self, ticket: &Ticket, sign: Sign) -> Option<Arc<SignedIn>> {
        let now_ms = self.now_ms();
        let signed_in = Arc::clone(&self.look().sessions.get(&ticket.hash())?.signed_in);
        if now_ms >= self.ends_at_ms(&signed_in) {
            return None;
        }
        if sign == Sign::OfLife {
            signed_in.pulse.seen_at_ms.fetch_max(now_ms, Ordering::Relaxed);
        }
        Some(signed_in)
    }

    /// Tells the store that the person is still there, when it was long ago that it was told. Fails silently but for
    /// the log: it is no reason to refuse what the person wants.
    pub(crate) async fn keep_seen(&self, signed_in: &SignedIn) {
        let pulse = &signed_in.pulse;
        let (seen, kept) = (
            pulse.seen_at_ms.load(Ordering::Relaxed),
            pulse.kept_at_ms.load(Ordering::Relaxed),
        );
        if seen.saturating_sub(kept) < limits::SEEN_KEPT_EVERY_MS
            || pulse
                .kept_at_ms
                .compare_exchange(kept, seen, Ordering::Relaxed, Ordering::Relaxed)
                .is_err()
        {
            return;
        }
        let _one_at_a_time = self.changing.lock().await;
        // Not one that ended meanwhile.
        let row = self
            .look()
            .sessions
            .get(&signed_in.session)
            .map(|session| session.signed_in.row());
        let Some(row) = row else { return };
        if let Err(error) = self.write(vec![Write::PutSession(row)]).await {
            tracing::warn!(%error, "that a session goes on could not be kept");
        }
    }

    /// The session as it is now. Fails for one that ended, or has other rights, since its request was let in: what is
    /// done under the old ones would outlive them.
    pub(crate) fn still_in(&self, signed_in: &SignedIn) -> Result<Arc<SignedIn>, Error> {
        let now = self
            .look()
            .sessions
            .get(&signed_in.session)
            .map(|session| Arc::clone(&session.signed_in));
        let now = now.filter(|now| now.rights == signed_in.rights && self.goes_on(now));
        now.ok_or(Error::SignedOut)
    }

    /// Whether the session has not ended.
    pub(crate) fn goes_on(&self, signed_in: &SignedIn) -> bool {
        !*signed_in.pulse.over.borrow() && self.now_ms() < self.ends_at_ms(signed_in)
    }

    /// When the session ends if nobody does anything.
    pub(crate) fn ends_at_ms(&self, signed_in: &SignedIn) -> i64 {
        let seen_at_ms = signed_in.pulse.seen_at_ms.load(Ordering::Relaxed);
        let idle_ms = i64::from(self.idle_s(signed_in)).saturating_mul(1000);
        signed_in.expires_at_ms.min(seen_at_ms.saturating_add(idle_ms))
    }

    /// After how long without a sign of the person the session ends.
    pub(crate) fn idle_s(&self, signed_in: &SignedIn) -> u32 {
        let idle = match signed_in.station {
            Some(_) => self.lifetimes.idle_at_station,
            None => self.lifetimes.idle,
        };
        u32::try_from(idle.as_secs()).unwrap_or(u32::MAX)
    }

    /// Returns when the session has ended, for whatever reason.
    pub(crate) async fn ended(&self, signed_in: &SignedIn) {
        let mut over = signed_in.pulse.over.subscribe();
        loop {
            let ends_at_ms = self.ends_at_ms(signed_in);
            if *over.borrow_and_update() || self.now_ms() >= ends_at_ms {
                return;
            }
            tokio::select! {
                // The sender lives in `signed_in`.
                _ = over.changed() => {}
                () = self.clock.sleep_until(kernel::Timestamp(ends_at_ms)) => {}
            }
        }
    }

    /// Begins a session for someone whose credentials were right; ends those of theirs that are too many.
    pub(super) async fn begin_session(&self, person: &PersonRow, place: Option<Place>) -> Result<NewSession, Error> {
        let ticket = Ticket::random()?;
        let now_ms = self.now_ms();
        let absolute_ms = i64::try_from(self.lifetimes.absolute.as_millis()).unwrap_or(i64::MAX);
        let row = SessionRow {
            hash: ticket.hash(),
            person: person.id.clone(),
            station: place.as_ref().map(|place| place.station.to_string()),
            enrolment: place.as_ref().map(|place| place.enrolment.to_string()),
            created_at_ms: now_ms,
            seen_at_ms: now_ms,
            expires_at_ms: now_ms.saturating_add(absolute_ms),
        };
        let _one_at_a_time = self.changing.lock().await;
        // Whoever was taken out, or got another password, while this one was being checked.
        let current = self.look().person(&person.id).cloned();
        let current = current.filter(|now| now.active && has_same_credentials(now, person));
        let current = current.ok_or(Error::WrongCredentials)?;
        // And a browser that was revoked meanwhile: its sessions were ended before this one was there.
        if let Some(place) = &place
            && !self.look().has_enrolment(&place.enrolment)
        {
            return Err(Error::NotAStation);
        }
        let ended = self.over_or_too_many(&person.id);
        let mut changes: Vec<Write> = ended.iter().map(|hash| Write::DropSession { hash: *hash }).collect();
        changes.push(Write::PutSession(row.clone()));
        self.write(changes).await?;
        let signed_in = Arc::new(SignedIn::of(&current, &row));
        let mut state = self.change();
        state.end_sessions(&ended);
        state.put_session(Arc::clone(&signed_in));
        drop(state);
        Ok(NewSession { ticket, signed_in })
    }

    pub(crate) async fn end_session(&self, signed_in: &SignedIn) -> Result<(), Error> {
        let _one_at_a_time = self.changing.lock().await;
        let hash = signed_in.session;
        self.write(vec![Write::DropSession { hash }]).await?;
        self.change().end_sessions(&[hash]);
        Ok(())
    }

    pub(super) async fn load_sessions(&self) -> Result<(), Error> {
        let rows = self.store.sessions().await?;
        let mut over = Vec::new();
        for mut row in rows {
            // The store was told once a minute: until then it may have been later.
            row.seen_at_ms = row
                .seen_at_ms
                .saturating_add(limits::SEEN_KEPT_EVERY_MS)
                .min(self.now_ms());
            let person = self.look().person(&row.person).filter(|person| person.active).cloned();
            let signed_in = person.map(|person| SignedIn::of(&person, &row));
            match signed_in {
                Some(signed_in) if self.now_ms() < self.ends_at_ms(&signed_in) => {
                    self.change().put_session(Arc::new(signed_in));
                }
                _ => over.push(Write::DropSession { hash: row.hash }),
            }
        }
        if !over.is_empty() {
            self.write(over).await?;
        }
        Ok(())
    }

    /// Sessions that are over, of anyone, and those of this person that must give way to another one.
    fn over_or_too_many(&self, person: &str) -> Vec<Hash> {
        let state = self.look();
        let now_ms = self.now_ms();
        let (mut ended, going_on): (Vec<&Session>, Vec<&Session>) = state
            .sessions
            .values()
            .partition(|session| now_ms >= self.ends_at_ms(&session.signed_in));
        let mut own: Vec<&Session> = going_on
            .into_iter()
            .filter(|session| session.signed_in.person == person)
            .collect();
        own.sort_by_key(|session| std::cmp::Reverse(session.signed_in.pulse.seen_at_ms.load(Ordering::Relaxed)));
        ended.extend(own.into_iter().skip(limits::SESSIONS_OF_PERSON_MAX - 1));
        ended.into_iter().map(|session| session.signed_in.session).collect()
    }
}

fn has_same_credentials(now: &PersonRow, then: &PersonRow) -> bool {
    (&now.password, &now.pin, &now.badge) == (&then.password, &then.pin, &then.badge)
}

impl State {
    pub(super) fn put_session(&mut self, signed_in: Arc<SignedIn>) {
        self.sessions.insert(signed_in.session, Session { signed_in });
    }

    /// Whoever waits for their end is told.
    pub(super) fn end_sessions(&mut self, hashes: &[Hash]) {
        for hash in hashes {
            if let Some(session) = self.sessions.remove(hash) {
                session.signed_in.pulse.over.send_replace(true);
            }
        }
    }

    /// Sessions that fit.
    pub(super) fn sessions_where(&self, fits: impl Fn(&SignedIn) -> bool) -> Vec<Arc<SignedIn>> {
        let sessions = self.sessions.values().map(|session| &session.signed_in);
        sessions.filter(|signed_in| fits(signed_in)).cloned().collect()
    }

    /// What changed about a person holds from the next request on.
    pub(super) fn refresh_sessions(&mut self, person: &PersonRow) {
        let sessions: &mut HashMap<Hash, Session> = &mut self.sessions;
        for session in sessions
            .values_mut()
            .filter(|session| session.signed_in.person == person.id)
        {
            session.signed_in = Arc::new(session.signed_in.changed(person));
        }
    }
}

impl SignedIn {
    fn of(person: &PersonRow, row: &SessionRow) -> SignedIn {
        SignedIn {
            person: person.id.clone(),
            name: person.name.clone(),
            roles: person.roles.clone(),
            rights: Rights::of_person(person),
            language: person.language.clone(),
            station: row.station.as_deref().map(Arc::from),
            enrolment: row.enrolment.as_deref().map(Arc::from),
            session: row.hash,
            created_at_ms: row.created_at_ms,
            expires_at_ms: row.expires_at_ms,
            pulse: Arc::new(Pulse {
                seen_at_ms: AtomicI64::new(row.seen_at_ms),
                kept_at_ms: AtomicI64::new(row.seen_at_ms),
                over: watch::Sender::new(false),
            }),
        }
    }

    /// The same session of someone about whom something changed.
    fn changed(&self, person: &PersonRow) -> SignedIn {
        SignedIn {
            person: person.id.clone(),
            name: person.name.clone(),
            roles: person.roles.clone(),
            rights: Rights::of_person(person),
            language: person.language.clone(),
            station: self.station.clone(),
            enrolment: self.enrolment.clone(),
            ..self.moved(None)
        }
    }

    /// The same session at another place.
    pub(super) fn moved(&self, place: Option<Place>) -> SignedIn {
        let (station, enrolment) = place.map(|place| (place.station, place.enrolment)).unzip();
        SignedIn {
            person: self.person.clone(),
            name: self.name.clone(),
            roles: self.roles.clone(),
            rights: self.rights,
            language: self.language.clone(),
            station,
            enrolment,
            session: self.session,
            created_at_ms: self.created_at_ms,
            expires_at_ms: self.expires_at_ms,
            pulse: Arc::clone(&self.pulse),
        }
    }

    pub(super) fn row(&self) -> SessionRow {
        SessionRow {
            hash: self.session,
            person: self.person.clone(),
            station: self.station.as_deref().map(str::to_owned),
            enrolment: self.enrolment.as_deref().map(str::to_owned),
            created_at_ms: self.created_at_ms,
            seen_at_ms: self.pulse.seen_at_ms.load(Ordering::Relaxed),
            expires_at_ms: self.expires_at_ms,
        }
    }
}
