//! Dates, times and durations of FEEL on the proleptic Gregorian calendar, years −999,999,999 to 999,999,999.
//!
//! Nothing here knows the clock or the rules of a time zone: both come from the [`Host`](crate::Host).

mod calendar;
mod date;
mod duration;
mod moment;
mod parse;
mod time;

pub use date::Date;
pub use duration::{Duration, YearMonths};
pub use moment::DateTime;
pub use time::{Time, Zone};

pub(crate) use parse::{date_strict, date_time_strict, duration_iso, time_strict, year_months_iso};

pub(crate) const NANOS_PER_SECOND: i128 = 1_000_000_000;
pub(crate) const SECONDS_PER_DAY: i64 = 86_400;
