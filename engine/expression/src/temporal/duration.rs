//! Lengths of time. Days and time are exact; months are not, so they are a type of their own.

use std::fmt;

use super::{NANOS_PER_SECOND, parse};
use crate::limits::{DURATION_MONTHS_MAX, DURATION_NANOS_MAX};
use crate::quantity;

/// Days and time, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(pub i128);

/// Years and months, in months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearMonths(pub i64);

impl Duration {
    /// ISO 8601 (`PT20M`) or as people write it (`20 min`, `3 h`, `2 days`, `1 h 30 min`, `20 分钟`).
    pub fn parse(text: &str) -> Option<Duration> {
        quantity::parse_duration(text).ok()
    }

    /// `None` when it is longer than [`DURATION_NANOS_MAX`].
    pub(crate) fn within(nanos: i128) -> Option<Duration> {
        (-DURATION_NANOS_MAX..=DURATION_NANOS_MAX)
            .contains(&nanos)
            .then_some(Duration(nanos))
    }

    /// From milliseconds.
    pub fn from_ms(ms: i64) -> Duration {
        Duration(i128::from(ms) * 1_000_000)
    }

    /// Whole milliseconds, rounded down; the nearest possible one when it does not fit.
    pub fn as_ms(&self) -> i64 {
        let ms = self.0.div_euclid(1_000_000);
        i64::try_from(ms).unwrap_or(if ms < 0 { i64::MIN } else { i64::MAX })
    }

    /// From whole seconds.
    pub fn from_seconds(seconds: i64) -> Duration {
        Duration(i128::from(seconds) * NANOS_PER_SECOND)
    }
}

impl YearMonths {
    /// `None` when it is longer than [`DURATION_MONTHS_MAX`].
    pub(crate) fn within(months: i64) -> Option<YearMonths> {
        (-DURATION_MONTHS_MAX..=DURATION_MONTHS_MAX)
            .contains(&months)
            .then_some(YearMonths(months))
    }

    /// ISO 8601 `P1Y2M`.
    pub fn parse(text: &str) -> Option<YearMonths> {
        parse::year_months_iso(text)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("PT0S");
        }
        let nanos = self.0.unsigned_abs();
        let seconds = nanos / 1_000_000_000;
        let fraction = (nanos % 1_000_000_000) as u32;
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
        let seconds = seconds % 60;
        f.write_str(if self.0 < 0 { "-P" } else { "P" })?;
        if days > 0 {
            write!(f, "{days}D")?;
        }
        if hours > 0 || minutes > 0 || seconds > 0 || fraction > 0 {
            f.write_str("T")?;
        }
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        if fraction > 0 {
            write!(f, "{seconds}.{}S", format!("{fraction:09}").trim_end_matches('0'))?;
        } else if seconds > 0 {
            write!(f, "{seconds}S")?;
        }
        Ok(())
    }
}

impl fmt::Display for YearMonths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let months = self.0.unsigned_abs();
        f.write_str(if self.0 < 0 { "-P" } else { "P" })?;
        match (months / 12, months % 12) {
            (0, months) => write!(f, "{months}M"),
            (years, 0) => write!(f, "{years}Y"),
            (years, months) => write!(f, "{years}Y{months}M"),
        }
    }
}
