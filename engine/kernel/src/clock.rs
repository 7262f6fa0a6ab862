//! The moment of an event and the site's local time around it, as formulas see them.

use expression::{Date, DateTime, Host, Time};

use crate::{Timestamp, Zone};

/// The clock that formulas read: it stands still while an event is worked on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    pub at: Timestamp,
    pub zone: Zone,
}

impl Clock {
    /// Seconds east of UTC at `ms`, as far as the event's zone knows.
    pub(crate) fn offset_s_at(&self, ms: i64) -> i32 {
        match self.zone.next {
            Some((change, after)) if ms >= change.0 => after,
            _ => self.zone.offset_s,
        }
    }

    /// `at` as a value of formulas, at the site's offset.
    pub(crate) fn moment(&self) -> DateTime {
        DateTime::from_unix_ms(self.at.0, self.offset_s_at(self.at.0))
    }

    /// The day that it is at the site.
    pub fn today(&self) -> Date {
        self.moment().date()
    }

    /// The moment at which the site's clocks show `local_ms` (milliseconds since 1970-01-01T00:00 on the wall).
    /// In the hour that a change of the clocks repeats it is the first one; in the hour it leaves out, the moment
    /// that the old offset gives.
    pub(crate) fn when_clocks_show(&self, local_ms: i64) -> Timestamp {
        let before = local_ms.saturating_sub(i64::from(self.zone.offset_s) * 1000);
        let Some((change, offset_after)) = self.zone.next else {
            return Timestamp(before);
        };
        let after = local_ms.saturating_sub(i64::from(offset_after) * 1000);
        Timestamp(if before >= change.0 && after >= change.0 {
            after
        } else {
            before
        })
    }

    /// The same, but the later on the wall never comes before the earlier: a time that a change of the clocks leaves
    /// out is the moment of the change.
    pub(crate) fn when_clocks_reach(&self, local_ms: i64) -> Timestamp {
        let before = local_ms.saturating_sub(i64::from(self.zone.offset_s) * 1000);
        let Some((change, offset_after)) = self.zone.next else {
            return Timestamp(before);
        };
        let after = local_ms.saturating_sub(i64::from(offset_after) * 1000);
        Timestamp(if before < change.0 { before } else { after.max(change.0) })
    }

    /// The day at the site, counted from 1970-01-01.
    pub(crate) fn day_at(&self, at: Timestamp) -> i64 {
        let offset_ms = i64::from(self.offset_s_at(at.0)) * 1000;
        at.0.saturating_add(offset_ms).div_euclid(DAY_MS)
    }

    /// The first moment of a day at the site.
    pub(crate) fn start_of(&self, date: Date) -> Timestamp {
        self.when_clocks_show(date.unix_days().saturating_mul(DAY_MS))
    }

    /// A date and time without an offset is the site's. `None` when its zone is not known here.
    pub(crate) fn moment_of(&self, moment: &DateTime) -> Option<Timestamp> {
        match moment.time().zone() {
            expression::Zone::Local => Some(self.when_clocks_show(local_ms(moment.date().unix_days(), moment.time()))),
            _ => moment.unix_ms_by(self).map(Timestamp),
        }
    }

    /// The same moment, with the site's offset when it had none.
    pub(crate) fn anchored(&self, moment: DateTime) -> DateTime {
        match (moment.time().zone(), self.moment_of(&moment)) {
            (expression::Zone::Local, Some(at)) => DateTime::from_unix_ms(at.0, self.offset_s_at(at.0)),
            _ => moment,
        }
    }

    /// When the clocks show that time of day next; now, when they show it now.
    pub(crate) fn next(&self, time: &Time) -> Option<Timestamp> {
        match time.zone() {
            expression::Zone::Local => {
                let offset_ms = i64::from(self.offset_s_at(self.at.0)) * 1000;
                let today = self.at.0.saturating_add(offset_ms).div_euclid(DAY_MS);
                // The day after tomorrow too: a change of the clocks can leave out an hour of tomorrow.
                (today..=today + 2)
                    .map(|day| self.when_clocks_show(local_ms(day, time)))
                    .find(|at| *at >= self.at)
            }
            expression::Zone::Offset(offset_s) => {
                let of_day = ms_of_day(time) - i64::from(*offset_s) * 1000;
                let behind = (of_day - self.at.0.rem_euclid(DAY_MS)).rem_euclid(DAY_MS);
                Some(Timestamp(self.at.0.saturating_add(behind)))
            }
            expression::Zone::Named(_) => None,
        }
    }
}

pub(crate) const DAY_MS: i64 = 86_400_000;

/// What the clocks show on that day (counted from 1970-01-01) at that time.
fn local_ms(day: i64, time: &Time) -> i64 {
    day.saturating_mul(DAY_MS).saturating_add(ms_of_day(time))
}

fn ms_of_day(time: &Time) -> i64 {
    let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    seconds * 1000 + i64::from(time.nanosecond() / 1_000_000)
}

impl Host for Clock {
    fn now(&self) -> DateTime {
        self.moment()
    }
    /// The kernel has no time zone database: only offsets are understood.
    fn offset_s(&self, _zone: &str, _at_unix_s: i64) -> Option<i32> {
        None
    }
}
