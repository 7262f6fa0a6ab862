//! Enrolled stations: browsers that are a station of the site, whoever signs in at them.

use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::rows::{EnrolmentRow, Hash, Write};

use super::{Error, Identity, Principal, SignedIn, Ticket};
use crate::audit::{self, Did};
use crate::limits;
use crate::nearest::nearest;

/// A station of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Station {
    pub(crate) id: String,
    pub(crate) title: String,
}

/// A browser that is a station.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) station: Arc<str>,
    /// Which of the station's browsers.
    pub(crate) enrolment: Arc<str>,
}

/// An enrolment as it is kept in memory.
pub(crate) struct Enrolled {
    pub(crate) row: EnrolmentRow,
    /// When it last asked for something; 0 is never.
    seen_at_ms: AtomicI64,
    /// What the store knows of that.
    kept_at_ms: AtomicI64,
}

impl Enrolled {
    pub(super) fn of(row: EnrolmentRow) -> Enrolled {
        let seen_at_ms = row.seen_at_ms.unwrap_or(0);
        Enrolled {
            row,
            seen_at_ms: AtomicI64::new(seen_at_ms),
            kept_at_ms: AtomicI64::new(seen_at_ms),
        }
    }

    pub(crate) fn seen_at_ms(&self) -> Option<i64> {
        Some(self.seen_at_ms.load(Ordering::Relaxed)).filter(|at_ms| *at_ms > 0)
    }
}

impl Identity {
    /// The station that this cookie makes a browser; none when the site has it no more.
    pub(crate) fn station_of(&self, ticket: &Ticket) -> Option<Arc<str>> {
        self.place_of(ticket).map(|place| place.station)
    }

    pub(crate) fn place_of(&self, ticket: &Ticket) -> Option<Place> {
        let enrolled = Arc::clone(self.look().enrolments.get(&ticket.hash())?);
        let row = &enrolled.row;
        self.has_station(&row.station).then(|| Place {
            station: Arc::from(row.station.as_str()),
            enrolment: Arc::from(row.id.as_str()),
        })
    }

    /// Remembers that this browser is there, and tells the store now and then. Fails silently but for the log: it is no
    /// reason to refuse anything.
    pub(crate) async fn keep_station_seen(&self, ticket: &Ticket) {
        let Some(enrolled) = self.look().enrolments.get(&ticket.hash()).cloned() else {
            return;
        };
        let now_ms = self.now_ms();
        enrolled.seen_at_ms.fetch_max(now_ms, Ordering::Relaxed);
        let kept = enrolled.kept_at_ms.load(Ordering::Relaxed);
        let is_new = now_ms.saturating_sub(kept) >= limits::SEEN_KEPT_EVERY_MS;
        let exchange = |kept| {
            let order = Ordering::Relaxed;
            enrolled.kept_at_ms.compare_exchange(kept, now_ms, order, order)
        };
        if !is_new || exchange(kept).is_err() {
            return;
        }
        let _one_at_a_time = self.changing.lock().await;
        // Not one that was revoked meanwhile.
        if !self.look().enrolments.contains_key(&ticket.hash()) {
            return;
        }
        let row = EnrolmentRow {
            seen_at_ms: Some(now_ms),
            ..enrolled.row.clone()
        };
        if let Err(error) = self.write(vec![Write::PutEnrolment(row)]).await {
            tracing::warn!(%error, "that a station was seen could not be kept");
        }
    }

    pub(crate) fn station(&self, id: &str) -> Station {
        let title = self
            .stations()
            .find(|(known, _)| *known == id)
            .map_or(id, |(_, title)| title);
        Station {
            id: id.to_owned(),
            title: title.to_owned(),
        }
    }

