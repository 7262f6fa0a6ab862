//! A day of the calendar.

use std::fmt;

use super::calendar::{civil_from_days, days_from_civil, days_in_month};
use super::parse;
use crate::limits::YEAR_MAX;

/// A day of the proleptic Gregorian calendar. Always a real one: [`Date::new`] refuses the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// `None` when there is no such day, or the year is beyond ±999,999,999.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Date> {
        let real = (-YEAR_MAX..=YEAR_MAX).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        real.then_some(Date { year, month, day })
    }

    /// ISO 8601 `2026-09-30`; `None` when it is no date of the calendar.
    pub fn parse(text: &str) -> Option<Date> {
        parse::date_strict(text)
    }

    /// The year; 0 is the year before 1.
    pub fn year(self) -> i32 {
        self.year
    }

    /// 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// 1 to 31.
    pub fn day(self) -> u8 {
        self.day
    }

    /// Days since 1970-01-01.
    pub fn unix_days(self) -> i64 {
        days_from_civil(self.year, self.month, self.day)
    }

    /// The date that many days after 1970-01-01; `None` beyond the years that a date can have.
    pub fn from_unix_days(days: i64) -> Option<Date> {
        // Far outside the calendar, where the arithmetic itself would overflow.
        if days.unsigned_abs() > 400_000_000_000 {
            return None;
        }
        let (year, month, day) = civil_from_days(days);
        Date::new(i32::try_from(year).ok()?, month, day)
    }

    /// 1 Monday to 7 Sunday (ISO 8601).
    pub fn weekday(self) -> u8 {
        ((self.unix_days() + 3).rem_euclid(7) + 1) as u8
    }

    /// 1 to 366.
    pub fn day_of_year(self) -> u16 {
        (self.unix_days() - days_from_civil(self.year, 1, 1) + 1) as u16
    }

    /// ISO 8601 week, 1 to 53.
    pub fn week_of_year(self) -> u8 {
        // The week belongs to the year that its Thursday is in.
        let thursday = self.unix_days() + 4 - i64::from(self.weekday());
        let (year, _, _) = civil_from_days(thursday);
        let first = days_from_civil(year.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32, 1, 1);
        ((thursday - first) / 7 + 1) as u8
    }

    pub(crate) fn plus_days(self, days: i64) -> Option<Date> {
        Date::from_unix_days(self.unix_days().checked_add(days)?)
    }

    /// The same day so many months later, or the last day of that month when it is shorter.
    pub(crate) fn plus_months(self, months: i64) -> Option<Date> {
        let total = (i64::from(self.year) * 12 + i64::from(self.month) - 1).checked_add(months)?;
        let year = i32::try_from(total.div_euclid(12)).ok()?;
        let month = total.rem_euclid(12) as u8 + 1;
        if !(-YEAR_MAX..=YEAR_MAX).contains(&year) {
            return None;
        }
        Date::new(year, month, self.day.min(days_in_month(year, month)))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.year < 0 { "-" } else { "" };
        write!(
            f,
            "{sign}{:04}-{:02}-{:02}",
            self.year.unsigned_abs(),
            self.month,
            self.day
        )
    }
}
