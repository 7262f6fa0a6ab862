//! Enrolled stations: browsers that are a station of the site, whoever signs in at them.

use std::sync::Arc;
use store::rows::{EnrolmentRow, Hash, Write};

use super::{Error, Identity, Principal, SignedIn, Ticket};
use crate::limits;
use crate::nearest::nearest;

/// A station of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Station {
    pub(crate) id: String,
    pub(crate) title: String,
}

impl Identity {
    /// The station that this cookie makes a browser; none when the site has it no more.
    pub(crate) fn station_of(&self, ticket: &Ticket) -> Option<Arc<str>> {
        let row = Arc::clone(self.look().enrolments.get(&ticket.hash())?);
        self.has_station(&row.station).then(|| Arc::from(row.station.as_str()))
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
        };
        let _one_at_a_time = self.changing.lock().await;
        let before = before.and_then(|before| self.look().enrolments.get(&before.hash()).cloned());
        if before.is_none() && self.look().enrolments.len() >= limits::ENROLMENTS_MAX {
            return Err(Error::TooMany("enrolled stations"));
        }
        let by = by.signed_in().map(|by| self.still_in(by)).transpose()?;
        let moved = by.map(|by| by.moved(Some(Arc::from(station))));
        let mut changes: Vec<Write> = before
            .iter()
            .map(|row| Write::DropEnrolment { id: row.id.clone() })
            .collect();
        changes.push(Write::PutEnrolment(row.clone()));
        changes.extend(moved.as_ref().map(|moved| Write::PutSession(moved.row())));
        self.write(changes).await?;
        let mut state = self.change();
        if let Some(before) = before {
            state.enrolments.remove(&before.hash);
        }
        state.enrolments.insert(row.hash, Arc::new(row));
        if let Some(moved) = moved {
            state.put_session(Arc::new(moved));
        }
        drop(state);
        Ok(ticket)
    }

    /// This browser is no station any more; nothing when it was none.
    pub(crate) async fn unenrol(&self, ticket: &Ticket, by: &Principal) -> Result<(), Error> {
        let row = self.look().enrolments.get(&ticket.hash()).cloned();
        match row {
            Some(row) => self.drop_enrolment(&row, by.signed_in().map(|by| &**by)).await,
            None => Ok(()),
        }
    }

    /// Whatever browser this was is no station any more.
    pub(crate) async fn revoke(&self, id: &str, by: &Principal) -> Result<(), Error> {
        let row = self.look().enrolments.values().find(|row| row.id == id).cloned();
        let row = row.ok_or_else(|| Error::Missing {
            what: "enrolment",
            id: id.to_owned(),
            nearest: None,
        })?;
        self.drop_enrolment(&row, by.signed_in().map(|by| &**by)).await
    }

    /// By station, oldest first.
    pub(crate) fn enrolments(&self) -> Vec<Arc<EnrolmentRow>> {
        let mut rows: Vec<_> = self.look().enrolments.values().cloned().collect();
        rows.sort_by(|a, b| (&a.station, a.at_ms, &a.id).cmp(&(&b.station, b.at_ms, &b.id)));
        rows
    }

    /// Ends the sessions at that station too: which of them were at this browser is not kept. `by` goes on, at a browser
    /// of their own.
    async fn drop_enrolment(&self, row: &EnrolmentRow, by: Option<&SignedIn>) -> Result<(), Error> {
        let _one_at_a_time = self.changing.lock().await;
        let at_station = |signed_in: &SignedIn| signed_in.station.as_deref() == Some(row.station.as_str());
        let is_by = |signed_in: &SignedIn| by.is_some_and(|by| by.session == signed_in.session);
        let ended = self
            .look()
            .sessions_where(|signed_in| at_station(signed_in) && !is_by(signed_in));
        let ended: Vec<Hash> = ended.iter().map(|signed_in| signed_in.session).collect();
        let by = by.map(|by| self.still_in(by)).transpose()?;
        let moved = by.filter(|by| at_station(by)).map(|by| by.moved(None));
        let mut changes = vec![Write::DropEnrolment { id: row.id.clone() }];
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
