//! A date with a time of day.

use std::fmt;

use super::{Date, Duration, NANOS_PER_SECOND, SECONDS_PER_DAY, Time, Zone, parse};
use crate::Host;

/// A moment: exact when its time has an offset or a zone, local when not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    date: Date,
    time: Time,
}

impl DateTime {
    /// A date and a time of day.
    pub fn new(date: Date, time: Time) -> DateTime {
        DateTime { date, time }
    }

    /// ISO 8601 `2026-09-30T14:05:00+02:00`, also `…T14:05`, with `Z`, an offset, `@Europe/Berlin` or nothing behind it.
    pub fn parse(text: &str) -> Option<DateTime> {
        parse::date_time_lenient(text)
    }

    /// Milliseconds since 1970-01-01T00:00Z, in UTC or shown at `offset_s` seconds east of it.
    pub fn from_unix_ms(ms: i64, offset_s: i32) -> DateTime {
        let local_ms = i128::from(ms) + i128::from(offset_s) * 1000;
        DateTime::from_local_nanos(local_ms * 1_000_000, Zone::Offset(offset_s))
            .expect("an i64 of milliseconds is 292 million years, inside the calendar")
    }

    /// `None` for a local time without offset, and for a named zone, whose rules only a [`Host`] knows:
    /// see [`DateTime::unix_ms_by`].
    pub fn unix_ms(&self) -> Option<i64> {
        match self.time.zone() {
            Zone::Offset(offset_s) => {
                let nanos = self.local_nanos() - i128::from(*offset_s) * NANOS_PER_SECOND;
                i64::try_from(nanos.div_euclid(1_000_000)).ok()
            }
            Zone::Local | Zone::Named(_) => None,
        }
    }

    /// Milliseconds since 1970-01-01T00:00Z; `None` for a local time and for a zone that the host does not know.
    pub fn unix_ms_by(&self, host: &dyn Host) -> Option<i64> {
        i64::try_from(self.instant_nanos(host)?.div_euclid(1_000_000)).ok()
    }

    /// Its day.
    pub fn date(&self) -> Date {
        self.date
    }

    /// Its time of day, with the zone.
    pub fn time(&self) -> &Time {
        &self.time
    }

    /// Nanoseconds since 1970-01-01T00:00 as the clock on the wall shows it.
    pub(crate) fn local_nanos(&self) -> i128 {
        i128::from(self.date.unix_days()) * i128::from(SECONDS_PER_DAY) * NANOS_PER_SECOND + self.time.nanos_of_day()
    }

    pub(crate) fn from_local_nanos(nanos: i128, zone: Zone) -> Option<DateTime> {
        let day = i128::from(SECONDS_PER_DAY) * NANOS_PER_SECOND;
        let date = Date::from_unix_days(i64::try_from(nanos.div_euclid(day)).ok()?)?;
        Some(DateTime {
            date,
            time: Time::from_nanos_of_day(nanos.rem_euclid(day), zone),
        })
    }

    /// Seconds east of UTC at this moment.
    pub(crate) fn offset_s(&self, host: &dyn Host) -> Option<i32> {
        match self.time.zone() {
            Zone::Local => None,
            Zone::Offset(offset_s) => Some(*offset_s),
            Zone::Named(name) => {
                let local_s = self.date.unix_days() * SECONDS_PER_DAY + i64::from(self.time.second_of_day());
                let early = host.offset_s(name, local_s - SECONDS_PER_DAY)?;
                let late = host.offset_s(name, local_s + SECONDS_PER_DAY)?;
                // Near a change of the clock: an hour that comes twice is meant the first time, and one that is left
                // out is counted on from before the change.
                let holds = |offset: i32| host.offset_s(name, local_s - i64::from(offset)) == Some(offset);
                Some(if early != late && !holds(early) && holds(late) {
                    late
                } else {
                    early
                })
            }
        }
    }

    /// Nanoseconds since 1970-01-01T00:00Z.
    pub(crate) fn instant_nanos(&self, host: &dyn Host) -> Option<i128> {
        Some(self.local_nanos() - i128::from(self.offset_s(host)?) * NANOS_PER_SECOND)
    }

    /// So much time later. In a named zone the real time counts: over a change of the clock the wall shows more or less.
    pub(crate) fn plus(&self, duration: Duration, host: &dyn Host) -> Option<DateTime> {
        let zone = self.time.zone().clone();
        let Zone::Named(name) = &zone else {
            return DateTime::from_local_nanos(self.local_nanos().checked_add(duration.0)?, zone);
        };
        let instant = self.instant_nanos(host)?.checked_add(duration.0)?;
        let instant_s = i64::try_from(instant.div_euclid(NANOS_PER_SECOND)).ok()?;
        let offset_s = host.offset_s(name, instant_s)?;
        DateTime::from_local_nanos(instant + i128::from(offset_s) * NANOS_PER_SECOND, zone)
    }

    pub(crate) fn plus_months(&self, months: i64) -> Option<DateTime> {
        Some(DateTime {
            date: self.date.plus_months(months)?,
            time: self.time.clone(),
        })
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date, self.time)
    }
}
