//! Working time: the time of the site's shifts without their breaks, on days that are not off.
//!
//! By the clocks of the site, as far as the event's zone tells: its offset, and the next change with the offset after
//! it. A shift over the night of a change is an hour longer or shorter, as it is for those who work it. Shifts that
//! overlap count once.

use expression::Date;
use language::model::{DAY_MIN, Shift, Site};

use crate::Timestamp;
use crate::clock::{Clock, DAY_MS};
use crate::interpret::Trouble;
use crate::limits::{DAYS_WITHOUT_WORK_MAX, WAIT_MS_MAX};

pub(crate) const MINUTE_MS: i64 = 60_000;

/// The first moment at which so much working time has passed since `from`; `from` itself for none.
pub(crate) fn after(site: &Site, clock: &Clock, from: Timestamp, work_ms: i64) -> Result<Timestamp, Trouble> {
    let mut left_ms = work_ms;
    if left_ms <= 0 {
        return Ok(from);
    }
    let first = clock.day_at(from);
    let mut last_worked = first;
    let mut day = first;
    while day - last_worked <= DAYS_WITHOUT_WORK_MAX && (day - first).saturating_mul(DAY_MS) <= WAIT_MS_MAX {
        for (begin, end) in stretches(site, day) {
            let local = |minute: i64| day.saturating_mul(DAY_MS).saturating_add(minute * MINUTE_MS);
            let begin = clock.when_clocks_reach(local(begin)).0.max(from.0);
            let end = clock.when_clocks_reach(local(end)).0;
            if begin >= end {
                continue;
            }
            last_worked = day;
            if left_ms <= end - begin {
                return Ok(Timestamp(begin + left_ms));
            }
            left_ms -= end - begin;
        }
        day += 1;
    }
    Err(Trouble(if day - last_worked > DAYS_WITHOUT_WORK_MAX {
        "the site has no working time within a year".into()
    } else {
        "this would wait for more than ten years".into()
    }))
}

/// How much working time passes from one moment to another.
pub(crate) fn between(site: &Site, clock: &Clock, from: Timestamp, to: Timestamp) -> i64 {
    let (first, last) = (clock.day_at(from), clock.day_at(to));
    let mut passed_ms = 0;
    for day in first..=last.min(first.saturating_add(WAIT_MS_MAX / DAY_MS)) {
        for (begin, end) in stretches(site, day) {
            let local = |minute: i64| day.saturating_mul(DAY_MS).saturating_add(minute * MINUTE_MS);
            let begin = clock.when_clocks_reach(local(begin)).0.max(from.0);
            let end = clock.when_clocks_reach(local(end)).0.min(to.0);
            passed_ms += (end - begin).max(0);
        }
    }
    passed_ms
}

/// The first time of work that ends after `from`, when there is one within a year.
pub(crate) fn next(site: &Site, clock: &Clock, from: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let first = clock.day_at(from);
    (first..=first + DAYS_WITHOUT_WORK_MAX).find_map(|day| {
        stretches(site, day).into_iter().find_map(|(begin, end)| {
            let local = |minute: i64| day.saturating_mul(DAY_MS).saturating_add(minute * MINUTE_MS);
            let (begin, end) = (
                clock.when_clocks_reach(local(begin)),
                clock.when_clocks_reach(local(end)),
            );
            (begin < end && end > from).then_some((begin, end))
        })
    })
}

