//! The moments of starts that come by themselves.

use expression::Date;
use language::model::{Every, Shift, Site, Start, Weekdays};

use crate::clock::{Clock, DAY_MS};
use crate::limits::{DAYS_WITHOUT_WORK_MAX, STARTS_LOOKED_AT_MAX};
use crate::working_time::{self, MINUTE_MS};
use crate::{Timestamp, Zone};

/// Monday 1970-01-05 00:00 by the site's clocks: from there `every` counts.
const MONDAY_MS: i64 = 4 * DAY_MS;

/// The first moment after `after` at which an app starts by itself; `None` when this is no such start, or there is none
/// within a year. `zone` is the site's local time around `after`.
pub fn next_start(site: &Site, start: &Start, after: Timestamp, zone: Zone) -> Option<Timestamp> {
    let clock = Clock { at: after, zone };
    match start {
        Start::Button { .. } | Start::Message { .. } => None,
        Start::Every { every, when } => {
            let every_ms = every.as_ms().max(1);
            match when {
                Every::Always => Some(next_every(&clock, after, every_ms)),
                Every::WorkingTime => next_at_work(site, &clock, after, every_ms),
            }
        }
        Start::At { at_min, days } => next_at(&clock, after, i64::from(*at_min), *days),
        Start::Shift { shift, before_end } => {
            let shift = site.shifts.iter().find(|known| known.id == *shift)?;
            let before_ms = before_end.map(|duration| duration.as_ms());
            next_of_shift(site, shift, &clock, after, before_ms)
        }
    }
}

fn next_every(clock: &Clock, after: Timestamp, every_ms: i64) -> Timestamp {
    let behind = |at: i64, offset_s: i32| (at + i64::from(offset_s) * 1000 - MONDAY_MS).rem_euclid(every_ms);
    let offset_s = clock.offset_s_at(after.0);
    let next = after.0 + every_ms - behind(after.0, offset_s);
    match clock.zone.next {
        // Behind the change other moments show the same times.
        Some((change, offset_s)) if after < change && next >= change.0 => {
            Timestamp(change.0 + (every_ms - behind(change.0, offset_s)) % every_ms)
        }
        _ => Timestamp(next),
    }
}

fn next_at_work(site: &Site, clock: &Clock, after: Timestamp, every_ms: i64) -> Option<Timestamp> {
    let mut at = after;
    for _ in 0..STARTS_LOOKED_AT_MAX {
        let next = next_every(clock, at, every_ms);
        let (begin, end) = working_time::next(site, clock, next)?;
        if begin <= next && next < end {
            return Some(next);
        }
        if begin.0.saturating_sub(after.0) > DAYS_WITHOUT_WORK_MAX * DAY_MS {
            return None;
        }
        // On to the last moment before people work.
        at = Timestamp(next.0.max(begin.0 - 1));
    }
    None
}

fn next_at(clock: &Clock, after: Timestamp, minute: i64, days: Weekdays) -> Option<Timestamp> {
    let today = clock.day_at(after);
    (today..=today + 8).find_map(|day| {
        let at = clock.when_clocks_reach(day * DAY_MS + minute * MINUTE_MS);
        (days.has(Date::from_unix_days(day)?.weekday()) && at > after).then_some(at)
    })
}