    /// Makes a browser a station: what is to be put into its cookie. Whoever did so from that browser is at the station
    /// from now on; what it was before it is no more.
    pub(crate) async fn enrol(&self, station: &str, by: &Principal, before: Option<&Ticket>) -> Result<Ticket, Error> {
        if !self.has_station(station) {
            return Err(Error::Missing {
                what: "station",
                id: station.to_owned(),
                nearest: nearest(station, self.stations().map(|(id, _)| id)).map(str::to_owned),
            });
        }
        let ticket = Ticket::random()?;
        let row = EnrolmentRow {
            id: uuid::Uuid::now_v7().to_string(),
            hash: ticket.hash(),
            station: station.to_owned(),
            by: by.name(),
            at_ms: self.now_ms(),
            seen_at_ms: Some(self.now_ms()),
        };
        let _one_at_a_time = self.changing.lock().await;
        let before = before.and_then(|before| self.look().enrolments.get(&before.hash()).cloned());
        if before.is_none() && self.look().enrolments.len() >= limits::ENROLMENTS_MAX {
            return Err(Error::TooMany("enrolled stations"));
        }
        let principal = by;
        let by = by.signed_in().map(|by| self.still_in(by)).transpose()?;
        let place = Place {
            station: Arc::from(station),
            enrolment: Arc::from(row.id.as_str()),
        };
        let moved = by.map(|by| by.moved(Some(place)));
        let mut changes: Vec<Write> = before
            .iter()
            .map(|before| Write::DropEnrolment {
                id: before.row.id.clone(),
            })
            .collect();
        changes.push(Write::PutEnrolment(row.clone()));
        changes.extend(moved.as_ref().map(|moved| Write::PutSession(moved.row())));
        let was = before.as_ref().map(|before| enrolment(&before.row)).unwrap_or_default();
        let told = (was, enrolment(&row));
        changes.push(audit::entry(row.at_ms, principal, Did::StationEnrolled, station, told));
        self.write(changes).await?;
        let mut state = self.change();
        if let Some(before) = before {
            state.enrolments.remove(&before.row.hash);
        }
        state.enrolments.insert(row.hash, Arc::new(Enrolled::of(row)));
        if let Some(moved) = moved {
            state.put_session(Arc::new(moved));
        }
        drop(state);
        Ok(ticket)
    }

    /// This browser is no station any more; nothing when it was none.
    pub(crate) async fn unenrol(&self, ticket: &Ticket, by: &Principal) -> Result<(), Error> {
        let enrolled = self.look().enrolments.get(&ticket.hash()).cloned();
        match enrolled {
            Some(enrolled) => self.drop_enrolment(&enrolled.row, by).await,
            None => Ok(()),
        }
    }

    /// Whatever browser this was is no station any more.
    pub(crate) async fn revoke(&self, id: &str, by: &Principal) -> Result<(), Error> {
        let enrolled = self.look().enrolments.values().find(|one| one.row.id == id).cloned();
        let enrolled = enrolled.ok_or_else(|| Error::Missing {
            what: "enrolment",
            id: id.to_owned(),
            nearest: None,
        })?;
        self.drop_enrolment(&enrolled.row, by).await
    }

    /// By station, oldest first.
    pub(crate) fn enrolments(&self) -> Vec<Arc<Enrolled>> {
        let mut enrolled: Vec<_> = self.look().enrolments.values().cloned().collect();
        enrolled.sort_by(|a, b| {
            let (a, b) = (&a.row, &b.row);
            (&a.station, a.at_ms, &a.id).cmp(&(&b.station, b.at_ms, &b.id))
        });
        enrolled
    }

    /// Ends the sessions at that browser too, and those at the station of which is not known at which browser they are:
    /// they began before that was kept. `by` goes on, at a browser of their own.
    async fn drop_enrolment(&self, row: &EnrolmentRow, principal: &Principal) -> Result<(), Error> {
        let by = principal.signed_in();
        let _one_at_a_time = self.changing.lock().await;
        let at_it = |signed_in: &SignedIn| match signed_in.enrolment.as_deref() {
            Some(enrolment) => enrolment == row.id,
            None => signed_in.station.as_deref() == Some(row.station.as_str()),
        };
        let is_by = |signed_in: &SignedIn| by.is_some_and(|by| by.session == signed_in.session);
        let ended = self
            .look()
            .sessions_where(|signed_in| at_it(signed_in) && !is_by(signed_in));
        let ended: Vec<Hash> = ended.iter().map(|signed_in| signed_in.session).collect();
        let by = by.map(|by| self.still_in(by)).transpose()?;
        let moved = by.filter(|by| at_it(by)).map(|by| by.moved(None));
        let told = (enrolment(row), Value::Null);
        let mut changes = vec![
            Write::DropEnrolment { id: row.id.clone() },
            audit::entry(self.now_ms(), principal, Did::StationRevoked, &row.station, told),
        ];
        changes.extend(ended.iter().map(|hash| Write::DropSession { hash: *hash }));
        changes.extend(moved.as_ref().map(|moved| Write::PutSession(moved.row())));
        self.write(changes).await?;
        let mut state = self.change();
        state.enrolments.remove(&row.hash);
        state.end_sessions(&ended);
        if let Some(moved) = moved {
            state.put_session(Arc::new(moved));
        }
        Ok(())
    }
}

/// What is said of an enrolment.
fn enrolment(row: &EnrolmentRow) -> Value {
    json!({"enrolment": row.id, "station": row.station})
}