/// When people work on a day, in minutes after its midnight: in order, apart from one another.
fn stretches(site: &Site, day: i64) -> Vec<(i64, i64)> {
    let mut found = Vec::new();
    for (begun, before_min) in [(day - 1, i64::from(DAY_MIN)), (day, 0)] {
        let Some(date) = Date::from_unix_days(begun) else {
            continue;
        };
        if site.days_off.iter().any(|off| off.has(date)) {
            continue;
        }
        for shift in site.shifts.iter().filter(|shift| shift.days.has(date.weekday())) {
            for (from, to) in at_work(shift) {
                let (from, to) = ((from - before_min).max(0), (to - before_min).min(i64::from(DAY_MIN)));
                if from < to {
                    found.push((from, to));
                }
            }
        }
    }
    found.sort_unstable();
    let mut joined: Vec<(i64, i64)> = Vec::with_capacity(found.len());
    for (from, to) in found {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// A shift without its breaks, in minutes after the midnight before it.
fn at_work(shift: &Shift) -> Vec<(i64, i64)> {
    let mut from = i64::from(shift.from_min);
    let mut found = Vec::with_capacity(shift.breaks.len() + 1);
    for pause in &shift.breaks {
        found.push((from, i64::from(pause.from_min)));
        from = i64::from(pause.to_min);
    }
    found.push((from, i64::from(shift.end_min())));
    found.retain(|(from, to)| from < to);
    found
}

#[cfg(test)]
mod tests {
    use language::model::{Break, DaysOff, Id, Weekdays};
    use proptest::prelude::*;

    use super::*;
    use crate::Zone;

    fn shift(days: u8, from_min: u16, to_min: u16, breaks: &[(u16, u16)]) -> Shift {
        let pause = |(from_min, to_min): &(u16, u16)| Break {
            from_min: *from_min,
            to_min: *to_min,
        };
        Shift {
            id: Id::new("shift"),
            title: "Shift".into(),
            days: Weekdays(days),
            from_min,
            to_min,
            breaks: breaks.iter().map(pause).collect(),
        }
    }

    fn site(shifts: Vec<Shift>) -> Site {
        Site {
            shifts,
            ..Site::default()
        }
    }

    fn clock(offset_s: i32, next: Option<(i64, i32)>) -> Clock {
        Clock {
            at: Timestamp(0),
            zone: Zone {
                offset_s,
                next: next.map(|(at, offset_s)| (Timestamp(at), offset_s)),
            },
        }
    }

    /// Milliseconds of a moment in UTC.
    fn utc(text: &str) -> i64 {
        expression::DateTime::parse(text).and_then(|at| at.unix_ms()).unwrap()
    }

    const HOUR_MS: i64 = 3_600_000;
    const MON_TO_FRI: u8 = 0b001_1111;

    #[test]
    fn over_breaks_nights_weekends_and_days_off() {
        let mut site = site(vec![shift(MON_TO_FRI, 360, 840, &[(540, 555), (690, 720)])]);
        site.days_off.push(DaysOff {
            from: Date::parse("2026-11-24").unwrap(),
            to: Date::parse("2026-11-25").unwrap(),
        });
        let clock = clock(28_800, None);
        let due = |from: &str, hours: i64| {
            let due = after(&site, &clock, Timestamp(utc(from)), hours * HOUR_MS).unwrap();
            expression::DateTime::from_unix_ms(due.0, 28_800).to_string()
        };
        // 2026-11-20 is a Friday.
        assert_eq!(due("2026-11-20T08:30:00+08:00", 1), "2026-11-20T09:45:00+08:00");
        assert_eq!(due("2026-11-20T13:00:00+08:00", 1), "2026-11-20T14:00:00+08:00");
        assert_eq!(due("2026-11-20T13:30:00+08:00", 1), "2026-11-23T06:30:00+08:00");
        assert_eq!(due("2026-11-21T12:00:00+08:00", 2), "2026-11-23T08:00:00+08:00");
        // Tuesday and Wednesday are off.
        assert_eq!(due("2026-11-23T13:00:00+08:00", 2), "2026-11-26T07:00:00+08:00");
    }

    #[test]
    fn a_night_shift_is_as_long_as_the_clocks_make_it() {
        // Berlin: 2026-10-25 the clocks go from 03:00 back to 02:00, 2026-03-29 from 02:00 on to 03:00.
        let site = site(vec![shift(Weekdays::ALL.0, 22 * 60, 6 * 60, &[])]);
        let back = clock(7_200, Some((utc("2026-10-25T01:00:00Z"), 3_600)));
        let begin = Timestamp(utc("2026-10-24T22:00:00+02:00"));
        let end = |clock: &Clock, begin, hours| after(&site, clock, begin, hours * HOUR_MS).unwrap().0;
        assert_eq!(end(&back, begin, 9), utc("2026-10-25T06:00:00+01:00"));
        assert_eq!(end(&back, begin, 10), utc("2026-10-25T23:00:00+01:00"));
        let on = clock(3_600, Some((utc("2026-03-29T01:00:00Z"), 7_200)));
        let begin = Timestamp(utc("2026-03-28T22:00:00+01:00"));
        assert_eq!(end(&on, begin, 7), utc("2026-03-29T06:00:00+02:00"));
        assert_eq!(end(&on, begin, 8), utc("2026-03-29T23:00:00+02:00"));
    }

    #[test]
    fn without_working_time_it_is_said() {
        let clock = clock(0, None);
        for site in [
            site(Vec::new()),
            site(vec![shift(0, 360, 840, &[])]),
            site(vec![shift(Weekdays::ALL.0, 360, 420, &[(360, 420)])]),
        ] {
            assert!(after(&site, &clock, Timestamp(0), 1).is_err());
        }
        let one_minute = site(vec![shift(1, 360, 361, &[])]);
        assert!(after(&one_minute, &clock, Timestamp(0), i64::MAX).is_err());
    }

    /// Whether people are at work, asked of every shift by itself.
    fn works(site: &Site, clock: &Clock, at: i64) -> bool {
        let local_ms = at + i64::from(clock.offset_s_at(at)) * 1000;
        let (day, minute) = (local_ms.div_euclid(DAY_MS), local_ms.rem_euclid(DAY_MS) / MINUTE_MS);
        [(day, minute), (day - 1, minute + 1_440)].iter().any(|(day, minute)| {
            let date = Date::from_unix_days(*day).unwrap();
            let inside = |shift: &Shift| {
                let minute = *minute as u16;
                let paused = shift
                    .breaks
                    .iter()
                    .any(|one| (one.from_min..one.to_min).contains(&minute));
                shift.days.has(date.weekday()) && (shift.from_min..shift.end_min()).contains(&minute) && !paused
            };
            !site.days_off.iter().any(|off| off.has(date)) && site.shifts.iter().any(inside)
        })
    }

    fn any_shift() -> impl Strategy<Value = Shift> {
        (1_u8..128, 0_u16..1_440, 1_u16..1_440, 0_u16..400, 0_u16..120).prop_map(|(days, from, length, at, pause)| {
            let end = from + length;
            let (begin, stop) = ((from + at).min(end), (from + at + pause).min(end));
            let breaks: &[(u16, u16)] = if begin < stop { &[(begin, stop)] } else { &[] };
            shift(days, from, end % 1_440, breaks)
        })
    }

    fn any_clock() -> impl Strategy<Value = Clock> {
        let change = (
            0_i64..40 * 24,
            prop_oneof![Just(-3_600), Just(3_600), Just(1_800), Just(0)],
        );
        (-40_i32..40, proptest::option::of(change)).prop_map(|(quarters, change)| {
            let offset_s = quarters * 900;
            clock(offset_s, change.map(|(hour, by)| (hour * HOUR_MS, offset_s + by)))
        })
    }

    proptest! {
        #[test]
        fn more_work_is_never_earlier_and_parts_add_up(
            shifts in proptest::collection::vec(any_shift(), 1..4), clock in any_clock(),
            from in 0_i64..30 * 24 * 60, one in 0_i64..3_000, other in 0_i64..3_000,
        ) {
            let site = site(shifts);
            let from = Timestamp(from * MINUTE_MS);
            let due = |from, minutes: i64| after(&site, &clock, from, minutes * MINUTE_MS);
            // A shift that is all break is no working time.
            let (Ok(first), Ok(both)) = (due(from, one), due(from, one + other)) else { return Ok(()) };
            prop_assert!(from <= first && first <= both);
            prop_assert_eq!(due(first, other).unwrap(), both);
        }

        #[test]
        fn it_ends_at_work_and_counts_nothing_else(
            shifts in proptest::collection::vec(any_shift(), 1..4), clock in any_clock(),
            from in 0_i64..20 * 24 * 60, minutes in 1_i64..2_000,
        ) {
            let site = site(shifts);
            // The hour that comes twice is looked at by itself above.
            prop_assume!(clock.zone.next.is_none_or(|(_, after)| after >= clock.zone.offset_s));
            let from = from * MINUTE_MS;
            let Ok(due) = after(&site, &clock, Timestamp(from), minutes * MINUTE_MS) else { return Ok(()) };
            prop_assert!(works(&site, &clock, due.0 - MINUTE_MS), "the last minute is worked");
            let worked = (from..due.0).step_by(MINUTE_MS as usize).filter(|at| works(&site, &clock, *at)).count();
            prop_assert_eq!(worked as i64, minutes);
        }
    }
}