fn next_of_shift(
    site: &Site,
    shift: &Shift,
    clock: &Clock,
    after: Timestamp,
    before_end_ms: Option<i64>,
) -> Option<Timestamp> {
    let today = clock.day_at(after);
    (today - 2..=today + DAYS_WITHOUT_WORK_MAX).find_map(|day| {
        let date = Date::from_unix_days(day)?;
        if !shift.days.has(date.weekday()) || site.days_off.iter().any(|off| off.has(date)) {
            return None;
        }
        let reach = |minute: u16| clock.when_clocks_reach(day * DAY_MS + i64::from(minute) * MINUTE_MS);
        let at = match before_end_ms {
            // Not before it begins.
            Some(ms) => Timestamp(reach(shift.end_min()).0.saturating_sub(ms)).max(reach(shift.from_min)),
            None => reach(shift.from_min),
        };
        (at > after).then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use expression::{DateTime, Duration};
    use language::model::{DaysOff, Id};

    use super::*;

    fn site() -> Site {
        let read = language::read_site(
            "site: Plant\ntime_zone: Europe/Berlin\nshifts:\n  - shift: Early\n    days: mon-fri\n    from: \"06:00\"\n    to: \"14:00\"\n    breaks: [\"09:30-10:30\"]\n  - shift: Night\n    days: mon-fri\n    from: \"22:00\"\n    to: \"06:00\"\n",
        );
        let mut site = read.value.unwrap();
        let off = Date::parse("2026-10-23").unwrap();
        site.days_off.push(DaysOff { from: off, to: off });
        site
    }

    fn utc(text: &str) -> Timestamp {
        Timestamp(DateTime::parse(text).and_then(|at| at.unix_ms()).unwrap())
    }

    /// Moments after one, as the clocks of Berlin show them in the autumn of 2026.
    fn moments(start: &Start, from: &str, count: usize) -> Vec<String> {
        let change = utc("2026-10-25T01:00:00Z");
        let mut at = utc(from);
        let mut found = Vec::new();
        for _ in 0..count {
            let zone = if at < change {
                Zone {
                    offset_s: 7_200,
                    next: Some((change, 3_600)),
                }
            } else {
                Zone {
                    offset_s: 3_600,
                    next: None,
                }
            };
            let Some(next) = next_start(&site(), start, at, zone) else {
                break;
            };
            assert!(next > at);
            at = next;
            let offset_s = if at < change { 7_200 } else { 3_600 };
            found.push(DateTime::from_unix_ms(at.0, offset_s).to_string()[5..16].to_owned());
        }
        found
    }

    #[test]
    fn every_so_often_by_the_clocks() {
        let every = |ms, when| Start::Every {
            every: Duration::from_ms(ms),
            when,
        };
        let hours = every(6 * 3_600_000, Every::Always);
        assert_eq!(
            moments(&hours, "2026-10-24T13:00:00+02:00", 5),
            [
                "10-24T18:00",
                "10-25T00:00",
                "10-25T06:00",
                "10-25T12:00",
                "10-25T18:00"
            ]
        );
        let week = every(7 * DAY_MS, Every::Always);
        assert_eq!(
            moments(&week, "2026-10-24T13:00:00+02:00", 2),
            ["10-26T00:00", "11-02T00:00"]
        );
        // Not in the break, and over the weekend from the end of Thursday's night shift: Friday is off.
        let at_work = every(2 * 3_600_000, Every::WorkingTime);
        assert_eq!(
            moments(&at_work, "2026-10-22T07:00:00+02:00", 7),
            [
                "10-22T08:00",
                "10-22T12:00",
                "10-22T22:00",
                "10-23T00:00",
                "10-23T02:00",
                "10-23T04:00",
                "10-26T06:00"
            ]
        );
    }

    #[test]
    fn at_a_time_on_some_days() {
        let days = Weekdays::default().with(1).with(7);
        let at = Start::At { at_min: 150, days };
        // 02:30 comes twice on Sunday the 25th; the first one counts.
        assert_eq!(
            moments(&at, "2026-10-19T02:30:00+02:00", 3),
            ["10-25T02:30", "10-26T02:30", "11-01T02:30"]
        );
        assert_eq!(
            moments(
                &Start::At {
                    at_min: 150,
                    days: Weekdays::default()
                },
                "2026-10-19T02:30:00+02:00",
                1
            )
            .len(),
            0
        );
    }

    #[test]
    fn with_a_shift_and_before_its_end() {
        let shift = |name: &str, before_min: Option<i64>| Start::Shift {
            shift: Id::new(name),
            before_end: before_min.map(|min| Duration::from_ms(min * MINUTE_MS)),
        };
        assert_eq!(
            moments(&shift("early", None), "2026-10-22T05:00:00+02:00", 2),
            ["10-22T06:00", "10-26T06:00"]
        );
        // Thursday's night shift ends on Friday, which is off for those that begin then.
        assert_eq!(
            moments(&shift("night", Some(15)), "2026-10-22T12:00:00+02:00", 2),
            ["10-23T05:45", "10-27T05:45"]
        );
        assert_eq!(moments(&shift("late", None), "2026-10-22T05:00:00+02:00", 1).len(), 0);
        assert_eq!(
            moments(&shift("early", Some(10_000)), "2026-10-22T05:00:00+02:00", 1),
            ["10-22T06:00"]
        );
    }
}
